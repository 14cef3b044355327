//! The model: an encoder, a decoder, and the losses between them.

mod config;
mod decoder;
mod encoder;
pub mod losses;
mod parameters;
mod vae;

pub use crate::kernels::Parameter;
pub use config::{Activation, Likelihood, VaeConfig};
pub use decoder::Decoder;
pub use encoder::{Encoder, Posterior};
pub use parameters::{Initialization, initial_parameters};
pub use vae::{Forward, Vae, reparameterize};
