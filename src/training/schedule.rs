//! How the step size and the weight of KL change while a run goes on.

use serde::{Deserialize, Serialize};

use super::TrainingConfig;

/// How the learning rate changes with the epochs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Schedule {
    /// It does not.
    Constant,
    /// It falls from its value to a hundredth of it over `schedule_epochs`, along half a cosine, and stays there
    /// (Loshchilov and Hutter 2017).
    Cosine,
    /// Stage i = 0, 1, ... 7 lasts 3^i epochs at 10^(-i/7) times its value (Burda et al. 2015, section 5).
    Stages,
}

impl Schedule {
    /// What the learning rate is multiplied with after so many epochs.
    pub fn factor(self, epochs: f64, schedule_epochs: f64) -> f64 {
        const FLOOR: f64 = 0.01;
        match self {
            Self::Constant => 1.0,
            Self::Cosine => {
                let progress = (epochs / schedule_epochs).min(1.0);
                FLOOR + (1.0 - FLOOR) * 0.5 * (1.0 + (std::f64::consts::PI * progress).cos())
            }
            Self::Stages => 10f64.powf(-stage(epochs) / 7.0),
        }
    }
}

/// The stage that an epoch is in: stage i ends after 3^0 + ... + 3^i epochs.
fn stage(epochs: f64) -> f64 {
    let ends = (0..7).scan(0.0, |end, stage| {
        *end += 3f64.powi(stage);
        Some(*end)
    });
    ends.take_while(|&end| epochs >= end).count() as f64
}

/// What one step needs to know besides its images.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StepSettings {
    /// The weight of KL at this step.
    pub kl_weight: f64,
    /// Nats that each latent dimension may use without paying, on average over the batch.
    pub free_bits: f64,
    /// What the reconstruction error in nats is multiplied with.
    pub recon_scale: f32,
    /// The weight of the squared weights.
    pub l2: f64,
    /// Adam's step size at this step.
    pub learning_rate: f64,
    /// Adam's decay rate of the first moment.
    pub beta1: f64,
    /// Adam's decay rate of the second moment.
    pub beta2: f64,
    /// Adam's constant for numerical stability.
    pub epsilon: f64,
}

impl TrainingConfig {
    /// The settings of the step that begins after so many epochs, counted with fraction.
    pub fn step_settings(&self, epochs: f64) -> StepSettings {
        let warm_up = if self.kl_warmup_epochs > 0.0 {
            (epochs / self.kl_warmup_epochs).min(1.0)
        } else {
            1.0
        };
        StepSettings {
            kl_weight: self.kl_weight * warm_up,
            free_bits: self.free_bits,
            recon_scale: self.recon_scale(),
            l2: self.l2,
            learning_rate: self.learning_rate * self.schedule.factor(epochs, self.schedule_epochs),
            beta1: self.beta1,
            beta2: self.beta2,
            epsilon: self.epsilon,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cosine_falls_to_a_hundredth_and_stays() {
        let factor = |epochs| Schedule::Cosine.factor(epochs, 10.0);
        assert_eq!(factor(0.0), 1.0);
        assert!((factor(5.0) - 0.505).abs() < 1e-12);
        assert!((factor(10.0) - 0.01).abs() < 1e-12 && factor(10.0) == factor(50.0));
    }

    #[test]
    fn stages_last_three_times_as_long_as_the_one_before() {
        let factor = |epochs| Schedule::Stages.factor(epochs, 1.0);
        assert_eq!((factor(0.0), factor(0.99)), (1.0, 1.0));
        assert_eq!(factor(1.0), 10f64.powf(-1.0 / 7.0));
        assert_eq!(
            (factor(3.9), factor(4.0)),
            (factor(1.0), 10f64.powf(-2.0 / 7.0))
        );
        assert_eq!(factor(1e6), 0.1);
    }
}
