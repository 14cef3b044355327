//! Measurements and pictures of the built site in headless Chromium: what the tests do not judge.

use std::path::{Path, absolute};

use anyhow::Result;

use crate::site;
use crate::tools;
use crate::wasm::Profile;

/// Builds the site and runs one of `tests/measure`, which prints what it finds.
pub fn run(name: &str, environment: &[(&str, &str)]) -> Result<()> {
    tools::ensure_node_modules()?;
    let chromium = tools::ensure_chromium()?;
    site::build(Profile::Release)?;
    let playwright = &mut tools::node_script("@playwright/test/cli.js");
    playwright.args([
        "test",
        "--config",
        "playwright.measure.config.js",
        "--reporter=line",
        name,
    ]);
    playwright
        .env("VAE_LAB_CHROMIUM", chromium)
        .envs(environment.iter().copied());
    tools::run(playwright)
}

/// Measures the time of training steps and of inference.
pub fn bench(json: Option<&Path>, rounds: u32, workers: Option<&str>) -> Result<()> {
    let rounds = rounds.to_string();
    let json = json.map(absolute).transpose()?;
    let json = json.as_deref().map(Path::to_string_lossy);
    let mut environment = vec![("BENCH_ROUNDS", rounds.as_str())];
    environment.extend(json.as_deref().map(|file| ("BENCH_JSON", file)));
    environment.extend(workers.map(|counts| ("BENCH_WORKERS", counts)));
    run("bench", &environment)
}
