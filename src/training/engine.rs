//! What computes: the model's parameters, the optimizer's moments, and the passes through them.

use crate::error::Result;

/// The inputs of a pass.
#[derive(Clone, Copy, Debug)]
pub struct Batch<'a> {
    /// `[images, 784]`, values in [0, 1].
    pub x: &'a [f32],
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

/// Sums over the images of a batch.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LossSums {
    /// Nats.
    pub recon: f64,
    /// Nats.
    pub kl: f64,
}

/// Posterior parameters, row by row.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Codes {
    /// `[images, latent_dim]`.
    pub mu: Vec<f32>,
    /// `[images, latent_dim]`; empty in a plain autoencoder.
    pub logvar: Vec<f32>,
}

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

/// A model in training. All slices are row by row; their lengths are the caller's duty.
pub trait Engine {
    /// One update by Adam. `config` is that of the run, with live changes made.
    fn train_step(&mut self, batch: Batch<'_>, config: &super::TrainingConfig) -> Losses;

    /// The losses of a batch, without learning.
    fn losses(&mut self, batch: Batch<'_>) -> LossSums;

    /// `[images, 784]` to posterior parameters.
    fn encode(&mut self, x: &[f32]) -> Codes;

    /// `[codes, latent_dim]` to the mean of p(x|z), `[codes, 784]` in [0, 1].
    fn decode(&mut self, z: &[f32]) -> Vec<f32>;

    /// A copy of everything that training changes.
    fn state(&self) -> Result<EngineState>;
}
