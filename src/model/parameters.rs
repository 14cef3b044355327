//! The parameters of a model by name, shape and place: the one definition that initialization, training and checkpoints
//! share.

use std::ops::Range;

use rand::{Rng, RngExt};

use super::VaeConfig;
use crate::data::PIXELS;

/// One weight matrix or bias vector in the flat list of all parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParameterSpec {
    /// The path in the module, for example `encoder.hidden.0.weight`.
    pub name: String,
    /// `[inputs, outputs]` for a weight, `[outputs]` for a bias.
    pub shape: Vec<usize>,
    /// Where its values stand in the flat list.
    pub range: Range<usize>,
    /// The inputs of the layer it belongs to.
    pub fan_in: usize,
}

impl VaeConfig {
    /// Every parameter, in the order of the flat list.
    pub fn parameters(&self) -> Vec<ParameterSpec> {
        let mut layout = Layout::default();
        let code = layout.stack("encoder.hidden", PIXELS, &self.encoder_hidden);
        layout.linear("encoder.mu", code, self.latent_dim);
        if self.variational {
            layout.linear("encoder.logvar", code, self.latent_dim);
        }
        let features = layout.stack("decoder.hidden", self.latent_dim, &self.decoder_hidden);
        layout.linear("decoder.output", features, PIXELS);
        layout.0
    }

    /// How many numbers the model learns.
    pub fn parameter_count(&self) -> usize {
        self.parameters().last().map_or(0, |last| last.range.end)
    }
}

/// The initial values, in the order of [`VaeConfig::parameters`]: U(-1/sqrt(fan_in), 1/sqrt(fan_in)) for weights and
/// biases, as PyTorch's `nn.Linear` starts.
pub fn initial_parameters(config: &VaeConfig, rng: &mut impl Rng) -> Vec<f32> {
    let mut values = Vec::with_capacity(config.parameter_count());
    for spec in config.parameters() {
        let bound = 1.0 / (spec.fan_in as f32).sqrt();
        values.extend(spec.range.map(|_| rng.random_range(-bound..bound)));
    }
    values
}

#[derive(Default)]
struct Layout(Vec<ParameterSpec>);

impl Layout {
    /// Hidden layers one after another; returns the width of the last.
    fn stack(&mut self, name: &str, inputs: usize, widths: &[usize]) -> usize {
        widths
            .iter()
            .enumerate()
            .fold(inputs, |inputs, (index, &width)| {
                self.linear(&format!("{name}.{index}"), inputs, width);
                width
            })
    }

    fn linear(&mut self, name: &str, inputs: usize, outputs: usize) {
        self.add(format!("{name}.weight"), vec![inputs, outputs], inputs);
        self.add(format!("{name}.bias"), vec![outputs], inputs);
    }

    fn add(&mut self, name: String, shape: Vec<usize>, fan_in: usize) {
        let start = self.0.last().map_or(0, |last| last.range.end);
        let range = start..start + shape.iter().product::<usize>();
        self.0.push(ParameterSpec {
            name,
            shape,
            range,
            fan_in,
        });
    }
}
