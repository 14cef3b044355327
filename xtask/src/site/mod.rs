//! `dist/`: everything of `www/`, the compiled core and what comes from npm, laid out as it is published.
//!
//! `bundle` joins modules, `arrange` decides where everything stands, `page` writes the pages' heads with the help of `modules` (who imports whom) and
//! `styles` (several as one), `minify` makes scripts smaller, `layout` writes to the disk.

mod arrange;
mod bundle;
mod layout;
mod minify;
mod modules;
mod page;
mod styles;
mod words;

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::tools;
use crate::wasm::{self, Profile};

/// Files by their names, which have no dots and begin at the top of the site.
type Files = BTreeMap<String, Vec<u8>>;

/// The most that a visitor may have to fetch before training, gzipped, without data and models. Of the two wasm modules a
/// visitor fetches one: the larger is counted.
pub const BUDGET_BYTES: u64 = 900_000;

/// The most that is fetched before a visitor's first stroke is reconstructed, gzipped: the same and the first model's weights.
pub const VISIT_BUDGET_BYTES: u64 = 1_500_000;

/// The most files of the page's own that this takes: each costs a visitor far away a round trip.
pub const VISIT_BUDGET_FILES: usize = 12;

/// What the site takes from npm: the file in node_modules and its place in the site.
const VENDORED: [(&str, &str); 4] = [
    ("fflate/esm/browser.js", "vendor/fflate/browser.js"),
    ("idb/build/index.js", "vendor/idb/index.js"),
    ("uplot/dist/uPlot.esm.js", "vendor/uplot/uPlot.esm.js"),
    ("uplot/dist/uPlot.min.css", "vendor/uplot/uPlot.min.css"),
];

/// What was laid out.
pub struct Site {
    files: usize,
    written: usize,
    removed: usize,
    /// Gzipped size of what one visitor downloads before training, without data and models.
    pub gzipped_bytes: u64,
    /// How many files those are.
    pub first_files: usize,
    /// The weights that a visit begins with, which are compressed already.
    pub weights_bytes: u64,
    /// The same for everything that is kept for use without a network: all pages and icons too.
    kept_bytes: u64,
}

impl fmt::Display for Site {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        let Self {
            files,
            written,
            removed,
            first_files,
            ..
        } = self;
        let [first, weights, kept] = [self.gzipped_bytes, self.weights_bytes, self.kept_bytes]
            .map(|bytes| bytes as f64 / 1e3);
        write!(
            formatter,
            "dist/ is ready: {files} files ({written} written, {removed} removed), "
        )?;
        write!(
            formatter,
            "{first:.0} kB gzipped in {first_files} files for one visitor before training, {kept:.0} kB in all, without data and models; \
             {weights:.0} kB of first weights"
        )
    }
}

/// The folder of the finished site.
pub fn folder() -> PathBuf {
    tools::root().join("dist")
}

/// Builds everything and lays out `dist/`.
pub fn build(profile: Profile) -> Result<Site> {
    tools::ensure_node_modules()?;
    let mut sources = parts(&wasm::build(profile)?)?;
    sources.extend(files_of(&tools::root().join("www"), "")?);
    words::write(&mut sources)?;
    let mut arranged = arrange::arrange(&bundle::join(sources)?)?;
    minify::minify(&mut arranged.files)?;
    let changes = layout::lay_out(&arranged.files, &folder())?;
    Ok(Site {
        files: arranged.files.len(),
        written: changes.written,
        removed: changes.removed,
        gzipped_bytes: download(&arranged.files, |name| {
            arranged.first.iter().any(|first| first == name)
        })?,
        // With the WebAssembly module.
        first_files: arranged.first.len() + 1,
        weights_bytes: first_weights(&arranged.files),
        kept_bytes: download(&arranged.files, |name| {
            !name.starts_with("data/") && !name.contains("/models/")
        })?,
    })
}

/// Builds what the page needs beside `www/` and returns the folder that holds it, laid out as `www/` expects it.
pub fn build_parts(profile: Profile) -> Result<PathBuf> {
    tools::ensure_node_modules()?;
    let folder = tools::target().join("site").join("parts");
    layout::lay_out(&parts(&wasm::build(profile)?)?, &folder)?;
    Ok(folder)
}

/// The compiled core and what comes from npm.
fn parts(package: &Path) -> Result<Files> {
    let mut parts = files_of(package, "pkg/")?;
    // The quick build has one module, under both names.
    let [module, relaxed] =
        [wasm::MODULE_FILE, wasm::RELAXED_FILE].map(|file| format!("pkg/{file}"));
    if let (Some(bytes), false) = (parts.get(&module).cloned(), parts.contains_key(&relaxed)) {
        parts.insert(relaxed, bytes);
    }
    for (source, place) in VENDORED {
        let file = tools::root().join("node_modules").join(source);
        parts.insert(place.to_owned(), read(&file)?);
    }
    Ok(parts)
}

/// What is published of the files below a folder.
fn files_of(folder: &Path, prefix: &str) -> Result<Files> {
    let paths = tools::files_below(folder)?
        .into_iter()
        .filter(|path| is_published(path));
    paths
        .map(|path| {
            Ok((
                format!("{prefix}{}", layout::name(&path)),
                read(&folder.join(path))?,
            ))
        })
        .collect()
}

fn read(file: &Path) -> Result<Vec<u8>> {
    fs::read(file).with_context(|| format!("cannot read {}", file.display()))
}

/// Types are for the type checker alone.
fn is_published(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    !name.ends_with(".d.ts") && name != "tsconfig.json"
}

/// The weights in eight bits, which are there for the beginning of a visit.
fn first_weights(files: &Files) -> u64 {
    let weights = files
        .iter()
        .find(|(name, _)| name.ends_with(".8bit.safetensors.gz"));
    weights.map_or(0, |(_, bytes)| bytes.len() as u64)
}

/// Gzipped size of those files, with one of the wasm modules.
fn download(files: &Files, wanted: impl Fn(&str) -> bool) -> Result<u64> {
    let (mut bytes, mut module) = (0, 0);
    for (name, contents) in files {
        if name.ends_with(".wasm") {
            module = module.max(layout::gzipped_size(contents)?);
        } else if wanted(name) {
            bytes += layout::gzipped_size(contents)?;
        }
    }
    Ok(bytes + module)
}

/// Removes what the commands made.
pub fn clean(all: bool) -> Result<()> {
    let root = tools::root();
    let made =
        ["dist", "node_modules", "test-results", "playwright-report"].map(|name| root.join(name));
    for folder in made
        .into_iter()
        .chain([tools::target().join("site"), tools::target().join("mnist")])
    {
        if folder.exists() {
            tools::say(&format!("Removing {}", folder.display()));
            fs::remove_dir_all(&folder)
                .with_context(|| format!("cannot remove {}", folder.display()))?;
        }
    }
    if all {
        tools::say("Removing compiled Rust (cargo clean)");
        tools::run(tools::cargo().arg("clean"))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_not_published() {
        assert!(is_published(Path::new("lib/pixels.js")));
        assert!(!is_published(Path::new("pkg/vae_lab.d.ts")));
        assert!(!is_published(Path::new("tsconfig.json")));
    }

    #[test]
    fn of_the_wasm_modules_the_larger_is_counted_once() {
        let files = Files::from([
            ("a.wasm".to_owned(), vec![1; 10]),
            ("b.wasm".to_owned(), (0..=255).collect()),
            ("main.js".to_owned(), vec![1; 10]),
            ("icon.svg".to_owned(), vec![1; 10]),
        ]);
        let larger = layout::gzipped_size(&files["b.wasm"]).unwrap();
        let script = layout::gzipped_size(&files["main.js"]).unwrap();
        assert_eq!(
            download(&files, |name| name == "main.js").unwrap(),
            larger + script
        );
    }

    #[test]
    fn the_first_weights_are_counted_as_they_are() {
        let files = Files::from([
            ("m-1/models/best.8bit.safetensors.gz".to_owned(), vec![0; 7]),
            ("m-1/models/best.safetensors".to_owned(), vec![0; 9]),
        ]);
        assert_eq!(first_weights(&files), 7);
        assert_eq!(first_weights(&Files::new()), 0);
    }

    #[test]
    fn this_site_can_be_laid_out() {
        let mut sources = files_of(&tools::root().join("www"), "").unwrap();
        // What is compiled or comes from npm may not be there yet.
        let elsewhere = ["pkg/vae_lab.js", "pkg/vae_lab_bg.wasm"]
            .into_iter()
            .chain(VENDORED.map(|(_, place)| place));
        sources.extend(elsewhere.map(|place| (place.to_owned(), Vec::new())));
        let arranged = arrange::arrange(&sources).unwrap();
        assert!(arranged.files.contains_key("index.html"));
        assert!(
            arranged
                .first
                .iter()
                .any(|file| file.ends_with("/pkg/vae_lab.js")),
            "{:?}",
            arranged.first
        );
    }
}
