//! What stands outside this repository: finding it, bringing it in when it is missing, running it.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};

pub const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// The repository's top folder.
pub fn root() -> &'static Path {
    static ROOT: LazyLock<PathBuf> = LazyLock::new(|| {
        let manifest =
            env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        Path::new(&manifest)
            .parent()
            .expect("xtask stands inside the repository")
            .to_path_buf()
    });
    &ROOT
}

/// Cargo's target folder.
pub fn target() -> PathBuf {
    match env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => root().join(folder),
        None => root().join("target"),
    }
}

/// Says in one line what is being done, with the time since the command began.
pub fn say(what: &str) {
    static BEGIN: LazyLock<Instant> = LazyLock::new(Instant::now);
    eprintln!("[{:6.1} s] {what}", BEGIN.elapsed().as_secs_f64());
}

/// A command that runs in the repository's top folder.
pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(root());
    command
}

/// The cargo that runs this command.
pub fn cargo() -> Command {
    command(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// A script of an npm package, run by node: no shell and no network is asked.
pub fn node_script(path: &str) -> Command {
    let mut node = command("node");
    node.arg(root().join("node_modules").join(path));
    node
}

/// Runs a command and fails with its name unless it succeeds.
pub fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| cannot_start(command))?;
    ensure!(status.success(), "`{}` failed ({status})", line(command));
    Ok(())
}

/// Runs a command, shows its standard output line by line and returns it with whether it succeeded.
pub fn tee(command: &mut Command) -> Result<(bool, String)> {
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| cannot_start(command))?;
    let stdout = child.stdout.take().context("standard output is piped")?;
    let mut text = String::new();
    for bytes in BufReader::new(stdout).split(b'\n') {
        let bytes = bytes?;
        let line = String::from_utf8_lossy(&bytes);
        println!("{line}");
        text.push_str(&line);
        text.push('\n');
    }
    Ok((child.wait()?.success(), text))
}

fn cannot_start(command: &Command) -> String {
    let program = command.get_program().to_string_lossy();
    match program.as_ref() {
        "node" | "npm" => {
            format!("cannot start `{program}`: VAE Lab needs Node 20 or newer on the PATH")
        }
        _ => format!("cannot start `{program}`"),
    }
}

/// A command as one would type it.
fn line(command: &Command) -> String {
    let program = Path::new(command.get_program())
        .file_name()
        .unwrap_or(command.get_program());
    let words: Vec<_> = std::iter::once(program)
        .chain(command.get_args())
        .map(OsStr::to_string_lossy)
        .collect();
    words.join(" ")
}

/// Adds the wasm32 target to the pinned toolchain when it is missing.
pub fn ensure_wasm_target() -> Result<()> {
    let output = command("rustc")
        .args(["--print", "target-libdir", "--target", WASM_TARGET])
        .output()
        .context("cannot start `rustc`")?;
    if output.status.success() && Path::new(String::from_utf8_lossy(&output.stdout).trim()).is_dir()
    {
        return Ok(());
    }
    say(&format!("Adding the target {WASM_TARGET} to the toolchain"));
    run(command("rustup").args(["target", "add", WASM_TARGET])).with_context(|| {
        format!("the Rust toolchain has no target {WASM_TARGET}; without rustup it must come from where Rust came from")
    })
}

/// Adds rustfmt and clippy to the pinned toolchain when they are missing.
pub fn ensure_rust_components() -> Result<()> {
    let has = |tool: &str| {
        let output = cargo().args([tool, "--version"]).output();
        output.is_ok_and(|output| output.status.success())
    };
    if has("fmt") && has("clippy") {
        return Ok(());
    }
    say("Adding rustfmt and clippy to the toolchain");
    run(command("rustup").args(["component", "add", "rustfmt", "clippy"]))
        .context("the checks need rustfmt and clippy; without rustup they must come from where Rust came from")
}

/// Installs the npm packages when there are none or the lock file is newer.
pub fn ensure_node_modules() -> Result<()> {
    // npm writes this file last, so it also tells an interrupted installation.
    let installed = modified(&root().join("node_modules/.package-lock.json"));
    let wanted = modified(&root().join("package-lock.json"));
    if installed.is_some() && installed >= wanted {
        return Ok(());
    }
    ensure_node_version()?;
    say("Installing the npm packages (npm ci)");
    run(command("npm").args(["ci", "--no-fund", "--no-audit", "--loglevel=error"]))
}

fn ensure_node_version() -> Result<()> {
    let node = &mut command("node");
    let output = node
        .arg("--version")
        .output()
        .with_context(|| cannot_start(&command("node")))?;
    let version = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    let major: Option<u32> = version
        .trim_start_matches('v')
        .split('.')
        .next()
        .and_then(|major| major.parse().ok());
    ensure!(
        major >= Some(20),
        "VAE Lab needs Node 20 or newer, found {version:?}"
    );
    Ok(())
}

/// When a file was last written, or nothing if there is none.
pub fn modified(path: &Path) -> Option<std::time::SystemTime> {
    fs::metadata(path)
        .and_then(|metadata| metadata.modified())
        .ok()
}

/// Chromium or Chrome, installed with apt-get where that is possible.
pub fn ensure_chromium() -> Result<PathBuf> {
    if let Some(path) = env::var_os("VAE_LAB_CHROMIUM").map(PathBuf::from) {
        ensure!(
            path.is_file(),
            "VAE_LAB_CHROMIUM must name the browser's program, found {}",
            path.display()
        );
        return Ok(path);
    }
    if let Some(path) = find_chromium() {
        return Ok(path);
    }
    let Some(apt_get) = apt_get() else {
        bail!(
            "the browser tests need Chromium and found none: run `{}`",
            chromium_hint()
        );
    };
    say("Installing Chromium with apt-get");
    let apt_get = |arguments: &[&str]| {
        let mut command = command(apt_get[0]);
        run(command
            .args(&apt_get[1..])
            .args(arguments)
            .env("DEBIAN_FRONTEND", "noninteractive"))
    };
    apt_get(&["update", "--quiet=2"])
        .and_then(|()| {
            apt_get(&[
                "install",
                "--quiet=2",
                "--yes",
                "--no-install-recommends",
                "chromium",
            ])
        })
        .with_context(|| format!("the browser tests need Chromium: run `{}`", chromium_hint()))?;
    find_chromium().context(
        "apt-get installed chromium, but no `chromium` is on the PATH: set VAE_LAB_CHROMIUM",
    )
}

fn find_chromium() -> Option<PathBuf> {
    const NAMES: [&str; 4] = [
        "chromium",
        "chromium-browser",
        "google-chrome",
        "google-chrome-stable",
    ];
    const PLACES: [&str; 2] = [
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
    ];
    NAMES
        .iter()
        .find_map(|name| on_path(name))
        .or_else(|| PLACES.iter().map(PathBuf::from).find(|path| path.is_file()))
}

fn on_path(name: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?)
        .map(|folder| folder.join(name))
        .find(|path| path.is_file())
}

/// How apt-get can be run without asking for a password, if it can.
fn apt_get() -> Option<&'static [&'static str]> {
    let succeeds = |program: &str, argument: &str| {
        Command::new(program)
            .arg(argument)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .stdin(Stdio::null())
            .output()
            .ok()
            .filter(|output| output.status.success())
    };
    on_path("apt-get")?;
    let is_root = succeeds("id", "-u").is_some_and(|output| output.stdout.trim_ascii() == b"0");
    if is_root {
        return Some(&["apt-get"]);
    }
    let sudo = Command::new("sudo")
        .args(["--non-interactive", "true"])
        .stderr(Stdio::null())
        .status();
    sudo.is_ok_and(|status| status.success())
        .then_some(&["sudo", "--non-interactive", "apt-get"])
}

fn chromium_hint() -> &'static str {
    if cfg!(target_os = "macos") {
        "brew install --cask chromium"
    } else if cfg!(windows) {
        "winget install Google.Chrome"
    } else {
        "sudo apt-get install chromium"
    }
}

/// Every file below a folder, as paths relative to it, sorted; hidden files are left out.
pub fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    fn visit(folder: &Path, prefix: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
        let entries =
            fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))?;
        for entry in entries {
            let entry = entry?;
            if entry.file_name().to_string_lossy().starts_with('.') {
                continue;
            }
            let path = prefix.join(entry.file_name());
            if fs::metadata(entry.path())?.is_dir() {
                visit(&entry.path(), &path, files)?;
            } else {
                files.push(path);
            }
        }
        Ok(())
    }
    let mut files = Vec::new();
    visit(folder, Path::new(""), &mut files)?;
    files.sort();
    Ok(files)
}
