//! MNIST files on disk.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use anyhow::{Context, Result};
use flate2::read::GzDecoder;
use vae_lab::data::{Digits, IdxReader};

/// A whole file, inflated if its name ends in .gz.
pub fn read(path: &Path) -> Result<Vec<u8>> {
    let mut file = File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
    let mut bytes = Vec::new();
    let read = match path.extension() {
        Some(extension) if extension == "gz" => GzDecoder::new(file).read_to_end(&mut bytes),
        _ => file.read_to_end(&mut bytes),
    };
    read.with_context(|| format!("cannot read {}", path.display()))?;
    Ok(bytes)
}

/// Reads an IDX file into its place in a set.
pub fn read_into(reader: &mut IdxReader, path: &Path) -> Result<()> {
    reader
        .push(&read(path)?)
        .and_then(|()| reader.finish())
        .with_context(|| path.display().to_string())
}

/// The images and labels of one set of MNIST: `train` or `t10k`.
#[allow(dead_code)] // One of the two examples names its files itself.
pub fn read_set(folder: &Path, name: &str) -> Result<Digits> {
    let mut digits = Digits::new(name);
    read_into(
        &mut digits.images,
        &folder.join(format!("{name}-images-idx3-ubyte.gz")),
    )?;
    read_into(
        &mut digits.labels,
        &folder.join(format!("{name}-labels-idx1-ubyte.gz")),
    )?;
    Ok(digits)
}
