//! Training by hand-written kernels: forward and backward pass and Adam over flat buffers, without a tensor library.

use std::ops::Range;

use super::{Activations, Batch, Codes, Engine, EngineState, Losses, StepSettings};
use crate::data::PIXELS;
use crate::error::Result;
use crate::kernels::{self, AdamStep, Objective, Team, Workspace, add_assign};
use crate::model::VaeConfig;

/// So many gradients are added up and used at once, so that they stay in the cache from one to the other.
const PIECE: usize = 8192;

/// All that training changes, and the kernels' memory. Every pass runs on a team of threads, whose number changes no result.
///
/// A step can also be shared with engines elsewhere that began from the same state: each computes the
/// [gradients](Self::gradients) of its share, and makes its [update](Self::update_with) of everybody's.
pub struct FusedEngine {
    workspace: Workspace,
    gradients: Vec<f32>,
    state: EngineState,
    pieces: Vec<Piece>,
}

/// A run of parameters that are all weights or all biases.
struct Piece {
    range: Range<usize>,
    is_weight: bool,
}

impl FusedEngine {
    /// Takes up training where `state` stands, on a team, or on a new one of so many threads.
    pub fn new(config: &VaeConfig, state: EngineState, team: impl Into<Team>) -> Self {
        let architecture = config.architecture();
        let pieces = architecture.parameters().into_iter();
        let pieces = pieces.flat_map(|parameter| {
            let (end, is_weight) = (parameter.range.end, parameter.is_weight());
            parameter.range.step_by(PIECE).map(move |start| Piece {
                range: start..end.min(start + PIECE),
                is_weight,
            })
        });
        Self {
            workspace: Workspace::new(&architecture, team),
            gradients: vec![0.0; state.parameters.len()],
            pieces: pieces.collect(),
            state,
        }
    }

    /// The noise as the kernels take it: none for a plain autoencoder.
    fn noise<'a>(&self, eps: &'a [f32]) -> &'a [f32] {
        if self.workspace.architecture().variational {
            eps
        } else {
            &[]
        }
    }

    /// Losses and gradients of a share of a batch that has `batch_images` in all: those of all shares add up. Free bits
    /// look at the share alone.
    pub fn gradients(
        &mut self,
        share: Batch<'_>,
        batch_images: usize,
        settings: &StepSettings,
    ) -> kernels::Losses {
        let objective = Objective {
            kl_weight: settings.kl_weight as f32,
            free_bits: settings.free_bits as f32,
            recon_scale: settings.recon_scale,
            batch_images,
        };
        let batch = kernels::Batch {
            x: share.x,
            labels: share.labels,
            eps: self.noise(share.eps),
        };
        let parameters = &self.state.parameters;
        self.workspace
            .loss_and_gradients(parameters, &batch, &objective, &mut self.gradients)
    }

    /// The gradients that were computed last, in the order of the parameters.
    pub fn gradient(&self) -> &[f32] {
        &self.gradients
    }

    /// What is minimised, before the update.
    pub fn objective(&mut self, losses: &kernels::Losses, settings: &StepSettings) -> Losses {
        let mut objective =
            f64::from(settings.recon_scale) * losses.recon + settings.kl_weight * losses.priced_kl;
        if settings.l2 > 0.0 {
            objective += self
                .workspace
                .penalty(settings.l2 as f32, &self.state.parameters);
        }
        Losses {
            recon: losses.recon,
            kl: losses.kl,
            objective,
        }
    }

    /// One update by the gradients that were computed last.
    fn update(&mut self, settings: &StepSettings) {
        let adam = self.next_update(settings);
        let state = &mut self.state;
        self.workspace.adam(
            &adam,
            settings.l2 as f32,
            &mut state.parameters,
            &self.gradients,
            &mut state.first_moment,
            &mut state.second_moment,
        );
    }

    /// One update by the sum of the gradients that were computed last and those of `others` engines with other shares of
    /// the batch; this one takes place `index` among them all. Everybody adds in the same order and so arrives at the
    /// same parameters, bit by bit.
    ///
    /// `read(other, start, into)` copies gradients of the parameters from `start` on.
    pub fn update_with(
        &mut self,
        settings: &StepSettings,
        index: usize,
        others: usize,
        mut read: impl FnMut(usize, usize, &mut [f32]),
    ) {
        let adam = self.next_update(settings);
        let state = &mut self.state;
        let gradients = &mut self.gradients;
        let (mut sum, mut terms) = ([0.0; PIECE], [0.0; PIECE]);
        for Piece { range, is_weight } in &self.pieces {
            let own = &mut gradients[range.clone()];
            let (sum, terms) = (&mut sum[..own.len()], &mut terms[..own.len()]);
            if index > 0 {
                read(0, range.start, sum);
                for other in 1..index {
                    read(other, range.start, terms);
                    add_assign(sum, terms);
                }
                add_assign(own, sum);
            }
            for other in index..others {
                read(other, range.start, terms);
                add_assign(own, terms);
            }
            adam.apply(
                if *is_weight { settings.l2 as f32 } else { 0.0 },
                &mut state.parameters[range.clone()],
                own,
                &mut state.first_moment[range.clone()],
                &mut state.second_moment[range.clone()],
            );
        }
    }

    fn next_update(&mut self, settings: &StepSettings) -> AdamStep {
        self.state.updates += 1;
        AdamStep {
            learning_rate: settings.learning_rate as f32,
            beta1: settings.beta1 as f32,
            beta2: settings.beta2 as f32,
            epsilon: settings.epsilon as f32,
            step: self.state.updates as u32,
        }
    }
}

impl Engine for FusedEngine {
    fn train_step(&mut self, batch: Batch<'_>, settings: &StepSettings) -> Losses {
        let losses = self.gradients(batch, batch.x.len() / PIXELS, settings);
        let losses = self.objective(&losses, settings);
        self.update(settings);
        losses
    }

    fn as_fused(&mut self) -> Option<&mut FusedEngine> {
        Some(self)
    }

    fn encode(&mut self, x: &[f32], labels: &[u8]) -> Codes {
        let architecture = self.workspace.architecture();
        let length = x.len() / PIXELS * architecture.latent;
        let mut mu = vec![0.0; length];
        let mut logvar = vec![0.0; if architecture.variational { length } else { 0 }];
        let parameters = &self.state.parameters;
        self.workspace
            .encode(parameters, x, labels, &mut mu, &mut logvar);
        Codes { mu, logvar }
    }

    fn reconstruction(&mut self, x: &[f32], z: &[f32], labels: &[u8]) -> Vec<f32> {
        let mut recon = vec![0.0; x.len() / PIXELS];
        let parameters = &self.state.parameters;
        self.workspace
            .reconstruction(parameters, x, z, labels, &mut recon);
        recon
    }

    fn decode(&mut self, z: &[f32], labels: &[u8]) -> Vec<f32> {
        let mut pixels = vec![0.0; z.len() / self.workspace.architecture().latent * PIXELS];
        let parameters = &self.state.parameters;
        self.workspace.decode(parameters, z, labels, &mut pixels);
        pixels
    }

    fn encode_one(&mut self, x: &[f32], labels: &[u8]) -> (Codes, Activations) {
        let codes = self.encode(x, labels);
        // The pass has just left them in its layers.
        let hidden = self.workspace.encoder_activations();
        (codes, hidden.map(<[f32]>::to_vec).collect())
    }

    fn decode_one(&mut self, z: &[f32], labels: &[u8]) -> (Vec<f32>, Activations) {
        let pixels = self.decode(z, labels);
        let hidden = self.workspace.decoder_activations();
        (pixels, hidden.map(<[f32]>::to_vec).collect())
    }

    fn state(&self) -> Result<EngineState> {
        Ok(self.state.clone())
    }
}

impl<'a> Batch<'a> {
    /// The images that one of several workers takes.
    pub fn share(&self, latent_dim: usize, index: usize, count: usize) -> Self {
        let images = self.x.len() / PIXELS;
        let rows = images * index / count..images * (index + 1) / count;
        fn part<T>(values: &[T], width: usize, rows: Range<usize>) -> &[T] {
            values
                .get(rows.start * width..rows.end * width)
                .unwrap_or_default()
        }
        Self {
            x: part(self.x, PIXELS, rows.clone()),
            labels: part(self.labels, 1, rows.clone()),
            eps: part(self.eps, latent_dim, rows),
        }
    }
}
