//! One dense layer `Y = act(X W + b)` and its backward pass, on packed or on listed operands.

use std::ops::Range;

use super::activations::Activation;
use super::adam::add_assign;
use super::buffer::Buffer;
use super::gemm::{Product, Start};
use super::pack::{ColumnPacking, Packed, Panels, RowPacking, packed_len};
use super::simd::{sparse_pays_below, tile_columns, tile_rows};
use super::sparse::{Lists, SparseProduct, strips};
use super::split::Block;
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

impl Scratch {
    pub fn new(layers: &[Layer], rows: usize, team: Team) -> Self {
        let widest = |width: fn(&Layer) -> usize| layers.iter().map(width).max().unwrap_or(0);
        let width = widest(|layer| layer.shape.inputs.max(layer.shape.outputs));
        let listed = widest(|layer| usize::from(layer.lists_inputs) * layer.shape.inputs);
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
        let slopes = usize::from(activation.keeps_slopes()) * rows * outputs;
        let listed = usize::from(lists_inputs) * inputs;
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
        self.forward_weights.forget();
        self.backward_weights.forget();
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
        self.list(&scratch.team, rows, input);
        self.pack_for_forward(input, weight, scratch);
        let Scratch { team, left, .. } = scratch;
        // By rows each thread has its own lists and reads all weights; by columns it has its own weights and reads all rows.
        let parts = if self.listed {
            team.parts(rows, 1, inputs * outputs / PRODUCTS)
        } else {
            team.parts(outputs, tile_columns(), rows * inputs / PRODUCTS)
        };
        let split = |matrix| {
            if self.listed {
                parts.split_rows(matrix, outputs)
            } else {
                parts.split_columns(matrix)
            }
        };
        let output = split(&mut self.output[..rows * outputs]);
        let keeps_slopes = self.activation.keeps_slopes();
        let slopes = keeps_slopes.then(|| split(&mut self.slopes[..rows * outputs]));
        let right = self.forward_weights.memory();
        team.run(parts.count, |part| {
            let (rows, columns) = if self.listed {
                (parts.range(part), 0..outputs)
            } else {
                (0..rows, parts.range(part))
            };
            let mut output = output.take(part);
            if self.listed {
                SparseProduct {
                    columns: outputs,
                    left: self.lists.rows(rows.clone()),
                    right,
                    start: Start::Bias(weights.bias),
                    destination: output.reborrow(),
                }
                .run();
            } else {
                Product {
                    rows: rows.len(),
                    columns: columns.len(),
                    depth: inputs,
                    left,
                    right: &right[columns.start * inputs..],
                    start: Start::Bias(&weights.bias[columns.clone()]),
                    destination: output.reborrow(),
                }
                .run();
            }
            let labels = if classes > 0 {
                &labels[rows.clone()]
            } else {
                &[]
            };
            for (row, &label) in labels.iter().enumerate() {
                let line = &one_hot[usize::from(label) * outputs..][..outputs];
                add_assign(output.row(row), &line[columns.clone()]);
            }
            let mut slopes = slopes.as_ref().map(|slopes| slopes.take(part));
            for row in 0..rows.len() {
                let slopes = slopes
                    .as_mut()
                    .map(|slopes| slopes.row(row))
                    .unwrap_or_default();
                self.activation.apply(output.row(row), slopes);
            }
        });
    }

    /// Packs what every part of the forward pass multiplies with: the weights, unless they are packed already, and the
    /// inputs, unless they are listed.
    fn pack_for_forward(&mut self, input: &[f32], weight: &[f32], scratch: &mut Scratch) {
        let Scratch { team, left, .. } = scratch;
        let Shape {
            inputs, outputs, ..
        } = self.shape;
        let panels = if self.listed { strips() } else { tiles() };
        let (packed, memory) = self.forward_weights.become_packed(panels);
        let depth = if packed { 0 } else { inputs };
        let rows = if self.listed { 0 } else { input.len() / inputs };
        let parts = team.parts_of(depth * outputs + rows * inputs);
        let weights = ColumnPacking::new(panels, [depth, outputs], &parts, memory);
        let inputs = RowPacking::new(tile_rows(), [rows, inputs], &parts, left);
        team.run(parts.count, |part| {
            weights.pack(part, weight);
            inputs.pack(part, input);
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

    /// Turns the gradient by some columns of the layer's output into the gradient by those of `X W + b`.
    fn activation_backward(&self, columns: Range<usize>, mut deltas: Block) {
        let [rows, _] = deltas.shape();
        for (row, output) in self
            .output(rows)
            .chunks_exact(self.shape.outputs)
            .enumerate()
        {
            let from = row * self.shape.outputs;
            let slopes = self.slopes.get(from + columns.start..from + columns.end);
            let (slopes, deltas) = (slopes.unwrap_or_default(), deltas.row(row));
            self.activation
                .backward(&output[columns.clone()], slopes, deltas);
        }
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
        // Each part computes the gradients of some rows of the weights and of the columns of the inputs that belong to them.
        let parts = team.parts(inputs, tile_rows(), 2 * rows * outputs / PRODUCTS);
        let (labels, columns) = (parts.of(classes, 1), parts.of(inputs, tile_columns()));
        let (weight, one_hot) = pass.gradients.weight.split_at_mut(inputs * outputs);
        let (weight, one_hot) = (parts.split(weight, outputs), labels.split(one_hot, outputs));
        let (spans, entries) = by_column.places_by_column(&self.lists, &parts);
        let left = parts.split(left, rows);
        let input_deltas = match pass.input_deltas {
            [] => None,
            deltas => Some(columns.split_columns(deltas)),
        };
        team.run(parts.count, |part| {
            let inputs_here = parts.range(part);
            let destination = Block::new(weight.take(part), outputs);
            if self.listed {
                let (spans, entries) = (spans.take(part), entries.take(part));
                SparseProduct {
                    columns: outputs,
                    left: self.lists.all().transpose(inputs_here, spans, entries),
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
            if let Some(input_deltas) = &input_deltas {
                let columns = columns.range(part);
                let mut destination = input_deltas.take(part);
                Product {
                    rows,
                    columns: columns.len(),
                    depth: outputs,
                    left: left_deltas,
                    right: &self.backward_weights.memory()[columns.start * outputs..],
                    start: Start::Zero,
                    destination: destination.reborrow(),
                }
                .run();
                if let Some(before) = pass.before {
                    before.activation_backward(columns, destination);
                }
            }
        });
    }

    /// Packs what every part of the backward pass multiplies with, and sums the bias's gradients.
    fn pack_for_backward(&mut self, pass: &mut Backward, scratch: &mut Scratch) {
        let Shape {
            inputs, outputs, ..
        } = self.shape;
        let Scratch {
            team,
            right,
            left_deltas,
            ..
        } = scratch;
        let (deltas, rows) = (pass.deltas, pass.deltas.len() / outputs);
        let panels = if self.listed { strips() } else { tiles() };
        let (weight_rows, delta_rows, memory) = if pass.input_deltas.is_empty() {
            (0, 0, &mut [][..])
        } else {
            let (packed, memory) = self.backward_weights.become_packed(tiles());
            (if packed { 0 } else { inputs }, rows, memory)
        };
        let parts = team.parts_of((weight_rows + delta_rows + 2 * rows) * outputs);
        let columns = parts.of(outputs, 16);
        let bias = columns.split(pass.gradients.bias, 1);
        let right = ColumnPacking::new(panels, [rows, outputs], &parts, right);
        let left = RowPacking::new(tile_rows(), [delta_rows, outputs], &parts, left_deltas);
        let weights = RowPacking::new(tile_columns(), [weight_rows, outputs], &parts, memory);
        team.run(parts.count, |part| {
            right.pack(part, deltas);
            left.pack(part, deltas);
            weights.pack(part, pass.weight);
            let (columns, bias) = (columns.range(part), bias.take(part));
            if !pass.accumulate {
                bias.fill(0.0);
            }
            for line in deltas.chunks_exact(outputs) {
                add_assign(bias, &line[columns.clone()]);
            }
        });
    }
}
