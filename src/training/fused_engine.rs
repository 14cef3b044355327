//! Training by hand-written kernels: forward and backward pass and Adam over flat buffers, without a tensor library.

use std::ops::Range;

use super::{Batch, Codes, Engine, EngineState, Losses, StepSettings};
use crate::data::PIXELS;
use crate::error::Result;
use crate::kernels::{self, AdamStep, Architecture, Objective, Workspace, add_assign};
use crate::model::VaeConfig;

/// So many gradients are added up and used at once, so that they stay in the cache from one to the other.
const PIECE: usize = 8192;

/// All that training changes, and one worker a thread, each with its share of a batch.
///
/// A step can also be shared with engines elsewhere that began from the same state: each computes the
/// [gradients](Self::gradients) of its share, and makes its [update](Self::update_with) of everybody's.
pub struct FusedEngine {
    workers: Vec<Worker>,
    state: EngineState,
    pieces: Vec<Piece>,
}

/// A run of parameters that are all weights or all biases.
struct Piece {
    range: Range<usize>,
    is_weight: bool,
}

/// The memory of one thread.
struct Worker {
    workspace: Workspace,
    gradients: Vec<f32>,
    losses: kernels::Losses,
}

impl FusedEngine {
    /// Takes up training where `state` stands, with so many threads. The sums of the gradients, and so the last digits,
    /// depend on their number.
    pub fn new(config: &VaeConfig, state: EngineState, threads: usize) -> Self {
        let worker = |_| Worker {
            workspace: Workspace::new(&config.architecture()),
            gradients: vec![0.0; state.parameters.len()],
            losses: kernels::Losses::default(),
        };
        let pieces = config.architecture().parameters().into_iter();
        let pieces = pieces.flat_map(|parameter| {
            let (end, is_weight) = (parameter.range.end, parameter.is_weight());
            parameter.range.step_by(PIECE).map(move |start| Piece {
                range: start..end.min(start + PIECE),
                is_weight,
            })
        });
        Self {
            workers: (0..threads.max(1)).map(worker).collect(),
            state,
            pieces: pieces.collect(),
        }
    }

    fn workspace(&mut self) -> (&mut Workspace, &[f32]) {
        (&mut self.workers[0].workspace, &self.state.parameters)
    }

    fn architecture(&self) -> &Architecture {
        self.workers[0].workspace.architecture()
    }

    /// Losses and gradients of the whole batch, which the first worker holds afterwards.
    fn accumulate(&mut self, batch: &kernels::Batch<'_>, objective: &Objective) -> kernels::Losses {
        let latent = self.architecture().latent;
        let parameters = &self.state.parameters;
        let (first, others) = self.workers.split_at_mut(1);
        if others.is_empty() {
            first[0].work(parameters, batch, objective);
            return first[0].losses;
        }
        let threads = others.len() + 1;
        std::thread::scope(|scope| {
            for (index, worker) in others.iter_mut().enumerate() {
                let share = share_of(batch, latent, index + 1, threads);
                scope.spawn(move || worker.work(parameters, &share, objective));
            }
            first[0].work(parameters, &share_of(batch, latent, 0, threads), objective);
        });
        for worker in others {
            add_assign(&mut first[0].gradients, &worker.gradients);
            first[0].losses.recon += worker.losses.recon;
            first[0].losses.kl += worker.losses.kl;
            first[0].losses.priced_kl += worker.losses.priced_kl;
        }
        first[0].losses
    }

    /// The noise as the kernels take it: none for a plain autoencoder.
    fn noise<'a>(&self, eps: &'a [f32]) -> &'a [f32] {
        if self.architecture().variational {
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
        self.accumulate(&batch, &objective)
    }

    /// The gradients that were computed last, in the order of the parameters.
    pub fn gradient(&self) -> &[f32] {
        &self.workers[0].gradients
    }

    /// What is minimised, before the update.
    pub fn objective(&self, losses: &kernels::Losses, settings: &StepSettings) -> Losses {
        let mut objective =
            f64::from(settings.recon_scale) * losses.recon + settings.kl_weight * losses.priced_kl;
        if settings.l2 > 0.0 {
            let workspace = &self.workers[0].workspace;
            objective += workspace.penalty(settings.l2 as f32, &self.state.parameters);
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
        let Worker {
            workspace,
            gradients,
            ..
        } = &self.workers[0];
        workspace.adam(
            &adam,
            settings.l2 as f32,
            &mut state.parameters,
            gradients,
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
        let gradients = &mut self.workers[0].gradients;
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
        let architecture = self.architecture();
        let length = x.len() / PIXELS * architecture.latent;
        let mut mu = vec![0.0; length];
        let mut logvar = vec![0.0; if architecture.variational { length } else { 0 }];
        let (workspace, parameters) = self.workspace();
        workspace.encode(parameters, x, labels, &mut mu, &mut logvar);
        Codes { mu, logvar }
    }

    fn reconstruction(&mut self, x: &[f32], z: &[f32], labels: &[u8]) -> Vec<f32> {
        let mut recon = vec![0.0; x.len() / PIXELS];
        let (workspace, parameters) = self.workspace();
        workspace.reconstruction(parameters, x, z, labels, &mut recon);
        recon
    }

    fn decode(&mut self, z: &[f32], labels: &[u8]) -> Vec<f32> {
        let mut pixels = vec![0.0; z.len() / self.architecture().latent * PIXELS];
        let (workspace, parameters) = self.workspace();
        workspace.decode(parameters, z, labels, &mut pixels);
        pixels
    }

    fn state(&self) -> Result<EngineState> {
        Ok(self.state.clone())
    }
}

impl Worker {
    fn work(&mut self, parameters: &[f32], share: &kernels::Batch<'_>, objective: &Objective) {
        self.losses =
            self.workspace
                .loss_and_gradients(parameters, share, objective, &mut self.gradients);
    }
}

impl<'a> Batch<'a> {
    /// The images that one of several workers takes.
    pub fn share(&self, latent_dim: usize, index: usize, count: usize) -> Self {
        let share = kernels::Batch {
            x: self.x,
            labels: self.labels,
            eps: self.eps,
        };
        let kernels::Batch { x, labels, eps } = share_of(&share, latent_dim, index, count);
        Self { x, labels, eps }
    }
}

/// The images of a batch that one of several workers takes.
fn share_of<'a>(
    batch: &kernels::Batch<'a>,
    latent: usize,
    index: usize,
    workers: usize,
) -> kernels::Batch<'a> {
    let images = batch.x.len() / PIXELS;
    let rows = images * index / workers..images * (index + 1) / workers;
    fn part<T>(values: &[T], width: usize, rows: std::ops::Range<usize>) -> &[T] {
        values
            .get(rows.start * width..rows.end * width)
            .unwrap_or_default()
    }
    kernels::Batch {
        x: part(batch.x, PIXELS, rows.clone()),
        labels: part(batch.labels, 1, rows.clone()),
        eps: part(batch.eps, latent, rows),
    }
}
