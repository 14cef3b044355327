//! The encoder: an image becomes a distribution over codes.

use burn::module::Module;
use burn::nn::Linear;
use burn::tensor::Tensor;

use super::Activation;

/// q(z|x) = N(mu, diag(exp(logvar))), for each image of a batch (Kingma and Welling 2013, appendix C.2).
#[derive(Clone, Debug)]
pub struct Posterior {
    /// The means, `[batch, latent_dim]`.
    pub mu: Tensor<2>,
    /// The logarithms of the variances, `[batch, latent_dim]`; `None` in a plain autoencoder.
    pub logvar: Option<Tensor<2>>,
}

/// Dense layers with two linear heads, `mu` and `logvar`.
#[derive(Module, Debug)]
pub struct Encoder {
    /// The hidden layers, from the image inwards.
    pub hidden: Vec<Linear>,
    /// The head that gives the mean.
    pub mu: Linear,
    /// The head that gives the log variance; absent in a plain autoencoder.
    pub logvar: Option<Linear>,
    /// The non-linearity after each hidden layer.
    #[module(skip)]
    pub activation: Activation,
}

impl Encoder {
    /// # Shapes
    ///
    /// - x: `[batch, 784]`, values in [0, 1]
    /// - mu, logvar: `[batch, latent_dim]`
    pub fn forward(&self, x: Tensor<2>) -> Posterior {
        let features = hidden_layers(&self.hidden, self.activation, x);
        Posterior {
            logvar: self
                .logvar
                .as_ref()
                .map(|head| head.forward(features.clone())),
            mu: self.mu.forward(features),
        }
    }
}

/// What each of the layers puts out, in their order.
pub(super) fn activations(
    layers: &[Linear],
    activation: Activation,
    mut input: Tensor<2>,
) -> Vec<Tensor<2>> {
    let mut next = |layer: &Linear| {
        input = activation.forward(layer.forward(input.clone()));
        input.clone()
    };
    layers.iter().map(&mut next).collect()
}

/// `activation(linear(...))`, layer after layer.
pub(super) fn hidden_layers(
    layers: &[Linear],
    activation: Activation,
    input: Tensor<2>,
) -> Tensor<2> {
    layers.iter().fold(input, |input, layer| {
        activation.forward(layer.forward(input))
    })
}
