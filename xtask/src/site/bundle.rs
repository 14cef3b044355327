//! The page's modules joined into few files. In the repository one module holds one idea; a visitor on a slow line would pay for
//! each with a round trip.

use std::fs;

use anyhow::Result;

use super::{Files, files_of, layout};
use crate::tools;

/// Scripts that are no modules, that tell by their own place where all others are, or that are compiled.
fn stays(name: &str) -> bool {
    ["start.js", "service-worker.js", "lib/addresses.js"].contains(&name)
        || name.starts_with("pkg/")
        || !name.ends_with(".js")
}

/// These files with few modules in the place of many.
pub fn join(sources: Files) -> Result<Files> {
    let folder = tools::target().join("site").join("bundle");
    let [source, out] = ["source", "out"].map(|part| folder.join(part));
    let _ = fs::remove_dir_all(&out);
    let scripts = sources
        .iter()
        .filter(|(name, _)| name.ends_with(".js"))
        .map(|(name, bytes)| (name.clone(), bytes.clone()))
        .collect();
    layout::lay_out(&scripts, &source)?;
    tools::run(
        tools::command("node")
            .arg(tools::root().join("xtask/bundle.js"))
            .args([&source, &out]),
    )?;
    let mut joined: Files = sources
        .into_iter()
        .filter(|(name, _)| stays(name))
        .collect();
    joined.extend(files_of(&out, "")?);
    Ok(joined)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_modules_of_the_page_are_joined() {
        for name in ["start.js", "lib/addresses.js", "pkg/vae_lab.js", "icon.svg"] {
            assert!(stays(name), "{name}");
        }
        for name in ["main.js", "lib/format.js", "vendor/idb/index.js"] {
            assert!(!stays(name), "{name}");
        }
    }
}
