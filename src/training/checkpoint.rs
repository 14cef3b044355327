//! A whole run in one safetensors file: weights and Adam's moments as tensors, everything else in the metadata.
//!
//! Parameters have their names in the module (`encoder.hidden.0.weight`, `[inputs, outputs]`); their moments have the
//! prefixes `adam.m.` and `adam.v.`. A file without moments is a model alone: training it on starts Adam afresh.

use std::collections::HashMap;

use half::f16;
use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use serde::{Deserialize, Serialize};

use super::{EngineState, Progress, TrainingConfig, TrainingSession};
use crate::error::{Error, Result};
use crate::model::Parameter;

/// The metadata key that holds everything but the tensors, as JSON.
const KEY: &str = "vae-lab";
const VERSION: u32 = 1;
const FIRST_MOMENT: &str = "adam.m.";
const SECOND_MOMENT: &str = "adam.v.";

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Header {
    version: u32,
    config: TrainingConfig,
    progress: Progress,
    updates: u64,
}

impl TrainingSession {
    /// The run as a safetensors file.
    ///
    /// # Errors
    ///
    /// The state cannot be read, or the file not be written.
    pub fn save(&self) -> Result<Vec<u8>> {
        let state = self.state()?;
        let specs = self.config().model.parameters();
        let bytes = [
            ("", &state.parameters),
            (FIRST_MOMENT, &state.first_moment),
            (SECOND_MOMENT, &state.second_moment),
        ]
        .map(|(prefix, values)| (prefix, little_endian(values)));
        let views = bytes.iter().flat_map(|(prefix, bytes)| {
            specs
                .iter()
                .map(move |spec| view(prefix, spec, Dtype::F32, bytes))
        });
        let views = views.collect::<Result<Vec<_>>>()?;
        safetensors::serialize(views, Some(self.metadata(state.updates)?)).map_err(unreadable)
    }

    /// The model alone, in half precision: what is shipped with the page. Training it on starts Adam afresh.
    ///
    /// # Errors
    ///
    /// The state cannot be read, or the file not be written.
    pub fn export(&self) -> Result<Vec<u8>> {
        let state = self.state()?;
        let bytes: Vec<u8> = state
            .parameters
            .iter()
            .flat_map(|&value| f16::from_f32(value).to_le_bytes())
            .collect();
        let specs = self.config().model.parameters();
        let views = specs
            .iter()
            .map(|spec| view("", spec, Dtype::F16, &bytes))
            .collect::<Result<Vec<_>>>()?;
        safetensors::serialize(views, Some(self.metadata(0)?)).map_err(unreadable)
    }

    /// Everything but the tensors.
    fn metadata(&self, updates: u64) -> Result<HashMap<String, String>> {
        let header = Header {
            version: VERSION,
            config: self.config().clone(),
            progress: self.progress().clone(),
            updates,
        };
        let json = serde_json::to_string(&header).map_err(unreadable)?;
        Ok(HashMap::from([(KEY.into(), json)]))
    }

    /// Takes up the run of a file made by [`TrainingSession::save`]: going on from it equals never having stopped.
    ///
    /// # Errors
    ///
    /// Bytes that are not such a file, a bad setting, or a tensor that is missing, of the wrong shape or not finite.
    pub fn load(bytes: &[u8]) -> Result<Self> {
        let header = read_header(bytes)?;
        let file = SafeTensors::deserialize(bytes).map_err(unreadable)?;
        let specs = header.config.model.parameters();
        let parameters = read_all(&file, &specs, "")?;
        let mut state = EngineState::fresh(parameters);
        if file
            .names()
            .iter()
            .any(|name| name.starts_with(FIRST_MOMENT))
        {
            state.first_moment = read_all(&file, &specs, FIRST_MOMENT)?;
            state.second_moment = read_all(&file, &specs, SECOND_MOMENT)?;
            state.updates = header.updates;
        }
        Ok(Self::resume(header.config, state, header.progress))
    }
}

fn read_header(bytes: &[u8]) -> Result<Header> {
    let (_, metadata) = SafeTensors::read_metadata(bytes).map_err(unreadable)?;
    let json = metadata
        .metadata()
        .as_ref()
        .and_then(|metadata| metadata.get(KEY));
    let json =
        json.ok_or_else(|| Error::Checkpoint(format!("its metadata has no entry \"{KEY}\"")))?;
    let header: Header = serde_json::from_str(json).map_err(unreadable)?;
    if header.version != VERSION {
        let reason = format!(
            "its version is {}, this page reads version {VERSION}",
            header.version
        );
        return Err(Error::Checkpoint(reason));
    }
    header.config.validate().map_err(unreadable)?;
    check_progress(&header)?;
    Ok(header)
}

fn check_progress(header: &Header) -> Result<()> {
    let Progress {
        position, images, ..
    } = header.progress;
    let whole_batches = position.is_multiple_of(header.config.batch_size);
    if position == 0 || whole_batches && images.is_some_and(|images| position < images) {
        return Ok(());
    }
    let images = images.map_or("no".into(), |images| images.to_string());
    Err(Error::Checkpoint(format!(
        "it stands at image {position} of an epoch of {images} images"
    )))
}

fn view<'a>(
    prefix: &str,
    spec: &Parameter,
    dtype: Dtype,
    bytes: &'a [u8],
) -> Result<(String, TensorView<'a>)> {
    let size = dtype.bitsize() / 8;
    let bytes = &bytes[spec.range.start * size..spec.range.end * size];
    let view = TensorView::new(dtype, spec.shape.clone(), bytes).map_err(unreadable)?;
    Ok((format!("{prefix}{}", spec.name), view))
}

fn read_all(file: &SafeTensors<'_>, specs: &[Parameter], prefix: &str) -> Result<Vec<f32>> {
    let mut values = Vec::new();
    for spec in specs {
        values.extend(read_tensor(
            file,
            &format!("{prefix}{}", spec.name),
            &spec.shape,
        )?);
    }
    Ok(values)
}

pub(crate) fn read_tensor(file: &SafeTensors<'_>, name: &str, shape: &[usize]) -> Result<Vec<f32>> {
    let tensor = file
        .tensor(name)
        .map_err(|_| Error::Checkpoint(format!("the tensor {name} is missing")))?;
    let values: Option<Vec<f32>> = match tensor.dtype() {
        _ if tensor.shape() != shape => None,
        Dtype::F32 => Some(words(tensor.data(), f32::from_le_bytes)),
        Dtype::F16 => Some(words(tensor.data(), |word| {
            f16::from_le_bytes(word).to_f32()
        })),
        _ => None,
    };
    let values = values.ok_or_else(|| {
        let (dtype, found) = (tensor.dtype(), tensor.shape());
        Error::Checkpoint(format!(
            "the tensor {name} must be F32 or F16 of shape {shape:?}, found {dtype} of shape {found:?}"
        ))
    })?;
    match values.iter().find(|value| !value.is_finite()) {
        Some(value) => Err(Error::Checkpoint(format!(
            "the tensor {name} must be finite, found {value}"
        ))),
        None => Ok(values),
    }
}

fn words<const N: usize>(bytes: &[u8], read: impl Fn([u8; N]) -> f32) -> Vec<f32> {
    bytes
        .as_chunks::<N>()
        .0
        .iter()
        .map(|&word| read(word))
        .collect()
}

fn little_endian(values: &[f32]) -> Vec<u8> {
    values
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect()
}

pub(crate) fn unreadable(error: impl std::fmt::Display) -> Error {
    Error::Checkpoint(error.to_string())
}
