//! `dist/`: everything of `www/`, the compiled core and what comes from npm, laid out as it is published.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use flate2::Compression;
use flate2::write::GzEncoder;
use md5::{Digest, Md5};

use crate::tools;
use crate::wasm::{self, Profile};

/// The most that a visitor may have to fetch before training, gzipped, without data and models. Of the two wasm modules a
/// visitor fetches one: the larger is counted.
pub const BUDGET_BYTES: u64 = 900_000;

/// What the site takes from npm: the file in node_modules and its place in the site.
const VENDORED: [(&str, &str); 4] = [
    ("fflate/esm/browser.js", "vendor/fflate/browser.js"),
    ("idb/build/index.js", "vendor/idb/index.js"),
    ("uplot/dist/uPlot.esm.js", "vendor/uplot/uPlot.esm.js"),
    ("uplot/dist/uPlot.min.css", "vendor/uplot/uPlot.min.css"),
];

/// What the service worker reads, written with every build.
const SITE_FILES: &str = "site-files.js";

/// What was laid out.
pub struct Site {
    files: usize,
    written: usize,
    removed: usize,
    /// Gzipped size without data and models, with one of the two wasm modules: what one visitor downloads.
    pub gzipped_bytes: u64,
}

impl fmt::Display for Site {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        let Self {
            files,
            written,
            removed,
            gzipped_bytes,
        } = self;
        let kilobytes = *gzipped_bytes as f64 / 1e3;
        write!(
            formatter,
            "dist/ is ready: {files} files ({written} written, {removed} removed), "
        )?;
        write!(
            formatter,
            "{kilobytes:.0} kB gzipped for one visitor, without data and models"
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
    let package = wasm::build(profile)?;
    lay_out(&contents(&package)?, &folder())
}

/// Every file of the site: its place there and where it comes from.
fn contents(package: &Path) -> Result<BTreeMap<PathBuf, PathBuf>> {
    let www = tools::root().join("www");
    let mut contents = BTreeMap::new();
    for path in tools::files_below(&www)?
        .into_iter()
        .filter(|path| is_published(path))
    {
        contents.insert(path.clone(), www.join(path));
    }
    for path in tools::files_below(package)?
        .into_iter()
        .filter(|path| is_published(path))
    {
        contents.insert(Path::new("pkg").join(&path), package.join(path));
    }
    // The quick build has one module, under both names.
    contents
        .entry(relaxed_module())
        .or_insert_with(|| package.join(wasm::MODULE_FILE));
    for (source, place) in VENDORED {
        contents.insert(
            place.into(),
            tools::root().join("node_modules").join(source),
        );
    }
    let list = tools::target().join(SITE_FILES);
    fs::write(&list, site_files(&contents)?)
        .with_context(|| format!("cannot write {}", list.display()))?;
    contents.insert(SITE_FILES.into(), list);
    Ok(contents)
}

/// The script that tells the service worker what the page and its code are made of, and which version of the site this is:
/// a hash of everything that is published.
fn site_files(contents: &BTreeMap<PathBuf, PathBuf>) -> Result<String> {
    let mut hash = Md5::new();
    let mut code = Vec::new();
    for (path, source) in contents {
        let name = path.to_string_lossy().replace('\\', "/");
        hash.update(&name);
        hash.update(fs::read(source).with_context(|| format!("cannot read {}", source.display()))?);
        if is_code(path) {
            code.push(name);
        }
    }
    let version = hash
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect::<String>();
    let site = serde_json::json!({ "version": version, "files": code });
    Ok(format!("globalThis.SITE = {site};\n"))
}

/// Whether a file belongs to the page and its code, and not to what is fetched when it is first used: digits, weights and the
/// model's program.
fn is_code(path: &Path) -> bool {
    let used_later = path
        .extension()
        .is_some_and(|extension| extension == "wasm" || extension == "safetensors");
    !used_later && !path.starts_with("data") && path != Path::new("service-worker.js")
}

fn relaxed_module() -> PathBuf {
    Path::new("pkg").join(wasm::RELAXED_FILE)
}

/// Types are for the type checker alone.
pub fn is_published(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    !name.ends_with(".d.ts") && name != "tsconfig.json"
}

/// Makes `folder` hold exactly `contents`, writing only what differs.
fn lay_out(contents: &BTreeMap<PathBuf, PathBuf>, folder: &Path) -> Result<Site> {
    fs::create_dir_all(folder)?;
    let mut site = Site {
        files: contents.len(),
        written: 0,
        removed: 0,
        gzipped_bytes: 0,
    };
    for stale in tools::files_below(folder)?
        .into_iter()
        .filter(|path| !contents.contains_key(path))
    {
        fs::remove_file(folder.join(stale))?;
        site.removed += 1;
    }
    let mut modules = Vec::new();
    for (path, source) in contents {
        let bytes =
            fs::read(source).with_context(|| format!("cannot read {}", source.display()))?;
        let place = folder.join(path);
        if fs::read(&place).ok().as_ref() != Some(&bytes) {
            fs::create_dir_all(place.parent().context("a file stands in a folder")?)?;
            fs::write(&place, &bytes)
                .with_context(|| format!("cannot write {}", place.display()))?;
            site.written += 1;
        }
        if path
            .extension()
            .is_some_and(|extension| extension == "wasm")
        {
            modules.push(gzipped_size(&bytes)?);
        } else if !(path.starts_with("data") || path.starts_with("models")) {
            site.gzipped_bytes += gzipped_size(&bytes)?;
        }
    }
    site.gzipped_bytes += modules.into_iter().max().unwrap_or(0);
    remove_empty_folders(folder)?;
    Ok(site)
}

fn remove_empty_folders(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            remove_empty_folders(&path)?;
            // Refused by the system unless the folder is empty, which is what is wanted.
            let _ = fs::remove_dir(&path);
        }
    }
    Ok(())
}

/// How many bytes gzip makes of these, at the level that web servers use by default.
fn gzipped_size(bytes: &[u8]) -> Result<u64> {
    struct Count(u64);
    impl Write for Count {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 += bytes.len() as u64;
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let mut encoder = GzEncoder::new(Count(0), Compression::new(6));
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?.0)
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
    fn the_service_worker_is_told_of_the_code_and_of_every_change() {
        for (path, code) in [
            ("main.js", true),
            ("models/index.json", true),
            ("models/best.safetensors", false),
            ("pkg/vae_lab_bg.wasm", false),
            ("data/train-images-idx3-ubyte.gz", false),
            ("service-worker.js", false),
        ] {
            assert_eq!(is_code(Path::new(path)), code, "{path}");
        }
        let source = tools::target().join(format!("xtask-test-files-{}", std::process::id()));
        let contents = BTreeMap::from([
            (PathBuf::from("main.js"), source.clone()),
            (PathBuf::from("pkg/a.wasm"), source.clone()),
        ]);
        fs::write(&source, "one").unwrap();
        let first = site_files(&contents).unwrap();
        assert!(first.contains(r#""files":["main.js"]"#), "{first}");
        assert_eq!(first, site_files(&contents).unwrap());
        fs::write(&source, "two").unwrap();
        assert_ne!(first, site_files(&contents).unwrap());
        fs::remove_file(&source).unwrap();
    }

    #[test]
    fn laying_out_writes_what_differs_and_removes_what_is_stale() {
        let folder = tools::target().join(format!("xtask-test-site-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        let (source, dist) = (folder.join("page"), folder.join("dist"));
        fs::create_dir_all(dist.join("old")).unwrap();
        fs::write(dist.join("old/gone.js"), "gone").unwrap();
        fs::write(&source, "<p>").unwrap();
        let contents = BTreeMap::from([("deep/index.html".into(), source)]);

        let first = lay_out(&contents, &dist).unwrap();
        assert_eq!((first.files, first.written, first.removed), (1, 1, 1));
        assert!(first.gzipped_bytes > 0);
        assert!(!dist.join("old").exists());
        let second = lay_out(&contents, &dist).unwrap();
        assert_eq!((second.files, second.written, second.removed), (1, 0, 0));
        fs::remove_dir_all(&folder).unwrap();
    }
}
