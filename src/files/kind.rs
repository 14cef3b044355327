//! What a file is that is no safetensors file, by how it begins, and what to do with it.

use crate::error::CHOOSE_ANOTHER;

/// A kind of file.
#[derive(Debug, PartialEq, Eq)]
pub struct Kind {
    /// "it is …", for a sentence.
    pub what: String,
    /// What to do about it.
    pub remedy: &'static str,
}

const UNPACK: &str = "unpack it, and choose the .safetensors file in it";
const OWN_DATA: &str =
    "it holds data, not a model: bring it in as images of your own, or choose a .safetensors file";
const FROM_PYTORCH: &str = "if its tensors (torch.load) have the names of a file that VAE Lab saved, make them one in Python: \
    save_file(tensors, \"new.safetensors\", metadata=safe_open(\"original.safetensors\", \"pt\").metadata()), \
    where original.safetensors is that file";
const FETCH_ITSELF: &str =
    "download the file itself: its page has a download button, or a link to the raw file";
const FETCH_LARGE: &str =
    "download the file itself: run `git lfs pull`, or use the download button of its page";

/// The first bytes of files, and what they are. An opcode 0x80 and a protocol begin a pickle; the long one is what PyTorch
/// wrote before 1.6.
const BEGINNINGS: &[(&[u8], &str, &str)] = &[
    (
        b"version https://git-lfs.github.com/spec/",
        "it is a Git LFS pointer, a few lines of text in the place of the model",
        FETCH_LARGE,
    ),
    (
        b"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19",
        "it is a PyTorch file (a pickle)",
        FROM_PYTORCH,
    ),
    (b"\x80\x02", "it is a Python pickle", FROM_PYTORCH),
    (b"\x80\x03", "it is a Python pickle", FROM_PYTORCH),
    (b"\x80\x04", "it is a Python pickle", FROM_PYTORCH),
    (b"\x80\x05", "it is a Python pickle", FROM_PYTORCH),
    (
        b"\x89HDF\r\n\x1a\n",
        "it is an HDF5 file (.h5), as Keras writes them",
        CHOOSE_ANOTHER,
    ),
    (b"GGUF", "it is a GGUF file of llama.cpp", CHOOSE_ANOTHER),
    (b"\x1f\x8b", "it is compressed with gzip", UNPACK),
    (b"BZh", "it is compressed with bzip2", UNPACK),
    (b"\xfd7zXZ\0", "it is compressed with xz", UNPACK),
    (
        b"\x28\xb5\x2f\xfd",
        "it is compressed with Zstandard",
        UNPACK,
    ),
    (b"7z\xbc\xaf\x27\x1c", "it is a 7-Zip archive", UNPACK),
    (b"Rar!", "it is a RAR archive", UNPACK),
    (b"\x93NUMPY", "it is a NumPy array (.npy)", OWN_DATA),
    (b"\0\0\x08\x03", "it is an IDX file of images", OWN_DATA),
    (b"\0\0\x08\x01", "it is an IDX file of labels", OWN_DATA),
    (b"\x89PNG", "it is a picture (PNG)", OWN_DATA),
    (b"\xff\xd8\xff", "it is a picture (JPEG)", OWN_DATA),
];

/// Recognises bytes that do not begin as a safetensors file does.
pub fn of(bytes: &[u8]) -> Kind {
    if bytes.is_empty() {
        return Kind {
            what: "it is empty".into(),
            remedy: "download or copy it again",
        };
    }
    let known = BEGINNINGS
        .iter()
        .find(|(beginning, ..)| bytes.starts_with(beginning))
        .map(|&(_, what, remedy)| (what, remedy));
    let (what, remedy) = known
        .or_else(|| bytes.starts_with(b"PK").then(|| archive(bytes)))
        .or_else(|| text(bytes))
        .unwrap_or(("", CHOOSE_ANOTHER));
    let what = match what {
        "" if bytes.len() <= 8 => format!(
            "it has only {} bytes, too few for a safetensors file",
            bytes.len()
        ),
        "" => {
            let beginning: Vec<String> = bytes[..8].iter().map(|b| format!("{b:02x}")).collect();
            format!(
                "it is no safetensors file: it begins with the bytes {}",
                beginning.join(" ")
            )
        }
        what => what.into(),
    };
    Kind { what, remedy }
}

/// A ZIP by the names of what is in it, which stand in its text as they are.
fn archive(bytes: &[u8]) -> (&'static str, &'static str) {
    let holds = |name: &[u8]| bytes.windows(name.len()).any(|window| window == name);
    if holds(b"data.pkl") {
        (
            "it is a PyTorch file (.pt: a ZIP with a pickle)",
            FROM_PYTORCH,
        )
    } else if holds(b".npy") {
        ("it is a file of NumPy arrays (.npz)", OWN_DATA)
    } else if holds(b".safetensors") {
        ("it is a ZIP with a safetensors file in it", UNPACK)
    } else if holds(b"model.weights.h5") {
        ("it is a Keras model (.keras)", CHOOSE_ANOTHER)
    } else {
        ("it is a ZIP", UNPACK)
    }
}

/// A text by its first characters.
fn text(bytes: &[u8]) -> Option<(&'static str, &'static str)> {
    const MARK: &[u8] = b"\xef\xbb\xbf";
    let start = bytes.strip_prefix(MARK).unwrap_or(bytes).trim_ascii_start();
    let start = start[..start.len().min(64)].to_ascii_lowercase();
    if start.starts_with(b"<!doctype html") || start.starts_with(b"<html") {
        Some((
            "it is a web page (HTML), perhaps a message of an error, in the place of the model",
            FETCH_ITSELF,
        ))
    } else if start.starts_with(b"<") {
        Some(("it is XML or a web page", FETCH_ITSELF))
    } else if start.starts_with(b"{") || start.starts_with(b"[") {
        Some(("it is a JSON text", CHOOSE_ANOTHER))
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
            let found = of(bytes);
            assert!(found.what.contains(what), "{what}: {found:?}");
            assert!(found.remedy.contains(remedy), "{what}: {found:?}");
        }
    }
}
