//! Measures a model as the literature does.
//!
//! ```sh
//! cargo run --release --example evaluate -- --model www/models/digits-20d.safetensors \
//!     --images www/data/t10k-images-idx3-ubyte.gz --convention dynamic --samples 5000 --seed 1 --json
//! ```
//!
//! All numbers are in nats per image. The same seed gives the same numbers on any number of cores. Whatever cannot be
//! used is named on stderr, with exit code 2.

#[path = "shared/files.rs"]
mod files;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, ensure};
use clap::{Parser, ValueEnum};
use serde_json::{Value, json};
use vae_lab::data::{Binarization, Digits, Split};
use vae_lab::training::{Evaluation, EvaluationRequest, EvaluationResult, TrainingSession};

/// Parts with noise of their own: all numbers that were ever published come from so many.
const PARTS: usize = 64;

#[derive(Parser)]
struct Arguments {
    /// The model, a safetensors file saved by VAE Lab
    #[arg(long)]
    model: PathBuf,
    /// The images, an IDX file, gzip-compressed or not
    #[arg(long)]
    images: PathBuf,
    /// Their labels; a conditional model needs them
    #[arg(long)]
    labels: Option<PathBuf>,
    /// What the model is asked to reconstruct; numbers of different conventions cannot be compared
    #[arg(long)]
    convention: Convention,
    /// Importance samples an image for log p(x); 0 leaves it out
    #[arg(long, default_value_t = 0)]
    samples: usize,
    /// The seed of the noise
    #[arg(long, default_value_t = 1)]
    seed: u32,
    /// Threads; all cores by default. Their number changes no result
    #[arg(long)]
    threads: Option<usize>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Convention {
    /// Grey targets: byte / 255
    Grey,
    /// A new Bernoulli draw for every pixel
    Dynamic,
    /// 1 above one half, else 0
    Threshold,
}

impl From<Convention> for Binarization {
    fn from(convention: Convention) -> Self {
        match convention {
            Convention::Grey => Self::None,
            Convention::Dynamic => Self::Dynamic,
            Convention::Threshold => Self::Threshold,
        }
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(&arguments) {
        Ok(report) if arguments.json => println!("{report}"),
        Ok(report) => println!("{report:#}"),
        Err(error) => {
            eprintln!("error: {error:#}");
            return ExitCode::from(2);
        }
    }
    ExitCode::SUCCESS
}

fn run(arguments: &Arguments) -> Result<Value> {
    let model = files::read(&arguments.model)?;
    let (session, notes) = TrainingSession::load_with_notes(&model)
        .with_context(|| arguments.model.display().to_string())?;
    for setting in &notes.missing {
        eprintln!("note: the model does not say {setting}: the default is taken");
    }
    for name in &notes.unknown {
        eprintln!("note: {name} of the model is not known here: it is passed over");
    }
    let mut session = session.with_convention(arguments.convention.into(), arguments.seed);
    if let Some(threads) = arguments.threads {
        session.use_team(threads)?;
    }
    let digits = read_digits(arguments, session.config().model.conditional)?;
    let request = EvaluationRequest {
        split: Split::Test,
        limit: None,
        samples: arguments.samples,
    };
    let whole = session.begin_evaluation(request, &digits, &digits)?;
    let mut parts = whole.divide(PARTS, arguments.seed);
    for part in &mut parts {
        while !part.is_done() {
            session.advance_evaluation(part, &digits, &digits)?;
        }
    }
    let result = Evaluation::merge(&parts).context("the evaluation did not come to its end")?;
    report(arguments.convention, &result)
}

fn read_digits(arguments: &Arguments, conditional: bool) -> Result<Digits> {
    let mut digits = Digits::new("given");
    files::read_into(&mut digits.images, &arguments.images)?;
    ensure!(
        !digits.is_empty(),
        "{} holds no images",
        arguments.images.display()
    );
    if let Some(labels) = &arguments.labels {
        files::read_into(&mut digits.labels, labels)?;
        ensure!(
            digits.labels.received() == digits.len(),
            "{} must hold a label for each of the {} images, found {}",
            labels.display(),
            digits.len(),
            digits.labels.received()
        );
    }
    ensure!(
        !conditional || arguments.labels.is_some(),
        "{} is a conditional model: give the labels of the images with --labels",
        arguments.model.display()
    );
    Ok(digits)
}

fn report(convention: Convention, result: &EvaluationResult) -> Result<Value> {
    ensure!(
        result.elbo.is_finite(),
        "the model's bound is {}: its weights are too large to compute with",
        result.elbo
    );
    let name = convention.to_possible_value();
    Ok(json!({
        "elbo": result.elbo,
        "recon": result.recon,
        "kl": result.kl,
        "kl_per_dim": result.kl_per_dim,
        "active_units": result.active_units,
        "log_likelihood": result.log_likelihood,
        "log_likelihood_se": result.log_likelihood_se,
        "n_images": result.images,
        "convention": name.as_ref().map(clap::builder::PossibleValue::get_name),
    }))
}
