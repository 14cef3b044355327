//! Scripts without comments and with short names: what a visitor downloads, not what is read in the repository.

use std::fs;

use anyhow::Result;

use super::arrange::SITE_FILES;
use super::{Files, files_of, layout};
use crate::tools;

/// What stays as it is written: the script that watches the start in browsers that know no other, and the list of files, which is
/// data.
const UNTOUCHED: [&str; 2] = ["start.js", SITE_FILES];

/// Makes the scripts among these files smaller. Their names, and what they import, stay.
pub fn minify(files: &mut Files) -> Result<()> {
    let folder = tools::target().join("site").join("minify");
    let scripts: Files = files
        .iter()
        .filter(|(name, _)| name.ends_with(".js") && !UNTOUCHED.contains(&name.as_str()))
        .map(|(name, bytes)| (name.clone(), bytes.clone()))
        .collect();
    let _ = fs::remove_dir_all(&folder);
    layout::lay_out(&scripts, &folder)?;
    tools::run(
        tools::command("node")
            .arg(tools::root().join("xtask/minify.js"))
            .arg(&folder),
    )?;
    files.extend(files_of(&folder, "")?);
    Ok(())
}
