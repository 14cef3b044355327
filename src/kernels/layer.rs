//! One dense layer `Y = act(X W + b)` and its backward pass, on packed or on listed operands.

use super::activations::Activation;
use super::gemm::{Product, Start};
use super::pack::{pack_columns, pack_rows, packed_len};
use super::simd::{Simd, sparse_pays_below, tile_columns, tile_rows};
use super::sparse::{Lists, multiply_lists};

/// So few rows do not repay packing the weights.
const FEW_ROWS: usize = 4;

/// A layer's sizes, and what it remembers from the forward pass for the backward pass.
pub(super) struct Layer {
    pub inputs: usize,
    pub outputs: usize,
    /// Rows of the weights that belong to a one-hot label, after those of the inputs.
    classes: usize,
    activation: Activation,
    /// Whether the inputs may be mostly zeros.
    lists_inputs: bool,
    /// `[rows, outputs]`
    output: Vec<f32>,
    /// The activation's derivatives, if it keeps them: `[rows, outputs]`.
    slopes: Vec<f32>,
    /// The non-zero inputs of each row, while `listed`.
    by_row: Lists,
    listed: bool,
    /// The weights' columns and rows in panels, once packed for the current weights.
    weight_columns: Packed,
    weight_rows: Packed,
}

/// Panels that are filled when first needed.
#[derive(Default)]
struct Packed {
    panels: Vec<f32>,
    ready: bool,
}

/// What all layers of a network share.
pub(super) struct Scratch {
    left: Vec<f32>,
    right: Vec<f32>,
    by_column: Lists,
}

/// Where a layer's parameters, or their gradients, are.
pub(super) struct Weights<T> {
    /// `[inputs + classes, outputs]`
    pub weight: T,
    /// `[outputs]`
    pub bias: T,
}

impl Scratch {
    pub fn new(layers: &[Layer], rows: usize) -> Self {
        let widest = layers
            .iter()
            .map(|l| l.inputs.max(l.outputs))
            .max()
            .unwrap_or(0);
        let listed = layers
            .iter()
            .filter(|l| l.lists_inputs)
            .map(|l| l.inputs)
            .max()
            .unwrap_or(0);
        let (height, width) = (tile_rows(), tile_columns());
        Self {
            left: vec![0.0; packed_len(height, rows, widest).max(packed_len(height, widest, rows))],
            right: vec![0.0; packed_len(width, widest, rows)],
            by_column: Lists::with_capacity(rows, listed),
        }
    }
}

impl Layer {
    pub fn new(
        rows: usize,
        inputs: usize,
        classes: usize,
        outputs: usize,
        activation: Activation,
        lists_inputs: bool,
    ) -> Self {
        let slopes = if activation.keeps_slopes() {
            rows * outputs
        } else {
            0
        };
        let panels = |count, depth| Packed {
            panels: vec![0.0; packed_len(tile_columns(), count, depth)],
            ready: false,
        };
        Self {
            inputs,
            outputs,
            classes,
            activation,
            lists_inputs,
            output: vec![0.0; rows * outputs],
            slopes: vec![0.0; slopes],
            by_row: Lists::with_capacity(rows.max(FEW_ROWS), inputs),
            listed: false,
            weight_columns: panels(outputs, inputs),
            weight_rows: panels(inputs, outputs),
        }
    }

    /// To be called when the weights may have changed.
    pub fn forget_weights(&mut self) {
        self.weight_columns.ready = false;
        self.weight_rows.ready = false;
    }

    pub fn output(&self, rows: usize) -> &[f32] {
        &self.output[..rows * self.outputs]
    }

    pub fn output_mut(&mut self, rows: usize) -> &mut [f32] {
        &mut self.output[..rows * self.outputs]
    }

    /// `output = act(input W + b)`, with the weights' row of the label added where there are labels.
    ///
    /// # Shapes
    /// - `input`: `[rows, inputs]`
    /// - `labels`: `[rows]` of a conditional model's first layers, else ignored
    pub fn forward(
        &mut self,
        input: &[f32],
        labels: &[u8],
        weights: &Weights<&[f32]>,
        scratch: &mut Scratch,
    ) {
        let rows = input.len() / self.inputs;
        let (dense, one_hot) = weights.weight.split_at(self.inputs * self.outputs);
        let start = Start::Bias(weights.bias);
        self.list_inputs(rows, input);
        let output = &mut self.output[..rows * self.outputs];
        if self.listed {
            multiply_lists(rows, self.outputs, &self.by_row, dense, start, output);
        } else {
            let right = self.weight_columns.fill(|panels| {
                pack_columns(tile_columns(), self.inputs, self.outputs, dense, panels);
            });
            pack_rows(tile_rows(), rows, self.inputs, input, &mut scratch.left);
            Product {
                rows,
                columns: self.outputs,
                depth: self.inputs,
                left: &scratch.left,
                right,
                start,
                destination: output,
            }
            .run();
        }
        if self.classes > 0 {
            for (line, &label) in output.chunks_exact_mut(self.outputs).zip(labels) {
                add(
                    line,
                    &one_hot[usize::from(label) * self.outputs..][..self.outputs],
                );
            }
        }
        self.activation.apply(output, &mut self.slopes);
    }

    /// Lists the inputs if that makes the products cheaper.
    fn list_inputs(&mut self, rows: usize, input: &[f32]) {
        let few = rows <= FEW_ROWS && !self.weight_columns.ready;
        self.listed = few || self.lists_inputs;
        if self.listed {
            let count = self.by_row.list_rows(rows, self.inputs, input);
            self.listed = few || (count as f32) < sparse_pays_below() * input.len() as f32;
        }
    }

    /// Turns the gradient by the layer's output into the gradient by `X W + b`.
    ///
    /// # Shapes
    /// - `deltas`: `[rows, outputs]`
    pub fn activation_backward(&self, deltas: &mut [f32]) {
        self.activation
            .backward(&self.output[..deltas.len()], &self.slopes, deltas);
    }

    /// `dW = X^T dY` and `db = sum of dY's rows`, written or added to the gradients.
    ///
    /// # Shapes
    /// - `input`: `[rows, inputs]`, the forward pass's
    /// - `deltas`: `[rows, outputs]`, the gradient by `X W + b`
    pub fn weight_gradients(
        &mut self,
        input: &[f32],
        labels: &[u8],
        deltas: &[f32],
        gradients: Weights<&mut [f32]>,
        accumulate: bool,
        scratch: &mut Scratch,
    ) {
        let rows = input.len() / self.inputs;
        let (dense, one_hot) = gradients.weight.split_at_mut(self.inputs * self.outputs);
        let start = if accumulate {
            Start::Accumulate
        } else {
            Start::Zero
        };
        if !accumulate {
            one_hot.fill(0.0);
            gradients.bias.fill(0.0);
        }
        if self.listed && self.lists_inputs {
            scratch
                .by_column
                .transpose_of(&self.by_row, rows, self.inputs);
            multiply_lists(
                self.inputs,
                self.outputs,
                &scratch.by_column,
                deltas,
                start,
                dense,
            );
        } else {
            pack_columns(tile_rows(), rows, self.inputs, input, &mut scratch.left);
            pack_columns(
                tile_columns(),
                rows,
                self.outputs,
                deltas,
                &mut scratch.right,
            );
            Product {
                rows: self.inputs,
                columns: self.outputs,
                depth: rows,
                left: &scratch.left,
                right: &scratch.right,
                start,
                destination: dense,
            }
            .run();
        }
        for line in deltas.chunks_exact(self.outputs) {
            add(gradients.bias, line);
        }
        if self.classes > 0 {
            for (line, &label) in deltas.chunks_exact(self.outputs).zip(labels) {
                add(
                    &mut one_hot[usize::from(label) * self.outputs..][..self.outputs],
                    line,
                );
            }
        }
    }

    /// `dX = dY W^T`.
    ///
    /// # Shapes
    /// - `deltas`: `[rows, outputs]`
    /// - `weight`: `[inputs + classes, outputs]`
    /// - `input_deltas`: `[rows, inputs]`
    pub fn input_gradients(
        &mut self,
        deltas: &[f32],
        weight: &[f32],
        input_deltas: &mut [f32],
        scratch: &mut Scratch,
    ) {
        let rows = deltas.len() / self.outputs;
        let dense = &weight[..self.inputs * self.outputs];
        let right = self.weight_rows.fill(|panels| {
            pack_rows(tile_columns(), self.inputs, self.outputs, dense, panels);
        });
        pack_rows(tile_rows(), rows, self.outputs, deltas, &mut scratch.left);
        Product {
            rows,
            columns: self.inputs,
            depth: self.outputs,
            left: &scratch.left,
            right,
            start: Start::Zero,
            destination: input_deltas,
        }
        .run();
    }
}

impl Packed {
    fn fill(&mut self, pack: impl FnOnce(&mut [f32])) -> &[f32] {
        if !self.ready {
            pack(&mut self.panels);
            self.ready = true;
        }
        &self.panels
    }
}

dispatched! {
    fn add(sums: &mut [f32], terms: &[f32]) = add_with;
}

#[inline(always)]
fn add_with<S: Simd>(s: S, sums: &mut [f32], terms: &[f32]) {
    for (sum, term) in sums.chunks_mut(S::LANES).zip(terms.chunks(S::LANES)) {
        s.store(s.add(s.load(sum), s.load(term)), sum);
    }
}
