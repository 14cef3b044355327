//! The sizes of a model, and where each parameter lies in one flat buffer.

use super::activations::Activation;
use std::ops::Range;

/// The distribution of a pixel given z.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Likelihood {
    /// Cross-entropy with logits.
    Bernoulli,
    /// Squared error of sigmoid(logits): a normal distribution with variance 1/2, without its constant.
    Gaussian,
}

/// A dense VAE: `pixels -> encoder_hidden… -> mu, logvar; z -> decoder_hidden… -> logits`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Architecture {
    /// Numbers in an image.
    pub pixels: usize,
    /// Zero, or the number of labels of a conditional model: the label, one-hot, follows the pixels in the encoder's
    /// input and z in the decoder's.
    pub classes: usize,
    /// Widths of the encoder's hidden layers; none is allowed.
    pub encoder_hidden: Vec<usize>,
    /// Dimensions of z.
    pub latent: usize,
    /// Widths of the decoder's hidden layers; none is allowed.
    pub decoder_hidden: Vec<usize>,
    /// After every hidden layer.
    pub activation: Activation,
    /// Of the pixels.
    pub likelihood: Likelihood,
    /// False for a plain autoencoder: no logvar, z = mu, no KL.
    pub variational: bool,
}

/// One weight matrix or bias.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// For example `encoder.hidden.0.weight`.
    pub name: String,
    /// `[inputs, outputs]` of a weight, `[outputs]` of a bias.
    pub shape: Vec<usize>,
    /// Where it lies in the flat buffer.
    pub range: Range<usize>,
}

impl Parameter {
    /// Whether it is a weight matrix: biases are not penalised.
    pub fn is_weight(&self) -> bool {
        self.shape.len() == 2
    }
}

impl Architecture {
    /// Every parameter, in the order of the flat buffer: layer by layer from pixels to logits, weight before bias.
    pub fn parameters(&self) -> Vec<Parameter> {
        let mut parameters = Vec::new();
        let mut offset = 0;
        for (name, inputs, outputs) in self.layers() {
            for (part, shape) in [("weight", vec![inputs, outputs]), ("bias", vec![outputs])] {
                let len = shape.iter().product::<usize>();
                parameters.push(Parameter {
                    name: format!("{name}.{part}"),
                    shape,
                    range: offset..offset + len,
                });
                offset += len;
            }
        }
        parameters
    }

    /// The length of the flat buffer.
    pub fn parameter_count(&self) -> usize {
        self.layers()
            .iter()
            .map(|(_, inputs, outputs)| (inputs + 1) * outputs)
            .sum()
    }

    /// Name, inputs and outputs of every dense layer; the one-hot label counts as inputs.
    fn layers(&self) -> Vec<(String, usize, usize)> {
        let mut layers = Vec::new();
        let mut inputs = self.pixels + self.classes;
        for (i, &width) in self.encoder_hidden.iter().enumerate() {
            layers.push((format!("encoder.hidden.{i}"), inputs, width));
            inputs = width;
        }
        layers.push(("encoder.mu".to_owned(), inputs, self.latent));
        if self.variational {
            layers.push(("encoder.logvar".to_owned(), inputs, self.latent));
        }
        inputs = self.latent + self.classes;
        for (i, &width) in self.decoder_hidden.iter().enumerate() {
            layers.push((format!("decoder.hidden.{i}"), inputs, width));
            inputs = width;
        }
        layers.push(("decoder.output".to_owned(), inputs, self.pixels));
        layers
    }
}
