//! Safetensors files: opening them, what is wrong with those that do not open, and tensors as numbers.

use half::{bf16, f16};
use safetensors::tensor::{Dtype, Metadata, SafeTensorError, SafeTensors};

use super::{json, kind};
use crate::error::{Error, Result};

/// The bytes before the header: its length, little-endian.
const LENGTH_BYTES: usize = 8;
/// No header is longer, says the format.
const MAX_HEADER: u64 = 100_000_000;
/// After the name of a tensor of whole numbers: its scales, one a row.
pub const SCALE: &str = ".scale";

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

/// The values of a tensor of this shape. One of whole numbers from -127 to 127 is multiplied by its scales, one a row, which stand in
/// a tensor of their own.
///
/// # Errors
///
/// It or its scales are missing, it has another shape, holds other things, or one of its values is not finite.
pub fn read(file: &SafeTensors<'_>, name: &str, shape: &[usize]) -> Result<Vec<f32>> {
    let tensor = file.tensor(name).map_err(|_| Error::NoTensor {
        tensor: name.into(),
    })?;
    let found = tensor.shape();
    if found != shape {
        return Err(Error::TensorShape {
            tensor: name.into(),
            expected: shape.to_vec(),
            found: found.to_vec(),
        });
    }
    let data = tensor.data();
    let values: Vec<f32> = match tensor.dtype() {
        Dtype::F64 => words(data, |word| f64::from_le_bytes(word) as f32),
        Dtype::F32 => words(data, f32::from_le_bytes),
        Dtype::F16 => words(data, |word| f16::from_le_bytes(word).to_f32()),
        Dtype::BF16 => words(data, |word| bf16::from_le_bytes(word).to_f32()),
        Dtype::I8 => {
            let rows = shape.first().copied().unwrap_or(1);
            let scales = read(file, &format!("{name}{SCALE}"), &[rows])?;
            let columns = (data.len() / rows.max(1)).max(1);
            let rows = data.chunks(columns).zip(scales);
            rows.flat_map(|(row, scale)| {
                row.iter()
                    .map(move |&byte| f32::from(byte.cast_signed()) * scale)
            })
            .collect()
        }
        dtype => {
            return Err(Error::TensorType {
                tensor: name.into(),
                found: dtype.to_string(),
            });
        }
    };
    match values.iter().find(|value| !value.is_finite()) {
        Some(&found) => Err(Error::TensorNotFinite {
            tensor: name.into(),
            found,
        }),
        None => Ok(values),
    }
}

/// A matrix as whole numbers from -127 to 127 and the scale of each of its rows. Symmetric: zero stays zero.
pub fn quantise(values: &[f32], columns: usize) -> (Vec<i8>, Vec<f32>) {
    let rows = values.chunks(columns);
    let scale = |row: &[f32]| {
        row.iter()
            .fold(0.0_f32, |most, value| most.max(value.abs()))
            / 127.0
    };
    let scales: Vec<f32> = rows.clone().map(scale).collect();
    let whole = rows.zip(&scales).flat_map(|(row, &scale)| {
        row.iter().map(move |value| match scale {
            0.0 => 0,
            scale => (value / scale).round() as i8,
        })
    });
    (whole.collect(), scales)
}

/// The one way in which writing fails: there is nobody to blame but this program.
pub fn unwritable<E>(_: E) -> Error {
    Error::NotWritten {}
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
        return kind::refuse(bytes);
    };
    if needed > found as u64 {
        let needed = needed as f64;
        return Error::HeaderCut { needed, found };
    }
    let header = header_text(bytes).and_then(|text| serde_json::from_str::<Metadata>(text).ok());
    let Some(header) = header else {
        return damaged(error);
    };
    let whole = needed + header.data_len() as u64;
    let needed = whole as f64;
    if whole > found as u64 {
        Error::TensorsCut { needed, found }
    } else {
        Error::TensorsLong { needed, found }
    }
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
    Error::HeaderDamaged {
        reason: error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use safetensors::tensor::TensorView;

    fn file(tensors: &[(&str, Dtype, &[usize], &[u8])]) -> Vec<u8> {
        let views = tensors.iter().map(|&(name, dtype, shape, bytes)| {
            (name, TensorView::new(dtype, shape.to_vec(), bytes).unwrap())
        });
        safetensors::serialize(views, None).unwrap()
    }

    #[test]
    fn each_row_has_the_scale_of_its_largest_value() {
        let (whole, scales) = quantise(&[1.27, -0.5, 0.0, -2.54, 0.0, 0.0], 2);
        assert_eq!(whole, [127, -50, 0, -127, 0, 0]);
        assert_eq!(scales, [1.27 / 127.0, 2.54 / 127.0, 0.0]);
    }

    #[test]
    fn whole_numbers_are_read_as_multiples_of_their_scales() {
        let scales: Vec<u8> = [0.5_f32, 2.0]
            .into_iter()
            .flat_map(f32::to_le_bytes)
            .collect();
        let whole = [1, 0xff, 3, 0x81, 0, 127];
        let bytes = file(&[
            ("w", Dtype::I8, &[2, 3], &whole),
            ("w.scale", Dtype::F32, &[2], &scales),
        ]);
        let (opened, _) = open(&bytes).unwrap();
        let values = read(&opened, "w", &[2, 3]).unwrap();
        assert_eq!(values, [0.5, -0.5, 1.5, -254.0, 0.0, 254.0]);
    }

    #[test]
    fn whole_numbers_without_scales_are_refused_by_name() {
        let refused = |tensors: &[(&str, Dtype, &[usize], &[u8])]| {
            let bytes = file(tensors);
            let (opened, _) = open(&bytes).unwrap();
            read(&opened, "w", &[2, 1]).unwrap_err().to_string()
        };
        let weights = ("w", Dtype::I8, &[2, 1][..], &[1, 2][..]);
        let missing = refused(&[weights]);
        assert!(
            missing.contains("the tensor w.scale is missing"),
            "{missing}"
        );
        let short = refused(&[weights, ("w.scale", Dtype::F32, &[1], &[0; 4])]);
        assert!(
            short.contains("w.scale must have the shape [2], found [1]"),
            "{short}"
        );
        let endless = f32::INFINITY.to_le_bytes();
        let endless = refused(&[
            weights,
            ("w.scale", Dtype::F32, &[2], &[endless, endless].concat()),
        ]);
        assert!(
            endless.contains("w.scale must be finite, found inf"),
            "{endless}"
        );
    }
}
