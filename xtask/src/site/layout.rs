//! Files on the disk: a folder that holds exactly what it should.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use anyhow::{Context, Result};
use flate2::Compression;
use flate2::write::GzEncoder;

use super::Files;
use crate::tools;

/// How many files were written, and how many removed.
#[derive(Debug, PartialEq, Eq)]
pub struct Changes {
    pub written: usize,
    pub removed: usize,
}

/// Makes `folder` hold exactly these files, writing only what differs.
pub fn lay_out(files: &Files, folder: &Path) -> Result<Changes> {
    fs::create_dir_all(folder)?;
    let mut changes = Changes {
        written: 0,
        removed: 0,
    };
    for stale in tools::files_below(folder)? {
        if !files.contains_key(&name(&stale)) {
            fs::remove_file(folder.join(stale))?;
            changes.removed += 1;
        }
    }
    for (name, bytes) in files {
        let place = folder.join(name);
        if fs::read(&place).ok().as_ref() != Some(bytes) {
            fs::create_dir_all(place.parent().context("a file stands in a folder")?)?;
            fs::write(&place, bytes)
                .with_context(|| format!("cannot write {}", place.display()))?;
            changes.written += 1;
        }
    }
    remove_empty_folders(folder)?;
    Ok(changes)
}

/// A path as addresses write it.
pub fn name(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

fn remove_empty_folders(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            remove_empty_folders(&path)?;
            // Refused by the system unless the folder is empty, which is what is wanted.
            let _ = fs::remove_dir(&path);
        }
    }
    Ok(())
}

/// How many bytes gzip makes of these, at the level that web servers use by default.
pub fn gzipped_size(bytes: &[u8]) -> Result<u64> {
    struct Count(u64);
    impl Write for Count {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 += bytes.len() as u64;
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let mut encoder = GzEncoder::new(Count(0), Compression::new(6));
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn laying_out_writes_what_differs_and_removes_what_is_stale() {
        let folder = tools::target().join(format!("xtask-test-site-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(folder.join("old")).unwrap();
        fs::write(folder.join("old/gone.js"), "gone").unwrap();
        let files = Files::from([("deep/index.html".to_owned(), b"<p>".to_vec())]);

        let first = lay_out(&files, &folder).unwrap();
        assert_eq!(
            first,
            Changes {
                written: 1,
                removed: 1
            }
        );
        assert!(!folder.join("old").exists());
        let second = lay_out(&files, &folder).unwrap();
        assert_eq!(
            second,
            Changes {
                written: 0,
                removed: 0
            }
        );
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn sizes_are_of_what_is_sent() {
        assert!(gzipped_size(&[0; 100_000]).unwrap() < 1_000);
    }
}
