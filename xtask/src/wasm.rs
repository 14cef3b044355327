//! The core as WebAssembly: cargo compiles it, wasm-bindgen binds it to JavaScript, wasm-opt makes it smaller.
//!
//! What is published has the module twice, behind the same JavaScript: for every browser with SIMD, and with relaxed SIMD
//! for those that have it. A visitor downloads one of them.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use anyhow::{Context, Result, ensure};
use wasm_bindgen_cli_support::Bindgen;

use crate::data::md5;
use crate::tools::{self, WASM_TARGET};

/// The module's name: it makes `vae_lab.js` and `vae_lab_bg.wasm`.
const MODULE: &str = "vae_lab";

/// The published module with relaxed SIMD; a visitor downloads this one or [`MODULE_FILE`], never both.
pub const RELAXED_FILE: &str = "vae_lab_relaxed_bg.wasm";
/// The module for every browser with SIMD.
pub const MODULE_FILE: &str = "vae_lab_bg.wasm";

/// Counts up whenever the steps below change their result, so that nobody keeps an older one.
const RECIPE: &str = "2";

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

/// Which instructions the module may use.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Instructions {
    Simd,
    RelaxedSimd,
}

impl Instructions {
    fn name(self) -> &'static str {
        match self {
            Self::Simd => "simd",
            Self::RelaxedSimd => "relaxed-simd",
        }
    }
}

/// Builds the modules, unless nothing that they are made of has changed, and returns the folder that holds them and their
/// JavaScript.
pub fn build(profile: Profile) -> Result<PathBuf> {
    let stamp_file = site_folder(profile, Instructions::Simd).join("sources");
    let stamp = sources_stamp()?;
    let package = site_folder(profile, Instructions::Simd).join("pkg");
    if fs::read_to_string(&stamp_file).is_ok_and(|made_from| made_from == stamp) {
        return Ok(package);
    }
    tools::ensure_wasm_target()?;
    build_anew(profile)?;
    fs::write(stamp_file, stamp)?;
    Ok(package)
}

/// A hash of everything that decides what cargo makes of the core. Cargo itself links both modules anew each time, since both
/// are written to the same file: a minute that a change in `www` need not wait for.
fn sources_stamp() -> Result<String> {
    let root = tools::root();
    let sources = tools::files_below(&root.join("src"))?;
    let mut paths: Vec<_> = sources
        .iter()
        .map(|path| Path::new("src").join(path))
        .collect();
    paths.sort();
    paths.extend(
        [
            "Cargo.toml",
            "Cargo.lock",
            ".cargo/config.toml",
            "rust-toolchain.toml",
            "package-lock.json",
        ]
        .map(PathBuf::from),
    );
    let mut all = Vec::new();
    for path in paths {
        all.extend_from_slice(path.to_string_lossy().as_bytes());
        let file = root.join(&path);
        all.extend(fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?);
    }
    Ok(format!("recipe {RECIPE}, md5 {}", md5(&all)))
}

fn build_anew(profile: Profile) -> Result<PathBuf> {
    let simd = compile(profile, Instructions::Simd)?;
    if profile == Profile::Dev {
        return pack(profile, Instructions::Simd, &simd);
    }
    // One core makes the first module smaller while another compiles the second.
    let (simd, relaxed) = thread::scope(|scope| {
        let simd = scope.spawn(|| pack(profile, Instructions::Simd, &simd));
        let relaxed = compile(profile, Instructions::RelaxedSimd)
            .and_then(|bytes| pack(profile, Instructions::RelaxedSimd, &bytes));
        (simd.join().expect("packing does not panic"), relaxed)
    });
    let (simd, relaxed) = (simd?, relaxed?);
    join(&simd, &relaxed)?;
    Ok(simd)
}

fn site_folder(profile: Profile, instructions: Instructions) -> PathBuf {
    tools::target()
        .join("site")
        .join(format!("{profile}-{}", instructions.name()))
}

/// Binds and optimises a compiled module, unless that has been done; returns the folder of what came out.
fn pack(profile: Profile, instructions: Instructions, compiled: &[u8]) -> Result<PathBuf> {
    let folder = site_folder(profile, instructions);
    let package = folder.join("pkg");
    let stamp_file = folder.join("made-from");
    let stamp = format!("recipe {RECIPE}, md5 {}", md5(compiled));
    if fs::read_to_string(&stamp_file).is_ok_and(|made_from| made_from == stamp) {
        return Ok(package);
    }
    let _ = fs::remove_dir_all(&folder);
    bind(compiled, &package)?;
    if profile == Profile::Release {
        optimise(&package.join(MODULE_FILE), instructions)?;
    }
    fs::write(stamp_file, stamp)?;
    Ok(package)
}

/// Puts the module with relaxed SIMD beside the other one. The JavaScript must serve both.
fn join(simd: &Path, relaxed: &Path) -> Result<()> {
    let glue = format!("{MODULE}.js");
    let read = |folder: &Path| {
        let file = folder.join(&glue);
        fs::read(&file).with_context(|| format!("cannot read {}", file.display()))
    };
    ensure!(
        read(simd)? == read(relaxed)?,
        "both builds must have the same {glue}, and they differ: see {} and {}",
        simd.display(),
        relaxed.display()
    );
    fs::copy(relaxed.join(MODULE_FILE), simd.join(RELAXED_FILE))
        .context("cannot copy the module with relaxed SIMD")?;
    Ok(())
}

fn compile(profile: Profile, instructions: Instructions) -> Result<Vec<u8>> {
    tools::say(&format!(
        "Compiling the core to WebAssembly ({}, profile {profile}; Burn takes minutes the first time)",
        instructions.name()
    ));
    // Only the cdylib: an rlib beside it would make every dependency carry machine code that fat LTO never reads.
    let mut cargo = tools::cargo();
    cargo
        .args(["rustc", "--package", "vae-lab", "--lib"])
        .args(["--crate-type", "cdylib", "--target", WASM_TARGET])
        .args(["--profile", &profile.to_string()]);
    if instructions == Instructions::RelaxedSimd {
        cargo.args(["--features", "relaxed-simd"]);
    }
    tools::run(&mut cargo)?;
    let file = tools::target()
        .join(WASM_TARGET)
        .join(profile.to_string())
        .join(format!("{MODULE}.wasm"));
    fs::read(&file).with_context(|| format!("cargo succeeded, but cannot read {}", file.display()))
}

fn bind(compiled: &[u8], package: &Path) -> Result<()> {
    tools::say("Binding it to JavaScript (wasm-bindgen)");
    let mut bindgen = Bindgen::new();
    bindgen
        .web(true)?
        .typescript(true)
        .input_bytes(MODULE, compiled.to_vec())
        .out_name(MODULE);
    bindgen
        .generate(package)
        .context("wasm-bindgen refused the compiled core")
}

fn optimise(module: &Path, instructions: Instructions) -> Result<()> {
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
    let relaxed = (instructions == Instructions::RelaxedSimd).then_some("--enable-relaxed-simd");
    tools::run(
        tools::node_script("binaryen/bin/wasm-opt")
            .arg(module)
            .args(features)
            .args(relaxed)
            .arg("-O3")
            .arg("-o")
            .arg(&smaller),
    )?;
    fs::rename(smaller, module)?;
    Ok(())
}
