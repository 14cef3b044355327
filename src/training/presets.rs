//! Settings with a source, ready to train.

use serde::Serialize;

use super::{EngineKind, OutputBias, Reduction, Schedule, TrainingConfig};
use crate::data::Binarization;
use crate::model::{Activation, Initialization, Likelihood, VaeConfig};

/// A named configuration.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Preset {
    /// A name for programs.
    pub id: &'static str,
    /// A name for people.
    pub name: &'static str,
    /// Where the settings come from.
    pub source: &'static str,
    /// What to expect of it.
    pub description: &'static str,
    /// The settings.
    pub config: TrainingConfig,
}

/// All presets; the first is the page's default.
pub fn presets() -> Vec<Preset> {
    vec![digits_20d(), article()]
}

/// The preset with this id.
pub fn preset(id: &str) -> Option<Preset> {
    presets().into_iter().find(|preset| preset.id == id)
}

fn digits_20d() -> Preset {
    Preset {
        id: "digits-20d",
        name: "Digits 20-D",
        source: "The VAE example of pytorch/examples",
        description: "Twenty latent numbers for a digit: sharp reconstructions and good samples within a few epochs.",
        config: TrainingConfig {
            model: VaeConfig {
                encoder_hidden: vec![400],
                latent_dim: 20,
                decoder_hidden: vec![400],
                activation: Activation::Relu,
                likelihood: Likelihood::Bernoulli,
                conditional: false,
                variational: true,
            },
            kl_weight: 1.0,
            kl_warmup_epochs: 0.0,
            free_bits: 0.0,
            reduction: Reduction::Sum,
            l2: 0.0,
            learning_rate: 1e-3,
            schedule: Schedule::Constant,
            schedule_epochs: 10.0,
            beta1: 0.9,
            beta2: 0.999,
            epsilon: 1e-8,
            batch_size: 128,
            seed: 1,
            binarization: Binarization::None,
            validation_images: 0,
            initialization: Initialization::Uniform,
            output_bias: OutputBias::Random,
            engine: EngineKind::Fused,
        },
    }
}

fn article() -> Preset {
    let base = digits_20d().config;
    Preset {
        id: "article",
        name: "The article",
        source: "An introductory article on VAEs: mean squared error + 0.01 KL + L2 0.001",
        description: "A large code under strong pressure: most latent dimensions collapse. Lower the KL weight and L2 to see them come back.",
        config: TrainingConfig {
            model: VaeConfig {
                encoder_hidden: vec![200],
                latent_dim: 200,
                decoder_hidden: vec![200],
                likelihood: Likelihood::Gaussian,
                ..base.model
            },
            kl_weight: 0.01,
            reduction: Reduction::Mean,
            l2: 0.001,
            ..base
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn presets_are_valid_and_have_their_own_ids() {
        for preset in presets() {
            preset.config.validate().unwrap();
            assert_eq!(super::preset(preset.id).unwrap().name, preset.name);
        }
        assert!(super::preset("none").is_none());
    }

    #[test]
    fn digits_20d_has_the_size_of_the_pytorch_example() {
        // 784*400+400 + 2*(400*20+20) + 20*400+400 + 400*784+784
        assert_eq!(
            preset("digits-20d").unwrap().config.model.parameter_count(),
            652_824
        );
    }
}
