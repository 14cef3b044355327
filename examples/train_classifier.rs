//! Trains the classifier that judges samples, and writes it with its card.
//!
//! ```sh
//! cargo run --release --example train_classifier
//! ```
//!
//! Every image is distorted anew in every epoch, so that reconstructions, samples and sloppy drawings are read as well
//! as MNIST. The test images are looked at once, at the end, as they are.

#[path = "shared/distort.rs"]
mod distort;
#[path = "shared/files.rs"]
mod files;

use std::f64::consts::PI;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use burn::module::{Module, Param};
use burn::nn::{Initializer, Linear, LinearConfig};
use burn::optim::{AdamConfig, GradientsParams};
use burn::tensor::{Device, Tensor, TensorData, activation};
use clap::Parser;
use indicatif::{ProgressBar, ProgressStyle};
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_xoshiro::Xoshiro256PlusPlus;
use serde_json::{Value, json};
use vae_lab::classifier::{Classifier, label_agreement};
use vae_lab::data::{CLASSES, Digits, PIXELS};
use vae_lab::device::default_device;

const LEARNING_RATE: f64 = 2e-3;
const BATCH_SIZE: usize = 128;

#[derive(Parser)]
struct Arguments {
    /// Passes over the training images; the learning rate falls to zero along half a cosine
    #[arg(long, default_value_t = 40)]
    epochs: usize,
    /// The seed of everything random
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Where the classifier goes; its card goes beside it
    #[arg(long, default_value = "www/models/classifier.safetensors")]
    out: PathBuf,
    /// The folder with MNIST
    #[arg(long, default_value = "www/data")]
    data: PathBuf,
}

#[derive(Module, Debug)]
struct Network {
    hidden: Linear,
    output: Linear,
}

impl Network {
    fn new(rng: &mut Xoshiro256PlusPlus, device: &Device) -> Self {
        let [pixels, hidden, classes] = Classifier::WIDTHS;
        Self {
            hidden: linear(pixels, hidden, rng, device),
            output: linear(hidden, classes, rng, device),
        }
    }

    /// The mean cross-entropy, nats.
    ///
    /// # Shapes
    ///
    /// - x: `[batch, 784]`
    /// - labels: `[batch, 10]`, one-hot
    fn loss(&self, x: Tensor<2>, labels: Tensor<2>) -> Tensor<1> {
        let logits = self
            .output
            .forward(activation::relu(self.hidden.forward(x)));
        -(activation::log_softmax(logits, 1) * labels)
            .sum_dim(1)
            .mean()
    }

    fn classifier(&self) -> Result<Classifier> {
        let layer = |layer: &Linear| -> Result<(Vec<f32>, Vec<f32>)> {
            let bias = layer.bias.as_ref().context("every layer has a bias")?;
            Ok((values(layer.weight.val())?, values(bias.val())?))
        };
        let (hidden, output) = (layer(&self.hidden)?, layer(&self.output)?);
        Ok(Classifier::new(hidden.0, hidden.1, output.0, output.1)?)
    }
}

/// A layer as He et al. 2015 start it, from our own generator.
fn linear(inputs: usize, outputs: usize, rng: &mut Xoshiro256PlusPlus, device: &Device) -> Linear {
    use rand::RngExt;
    let bound = (6.0 / inputs as f32).sqrt();
    let weights: Vec<f32> = (0..inputs * outputs)
        .map(|_| rng.random_range(-bound..bound))
        .collect();
    let mut layer = LinearConfig::new(inputs, outputs)
        .with_initializer(Initializer::Zeros)
        .init(device);
    layer.weight = Param::from_data(TensorData::new(weights, [inputs, outputs]), device);
    layer
}

fn values<const D: usize>(tensor: Tensor<D>) -> Result<Vec<f32>> {
    tensor
        .into_data()
        .try_into_vec()
        .ok()
        .context("weights are f32")
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let digits = files::read_set(&arguments.data, "train")?;
    digits.check_labels(CLASSES)?;
    let network = train(&arguments, &digits)?;
    let bytes = network.classifier()?.save()?;
    // What is measured is what is shipped: weights in half precision.
    let test = files::read_set(&arguments.data, "t10k")?;
    let card = card(
        &arguments,
        accuracy(&Classifier::load(&bytes)?, &test),
        bytes.len(),
    );
    if let Some(folder) = arguments.out.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(&arguments.out, bytes)
        .with_context(|| format!("cannot write {}", arguments.out.display()))?;
    fs::write(arguments.out.with_extension("json"), format!("{card:#}\n"))?;
    println!("{card}");
    Ok(())
}

fn train(arguments: &Arguments, train: &Digits) -> Result<Network> {
    let device = default_device().autodiff();
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(arguments.seed);
    let mut network = Network::new(&mut rng, &device);
    let mut adam = AdamConfig::new().with_epsilon(1e-8).init();
    let mut order: Vec<usize> = (0..train.len()).collect();
    let steps = arguments.epochs * order.len().div_ceil(BATCH_SIZE);
    let bar = ProgressBar::new(steps as u64);
    bar.set_style(ProgressStyle::with_template(
        "{wide_bar} {pos}/{len} steps, {msg} nats, {eta} left",
    )?);
    for _ in 0..arguments.epochs {
        order.shuffle(&mut rng);
        for places in order.chunks(BATCH_SIZE) {
            let (x, labels) = batch(train, places, &mut rng, &device);
            let loss = network.loss(x, labels);
            let gradients = GradientsParams::from_grads(loss.backward(), &network);
            let done = bar.position() as f64 / steps as f64;
            let rate = LEARNING_RATE * 0.5 * (1.0 + (PI * done).cos());
            network = adam.step(rate, network, gradients);
            bar.inc(1);
            if bar.position().is_multiple_of(50) {
                bar.set_message(format!("{:.3}", loss.into_scalar::<f32>()));
            }
        }
    }
    bar.finish_and_clear();
    Ok(network)
}

/// Distorted images, `[batch, 784]`, and their labels one-hot, `[batch, 10]`.
fn batch(
    digits: &Digits,
    places: &[usize],
    rng: &mut Xoshiro256PlusPlus,
    device: &Device,
) -> (Tensor<2>, Tensor<2>) {
    let images = places.iter().filter_map(|&place| digits.image(place));
    let x: Vec<f32> = images
        .flat_map(|image| distort::distort(image, rng))
        .collect();
    let mut labels = vec![0f32; places.len() * CLASSES];
    for (row, label) in digits.labels_of(places).into_iter().enumerate() {
        labels[row * CLASSES + usize::from(label)] = 1.0;
    }
    let tensor = |values: Vec<f32>, width: usize| {
        Tensor::from_data(TensorData::new(values, [places.len(), width]), device)
    };
    (tensor(x, PIXELS), tensor(labels, CLASSES))
}

fn accuracy(classifier: &Classifier, digits: &Digits) -> f64 {
    let images = (0..digits.len()).filter_map(|place| digits.image(place));
    let x: Vec<f32> = images
        .flatten()
        .map(|&byte| f32::from(byte) / 255.0)
        .collect();
    let labels = digits.labels_of(&(0..digits.len()).collect::<Vec<_>>());
    label_agreement(classifier, &x, &labels)
}

fn card(arguments: &Arguments, accuracy: f64, bytes: usize) -> Value {
    let Arguments { epochs, seed, .. } = arguments;
    json!({
        "name": "Classifier",
        "architecture": Classifier::WIDTHS,
        "command": format!(
            "cargo run --release --example train_classifier -- --epochs {epochs} --seed {seed}"
        ),
        "epochs": epochs,
        "seed": seed,
        "testAccuracy": accuracy,
        "testImages": 10_000,
        "bytes": bytes,
    })
}
