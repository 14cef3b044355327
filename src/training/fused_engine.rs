//! Training by hand-written kernels: forward and backward pass and Adam over flat buffers, without a tensor library.

use super::{Batch, Codes, Engine, EngineState, Losses, StepSettings};
use crate::data::PIXELS;
use crate::error::Result;
use crate::kernels::{self, AdamStep, Architecture, Objective, Workspace, add_assign};
use crate::model::VaeConfig;

/// All that training changes, and one worker a thread, each with its share of a batch.
pub struct FusedEngine {
    workers: Vec<Worker>,
    state: EngineState,
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
        Self {
            workers: (0..threads.max(1)).map(worker).collect(),
            state,
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
        let threads = others.len() + 1;
        std::thread::scope(|scope| {
            for (index, worker) in others.iter_mut().enumerate() {
                let share = share(batch, latent, index + 1, threads);
                scope.spawn(move || worker.work(parameters, &share, objective));
            }
            first[0].work(parameters, &share(batch, latent, 0, threads), objective);
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

    fn update(&mut self, config: &StepSettings) {
        let state = &mut self.state;
        state.updates += 1;
        let adam = AdamStep {
            learning_rate: config.learning_rate as f32,
            beta1: config.beta1 as f32,
            beta2: config.beta2 as f32,
            epsilon: config.epsilon as f32,
            step: state.updates as u32,
        };
        let Worker {
            workspace,
            gradients,
            ..
        } = &self.workers[0];
        workspace.adam(
            &adam,
            config.l2 as f32,
            &mut state.parameters,
            gradients,
            &mut state.first_moment,
            &mut state.second_moment,
        );
    }
}

impl Engine for FusedEngine {
    fn train_step(&mut self, batch: Batch<'_>, settings: &StepSettings) -> Losses {
        let objective = Objective {
            kl_weight: settings.kl_weight as f32,
            free_bits: settings.free_bits as f32,
            recon_scale: settings.recon_scale,
            batch_images: batch.x.len() / PIXELS,
        };
        let batch = kernels::Batch {
            x: batch.x,
            labels: batch.labels,
            eps: self.noise(batch.eps),
        };
        let losses = self.accumulate(&batch, &objective);
        let mut value =
            f64::from(settings.recon_scale) * losses.recon + settings.kl_weight * losses.priced_kl;
        if settings.l2 > 0.0 {
            let (workspace, parameters) = self.workspace();
            value += workspace.penalty(settings.l2 as f32, parameters);
        }
        self.update(settings);
        Losses {
            recon: losses.recon,
            kl: losses.kl,
            objective: value,
        }
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

/// The images of a batch that one of several workers takes.
fn share<'a>(
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
