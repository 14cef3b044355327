//! Everything that decides a run: the same configuration, data and build give the same losses, bit for bit.

use serde::{Deserialize, Serialize};

use super::{HYPER_PARAMETERS, Schedule};
use crate::data::{Binarization, PIXELS};
use crate::error::Result;
use crate::model::{Initialization, VaeConfig};

/// How the reconstruction error enters the objective. What is reported is always in nats per image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Reduction {
    /// Summed over the pixels: with `kl_weight` 1 the objective is -ELBO.
    Sum,
    /// Averaged over the pixels, as in "mean squared error + 0.01 KL".
    Mean,
}

/// Where the bias of the decoder's last layer starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum OutputBias {
    /// At random, like every other bias.
    Random,
    /// At the logit of the mean training image (Burda et al. 2015, code), so that training starts from there.
    DataMean,
}

/// What computes the steps. Both train the same model from the same start; they differ by rounding alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum EngineKind {
    /// Hand-written kernels.
    Fused,
    /// Plain Burn with its autodiff: the reference.
    Burn,
}

/// A whole run. The objective is
/// `reduction(recon_loss) + kl_weight * kl + l2 * (sum of squared weights)`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TrainingConfig {
    /// The architecture.
    pub model: VaeConfig,
    /// The weight of KL in the objective, beta (Higgins et al. 2017).
    pub kl_weight: f64,
    /// Over how many epochs the weight of KL rises from 0 to its value (Bowman et al. 2016); 0 for none.
    pub kl_warmup_epochs: f64,
    /// Nats that each latent dimension may use without paying (Kingma et al. 2016).
    pub free_bits: f64,
    /// How the reconstruction error enters the objective.
    pub reduction: Reduction,
    /// The weight of the squared weights in the objective.
    pub l2: f64,
    /// Adam's step size.
    pub learning_rate: f64,
    /// How the step size changes.
    pub schedule: Schedule,
    /// The length of the cosine schedule.
    pub schedule_epochs: f64,
    /// Adam's decay rate of the first moment.
    pub beta1: f64,
    /// Adam's decay rate of the second moment.
    pub beta2: f64,
    /// Adam's constant for numerical stability.
    pub epsilon: f64,
    /// Images a step.
    pub batch_size: usize,
    /// The seed of everything random: weights, order, noise.
    pub seed: u32,
    /// What the model is asked to reconstruct.
    pub binarization: Binarization,
    /// How many images at the end of the training file are held out for validation.
    pub validation_images: usize,
    /// How weights start.
    pub initialization: Initialization,
    /// Where the bias of the decoder's last layer starts.
    pub output_bias: OutputBias,
    /// What computes the steps.
    pub engine: EngineKind,
}

/// What may change while training runs; `None` leaves a value as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct LiveChange {
    /// See [`TrainingConfig::learning_rate`].
    pub learning_rate: Option<f64>,
    /// See [`TrainingConfig::kl_weight`].
    pub kl_weight: Option<f64>,
}

impl TrainingConfig {
    /// Checks every field against its bounds.
    ///
    /// # Errors
    ///
    /// The first field that is out of bounds, with its rule and its value.
    pub fn validate(&self) -> Result<()> {
        self.model.validate()?;
        HYPER_PARAMETERS
            .iter()
            .try_for_each(|parameter| parameter.check(self))
    }

    /// This configuration with `change` made to it.
    ///
    /// # Errors
    ///
    /// A value out of bounds.
    pub fn with(&self, change: LiveChange) -> Result<Self> {
        let changed = Self {
            learning_rate: change.learning_rate.unwrap_or(self.learning_rate),
            kl_weight: change.kl_weight.unwrap_or(self.kl_weight),
            ..self.clone()
        };
        changed.validate()?;
        Ok(changed)
    }

    /// What the reconstruction error in nats is multiplied with in the objective.
    pub fn recon_scale(&self) -> f32 {
        match self.reduction {
            Reduction::Sum => 1.0,
            Reduction::Mean => 1.0 / PIXELS as f32,
        }
    }
}
