//! What several test files need: real MNIST, and a model in plain f64 loops to hold the engines against.
#![allow(dead_code)] // Each test file uses its own part of this.

pub mod pad;
pub mod reference;

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use vae_lab::data::Digits;
use vae_lab::device::default_device;
use vae_lab::training::{BurnEngine, Engine, EngineState, FusedEngine, TrainingConfig, preset};

/// Every engine, with its name, where `state` stands.
pub fn engines(
    config: &TrainingConfig,
    state: &EngineState,
) -> Vec<(&'static str, Box<dyn Engine>)> {
    let burn = BurnEngine::new(&config.model, state, &default_device());
    let fused = FusedEngine::new(&config.model, state.clone(), 1);
    vec![("burn", Box::new(burn)), ("fused", Box::new(fused))]
}

/// The settings of *Digits 20-D*.
pub fn digits_20d() -> TrainingConfig {
    preset("digits-20d").unwrap().config
}

/// *Digits 20-D* with a smaller model, for tests that train much.
pub fn small() -> TrainingConfig {
    let mut config = digits_20d();
    config.model.encoder_hidden = vec![64];
    config.model.decoder_hidden = vec![64];
    config.model.latent_dim = 8;
    config
}

/// The training set of the site.
pub fn mnist_train() -> Digits {
    mnist(
        "train",
        "train-images-idx3-ubyte.gz",
        "train-labels-idx1-ubyte.gz",
    )
}

/// The test set of the site.
pub fn mnist_test() -> Digits {
    mnist(
        "test",
        "t10k-images-idx3-ubyte.gz",
        "t10k-labels-idx1-ubyte.gz",
    )
}

/// A file beside the tests.
pub fn fixture(name: &str) -> PathBuf {
    root().join("tests/fixtures").join(name)
}

/// A model that is shipped with the site.
pub fn model_file(name: &str) -> PathBuf {
    root()
        .join("www/models")
        .join(format!("{name}.safetensors"))
}

/// The inflated bytes of one of the site's data files.
pub fn inflate(name: &str) -> Vec<u8> {
    let file = File::open(root().join("www/data").join(name)).unwrap();
    let mut bytes = Vec::new();
    GzDecoder::new(file).read_to_end(&mut bytes).unwrap();
    bytes
}

fn mnist(set: &str, images: &str, labels: &str) -> Digits {
    let mut digits = Digits::new(set);
    digits.images.push(&inflate(images)).unwrap();
    digits.labels.push(&inflate(labels)).unwrap();
    digits.images.finish().unwrap();
    digits.labels.finish().unwrap();
    digits
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
