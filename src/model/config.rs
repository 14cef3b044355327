//! The shape of a model, and the bounds of what can be asked for.

use std::f64::consts::SQRT_2;
use std::ops::RangeInclusive;

use burn::tensor::{Tensor, activation};
use serde::{Deserialize, Serialize};

use crate::data::{CLASSES, MAX_CLASSES};
use crate::error::{Error, Result};

/// The non-linearity of the hidden layers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Activation {
    /// `max(0, a)`
    Relu,
    /// `tanh(a)`
    Tanh,
    /// `a (1 + erf(a / sqrt 2)) / 2` (Hendrycks and Gimpel 2016).
    Gelu,
}

impl Activation {
    /// Applies the function element by element.
    pub fn forward<const D: usize>(self, input: Tensor<D>) -> Tensor<D> {
        match self {
            Self::Relu => activation::relu(input),
            Self::Tanh => activation::tanh(input),
            // Spelt out, since Burn's own GELU has the exact value but the gradient of another formula's.
            Self::Gelu => input.clone() * ((input / SQRT_2).erf() + 1.0) * 0.5,
        }
    }
}

/// How a pixel is distributed, given the logit that the decoder gives for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Likelihood {
    /// Bernoulli with probability sigmoid(logit): cross-entropy.
    Bernoulli,
    /// Normal with mean sigmoid(logit) and variance 1/2: squared error, up to a constant.
    Gaussian,
}

/// The architecture: 784 - encoder_hidden - latent_dim - decoder_hidden - 784, all layers dense.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct VaeConfig {
    /// The widths of the encoder's hidden layers, from the image inwards.
    pub encoder_hidden: Vec<usize>,
    /// The size of the latent code z.
    pub latent_dim: usize,
    /// The widths of the decoder's hidden layers, from the code outwards.
    pub decoder_hidden: Vec<usize>,
    /// The non-linearity of the hidden layers.
    pub activation: Activation,
    /// The distribution of a pixel.
    pub likelihood: Likelihood,
    /// `true`: encoder and decoder are also given the label, one-hot: a conditional VAE (Sohn et al. 2015).
    pub conditional: bool,
    /// How many labels a conditional model knows, 0 to this minus one. Older files and links know nothing of it: their
    /// models are told digits.
    #[serde(default = "digits")]
    pub classes: usize,
    /// `true`: a VAE. `false`: a plain autoencoder, z = mu, without noise and without KL.
    pub variational: bool,
}

impl VaeConfig {
    /// The most units that a hidden layer may have.
    pub const MAX_WIDTH: usize = 2048;
    /// The most hidden layers that the encoder, and the decoder, may have.
    pub const MAX_LAYERS: usize = 4;
    /// The largest latent code.
    pub const MAX_LATENT: usize = 256;

    /// The fewest classes: a label that is always the same says nothing.
    pub const MIN_CLASSES: usize = 2;

    /// How many inputs the one-hot label takes: none in a model that is not told it.
    pub fn label_inputs(&self) -> usize {
        if self.conditional { self.classes } else { 0 }
    }

    /// The labels for so many images by turns, 0, 1, … of a conditional model; none for others.
    pub fn labels_by_turns(&self, count: usize) -> Vec<u8> {
        (0..count * usize::from(self.conditional))
            .map(|index| (index % self.classes) as u8)
            .collect()
    }

    /// Checks a label for a conditional model. `name` is what it is called in the error.
    ///
    /// # Errors
    ///
    /// The model knows fewer classes.
    pub fn check_label(&self, name: &str, label: u8) -> Result<()> {
        if usize::from(label) < self.classes {
            return Ok(());
        }
        let most = self.classes - 1;
        Err(Error::not_whole(name, 0, most, label.into()))
    }

    /// Checks every field.
    ///
    /// # Errors
    ///
    /// The first field that is out of bounds, with its rule and its value.
    pub fn validate(&self) -> Result<()> {
        check_widths("model.encoderHidden", &self.encoder_hidden)?;
        check_widths("model.decoderHidden", &self.decoder_hidden)?;
        check_whole("model.latentDim", 1..=Self::MAX_LATENT, self.latent_dim)?;
        let classes = Self::MIN_CLASSES..=MAX_CLASSES;
        check_whole("model.classes", classes, self.classes)
    }
}

/// What was known before there was a setting for it: MNIST's digits.
fn digits() -> usize {
    CLASSES
}

fn check_whole(name: &str, allowed: RangeInclusive<usize>, value: usize) -> Result<()> {
    if allowed.contains(&value) {
        return Ok(());
    }
    let (min, max) = allowed.into_inner();
    Err(Error::not_whole(name, min, max, value as f64))
}

fn check_widths(name: &str, widths: &[usize]) -> Result<()> {
    let layers = 1..=VaeConfig::MAX_LAYERS;
    let units = 1..=VaeConfig::MAX_WIDTH;
    if layers.contains(&widths.len()) && widths.iter().all(|width| units.contains(width)) {
        return Ok(());
    }
    Err(Error::NotWidths {
        name: name.into(),
        max_layers: VaeConfig::MAX_LAYERS,
        max_width: VaeConfig::MAX_WIDTH,
        found: widths.to_vec(),
    })
}
