//! The decoder: a code becomes an image.

use burn::module::Module;
use burn::nn::Linear;
use burn::tensor::Tensor;

use super::Activation;
use super::encoder::hidden_layers;

/// Dense layers, then one logit a pixel.
#[derive(Module, Debug)]
pub struct Decoder {
    /// The hidden layers, from the code outwards.
    pub hidden: Vec<Linear>,
    /// The layer that gives the logits.
    pub output: Linear,
    /// The non-linearity after each hidden layer.
    #[module(skip)]
    pub activation: Activation,
}

impl Decoder {
    /// # Shapes
    ///
    /// - z: `[batch, latent_dim]`
    /// - output: logits `[batch, 784]`; their sigmoid is the mean of p(x|z)
    pub fn forward(&self, z: Tensor<2>) -> Tensor<2> {
        self.output
            .forward(hidden_layers(&self.hidden, self.activation, z))
    }
}
