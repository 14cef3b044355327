//! The one error type. Every error is a code with its values, which the page words in the visitor's language; the English
//! sentences here are for programs in Rust and for logs. Values are numbers, names and keys, never phrases.

use serde::Serialize;
use thiserror::Error as ThisError;

use crate::data::IdxKind;
pub use crate::files::FileKind;

/// Everything that can be wrong with what a caller hands to VAE Lab.
#[derive(Debug, Clone, PartialEq, Serialize, ThisError)]
#[serde(
    tag = "code",
    content = "values",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
#[allow(missing_docs)] // The sentence of a variant says what its values are.
pub enum Error {
    // Arguments and settings; `name` is the key as JavaScript spells it.
    #[error("{name} must be a whole number from {min} to {max}, got {}", shown(*found))]
    NotWhole {
        name: String,
        min: f64,
        max: f64,
        found: f64,
    },
    #[error("{name} must be a whole number from {min}, got {}", shown(*found))]
    NotWholeFrom { name: String, min: f64, found: f64 },
    #[error("{name} must be a number from {min} to {max}, got {}", shown(*found))]
    NotNumber {
        name: String,
        min: f64,
        max: f64,
        found: f64,
    },
    #[error("{name} must be a number of milliseconds from 0, got {}", shown(*found))]
    NotMilliseconds { name: String, found: f64 },
    #[error(
        "{name} must be a list of 1 to {max_layers} widths, each from 1 to {max_width}, got {found:?}"
    )]
    NotWidths {
        name: String,
        max_layers: usize,
        max_width: usize,
        found: Vec<usize>,
    },
    #[error(
        "validationImages must be less than the {images} images of the training file, got {found}"
    )]
    NothingToLearnFrom { images: usize, found: usize },
    #[error("index must be below {received}, the number of images here, got {}", shown(*found))]
    NoSuchImage { received: usize, found: f64 },
    #[error("{name} must be of the type {expected}, got {found}")]
    WrongType {
        name: String,
        expected: String,
        found: String,
    },
    #[error("label must be a whole number from 0 to {max}, got none")]
    NoLabel { max: usize },
    #[error("file must be \"train\" or \"test\", got \"validation\"")]
    NoSuchFile {},
    #[error("{name} is not as it should be: {reason}")]
    Malformed {
        name: String,
        /// For logs.
        #[serde(skip)]
        reason: String,
    },
    #[error("{name} must have length {expected}, got {found}")]
    Length {
        name: String,
        expected: usize,
        found: usize,
    },
    #[error("{name} must have as its length 1 to {max} times {width}, got {found}")]
    Rows {
        name: String,
        width: usize,
        max: usize,
        found: usize,
    },

    // IDX files; `file` is one of "trainImages", "trainLabels", "testImages", "testLabels", or a file's name.
    #[error(
        "{file} is not a valid IDX file: expected the magic number {expected} of {kind}, found {found}. \
         Check that this is the right file."
    )]
    IdxMagic {
        file: String,
        kind: IdxKind,
        /// In hexadecimal.
        expected: String,
        /// In hexadecimal.
        found: String,
    },
    #[error("{file} is not a valid IDX file: it is compressed with gzip. Inflate it first.")]
    IdxGzip { file: String },
    #[error(
        "{file} is not a valid IDX file: expected images of {side} x {side}, found {size} {axis}. \
         Only {side} x {side} images can be used."
    )]
    IdxSize {
        file: String,
        side: usize,
        axis: IdxAxis,
        size: u32,
    },
    #[error(
        "{file} is not a valid IDX file: expected at most {max} {kind}, found a header that promises {found}. \
         Check that this is the right file and not damaged."
    )]
    IdxTooMany {
        file: String,
        kind: IdxKind,
        max: usize,
        found: usize,
    },
    #[error(
        "{file} is not a valid IDX file: expected {expected} {kind} as its header says, found more bytes than they need \
         ({found}). Check that this is the right file and not damaged."
    )]
    IdxTooLong {
        file: String,
        kind: IdxKind,
        expected: usize,
        found: usize,
    },
    #[error(
        "{file} is not a valid IDX file: expected labels from 0 to {max}, found label {label} at index {index}. \
         Check that this is a label file."
    )]
    IdxLabel {
        file: String,
        max: usize,
        label: u8,
        index: usize,
    },
    #[error("{file} does not fit into memory: it promises {bytes} bytes. Take fewer images.")]
    IdxNoMemory { file: String, bytes: usize },
    #[error(
        "{file} is not a valid IDX file: expected a header of {expected} bytes, found the end of the file after {found} \
         bytes. The file is truncated: download it again."
    )]
    IdxHeaderCut {
        file: String,
        expected: usize,
        found: usize,
    },
    #[error(
        "{file} is not a valid IDX file: expected {expected} {kind}, found the end of the file after {found}. \
         The file is truncated: download it again."
    )]
    IdxCut {
        file: String,
        kind: IdxKind,
        expected: usize,
        found: usize,
    },

    // Files of models. Nothing has changed when one is refused.
    #[error("{NO_CHECKPOINT}: {}. {UNCHANGED}; {}", kind.what(), kind.remedy())]
    OtherFile { kind: FileKind },
    #[error("{NO_CHECKPOINT}: it is empty. {UNCHANGED}; {FETCH_AGAIN}")]
    EmptyFile {},
    #[error(
        "{NO_CHECKPOINT}: it has only {bytes} bytes, too few for a safetensors file. {UNCHANGED}; {CHOOSE_ANOTHER}"
    )]
    ShortFile { bytes: usize },
    #[error(
        "{NO_CHECKPOINT}: it is no safetensors file: it begins with the bytes {beginning}. {UNCHANGED}; {CHOOSE_ANOTHER}"
    )]
    UnknownFile {
        /// In hexadecimal.
        beginning: String,
    },
    #[error(
        "{NO_CHECKPOINT}: it is cut: its header needs {} bytes, and {found} are here. {UNCHANGED}; {FETCH_AGAIN}",
        shown(*needed)
    )]
    HeaderCut { needed: f64, found: usize },
    #[error("{NO_CHECKPOINT}: its header is damaged: {reason}. {UNCHANGED}; {FETCH_AGAIN}")]
    HeaderDamaged {
        /// For logs.
        #[serde(skip)]
        reason: String,
    },
    #[error(
        "{NO_CHECKPOINT}: it is cut: its tensors need {} bytes, and {found} are here. {UNCHANGED}; {FETCH_AGAIN}",
        shown(*needed)
    )]
    TensorsCut { needed: f64, found: usize },
    #[error(
        "{NO_CHECKPOINT}: its tensors need {} bytes, and {found} are here. {UNCHANGED}; {FETCH_AGAIN}",
        shown(*needed)
    )]
    TensorsLong { needed: f64, found: usize },
    #[error("{NO_CHECKPOINT}: the tensor {tensor} is missing. {UNCHANGED}; {CHOOSE_ANOTHER}")]
    NoTensor { tensor: String },
    #[error(
        "{NO_CHECKPOINT}: the tensor {tensor} must have the shape {expected:?}, found {found:?}. \
         {UNCHANGED}; {CHOOSE_ANOTHER}"
    )]
    TensorShape {
        tensor: String,
        expected: Vec<usize>,
        found: Vec<usize>,
    },
    #[error(
        "{NO_CHECKPOINT}: the tensor {tensor} must be I8 with scales, F16, BF16, F32 or F64, found {found}. \
         {UNCHANGED}; {CHOOSE_ANOTHER}"
    )]
    TensorType { tensor: String, found: String },
    #[error(
        "{NO_CHECKPOINT}: the tensor {tensor} must be finite, found {found}. {UNCHANGED}; {CHOOSE_ANOTHER}"
    )]
    TensorNotFinite { tensor: String, found: f32 },
    #[error(
        "{NO_CHECKPOINT}: a second moment ({tensors}…) must not be negative, found {found}. {UNCHANGED}; {CHOOSE_ANOTHER}"
    )]
    NegativeMoment { tensors: String, found: f32 },
    #[error(
        "{NO_CHECKPOINT}: it has the tensors of a model, but not its settings, which stand in its metadata as \"{key}\". \
         {UNCHANGED}; save it again in Python with {SAVE_WITH_METADATA}, where original.safetensors is the file that VAE \
         Lab saved"
    )]
    NoMetadata { key: String },
    #[error(
        "{NO_CHECKPOINT}: it is a safetensors file of another program: its metadata has no entry \"{key}\", and it has \
         tensors such as {tensor}. {UNCHANGED}; {CHOOSE_ANOTHER}"
    )]
    OtherProgram { key: String, tensor: String },
    #[error(
        "{NO_CHECKPOINT}: it is a safetensors file of another program: its metadata has no entry \"{key}\", and it has no \
         tensors. {UNCHANGED}; {CHOOSE_ANOTHER}"
    )]
    NoTensors { key: String },
    #[error(
        "{NO_CHECKPOINT}: its version is {found}, this page reads version {known}. {UNCHANGED}; {MAY_BE_NEWER}"
    )]
    OtherVersion {
        /// In JSON.
        found: String,
        known: u32,
    },
    #[error("{NO_CHECKPOINT}: it does not say its version. {UNCHANGED}; {CHOOSE_ANOTHER}")]
    NoVersion {},
    #[error("{NO_CHECKPOINT}: its settings (config) are missing. {UNCHANGED}; {CHOOSE_ANOTHER}")]
    NoSettings {},
    #[error(
        "{NO_CHECKPOINT}: its settings cannot be read: {reason}. {UNCHANGED}; {CHOOSE_ANOTHER}"
    )]
    SettingsUnreadable {
        /// For logs.
        #[serde(skip)]
        reason: String,
    },
    #[error("{NO_CHECKPOINT}: its {name} cannot be read: {reason}. {UNCHANGED}; {MAY_BE_NEWER}")]
    SettingUnreadable {
        name: String,
        /// In JSON, perhaps shortened.
        found: String,
        /// For logs.
        #[serde(skip)]
        reason: String,
    },
    #[error(
        "{NO_CHECKPOINT}: {name} must be a JSON object, found {found}. {UNCHANGED}; {CHOOSE_ANOTHER}"
    )]
    NotObject {
        name: String,
        /// In JSON, perhaps shortened.
        found: String,
    },
    #[error("{NO_CHECKPOINT}: {error}. {UNCHANGED}; {CHOOSE_ANOTHER}")]
    SettingRefused { error: Box<Self> },
    #[error(
        "{NO_CHECKPOINT}: its {name} must be at most {}, found {}. {UNCHANGED}; {CHOOSE_ANOTHER}",
        shown(*max),
        shown(*found)
    )]
    CountTooHigh { name: String, max: f64, found: f64 },
    #[error(
        "{NO_CHECKPOINT}: it stands at image {position} of an epoch of {images} images. {UNCHANGED}; {CHOOSE_ANOTHER}"
    )]
    PlaceOutside { position: usize, images: usize },
    #[error(
        "{NO_CHECKPOINT}: the sums of its training curve, or its generator of noise, are damaged. \
         {UNCHANGED}; {CHOOSE_ANOTHER}"
    )]
    ProgressDamaged {},

    // Images or labels that a model cannot learn from, or be measured on; `set` is "train" or "test", or a set's name.
    #[error(
        "a conditional model needs a label for each of the {images} {set} images, found {labels} labels: load the labels \
         of these images, or start a model that is not conditional"
    )]
    LabelsMissing {
        set: String,
        images: usize,
        labels: usize,
    },
    #[error(
        "the label of {set} image {index} must be from 0 to {}, since this model knows {classes} classes, got {label}: \
         start a model with at least {} classes, or leave out the images with such labels",
        classes - 1,
        u32::from(*label) + 1
    )]
    LabelTooHigh {
        set: String,
        index: usize,
        label: u8,
        classes: usize,
    },

    // Requests that make no sense at this moment.
    #[error("there is no model yet: call start or loadCheckpoint first")]
    NoModel {},
    #[error("no step has begun: call beginStep first")]
    NoStep {},
    #[error("there are no gradients yet: call gradients first")]
    NoGradients {},
    #[error("only the fused engine shares its steps: set engine to \"fused\"")]
    NotShared {},
    #[error("there is no evaluation under way: call beginEvaluation first")]
    NoEvaluation {},
    #[error("there are no images to evaluate on: set validationImages above 0 first")]
    NothingToEvaluate {},
    #[error("the images to evaluate on have not arrived yet: wait until they are loaded")]
    ImagesOnTheirWay {},
    #[error("the model has changed since this evaluation began: begin a new one")]
    ModelChanged {},
    #[error("the images have changed since this evaluation began: begin a new one")]
    ImagesChanged {},
    #[error(
        "this run was trained on another number of images: load the data it began with, or reset"
    )]
    OtherImages { expected: usize, found: usize },
    #[error(
        "a weight is above {max}, the most that half precision holds: save the whole run instead"
    )]
    BeyondHalfPrecision { max: f64 },
    #[error("the model could not be written as a file: keep the page open and save again")]
    NotWritten {},

    // What a browser does not give.
    #[error("the browser must give a clock (performance), and does not")]
    NoClock {},
    #[error("canvas must be an OffscreenCanvas that gives a 2d context, got one that does not")]
    NoCanvas {},
    #[error("the grid could not be painted: the browser refused the picture")]
    NotPainted {},
    #[error("a result could not be handed over: {reason}")]
    NotHandedOver {
        /// For logs.
        #[serde(skip)]
        reason: String,
    },
}

/// A side of an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)] // Their names say it.
pub enum IdxAxis {
    Rows,
    Columns,
}

/// `Result` with the crate's [`Error`].
pub type Result<T> = std::result::Result<T, Error>;

const NO_CHECKPOINT: &str = "this file is not a VAE Lab checkpoint";
const UNCHANGED: &str = "Nothing was changed";
const FETCH_AGAIN: &str = "download or copy it again";
pub(crate) const CHOOSE_ANOTHER: &str = "choose a .safetensors file saved by VAE Lab";
const MAY_BE_NEWER: &str =
    "it may be of a newer version: reload the page, or choose another .safetensors file";
/// Python's `save_file(load_file(f), f)` keeps the tensors and drops the metadata.
pub(crate) const SAVE_WITH_METADATA: &str = "save_file(tensors, \"new.safetensors\", \
     metadata=safe_open(\"original.safetensors\", \"pt\").metadata())";

impl Error {
    /// A `name` that is no whole number between two bounds, both allowed.
    pub(crate) fn not_whole(name: &str, min: usize, max: usize, found: f64) -> Self {
        Self::NotWhole {
            name: name.into(),
            min: min as f64,
            max: max as f64,
            found,
        }
    }
}

/// Checks the length of a slice argument.
pub(crate) fn check_length(name: &str, expected: usize, found: usize) -> Result<()> {
    if expected == found {
        return Ok(());
    }
    Err(Error::Length {
        name: name.into(),
        expected,
        found,
    })
}

/// A number as JavaScript writes it.
fn shown(value: f64) -> String {
    if value.is_infinite() {
        let sign = if value < 0.0 { "-" } else { "" };
        return format!("{sign}Infinity");
    }
    if value.is_finite() && value.abs() >= 1e15 {
        return format!("{value:e}");
    }
    value.to_string()
}

impl std::fmt::Display for IdxKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.items())
    }
}

impl std::fmt::Display for IdxAxis {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Rows => "rows",
            Self::Columns => "columns",
        })
    }
}

#[cfg(test)]
#[path = "error_tests.rs"]
mod tests;
