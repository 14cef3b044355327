//! The snippet `docs/pytorch.py`, run by PyTorch, gives what this program gives for the same file.
//! `cargo xtask test python` runs these tests where Python has torch and safetensors; others ignore them.

mod common;

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use common::{digits_20d, fixture, small};
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use safetensors::SafeTensors;
use safetensors::tensor::{Dtype, TensorView};
use vae_lab::data::PIXELS;
use vae_lab::model::{Activation, Likelihood};
use vae_lab::training::{TrainingConfig, TrainingSession};

const ROWS: usize = 6;

/// Random rows with values in `[low, high)`.
fn rows(width: usize, low: f32, high: f32) -> Vec<f32> {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(width as u64);
    let value = |_| rng.random_range(low..high);
    (0..ROWS * width).map(value).collect()
}

fn one_hot(labels: &[u8], classes: usize) -> Vec<f32> {
    let mut rows = vec![0.0; labels.len() * classes];
    for (row, &label) in labels.iter().enumerate() {
        rows[row * classes + usize::from(label)] = 1.0;
    }
    rows
}

fn write_tensors(path: &PathBuf, tensors: &[(&str, &[f32])]) {
    let bytes = |values: &[f32]| -> Vec<u8> {
        values
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .collect()
    };
    let tensors: Vec<_> = tensors
        .iter()
        .map(|(name, values)| (name, bytes(values)))
        .collect();
    let views = tensors.iter().map(|(name, bytes)| {
        let shape = vec![ROWS, bytes.len() / 4 / ROWS];
        (name, TensorView::new(Dtype::F32, shape, bytes).unwrap())
    });
    fs::write(path, safetensors::serialize(views, None).unwrap()).unwrap();
}

fn assert_close(what: &str, file: &SafeTensors<'_>, expected: &[f32]) {
    let tensor = file.tensor(what).unwrap();
    let words = tensor.data().as_chunks::<4>().0;
    assert_eq!(words.len(), expected.len(), "{what}");
    for (&word, expected) in words.iter().zip(expected) {
        let found = f32::from_le_bytes(word);
        assert!(
            (found - expected).abs() < 1e-5,
            "{what}: {found}, not {expected}"
        );
    }
}

/// Holds PyTorch's codes and pixels for a model of this configuration against our own.
fn check(case: &str, config: TrainingConfig) {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("pytorch-{case}"));
    fs::create_dir_all(&folder).unwrap();
    let [model, inputs, outputs] = ["model", "inputs", "outputs"].map(|name| folder.join(name));
    // In half precision, as it is shipped; what was rounded is loaded again.
    let bytes = TrainingSession::new(config).unwrap().export().unwrap();
    fs::write(&model, &bytes).unwrap();
    let mut session = TrainingSession::load(&bytes).unwrap();
    let shape = session.config().model.clone();

    let labels = if shape.conditional {
        vec![0, 3, shape.classes as u8 - 1, 5, 5, 1]
    } else {
        Vec::new()
    };
    let (x, z) = (rows(PIXELS, 0.0, 1.0), rows(shape.latent_dim, -2.0, 2.0));
    let y = one_hot(&labels, shape.classes);
    let tensors: &[(&str, &[f32])] = &[("x", &x), ("z", &z), ("y", &y)];
    write_tensors(&inputs, &tensors[..2 + usize::from(shape.conditional)]);

    let python = std::env::var_os("VAE_LAB_PYTHON").unwrap_or("python3".into());
    let status = Command::new(python)
        .arg(fixture("run_pytorch.py"))
        .args([&model, &inputs, &outputs])
        .status();
    assert!(status.expect("python3 starts").success());

    let bytes = fs::read(&outputs).unwrap();
    let file = SafeTensors::deserialize(&bytes).unwrap();
    let codes = session.engine().encode(&x, &labels);
    assert_close("mu", &file, &codes.mu);
    if shape.variational {
        assert_close("logvar", &file, &codes.logvar);
    }
    assert_close("pixels", &file, &session.engine().decode(&z, &labels));
}

#[test]
#[ignore = "needs Python with torch and safetensors: run `cargo xtask test python`"]
fn relu() {
    check("relu", digits_20d());
}

#[test]
#[ignore = "needs Python with torch and safetensors: run `cargo xtask test python`"]
fn gelu_with_several_layers_and_labels() {
    let mut config = small();
    config.model.encoder_hidden = vec![40, 30];
    config.model.decoder_hidden = vec![30, 40, 50];
    config.model.activation = Activation::Gelu;
    config.model.conditional = true;
    check("gelu", config.clone());
    config.model.classes = 26;
    check("gelu-26-classes", config);
}

#[test]
#[ignore = "needs Python with torch and safetensors: run `cargo xtask test python`"]
fn tanh_autoencoder_with_squared_error() {
    let mut config = small();
    config.model.activation = Activation::Tanh;
    config.model.likelihood = Likelihood::Gaussian;
    config.model.variational = false;
    check("tanh", config);
}
