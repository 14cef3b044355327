//! How good a model is on images that it did not learn from, computed in slices.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::{Codes, Engine, TrainingConfig};
use crate::data::{Binarization, Digits, PIXELS, Split};
use crate::error::{Error, Result};
use crate::random::{Generator, Purpose, fill_normal, generator};

/// Decoder passes in a slice: some ten milliseconds of work.
const SLICE: usize = 100;
/// A latent dimension is active if the posterior mean varies more than this over the data (Burda et al. 2015,
/// section 5.2).
const ACTIVE_VARIANCE: f64 = 0.01;

/// The most importance samples an image: no call of the page could end in time otherwise.
const MAX_SAMPLES: usize = 100_000;

/// What to evaluate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EvaluationRequest {
    /// Which images.
    pub split: Split,
    /// Only so many, spread evenly over the split.
    #[serde(default)]
    pub limit: Option<usize>,
    /// Importance samples an image for log p(x); 0 leaves it out.
    #[serde(default)]
    pub samples: usize,
}

impl EvaluationRequest {
    /// Checks the numbers.
    pub(super) fn check(&self) -> Result<()> {
        if self.limit == Some(0) {
            return Err(Error::NotWholeFrom {
                name: "limit".into(),
                min: 1.0,
                found: 0.0,
            });
        }
        if self.samples > MAX_SAMPLES {
            let found = self.samples as f64;
            return Err(Error::not_whole("samples", 0, MAX_SAMPLES, found));
        }
        Ok(())
    }
}

/// An evaluation under way. z is sampled, never z = mu, and from the same noise each time, so that two evaluations
/// differ by the model alone.
#[derive(Clone, Debug)]
pub struct Evaluation {
    request: EvaluationRequest,
    step: u64,
    epoch: f64,
    /// Where the images of the split lie in their file.
    places: Range<usize>,
    /// Which of `total` images are still to be done.
    images: Range<usize>,
    total: usize,
    convention: Binarization,
    variational: bool,
    rng: Generator,
    sums: Sums,
}

/// The means over all images of an evaluation, in nats per image.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EvaluationResult {
    /// Which images.
    pub split: Split,
    /// What the model was asked to reconstruct: numbers of different conventions cannot be compared.
    pub convention: Binarization,
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
    /// KL of each latent dimension, nats per image.
    pub kl_per_dim: Vec<f64>,
    /// How many latent dimensions vary with the image.
    pub active_units: usize,
    /// log p(x) by importance sampling, nats per image; absent without samples, and for a plain autoencoder.
    pub log_likelihood: Option<f64>,
    /// Its standard error over the images.
    pub log_likelihood_se: Option<f64>,
    /// Importance samples an image.
    pub samples: usize,
    /// How many images.
    pub images: usize,
}

/// How far an evaluation is.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EvaluationProgress {
    /// Images done.
    pub done: usize,
    /// Images in all.
    pub total: usize,
    /// The result, once all are done.
    pub result: Option<EvaluationResult>,
}

/// Sums over the images so far.
#[derive(Clone, Debug, Default)]
struct Sums {
    recon: f64,
    kl: Vec<f64>,
    mu: Vec<f64>,
    mu_squared: Vec<f64>,
    log_likelihood: f64,
    log_likelihood_squared: f64,
}

impl Sums {
    fn add(&mut self, other: &Self) {
        let add = |sums: &mut [f64], terms: &[f64]| {
            sums.iter_mut()
                .zip(terms)
                .for_each(|(sum, term)| *sum += term)
        };
        self.recon += other.recon;
        self.log_likelihood += other.log_likelihood;
        self.log_likelihood_squared += other.log_likelihood_squared;
        add(&mut self.kl, &other.kl);
        add(&mut self.mu, &other.mu);
        add(&mut self.mu_squared, &other.mu_squared);
    }
}

/// Some images as the model takes them.
struct Slice {
    x: Vec<f32>,
    labels: Vec<u8>,
    codes: Codes,
}

impl Evaluation {
    /// `places` are those of the whole split, and not empty.
    pub(super) fn new(
        request: EvaluationRequest,
        places: Range<usize>,
        step: u64,
        epoch: f64,
        config: &TrainingConfig,
    ) -> Self {
        let zeros = vec![0.0; config.model.latent_dim];
        let total = request.limit.unwrap_or(usize::MAX).clamp(1, places.len());
        Self {
            request,
            step,
            epoch,
            places,
            images: 0..total,
            total,
            convention: config.binarization,
            variational: config.model.variational,
            rng: generator(config.seed, Purpose::Evaluation, request.split as u32),
            sums: Sums {
                kl: zeros.clone(),
                mu: zeros.clone(),
                mu_squared: zeros,
                ..Sums::default()
            },
        }
    }

    /// Divides an evaluation that has not begun, each part with noise of its own; [`Evaluation::merge`] puts it together.
    pub fn divide(&self, parts: usize, seed: u32) -> Vec<Self> {
        let part = |index: usize| Self {
            images: self.total * index / parts..self.total * (index + 1) / parts,
            rng: generator(seed, Purpose::Evaluation, 16 + index as u32),
            ..self.clone()
        };
        (0..parts).map(part).collect()
    }

    /// Whether all its images are done.
    pub fn is_done(&self) -> bool {
        self.images.is_empty()
    }

    /// The result of the parts of a divided evaluation, all done.
    pub fn merge(parts: &[Self]) -> Option<EvaluationResult> {
        let (first, others) = parts.split_first()?;
        let mut whole = first.clone();
        others.iter().for_each(|part| whole.sums.add(&part.sums));
        whole.progress().result
    }

    /// Whether these can be the images that it began with.
    pub(super) fn fits(&self, digits: &Digits) -> bool {
        self.places.end <= digits.len()
    }

    /// Which images are evaluated.
    pub fn split(&self) -> Split {
        self.request.split
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
        let images = SLICE.div_ceil(1 + self.request.samples);
        let (places, total) = (self.places.clone(), self.total);
        let spread = |image| places.start + image * places.len() / total;
        let indices: Vec<usize> = self.images.by_ref().take(images).map(spread).collect();
        let slice = self.gather(&indices, digits, engine, config);
        self.add_bound(&slice, engine, config.model.latent_dim);
        if self.request.samples > 0 && config.model.variational {
            for image in 0..indices.len() {
                let nats = self.log_likelihood(&slice, image, engine, config.model.latent_dim);
                self.sums.log_likelihood += nats;
                self.sums.log_likelihood_squared += nats * nats;
            }
        }
    }

    fn gather(
        &mut self,
        indices: &[usize],
        digits: &Digits,
        engine: &mut dyn Engine,
        config: &TrainingConfig,
    ) -> Slice {
        let mut x = Vec::with_capacity(indices.len() * PIXELS);
        for &index in indices {
            let image = digits
                .image(index)
                .expect("an evaluation goes on only while its images are complete");
            config.binarization.append(image, &mut x, &mut self.rng);
        }
        let labels = if config.model.conditional {
            digits.labels_of(indices)
        } else {
            Vec::new()
        };
        let codes = engine.encode(&x, &labels);
        Slice { x, labels, codes }
    }

    /// Adds reconstruction with one sampled code an image, KL, and the moments of the posterior means.
    fn add_bound(&mut self, slice: &Slice, engine: &mut dyn Engine, latent: usize) {
        let mut eps = vec![0.0; slice.codes.mu.len()];
        fill_normal(&mut eps, &mut self.rng);
        let recon =
            engine.reconstruction(&slice.x, &slice.codes.sample(&eps, latent), &slice.labels);
        let sums = &mut self.sums;
        sums.recon += recon.into_iter().map(f64::from).sum::<f64>();
        for (index, kl) in slice.codes.kl().enumerate() {
            sums.kl[index % latent] += kl;
        }
        for (index, &mu) in slice.codes.mu.iter().enumerate() {
            sums.mu[index % latent] += f64::from(mu);
            sums.mu_squared[index % latent] += f64::from(mu).powi(2);
        }
    }

    /// log p(x) = log mean_k [p(x|z_k) p(z_k) / q(z_k|x)] with z_k ~ q(z|x) (Burda et al. 2015, equation 8).
    fn log_likelihood(
        &mut self,
        slice: &Slice,
        image: usize,
        engine: &mut dyn Engine,
        latent: usize,
    ) -> f64 {
        let codes = slice.codes.row(image, latent);
        let x = &slice.x[image * PIXELS..(image + 1) * PIXELS];
        let label = slice.labels.get(image..=image).unwrap_or_default();
        let mut weights = LogMeanExp::default();
        let mut left = self.request.samples;
        while left > 0 {
            let rows = left.min(SLICE);
            left -= rows;
            let mut eps = vec![0.0; rows * latent];
            fill_normal(&mut eps, &mut self.rng);
            let z = codes.sample(&eps, latent);
            let recon = engine.reconstruction(&x.repeat(rows), &z, &label.repeat(rows));
            for ((recon, z), eps) in recon.iter().zip(z.chunks(latent)).zip(eps.chunks(latent)) {
                weights.add(codes.log_prior_ratio(z, eps) - f64::from(*recon));
            }
        }
        weights.value()
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
        let mean = |sums: &[f64]| sums.iter().map(|sum| sum / images).collect::<Vec<f64>>();
        let kl_per_dim = mean(&self.sums.kl);
        let (recon, kl) = (self.sums.recon / images, kl_per_dim.iter().sum::<f64>());
        let moments = mean(&self.sums.mu)
            .into_iter()
            .zip(mean(&self.sums.mu_squared));
        let log_likelihood = self.log_likelihood_moments(images);
        EvaluationResult {
            split: self.request.split,
            convention: self.convention,
            step: self.step,
            epoch: self.epoch,
            recon,
            kl,
            elbo: -(recon + kl),
            active_units: moments
                .filter(|(mean, square)| square - mean * mean > ACTIVE_VARIANCE)
                .count(),
            kl_per_dim,
            log_likelihood: log_likelihood.map(|(mean, _)| mean),
            log_likelihood_se: log_likelihood.map(|(_, error)| error),
            samples: self.request.samples,
            images: self.total,
        }
    }

    /// Mean and standard error of log p(x).
    fn log_likelihood_moments(&self, images: f64) -> Option<(f64, f64)> {
        if self.request.samples == 0 || !self.variational {
            return None;
        }
        let mean = self.sums.log_likelihood / images;
        let variance = (self.sums.log_likelihood_squared / images - mean * mean).max(0.0);
        Some((mean, (variance / images).sqrt()))
    }
}

/// log((exp(w_1) + ... + exp(w_n)) / n), stable for weights of any size.
#[derive(Default)]
struct LogMeanExp {
    count: usize,
    largest: f64,
    sum: f64,
}

impl LogMeanExp {
    fn add(&mut self, weight: f64) {
        if self.count == 0 || weight > self.largest {
            // The first weight finds an empty sum, which no factor must touch: exp can be infinite.
            if self.count > 0 {
                self.sum *= (self.largest - weight).exp();
            }
            self.largest = weight;
        }
        self.sum += (weight - self.largest).exp();
        self.count += 1;
    }

    fn value(&self) -> f64 {
        self.largest + (self.sum / self.count as f64).ln()
    }
}

#[cfg(test)]
#[path = "evaluation_tests.rs"]
mod tests;
