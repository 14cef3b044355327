//! One dense layer `Y = act(X W + b)` and its backward pass, on packed or on listed operands.

use std::ops::Range;

use super::activations::Activation;
use super::adam::add_assign;
use super::buffer::Buffer;
use super::gemm::{Product, Start};
use super::pack::{Panels, pack_rows, packed_len};
use super::simd::{sparse_pays_below, tile_columns, tile_rows};
use super::sparse::{Lists, SparseProduct, strips};
use super::team::Team;

/// Multiplications that take about as long as reading or writing one number.
const PRODUCTS: usize = 16;

/// The sizes of a layer.
#[derive(Clone, Copy)]
pub(super) struct Shape {
    pub inputs: usize,
    /// Rows of the weights that belong to a one-hot label, after those of the inputs.
    pub classes: usize,
    pub outputs: usize,
}

/// A layer, and what it remembers from the forward pass for the backward pass.
pub(super) struct Layer {
    pub shape: Shape,
    activation: Activation,
    /// `[rows, outputs]`
    output: Buffer,
    /// The activation's derivatives, if it keeps them: `[rows, outputs]`.
    slopes: Buffer,
    /// Whether the inputs may be mostly zeros, and whether they are now, so that `lists` has them.
    lists_inputs: bool,
    listed: bool,
    lists: Lists,
    /// The weights, packed for `X W` and for `dY W^T`.
    forward_weights: Packed,
    backward_weights: Packed,
}

/// A packed matrix, made when first needed.
struct Packed {
    memory: Buffer,
    /// What `memory` holds of the current weights.
    panels: Option<Panels>,
}

/// What all layers of a network share.
pub(super) struct Scratch {
    team: Team,
    left: Buffer,
    left_deltas: Buffer,
    right: Buffer,
    by_column: Lists,
}

/// A layer's parameters, or their gradients.
pub(super) struct Weights<T> {
    /// `[inputs + classes, outputs]`
    pub weight: T,
    /// `[outputs]`
    pub bias: T,
}

impl Packed {
    fn zeros(len: usize) -> Self {
        Self {
            memory: Buffer::zeros(len),
            panels: None,
        }
    }
}

impl Scratch {
    pub fn new(layers: &[Layer], rows: usize, team: Team) -> Self {
        let widest = |width: fn(&Layer) -> usize| layers.iter().map(width).max().unwrap_or(0);
        let width = widest(|layer| layer.shape.inputs.max(layer.shape.outputs));
        let listed = widest(|layer| {
            if layer.lists_inputs {
                layer.shape.inputs
            } else {
                0
            }
        });
        let by_row = packed_len(tile_rows(), rows, width);
        let right = tiles().len(rows, width).max(strips().len(rows, width));
        Self {
            team,
            left: Buffer::zeros(by_row.max(packed_len(tile_rows(), width, rows))),
            left_deltas: Buffer::zeros(by_row),
            right: Buffer::zeros(right),
            by_column: Lists::with_capacity(listed, rows),
        }
    }
}

/// The panels of a right operand that is multiplied by a packed left one.
fn tiles() -> Panels {
    Panels::even(tile_columns())
}

/// What a layer's backward pass starts from, and where its results go.
pub(super) struct Backward<'a> {
    /// The forward pass's: `[rows, inputs]`
    pub input: &'a [f32],
    /// `[rows]` if the layer has classes, else ignored
    pub labels: &'a [u8],
    /// The gradient by `X W + b`: `[rows, outputs]`
    pub deltas: &'a [f32],
    /// `[inputs + classes, outputs]`
    pub weight: &'a [f32],
    pub gradients: Weights<&'a mut [f32]>,
    /// Whether the parameters' gradients are added to what is there.
    pub accumulate: bool,
    /// The gradient by the inputs goes here: `[rows, inputs]`; empty if nobody needs it.
    pub input_deltas: &'a mut [f32],
    /// The layer whose activation made the inputs: its derivative is multiplied with their gradient.
    pub before: Option<&'a Layer>,
}

impl Layer {
    /// A layer for up to `rows` images at once; `lists_inputs` where the inputs may be mostly zeros.
    pub fn new(rows: usize, shape: Shape, activation: Activation, lists_inputs: bool) -> Self {
        let Shape {
            inputs, outputs, ..
        } = shape;
        let slopes = if activation.keeps_slopes() {
            rows * outputs
        } else {
            0
        };
        let listed = if lists_inputs { inputs } else { 0 };
        let forward = tiles()
            .len(inputs, outputs)
            .max(strips().len(inputs, outputs));
        Self {
            shape,
            activation,
            output: Buffer::zeros(rows * outputs),
            slopes: Buffer::zeros(slopes),
            lists_inputs,
            listed: false,
            lists: Lists::with_capacity(rows, listed),
            forward_weights: Packed::zeros(forward),
            backward_weights: Packed::zeros(packed_len(tile_columns(), inputs, outputs)),
        }
    }

    /// To be called when the weights may have changed.
    pub fn forget_weights(&mut self) {
        self.forward_weights.panels = None;
        self.backward_weights.panels = None;
    }

    /// The forward pass's result: `[rows, outputs]`.
    pub fn output(&self, rows: usize) -> &[f32] {
        &self.output[..rows * self.shape.outputs]
    }

    /// `output = act(input W + b)`, plus the weights' row of each label before the activation.
    ///
    /// # Shapes
    /// - `input`: `[rows, inputs]`
    /// - `labels`: `[rows]` if the layer has classes, else ignored
    pub fn forward(
        &mut self,
        input: &[f32],
        labels: &[u8],
        weights: &Weights<&[f32]>,
        scratch: &mut Scratch,
    ) {
        let Shape {
            inputs,
            classes,
            outputs,
        } = self.shape;
        let rows = input.len() / inputs;
        let (weight, one_hot) = weights.weight.split_at(inputs * outputs);
        let Scratch { team, left, .. } = scratch;
        self.list(team, rows, input);
        let panels = if self.listed { strips() } else { tiles() };
        self.pack_weights(team, panels, weight);
        let parts = team.parts(rows, tile_rows(), inputs * outputs / PRODUCTS);
        let slopes = self.slopes.len().min(outputs);
        let slopes = parts.split(&mut self.slopes[..rows * slopes], slopes);
        let output = parts.split(&mut self.output[..rows * outputs], outputs);
        let left = parts.split(left, inputs);
        let (right, start) = (&self.forward_weights.memory, Start::Bias(weights.bias));
        team.run(parts.count, |part| {
            let rows = parts.range(part);
            let output = output.take(part);
            if self.listed {
                SparseProduct {
                    columns: outputs,
                    left: self.lists.rows(rows.clone()),
                    right,
                    start,
                    destination: output,
                }
                .run();
            } else {
                let left = left.take(part);
                let input = &input[rows.start * inputs..rows.end * inputs];
                pack_rows(tile_rows(), rows.len(), inputs, input, left);
                Product {
                    rows: rows.len(),
                    columns: outputs,
                    depth: inputs,
                    left,
                    right,
                    start,
                    destination: output,
                }
                .run();
            }
            if classes > 0 {
                for (line, &label) in output.chunks_exact_mut(outputs).zip(&labels[rows]) {
                    add_assign(line, &one_hot[usize::from(label) * outputs..][..outputs]);
                }
            }
            self.activation.apply(output, slopes.take(part));
        });
    }

    /// Packs the weights for `X W`, unless they are packed so.
    fn pack_weights(&mut self, team: &Team, panels: Panels, weight: &[f32]) {
        let Packed {
            memory,
            panels: packed,
        } = &mut self.forward_weights;
        if packed.replace(panels) == Some(panels) {
            return;
        }
        let Shape {
            inputs, outputs, ..
        } = self.shape;
        let lines = panels.lines(inputs, outputs);
        let parts = team.parts(lines, 1, weight.len() / lines);
        let place = |line| panels.place(inputs, outputs, line);
        let memory = parts.split_at(memory, place);
        team.run(parts.count, |part| {
            panels.pack(parts.range(part), outputs, weight, memory.take(part));
        });
    }

    /// Lists the non-zero inputs, if they are so few that it pays.
    fn list(&mut self, team: &Team, rows: usize, input: &[f32]) {
        self.listed = false;
        if self.lists_inputs {
            let count = self.lists.list_rows(team, rows, self.shape.inputs, input);
            self.listed = (count as f32) < sparse_pays_below() * input.len() as f32;
        }
    }

    /// Turns the gradient by some rows of the layer's output into the gradient by `X W + b`.
    ///
    /// # Shapes
    /// - `deltas`: `[rows, outputs]`
    fn activation_backward(&self, rows: Range<usize>, deltas: &mut [f32]) {
        let place = rows.start * self.shape.outputs..rows.end * self.shape.outputs;
        let slopes = self.slopes.get(place.clone()).unwrap_or_default();
        self.activation
            .backward(&self.output[place], slopes, deltas);
    }

    /// `dW = X^T dY` and `db = sum of dY's rows`, written, or added to what is there, and `dX = dY W^T`.
    pub fn backward(&mut self, mut pass: Backward, scratch: &mut Scratch) {
        self.pack_for_backward(&mut pass, scratch);
        let Shape {
            inputs,
            classes,
            outputs,
        } = self.shape;
        let Scratch {
            team,
            left,
            left_deltas,
            right,
            by_column,
        } = scratch;
        let (deltas, rows) = (pass.deltas, pass.deltas.len() / outputs);
        let start = if pass.accumulate {
            Start::Accumulate
        } else {
            Start::Zero
        };
        // Each part computes the gradients of some rows of the weights and of some rows of the inputs.
        let parts = team.parts(inputs, tile_rows(), 2 * rows * outputs / PRODUCTS);
        let (labels, images) = (parts.of(classes, 1), parts.of(rows, tile_rows()));
        let (weight, one_hot) = pass.gradients.weight.split_at_mut(inputs * outputs);
        let (weight, one_hot) = (parts.split(weight, outputs), labels.split(one_hot, outputs));
        let (ends, entries) = by_column.places_by_column(&self.lists, &parts);
        let (left, left_deltas) = (parts.split(left, rows), images.split(left_deltas, outputs));
        let needs_input_deltas = !pass.input_deltas.is_empty();
        let input_deltas = images.split(pass.input_deltas, inputs);
        team.run(parts.count, |part| {
            let (inputs_here, destination) = (parts.range(part), weight.take(part));
            if self.listed {
                let (ends, entries) = (ends.take(part), entries.take(part));
                SparseProduct {
                    columns: outputs,
                    left: self.lists.all().transpose(inputs_here, ends, entries),
                    right,
                    start,
                    destination,
                }
                .run();
            } else {
                let (panels, left) = (Panels::even(tile_rows()), left.take(part));
                let line = |input: usize| input.div_ceil(tile_rows()) * rows;
                let lines = line(inputs_here.start)..line(inputs_here.end);
                panels.pack(lines, inputs, pass.input, left);
                Product {
                    rows: inputs_here.len(),
                    columns: outputs,
                    depth: rows,
                    left,
                    right,
                    start,
                    destination,
                }
                .run();
            }
            let one_hot = one_hot.take(part).chunks_exact_mut(outputs);
            for (class, sums) in labels.range(part).zip(one_hot) {
                if !pass.accumulate {
                    sums.fill(0.0);
                }
                for (line, &label) in deltas.chunks_exact(outputs).zip(pass.labels) {
                    if usize::from(label) == class {
                        add_assign(sums, line);
                    }
                }
            }
            if needs_input_deltas {
                let (rows, left) = (images.range(part), left_deltas.take(part));
                let deltas = &deltas[rows.start * outputs..rows.end * outputs];
                pack_rows(tile_rows(), rows.len(), outputs, deltas, left);
                let input_deltas = input_deltas.take(part);
                Product {
                    rows: rows.len(),
                    columns: inputs,
                    depth: outputs,
                    left,
                    right: &self.backward_weights.memory,
                    start: Start::Zero,
                    destination: input_deltas,
                }
                .run();
                if let Some(before) = pass.before {
                    before.activation_backward(rows, input_deltas);
                }
            }
        });
    }

    /// Packs what every part of the backward pass multiplies with, and sums the bias's gradients.
    fn pack_for_backward(&mut self, pass: &mut Backward, scratch: &mut Scratch) {
        let Shape {
            inputs, outputs, ..
        } = self.shape;
        let Scratch { team, right, .. } = scratch;
        let (deltas, rows) = (pass.deltas, pass.deltas.len() / outputs);
        let panels = if self.listed { strips() } else { tiles() };
        let Packed {
            memory,
            panels: packed,
        } = &mut self.backward_weights;
        let pack_weights = !pass.input_deltas.is_empty() && packed.replace(tiles()).is_none();
        let weights = if pack_weights { inputs } else { 0 };
        let lines = panels.lines(rows, outputs);
        let parts = team.parts(lines, 1, (weights + 2 * rows) * outputs / lines);
        let (columns, inputs) = (parts.of(outputs, 16), parts.of(weights, tile_columns()));
        let right = parts.split_at(right, |line| panels.place(rows, outputs, line));
        let bias = columns.split(pass.gradients.bias, 1);
        let memory = inputs.split(memory, outputs);
        team.run(parts.count, |part| {
            panels.pack(parts.range(part), outputs, deltas, right.take(part));
            let (columns, bias) = (columns.range(part), bias.take(part));
            if !pass.accumulate {
                bias.fill(0.0);
            }
            for line in deltas.chunks_exact(outputs) {
                add_assign(bias, &line[columns.clone()]);
            }
            let inputs = inputs.range(part);
            let weight = &pass.weight[inputs.start * outputs..inputs.end * outputs];
            pack_rows(
                tile_columns(),
                inputs.len(),
                outputs,
                weight,
                memory.take(part),
            );
        });
    }
}
