//! The parameters of a model by name, shape and place: the one definition that initialization, training and checkpoints
//! share.

use rand::{Rng, RngExt};
use serde::{Deserialize, Serialize};

use super::{Activation, Likelihood, VaeConfig};
use crate::data::PIXELS;
use crate::kernels::{self, Architecture, Parameter};

impl VaeConfig {
    /// Every parameter, in the order of the flat list.
    pub fn parameters(&self) -> Vec<Parameter> {
        self.architecture().parameters()
    }

    /// How many numbers the model learns.
    pub fn parameter_count(&self) -> usize {
        self.architecture().parameter_count()
    }

    /// The model as the kernels know it.
    pub(crate) fn architecture(&self) -> Architecture {
        Architecture {
            pixels: PIXELS,
            classes: self.label_inputs(),
            encoder_hidden: self.encoder_hidden.clone(),
            latent: self.latent_dim,
            decoder_hidden: self.decoder_hidden.clone(),
            activation: match self.activation {
                Activation::Relu => kernels::Activation::Relu,
                Activation::Tanh => kernels::Activation::Tanh,
                Activation::Gelu => kernels::Activation::Gelu,
            },
            likelihood: match self.likelihood {
                Likelihood::Bernoulli => kernels::Likelihood::Bernoulli,
                Likelihood::Gaussian => kernels::Likelihood::Gaussian,
            },
            variational: self.variational,
        }
    }
}

/// How weights start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Initialization {
    /// U(-1/sqrt(inputs), 1/sqrt(inputs)) for the weights and biases of a layer, as PyTorch's `nn.Linear` starts.
    Uniform,
    /// Uniform with variance 2/inputs before an activation and 1/inputs elsewhere, biases zero: signals keep their size
    /// through many layers (He et al. 2015, equation 10).
    He,
}

impl Initialization {
    /// The values of one layer lie between minus and plus this.
    fn bound(self, weight: &Parameter) -> f32 {
        let inputs = weight.shape[0] as f32;
        match self {
            Self::Uniform => (1.0 / inputs).sqrt(),
            // U(-b, b) has variance b^2 / 3.
            Self::He if weight.name.contains("hidden") => (6.0 / inputs).sqrt(),
            Self::He => (3.0 / inputs).sqrt(),
        }
    }
}

/// The initial values, in the order of [`VaeConfig::parameters`].
pub fn initial_parameters(
    config: &VaeConfig,
    initialization: Initialization,
    rng: &mut impl Rng,
) -> Vec<f32> {
    let mut values = Vec::with_capacity(config.parameter_count());
    let mut bound = 0.0;
    for parameter in config.parameters() {
        // A bias follows the weight of its layer and shares its bound.
        if parameter.is_weight() {
            bound = initialization.bound(&parameter);
        } else if initialization == Initialization::He {
            values.resize(parameter.range.end, 0.0);
            continue;
        }
        values.extend(parameter.range.map(|_| rng.random_range(-bound..bound)));
    }
    values
}
