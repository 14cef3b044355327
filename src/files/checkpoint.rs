//! A whole run in one safetensors file: weights and Adam's moments as tensors, everything else in the metadata.
//!
//! Parameters have their names in the module (`encoder.hidden.0.weight`, `[inputs, outputs]`); their moments have the
//! prefixes `adam.m.` and `adam.v.`. A file without moments is a model alone: training it on starts Adam afresh.

use std::collections::{HashMap, HashSet};

use half::f16;
use safetensors::tensor::{Dtype, Metadata, SafeTensors, TensorView};

use super::settings::{self, Header, LoadNotes, VERSION};
use super::tensors::{self, SCALE, unwritable};
use crate::error::{Error, Result};
use crate::model::Parameter;
use crate::training::{EngineState, TrainingSession};

/// The metadata key that holds everything but the tensors, as JSON.
const KEY: &str = "vae-lab";
const FIRST_MOMENT: &str = "adam.m.";
const SECOND_MOMENT: &str = "adam.v.";
/// Tensors that every model has.
const OF_EVERY_MODEL: [&str; 2] = ["encoder.mu.weight", "decoder.output.weight"];

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
        safetensors::serialize(views, Some(self.metadata(state.updates)?)).map_err(unwritable)
    }

    /// The model alone, in half precision: what is shipped with the page. Training it on starts Adam afresh.
    ///
    /// # Errors
    ///
    /// The state cannot be read, a weight is beyond half precision, or the file cannot be written.
    pub fn export(&self) -> Result<Vec<u8>> {
        let parameters = self.state()?.parameters;
        let halves = parameters.iter().map(|&value| f16::from_f32(value));
        if halves.clone().any(|half| !half.is_finite()) {
            let max = f16::MAX.to_f64();
            return Err(Error::BeyondHalfPrecision { max });
        }
        let bytes: Vec<u8> = halves.flat_map(f16::to_le_bytes).collect();
        let specs = self.config().model.parameters();
        let views = specs
            .iter()
            .map(|spec| view("", spec, Dtype::F16, &bytes))
            .collect::<Result<Vec<_>>>()?;
        safetensors::serialize(views, Some(self.metadata(0)?)).map_err(unwritable)
    }

    /// The model alone, its matrices in eight bits with a scale a row, all else in half precision: half as long as [`Self::export`], for
    /// a first visit on a slow line. It is not quite the same model: `examples/quantise.rs` measures what that costs.
    ///
    /// # Errors
    ///
    /// The state cannot be read, or the file cannot be written.
    pub fn export_in_eight_bits(&self) -> Result<Vec<u8>> {
        let parameters = self.state()?.parameters;
        let mut tensors = Vec::new();
        for Parameter { name, shape, range } in self.config().model.parameters() {
            let values = &parameters[range];
            if let [_, columns] = shape[..] {
                let (whole, scales) = tensors::quantise(values, columns);
                let whole = whole.into_iter().map(i8::cast_unsigned).collect();
                let scale = (format!("{name}{SCALE}"), Dtype::F32, vec![scales.len()]);
                tensors.push((scale, little_endian(&scales)));
                tensors.push(((name.clone(), Dtype::I8, shape), whole));
            } else {
                let halves = values
                    .iter()
                    .flat_map(|&value| f16::from_f32(value).to_le_bytes());
                tensors.push(((name.clone(), Dtype::F16, shape), halves.collect()));
            }
        }
        let views = tensors.iter().map(|((name, dtype, shape), bytes)| {
            let view = TensorView::new(*dtype, shape.clone(), bytes).map_err(unwritable)?;
            Ok((name, view))
        });
        let views = views.collect::<Result<Vec<_>>>()?;
        safetensors::serialize(views, Some(self.metadata(0)?)).map_err(unwritable)
    }

    /// Everything but the tensors.
    fn metadata(&self, updates: u64) -> Result<HashMap<String, String>> {
        let header = Header {
            version: VERSION,
            config: self.config().clone(),
            progress: self.progress().clone(),
            updates,
        };
        let json = serde_json::to_string(&header).map_err(unwritable)?;
        Ok(HashMap::from([(KEY.into(), json)]))
    }

    /// Takes up the run of a file made by [`TrainingSession::save`]: going on from it equals never having stopped.
    ///
    /// # Errors
    ///
    /// Bytes that are not such a file, a bad setting, or a tensor that is missing, of the wrong shape or not finite.
    pub fn load(bytes: &[u8]) -> Result<Self> {
        Self::load_with_notes(bytes).map(|(session, _)| session)
    }

    /// Takes up a run, and tells what its file lacked or had beyond what this version knows.
    ///
    /// # Errors
    ///
    /// Those of [`TrainingSession::load`].
    pub fn load_with_notes(bytes: &[u8]) -> Result<(Self, LoadNotes)> {
        let (file, metadata) = tensors::open(bytes)?;
        let (header, mut notes) = settings::read(header_of(&file, &metadata)?)?;
        let specs = header.config.model.parameters();
        let mut state = EngineState::fresh(read_all(&file, &specs, "")?);
        if let Some(moments) = read_moments(&file, &specs, &mut notes)? {
            [state.first_moment, state.second_moment] = moments;
            state.updates = header.updates;
        }
        notes.unknown.extend(strangers(&file, &specs));
        let session = Self::resume(header.config, state, header.progress);
        Ok((session, notes))
    }
}

/// The text of the settings.
fn header_of<'a>(file: &SafeTensors<'_>, metadata: &'a Metadata) -> Result<&'a str> {
    let metadata = metadata.metadata().as_ref();
    if let Some(header) = metadata.and_then(|metadata| metadata.get(KEY)) {
        return Ok(header);
    }
    if OF_EVERY_MODEL.iter().all(|name| file.tensor(name).is_ok()) {
        return Err(Error::NoMetadata { key: KEY.into() });
    }
    let key = KEY.into();
    Err(match file.names().into_iter().min() {
        Some(tensor) => Error::OtherProgram {
            key,
            tensor: tensor.into(),
        },
        None => Error::NoTensors { key },
    })
}

/// Adam's moments, if the file has them and they can be gone on from.
fn read_moments(
    file: &SafeTensors<'_>,
    specs: &[Parameter],
    notes: &mut LoadNotes,
) -> Result<Option<[Vec<f32>; 2]>> {
    let is_moment = |name: &str| name.starts_with(FIRST_MOMENT) || name.starts_with(SECOND_MOMENT);
    if !file.names().into_iter().any(is_moment) {
        return Ok(None);
    }
    let first = read_all(file, specs, FIRST_MOMENT)?;
    let second = read_all(file, specs, SECOND_MOMENT)?;
    if let Some(&found) = second.iter().find(|&&value| value < 0.0) {
        return Err(Error::NegativeMoment {
            tensors: SECOND_MOMENT.into(),
            found,
        });
    }
    // Squared gradients of a millionth are zero in half precision. Adam divides by their root: its next step would be
    // thousands of times too long.
    let coarse = |spec: &Parameter| {
        let tensor = file.tensor(&format!("{SECOND_MOMENT}{}", spec.name));
        tensor.is_ok_and(|tensor| tensor.dtype() == Dtype::F16)
    };
    if specs.iter().any(coarse) {
        notes.missing.push("adam".into());
        return Ok(None);
    }
    Ok(Some([first, second]))
}

/// Tensors that have no place in the model.
fn strangers(file: &SafeTensors<'_>, specs: &[Parameter]) -> Vec<String> {
    let known: HashSet<&str> = specs.iter().map(|spec| spec.name.as_str()).collect();
    let is_known = |name: &&str| {
        let name = name.strip_suffix(SCALE).unwrap_or(name);
        let moment = name.strip_prefix(FIRST_MOMENT);
        let moment = moment.or_else(|| name.strip_prefix(SECOND_MOMENT));
        known.contains(moment.unwrap_or(name))
    };
    let mut strangers: Vec<String> = file
        .names()
        .into_iter()
        .filter(|name| !is_known(name))
        .map(str::to_owned)
        .collect();
    strangers.sort_unstable();
    strangers
}

fn view<'a>(
    prefix: &str,
    spec: &Parameter,
    dtype: Dtype,
    bytes: &'a [u8],
) -> Result<(String, TensorView<'a>)> {
    let size = dtype.bitsize() / 8;
    let bytes = &bytes[spec.range.start * size..spec.range.end * size];
    let view = TensorView::new(dtype, spec.shape.clone(), bytes).map_err(unwritable)?;
    Ok((format!("{prefix}{}", spec.name), view))
}

fn read_all(file: &SafeTensors<'_>, specs: &[Parameter], prefix: &str) -> Result<Vec<f32>> {
    let mut values = Vec::new();
    for spec in specs {
        let name = format!("{prefix}{}", spec.name);
        values.extend(tensors::read(file, &name, &spec.shape)?);
    }
    Ok(values)
}

fn little_endian(values: &[f32]) -> Vec<u8> {
    values
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect()
}
