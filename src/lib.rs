//! VAE Lab: a variational autoencoder that trains and generates inside the browser.

pub mod data;
pub mod device;
pub mod error;
pub mod model;
mod random;
pub mod sampling;
pub mod training;
#[cfg(target_family = "wasm")]
mod wasm;
