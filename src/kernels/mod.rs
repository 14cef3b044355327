//! The hot path: packed SIMD matrix products and the fused training step of a dense VAE.
//!
//! Everything here works on plain `f32` slices: no tensor library, no wasm-bindgen, no clock, and no allocation once a
//! [`Workspace`] exists. From the bottom up:
//!
//! - `team`, `split`: threads that share every product and pass, and what each has of it, without changing a number;
//! - `simd`: one vector type per instruction set behind the `Simd` trait, and the run-time choice between them;
//! - `math`: exp, tanh, erf on vectors; `buffer`: aligned memory;
//! - `pack`, `gemm`: packed panels and the register-tiled product of two of them;
//! - `sparse`: the same products for left operands that are mostly zeros (MNIST's pixels, ReLU's outputs);
//! - `activations`, `losses`, `latent`, `adam`: the element-wise passes;
//! - `architecture`: the sizes of a model and the order of its parameters in one flat buffer;
//! - `layer`, `network`: a dense layer's passes, and losses and gradients of the whole model.
//!
//! All matrices are row-major. Weights are `[inputs, outputs]`.

#[macro_use]
mod simd;
mod activations;
mod adam;
mod architecture;
mod buffer;
mod gemm;
mod latent;
mod layer;
mod losses;
mod math;
mod network;
mod pack;
mod sparse;
mod split;
mod team;
#[cfg(test)]
mod tests;

pub use activations::Activation;
pub use adam::{AdamStep, add_assign};
pub use architecture::{Architecture, Likelihood, Parameter};
pub use network::{Batch, Losses, Objective, Workspace};
pub use simd::instruction_set;
pub use team::{Helper, Team};

/// The parts a benchmark measures on their own.
#[doc(hidden)]
pub mod parts {
    pub use super::buffer::Buffer;
    pub use super::gemm::{Product, Start};
    pub use super::pack::{Panels, pack_rows, packed_len};
    pub use super::simd::{tile_columns, tile_rows};
    pub use super::sparse::{Lists, SparseProduct, strips};
    pub use super::split::Block;

    /// The reconstruction loss of one image with its gradient.
    pub fn reconstruction(
        likelihood: super::Likelihood,
        logits: &[f32],
        targets: &[f32],
        gradient: &mut [f32],
    ) -> f64 {
        likelihood.loss_and_gradient(logits, targets, 1.0, gradient)
    }
}
