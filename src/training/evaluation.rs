//! The bound on images that are not learnt from, computed in slices.

use std::ops::Range;

use serde::Serialize;

use super::{Batch, Engine, TrainingConfig};
use crate::data::{Digits, PIXELS, Split};
use crate::random::{Generator, Purpose, fill_normal, generator};

/// Images in a slice: some ten milliseconds of work.
const SLICE: usize = 100;

/// An evaluation under way. z is sampled, never z = mu, and from the same noise each time, so that two evaluations
/// differ by the model alone.
#[derive(Clone, Debug)]
pub struct Evaluation {
    split: Split,
    step: u64,
    epoch: f64,
    images: Range<usize>,
    total: usize,
    rng: Generator,
    recon: f64,
    kl: f64,
}

/// The means over all images of an evaluation, in nats per image.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EvaluationResult {
    /// Which images.
    pub split: Split,
    /// The step of the model that was evaluated.
    pub step: u64,
    /// Its epoch, with fraction.
    pub epoch: f64,
    /// Nats per image.
    pub recon: f64,
    /// Nats per image.
    pub kl: f64,
    /// The bound on log p(x), `-(recon + kl)`, nats per image.
    pub elbo: f64,
    /// How many images.
    pub images: usize,
}

/// How far an evaluation is.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EvaluationProgress {
    /// Images done.
    pub done: usize,
    /// Images in all.
    pub total: usize,
    /// The result, once all are done.
    pub result: Option<EvaluationResult>,
}

impl Evaluation {
    pub(super) fn new(
        split: Split,
        images: Range<usize>,
        step: u64,
        epoch: f64,
        seed: u32,
    ) -> Self {
        Self {
            split,
            step,
            epoch,
            total: images.len(),
            images,
            rng: generator(seed, Purpose::Evaluation, split as u32),
            recon: 0.0,
            kl: 0.0,
        }
    }

    /// Which images are evaluated.
    pub fn split(&self) -> Split {
        self.split
    }

    /// The step of the model that is evaluated.
    pub fn step(&self) -> u64 {
        self.step
    }

    /// Evaluates the next slice of images.
    pub(super) fn advance(
        &mut self,
        digits: &Digits,
        engine: &mut dyn Engine,
        config: &TrainingConfig,
    ) {
        let slice: Vec<usize> = self.images.by_ref().take(SLICE).collect();
        let mut x = Vec::with_capacity(slice.len() * PIXELS);
        for index in &slice {
            let image = digits
                .image(*index)
                .expect("an evaluation starts when its images are complete");
            config.binarization.append(image, &mut x, &mut self.rng);
        }
        let mut eps = vec![0.0; slice.len() * config.model.latent_dim];
        fill_normal(&mut eps, &mut self.rng);
        let sums = engine.losses(Batch { x: &x, eps: &eps });
        self.recon += sums.recon;
        self.kl += sums.kl;
    }

    /// How far it is.
    pub fn progress(&self) -> EvaluationProgress {
        EvaluationProgress {
            done: self.total - self.images.len(),
            total: self.total,
            result: self.images.is_empty().then(|| self.result()),
        }
    }

    fn result(&self) -> EvaluationResult {
        let images = self.total as f64;
        let (recon, kl) = (self.recon / images, self.kl / images);
        EvaluationResult {
            split: self.split,
            step: self.step,
            epoch: self.epoch,
            recon,
            kl,
            elbo: -(recon + kl),
            images: self.total,
        }
    }
}
