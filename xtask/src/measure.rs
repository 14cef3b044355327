//! Measurements and pictures of the built site in headless Chromium: what the tests do not judge.

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
