//! VAE Lab: a variational autoencoder that trains and generates inside the browser.
//!
//! A **variational autoencoder** (Kingma and Welling 2013, "Auto-encoding variational Bayes") is a generative model
//! p(x, z) = p(z) p(x|z) with a prior p(z) = N(0, I) over codes and a *decoder* p(x|z), learnt together with an
//! *encoder* q(z|x) = N(mu, diag(exp(logvar))). Training raises a lower bound on the log-likelihood, the ELBO:
//!
//! ```text
//! log p(x) >= E_q[log p(x|z)] - KL(q(z|x) || p(z)) = -(recon_loss + kl)
//! ```
//!
//! One sample z = mu + exp(logvar / 2) * eps with eps ~ N(0, I) estimates the expectation and lets gradients through.
//! All losses are in nats per image.
//!
//! # Map
//!
//! - [`data`]: IDX files, splits, shuffling, binarisation; a drawing becomes a digit in MNIST's form
//! - [`model`]: encoder, decoder, reparameterization, and the two losses, as a Burn module
//! - [`kernels`]: the hot path, SIMD on flat buffers
//! - [`training`]: settings, one step of Adam after another, evaluation
//! - [`files`]: a run or a model as a file
//! - [`sampling`]: samples from the prior, variations around a digit, reconstructions
//! - [`classifier`]: reads digits, to judge samples with
//! - `wasm`: the boundary to JavaScript, present in wasm32 builds only
//!
//! `model` and `data` do no I/O, read no clock and know nothing of a browser.
//!
//! # Example
//!
//! ```
//! use vae_lab::data::Digits;
//! use vae_lab::training::{TrainingSession, preset};
//!
//! // Ten images in the IDX format: a header (magic, count, rows, columns) and 28 x 28 bytes each.
//! let header = [0x803u32, 10, 28, 28].map(u32::to_be_bytes).concat();
//! let mut digits = Digits::new("stripes");
//! digits.images.push(&header)?;
//! digits.images.push(&[0, 255].repeat(10 * 28 * 28 / 2))?;
//!
//! let mut session = TrainingSession::new(preset("digits-20d").unwrap().config)?;
//! let first = session.step(&digits)?.expect("all images are here");
//! let second = session.step(&digits)?.expect("all images are here");
//! assert!(second.elbo > first.elbo);
//! # Ok::<(), vae_lab::error::Error>(())
//! ```

#![warn(missing_docs)]

pub mod classifier;
pub mod data;
pub mod device;
pub mod error;
pub mod files;
pub mod kernels;
pub mod model;
mod random;
pub mod sampling;
pub mod training;
#[cfg(target_family = "wasm")]
mod wasm;
