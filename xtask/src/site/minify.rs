//! Scripts without comments and with short names: what a visitor downloads, not what is read in the repository.

use std::fs;

use anyhow::Result;

use super::{Files, files_of, layout};
use crate::tools;

/// Watches the start in browsers that know no other script: it is written for them, and must stay as it is written.
const FOR_EVERY_BROWSER: &str = "start.js";

/// Makes the scripts among these files smaller. Their names, and what they import, stay.
pub fn minify(files: &mut Files) -> Result<()> {
    let folder = tools::target().join("site").join("minify");
    let scripts: Files = files
        .iter()
        .filter(|(name, _)| name.ends_with(".js") && *name != FOR_EVERY_BROWSER)
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
