//! The parameters of a model by name, shape and place: the one definition that initialization, training and checkpoints
//! share.

use rand::{Rng, RngExt};

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
            classes: 0,
            encoder_hidden: self.encoder_hidden.clone(),
            latent: self.latent_dim,
            decoder_hidden: self.decoder_hidden.clone(),
            activation: match self.activation {
                Activation::Relu => kernels::Activation::Relu,
                Activation::Tanh => kernels::Activation::Tanh,
            },
            likelihood: match self.likelihood {
                Likelihood::Bernoulli => kernels::Likelihood::Bernoulli,
                Likelihood::Gaussian => kernels::Likelihood::Gaussian,
            },
            variational: self.variational,
        }
    }
}

/// The initial values, in the order of [`VaeConfig::parameters`]: U(-1/sqrt(inputs), 1/sqrt(inputs)) for the weights and
/// biases of a layer, as PyTorch's `nn.Linear` starts.
pub fn initial_parameters(config: &VaeConfig, rng: &mut impl Rng) -> Vec<f32> {
    let mut values = Vec::with_capacity(config.parameter_count());
    let mut bound = 0.0;
    for parameter in config.parameters() {
        // A bias follows the weight of its layer and shares its bound.
        if parameter.is_weight() {
            bound = 1.0 / (parameter.shape[0] as f32).sqrt();
        }
        values.extend(parameter.range.map(|_| rng.random_range(-bound..bound)));
    }
    values
}
