//! Settings with a source, ready to train. Their names, their sources and what to expect of them are words of the page:
//! `settings.presetWords` in `www/texts`.

use serde::Serialize;

use super::{EngineKind, OutputBias, Reduction, Schedule, TrainingConfig};
use crate::data::{Binarization, CLASSES};
use crate::model::{Activation, Initialization, Likelihood, VaeConfig};

/// A named configuration.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Preset {
    /// Its name for programs.
    pub id: &'static str,
    /// The settings.
    pub config: TrainingConfig,
}

/// All presets; the first is the page's default.
pub fn presets() -> Vec<Preset> {
    vec![
        digits_20d(),
        best_mlp(),
        map_2d(),
        conditional(),
        autoencoder(),
        article(),
        kingma_welling(),
        burda(),
    ]
}

/// The preset with this id.
pub fn preset(id: &str) -> Option<Preset> {
    presets().into_iter().find(|preset| preset.id == id)
}

fn digits_20d() -> Preset {
    Preset {
        id: "digits-20d",
        config: TrainingConfig {
            model: VaeConfig {
                encoder_hidden: vec![400],
                latent_dim: 20,
                decoder_hidden: vec![400],
                activation: Activation::Relu,
                likelihood: Likelihood::Bernoulli,
                conditional: false,
                classes: CLASSES,
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

fn best_mlp() -> Preset {
    let base = digits_20d().config;
    Preset {
        id: "best-mlp",
        config: TrainingConfig {
            model: VaeConfig {
                encoder_hidden: vec![400],
                latent_dim: 24,
                decoder_hidden: vec![150, 380],
                activation: Activation::Gelu,
                ..base.model
            },
            learning_rate: 3e-3,
            schedule: Schedule::Cosine,
            schedule_epochs: 10.0,
            batch_size: 32,
            output_bias: OutputBias::DataMean,
            ..base
        },
    }
}

fn map_2d() -> Preset {
    let base = best_mlp().config;
    Preset {
        id: "map-2d",
        config: TrainingConfig {
            model: VaeConfig {
                latent_dim: 2,
                ..base.model
            },
            ..base
        },
    }
}

fn conditional() -> Preset {
    let base = digits_20d().config;
    Preset {
        id: "conditional",
        config: TrainingConfig {
            model: VaeConfig {
                conditional: true,
                ..base.model
            },
            // At 1 the code carries the class as well as the style, and only 70% of the samples are the digit asked for.
            kl_weight: 4.0,
            ..base
        },
    }
}

fn autoencoder() -> Preset {
    let base = digits_20d().config;
    Preset {
        id: "autoencoder",
        config: TrainingConfig {
            model: VaeConfig {
                variational: false,
                ..base.model
            },
            ..base
        },
    }
}

fn kingma_welling() -> Preset {
    let base = digits_20d().config;
    Preset {
        id: "kingma-welling",
        config: TrainingConfig {
            model: VaeConfig {
                encoder_hidden: vec![500],
                decoder_hidden: vec![500],
                activation: Activation::Tanh,
                ..base.model
            },
            batch_size: 100,
            ..base
        },
    }
}

fn burda() -> Preset {
    let base = digits_20d().config;
    Preset {
        id: "burda",
        config: TrainingConfig {
            model: VaeConfig {
                encoder_hidden: vec![200, 200],
                latent_dim: 50,
                decoder_hidden: vec![200, 200],
                activation: Activation::Tanh,
                ..base.model
            },
            schedule: Schedule::Stages,
            epsilon: 1e-4,
            batch_size: 20,
            binarization: Binarization::Dynamic,
            output_bias: OutputBias::DataMean,
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
            let same = presets().into_iter().filter(|other| other.id == preset.id);
            assert_eq!(same.count(), 1, "{}", preset.id);
        }
        assert!(super::preset("none").is_none());
    }

    #[test]
    fn the_best_mlp_keeps_its_promise() {
        let parameters = preset("best-mlp").unwrap().config.model.parameter_count();
        assert!(parameters <= 700_000, "{parameters}");
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
