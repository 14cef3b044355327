//! The laboratory as JavaScript sees it: one object that owns the data and the run.

use js_sys::{Reflect, Uint8Array};
use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::arguments::{self, Bytes, Floats, Gradients};
use super::data_part::{DataPart, PartStatus};
use super::replica::{self, ShareObject, StateObject};
use super::{ConfigObject, from_js, object, raise, read_config, to_js};
use crate::data::{Digits, Split};
use crate::error::Error;
use crate::training::{
    Evaluation, EvaluationRequest, LiveChange, StepMetrics, TrainingConfig, TrainingSession,
};

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
    #[wasm_bindgen(typescript_type = "LoadNotes")]
    pub type NotesObject;
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
            train: Digits::new("train"),
            test: Digits::new("test"),
            session: None,
            evaluation: None,
        }
    }

    /// Takes the next inflated bytes of one of the IDX files.
    #[wasm_bindgen(js_name = "pushData")]
    pub fn push_data(&mut self, part: PartName, bytes: &Bytes) -> Result<(), JsValue> {
        let part: DataPart = from_js(part.into(), "part")?;
        let bytes = arguments::bytes("bytes", bytes)?;
        part.of(&mut self.train, &mut self.test)
            .push(&bytes)
            .map_err(raise)
    }

    /// Says that a file has arrived whole; throws if it has not.
    #[wasm_bindgen(js_name = "finishData")]
    pub fn finish_data(&mut self, part: PartName) -> Result<(), JsValue> {
        let part: DataPart = from_js(part.into(), "part")?;
        part.of(&mut self.train, &mut self.test)
            .finish()
            .map_err(raise)
    }

    /// Forgets what has arrived of a file, before it is sent again. An evaluation on its images ends.
    #[wasm_bindgen(js_name = "clearData")]
    pub fn clear_data(&mut self, part: PartName) -> Result<(), JsValue> {
        let part: DataPart = from_js(part.into(), "part")?;
        part.of(&mut self.train, &mut self.test).clear();
        let evaluated = |evaluation: &mut Evaluation| part.belongs_to(evaluation.split());
        self.evaluation.take_if(evaluated);
        Ok(())
    }

    /// How much of each file has arrived.
    #[wasm_bindgen(js_name = "dataStatus")]
    pub fn data_status(&self) -> Result<StatusObject, JsValue> {
        to_js(&DataStatus {
            train_images: (&self.train.images).into(),
            train_labels: (&self.train.labels).into(),
            test_images: (&self.test.images).into(),
            test_labels: (&self.test.labels).into(),
        })
    }

    /// One image of the training or the test file.
    pub fn digit(&self, file: FileName, index: f64) -> Result<DigitObject, JsValue> {
        let digits = match from_js(file.into(), "file")? {
            Split::Train => &self.train,
            Split::Test => &self.test,
            Split::Validation => return Err(raise(Error::NoSuchFile {})),
        };
        let outside = || {
            raise(Error::NoSuchImage {
                received: digits.images.received(),
                found: index,
            })
        };
        let index = arguments::whole("index", index, 0, u32::MAX).map_err(|_| outside())? as usize;
        let image = digits.image(index).ok_or_else(outside)?;
        let label = digits.label(index).map_or(JsValue::NULL, JsValue::from);
        object([("pixels", Uint8Array::from(image).into()), ("label", label)])
    }

    /// Starts a new run.
    pub fn start(&mut self, config: ConfigObject) -> Result<(), JsValue> {
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
    pub fn config(&self) -> Result<ConfigObject, JsValue> {
        to_js(self.session()?.config())
    }

    /// Changes what may change while training.
    #[wasm_bindgen(js_name = "setHyper")]
    pub fn set_hyper(&mut self, change: ChangeObject) -> Result<(), JsValue> {
        let change: LiveChange = from_js(change.into(), "change")?;
        self.session_mut()?.change(change).map_err(raise)
    }

    /// Where the run stands.
    pub fn status(&self) -> Result<RunStatusObject, JsValue> {
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
    pub fn step(&mut self) -> Result<MetricsObject, JsValue> {
        let session = self.session.as_mut().ok_or_else(no_session)?;
        match session.step(&self.train).map_err(raise)? {
            Some(metrics) => to_js(&metrics),
            None => Ok(JsValue::UNDEFINED.unchecked_into()),
        }
    }

    /// Begins an update that several workers share; false if the images that it needs have not arrived yet.
    #[wasm_bindgen(js_name = "beginStep")]
    pub fn begin_step(&mut self) -> Result<bool, JsValue> {
        let session = self.session.as_mut().ok_or_else(no_session)?;
        session.begin_step(&self.train).map_err(raise)
    }

    /// What one of `count` workers takes of the step that has begun.
    pub fn share(&self, index: f64, count: f64) -> Result<ShareObject, JsValue> {
        let (index, count) = share_numbers(index, count)?;
        replica::share_object(&self.session()?.share(index, count).map_err(raise)?)
    }

    /// Computes the gradients of a share; gives its losses.
    pub fn gradients(&mut self, index: f64, count: f64) -> Result<Vec<f64>, JsValue> {
        let (index, count) = share_numbers(index, count)?;
        let losses = self.session_mut()?.gradients(index, count).map_err(raise)?;
        Ok(replica::write_losses(&losses))
    }

    /// Copies the gradients out.
    #[wasm_bindgen(js_name = "copyGradients")]
    pub fn copy_gradients(&mut self, into: &Floats) -> Result<(), JsValue> {
        replica::copy_gradients(self.session_mut()?.fused().map_err(raise)?, into)
    }

    /// The update, by the gradients of the first share and those of all others in their order, and the sum of all losses.
    /// Gives what `trainFor` gives for a slice of one step.
    #[wasm_bindgen(js_name = "finishStep")]
    pub fn finish_step(
        &mut self,
        others: &Gradients,
        losses: &[f64],
    ) -> Result<SliceObject, JsValue> {
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
    pub fn replica_state(&self) -> Result<StateObject, JsValue> {
        replica::state_object(self.session()?)
    }

    /// Trains for about `budget_ms` milliseconds, at least one step; stops early where an evaluation is due.
    #[wasm_bindgen(js_name = "trainFor")]
    pub fn train_for(&mut self, budget_ms: f64) -> Result<SliceObject, JsValue> {
        let budget_ms = arguments::budget(budget_ms)?;
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
    pub fn begin_evaluation(&mut self, request: RequestObject) -> Result<(), JsValue> {
        let request: EvaluationRequest = from_js(request.into(), "request")?;
        let begun = self
            .session()?
            .begin_evaluation(request, &self.train, &self.test);
        self.evaluation = Some(begun.map_err(raise)?);
        Ok(())
    }

    /// Evaluates for about `budget_ms` milliseconds.
    #[wasm_bindgen(js_name = "advanceEvaluation")]
    pub fn advance_evaluation(&mut self, budget_ms: f64) -> Result<ProgressObject, JsValue> {
        let budget_ms = arguments::budget(budget_ms)?;
        let session = self.session.as_mut().ok_or_else(no_session)?;
        let none = || raise(Error::NoEvaluation {});
        let evaluation = self.evaluation.as_mut().ok_or_else(none)?;
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

    /// The model alone in half precision, as it is shipped with the page.
    #[wasm_bindgen(js_name = "exportModel")]
    pub fn export_model(&self) -> Result<Vec<u8>, JsValue> {
        self.session()?.export().map_err(raise)
    }

    /// The whole run as a safetensors file.
    #[wasm_bindgen(js_name = "saveCheckpoint")]
    pub fn save_checkpoint(&self) -> Result<Vec<u8>, JsValue> {
        self.session()?.save().map_err(raise)
    }

    /// Takes up the run of such a file. Tells what the file lacked, and what it had beyond what this version knows.
    #[wasm_bindgen(js_name = "loadCheckpoint")]
    pub fn load_checkpoint(&mut self, bytes: &Bytes) -> Result<NotesObject, JsValue> {
        let bytes = arguments::bytes("bytes", bytes)?;
        let (session, notes) = TrainingSession::load_with_notes(&bytes).map_err(raise)?;
        let notes = to_js(&notes)?;
        self.session = Some(session);
        self.evaluation = None;
        Ok(notes)
    }
}

impl Lab {
    pub(super) fn session(&self) -> Result<&TrainingSession, JsValue> {
        self.session.as_ref().ok_or_else(no_session)
    }

    pub(super) fn session_mut(&mut self) -> Result<&mut TrainingSession, JsValue> {
        self.session.as_mut().ok_or_else(no_session)
    }

    pub(super) fn session_and_config(
        &mut self,
    ) -> Result<(&mut TrainingSession, TrainingConfig), JsValue> {
        let session = self.session_mut()?;
        let config = session.config().clone();
        Ok((session, config))
    }
}

fn no_session() -> JsValue {
    raise(Error::NoModel {})
}

/// The numbers of a share; the session knows which there are.
fn share_numbers(index: f64, count: f64) -> Result<(usize, usize), JsValue> {
    let number = |name, value| arguments::whole(name, value, 0, u32::MAX);
    Ok((
        number("index", index)? as usize,
        number("count", count)? as usize,
    ))
}

/// The clock of the worker that we run in, or of the page.
fn clock() -> Result<web_sys::Performance, JsValue> {
    let performance = Reflect::get(&js_sys::global(), &"performance".into());
    let performance = performance.ok().and_then(|value| value.dyn_into().ok());
    performance.ok_or_else(|| raise(Error::NoClock {}))
}
