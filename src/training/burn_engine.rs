//! Training in plain Burn: its autodiff, its Adam. The reference that faster engines are held against.

use burn::module::{Module, ModuleMapper, Param};
use burn::optim::{Adam, AdamConfig, AdamState, AdaptiveMomentumState, GradientsParams, Optimizer};
use burn::tensor::{Device, Tensor, TensorData, activation};

use super::{Activations, Batch, Codes, Engine, EngineState, Losses, StepSettings};
use crate::data::PIXELS;
use crate::error::Result;
use crate::model::{Posterior, Vae, VaeConfig, losses};

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
        let moments = config.parameters().into_iter().map(|parameter| {
            AdamState::new(AdaptiveMomentumState::new(
                state.updates as usize,
                moment(&state.first_moment[parameter.range.clone()]),
                moment(&state.second_moment[parameter.range]),
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

    /// Labels one-hot, `[rows, classes]`; `None` if the model is not conditional.
    fn one_hot(&self, labels: &[u8]) -> Option<Tensor<2>> {
        let classes = self.config.classes;
        let row = |&label: &u8| {
            (0..classes).map(move |class| f32::from(u8::from(class == usize::from(label))))
        };
        let values: Vec<f32> = labels.iter().flat_map(row).collect();
        self.config.conditional.then(|| self.rows(&values, classes))
    }

    /// The mean of the batch's losses, and what is minimised: the two differ by weights, free bits and L2.
    fn losses(
        &self,
        batch: Batch<'_>,
        settings: &StepSettings,
    ) -> (Tensor<1>, Tensor<1>, Tensor<1>) {
        let x = self.rows(batch.x, PIXELS).autodiff();
        let eps = self.rows(batch.eps, self.config.latent_dim).autodiff();
        let labels = self.one_hot(batch.labels).map(Tensor::autodiff);
        let forward = self.vae.forward(x.clone(), eps, labels);
        let recon = losses::reconstruction(self.config.likelihood, forward.logits, x).mean();
        let kl = losses::kl(&forward.posterior).mean();
        let mut objective = recon.clone() * settings.recon_scale
            + priced_kl(&forward.posterior, settings.free_bits) * settings.kl_weight;
        if settings.l2 > 0.0 {
            objective = objective + self.vae.squared_weights() * settings.l2;
        }
        (recon, kl, objective)
    }
}

/// The KL that is paid for: each dimension's batch mean, but at least `free_bits` nats (Kingma et al. 2016, "Improved
/// variational inference with inverse autoregressive flow", appendix C.8).
fn priced_kl(posterior: &Posterior, free_bits: f64) -> Tensor<1> {
    losses::kl_per_dimension(posterior)
        .mean_dim(0)
        .clamp_min(free_bits)
        .sum()
}

impl Engine for BurnEngine {
    fn train_step(&mut self, batch: Batch<'_>, settings: &StepSettings) -> Losses {
        let (recon, kl, objective) = self.losses(batch, settings);
        let gradients = objective.backward();
        let mut update = AdamUpdate {
            adam: adam(settings),
            learning_rate: settings.learning_rate,
            gradients: GradientsParams::from_grads(gradients, &self.vae),
            moments: self.moments.iter_mut(),
        };
        self.vae = self.vae.clone().map(&mut update);
        self.updates += 1;
        Losses {
            recon: recon.into_scalar::<f64>(),
            kl: kl.into_scalar::<f64>(),
            objective: objective.into_scalar::<f64>(),
        }
    }

    fn encode(&mut self, x: &[f32], labels: &[u8]) -> Codes {
        let posterior = self
            .vae
            .valid()
            .encode(self.rows(x, PIXELS), self.one_hot(labels));
        Codes {
            mu: values(posterior.mu),
            logvar: posterior.logvar.map(values).unwrap_or_default(),
        }
    }

    fn reconstruction(&mut self, x: &[f32], z: &[f32], labels: &[u8]) -> Vec<f32> {
        let z = self.rows(z, self.config.latent_dim);
        let logits = self.vae.valid().decode(z, self.one_hot(labels));
        values(losses::reconstruction(
            self.config.likelihood,
            logits,
            self.rows(x, PIXELS),
        ))
    }

    fn decode(&mut self, z: &[f32], labels: &[u8]) -> Vec<f32> {
        let z = self.rows(z, self.config.latent_dim);
        values(activation::sigmoid(
            self.vae.valid().decode(z, self.one_hot(labels)),
        ))
    }

    fn encode_one(&mut self, x: &[f32], labels: &[u8]) -> (Codes, Activations) {
        let (rows, one_hot) = (self.rows(x, PIXELS), self.one_hot(labels));
        let hidden = self.vae.valid().encoder_activations(rows, one_hot);
        let hidden = hidden.into_iter().map(values).collect();
        (self.encode(x, labels), hidden)
    }

    fn decode_one(&mut self, z: &[f32], labels: &[u8]) -> (Vec<f32>, Activations) {
        let (rows, one_hot) = (self.rows(z, self.config.latent_dim), self.one_hot(labels));
        let hidden = self.vae.valid().decoder_activations(rows, one_hot);
        let hidden = hidden.into_iter().map(values).collect();
        (self.decode(z, labels), hidden)
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

fn adam(settings: &StepSettings) -> Adam {
    AdamConfig::new()
        .with_beta_1(settings.beta1 as f32)
        .with_beta_2(settings.beta2 as f32)
        .with_epsilon(settings.epsilon as f32)
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
