//! What a step measures, and the points of the training curve.

use serde::{Deserialize, Serialize};

/// The losses of one step, or their means over several, before the update that they led to.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StepMetrics {
    /// How many updates have been made, this one included.
    pub step: u64,
    /// Passes over the training images so far, with fraction.
    pub epoch: f64,
    /// Nats per image.
    pub recon: f64,
    /// Nats per image.
    pub kl: f64,
    /// The bound on log p(x), `-(recon + kl)`, nats per image.
    pub elbo: f64,
    /// The objective: `reduction(recon) + kl_weight * kl + l2 * (sum of squared weights)`.
    pub loss: f64,
}

/// The sums of a point of the curve that is not complete yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct CurveWindow {
    steps: u64,
    recon: f64,
    kl: f64,
    loss: f64,
}

impl CurveWindow {
    /// Whether it is one of `length` steps that is not complete yet.
    pub fn is_sound(&self, length: u64) -> bool {
        let sums = [self.recon, self.kl, self.loss];
        self.steps < length && sums.into_iter().all(f64::is_finite)
    }

    /// Adds a step; gives the means when `length` steps are in, and starts anew.
    pub fn add(&mut self, metrics: &StepMetrics, length: u64) -> Option<StepMetrics> {
        self.steps += 1;
        self.recon += metrics.recon;
        self.kl += metrics.kl;
        self.loss += metrics.loss;
        if self.steps < length {
            return None;
        }
        let sums = std::mem::take(self);
        let steps = sums.steps as f64;
        let (recon, kl) = (sums.recon / steps, sums.kl / steps);
        let elbo = -(recon + kl);
        Some(StepMetrics {
            recon,
            kl,
            elbo,
            loss: sums.loss / steps,
            ..*metrics
        })
    }
}
