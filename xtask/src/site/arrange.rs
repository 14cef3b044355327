//! Where everything stands in the published site, and by which addresses.
//!
//! A page that is open must go on with the code it began with, also after a newer version was put in its place, and no page
//! may ever be made of two versions. So all code lies in a folder that is named by the version, and relative addresses carry
//! it by themselves. The models that come with the page lie in a folder named by their own contents: a new version of the code
//! needs no new download of them, and a changed model never meets older code. The digits never change and keep their address,
//! as do the pages, their manifest and icons, and the few scripts that must be found in every version.

use anyhow::{Context, Result, ensure};
use md5::{Digest, Md5};

use super::Files;
use super::page::{self, Page};

/// What the service worker reads, written with every build.
pub const SITE_FILES: &str = "site-files.js";
const SERVICE_WORKER: &str = "service-worker.js";
/// The module that tells all others where the site and its data are.
const ADDRESSES: &str = "lib/addresses.js";
/// The page that a visitor comes for.
const FRONT_PAGE: &str = "index.html";
/// A version for which the site is laid out only to find its hash.
const NO_VERSION: &str = "00000000";

/// The site as it is published.
pub struct Arrangement {
    pub files: Files,
    /// What is fetched before the front page can train: the page, its style, scripts and workers; the wasm module apart.
    pub first: Vec<String>,
}

/// Lays out the site from its source.
pub fn arrange(sources: &Files) -> Result<Arrangement> {
    let models = hash(
        sources
            .iter()
            .filter(|(name, _)| name.starts_with("models/")),
    );
    // Of what is published, and not of its sources: a change in how they are laid out is a new version too.
    let version = hash(&arrange_as(sources, NO_VERSION, &models)?.files);
    arrange_as(sources, &version, &models)
}

fn arrange_as(sources: &Files, version: &str, models: &str) -> Result<Arrangement> {
    let (code, models) = (format!("v-{version}"), format!("m-{models}/models"));
    let mut files = Files::new();
    let mut first = Vec::new();
    for (name, bytes) in sources {
        if name.ends_with(".html") && !name.contains('/') {
            let Page {
                html,
                style,
                modules,
            } = page::publish(sources, name, &code)?;
            let style_name = format!("{code}/{}", page::style_file(name));
            if name == FRONT_PAGE {
                first = vec![name.clone(), style_name.clone()];
                first.extend(top_files(&html).filter(|file| file.ends_with(".js")));
                first.extend(modules.iter().map(|module| format!("{code}/{module}")));
            }
            files.insert(style_name, style.into());
            files.insert(name.clone(), html.into());
        } else if name == ADDRESSES {
            let text = str::from_utf8(bytes).context("lib/addresses.js must be text in UTF-8")?;
            let text = published_addresses(text, version, &models)?;
            files.insert(format!("{code}/{name}"), text.into());
        } else if let Some(place) = place(name, &code, &models) {
            files.insert(place, bytes.clone());
        }
    }
    for (page, html) in files.iter().filter(|(name, _)| name.ends_with(".html")) {
        for file in page::named_files(str::from_utf8(html)?) {
            ensure!(
                files.contains_key(file),
                "{page} names {file}, which the site does not have"
            );
        }
    }
    let list = site_files(&files, version, &models);
    files.insert(SITE_FILES.to_owned(), list.into());
    Ok(Arrangement { files, first })
}

/// The files that a page names at the top of the site.
fn top_files(html: &str) -> impl Iterator<Item = String> {
    page::named_files(html)
        .into_iter()
        .filter(|file| !file.contains('/'))
        .map(str::to_owned)
}

/// Where a file goes; nowhere if something else holds what is in it.
fn place(name: &str, code: &str, models: &str) -> Option<String> {
    const TOP: [&str; 4] = [
        "manifest.webmanifest",
        "icon.svg",
        SERVICE_WORKER,
        "start.js",
    ];
    if let Some(model) = name.strip_prefix("models/") {
        return Some(format!("{models}/{model}"));
    }
    if name.ends_with(".css") {
        return None;
    }
    let stays = TOP.contains(&name) || name.starts_with("icons/") || name.starts_with("data/");
    Some(if stays {
        name.to_owned()
    } else {
        format!("{code}/{name}")
    })
}

/// `lib/addresses.js`, which in the source tells how the site lies there.
fn published_addresses(source: &str, version: &str, models: &str) -> Result<String> {
    let mut text = source.to_owned();
    for (there, here) in [
        (
            "SITE = new URL(\"../\",",
            "SITE = new URL(\"../../\",".to_owned(),
        ),
        ("new URL(\"models/\",", format!("new URL(\"{models}/\",")),
        ("VERSION = \"\"", format!("VERSION = \"{version}\"")),
    ] {
        let count = text.matches(there).count();
        ensure!(
            count == 1,
            "lib/addresses.js must hold `{there}` once, for the build to replace it, found it {count} times"
        );
        text = text.replace(there, &here);
    }
    Ok(text)
}

/// The script that tells the service worker what this version of the site is made of: `files` are kept at once, `later` those
/// that a visit used.
fn site_files(files: &Files, version: &str, models: &str) -> String {
    let folder = models.split('/').next().unwrap_or_default();
    let (later, code): (Vec<_>, Vec<_>) = files
        .keys()
        .filter(|name| *name != SERVICE_WORKER && !name.starts_with("data/"))
        .partition(|name| name.ends_with(".wasm") || name.contains(".safetensors"));
    let site =
        serde_json::json!({ "version": version, "models": folder, "files": code, "later": later });
    format!("globalThis.SITE = {site};\n")
}

/// Eight digits that change with the name or the contents of any of these files.
fn hash<'a>(files: impl IntoIterator<Item = (&'a String, &'a Vec<u8>)>) -> String {
    let mut hash = Md5::new();
    for (name, bytes) in files {
        hash.update(name);
        hash.update(bytes.len().to_le_bytes());
        hash.update(bytes);
    }
    let digest = hash.finalize();
    digest[..4]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADDRESSES_SOURCE: &str = "export const SITE = new URL(\"../\", import.meta.url);\n\
        export const MODELS = new URL(\"models/\", SITE);\nexport const VERSION = \"\";\n";

    fn sources() -> Files {
        [
            (
                "index.html",
                "<link rel=\"icon\" href=\"./icon.svg\">\n<script src=\"./start.js\"></script>\n\
                 <link rel=\"stylesheet\" href=\"./style.css\">\n<script type=\"module\" src=\"./main.js\"></script>\n",
            ),
            ("icon.svg", "<svg/>"),
            ("start.js", ""),
            ("style.css", "a {}"),
            ("main.js", "import \"./lib/addresses.js\";\n"),
            (ADDRESSES, ADDRESSES_SOURCE),
            ("worker.js", ""),
            ("pkg/a.wasm", "wasm"),
            ("models/index.json", "[]"),
            ("models/best.8bit.safetensors.gz", "fewer"),
            ("models/best.safetensors", "weights"),
            ("data/train.gz", "digits"),
            (SERVICE_WORKER, ""),
        ]
        .map(|(name, source)| (name.to_owned(), source.as_bytes().to_vec()))
        .into()
    }

    fn changed(name: &str) -> Arrangement {
        let mut sources = sources();
        sources.get_mut(name).unwrap().extend(b"\n.");
        arrange(&sources).unwrap()
    }

    fn folder(arrangement: &Arrangement, ending: &str) -> String {
        let mut names = arrangement.files.keys();
        let name = names.find(|name| name.ends_with(ending)).unwrap();
        name.trim_end_matches(ending).to_owned()
    }

    #[test]
    fn all_code_lies_in_the_folder_of_its_version() {
        let arranged = arrange(&sources()).unwrap();
        let code = folder(&arranged, "/main.js");
        assert!(code.starts_with("v-") && code.len() == 10, "{code}");
        let models = folder(&arranged, "/models/index.json");
        assert!(models.starts_with("m-") && models.len() == 10, "{models}");
        let expected = [
            "data/train.gz".to_owned(),
            "icon.svg".to_owned(),
            "index.html".to_owned(),
            format!("{models}/models/best.8bit.safetensors.gz"),
            format!("{models}/models/best.safetensors"),
            format!("{models}/models/index.json"),
            SERVICE_WORKER.to_owned(),
            SITE_FILES.to_owned(),
            "start.js".to_owned(),
            format!("{code}/index.css"),
            format!("{code}/lib/addresses.js"),
            format!("{code}/main.js"),
            format!("{code}/pkg/a.wasm"),
            format!("{code}/worker.js"),
        ];
        assert_eq!(arranged.files.keys().cloned().collect::<Vec<_>>(), expected);
        let text = |name: &str| String::from_utf8(arranged.files[name].clone()).unwrap();
        let addresses = text(&format!("{code}/lib/addresses.js"));
        assert!(
            addresses.contains("SITE = new URL(\"../../\", import.meta.url)"),
            "{addresses}"
        );
        assert!(
            addresses.contains(&format!("MODELS = new URL(\"{models}/models/\", SITE)")),
            "{addresses}"
        );
        assert!(
            addresses.contains(&format!("VERSION = \"{}\"", &code[2..])),
            "{addresses}"
        );
        let first = [
            "index.html",
            "index.css",
            "start.js",
            "main.js",
            "lib/addresses.js",
        ];
        assert_eq!(arranged.first.len(), first.len());
        for file in first {
            assert!(
                arranged.first.iter().any(|name| name.ends_with(file)),
                "{file}"
            );
        }
    }

    #[test]
    fn the_service_worker_is_told_what_to_keep_and_when() {
        let arranged = arrange(&sources()).unwrap();
        let list = String::from_utf8(arranged.files[SITE_FILES].clone()).unwrap();
        let json = list
            .strip_prefix("globalThis.SITE = ")
            .unwrap()
            .trim_end()
            .trim_end_matches(';');
        let site: serde_json::Value = serde_json::from_str(json).unwrap();
        let code = folder(&arranged, "/main.js");
        let models = folder(&arranged, "/models/index.json");
        assert_eq!(site["version"], code[2..]);
        assert_eq!(site["models"], models[..]);
        let later = [
            format!("{models}/models/best.8bit.safetensors.gz"),
            format!("{models}/models/best.safetensors"),
            format!("{code}/pkg/a.wasm"),
        ];
        assert_eq!(site["later"], serde_json::json!(later));
        let files = site["files"].as_array().unwrap();
        assert!(
            files.contains(&"index.html".into())
                && files.contains(&format!("{code}/worker.js").into())
        );
        assert!(
            !files
                .iter()
                .any(|file| file == SERVICE_WORKER || file == "data/train.gz")
        );
    }

    #[test]
    fn every_change_is_a_new_version_and_only_a_changed_model_moves_the_models() {
        let before = arrange(&sources()).unwrap();
        let again = arrange(&sources()).unwrap();
        assert_eq!(before.files, again.files);
        for name in [
            "index.html",
            "worker.js",
            "style.css",
            "pkg/a.wasm",
            "start.js",
            SERVICE_WORKER,
            "models/index.json",
        ] {
            let after = changed(name);
            assert_ne!(
                folder(&before, "/main.js"),
                folder(&after, "/main.js"),
                "{name}"
            );
            let moved =
                folder(&before, "/models/index.json") != folder(&after, "/models/index.json");
            assert_eq!(moved, name.starts_with("models/"), "{name}");
        }
    }

    #[test]
    fn a_site_that_cannot_work_is_refused() {
        let mut lost = sources();
        lost.remove("icon.svg");
        let error = arrange(&lost).err().unwrap().to_string();
        assert_eq!(
            error,
            "index.html names icon.svg, which the site does not have"
        );
        let mut odd = sources();
        odd.insert(
            ADDRESSES.to_owned(),
            b"export const SITE = location;".to_vec(),
        );
        let error = arrange(&odd).err().unwrap().to_string();
        assert!(error.contains("found it 0 times"), "{error}");
    }
}
