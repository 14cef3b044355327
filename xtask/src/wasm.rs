//! The core as WebAssembly: cargo compiles it, wasm-bindgen binds it to JavaScript, wasm-opt makes it smaller.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use wasm_bindgen_cli_support::Bindgen;

use crate::data::md5;
use crate::tools::{self, WASM_TARGET};

/// The module's name: it makes `vae_lab.js` and `vae_lab_bg.wasm`.
const MODULE: &str = "vae_lab";

/// Counts up whenever the steps below change their result, so that nobody keeps an older one.
const RECIPE: &str = "1";

/// How much time goes into making the core fast and small.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// What is published.
    Release,
    /// What shows a change in `src` soon.
    Dev,
}

impl Profile {
    pub fn new(release: bool) -> Self {
        if release { Self::Release } else { Self::Dev }
    }
}

impl fmt::Display for Profile {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str(match self {
            Self::Release => "release",
            Self::Dev => "wasm-dev",
        })
    }
}

/// Builds the module and returns the folder that holds its two files.
pub fn build(profile: Profile) -> Result<PathBuf> {
    tools::ensure_wasm_target()?;
    let compiled = compile(profile)?;
    let folder = tools::target().join("site").join(profile.to_string());
    let stamp_file = folder.join("made-from");
    let bytes =
        fs::read(&compiled).with_context(|| format!("cannot read {}", compiled.display()))?;
    let stamp = format!("recipe {RECIPE}, md5 {}", md5(&bytes));
    if fs::read_to_string(&stamp_file).is_ok_and(|made_from| made_from == stamp) {
        return Ok(folder.join("pkg"));
    }

    let package = folder.join("pkg");
    let _ = fs::remove_dir_all(&folder);
    bind(&compiled, &package)?;
    if profile == Profile::Release {
        optimise(&package.join(format!("{MODULE}_bg.wasm")))?;
    }
    fs::write(stamp_file, stamp)?;
    Ok(package)
}

fn compile(profile: Profile) -> Result<PathBuf> {
    tools::say(&format!(
        "Compiling the core to WebAssembly (profile {profile}; Burn takes minutes the first time)"
    ));
    // Only the cdylib: an rlib beside it would make every dependency carry machine code that fat LTO never reads.
    tools::run(
        tools::cargo()
            .args([
                "rustc",
                "--package",
                "vae-lab",
                "--lib",
                "--crate-type",
                "cdylib",
            ])
            .args(["--target", WASM_TARGET, "--profile", &profile.to_string()]),
    )?;
    let file = tools::target()
        .join(WASM_TARGET)
        .join(profile.to_string())
        .join(format!("{MODULE}.wasm"));
    ensure!(
        file.is_file(),
        "cargo succeeded, but {} is not there",
        file.display()
    );
    Ok(file)
}

fn bind(compiled: &Path, package: &Path) -> Result<()> {
    tools::say("Binding it to JavaScript (wasm-bindgen)");
    let mut bindgen = Bindgen::new();
    bindgen
        .web(true)?
        .typescript(true)
        .input_path(compiled)
        .out_name(MODULE);
    bindgen
        .generate(package)
        .context("wasm-bindgen refused the compiled core")
}

fn optimise(module: &Path) -> Result<()> {
    tools::say("Making it smaller (wasm-opt)");
    let smaller = module.with_extension("smaller");
    // The features that rustc and wasm-bindgen use; whatever runs SIMD runs all of these.
    let features = [
        "--enable-simd",
        "--enable-bulk-memory",
        "--enable-nontrapping-float-to-int",
        "--enable-sign-ext",
        "--enable-mutable-globals",
        "--enable-reference-types",
        "--enable-multivalue",
    ];
    tools::run(
        tools::node_script("binaryen/bin/wasm-opt")
            .arg(module)
            .args(features)
            .arg("-O3")
            .arg("-o")
            .arg(&smaller),
    )?;
    fs::rename(smaller, module)?;
    Ok(())
}
