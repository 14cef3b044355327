//! The hyper-parameters that a person sets, and their bounds. The page builds its form from this list, with its own words for
//! each key, and configurations are checked against it.

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
    /// Its symbol in formulas, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub symbol: Option<&'static str>,
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
        let (Kind::Integer { min, max, get } | Kind::Number { min, max, get }) = self.kind else {
            return Ok(());
        };
        let found = get(config);
        // A comparison with NaN is false: NaN is refused too.
        if (min..=max).contains(&found) {
            return Ok(());
        }
        let name = self.key.into();
        Err(match self.kind {
            Kind::Integer { .. } => Error::NotWhole {
                name,
                min,
                max,
                found,
            },
            _ => Error::NotNumber {
                name,
                min,
                max,
                found,
            },
        })
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
        symbol: Some("α"),
        live: true,
        kind: Kind::Number {
            min: 1e-6,
            max: 1.0,
            get: |config| config.learning_rate,
        },
    },
    HyperParameter {
        key: "klWeight",
        symbol: Some("β"),
        live: true,
        kind: Kind::Number {
            min: 0.0,
            max: 100.0,
            get: |config| config.kl_weight,
        },
    },
    HyperParameter {
        key: "klWarmupEpochs",
        symbol: None,
        live: false,
        kind: Kind::Number {
            min: 0.0,
            max: 1000.0,
            get: |config| config.kl_warmup_epochs,
        },
    },
    HyperParameter {
        key: "freeBits",
        symbol: None,
        live: false,
        kind: Kind::Number {
            min: 0.0,
            max: 10.0,
            get: |config| config.free_bits,
        },
    },
    HyperParameter {
        key: "schedule",
        symbol: None,
        live: false,
        kind: Kind::Choice {
            choices: &["constant", "cosine", "stages"],
        },
    },
    HyperParameter {
        key: "scheduleEpochs",
        symbol: None,
        live: false,
        kind: Kind::Number {
            min: 0.1,
            max: 10_000.0,
            get: |config| config.schedule_epochs,
        },
    },
    HyperParameter {
        key: "model.latentDim",
        symbol: None,
        live: false,
        kind: Kind::Integer {
            min: 1.0,
            max: VaeConfig::MAX_LATENT as f64,
            get: |config| config.model.latent_dim as f64,
        },
    },
    HyperParameter {
        key: "model.encoderHidden",
        symbol: None,
        live: false,
        kind: WIDTHS,
    },
    HyperParameter {
        key: "model.decoderHidden",
        symbol: None,
        live: false,
        kind: WIDTHS,
    },
    HyperParameter {
        key: "model.activation",
        symbol: None,
        live: false,
        kind: Kind::Choice {
            choices: &["relu", "tanh", "gelu"],
        },
    },
    HyperParameter {
        key: "model.likelihood",
        symbol: None,
        live: false,
        kind: Kind::Choice {
            choices: &["bernoulli", "gaussian"],
        },
    },
    HyperParameter {
        key: "model.variational",
        symbol: None,
        live: false,
        kind: Kind::Switch,
    },
    HyperParameter {
        key: "model.conditional",
        symbol: None,
        live: false,
        kind: Kind::Switch,
    },
    HyperParameter {
        key: "reduction",
        symbol: None,
        live: false,
        kind: Kind::Choice {
            choices: &["sum", "mean"],
        },
    },
    HyperParameter {
        key: "l2",
        symbol: Some("λ"),
        live: false,
        kind: Kind::Number {
            min: 0.0,
            max: 1.0,
            get: |config| config.l2,
        },
    },
    HyperParameter {
        key: "batchSize",
        symbol: None,
        live: false,
        kind: Kind::Integer {
            min: 1.0,
            max: 2048.0,
            get: |config| config.batch_size as f64,
        },
    },
    HyperParameter {
        key: "binarization",
        symbol: None,
        live: false,
        kind: Kind::Choice {
            choices: &["none", "threshold", "dynamic"],
        },
    },
    HyperParameter {
        key: "validationImages",
        symbol: None,
        live: false,
        kind: Kind::Integer {
            min: 0.0,
            max: 50_000.0,
            get: |config| config.validation_images as f64,
        },
    },
    HyperParameter {
        key: "beta1",
        symbol: Some("β₁"),
        live: false,
        kind: Kind::Number {
            min: 0.0,
            max: 0.9999,
            get: |config| config.beta1,
        },
    },
    HyperParameter {
        key: "beta2",
        symbol: Some("β₂"),
        live: false,
        kind: Kind::Number {
            min: 0.0,
            max: 0.999_999,
            get: |config| config.beta2,
        },
    },
    HyperParameter {
        key: "epsilon",
        symbol: Some("ε"),
        live: false,
        kind: Kind::Number {
            min: 1e-12,
            max: 1.0,
            get: |config| config.epsilon,
        },
    },
    HyperParameter {
        key: "initialization",
        symbol: None,
        live: false,
        kind: Kind::Choice {
            choices: &["uniform", "he"],
        },
    },
    HyperParameter {
        key: "outputBias",
        symbol: None,
        live: false,
        kind: Kind::Choice {
            choices: &["random", "dataMean"],
        },
    },
    HyperParameter {
        key: "engine",
        symbol: None,
        live: false,
        kind: Kind::Choice {
            choices: &["fused", "burn"],
        },
    },
    HyperParameter {
        key: "seed",
        symbol: None,
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
