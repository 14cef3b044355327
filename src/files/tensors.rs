//! Safetensors files: opening them, what is wrong with those that do not open, and tensors as numbers.

use half::{bf16, f16};
use safetensors::tensor::{Dtype, Metadata, SafeTensorError, SafeTensors};

use super::{json, kind};
use crate::error::{Error, Result};

/// The bytes before the header: its length, little-endian.
const LENGTH_BYTES: usize = 8;
/// No header is longer, says the format.
const MAX_HEADER: u64 = 100_000_000;
/// What to do about a file that did not arrive whole.
const FETCH_AGAIN: &str = "download or copy it again";

/// Opens a file whose tensors fill it exactly, and gives what its metadata says.
///
/// # Errors
///
/// What the bytes are instead, and what to do about it.
pub fn open(bytes: &[u8]) -> Result<(SafeTensors<'_>, Metadata)> {
    let opened = SafeTensors::read_metadata(bytes)
        .and_then(|(_, metadata)| Ok((SafeTensors::deserialize(bytes)?, metadata)))
        .map_err(|error| explain(bytes, &error))?;
    let header = header_text(bytes).unwrap_or_default();
    json::parse(header).map_err(|error| damaged(&error))?;
    // In 64 bits: the sum of the library can overflow where addresses have 32.
    let needed = header_end(bytes).unwrap_or(0) + opened.1.data_len() as u64;
    if needed != bytes.len() as u64 {
        return Err(explain(bytes, &SafeTensorError::MetadataIncompleteBuffer));
    }
    Ok(opened)
}

/// The values of a tensor of this shape.
///
/// # Errors
///
/// It is missing, has another shape, holds other things than fractions, or one of its values is not finite.
pub fn read(file: &SafeTensors<'_>, name: &str, shape: &[usize]) -> Result<Vec<f32>> {
    let tensor = file
        .tensor(name)
        .map_err(|_| Error::checkpoint(format!("the tensor {name} is missing")))?;
    let found = tensor.shape();
    if found != shape {
        return Err(Error::checkpoint(format!(
            "the tensor {name} must have the shape {shape:?}, found {found:?}"
        )));
    }
    let data = tensor.data();
    let values: Vec<f32> = match tensor.dtype() {
        Dtype::F64 => words(data, |word| f64::from_le_bytes(word) as f32),
        Dtype::F32 => words(data, f32::from_le_bytes),
        Dtype::F16 => words(data, |word| f16::from_le_bytes(word).to_f32()),
        Dtype::BF16 => words(data, |word| bf16::from_le_bytes(word).to_f32()),
        dtype => {
            return Err(Error::checkpoint(format!(
                "the tensor {name} must be F16, BF16, F32 or F64, found {dtype}"
            )));
        }
    };
    match values.iter().find(|value| !value.is_finite()) {
        Some(value) => Err(Error::checkpoint(format!(
            "the tensor {name} must be finite, found {value}"
        ))),
        None => Ok(values),
    }
}

/// The one way in which writing fails: there is nobody to blame but this program.
pub fn unwritable<E>(_: E) -> Error {
    Error::State("the model could not be written as a file: keep the page open and save again")
}

fn words<const N: usize>(bytes: &[u8], read: impl Fn([u8; N]) -> f32) -> Vec<f32> {
    bytes
        .as_chunks::<N>()
        .0
        .iter()
        .map(|&word| read(word))
        .collect()
}

/// Why a file did not open.
fn explain(bytes: &[u8], error: &SafeTensorError) -> Error {
    let found = bytes.len();
    let Some(needed) = header_end(bytes) else {
        let kind::Kind { what, remedy } = kind::of(bytes);
        return Error::Checkpoint {
            found: what,
            remedy: remedy.into(),
        };
    };
    if needed > found as u64 {
        let what = format!("it is cut: its header needs {needed} bytes, and {found} are here");
        return refetch(what);
    }
    let header = header_text(bytes).and_then(|text| serde_json::from_str::<Metadata>(text).ok());
    let Some(header) = header else {
        return damaged(error);
    };
    let needed = needed + header.data_len() as u64;
    if needed > found as u64 {
        return refetch(format!(
            "it is cut: its tensors need {needed} bytes, and {found} are here"
        ));
    }
    refetch(format!(
        "its tensors need {needed} bytes, and {found} are here"
    ))
}

/// Where the header of what looks like a safetensors file ends.
fn header_end(bytes: &[u8]) -> Option<u64> {
    let (length, rest) = bytes.split_first_chunk::<LENGTH_BYTES>()?;
    let length = u64::from_le_bytes(*length);
    (length <= MAX_HEADER && rest.first() == Some(&b'{')).then_some(length + LENGTH_BYTES as u64)
}

fn header_text(bytes: &[u8]) -> Option<&str> {
    let end = usize::try_from(header_end(bytes)?).ok()?;
    str::from_utf8(bytes.get(LENGTH_BYTES..end)?).ok()
}

fn damaged(error: &dyn std::fmt::Display) -> Error {
    refetch(format!("its header is damaged: {error}"))
}

fn refetch(found: String) -> Error {
    Error::Checkpoint {
        found,
        remedy: FETCH_AGAIN.into(),
    }
}
