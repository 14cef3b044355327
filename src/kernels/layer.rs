//! One dense layer `Y = act(X W + b)` and its backward pass, on packed or on listed operands.

use super::activations::Activation;
use super::adam::add_assign;
use super::buffer::Buffer;
use super::gemm::{Product, Start};
use super::pack::{pack_columns, pack_rows, packed_len};
use super::simd::{sparse_pays_below, tile_columns, tile_rows};
use super::sparse::{Lists, SparseProduct, pack_strips, strips_len};

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

/// The forms of a packed matrix.
#[derive(Clone, Copy, PartialEq)]
enum Form {
    Panels,
    Strips,
}

/// A packed matrix, made when first needed.
struct Packed {
    memory: Buffer,
    /// What `memory` holds of the current weights.
    form: Option<Form>,
}

/// What all layers of a network share.
pub(super) struct Scratch {
    left: Buffer,
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
            form: None,
        }
    }

    fn fill(&mut self, form: Form, pack: impl FnOnce(&mut [f32])) -> &[f32] {
        if self.form != Some(form) {
            pack(&mut self.memory);
            self.form = Some(form);
        }
        &self.memory
    }
}

impl Scratch {
    pub fn new(layers: &[Layer], rows: usize) -> Self {
        let widest = |width: fn(&Layer) -> usize| layers.iter().map(width).max().unwrap_or(0);
        let width = widest(|layer| layer.shape.inputs.max(layer.shape.outputs));
        let listed = widest(|layer| {
            if layer.lists_inputs {
                layer.shape.inputs
            } else {
                0
            }
        });
        let left = packed_len(tile_rows(), rows, width).max(packed_len(tile_rows(), width, rows));
        let right = packed_len(tile_columns(), width, rows).max(strips_len(rows, width));
        Self {
            left: Buffer::zeros(left),
            right: Buffer::zeros(right),
            by_column: Lists::with_capacity(rows, listed),
        }
    }
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
        let forward = packed_len(tile_columns(), outputs, inputs).max(strips_len(inputs, outputs));
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
        self.forward_weights.form = None;
        self.backward_weights.form = None;
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
        self.list(rows, input);
        let start = Start::Bias(weights.bias);
        let destination = &mut self.output[..rows * outputs];
        if self.listed {
            let right = self.forward_weights.fill(Form::Strips, |strips| {
                pack_strips(inputs, outputs, weight, strips);
            });
            let left = &self.lists;
            SparseProduct {
                columns: outputs,
                left,
                right,
                start,
                destination,
            }
            .run();
        } else {
            let right = self.forward_weights.fill(Form::Panels, |panels| {
                pack_columns(tile_columns(), inputs, outputs, weight, panels);
            });
            pack_rows(tile_rows(), rows, inputs, input, &mut scratch.left);
            let left = &scratch.left;
            Product {
                rows,
                columns: outputs,
                depth: inputs,
                left,
                right,
                start,
                destination,
            }
            .run();
        }
        let output = &mut self.output[..rows * outputs];
        if classes > 0 {
            for (line, &label) in output.chunks_exact_mut(outputs).zip(labels) {
                add_assign(line, &one_hot[usize::from(label) * outputs..][..outputs]);
            }
        }
        self.activation.apply(output, &mut self.slopes);
    }

    /// Lists the non-zero inputs, if they are so few that it pays.
    fn list(&mut self, rows: usize, input: &[f32]) {
        self.listed = false;
        if self.lists_inputs {
            let count = self.lists.list_rows(rows, self.shape.inputs, input);
            self.listed = (count as f32) < sparse_pays_below() * input.len() as f32;
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

    /// `dW = X^T dY` and `db = sum of dY's rows`, written, or added to what is there.
    ///
    /// # Shapes
    /// - `input`: `[rows, inputs]`, the forward pass's
    /// - `labels`: `[rows]` if the layer has classes, else ignored
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
        let Shape {
            inputs,
            classes,
            outputs,
        } = self.shape;
        let rows = input.len() / inputs;
        let (destination, one_hot) = gradients.weight.split_at_mut(inputs * outputs);
        let start = if accumulate {
            Start::Accumulate
        } else {
            Start::Zero
        };
        let Scratch {
            left,
            right,
            by_column,
        } = scratch;
        if self.listed {
            by_column.transpose_of(&self.lists);
            pack_strips(rows, outputs, deltas, right);
            SparseProduct {
                columns: outputs,
                left: by_column,
                right,
                start,
                destination,
            }
            .run();
        } else {
            pack_columns(tile_rows(), rows, inputs, input, left);
            pack_columns(tile_columns(), rows, outputs, deltas, right);
            Product {
                rows: inputs,
                columns: outputs,
                depth: rows,
                left,
                right,
                start,
                destination,
            }
            .run();
        }
        if !accumulate {
            one_hot.fill(0.0);
            gradients.bias.fill(0.0);
        }
        for line in deltas.chunks_exact(outputs) {
            add_assign(gradients.bias, line);
        }
        if classes > 0 {
            for (line, &label) in deltas.chunks_exact(outputs).zip(labels) {
                add_assign(
                    &mut one_hot[usize::from(label) * outputs..][..outputs],
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
        let Shape {
            inputs, outputs, ..
        } = self.shape;
        let rows = deltas.len() / outputs;
        let right = self.backward_weights.fill(Form::Panels, |panels| {
            pack_rows(
                tile_columns(),
                inputs,
                outputs,
                &weight[..inputs * outputs],
                panels,
            );
        });
        pack_rows(tile_rows(), rows, outputs, deltas, &mut scratch.left);
        Product {
            rows,
            columns: inputs,
            depth: outputs,
            left: &scratch.left,
            right,
            start: Start::Zero,
            destination: input_deltas,
        }
        .run();
    }
}
