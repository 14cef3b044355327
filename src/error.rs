//! The one error type. Each message names the thing, the rule it broke and the value that was found.

use thiserror::Error as ThisError;

/// Everything that can be wrong with what a caller hands to VAE Lab.
#[derive(Debug, Clone, PartialEq, ThisError)]
pub enum Error {
    /// A hyper-parameter outside its bounds.
    #[error("{name} must be {rule}, got {value}")]
    HyperParameter {
        /// The key of the hyper-parameter, as JavaScript spells it.
        name: String,
        /// What is allowed.
        rule: String,
        /// What was given.
        value: String,
    },
    /// An argument whose size or value does not fit.
    #[error("{name} must have length {expected}, got {found}")]
    Length {
        /// The argument.
        name: &'static str,
        /// The length it must have.
        expected: String,
        /// The length it has.
        found: usize,
    },
    /// A byte stream that is not the IDX file it should be.
    #[error("{file} is not a valid IDX file: expected {expected}, found {found}. {remedy}")]
    Idx {
        /// Which of the data files.
        file: String,
        /// What the format asks for.
        expected: String,
        /// What the bytes say.
        found: String,
        /// What to do about it.
        remedy: &'static str,
    },
    /// A checkpoint that cannot be loaded.
    #[error("this file is not a VAE Lab checkpoint: {found}. Nothing was changed; {remedy}")]
    Checkpoint {
        /// What it is instead, or what is wrong with it.
        found: String,
        /// What to do about it.
        remedy: String,
    },
    /// Images or labels that a model cannot learn from, or be measured on.
    #[error("{0}")]
    Data(String),
    /// A request that makes no sense at this moment.
    #[error("{0}")]
    State(&'static str),
}

/// `Result` with the crate's [`Error`].
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// A hyper-parameter `name` that has `value` where `rule` is asked for.
    pub fn hyper_parameter(
        name: impl Into<String>,
        rule: impl Into<String>,
        value: impl std::fmt::Display,
    ) -> Self {
        Self::HyperParameter {
            name: name.into(),
            rule: rule.into(),
            value: value.to_string(),
        }
    }

    /// A file that is no checkpoint, and that nothing mends.
    pub(crate) fn checkpoint(found: impl Into<String>) -> Self {
        Self::Checkpoint {
            found: found.into(),
            remedy: CHOOSE_ANOTHER.into(),
        }
    }
}

/// What to do about a file that is no checkpoint.
pub(crate) const CHOOSE_ANOTHER: &str = "choose a .safetensors file saved by VAE Lab";

/// Checks the length of a slice argument.
pub(crate) fn check_length(name: &'static str, expected: usize, found: usize) -> Result<()> {
    if expected == found {
        return Ok(());
    }
    Err(Error::Length {
        name,
        expected: expected.to_string(),
        found,
    })
}
