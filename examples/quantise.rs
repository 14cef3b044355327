//! Writes a model in eight bits, as it is shipped for a first visit, and measures what that costs.
//!
//! ```sh
//! cargo run --release --example quantise -- --model www/models/best-mlp.safetensors
//! ```
//!
//! The file stands beside the model, compressed: not every server compresses files of weights on the way. The model's card gets its
//! name and the numbers of exactly that file, as `quick`.

#[path = "shared/files.rs"]
mod files;

use std::fs;
use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Parser;
use flate2::{Compression, GzBuilder};
use serde_json::{Value, json};
use vae_lab::data::{Digits, Split};
use vae_lab::training::{Evaluation, EvaluationRequest, EvaluationResult, TrainingSession};

/// Parts and seed of the noise by which all published numbers were taken.
const PARTS: usize = 64;
const SEED: u32 = 1;

#[derive(Parser)]
struct Arguments {
    /// The model, a safetensors file with its card beside it
    #[arg(long)]
    model: PathBuf,
    /// The folder with MNIST
    #[arg(long, default_value = "www/data")]
    data: PathBuf,
}

fn main() -> Result<()> {
    let Arguments { model, data } = Arguments::parse();
    let test = files::read_set(&data, "t10k")?;
    let whole = TrainingSession::load(&files::read(&model)?)?;
    let bytes = whole.export_in_eight_bits()?;
    let (before, after) = (
        evaluate(whole, &test)?,
        evaluate(TrainingSession::load(&bytes)?, &test)?,
    );
    let file = model.with_extension("8bit.safetensors.gz");
    let mut packed = GzBuilder::new().write(Vec::new(), Compression::best());
    packed.write_all(&bytes)?;
    let packed = packed.finish()?;
    fs::write(&file, &packed).with_context(|| format!("cannot write {}", file.display()))?;

    let path = model.with_extension("json");
    let mut card: Value = serde_json::from_slice(&files::read(&path)?)?;
    card["quick"] = json!({
        "file": file.file_name().and_then(|name| name.to_str()),
        "test": {
            "elbo": after.elbo,
            "recon": after.recon,
            "kl": after.kl,
            "activeUnits": after.active_units,
            "convention": card["test"]["convention"],
        },
    });
    let text = serde_json::to_string_pretty(&card)? + "\n";
    fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    println!(
        "{} bytes; test bound {:.3} nats, {:.3} before",
        packed.len(),
        -after.elbo,
        -before.elbo
    );
    Ok(())
}

/// As `examples/evaluate.rs` measures it by default, with the convention of the model itself.
fn evaluate(session: TrainingSession, test: &Digits) -> Result<EvaluationResult> {
    let convention = session.config().binarization;
    let mut session = session.with_convention(convention, SEED);
    let request = EvaluationRequest {
        split: Split::Test,
        limit: None,
        samples: 0,
    };
    let mut parts = session
        .begin_evaluation(request, test, test)?
        .divide(PARTS, SEED);
    for part in &mut parts {
        while !part.is_done() {
            session.advance_evaluation(part, test, test)?;
        }
    }
    Evaluation::merge(&parts).context("the evaluation did not come to its end")
}
