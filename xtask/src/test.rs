//! Every check in one command, fastest first; each goes on after the failure of another.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use crate::site;
use crate::tally::{self, Tally};
use crate::tools;
use crate::wasm::Profile;

struct Check {
    name: &'static str,
    what: &'static str,
    run: fn() -> Result<Tally>,
}

const CHECKS: [Check; 10] = [
    Check {
        name: "format",
        what: "rustfmt",
        run: format,
    },
    Check {
        name: "types",
        what: "tsc --checkJs --strict on www",
        run: types,
    },
    Check {
        name: "javascript",
        what: "JavaScript unit tests (node --test)",
        run: javascript,
    },
    Check {
        name: "commands",
        what: "tests of xtask",
        run: commands,
    },
    Check {
        name: "clippy",
        what: "clippy, native",
        run: clippy,
    },
    Check {
        name: "clippy-wasm",
        what: "clippy, wasm32",
        run: clippy_wasm,
    },
    Check {
        name: "rust",
        what: "Rust tests and doctests",
        run: rust,
    },
    Check {
        name: "python",
        what: "docs/pytorch.py run by PyTorch, against the same model here",
        run: python,
    },
    Check {
        name: "site",
        what: "dist/ builds and keeps its size",
        run: site,
    },
    Check {
        name: "browser",
        what: "tests in Chromium, Firefox and WebKit against dist/ under a sub-path",
        run: browser,
    },
];

/// Runs the checks with these names, or all, and tells whether every test passed.
pub fn run(only: &[String]) -> Result<bool> {
    if let Some(unknown) = only
        .iter()
        .find(|name| CHECKS.iter().all(|check| check.name != **name))
    {
        bail!(
            "there is no check {unknown:?}; the checks are {}",
            CHECKS.map(|check| check.name).join(", ")
        );
    }
    let mut results = Vec::new();
    for check in CHECKS
        .iter()
        .filter(|check| only.is_empty() || only.iter().any(|name| name == check.name))
    {
        tools::say(&format!("{}: {}", check.name, check.what));
        let begin = Instant::now();
        let tally = (check.run)().unwrap_or_else(|error| {
            eprintln!("error: {error:#}");
            Tally::one(false)
        });
        let line = result_line(check.name, &tally, begin.elapsed());
        tools::say(&line);
        results.push((line, tally));
    }

    let mut total = Tally::default();
    println!();
    for (line, tally) in results {
        println!("{line}");
        total += tally;
    }
    for remark in &total.remarks {
        println!("       {remark}");
    }
    println!(
        "\n{} passed, {} failed{}",
        total.passed,
        total.failed,
        skipped_text(total.skipped)
    );
    Ok(total.failed == 0)
}

fn result_line(name: &str, tally: &Tally, time: Duration) -> String {
    let Tally {
        passed,
        failed,
        skipped,
        ..
    } = tally;
    let verdict = match (passed, failed) {
        (0, 0) => "-     ",
        (_, 0) => "ok    ",
        _ => "FAILED",
    };
    format!(
        "{verdict} {name:<12} {passed:>4} passed, {failed} failed{} in {:.1} s",
        skipped_text(*skipped),
        time.as_secs_f64()
    )
}

/// What is skipped is said, and never counted as passed.
fn skipped_text(skipped: u64) -> String {
    match skipped {
        0 => String::new(),
        _ => format!(", {skipped} skipped"),
    }
}

/// A check that holds when its command succeeds; it counts as one test.
fn lint(command: &mut Command) -> Result<Tally> {
    tools::run(command)?;
    Ok(Tally::one(true))
}

fn format() -> Result<Tally> {
    tools::ensure_rust_components()?;
    lint(tools::cargo().args(["fmt", "--all", "--check"]))
}

fn types() -> Result<Tally> {
    tools::ensure_node_modules()?;
    lint(tools::node_script("typescript/bin/tsc").args(["--project", "www"]))
}

fn javascript() -> Result<Tally> {
    tools::ensure_node_modules()?;
    // Named one by one, since Node 20 and Node 22 read a folder's name differently.
    let folder = Path::new("tests/js");
    let files = tools::files_below(&tools::root().join(folder))?
        .into_iter()
        .map(|path| folder.join(path));
    let files: Vec<PathBuf> = files
        .filter(|path| path.to_string_lossy().ends_with(".test.js"))
        .collect();
    ensure!(
        !files.is_empty(),
        "tests/js must hold files *.test.js, found none"
    );
    let report = report_file("node.tap")?;
    let node = &mut tools::command("node");
    node.args([
        "--import=./tests/js/vendor.js",
        "--test",
        "--test-reporter=spec",
        "--test-reporter-destination=stdout",
        "--test-reporter=tap",
    ]);
    node.arg(format!("--test-reporter-destination={}", report.display()))
        .args(files);
    let outcome = tools::run(node);
    complain(&outcome);
    Ok(tally::of_tap(&fs::read_to_string(report).unwrap_or_default()).checked(outcome.is_ok()))
}

fn commands() -> Result<Tally> {
    // In the profile that built this very program, so that nothing but the tests is compiled.
    cargo_test(&["--package", "xtask", "--profile", "xtask"])
}

fn rust() -> Result<Tally> {
    cargo_test(&["--package", "vae-lab"])
}

fn cargo_test(arguments: &[&str]) -> Result<Tally> {
    let (succeeded, text) = tools::tee(
        tools::cargo()
            .args(["test", "--no-fail-fast"])
            .args(arguments),
    )?;
    Ok(tally::of_cargo(&text).checked(succeeded))
}

/// `VAE_LAB_PYTHON`, or python3, needs torch and safetensors.
fn python() -> Result<Tally> {
    let python = env::var_os("VAE_LAB_PYTHON").unwrap_or_else(|| "python3".into());
    let imports = tools::command(&python)
        .args(["-c", "import torch, safetensors"])
        .output();
    if !imports.is_ok_and(|output| output.status.success()) {
        tools::say(&format!(
            "skipped: {} cannot import torch and safetensors; install them, or set VAE_LAB_PYTHON",
            python.display()
        ));
        return Ok(Tally::skipped());
    }
    let only = ["--test", "pytorch", "--", "--ignored"];
    cargo_test(&[&["--package", "vae-lab"], &only[..]].concat())
}

fn clippy() -> Result<Tally> {
    tools::ensure_rust_components()?;
    lint(tools::cargo().args([
        "clippy",
        "--workspace",
        "--all-targets",
        "--",
        "--deny",
        "warnings",
    ]))
}

fn clippy_wasm() -> Result<Tally> {
    tools::ensure_rust_components()?;
    tools::ensure_wasm_target()?;
    let arguments = [
        "clippy",
        "--package",
        "vae-lab",
        "--lib",
        "--target",
        tools::WASM_TARGET,
    ];
    lint(
        tools::cargo()
            .args(arguments)
            .args(["--", "--deny", "warnings"]),
    )
}

fn site() -> Result<Tally> {
    let site = site::build(Profile::Release)?;
    tools::say(&site.to_string());
    let (found, allowed) = (site.gzipped_bytes, site::BUDGET_BYTES);
    ensure!(
        found <= allowed,
        "dist/ without data and models must be at most {allowed} bytes gzipped, found {found}"
    );
    ensure!(
        site.weights_bytes > 0,
        "the first model must come in eight bits, as a file .8bit.safetensors.gz, found none"
    );
    let (found, allowed) = (found + site.weights_bytes, site::VISIT_BUDGET_BYTES);
    ensure!(
        found <= allowed,
        "what comes before the first reconstruction must be at most {allowed} bytes, found {found}"
    );
    let (found, allowed) = (site.first_files, site::VISIT_BUDGET_FILES);
    ensure!(
        found <= allowed,
        "the page must begin with at most {allowed} files, found {found}"
    );
    Ok(Tally::one(true))
}

fn browser() -> Result<Tally> {
    tools::ensure_node_modules()?;
    let chromium = tools::ensure_chromium()?;
    // Nothing to do after the check above; by itself, this makes sure that the tests see today's sources.
    site::build(Profile::Release)?;
    let report = report_file("playwright.json")?;
    let playwright = &mut tools::node_script("@playwright/test/cli.js");
    playwright.args(["test", "--reporter=list,json"]);
    playwright
        .env("VAE_LAB_CHROMIUM", chromium)
        .env("PLAYWRIGHT_JSON_OUTPUT_FILE", &report);
    let outcome = tools::run(playwright);
    complain(&outcome);
    let text = fs::read_to_string(&report).context("Playwright ended without a report")?;
    Ok(tally::of_playwright(&text)?.checked(outcome.is_ok()))
}

fn complain(outcome: &Result<()>) {
    if let Err(error) = outcome {
        eprintln!("error: {error:#}");
    }
}

/// A place for a runner's report, without the one of an earlier run.
fn report_file(name: &str) -> Result<PathBuf> {
    let folder = tools::target().join("reports");
    fs::create_dir_all(&folder)?;
    let file = folder.join(name);
    if file.exists() {
        fs::remove_file(&file)?;
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_check_is_named_with_the_known_ones() {
        let error = run(&["formt".to_owned()]).unwrap_err().to_string();
        assert!(
            error.contains("\"formt\"") && error.contains("clippy-wasm"),
            "{error}"
        );
    }

    #[test]
    fn a_result_says_name_count_and_time() {
        let line = result_line(
            "rust",
            &Tally {
                passed: 12,
                ..Tally::default()
            },
            Duration::from_millis(1500),
        );
        assert_eq!(line, "ok     rust           12 passed, 0 failed in 1.5 s");
        let line = result_line("python", &Tally::skipped(), Duration::from_secs(1));
        assert_eq!(
            line,
            "-      python          0 passed, 0 failed, 1 skipped in 1.0 s"
        );
    }
}
