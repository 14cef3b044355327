//! The variational autoencoder: encode, reparameterize, decode.

use burn::module::{Module, ModuleVisitor, Param};
use burn::nn::Linear;
use burn::tensor::{Device, Tensor, TensorData};

use super::encoder::activations;
use super::{Decoder, Encoder, Parameter, Posterior, VaeConfig};

/// An encoder and a decoder.
#[derive(Module, Debug)]
pub struct Vae {
    /// x -> (mu, logvar)
    pub encoder: Encoder,
    /// z -> logits
    pub decoder: Decoder,
}

/// What one pass through the model gives.
#[derive(Clone, Debug)]
pub struct Forward {
    /// q(z|x).
    pub posterior: Posterior,
    /// The sampled code, `[batch, latent_dim]`.
    pub z: Tensor<2>,
    /// One logit a pixel, `[batch, 784]`.
    pub logits: Tensor<2>,
}

impl VaeConfig {
    /// Builds the module from the flat list of its parameters (see [`VaeConfig::parameters`]).
    ///
    /// # Panics
    ///
    /// If `values` does not have [`VaeConfig::parameter_count`] numbers.
    pub fn init(&self, values: &[f32], device: &Device) -> Vae {
        let specs = self.parameters();
        assert_eq!(
            values.len(),
            self.parameter_count(),
            "a value for every parameter"
        );
        let layers = Layers {
            specs: &specs,
            values,
            device,
        };
        Vae {
            encoder: Encoder {
                hidden: layers.stack("encoder.hidden", self.encoder_hidden.len()),
                mu: layers.linear("encoder.mu"),
                logvar: self.variational.then(|| layers.linear("encoder.logvar")),
                activation: self.activation,
            },
            decoder: Decoder {
                hidden: layers.stack("decoder.hidden", self.decoder_hidden.len()),
                output: layers.linear("decoder.output"),
                activation: self.activation,
            },
        }
    }
}

/// z = mu + exp(logvar / 2) * eps (Kingma and Welling 2013, section 2.4); z = mu in a plain autoencoder.
///
/// # Shapes
///
/// - mu, logvar, eps, output: `[batch, latent_dim]`
pub fn reparameterize(posterior: &Posterior, eps: Tensor<2>) -> Tensor<2> {
    match &posterior.logvar {
        Some(logvar) => posterior.mu.clone() + (logvar.clone() * 0.5).exp() * eps,
        None => posterior.mu.clone(),
    }
}

impl Vae {
    /// q(z|x) for each image of `x`, `[batch, 784]`; a conditional model takes one-hot labels, `[batch, classes]`, too.
    pub fn encode(&self, x: Tensor<2>, labels: Option<Tensor<2>>) -> Posterior {
        self.encoder.forward(beside(x, labels))
    }

    /// The logits of p(x|z) for each code of `z`, `[batch, latent_dim]`; labels as in [`Vae::encode`].
    pub fn decode(&self, z: Tensor<2>, labels: Option<Tensor<2>>) -> Tensor<2> {
        self.decoder.forward(beside(z, labels))
    }

    /// What each hidden layer of the encoder puts out, `[batch, width]`, from the image inwards.
    pub fn encoder_activations(&self, x: Tensor<2>, labels: Option<Tensor<2>>) -> Vec<Tensor<2>> {
        let Encoder {
            hidden, activation, ..
        } = &self.encoder;
        activations(hidden, *activation, beside(x, labels))
    }

    /// What each hidden layer of the decoder puts out, `[batch, width]`, from the code outwards.
    pub fn decoder_activations(&self, z: Tensor<2>, labels: Option<Tensor<2>>) -> Vec<Tensor<2>> {
        let Decoder {
            hidden, activation, ..
        } = &self.decoder;
        activations(hidden, *activation, beside(z, labels))
    }

    /// Encodes `x`, samples a code with `eps` ~ N(0, I), and decodes it.
    ///
    /// # Shapes
    ///
    /// - x: `[batch, 784]`, values in [0, 1]
    /// - eps: `[batch, latent_dim]`
    /// - labels: `[batch, classes]` one-hot, of a conditional model
    pub fn forward(&self, x: Tensor<2>, eps: Tensor<2>, labels: Option<Tensor<2>>) -> Forward {
        let posterior = self.encode(x, labels.clone());
        let z = reparameterize(&posterior, eps);
        let logits = self.decode(z.clone(), labels);
        Forward {
            posterior,
            z,
            logits,
        }
    }

    /// The sum of the squares of all weights, biases left out, `[1]`.
    pub fn squared_weights(&self) -> Tensor<1> {
        let encoder = self
            .encoder
            .hidden
            .iter()
            .chain([&self.encoder.mu])
            .chain(&self.encoder.logvar);
        let decoder = self.decoder.hidden.iter().chain([&self.decoder.output]);
        let squares = encoder
            .chain(decoder)
            .map(|layer| layer.weight.val().square().sum());
        squares
            .reduce(|sum, square| sum + square)
            .expect("a model has layers")
    }

    /// The flat list of all parameters (see [`VaeConfig::parameters`]).
    pub fn values(&self) -> Vec<f32> {
        let mut flatten = Flatten(Vec::new());
        self.visit(&mut flatten);
        flatten.0
    }
}

/// The labels follow the values of each row.
fn beside(values: Tensor<2>, labels: Option<Tensor<2>>) -> Tensor<2> {
    match labels {
        Some(labels) => Tensor::cat(vec![values, labels], 1),
        None => values,
    }
}

/// Takes layers by name out of the flat list.
struct Layers<'a> {
    specs: &'a [Parameter],
    values: &'a [f32],
    device: &'a Device,
}

impl Layers<'_> {
    fn stack(&self, name: &str, count: usize) -> Vec<Linear> {
        (0..count)
            .map(|index| self.linear(&format!("{name}.{index}")))
            .collect()
    }

    fn linear(&self, name: &str) -> Linear {
        Linear {
            weight: self.parameter(&format!("{name}.weight")),
            bias: Some(self.parameter(&format!("{name}.bias"))),
        }
    }

    fn parameter<const D: usize>(&self, name: &str) -> Param<Tensor<D>> {
        let spec = self
            .specs
            .iter()
            .find(|spec| spec.name == name)
            .expect("every layer is in the list");
        let data = TensorData::new(self.values[spec.range.clone()].to_vec(), spec.shape.clone());
        Param::from_data(data, self.device)
    }
}

/// Appends every parameter in the module's own order, which is that of [`VaeConfig::parameters`].
struct Flatten(Vec<f32>);

impl ModuleVisitor for Flatten {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let values = param.val().into_data().try_into_vec::<f32>();
        self.0.extend(values.expect("parameters are f32"));
    }
}
