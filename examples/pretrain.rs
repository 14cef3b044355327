//! Trains a preset natively, on all cores, and writes the model.
//!
//! ```sh
//! cargo run --release --example pretrain -- --preset digits-20d --epochs 10 --seed 1 --out model.safetensors
//! ```
//!
//! Prints a line of JSON after each epoch. The whole run is kept beside the model in `OUT.run` until it is done: called
//! again after an interruption, it goes on from there.

#[path = "shared/files.rs"]
mod files;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::Parser;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};
use vae_lab::data::{Digits, Split};
use vae_lab::training::{
    EvaluationRequest, EvaluationResult, TrainingConfig, TrainingSession, preset, presets,
};

#[derive(Parser)]
struct Arguments {
    /// The preset to train
    #[arg(long)]
    preset: String,
    /// Passes over the training images; also the length of the preset's learning-rate schedule
    #[arg(long)]
    epochs: u32,
    /// The seed of everything random
    #[arg(long, default_value_t = 1)]
    seed: u32,
    /// Where the model goes
    #[arg(long)]
    out: PathBuf,
    /// Change a setting, for example --set model.latentDim=10 (JSON values)
    #[arg(long = "set", value_name = "KEY=VALUE")]
    settings: Vec<String>,
    /// Threads; all cores by default. Their number changes no result
    #[arg(long)]
    threads: Option<usize>,
    /// The name on the card of an exported model; the preset's id by default
    #[arg(long)]
    name: Option<String>,
    /// Write the model in half precision and without Adam's moments, as it is shipped
    #[arg(long)]
    export: bool,
    /// The folder with MNIST
    #[arg(long, default_value = "www/data")]
    data: PathBuf,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let (train, test) = (
        files::read_set(&arguments.data, "train")?,
        files::read_set(&arguments.data, "t10k")?,
    );
    let kept = arguments.out.with_added_extension("run");
    let mut session = begin(&arguments, &kept)?;
    if let Some(threads) = arguments.threads {
        session.use_team(threads)?;
    }
    while session.progress().epoch < arguments.epochs {
        train_epoch(&mut session, &train)?;
        fs::write(&kept, session.save()?)
            .with_context(|| format!("cannot write {}", kept.display()))?;
        println!(
            "{}",
            report(&arguments.preset, &evaluate(&mut session, &train, &test)?)
        );
    }
    let model = if arguments.export {
        session.export()?
    } else {
        session.save()?
    };
    write(&arguments.out, &model)?;
    if arguments.export {
        // What is shipped is in half precision: its card tells the numbers of exactly that.
        let result = evaluate(&mut TrainingSession::load(&model)?, &train, &test)?;
        let card = serde_json::to_string_pretty(&card(&arguments, &result))? + "\n";
        write(&arguments.out.with_extension("json"), card.as_bytes())?;
    }
    fs::remove_file(&kept).ok();
    Ok(())
}

/// Takes up the run that was interrupted, or starts one.
fn begin(arguments: &Arguments, kept: &Path) -> Result<TrainingSession> {
    let config = settings(arguments)?;
    let Ok(bytes) = fs::read(kept) else {
        return Ok(TrainingSession::new(config)?);
    };
    let session = TrainingSession::load(&bytes)
        .with_context(|| format!("cannot resume from {}", kept.display()))?;
    if *session.config() != config {
        bail!(
            "{} is a run with other settings: remove it, or choose another --out",
            kept.display()
        );
    }
    eprintln!("resuming after epoch {}", session.progress().epoch);
    Ok(session)
}

fn settings(arguments: &Arguments) -> Result<TrainingConfig> {
    let names = || {
        presets()
            .iter()
            .map(|preset| preset.id)
            .collect::<Vec<_>>()
            .join(", ")
    };
    let preset = preset(&arguments.preset).with_context(|| {
        format!(
            "--preset must be one of {}, got {}",
            names(),
            arguments.preset
        )
    })?;
    let mut config = serde_json::to_value(preset.config)?;
    config["seed"] = json!(arguments.seed);
    config["scheduleEpochs"] = json!(arguments.epochs);
    for setting in &arguments.settings {
        let (key, value) = setting
            .split_once('=')
            .with_context(|| format!("--set takes KEY=VALUE, got {setting}"))?;
        let place = config.pointer_mut(&format!("/{}", key.replace('.', "/")));
        let place = place.with_context(|| format!("--set: there is no setting {key}"))?;
        *place = serde_json::from_str(value).unwrap_or_else(|_| Value::from(value));
    }
    let config: TrainingConfig = serde_json::from_value(config)?;
    config.validate()?;
    Ok(config)
}

fn train_epoch(session: &mut TrainingSession, train: &Digits) -> Result<()> {
    let epoch = session.progress().epoch;
    let images = train.split(session.config().validation_images).0.len();
    let bar = ProgressBar::new(images.div_ceil(session.config().batch_size) as u64);
    bar.set_style(ProgressStyle::with_template(
        "epoch {prefix} {wide_bar} {pos}/{len} steps, {msg} nats",
    )?);
    bar.set_prefix((epoch + 1).to_string());
    while session.progress().epoch == epoch {
        let metrics = session
            .step(train)?
            .context("the training images are incomplete")?;
        if metrics.step % 20 == 0 {
            bar.set_message(format!("{:.2}", -metrics.elbo));
            bar.set_position(metrics.step % bar.length().unwrap_or(u64::MAX));
        }
        if !metrics.loss.is_finite() {
            bail!(
                "the loss is {} at step {}: lower learningRate",
                metrics.loss,
                metrics.step
            );
        }
    }
    bar.finish_and_clear();
    Ok(())
}

fn evaluate(
    session: &mut TrainingSession,
    train: &Digits,
    test: &Digits,
) -> Result<EvaluationResult> {
    let request = EvaluationRequest {
        split: Split::Test,
        limit: None,
        samples: 0,
    };
    let mut evaluation = session.begin_evaluation(request, train, test)?;
    loop {
        if let Some(result) = session
            .advance_evaluation(&mut evaluation, train, test)?
            .result
        {
            return Ok(result);
        }
    }
}

fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    fs::write(path, bytes).with_context(|| format!("cannot write {}", path.display()))
}

/// What a shipped model says of itself.
fn card(arguments: &Arguments, result: &EvaluationResult) -> Value {
    let command: Vec<String> = std::env::args().skip(1).collect();
    json!({
        "name": arguments.name.as_ref().unwrap_or(&arguments.preset),
        "preset": arguments.preset,
        "epochs": arguments.epochs,
        "seed": arguments.seed,
        "command": format!("cargo run --release --example pretrain -- {}", command.join(" ")),
        "test": {
            "elbo": result.elbo,
            "recon": result.recon,
            "kl": result.kl,
            "activeUnits": result.active_units,
            "convention": result.convention,
        },
    })
}

fn report(preset: &str, result: &EvaluationResult) -> Value {
    json!({
        "preset": preset,
        "epoch": result.epoch,
        "recon": result.recon,
        "kl": result.kl,
        "elbo": result.elbo,
        "activeUnits": result.active_units,
        "convention": result.convention,
    })
}
