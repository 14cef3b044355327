//! Losses and gradients of a dense VAE over flat parameter buffers.
//!
//! A batch is worked off in blocks of rows, whose activations stay in the second-level cache; gradients add up over the
//! blocks, and the packed weights serve all of them.

use super::activations::{Activation, sigmoid};
use super::adam::{AdamStep, sum_of_squares};
use super::architecture::Architecture;
use super::buffer::Buffer;
use super::latent;
use super::layer::{Backward, Layer, Scratch, Shape, Weights};
use super::simd::tile_rows;
use super::team::Team;
use std::ops::Range;

/// Images worked on at once.
const BLOCK_ROWS: usize = 128;
/// Weights whose squares are summed at once, in single precision.
const SQUARES: usize = 4096;
/// Numbers that are read and written in the time of one exponential function.
const EXPENSIVE: usize = 8;

/// Images and the randomness that goes with them.
#[derive(Clone, Copy, Debug)]
pub struct Batch<'a> {
    /// Input and target, in 0..=1: `[images, pixels]`.
    pub x: &'a [f32],
    /// Labels of a conditional model, below `classes`: `[images]`; else empty.
    pub labels: &'a [u8],
    /// Standard normal noise: `[images, latent]`; empty for a model that is not variational.
    pub eps: &'a [f32],
}

/// What is minimised: the mean over the batch of `recon_scale * recon + kl_weight * kl`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Objective {
    /// beta of a beta-VAE; 1 for the ELBO.
    pub kl_weight: f32,
    /// Nats that each latent dimension may use without paying, on average over the given images: below it, its KL has no
    /// gradient.
    pub free_bits: f32,
    /// 1, or 1/784 for a loss averaged over pixels.
    pub recon_scale: f32,
    /// Images in the whole batch, of which a worker may have only a share: losses and gradients are sums over the share
    /// divided by this, so those of all shares simply add up.
    pub batch_images: usize,
}

/// Sums over the given images divided by `batch_images`, in nats; neither term is scaled or weighted.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Losses {
    /// `-log p(x|z)`.
    pub recon: f64,
    /// `KL(q(z|x) || p(z))`; 0 for a model that is not variational.
    pub kl: f64,
    /// KL with every latent dimension's mean raised to the free bits: what is paid for.
    pub priced_kl: f64,
}

/// A model's layers with all the memory that they need: no method allocates.
pub struct Workspace {
    architecture: Architecture,
    spans: Vec<Span>,
    layers: Vec<Layer>,
    /// The index of the layer with both heads; the decoder starts after it.
    heads: usize,
    team: Team,
    scratch: Scratch,
    /// Both heads' parameters side by side, so that they are one product, and their gradients.
    head_parameters: Weights<Vec<f32>>,
    head_gradients: Weights<Vec<f32>>,
    /// What the KL of each dimension weighs in the gradient: `[latent]`
    kl_scales: Vec<f32>,
    /// One term of the loss for every row, so that their sum does not depend on who computes which.
    nats: Vec<f64>,
    /// Sums of squares of pieces of the weights.
    squares: Vec<f64>,
    /// `[rows, latent]`
    z: Buffer,
    /// Gradients by a layer's output and by its input, by turns: `[rows, widest layer]`.
    deltas: Buffer,
    next_deltas: Buffer,
}

/// Where a layer's parameters lie in the flat buffer. For the heads: mu's, then logvar's.
#[derive(Clone, Debug)]
struct Span {
    weight: Range<usize>,
    bias: Range<usize>,
}

impl Span {
    fn of<'a>(&self, flat: &'a [f32]) -> Weights<&'a [f32]> {
        Weights {
            weight: &flat[self.weight.clone()],
            bias: &flat[self.bias.clone()],
        }
    }

    fn of_mut<'a>(&self, flat: &'a mut [f32]) -> Weights<&'a mut [f32]> {
        let (weight, bias) = flat[self.weight.start..self.bias.end].split_at_mut(self.weight.len());
        Weights { weight, bias }
    }
}

impl Weights<Vec<f32>> {
    fn zeros(weight: usize, bias: usize) -> Self {
        Self {
            weight: vec![0.0; weight],
            bias: vec![0.0; bias],
        }
    }
}

impl Workspace {
    /// Allocates all the memory that the model will need, for batches of any size. All passes run on the team, whose size
    /// changes no number.
    pub fn new(architecture: &Architecture, team: impl Into<Team>) -> Self {
        let (a, team) = (architecture, team.into());
        let (pixels, latent, classes) = (a.pixels, a.latent, a.classes);
        let heads_width = if a.variational { 2 * latent } else { latent };
        let mut layers = Vec::new();
        let mut chain = |mut inputs, mut classes, mut sparse, hidden: &[usize], last| {
            for &outputs in hidden {
                let shape = Shape {
                    inputs,
                    classes,
                    outputs,
                };
                layers.push(Layer::new(BLOCK_ROWS, shape, a.activation, sparse));
                (inputs, classes, sparse) = (outputs, 0, a.activation.makes_zeros());
            }
            let shape = Shape {
                inputs,
                classes,
                outputs: last,
            };
            layers.push(Layer::new(BLOCK_ROWS, shape, Activation::Identity, sparse));
        };
        chain(pixels, classes, true, &a.encoder_hidden, heads_width);
        chain(latent, classes, false, &a.decoder_hidden, pixels);
        let parameters = a.parameters();
        let spans: Vec<Span> = parameters
            .chunks_exact(2)
            .map(|pair| Span {
                weight: pair[0].range.clone(),
                bias: pair[1].range.clone(),
            })
            .collect();
        let pieces = spans.iter().map(|span| span.weight.len().div_ceil(SQUARES));
        let squares = vec![0.0; pieces.max().unwrap_or(0)];
        let heads = a.encoder_hidden.len();
        let widest = layers
            .iter()
            .map(|l| l.shape.inputs.max(l.shape.outputs))
            .max()
            .unwrap_or(0);
        let head_weights = parameters[2 * heads].shape[0] * heads_width;
        Self {
            architecture: a.clone(),
            spans,
            heads,
            scratch: Scratch::new(&layers, BLOCK_ROWS, team.clone()),
            team,
            layers,
            head_parameters: Weights::zeros(head_weights, heads_width),
            head_gradients: Weights::zeros(head_weights, heads_width),
            kl_scales: vec![0.0; latent],
            nats: vec![0.0; BLOCK_ROWS],
            squares,
            z: Buffer::zeros(BLOCK_ROWS * latent),
            deltas: Buffer::zeros(BLOCK_ROWS * widest),
            next_deltas: Buffer::zeros(BLOCK_ROWS * widest),
        }
    }

    /// The model that the memory is for.
    pub fn architecture(&self) -> &Architecture {
        &self.architecture
    }

    /// Losses of a batch, or of a share of one, and the objective's gradients, which overwrite `gradients`.
    ///
    /// # Shapes
    /// - `parameters`, `gradients`: `[parameter_count]`, in the order of [`Architecture::parameters`]
    pub fn loss_and_gradients(
        &mut self,
        parameters: &[f32],
        batch: &Batch,
        objective: &Objective,
        gradients: &mut [f32],
    ) -> Losses {
        self.prepare(parameters);
        assert_eq!(
            gradients.len(),
            parameters.len(),
            "gradients must be as many as parameters"
        );
        let share = 1.0 / objective.batch_images as f32;
        let mut sums = Losses::default();
        if batch.x.is_empty() {
            gradients.fill(0.0);
            return sums;
        }
        self.check_noise(batch);
        let priced_kl = self.price_kl(parameters, batch, objective);
        for (index, block) in self.blocks(batch).enumerate() {
            self.encode_block(parameters, block.x, block.labels);
            let rows = self.rows_of(block.x);
            sums.kl += self.sample_block(rows, block.eps);
            self.decode_block(parameters, rows, block.labels);
            sums.recon += self.recon_block(block.x, objective.recon_scale * share, &mut []);
            self.backward_block(parameters, &block, gradients, index > 0);
        }
        self.scatter_head_gradients(gradients);
        let kl = sums.kl * f64::from(share);
        Losses {
            recon: sums.recon * f64::from(share),
            kl,
            priced_kl: priced_kl.unwrap_or(kl),
        }
    }

    /// Decides what each dimension's KL weighs in the gradient. With free bits this needs the mean over all images, and
    /// so a pass through the encoder of its own; returns the KL that is paid for then.
    fn price_kl(
        &mut self,
        parameters: &[f32],
        batch: &Batch,
        objective: &Objective,
    ) -> Option<f64> {
        let scale = objective.kl_weight / objective.batch_images as f32;
        if objective.free_bits <= 0.0 || !self.architecture.variational {
            self.kl_scales.fill(scale);
            return None;
        }
        let latent = self.architecture.latent;
        let mut kl_scales = std::mem::take(&mut self.kl_scales);
        kl_scales.fill(0.0);
        for block in self.blocks(batch) {
            self.encode_block(parameters, block.x, block.labels);
            let heads = self.layers[self.heads].output(self.rows_of(block.x));
            let parts = self.team.parts(latent, 1, heads.len() * EXPENSIVE / latent);
            let sums = parts.split(&mut kl_scales, 1);
            self.team.run(parts.count, |part| {
                let (dimensions, sums) = (parts.range(part), sums.take(part));
                for heads in heads.chunks_exact(2 * latent) {
                    let (mu, logvar) = heads.split_at(latent);
                    latent::add_kl(&mu[dimensions.clone()], &logvar[dimensions.clone()], sums);
                }
            });
        }
        let images = self.rows_of(batch.x) as f32;
        let mut priced = 0.0;
        for place in &mut kl_scales {
            let mean = *place / images;
            priced += f64::from(mean.max(objective.free_bits));
            *place = if mean > objective.free_bits {
                scale
            } else {
                0.0
            };
        }
        self.kl_scales = kl_scales;
        Some(priced * f64::from(images) / objective.batch_images as f64)
    }

    /// The reconstruction loss of every pair of an image and a code, in nats, without gradients.
    ///
    /// # Shapes
    /// - `x`: `[images, pixels]`; `z`: `[images, latent]`; `labels`: `[images]`, or empty; `recon`: `[images]`
    pub fn reconstruction(
        &mut self,
        parameters: &[f32],
        x: &[f32],
        z: &[f32],
        labels: &[u8],
        recon: &mut [f32],
    ) {
        self.prepare(parameters);
        let latent = self.architecture.latent;
        assert_eq!(
            z.len(),
            self.rows_of(x) * latent,
            "z must have a code for every image"
        );
        let blocks = self.blocks(&Batch { x, labels, eps: z });
        for (block, recon) in blocks.zip(recon.chunks_mut(BLOCK_ROWS)) {
            self.z[..block.eps.len()].copy_from_slice(block.eps);
            self.decode_block(parameters, self.rows_of(block.x), block.labels);
            self.recon_block(block.x, 0.0, recon);
        }
    }

    /// The posterior's mean and log-variance of every image.
    ///
    /// # Shapes
    /// - `x`: `[images, pixels]`; `labels`: `[images]`, or empty
    /// - `mu`, `logvar`: `[images, latent]`; `logvar` empty for a model that is not variational
    pub fn encode(
        &mut self,
        parameters: &[f32],
        x: &[f32],
        labels: &[u8],
        mu: &mut [f32],
        logvar: &mut [f32],
    ) {
        self.prepare(parameters);
        let latent = self.architecture.latent;
        let blocks = self.blocks(&Batch {
            x,
            labels,
            eps: &[],
        });
        for (index, block) in blocks.enumerate() {
            let rows = self.rows_of(block.x);
            self.encode_block(parameters, block.x, block.labels);
            let heads = &self.layers[self.heads];
            let from = index * BLOCK_ROWS;
            for (row, line) in heads
                .output(rows)
                .chunks_exact(heads.shape.outputs)
                .enumerate()
            {
                let place = (from + row) * latent..(from + row + 1) * latent;
                mu[place.clone()].copy_from_slice(&line[..latent]);
                if self.architecture.variational {
                    logvar[place].copy_from_slice(&line[latent..]);
                }
            }
        }
    }

    /// The probability (Bernoulli) or the mean (Gaussian) of every pixel: sigmoid(logits).
    ///
    /// # Shapes
    /// - `z`: `[images, latent]`; `labels`: `[images]`, or empty
    /// - `pixels`: `[images, pixels]`
    pub fn decode(&mut self, parameters: &[f32], z: &[f32], labels: &[u8], pixels: &mut [f32]) {
        self.prepare(parameters);
        let (latent, width) = (self.architecture.latent, self.architecture.pixels);
        let blocks = z
            .chunks(BLOCK_ROWS * latent)
            .zip(pixels.chunks_mut(BLOCK_ROWS * width));
        for (index, (z, pixels)) in blocks.enumerate() {
            self.z[..z.len()].copy_from_slice(z);
            self.decode_block(parameters, z.len() / latent, block_of(labels, 1, index));
            let logits = self.layers[self.layers.len() - 1].output(z.len() / latent);
            let parts = self.team.parts(pixels.len(), 16, EXPENSIVE);
            let pixels = parts.split(pixels, 1);
            self.team.run(parts.count, |part| {
                let pixels = pixels.take(part);
                pixels.copy_from_slice(&logits[parts.range(part)]);
                sigmoid(pixels);
            });
        }
    }

    /// What each hidden layer of the encoder put out for the first image of the newest pass through it, from the image
    /// inwards.
    pub fn encoder_activations(&self) -> impl Iterator<Item = &[f32]> {
        self.layers[..self.heads]
            .iter()
            .map(|layer| layer.output(1))
    }

    /// What each hidden layer of the decoder put out for the first code of the newest pass through it, from the code
    /// outwards.
    pub fn decoder_activations(&self) -> impl Iterator<Item = &[f32]> {
        let hidden = self.heads + 1..self.layers.len() - 1;
        self.layers[hidden].iter().map(|layer| layer.output(1))
    }

    /// One update of all parameters; the penalty `l2 * sum(w^2)` is for weights only.
    ///
    /// # Shapes
    /// - all: `[parameter_count]`
    pub fn adam(
        &self,
        step: &AdamStep,
        l2: f32,
        parameters: &mut [f32],
        gradients: &[f32],
        first: &mut [f32],
        second: &mut [f32],
    ) {
        for span in &self.spans {
            // The parts of a weight are as its gradients': whoever computed those has them in his cache.
            let rows = tile_rows() * span.bias.len();
            for (range, unit, l2) in [(&span.weight, rows, l2), (&span.bias, 16, 0.0)] {
                let parts = self.team.parts(range.len(), unit, 4);
                let split = |slice| parts.split(slice, 1);
                let parameters = split(&mut parameters[range.clone()]);
                let first = split(&mut first[range.clone()]);
                let second = split(&mut second[range.clone()]);
                let gradients = &gradients[range.clone()];
                self.team.run(parts.count, |part| {
                    let (parameters, gradients) =
                        (parameters.take(part), &gradients[parts.range(part)]);
                    let (first, second) = (first.take(part), second.take(part));
                    step.apply(l2, parameters, gradients, first, second);
                });
            }
        }
    }

    /// `l2 * sum(w^2)` over all weights, for the objective's value.
    pub fn penalty(&mut self, l2: f32, parameters: &[f32]) -> f64 {
        let mut sum = 0.0;
        for span in &self.spans {
            let weight = span.of(parameters).weight;
            let pieces = weight.len().div_ceil(SQUARES);
            let squares = &mut self.squares[..pieces];
            let parts = self.team.parts(pieces, 1, SQUARES);
            let places = parts.split(squares, 1);
            self.team.run(parts.count, |part| {
                for (piece, place) in parts.range(part).zip(places.take(part)) {
                    let end = weight.len().min((piece + 1) * SQUARES);
                    *place = sum_of_squares(&weight[piece * SQUARES..end]);
                }
            });
            sum += squares.iter().sum::<f64>();
        }
        f64::from(l2) * sum
    }

    /// Checks the parameters and forgets what was made of earlier ones.
    fn prepare(&mut self, parameters: &[f32]) {
        let count = self.spans[self.spans.len() - 1].bias.end;
        assert_eq!(parameters.len(), count, "parameters must be {count}");
        for layer in &mut self.layers {
            layer.forget_weights();
        }
        self.gather_heads(parameters);
    }

    fn check_noise(&self, batch: &Batch) {
        if self.architecture.variational {
            let count = self.rows_of(batch.x) * self.architecture.latent;
            assert_eq!(batch.eps.len(), count, "eps must be {count}");
        }
    }

    fn rows_of(&self, x: &[f32]) -> usize {
        x.len() / self.architecture.pixels
    }

    /// The batch in blocks of at most `BLOCK_ROWS` images.
    fn blocks<'a>(&self, batch: &Batch<'a>) -> impl Iterator<Item = Batch<'a>> + use<'a> {
        let (pixels, latent) = (self.architecture.pixels, self.architecture.latent);
        let Batch { x, labels, eps } = *batch;
        assert_eq!(x.len() % pixels, 0, "x must have {pixels} pixels per image");
        let images = x.len() / pixels;
        let all_labels = if self.architecture.classes > 0 {
            images
        } else {
            0
        };
        assert_eq!(labels.len(), all_labels, "labels must be {all_labels}");
        x.chunks(BLOCK_ROWS * pixels)
            .enumerate()
            .map(move |(index, x)| Batch {
                x,
                labels: block_of(labels, 1, index),
                eps: block_of(eps, latent, index),
            })
    }

    /// Runs the encoder; its last layer then holds mu and logvar side by side.
    fn encode_block(&mut self, parameters: &[f32], x: &[f32], labels: &[u8]) {
        let rows = self.rows_of(x);
        for index in 0..=self.heads {
            let (before, rest) = self.layers.split_at_mut(index);
            let input = before.last().map_or(x, |layer| layer.output(rows));
            let heads = Weights {
                weight: &self.head_parameters.weight[..],
                bias: &self.head_parameters.bias[..],
            };
            let weights = if index == self.heads {
                heads
            } else {
                self.spans[index].of(parameters)
            };
            rest[0].forward(input, labels, &weights, &mut self.scratch);
        }
    }

    /// Samples z of every row from the heads' output; returns the sum of the KL terms.
    fn sample_block(&mut self, rows: usize, eps: &[f32]) -> f64 {
        let latent = self.architecture.latent;
        let heads = self.layers[self.heads].output(rows);
        if !self.architecture.variational {
            self.z[..heads.len()].copy_from_slice(heads);
            return 0.0;
        }
        let parts = self.team.parts(rows, 1, latent * EXPENSIVE);
        let nats = parts.split(&mut self.nats[..rows], 1);
        let z = parts.split(&mut self.z[..rows * latent], latent);
        self.team.run(parts.count, |part| {
            let z = z.take(part).chunks_exact_mut(latent);
            for ((row, z), nats) in parts.range(part).zip(z).zip(nats.take(part)) {
                let (heads, eps) = (line(heads, 2 * latent, row), line(eps, latent, row));
                *nats = f64::from(latent::sample(heads, eps, z));
            }
        });
        self.nats[..rows].iter().sum()
    }

    /// Runs the decoder on z; its last layer then holds the logits.
    fn decode_block(&mut self, parameters: &[f32], rows: usize, labels: &[u8]) {
        let first = self.heads + 1;
        for index in first..self.layers.len() {
            let span = self.span_of(index);
            let (before, rest) = self.layers.split_at_mut(index);
            let z = &self.z[..rows * self.architecture.latent];
            let input = if index == first {
                z
            } else {
                before[index - 1].output(rows)
            };
            let weights = self.spans[span].of(parameters);
            rest[0].forward(input, labels, &weights, &mut self.scratch);
        }
    }

    /// The sum of the reconstruction losses, each also in `recon` unless empty; `deltas` gets the gradients by the
    /// logits, times `scale`.
    fn recon_block(&mut self, x: &[f32], scale: f32, recon: &mut [f32]) -> f64 {
        let (likelihood, pixels, rows) = (
            self.architecture.likelihood,
            self.architecture.pixels,
            self.rows_of(x),
        );
        let logits = self.layers[self.layers.len() - 1].output(rows);
        let parts = self.team.parts(rows, 1, pixels * EXPENSIVE);
        let nats = parts.split(&mut self.nats[..rows], 1);
        let gradients = parts.split(&mut self.deltas[..rows * pixels], pixels);
        self.team.run(parts.count, |part| {
            let gradients = gradients.take(part).chunks_exact_mut(pixels);
            for ((row, gradient), nats) in parts.range(part).zip(gradients).zip(nats.take(part)) {
                let (logits, x) = (line(logits, pixels, row), line(x, pixels, row));
                *nats = likelihood.loss_and_gradient(logits, x, scale, gradient);
            }
        });
        for (place, &nats) in recon.iter_mut().zip(&self.nats) {
            *place = nats as f32;
        }
        self.nats[..rows].iter().sum()
    }

    /// Gradients by all parameters of one block, whose forward pass and losses have just been made.
    fn backward_block(
        &mut self,
        parameters: &[f32],
        block: &Batch,
        gradients: &mut [f32],
        add: bool,
    ) {
        let rows = self.rows_of(block.x);
        let last = self.layers.len() - 1;
        for index in (0..=last).rev() {
            self.layer_backward(index, rows, parameters, block, gradients, add);
            if index == self.heads + 1 {
                self.latent_backward(rows, block.eps);
            }
        }
    }

    /// One layer's part: takes the gradient by its `X W + b` from `deltas` and leaves there that of the layer before,
    /// or that by z.
    fn layer_backward(
        &mut self,
        index: usize,
        rows: usize,
        parameters: &[f32],
        block: &Batch,
        gradients: &mut [f32],
        add: bool,
    ) {
        let span = self.span_of(index);
        let (before, rest) = self.layers.split_at_mut(index);
        let layer = &mut rest[0];
        let first_of_decoder = index == self.heads + 1;
        let input = match before.last() {
            None => block.x,
            Some(_) if first_of_decoder => &self.z[..rows * self.architecture.latent],
            Some(layer) => layer.output(rows),
        };
        let deltas = &self.deltas[..rows * layer.shape.outputs];
        let (weight, gradients) = if index == self.heads {
            let Weights { weight, bias } = &mut self.head_gradients;
            (
                &self.head_parameters.weight[..],
                Weights {
                    weight: &mut weight[..],
                    bias: &mut bias[..],
                },
            )
        } else {
            (
                self.spans[span].of(parameters).weight,
                self.spans[span].of_mut(gradients),
            )
        };
        let inputs = if index == 0 { 0 } else { layer.shape.inputs };
        let pass = Backward {
            input,
            labels: block.labels,
            deltas,
            weight,
            gradients,
            accumulate: add,
            input_deltas: &mut self.next_deltas[..rows * inputs],
            before: before.last().filter(|_| !first_of_decoder),
        };
        layer.backward(pass, &mut self.scratch);
        std::mem::swap(&mut self.deltas, &mut self.next_deltas);
    }

    /// Replaces the gradients by z with those by mu and logvar.
    fn latent_backward(&mut self, rows: usize, eps: &[f32]) {
        if !self.architecture.variational {
            return;
        }
        let latent = self.architecture.latent;
        let heads = self.layers[self.heads].output(rows);
        let (z_deltas, kl_scales) = (&self.deltas, &self.kl_scales);
        let parts = self.team.parts(rows, 1, latent * EXPENSIVE);
        let head_deltas = parts.split(&mut self.next_deltas[..rows * 2 * latent], 2 * latent);
        self.team.run(parts.count, |part| {
            let head_deltas = head_deltas.take(part).chunks_exact_mut(2 * latent);
            for (row, head_deltas) in parts.range(part).zip(head_deltas) {
                let (heads, eps) = (line(heads, 2 * latent, row), line(eps, latent, row));
                let z_deltas = line(z_deltas, latent, row);
                latent::backward(heads, eps, z_deltas, kl_scales, head_deltas);
            }
        });
        std::mem::swap(&mut self.deltas, &mut self.next_deltas);
    }

    /// The flat buffer has one more weight and bias than there are layers: the heads are two.
    fn span_of(&self, layer: usize) -> usize {
        layer + usize::from(self.architecture.variational && layer > self.heads)
    }

    /// The heads' places in the flat buffer, mu's first.
    fn head_spans(&self) -> Range<usize> {
        self.heads..self.heads + 1 + usize::from(self.architecture.variational)
    }

    /// Copies the heads' parameters side by side.
    fn gather_heads(&mut self, parameters: &[f32]) {
        let (latent, width) = (
            self.architecture.latent,
            self.layers[self.heads].shape.outputs,
        );
        for (head, span) in self.spans[self.head_spans()].iter().enumerate() {
            let from = span.of(parameters);
            let Weights { weight, bias } = &mut self.head_parameters;
            let place = head * latent..(head + 1) * latent;
            for (line, source) in weight
                .chunks_exact_mut(width)
                .zip(from.weight.chunks_exact(latent))
            {
                line[place.clone()].copy_from_slice(source);
            }
            bias[place].copy_from_slice(from.bias);
        }
    }

    /// Copies the heads' gradients to their places in the flat buffer.
    fn scatter_head_gradients(&mut self, gradients: &mut [f32]) {
        let (latent, width) = (
            self.architecture.latent,
            self.layers[self.heads].shape.outputs,
        );
        for (head, span) in self.spans[self.head_spans()].iter().enumerate() {
            let to = span.of_mut(gradients);
            let Weights { weight, bias } = &self.head_gradients;
            let place = head * latent..(head + 1) * latent;
            for (line, source) in to
                .weight
                .chunks_exact_mut(latent)
                .zip(weight.chunks_exact(width))
            {
                line.copy_from_slice(&source[place.clone()]);
            }
            to.bias.copy_from_slice(&bias[place]);
        }
    }
}

/// One row of a matrix.
fn line(matrix: &[f32], width: usize, row: usize) -> &[f32] {
    &matrix[row * width..][..width]
}

/// The rows of one block, of `width` items each; empty if there are none at all.
fn block_of<T>(all: &[T], width: usize, index: usize) -> &[T] {
    all.chunks(BLOCK_ROWS * width).nth(index).unwrap_or(&[])
}
