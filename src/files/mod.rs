//! Model files: a whole run, or a model alone, as safetensors; and what a file is that is neither.

pub(crate) mod checkpoint;
mod json;
mod kind;
mod settings;
pub(crate) mod tensors;

pub use kind::FileKind;
pub use settings::LoadNotes;
