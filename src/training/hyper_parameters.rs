//! The hyper-parameters as a person meets them: their names, what they do, and their bounds. The page builds its form
//! from this list, and configurations are checked against it.

use serde::Serialize;

use super::TrainingConfig;
use crate::error::{Error, Result};
use crate::model::VaeConfig;

/// One field of [`TrainingConfig`].
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HyperParameter {
    /// The path of the field, as JavaScript spells it.
    pub key: &'static str,
    /// Its name in the page.
    pub label: &'static str,
    /// Its symbol in formulas, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub symbol: Option<&'static str>,
    /// One sentence on what it does.
    pub help: &'static str,
    /// Whether it may change while training runs.
    pub live: bool,
    /// What values it takes.
    #[serde(flatten)]
    pub kind: Kind,
}

/// What values a hyper-parameter takes.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Kind {
    /// A whole number between two bounds, both allowed.
    Integer {
        /// The smallest value.
        min: f64,
        /// The largest value.
        max: f64,
        /// Where it stands in the configuration.
        #[serde(skip)]
        get: fn(&TrainingConfig) -> f64,
    },
    /// A number between two bounds, both allowed.
    Number {
        /// The smallest value.
        min: f64,
        /// The largest value.
        max: f64,
        /// Where it stands in the configuration.
        #[serde(skip)]
        get: fn(&TrainingConfig) -> f64,
    },
    /// One of a few words.
    Choice {
        /// The words.
        choices: &'static [&'static str],
    },
    /// Yes or no.
    Switch,
    /// A list of layer widths.
    #[serde(rename_all = "camelCase")]
    Widths {
        /// The largest width.
        max: usize,
        /// The most layers.
        max_layers: usize,
    },
}

impl HyperParameter {
    /// Checks a number against its bounds; words and lists are checked where they are read.
    pub(super) fn check(&self, config: &TrainingConfig) -> Result<()> {
        let (kind, min, max, value) = match self.kind {
            Kind::Integer { min, max, get } => ("a whole number", min, max, get(config)),
            Kind::Number { min, max, get } => ("a number", min, max, get(config)),
            _ => return Ok(()),
        };
        // A comparison with NaN is false: NaN is refused too.
        if (min..=max).contains(&value) {
            return Ok(());
        }
        Err(Error::hyper_parameter(
            self.key,
            format!("{kind} from {min} to {max}"),
            value,
        ))
    }
}

const WIDTHS: Kind = Kind::Widths {
    max: VaeConfig::MAX_WIDTH,
    max_layers: VaeConfig::MAX_LAYERS,
};

/// Every hyper-parameter that a person sets, in the order in which the page shows them. `model.classes` follows from the
/// labels of the data.
pub const HYPER_PARAMETERS: &[HyperParameter] = &[
    HyperParameter {
        key: "learningRate",
        label: "Learning rate",
        symbol: Some("α"),
        help: "The size of Adam's steps. Too large and the loss jumps about; too small and nothing happens.",
        live: true,
        kind: Kind::Number {
            min: 1e-6,
            max: 1.0,
            get: |config| config.learning_rate,
        },
    },
    HyperParameter {
        key: "klWeight",
        label: "KL weight",
        symbol: Some("β"),
        help: "How much staying close to the prior counts against reconstructing well. 1 trains the bound itself.",
        live: true,
        kind: Kind::Number {
            min: 0.0,
            max: 100.0,
            get: |config| config.kl_weight,
        },
    },
    HyperParameter {
        key: "klWarmupEpochs",
        label: "KL warm-up",
        symbol: None,
        help: "Over how many epochs the KL weight rises from 0 to its value. 0 switches it off.",
        live: false,
        kind: Kind::Number {
            min: 0.0,
            max: 1000.0,
            get: |config| config.kl_warmup_epochs,
        },
    },
    HyperParameter {
        key: "freeBits",
        label: "Free bits",
        symbol: None,
        help: "Nats that each latent dimension may use without paying: it keeps dimensions from collapsing.",
        live: false,
        kind: Kind::Number {
            min: 0.0,
            max: 10.0,
            get: |config| config.free_bits,
        },
    },
    HyperParameter {
        key: "schedule",
        label: "Schedule",
        symbol: None,
        help: "How the learning rate changes: not at all, falling along a cosine, or in Burda's stages of 3^i epochs.",
        live: false,
        kind: Kind::Choice {
            choices: &["constant", "cosine", "stages"],
        },
    },
    HyperParameter {
        key: "scheduleEpochs",
        label: "Schedule length",
        symbol: None,
        help: "In how many epochs the cosine schedule reaches its end.",
        live: false,
        kind: Kind::Number {
            min: 0.1,
            max: 10_000.0,
            get: |config| config.schedule_epochs,
        },
    },
    HyperParameter {
        key: "model.latentDim",
        label: "Latent size",
        symbol: None,
        help: "How many numbers the code z of a digit has.",
        live: false,
        kind: Kind::Integer {
            min: 1.0,
            max: VaeConfig::MAX_LATENT as f64,
            get: |config| config.model.latent_dim as f64,
        },
    },
    HyperParameter {
        key: "model.encoderHidden",
        label: "Encoder layers",
        symbol: None,
        help: "The widths of the encoder's hidden layers, from the image inwards, separated by commas.",
        live: false,
        kind: WIDTHS,
    },
    HyperParameter {
        key: "model.decoderHidden",
        label: "Decoder layers",
        symbol: None,
        help: "The widths of the decoder's hidden layers, from the code outwards, separated by commas.",
        live: false,
        kind: WIDTHS,
    },
    HyperParameter {
        key: "model.activation",
        label: "Activation",
        symbol: None,
        help: "The non-linearity of the hidden layers.",
        live: false,
        kind: Kind::Choice {
            choices: &["relu", "tanh", "gelu"],
        },
    },
    HyperParameter {
        key: "model.likelihood",
        label: "Likelihood",
        symbol: None,
        help: "How the error of a pixel is measured: Bernoulli is cross-entropy, Gaussian is squared error.",
        live: false,
        kind: Kind::Choice {
            choices: &["bernoulli", "gaussian"],
        },
    },
    HyperParameter {
        key: "model.variational",
        label: "Variational",
        symbol: None,
        help: "On: a VAE. Off: a plain autoencoder, without noise in the code and without KL.",
        live: false,
        kind: Kind::Switch,
    },
    HyperParameter {
        key: "model.conditional",
        label: "Conditional",
        symbol: None,
        help: "Whether encoder and decoder are told the label, so that you can ask for a digit.",
        live: false,
        kind: Kind::Switch,
    },
    HyperParameter {
        key: "reduction",
        label: "Reconstruction",
        symbol: None,
        help: "Whether the objective sums the error over the pixels, as the bound does, or averages it.",
        live: false,
        kind: Kind::Choice {
            choices: &["sum", "mean"],
        },
    },
    HyperParameter {
        key: "l2",
        label: "L2",
        symbol: Some("λ"),
        help: "The weight of the sum of squared weights in the objective: it keeps weights small.",
        live: false,
        kind: Kind::Number {
            min: 0.0,
            max: 1.0,
            get: |config| config.l2,
        },
    },
    HyperParameter {
        key: "batchSize",
        label: "Batch size",
        symbol: None,
        help: "How many images a step averages its gradient over.",
        live: false,
        kind: Kind::Integer {
            min: 1.0,
            max: 2048.0,
            get: |config| config.batch_size as f64,
        },
    },
    HyperParameter {
        key: "binarization",
        label: "Pixels",
        symbol: None,
        help: "Grey as they are (none), black or white by a threshold, or drawn anew each time (dynamic).",
        live: false,
        kind: Kind::Choice {
            choices: &["none", "threshold", "dynamic"],
        },
    },
    HyperParameter {
        key: "validationImages",
        label: "Held out",
        symbol: None,
        help: "How many images at the end of the training file are kept for validation instead of learnt from.",
        live: false,
        kind: Kind::Integer {
            min: 0.0,
            max: 50_000.0,
            get: |config| config.validation_images as f64,
        },
    },
    HyperParameter {
        key: "beta1",
        label: "Adam beta 1",
        symbol: Some("β₁"),
        help: "How slowly Adam's running mean of the gradient forgets.",
        live: false,
        kind: Kind::Number {
            min: 0.0,
            max: 0.9999,
            get: |config| config.beta1,
        },
    },
    HyperParameter {
        key: "beta2",
        label: "Adam beta 2",
        symbol: Some("β₂"),
        help: "How slowly Adam's running mean of the squared gradient forgets.",
        live: false,
        kind: Kind::Number {
            min: 0.0,
            max: 0.999_999,
            get: |config| config.beta2,
        },
    },
    HyperParameter {
        key: "epsilon",
        label: "Adam epsilon",
        symbol: Some("ε"),
        help: "Keeps Adam from dividing by almost nothing.",
        live: false,
        kind: Kind::Number {
            min: 1e-12,
            max: 1.0,
            get: |config| config.epsilon,
        },
    },
    HyperParameter {
        key: "initialization",
        label: "Initialization",
        symbol: None,
        help: "How weights start: uniform as in PyTorch, or He's, which keeps signals alive through many layers.",
        live: false,
        kind: Kind::Choice {
            choices: &["uniform", "he"],
        },
    },
    HyperParameter {
        key: "outputBias",
        label: "Output bias",
        symbol: None,
        help: "Where the last layer's bias starts: at random, or at the logit of the mean training image.",
        live: false,
        kind: Kind::Choice {
            choices: &["random", "dataMean"],
        },
    },
    HyperParameter {
        key: "engine",
        label: "Engine",
        symbol: None,
        help: "What computes the steps: fused kernels made for this model, or plain Burn, slower, for comparison.",
        live: false,
        kind: Kind::Choice {
            choices: &["fused", "burn"],
        },
    },
    HyperParameter {
        key: "seed",
        label: "Seed",
        symbol: None,
        help: "Decides everything random. The same seed and settings give the same run.",
        live: false,
        kind: Kind::Integer {
            min: 0.0,
            max: u32::MAX as f64,
            get: |config| f64::from(config.seed),
        },
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::training::preset;

    #[test]
    fn every_key_names_a_field_of_the_configuration() {
        let json = serde_json::to_value(preset("digits-20d").unwrap().config).unwrap();
        for parameter in HYPER_PARAMETERS {
            let path = format!("/{}", parameter.key.replace('.', "/"));
            assert!(json.pointer(&path).is_some(), "{}", parameter.key);
        }
        let fields = json.as_object().unwrap().len() - 1 + json["model"].as_object().unwrap().len();
        // All but `model.classes`.
        assert_eq!(fields - 1, HYPER_PARAMETERS.len());
    }

    #[test]
    fn a_value_out_of_bounds_is_named_with_its_rule() {
        let good = preset("digits-20d").unwrap().config;
        let message = |config: TrainingConfig| config.validate().unwrap_err().to_string();
        let rate = TrainingConfig {
            learning_rate: -1.0,
            ..good.clone()
        };
        assert_eq!(
            message(rate),
            "learningRate must be a number from 0.000001 to 1, got -1"
        );
        let nan = TrainingConfig {
            kl_weight: f64::NAN,
            ..good.clone()
        };
        assert_eq!(
            message(nan),
            "klWeight must be a number from 0 to 100, got NaN"
        );
        let mut wide = good.clone();
        wide.model.encoder_hidden = vec![400, 0];
        assert!(message(wide).contains("each from 1 to 2048, got [400, 0]"));
        let mut code = good;
        code.model.latent_dim = 0;
        assert!(
            message(code).contains("model.latentDim must be a whole number from 1 to 256, got 0")
        );
    }
}
