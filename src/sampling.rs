//! Using a model: samples from the prior, variations around a digit, reconstructions with their numbers.

use crate::data::{Digit, PIXELS};
use crate::model::VaeConfig;
use crate::random::{Purpose, generator, normals};
use crate::training::{Activations, Codes, Engine};

/// How many codes a bound is averaged over when a single digit is measured.
const BOUND_SAMPLES: usize = 16;

/// What the model makes of one digit.
#[derive(Clone, Debug)]
pub struct Reconstruction {
    /// The mean of p(x|z) at z = mu: 784 bytes.
    pub pixels: Vec<u8>,
    /// The posterior.
    pub codes: Codes,
    /// Mean over sampled codes, nats.
    pub recon: f64,
    /// Of each latent dimension, nats; zeros in a plain autoencoder.
    pub kl_per_dim: Vec<f64>,
    /// Of the encoder's hidden layers.
    pub encoder_activations: Activations,
    /// Of the decoder's hidden layers, at z = mu.
    pub decoder_activations: Activations,
}

impl Reconstruction {
    /// The sum over the latent dimensions, nats.
    pub fn kl(&self) -> f64 {
        self.kl_per_dim.iter().sum()
    }
}

/// What the decoder makes of one code.
#[derive(Clone, Debug)]
pub struct Decoded {
    /// The mean of p(x|z): 784 bytes.
    pub pixels: Vec<u8>,
    /// Of the decoder's hidden layers.
    pub activations: Activations,
}

/// Decodes `count` codes drawn from the prior N(0, I): `count * 784` bytes. The same seed gives the same codes. A
/// conditional model writes `label`, or without one its classes by turns.
pub fn sample_prior(
    engine: &mut dyn Engine,
    config: &VaeConfig,
    count: usize,
    seed: u32,
    label: Option<u8>,
) -> Vec<u8> {
    let z = display_noise(count * config.latent_dim, seed);
    let labels = match label {
        Some(label) => labels(config, label, count),
        None => config.labels_by_turns(count),
    };
    decode(engine, &z, &labels)
}

/// Decodes `count` codes drawn around a digit, z = mu + exp(logvar / 2) * eps: `count * 784` bytes. `label` is for a
/// conditional model.
pub fn variations(
    engine: &mut dyn Engine,
    config: &VaeConfig,
    digit: &[f32],
    label: u8,
    count: usize,
    seed: u32,
) -> Vec<u8> {
    let codes = engine.encode(digit, &labels(config, label, 1));
    let eps = display_noise(count * config.latent_dim, seed);
    decode(
        engine,
        &codes.sample(&eps, config.latent_dim),
        &labels(config, label, count),
    )
}

/// Encodes a digit, decodes it from z = mu, and measures the bound with z sampled. `label` is for a conditional model.
pub fn reconstruct(
    engine: &mut dyn Engine,
    config: &VaeConfig,
    digit: &[f32],
    label: u8,
    seed: u32,
) -> Reconstruction {
    let one = labels(config, label, 1);
    let (codes, encoder_activations) = engine.encode_one(digit, &one);
    let decoded = decode_code(engine, config, &codes.mu, label);
    let eps = display_noise(BOUND_SAMPLES * config.latent_dim, seed);
    let z = codes.sample(&eps, config.latent_dim);
    let x = digit.repeat(BOUND_SAMPLES);
    let recon = engine.reconstruction(&x, &z, &labels(config, label, BOUND_SAMPLES));
    Reconstruction {
        pixels: decoded.pixels,
        kl_per_dim: codes.kl().collect(),
        codes,
        recon: recon.into_iter().map(f64::from).sum::<f64>() / BOUND_SAMPLES as f64,
        encoder_activations,
        decoder_activations: decoded.activations,
    }
}

/// Decodes one code. `label` is for a conditional model.
pub fn decode_code(engine: &mut dyn Engine, config: &VaeConfig, z: &[f32], label: u8) -> Decoded {
    let (means, activations) = engine.decode_one(z, &labels(config, label, 1));
    Decoded {
        pixels: bytes(&means),
        activations,
    }
}

/// Decodes codes into bytes, white ink on black.
pub fn decode(engine: &mut dyn Engine, z: &[f32], labels: &[u8]) -> Vec<u8> {
    bytes(&engine.decode(z, labels))
}

fn bytes(means: &[f32]) -> Vec<u8> {
    means
        .iter()
        .map(|mean| (mean * 255.0).round() as u8)
        .collect()
}

/// The label that explains a digit best: the one under which a conditional model's bound is highest.
pub fn best_label(engine: &mut dyn Engine, config: &VaeConfig, digit: &[f32]) -> u8 {
    // All classes in one pass each way: a hundred passes would pack the weights a hundred times.
    let classes = config.classes;
    let each = config.labels_by_turns(classes);
    let codes = engine.encode(&digit.repeat(classes), &each);
    let kl: Vec<f64> = codes.kl().collect();
    let eps = display_noise(BOUND_SAMPLES * config.latent_dim, 0);
    let mut z = Vec::with_capacity(classes * eps.len());
    for class in 0..classes {
        let code = codes.row(class, config.latent_dim);
        z.extend(code.sample(&eps, config.latent_dim));
    }
    let drawn: Vec<u8> = each
        .iter()
        .flat_map(|&label| [label; BOUND_SAMPLES])
        .collect();
    let recon = engine.reconstruction(&digit.repeat(drawn.len()), &z, &drawn);
    let cost = |class: usize| {
        let recon = &recon[class * BOUND_SAMPLES..(class + 1) * BOUND_SAMPLES];
        let kl = &kl[class * config.latent_dim..(class + 1) * config.latent_dim];
        recon.iter().copied().map(f64::from).sum::<f64>() / BOUND_SAMPLES as f64
            + kl.iter().sum::<f64>()
    };
    let best = (0..classes).min_by(|&a, &b| cost(a).total_cmp(&cost(b)));
    best.unwrap_or(0) as u8
}

/// One label a row for a conditional model, none for others.
fn labels(config: &VaeConfig, label: u8, count: usize) -> Vec<u8> {
    vec![label; count * usize::from(config.conditional)]
}

/// A digit scaled to [0, 1].
pub fn scale(digit: &Digit) -> Vec<f32> {
    digit.iter().map(|&byte| crate::data::scale(byte)).collect()
}

/// Lays images of 28 x 28 bytes out as one RGBA picture of `columns` images a row; missing ones stay black.
pub fn tile(images: &[u8], columns: usize, rows: usize) -> Vec<u8> {
    use crate::data::SIDE;
    let width = columns * SIDE;
    let mut picture = [0, 0, 0, 255].repeat(width * rows * SIDE);
    for (index, image) in images.chunks_exact(PIXELS).take(columns * rows).enumerate() {
        let corner = index / columns * SIDE * width + index % columns * SIDE;
        for (pixel, &grey) in image.iter().enumerate() {
            let target = (corner + pixel / SIDE * width + pixel % SIDE) * 4;
            picture[target..target + 3].fill(grey);
        }
    }
    picture
}

fn display_noise(count: usize, seed: u32) -> Vec<f32> {
    normals(count, &mut generator(seed, Purpose::Display, 0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::SIDE;

    #[test]
    fn tiling_works_for_grids_that_are_not_square() {
        let images: Vec<u8> = [10, 20, 30]
            .into_iter()
            .flat_map(|grey| [grey; PIXELS])
            .collect();
        let picture = tile(&images, 2, 3);
        assert_eq!(picture.len(), 2 * SIDE * 3 * SIDE * 4);
        let at = |x: usize, y: usize| picture[(y * 2 * SIDE + x) * 4];
        assert_eq!(
            [at(0, 0), at(SIDE, 0), at(SIDE - 1, SIDE), at(SIDE, SIDE)],
            [10, 20, 30, 0]
        );
        assert!(picture.chunks(4).all(|pixel| pixel[3] == 255));
    }
}
