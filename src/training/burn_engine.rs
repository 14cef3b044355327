//! Training in plain Burn: its autodiff, its Adam. The reference that faster engines are held against.

use burn::module::{Module, ModuleMapper, Param};
use burn::optim::{Adam, AdamConfig, AdamState, AdaptiveMomentumState, GradientsParams, Optimizer};
use burn::tensor::{Device, Tensor, TensorData, activation};

use super::{Batch, Codes, Engine, EngineState, LossSums, Losses, TrainingConfig};
use crate::data::PIXELS;
use crate::error::Result;
use crate::model::{Forward, Vae, VaeConfig};

/// A [`Vae`] and the moments of its parameters.
pub struct BurnEngine {
    config: VaeConfig,
    device: Device,
    vae: Vae,
    moments: Vec<AdamState<1>>,
    updates: u64,
}

impl BurnEngine {
    /// Takes up training where `state` stands.
    pub fn new(config: &VaeConfig, state: &EngineState, device: &Device) -> Self {
        let device = device.clone().inner();
        let moment = |values: &[f32]| Tensor::from_data(TensorData::from(values), &device);
        let moments = config.parameters().into_iter().map(|spec| {
            AdamState::new(AdaptiveMomentumState::new(
                state.updates as usize,
                moment(&state.first_moment[spec.range.clone()]),
                moment(&state.second_moment[spec.range]),
            ))
        });
        Self {
            vae: config.init(&state.parameters, &device.clone().autodiff()),
            moments: moments.collect(),
            updates: state.updates,
            config: config.clone(),
            device,
        }
    }

    /// Rows of `width` as a tensor, outside any gradient.
    fn rows(&self, values: &[f32], width: usize) -> Tensor<2> {
        let data = TensorData::new(values.to_vec(), [values.len() / width, width]);
        Tensor::from_data(data, &self.device)
    }

    fn forward(&self, vae: &Vae, x: Tensor<2>, eps: &[f32]) -> Forward {
        let mut eps = self.rows(eps, self.config.latent_dim);
        if x.is_autodiff() {
            eps = eps.autodiff();
        }
        vae.forward(x, eps)
    }
}

impl Engine for BurnEngine {
    fn train_step(&mut self, batch: Batch<'_>, config: &TrainingConfig) -> Losses {
        let x = self.rows(batch.x, PIXELS).autodiff();
        let (recon, kl) = self
            .forward(&self.vae, x.clone(), batch.eps)
            .losses(&self.config, x);
        let (recon, kl) = (recon.mean(), kl.mean());
        let mut objective = recon.clone() * config.recon_scale() + kl.clone() * config.kl_weight;
        if config.l2 > 0.0 {
            objective = objective + self.vae.squared_weights() * config.l2;
        }
        let gradients = objective.backward();
        let losses = Losses {
            recon: recon.into_scalar::<f64>(),
            kl: kl.into_scalar::<f64>(),
            objective: objective.into_scalar::<f64>(),
        };
        let mut update = AdamUpdate {
            adam: adam(config),
            learning_rate: config.learning_rate,
            gradients: GradientsParams::from_grads(gradients, &self.vae),
            moments: self.moments.iter_mut(),
        };
        self.vae = self.vae.clone().map(&mut update);
        self.updates += 1;
        losses
    }

    fn losses(&mut self, batch: Batch<'_>) -> LossSums {
        let x = self.rows(batch.x, PIXELS);
        let (recon, kl) = self
            .forward(&self.vae.valid(), x.clone(), batch.eps)
            .losses(&self.config, x);
        LossSums {
            recon: recon.sum().into_scalar::<f64>(),
            kl: kl.sum().into_scalar::<f64>(),
        }
    }

    fn encode(&mut self, x: &[f32]) -> Codes {
        let posterior = self.vae.valid().encode(self.rows(x, PIXELS));
        Codes {
            mu: values(posterior.mu),
            logvar: posterior.logvar.map(values).unwrap_or_default(),
        }
    }

    fn decode(&mut self, z: &[f32]) -> Vec<f32> {
        let logits = self
            .vae
            .valid()
            .decode(self.rows(z, self.config.latent_dim));
        values(activation::sigmoid(logits))
    }

    fn state(&self) -> Result<EngineState> {
        let moments = || self.moments.iter().map(|state| &state.momentum);
        Ok(EngineState {
            parameters: self.vae.values(),
            first_moment: moments()
                .flat_map(|state| values(state.moment_1.clone()))
                .collect(),
            second_moment: moments()
                .flat_map(|state| values(state.moment_2.clone()))
                .collect(),
            updates: self.updates,
        })
    }
}

fn adam(config: &TrainingConfig) -> Adam {
    AdamConfig::new()
        .with_beta_1(config.beta1 as f32)
        .with_beta_2(config.beta2 as f32)
        .with_epsilon(config.epsilon as f32)
        .build()
}

fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor
        .into_data()
        .try_into_vec()
        .expect("tensors of the model are f32")
}

/// Adam over every parameter of the module, in its own order.
struct AdamUpdate<'a> {
    adam: Adam,
    learning_rate: f64,
    gradients: GradientsParams,
    moments: std::slice::IterMut<'a, AdamState<1>>,
}

impl ModuleMapper for AdamUpdate<'_> {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let (id, tensor, mapper) = param.consume();
        let shape = tensor.dims();
        let gradient = self
            .gradients
            .remove::<D>(id)
            .expect("every parameter takes part in the loss");
        let state = self
            .moments
            .next()
            .expect("every parameter has its moments");
        let (updated, moments) = self.adam.step(
            self.learning_rate,
            tensor.inner().flatten::<1>(0, D - 1),
            gradient.flatten::<1>(0, D - 1),
            Some(state.clone()),
        );
        *state = moments.expect("Adam keeps its moments");
        let updated = Tensor::from_inner(updated.reshape(shape)).require_grad();
        Param::from_mapped_value(id, updated, mapper)
    }
}
