//! The laboratory as JavaScript sees it: one object that owns the data and the run.

use js_sys::{Float32Array, Reflect, Uint8Array};
use serde::Serialize;
use wasm_bindgen::prelude::*;
use web_sys::OffscreenCanvas;

use super::data_part::{DataPart, PartStatus};
use super::paint::paint_grid;
use super::replica::{self, Gradients, ShareObject, StateObject};
use super::{ConfigObject, from_js, object, raise, read_config, to_js};
use crate::classifier::{Classifier, SampleQuality, label_agreement, sample_quality};
use crate::data::{CLASSES, Digit, Digits, PIXELS, Split};
use crate::error::{self, Error, check_length};
use crate::sampling::{self, scale};
use crate::training::{
    Codes, Evaluation, EvaluationRequest, LiveChange, StepMetrics, TrainingConfig, TrainingSession,
};

/// The most images in a grid.
const MAX_IMAGES: usize = 10_000;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(typescript_type = "DataPart")]
    pub type PartName;
    #[wasm_bindgen(typescript_type = "DataStatus")]
    pub type StatusObject;
    #[wasm_bindgen(typescript_type = "DigitImage")]
    pub type DigitObject;
    #[wasm_bindgen(typescript_type = "\"train\" | \"test\"")]
    pub type FileName;
    #[wasm_bindgen(typescript_type = "LiveChange")]
    pub type ChangeObject;
    #[wasm_bindgen(typescript_type = "RunStatus")]
    pub type RunStatusObject;
    #[wasm_bindgen(typescript_type = "StepMetrics | undefined")]
    pub type MetricsObject;
    #[wasm_bindgen(typescript_type = "TrainingSlice")]
    pub type SliceObject;
    #[wasm_bindgen(typescript_type = "EvaluationRequest")]
    pub type RequestObject;
    #[wasm_bindgen(typescript_type = "EvaluationProgress")]
    pub type ProgressObject;
    #[wasm_bindgen(typescript_type = "Codes")]
    pub type CodesObject;
    #[wasm_bindgen(typescript_type = "Reconstruction")]
    pub type ReconstructionObject;
    #[wasm_bindgen(typescript_type = "SampleQuality")]
    pub type QualityObject;
}

/// Data and run. A method that throws has changed nothing.
#[wasm_bindgen]
pub struct Lab {
    train: Digits,
    test: Digits,
    session: Option<TrainingSession>,
    evaluation: Option<Evaluation>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DataStatus {
    train_images: PartStatus,
    train_labels: PartStatus,
    test_images: PartStatus,
    test_labels: PartStatus,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Quality {
    samples: usize,
    agreement: Option<f64>,
    #[serde(flatten)]
    quality: SampleQuality,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RunStatus {
    step: u64,
    epoch: f64,
    step_in_epoch: usize,
    steps_per_epoch: Option<usize>,
    images_seen: u64,
    parameters: usize,
}

#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct TrainingSlice {
    steps: u32,
    elapsed_ms: f64,
    waiting: bool,
    points: Vec<StepMetrics>,
    last: Option<StepMetrics>,
    evaluation_due: bool,
}

#[wasm_bindgen]
impl Lab {
    /// No data, no run.
    #[wasm_bindgen(constructor)]
    #[allow(clippy::new_without_default)] // JavaScript has no Default.
    pub fn new() -> Self {
        Self {
            train: Digits::new("training"),
            test: Digits::new("test"),
            session: None,
            evaluation: None,
        }
    }

    /// Takes the next inflated bytes of one of the IDX files.
    #[wasm_bindgen(js_name = "pushData")]
    pub fn push_data(&mut self, part: PartName, bytes: &[u8]) -> Result<(), JsError> {
        let part: DataPart = from_js(part.into(), "part")?;
        part.of(&mut self.train, &mut self.test)
            .push(bytes)
            .map_err(raise)
    }

    /// Says that a file has arrived whole; throws if it has not.
    #[wasm_bindgen(js_name = "finishData")]
    pub fn finish_data(&mut self, part: PartName) -> Result<(), JsError> {
        let part: DataPart = from_js(part.into(), "part")?;
        part.of(&mut self.train, &mut self.test)
            .finish()
            .map_err(raise)
    }

    /// Forgets what has arrived of a file, before it is sent again.
    #[wasm_bindgen(js_name = "clearData")]
    pub fn clear_data(&mut self, part: PartName) -> Result<(), JsError> {
        let part: DataPart = from_js(part.into(), "part")?;
        part.of(&mut self.train, &mut self.test).clear();
        Ok(())
    }

    /// How much of each file has arrived.
    #[wasm_bindgen(js_name = "dataStatus")]
    pub fn data_status(&self) -> Result<StatusObject, JsError> {
        to_js(&DataStatus {
            train_images: (&self.train.images).into(),
            train_labels: (&self.train.labels).into(),
            test_images: (&self.test.images).into(),
            test_labels: (&self.test.labels).into(),
        })
    }

    /// One image of the training or the test file.
    pub fn digit(&self, file: FileName, index: usize) -> Result<DigitObject, JsError> {
        let split: Split = from_js(file.into(), "file")?;
        let digits = if split == Split::Test {
            &self.test
        } else {
            &self.train
        };
        let image = digits.image(index).ok_or_else(|| {
            let received = digits.images.received();
            JsError::new(&format!(
                "index must be below {received}, the number of images here, got {index}"
            ))
        })?;
        let label = digits.label(index).map_or(JsValue::NULL, JsValue::from);
        object([("pixels", Uint8Array::from(image).into()), ("label", label)])
    }

    /// Starts a new run.
    pub fn start(&mut self, config: ConfigObject) -> Result<(), JsError> {
        self.session = Some(TrainingSession::new(read_config(config)?).map_err(raise)?);
        self.evaluation = None;
        Ok(())
    }

    /// Whether there is a run.
    #[wasm_bindgen(js_name = "hasSession")]
    pub fn has_session(&self) -> bool {
        self.session.is_some()
    }

    /// The settings of the run.
    pub fn config(&self) -> Result<ConfigObject, JsError> {
        to_js(self.session()?.config())
    }

    /// Changes what may change while training.
    #[wasm_bindgen(js_name = "setHyper")]
    pub fn set_hyper(&mut self, change: ChangeObject) -> Result<(), JsError> {
        let change: LiveChange = from_js(change.into(), "change")?;
        self.session_mut()?.change(change).map_err(raise)
    }

    /// Where the run stands.
    pub fn status(&self) -> Result<RunStatusObject, JsError> {
        let session = self.session()?;
        let (config, progress) = (session.config(), session.progress());
        let per_epoch = progress.images.unwrap_or(0) as u64;
        to_js(&RunStatus {
            step: progress.step,
            epoch: progress.epochs(),
            step_in_epoch: progress.position.div_ceil(config.batch_size),
            steps_per_epoch: session.steps_per_epoch(),
            images_seen: u64::from(progress.epoch) * per_epoch + progress.position as u64,
            parameters: config.model.parameter_count(),
        })
    }

    /// One update; `undefined` if the images that it needs have not arrived yet.
    pub fn step(&mut self) -> Result<MetricsObject, JsError> {
        let session = self.session.as_mut().ok_or_else(no_session)?;
        match session.step(&self.train).map_err(raise)? {
            Some(metrics) => to_js(&metrics),
            None => Ok(JsValue::UNDEFINED.unchecked_into()),
        }
    }

    /// Begins an update that several workers share; false if the images that it needs have not arrived yet.
    #[wasm_bindgen(js_name = "beginStep")]
    pub fn begin_step(&mut self) -> Result<bool, JsError> {
        let session = self.session.as_mut().ok_or_else(no_session)?;
        session.begin_step(&self.train).map_err(raise)
    }

    /// What one of `count` workers takes of the step that has begun.
    pub fn share(&self, index: usize, count: usize) -> Result<ShareObject, JsError> {
        replica::share_object(&self.session()?.share(index, count).map_err(raise)?)
    }

    /// Computes the gradients of a share; gives its losses.
    pub fn gradients(&mut self, index: usize, count: usize) -> Result<Vec<f64>, JsError> {
        let losses = self.session_mut()?.gradients(index, count).map_err(raise)?;
        Ok(replica::write_losses(&losses))
    }

    /// Copies the gradients out.
    #[wasm_bindgen(js_name = "copyGradients")]
    pub fn copy_gradients(&mut self, into: &Float32Array) -> Result<(), JsError> {
        replica::copy_gradients(self.session_mut()?.fused().map_err(raise)?, into)
    }

    /// The update, by the gradients of the first share and those of all others in their order, and the sum of all losses.
    /// Gives what `trainFor` gives for a slice of one step.
    #[wasm_bindgen(js_name = "finishStep")]
    pub fn finish_step(
        &mut self,
        others: Gradients,
        losses: &[f64],
    ) -> Result<SliceObject, JsError> {
        let session = self.session_mut()?;
        let others = replica::read_gradients(others, session.config().model.parameter_count())?;
        let losses = replica::read_losses(losses)?;
        let metrics = session.finish_step(&losses, others.len(), replica::reader(&others));
        to_js(&TrainingSlice {
            steps: 1,
            last: Some(metrics.map_err(raise)?),
            points: session.take_point().into_iter().collect(),
            evaluation_due: session.evaluation_due(),
            ..TrainingSlice::default()
        })
    }

    /// All that a helper needs to take part from the next step on. The first step of a run may still change its start, so
    /// it comes before this.
    #[wasm_bindgen(js_name = "replicaState")]
    pub fn replica_state(&self) -> Result<StateObject, JsError> {
        replica::state_object(self.session()?)
    }

    /// Trains for about `budget_ms` milliseconds, at least one step; stops early where an evaluation is due.
    #[wasm_bindgen(js_name = "trainFor")]
    pub fn train_for(&mut self, budget_ms: f64) -> Result<SliceObject, JsError> {
        let session = self.session.as_mut().ok_or_else(no_session)?;
        let clock = clock()?;
        let start = clock.now();
        let mut slice = TrainingSlice::default();
        loop {
            let Some(metrics) = session.step(&self.train).map_err(raise)? else {
                slice.waiting = true;
                break;
            };
            slice.steps += 1;
            slice.last = Some(metrics);
            slice.points.extend(session.take_point());
            slice.evaluation_due = session.evaluation_due();
            if slice.evaluation_due || clock.now() - start >= budget_ms {
                break;
            }
        }
        slice.elapsed_ms = clock.now() - start;
        to_js(&slice)
    }

    /// Starts an evaluation; it ends one that is under way.
    #[wasm_bindgen(js_name = "beginEvaluation")]
    pub fn begin_evaluation(&mut self, request: RequestObject) -> Result<(), JsError> {
        let request: EvaluationRequest = from_js(request.into(), "request")?;
        let begun = self
            .session()?
            .begin_evaluation(request, &self.train, &self.test);
        self.evaluation = Some(begun.map_err(raise)?);
        Ok(())
    }

    /// Evaluates for about `budget_ms` milliseconds.
    #[wasm_bindgen(js_name = "advanceEvaluation")]
    pub fn advance_evaluation(&mut self, budget_ms: f64) -> Result<ProgressObject, JsError> {
        let session = self.session.as_mut().ok_or_else(no_session)?;
        let none = Error::State("there is no evaluation under way: call beginEvaluation first");
        let evaluation = self.evaluation.as_mut().ok_or_else(|| raise(none))?;
        let clock = clock()?;
        let start = clock.now();
        loop {
            let progress = session
                .advance_evaluation(evaluation, &self.train, &self.test)
                .map_err(raise)?;
            if progress.result.is_some() || clock.now() - start >= budget_ms {
                return to_js(&progress);
            }
        }
    }

    /// Images (`n * 784` bytes) to posterior parameters. A conditional model takes `n` labels too.
    pub fn encode(
        &mut self,
        pixels: &[u8],
        labels: Option<Box<[u8]>>,
    ) -> Result<CodesObject, JsError> {
        check_rows("pixels", PIXELS, pixels.len()).map_err(raise)?;
        let labels = self.check_labels(labels, pixels.len() / PIXELS)?;
        let x: Vec<f32> = pixels.iter().map(|&byte| f32::from(byte) / 255.0).collect();
        let codes = self.session_mut()?.engine().encode(&x, &labels);
        object(code_fields(&codes))
    }

    /// Codes (`n * latentDim` numbers) to images (`n * 784` bytes). A conditional model takes `n` labels too.
    pub fn decode(&mut self, z: &[f32], labels: Option<Box<[u8]>>) -> Result<Vec<u8>, JsError> {
        let latent = self.session()?.config().model.latent_dim;
        check_rows("z", latent, z.len()).map_err(raise)?;
        let labels = self.check_labels(labels, z.len() / latent)?;
        Ok(sampling::decode(self.session_mut()?.engine(), z, &labels))
    }

    /// A digit decoded from z = mu, with its posterior; recon, kl and elbo in nats, with z sampled. A conditional model
    /// that is given no label takes the one that explains the digit best.
    pub fn reconstruct(
        &mut self,
        pixels: &[u8],
        seed: u32,
        label: Option<u8>,
    ) -> Result<ReconstructionObject, JsError> {
        let digit = scale(&read_digit(pixels)?);
        let label = self.choose_label(&digit, label)?;
        let (session, config) = self.session_and_config()?;
        let made = sampling::reconstruct(session.engine(), &config.model, &digit, label, seed);
        let [mu, logvar] = code_fields(&made.codes);
        let label = if config.model.conditional {
            label.into()
        } else {
            JsValue::NULL
        };
        object([
            ("pixels", Uint8Array::from(made.pixels.as_slice()).into()),
            mu,
            logvar,
            ("recon", made.recon.into()),
            ("kl", made.kl.into()),
            ("elbo", (-(made.recon + made.kl)).into()),
            ("label", label),
        ])
    }

    /// `count` images decoded from codes drawn from the prior. A conditional model writes `label`, or without one the
    /// digits 0 to 9 by turns.
    #[wasm_bindgen(js_name = "samplePrior")]
    pub fn sample_prior(
        &mut self,
        count: usize,
        seed: u32,
        label: Option<u8>,
    ) -> Result<Vec<u8>, JsError> {
        check_count("count", count)?;
        check_label(label)?;
        let (session, config) = self.session_and_config()?;
        Ok(sampling::sample_prior(
            session.engine(),
            &config.model,
            count,
            seed,
            label,
        ))
    }

    /// How varied and legible `count` samples from the prior are, as a classifier (a safetensors file) reads them. For a
    /// conditional model, which writes the digits 0 to 9 by turns, `agreement` is the share that is read as asked.
    #[wasm_bindgen(js_name = "sampleQuality")]
    pub fn sample_quality(
        &mut self,
        classifier: &[u8],
        count: usize,
        seed: u32,
    ) -> Result<QualityObject, JsError> {
        let classifier = Classifier::load(classifier).map_err(raise)?;
        let images = self.sample_prior(count, seed, None)?;
        let images: Vec<f32> = images.iter().map(|&byte| f32::from(byte) / 255.0).collect();
        let labels: Vec<u8> = (0..count).map(|index| (index % CLASSES) as u8).collect();
        let conditional = self.session()?.config().model.conditional;
        to_js(&Quality {
            samples: count,
            agreement: conditional.then(|| label_agreement(&classifier, &images, &labels)),
            quality: sample_quality(&classifier, &images),
        })
    }

    /// `count` images decoded from codes drawn around a digit. `label` as in `reconstruct`.
    pub fn variations(
        &mut self,
        pixels: &[u8],
        count: usize,
        seed: u32,
        label: Option<u8>,
    ) -> Result<Vec<u8>, JsError> {
        check_count("count", count)?;
        let digit = scale(&read_digit(pixels)?);
        let label = self.choose_label(&digit, label)?;
        let (session, config) = self.session_and_config()?;
        Ok(sampling::variations(
            session.engine(),
            &config.model,
            &digit,
            label,
            count,
            seed,
        ))
    }

    /// Paints samples from the prior as a grid. `label` as in `samplePrior`.
    #[wasm_bindgen(js_name = "paintSamples")]
    pub fn paint_samples(
        &mut self,
        canvas: &OffscreenCanvas,
        columns: usize,
        rows: usize,
        seed: u32,
        label: Option<u8>,
    ) -> Result<(), JsError> {
        let images = self.sample_prior(columns.saturating_mul(rows), seed, label)?;
        paint_grid(canvas, columns, rows, &images)
    }

    /// Paints variations of a digit as a grid. `label` as in `reconstruct`.
    #[wasm_bindgen(js_name = "paintVariations")]
    pub fn paint_variations(
        &mut self,
        canvas: &OffscreenCanvas,
        columns: usize,
        rows: usize,
        pixels: &[u8],
        seed: u32,
        label: Option<u8>,
    ) -> Result<(), JsError> {
        let images = self.variations(pixels, columns.saturating_mul(rows), seed, label)?;
        paint_grid(canvas, columns, rows, &images)
    }

    /// Paints decoded codes (`columns * rows * latentDim` numbers, row by row) as a grid. `labels` as in `decode`.
    #[wasm_bindgen(js_name = "paintCodes")]
    pub fn paint_codes(
        &mut self,
        canvas: &OffscreenCanvas,
        columns: usize,
        rows: usize,
        z: &[f32],
        labels: Option<Box<[u8]>>,
    ) -> Result<(), JsError> {
        let images = columns.saturating_mul(rows);
        check_count("columns * rows", images)?;
        let latent = self.session()?.config().model.latent_dim;
        check_length("z", images * latent, z.len()).map_err(raise)?;
        let images = self.decode(z, labels)?;
        paint_grid(canvas, columns, rows, &images)
    }

    /// The model alone in half precision, as it is shipped with the page.
    #[wasm_bindgen(js_name = "exportModel")]
    pub fn export_model(&self) -> Result<Vec<u8>, JsError> {
        self.session()?.export().map_err(raise)
    }

    /// The whole run as a safetensors file.
    #[wasm_bindgen(js_name = "saveCheckpoint")]
    pub fn save_checkpoint(&self) -> Result<Vec<u8>, JsError> {
        self.session()?.save().map_err(raise)
    }

    /// Takes up the run of such a file.
    #[wasm_bindgen(js_name = "loadCheckpoint")]
    pub fn load_checkpoint(&mut self, bytes: &[u8]) -> Result<(), JsError> {
        self.session = Some(TrainingSession::load(bytes).map_err(raise)?);
        self.evaluation = None;
        Ok(())
    }
}

impl Lab {
    /// One label a row for a conditional model, none for others.
    fn check_labels(&self, labels: Option<Box<[u8]>>, rows: usize) -> Result<Box<[u8]>, JsError> {
        let labels = labels.unwrap_or_default();
        let expected = if self.session()?.config().model.conditional {
            rows
        } else {
            0
        };
        check_length("labels", expected, labels.len()).map_err(raise)?;
        labels
            .iter()
            .try_for_each(|&label| check_label(Some(label)))?;
        Ok(labels)
    }

    fn choose_label(&mut self, digit: &[f32], label: Option<u8>) -> Result<u8, JsError> {
        check_label(label)?;
        let (session, config) = self.session_and_config()?;
        Ok(match label {
            Some(label) => label,
            None if config.model.conditional => {
                sampling::best_label(session.engine(), &config.model, digit)
            }
            None => 0,
        })
    }

    fn session(&self) -> Result<&TrainingSession, JsError> {
        self.session.as_ref().ok_or_else(no_session)
    }

    fn session_mut(&mut self) -> Result<&mut TrainingSession, JsError> {
        self.session.as_mut().ok_or_else(no_session)
    }

    fn session_and_config(&mut self) -> Result<(&mut TrainingSession, TrainingConfig), JsError> {
        let session = self.session_mut()?;
        let config = session.config().clone();
        Ok((session, config))
    }
}

fn no_session() -> JsError {
    raise(Error::State(
        "there is no model yet: call start or loadCheckpoint first",
    ))
}

fn read_digit(pixels: &[u8]) -> Result<Digit, JsError> {
    check_length("pixels", PIXELS, pixels.len()).map_err(raise)?;
    let mut digit = [0; PIXELS];
    digit.copy_from_slice(pixels);
    Ok(digit)
}

/// Checks that a flat array holds whole rows of `width` values.
fn check_rows(name: &'static str, width: usize, found: usize) -> error::Result<()> {
    if found.is_multiple_of(width) && found > 0 {
        return Ok(());
    }
    Err(Error::Length {
        name,
        expected: format!("a positive multiple of {width}"),
        found,
    })
}

fn check_label(label: Option<u8>) -> Result<(), JsError> {
    match label {
        Some(label) if usize::from(label) >= CLASSES => Err(raise(Error::hyper_parameter(
            "label",
            "a whole number from 0 to 9",
            label,
        ))),
        _ => Ok(()),
    }
}

fn check_count(name: &str, count: usize) -> Result<(), JsError> {
    if (1..=MAX_IMAGES).contains(&count) {
        return Ok(());
    }
    Err(raise(Error::hyper_parameter(
        name,
        format!("a whole number from 1 to {MAX_IMAGES}"),
        count,
    )))
}

fn code_fields(codes: &Codes) -> [(&'static str, JsValue); 2] {
    let array = |values: &[f32]| Float32Array::from(values).into();
    [("mu", array(&codes.mu)), ("logvar", array(&codes.logvar))]
}

/// The clock of the worker that we run in, or of the page.
fn clock() -> Result<web_sys::Performance, JsError> {
    let performance = Reflect::get(&js_sys::global(), &"performance".into());
    let performance = performance.ok().and_then(|value| value.dyn_into().ok());
    performance
        .ok_or_else(|| JsError::new("the browser must give a clock (performance), and does not"))
}
