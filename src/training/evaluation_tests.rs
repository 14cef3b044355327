//! Importance sampling, against a model whose log p(x) is known in closed form.

use std::f64::consts::PI;

use super::*;
use crate::error::{Error, Result};
use crate::training::{Activations, Batch, EngineState, Losses, StepSettings, preset};

const LATENT: usize = 4;
/// The variance of a pixel, given z.
const NOISE: f64 = 0.5;

/// Probabilistic PCA (Tipping and Bishop 1999): p(z) = N(0, I), p(x|z) = N(W z + b, NOISE I), hence
/// p(x) = N(b, W W^T + NOISE I). Each pixel hangs on one latent dimension, so the columns of W are orthogonal and the
/// exact posterior is diagonal, as q is.
struct LinearGaussian {
    weights: Vec<f64>,
    bias: Vec<f64>,
    /// How far q's means lie beside the exact ones, in deviations.
    shift: f64,
    /// How much wider than the exact posterior q is.
    widening: f64,
}

impl LinearGaussian {
    fn new(shift: f64, widening: f64) -> Self {
        let wave = |pixel: usize, speed: f64| (pixel as f64 * speed).sin();
        Self {
            weights: (0..PIXELS).map(|pixel| 0.2 * wave(pixel, 0.7)).collect(),
            bias: (0..PIXELS)
                .map(|pixel| 0.3 + 0.2 * wave(pixel, 0.1))
                .collect(),
            shift,
            widening,
        }
    }

    /// Of each latent dimension: |w|^2 and w . (x - b), for w its column of W.
    fn projections(&self, x: &[f32]) -> [(f64, f64); LATENT] {
        let mut sums = [(0.0, 0.0); LATENT];
        for (pixel, x) in x.iter().enumerate() {
            let weight = self.weights[pixel];
            let (square, product) = &mut sums[pixel % LATENT];
            *square += weight * weight;
            *product += weight * (f64::from(*x) - self.bias[pixel]);
        }
        sums
    }

    /// log N(x; b, W W^T + NOISE I), by Woodbury's identity and the determinant lemma.
    fn log_likelihood(&self, x: &[f32]) -> f64 {
        let distance = |(x, bias): (&f32, &f64)| (f64::from(*x) - bias).powi(2);
        let mut square = x.iter().zip(&self.bias).map(distance).sum::<f64>() / NOISE;
        let mut log_determinant = PIXELS as f64 * NOISE.ln();
        for (norm, product) in self.projections(x) {
            square -= product * product / (NOISE * (NOISE + norm));
            log_determinant += (1.0 + norm / NOISE).ln();
        }
        -0.5 * (square + log_determinant + PIXELS as f64 * (2.0 * PI).ln())
    }
}

impl Engine for LinearGaussian {
    fn encode(&mut self, x: &[f32], _: &[u8]) -> Codes {
        let mut codes = Codes::default();
        for (norm, product) in x.chunks(PIXELS).flat_map(|x| self.projections(x)) {
            let variance = NOISE / (NOISE + norm);
            let mean = variance * product / NOISE;
            codes.mu.push((mean + self.shift * variance.sqrt()) as f32);
            codes.logvar.push((self.widening * variance).ln() as f32);
        }
        codes
    }

    fn reconstruction(&mut self, x: &[f32], z: &[f32], _: &[u8]) -> Vec<f32> {
        let nats = |(x, z): (&[f32], &[f32])| {
            let square = |pixel: usize| {
                let mean = self.weights[pixel] * f64::from(z[pixel % LATENT]) + self.bias[pixel];
                (f64::from(x[pixel]) - mean).powi(2)
            };
            let constant = PIXELS as f64 * (2.0 * PI * NOISE).ln();
            (0.5 * ((0..PIXELS).map(square).sum::<f64>() / NOISE + constant)) as f32
        };
        x.chunks(PIXELS).zip(z.chunks(LATENT)).map(nats).collect()
    }

    fn decode(&mut self, _: &[f32], _: &[u8]) -> Vec<f32> {
        unreachable!("an evaluation decodes nothing")
    }

    fn train_step(&mut self, _: Batch<'_>, _: &StepSettings) -> Losses {
        unreachable!("an evaluation trains nothing")
    }

    fn encode_one(&mut self, x: &[f32], labels: &[u8]) -> (Codes, Activations) {
        (self.encode(x, labels), Vec::new())
    }

    fn decode_one(&mut self, z: &[f32], labels: &[u8]) -> (Vec<f32>, Activations) {
        (self.decode(z, labels), Vec::new())
    }

    fn state(&self) -> Result<EngineState> {
        Err(Error::NotShared {})
    }
}

/// Images of grey waves, each of its own period.
fn waves(count: usize) -> Digits {
    let byte = |place: usize| {
        let (image, pixel) = (place / PIXELS, place % PIXELS);
        (128.0 + 120.0 * (pixel as f64 * (0.3 + 0.05 * image as f64)).sin()) as u8
    };
    let header = [0x803u32, count as u32, 28, 28].map(u32::to_be_bytes);
    let mut digits = Digits::new("waves");
    digits.images.push(&header.concat()).unwrap();
    let bytes: Vec<u8> = (0..count * PIXELS).map(byte).collect();
    digits.images.push(&bytes).unwrap();
    digits
}

fn evaluate(model: &mut LinearGaussian, digits: &Digits, samples: usize) -> EvaluationResult {
    let mut config = preset("digits-20d").unwrap().config;
    config.model.latent_dim = LATENT;
    let request = EvaluationRequest {
        split: Split::Test,
        limit: None,
        samples,
    };
    let mut evaluation = Evaluation::new(request, 0..digits.len(), 0, 0.0, &config);
    while !evaluation.is_done() {
        evaluation.advance(digits, model, &config);
    }
    evaluation.progress().result.unwrap()
}

/// Mean and standard error of log p(x) over the images, in closed form.
fn truth(model: &LinearGaussian, digits: &Digits) -> (f64, f64) {
    let nats = |image| {
        let bytes = digits.image(image).unwrap();
        let x: Vec<f32> = bytes.iter().map(|&byte| crate::data::scale(byte)).collect();
        model.log_likelihood(&x)
    };
    let nats: Vec<f64> = (0..digits.len()).map(nats).collect();
    let count = nats.len() as f64;
    let mean = nats.iter().sum::<f64>() / count;
    let variance = nats.iter().map(|nats| (nats - mean).powi(2)).sum::<f64>() / count;
    (mean, (variance / count).sqrt())
}

#[test]
fn with_the_exact_posterior_any_number_of_samples_gives_log_p() {
    let (mut model, digits) = (LinearGaussian::new(0.0, 1.0), waves(12));
    let (mean, error) = truth(&model, &digits);
    for samples in [1, 3, 50, 250] {
        let result = evaluate(&mut model, &digits, samples);
        let (found, found_error) = (
            result.log_likelihood.unwrap(),
            result.log_likelihood_se.unwrap(),
        );
        assert!(
            (found - mean).abs() < 1e-3,
            "{samples} samples: {found}, not {mean}"
        );
        assert!(
            (found_error - error).abs() < 1e-3,
            "{found_error}, not {error}"
        );
    }
}

#[test]
fn with_another_posterior_samples_close_the_gap_from_below() {
    let (mut model, digits) = (LinearGaussian::new(0.5, 1.5), waves(400));
    let (mean, _) = truth(&model, &digits);
    let bound = evaluate(&mut model, &digits, 0).elbo;
    let gaps = [1, 10, 100, 400].map(|samples| {
        mean - evaluate(&mut model, &digits, samples)
            .log_likelihood
            .unwrap()
    });
    // E[log p(x) - bound] = KL(q || p(z|x)) = (shift^2 + widening - 1 - ln widening) / 2 a dimension.
    let kl = LATENT as f64 * 0.5 * (0.25 + 1.5 - 1.0 - 1.5f64.ln());
    assert!((mean - bound - kl).abs() < 0.4, "{} for {kl}", mean - bound);
    assert!((gaps[0] - kl).abs() < 0.3, "{gaps:?}");
    assert!(
        gaps[0] > 2.0 * gaps[1] && gaps[1] > 2.0 * gaps[2],
        "{gaps:?}"
    );
    assert!(gaps[3].abs() < 0.02, "{gaps:?}");
}

#[test]
fn a_divided_evaluation_covers_every_image_once() {
    let (mut model, digits) = (LinearGaussian::new(0.0, 1.0), waves(11));
    let (mean, _) = truth(&model, &digits);
    let mut config = preset("digits-20d").unwrap().config;
    config.model.latent_dim = LATENT;
    let request = EvaluationRequest {
        split: Split::Test,
        limit: None,
        samples: 2,
    };
    // More parts than images: some are empty.
    let mut parts = Evaluation::new(request, 0..digits.len(), 0, 0.0, &config).divide(16, 1);
    for part in &mut parts {
        while !part.is_done() {
            part.advance(&digits, &mut model, &config);
        }
    }
    let result = Evaluation::merge(&parts).unwrap();
    assert_eq!(result.images, 11);
    assert!((result.log_likelihood.unwrap() - mean).abs() < 1e-3);
}

#[test]
fn log_mean_exp_is_stable() {
    let of = |weights: &[f64]| {
        let mut mean = LogMeanExp::default();
        weights.iter().for_each(|&weight| mean.add(weight));
        mean.value()
    };
    assert_eq!(of(&[-1000.0]), -1000.0);
    assert!((of(&[2f64.ln(), 4f64.ln()]) - 3f64.ln()).abs() < 1e-12);
    assert!((of(&[-900.0, 900.0]) - (900.0 - 2f64.ln())).abs() < 1e-9);
    assert!((of(&[900.0, -900.0]) - (900.0 - 2f64.ln())).abs() < 1e-9);
}
