//! What a file is that is no safetensors file, by how it begins.

use serde::Serialize;

use crate::error::{CHOOSE_ANOTHER, Error, SAVE_WITH_METADATA};

/// A kind of file that is no model of VAE Lab.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)] // See what they are below.
pub enum FileKind {
    GitLfs,
    Pytorch,
    PytorchPickle,
    Pickle,
    Hdf5,
    Keras,
    Gguf,
    Gzip,
    Bzip2,
    Xz,
    Zstandard,
    SevenZip,
    Rar,
    Zip,
    ZippedModel,
    Npy,
    Npz,
    IdxImages,
    IdxLabels,
    Png,
    Jpeg,
    Html,
    Markup,
    Json,
}

/// The first bytes of files, and what they are. An opcode 0x80 and a protocol begin a pickle; the long one is what PyTorch
/// wrote before 1.6.
const BEGINNINGS: &[(&[u8], FileKind)] = &[
    (
        b"version https://git-lfs.github.com/spec/",
        FileKind::GitLfs,
    ),
    (
        b"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19",
        FileKind::PytorchPickle,
    ),
    (b"\x80\x02", FileKind::Pickle),
    (b"\x80\x03", FileKind::Pickle),
    (b"\x80\x04", FileKind::Pickle),
    (b"\x80\x05", FileKind::Pickle),
    (b"\x89HDF\r\n\x1a\n", FileKind::Hdf5),
    (b"GGUF", FileKind::Gguf),
    (b"\x1f\x8b", FileKind::Gzip),
    (b"BZh", FileKind::Bzip2),
    (b"\xfd7zXZ\0", FileKind::Xz),
    (b"\x28\xb5\x2f\xfd", FileKind::Zstandard),
    (b"7z\xbc\xaf\x27\x1c", FileKind::SevenZip),
    (b"Rar!", FileKind::Rar),
    (b"\x93NUMPY", FileKind::Npy),
    (b"\0\0\x08\x03", FileKind::IdxImages),
    (b"\0\0\x08\x01", FileKind::IdxLabels),
    (b"\x89PNG", FileKind::Png),
    (b"\xff\xd8\xff", FileKind::Jpeg),
];

impl FileKind {
    /// "it is …", for a sentence.
    pub(crate) fn what(self) -> &'static str {
        match self {
            Self::GitLfs => {
                "it is a Git LFS pointer, a few lines of text in the place of the model"
            }
            Self::Pytorch => "it is a PyTorch file (.pt: a ZIP with a pickle)",
            Self::PytorchPickle => "it is a PyTorch file (a pickle)",
            Self::Pickle => "it is a Python pickle",
            Self::Hdf5 => "it is an HDF5 file (.h5), as Keras writes them",
            Self::Keras => "it is a Keras model (.keras)",
            Self::Gguf => "it is a GGUF file of llama.cpp",
            Self::Gzip => "it is compressed with gzip",
            Self::Bzip2 => "it is compressed with bzip2",
            Self::Xz => "it is compressed with xz",
            Self::Zstandard => "it is compressed with Zstandard",
            Self::SevenZip => "it is a 7-Zip archive",
            Self::Rar => "it is a RAR archive",
            Self::Zip => "it is a ZIP",
            Self::ZippedModel => "it is a ZIP with a safetensors file in it",
            Self::Npy => "it is a NumPy array (.npy)",
            Self::Npz => "it is a file of NumPy arrays (.npz)",
            Self::IdxImages => "it is an IDX file of images",
            Self::IdxLabels => "it is an IDX file of labels",
            Self::Png => "it is a picture (PNG)",
            Self::Jpeg => "it is a picture (JPEG)",
            Self::Html => {
                "it is a web page (HTML), perhaps a message of an error, in the place of the model"
            }
            Self::Markup => "it is XML or a web page",
            Self::Json => "it is a JSON text",
        }
    }

    /// What to do about it.
    pub(crate) fn remedy(self) -> String {
        match self {
            Self::GitLfs => {
                "download the file itself: run `git lfs pull`, or use the download button of its page"
                    .into()
            }
            Self::Pytorch | Self::PytorchPickle | Self::Pickle => format!(
                "if its tensors (torch.load) have the names of a file that VAE Lab saved, make them one in Python: \
                 {SAVE_WITH_METADATA}, where original.safetensors is that file"
            ),
            Self::Gzip
            | Self::Bzip2
            | Self::Xz
            | Self::Zstandard
            | Self::SevenZip
            | Self::Rar
            | Self::Zip
            | Self::ZippedModel => "unpack it, and choose the .safetensors file in it".into(),
            Self::Npy | Self::Npz | Self::IdxImages | Self::IdxLabels | Self::Png | Self::Jpeg => {
                "it holds data, not a model: bring it in as images of your own, or choose a .safetensors file"
                    .into()
            }
            Self::Html | Self::Markup => {
                "download the file itself: its page has a download button, or a link to the raw file"
                    .into()
            }
            Self::Hdf5 | Self::Keras | Self::Gguf | Self::Json => CHOOSE_ANOTHER.into(),
        }
    }
}

/// What is wrong with bytes that do not begin as a safetensors file does.
pub fn refuse(bytes: &[u8]) -> Error {
    if bytes.is_empty() {
        return Error::EmptyFile {};
    }
    let known = BEGINNINGS
        .iter()
        .find(|(beginning, _)| bytes.starts_with(beginning))
        .map(|&(_, kind)| kind);
    let kind = known
        .or_else(|| bytes.starts_with(b"PK").then(|| archive(bytes)))
        .or_else(|| text(bytes));
    match kind {
        Some(kind) => Error::OtherFile { kind },
        None if bytes.len() <= 8 => Error::ShortFile { bytes: bytes.len() },
        None => {
            let beginning: Vec<String> = bytes[..8].iter().map(|b| format!("{b:02x}")).collect();
            Error::UnknownFile {
                beginning: beginning.join(" "),
            }
        }
    }
}

/// A ZIP by the names of what is in it, which stand in its text as they are.
fn archive(bytes: &[u8]) -> FileKind {
    let holds = |name: &[u8]| bytes.windows(name.len()).any(|window| window == name);
    if holds(b"data.pkl") {
        FileKind::Pytorch
    } else if holds(b".npy") {
        FileKind::Npz
    } else if holds(b".safetensors") {
        FileKind::ZippedModel
    } else if holds(b"model.weights.h5") {
        FileKind::Keras
    } else {
        FileKind::Zip
    }
}

/// A text by its first characters.
fn text(bytes: &[u8]) -> Option<FileKind> {
    const MARK: &[u8] = b"\xef\xbb\xbf";
    let start = bytes.strip_prefix(MARK).unwrap_or(bytes).trim_ascii_start();
    let start = start[..start.len().min(64)].to_ascii_lowercase();
    if start.starts_with(b"<!doctype html") || start.starts_with(b"<html") {
        Some(FileKind::Html)
    } else if start.starts_with(b"<") {
        Some(FileKind::Markup)
    } else if start.starts_with(b"{") || start.starts_with(b"[") {
        Some(FileKind::Json)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_other_kinds_are_told_with_what_to_do() {
        let html = b"\xef\xbb\xbf\n <!DOCTYPE HTML><title>404</title>";
        let pytorch = b"PK\x03\x04\0\0\x08\x08\0\0archive/data.pklFB";
        let legacy = b"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.";
        let pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 3\n";
        let cases: [(&[u8], &str, &str); 14] = [
            (b"", "empty", "again"),
            (html, "web page (HTML)", "download the file itself"),
            (b"<html>", "web page (HTML)", "download the file itself"),
            (pytorch, "PyTorch file (.pt", "save_file(tensors"),
            (legacy, "PyTorch file (a pickle)", "metadata=safe_open("),
            (
                b"\x80\x04\x95\0\0\0\0\0\0\0\0}",
                "Python pickle",
                "save_file(",
            ),
            (b"\x89HDF\r\n\x1a\n\0\0\0", "HDF5", ".safetensors"),
            (pointer, "Git LFS pointer", "git lfs pull"),
            (b"\x1f\x8b\x08\0\0\0\0\0\0\x03", "gzip", "unpack it"),
            (
                b"PK\x03\x04\0\0images.npy",
                "NumPy arrays",
                "images of your own",
            ),
            (b"PK\x03\x04\0\0readme.txt", "it is a ZIP", "unpack it"),
            (b"{\"a\": 1, \"b\": 2}", "JSON", ".safetensors"),
            (b"\x01\x02\x03", "only 3 bytes", ".safetensors"),
            (b"no model at all", "6e 6f 20 6d", ".safetensors"),
        ];
        for (bytes, what, remedy) in cases {
            let found = refuse(bytes).to_string();
            let (found, then) = found.split_once(". Nothing was changed; ").unwrap();
            assert!(found.contains(what), "{what}: {found}");
            assert!(then.contains(remedy), "{what}: {then}");
        }
    }
}
