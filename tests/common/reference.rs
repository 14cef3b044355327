//! The objective of a dense VAE in plain f64 loops, written for the eye and not for speed.

use std::collections::HashMap;

use vae_lab::data::PIXELS;
use vae_lab::model::{Activation, Likelihood};
use vae_lab::training::{Reduction, TrainingConfig};

/// The flat list of parameters, looked up by name.
pub struct Reference<'a> {
    config: &'a TrainingConfig,
    places: HashMap<String, (usize, usize, usize)>,
}

/// The batch means, in nats per image, and the objective.
#[derive(Clone, Debug)]
pub struct ReferenceLosses {
    pub recon: f64,
    pub kl: f64,
    pub kl_per_dimension: Vec<f64>,
    pub objective: f64,
}

impl<'a> Reference<'a> {
    pub fn new(config: &'a TrainingConfig) -> Self {
        let specs = config.model.parameters();
        let place = |spec: &vae_lab::model::Parameter| {
            let outputs = *spec.shape.last().unwrap();
            (spec.range.start, spec.range.len() / outputs, outputs)
        };
        let places = specs
            .iter()
            .map(|spec| (spec.name.clone(), place(spec)))
            .collect();
        Self { config, places }
    }

    /// `labels` are those of a conditional model, else empty.
    pub fn losses(
        &self,
        parameters: &[f64],
        x: &[f32],
        labels: &[u8],
        eps: &[f32],
    ) -> ReferenceLosses {
        let latent = self.config.model.latent_dim;
        let images = x.len() / PIXELS;
        let (mut recon, mut kl_per_dimension) = (0.0, vec![0.0; latent]);
        for image in 0..images {
            let x: Vec<f64> = row(x, image, PIXELS);
            let eps = row(eps, image, latent);
            let one_hot = self.one_hot(labels.get(image));
            let (one_recon, one_kl) = self.one_image(parameters, &x, &one_hot, &eps);
            recon += one_recon / images as f64;
            for (kl, one_kl) in kl_per_dimension.iter_mut().zip(one_kl) {
                *kl += one_kl / images as f64;
            }
        }
        let scale = match self.config.reduction {
            Reduction::Sum => 1.0,
            Reduction::Mean => 1.0 / PIXELS as f64,
        };
        let penalty = self.config.l2 * self.squared_weights(parameters);
        let priced_kl: f64 = kl_per_dimension
            .iter()
            .map(|kl| kl.max(self.config.free_bits))
            .sum();
        ReferenceLosses {
            recon,
            kl: kl_per_dimension.iter().sum(),
            kl_per_dimension,
            objective: scale * recon + self.config.kl_weight * priced_kl + penalty,
        }
    }

    /// A one where the label is; nothing without a label.
    fn one_hot(&self, label: Option<&u8>) -> Vec<f64> {
        let mut one_hot = Vec::new();
        if let Some(&label) = label {
            one_hot.resize(self.config.model.classes, 0.0);
            one_hot[usize::from(label)] = 1.0;
        }
        one_hot
    }

    fn one_image(
        &self,
        parameters: &[f64],
        x: &[f64],
        one_hot: &[f64],
        eps: &[f64],
    ) -> (f64, Vec<f64>) {
        let model = &self.config.model;
        let input = [x, one_hot].concat();
        let layers = model.encoder_hidden.len();
        let features = self.stack(parameters, "encoder.hidden", layers, &input);
        let mu = self.dense(parameters, "encoder.mu", &features);
        let (mut z, mut kl) = (mu.clone(), vec![0.0; mu.len()]);
        if model.variational {
            let logvar = self.dense(parameters, "encoder.logvar", &features);
            for d in 0..z.len() {
                z[d] += (logvar[d] / 2.0).exp() * eps[d];
                kl[d] = -0.5 * (1.0 + logvar[d] - mu[d] * mu[d] - logvar[d].exp());
            }
        }
        z.extend(one_hot);
        let features = self.stack(parameters, "decoder.hidden", model.decoder_hidden.len(), &z);
        let logits = self.dense(parameters, "decoder.output", &features);
        let pixel = |(&logit, &x): (&f64, &f64)| {
            let mean = 1.0 / (1.0 + (-logit).exp());
            match model.likelihood {
                Likelihood::Bernoulli => -(x * mean.ln() + (1.0 - x) * (1.0 - mean).ln()),
                Likelihood::Gaussian => (mean - x) * (mean - x),
            }
        };
        (logits.iter().zip(x).map(pixel).sum(), kl)
    }

    fn stack(&self, parameters: &[f64], name: &str, layers: usize, input: &[f64]) -> Vec<f64> {
        (0..layers).fold(input.to_vec(), |input, layer| {
            let mut output = self.dense(parameters, &format!("{name}.{layer}"), &input);
            for value in &mut output {
                *value = match self.config.model.activation {
                    Activation::Relu => value.max(0.0),
                    Activation::Tanh => value.tanh(),
                    Activation::Gelu => *value * 0.5 * (1.0 + erf(*value / 2f64.sqrt())),
                };
            }
            output
        })
    }

    fn dense(&self, parameters: &[f64], name: &str, input: &[f64]) -> Vec<f64> {
        let (weight, inputs, outputs) = self.places[&format!("{name}.weight")];
        let (bias, ..) = self.places[&format!("{name}.bias")];
        assert_eq!(inputs, input.len());
        let output = |o: usize| {
            let products = input
                .iter()
                .enumerate()
                .map(|(i, value)| value * parameters[weight + i * outputs + o]);
            parameters[bias + o] + products.sum::<f64>()
        };
        (0..outputs).map(output).collect()
    }

    fn squared_weights(&self, parameters: &[f64]) -> f64 {
        let weights = self
            .places
            .iter()
            .filter(|(name, _)| name.ends_with("weight"));
        weights
            .map(|(_, &(start, rows, columns))| squares(&parameters[start..start + rows * columns]))
            .sum()
    }
}

/// erf(x) = 2 / sqrt(pi) * exp(-x^2) * (x + 2 x^3 / 3 + 4 x^5 / 15 + …): all terms have one sign, so nothing cancels
/// (Abramowitz and Stegun, 7.1.6).
fn erf(x: f64) -> f64 {
    let (mut term, mut sum) = (x, 0.0);
    for n in 1..200 {
        sum += term;
        term *= 2.0 * x * x / f64::from(2 * n + 1);
    }
    std::f64::consts::FRAC_2_SQRT_PI * (-x * x).exp() * sum
}

fn squares(values: &[f64]) -> f64 {
    values.iter().map(|value| value * value).sum()
}

fn row(values: &[f32], index: usize, width: usize) -> Vec<f64> {
    values[index * width..(index + 1) * width]
        .iter()
        .map(|&value| f64::from(value))
        .collect()
}
