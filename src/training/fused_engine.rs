//! Training by hand-written kernels: forward and backward pass and Adam over flat buffers, without a tensor library.

use super::{Batch, Codes, Engine, EngineState, LossSums, Losses, TrainingConfig};
use crate::data::PIXELS;
use crate::error::Result;
use crate::kernels::{self, AdamStep, Objective, Workspace};
use crate::model::VaeConfig;

/// The kernels' workspace and all that training changes.
pub struct FusedEngine {
    workspace: Workspace,
    state: EngineState,
    gradients: Vec<f32>,
}

impl FusedEngine {
    /// Takes up training where `state` stands.
    pub fn new(config: &VaeConfig, state: EngineState) -> Self {
        Self {
            workspace: Workspace::new(&config.architecture()),
            gradients: vec![0.0; state.parameters.len()],
            state,
        }
    }

    /// The batch as the kernels take it: a plain autoencoder has no noise.
    fn batch<'a>(&self, batch: Batch<'a>) -> kernels::Batch<'a> {
        let variational = self.workspace.architecture().variational;
        let eps = if variational { batch.eps } else { &[] };
        kernels::Batch {
            x: batch.x,
            labels: &[],
            eps,
        }
    }

    fn update(&mut self, config: &TrainingConfig) {
        let state = &mut self.state;
        state.updates += 1;
        let adam = AdamStep {
            learning_rate: config.learning_rate as f32,
            beta1: config.beta1 as f32,
            beta2: config.beta2 as f32,
            epsilon: config.epsilon as f32,
            step: state.updates as u32,
        };
        self.workspace.adam(
            &adam,
            config.l2 as f32,
            &mut state.parameters,
            &self.gradients,
            &mut state.first_moment,
            &mut state.second_moment,
        );
    }
}

impl Engine for FusedEngine {
    fn train_step(&mut self, batch: Batch<'_>, config: &TrainingConfig) -> Losses {
        let objective = Objective {
            kl_weight: config.kl_weight as f32,
            recon_scale: config.recon_scale(),
            batch_images: batch.x.len() / PIXELS,
        };
        let batch = self.batch(batch);
        let parameters = &self.state.parameters;
        let losses =
            self.workspace
                .loss_and_gradients(parameters, &batch, &objective, &mut self.gradients);
        let mut value =
            f64::from(config.recon_scale()) * losses.recon + config.kl_weight * losses.kl;
        if config.l2 > 0.0 {
            value += self.workspace.penalty(config.l2 as f32, parameters);
        }
        self.update(config);
        Losses {
            recon: losses.recon,
            kl: losses.kl,
            objective: value,
        }
    }

    fn losses(&mut self, batch: Batch<'_>) -> LossSums {
        let images = batch.x.len() / PIXELS;
        let (mut recon, mut kl) = (vec![0.0; images], vec![0.0; images]);
        let batch = self.batch(batch);
        self.workspace
            .losses(&self.state.parameters, &batch, &mut recon, &mut kl);
        let sum = |values: &[f32]| values.iter().map(|&value| f64::from(value)).sum();
        LossSums {
            recon: sum(&recon),
            kl: sum(&kl),
        }
    }

    fn encode(&mut self, x: &[f32]) -> Codes {
        let architecture = self.workspace.architecture();
        let length = x.len() / PIXELS * architecture.latent;
        let mut mu = vec![0.0; length];
        let mut logvar = vec![0.0; if architecture.variational { length } else { 0 }];
        self.workspace
            .encode(&self.state.parameters, x, &[], &mut mu, &mut logvar);
        Codes { mu, logvar }
    }

    fn decode(&mut self, z: &[f32]) -> Vec<f32> {
        let mut pixels = vec![0.0; z.len() / self.workspace.architecture().latent * PIXELS];
        self.workspace
            .decode(&self.state.parameters, z, &[], &mut pixels);
        pixels
    }

    fn state(&self) -> Result<EngineState> {
        Ok(self.state.clone())
    }
}
