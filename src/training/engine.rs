//! What computes: the model's parameters, the optimizer's moments, and the passes through them.

use super::{FusedEngine, StepSettings};
use crate::error::Result;

/// The inputs of a training step.
#[derive(Clone, Copy, Debug)]
pub struct Batch<'a> {
    /// `[images, 784]`, values in [0, 1].
    pub x: &'a [f32],
    /// `[images]`, below the model's `classes`; empty unless it is conditional.
    pub labels: &'a [u8],
    /// `[images, latent_dim]`, draws from N(0, I).
    pub eps: &'a [f32],
}

/// The batch means of a training step.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Losses {
    /// Nats per image.
    pub recon: f64,
    /// Nats per image.
    pub kl: f64,
    /// The objective, L2 included.
    pub objective: f64,
}

/// Posterior parameters, row by row.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Codes {
    /// `[images, latent_dim]`.
    pub mu: Vec<f32>,
    /// `[images, latent_dim]`; empty in a plain autoencoder.
    pub logvar: Vec<f32>,
}

impl Codes {
    /// z = mu + exp(logvar / 2) * eps, `[draws, latent_dim]`. With one row of codes, every draw is around it.
    pub fn sample(&self, eps: &[f32], latent_dim: usize) -> Vec<f32> {
        let place = |index: usize| {
            if self.mu.len() == latent_dim {
                index % latent_dim
            } else {
                index
            }
        };
        let draw = |(index, eps): (usize, &f32)| {
            let deviation = self
                .logvar
                .get(place(index))
                .map_or(0.0, |logvar| (logvar / 2.0).exp());
            self.mu[place(index)] + deviation * eps
        };
        eps.iter().enumerate().map(draw).collect()
    }

    /// KL to N(0, 1) of each image and dimension, nats; zeros for a plain autoencoder.
    pub fn kl(&self) -> impl Iterator<Item = f64> {
        self.mu.iter().enumerate().map(|(index, &mu)| {
            let kl = |&logvar: &f32| {
                let (mu, logvar) = (f64::from(mu), f64::from(logvar));
                0.5 * (mu * mu + logvar.exp() - logvar - 1.0)
            };
            self.logvar.get(index).map_or(0.0, kl)
        })
    }

    /// log p(z) - log q(z|x) for one draw around one row of codes.
    pub fn log_prior_ratio(&self, z: &[f32], eps: &[f32]) -> f64 {
        let term = |((z, eps), logvar): ((&f32, &f32), &f32)| f64::from(eps * eps + logvar - z * z);
        0.5 * z.iter().zip(eps).zip(&self.logvar).map(term).sum::<f64>()
    }

    /// The codes of one image.
    pub fn row(&self, image: usize, latent_dim: usize) -> Self {
        let place = image * latent_dim..(image + 1) * latent_dim;
        Self {
            mu: self.mu[place.clone()].to_vec(),
            logvar: self.logvar.get(place).unwrap_or_default().to_vec(),
        }
    }
}

/// What each hidden layer puts out for one row, the layer nearest to the input first.
pub type Activations = Vec<Vec<f32>>;

/// Everything that training changes, in the order of [`crate::model::VaeConfig::parameters`].
#[derive(Clone, Debug, PartialEq)]
pub struct EngineState {
    /// The parameters.
    pub parameters: Vec<f32>,
    /// Adam's first moments.
    pub first_moment: Vec<f32>,
    /// Adam's second moments.
    pub second_moment: Vec<f32>,
    /// How many updates Adam has made: the t of its bias correction.
    pub updates: u64,
}

impl EngineState {
    /// The state before the first update.
    pub fn fresh(parameters: Vec<f32>) -> Self {
        let zeros = vec![0.0; parameters.len()];
        Self {
            first_moment: zeros.clone(),
            second_moment: zeros,
            updates: 0,
            parameters,
        }
    }
}

/// A model in training. All slices are row by row; their lengths are the caller's duty. `labels` has one label a row for
/// a conditional model, and is empty for others.
pub trait Engine {
    /// One update by Adam.
    fn train_step(&mut self, batch: Batch<'_>, settings: &StepSettings) -> Losses;

    /// `[images, 784]` to posterior parameters.
    fn encode(&mut self, x: &[f32], labels: &[u8]) -> Codes;

    /// -log p(x|z) of each pair of a row of `x`, `[images, 784]`, and one of `z`, `[images, latent_dim]`: nats.
    fn reconstruction(&mut self, x: &[f32], z: &[f32], labels: &[u8]) -> Vec<f32>;

    /// `[codes, latent_dim]` to the mean of p(x|z), `[codes, 784]` in [0, 1].
    fn decode(&mut self, z: &[f32], labels: &[u8]) -> Vec<f32>;

    /// `encode` of one image, with the hidden layers' activations.
    fn encode_one(&mut self, x: &[f32], labels: &[u8]) -> (Codes, Activations);

    /// `decode` of one code, with the hidden layers' activations.
    fn decode_one(&mut self, z: &[f32], labels: &[u8]) -> (Vec<f32>, Activations);

    /// A copy of everything that training changes.
    fn state(&self) -> Result<EngineState>;

    /// The engine whose steps can be shared among workers, if it is that one.
    fn as_fused(&mut self) -> Option<&mut FusedEngine> {
        None
    }
}
