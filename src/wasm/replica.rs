//! Steps that several workers share, as JavaScript sees them: what the lead hands out, and the helpers' side.

use js_sys::{Float32Array, Reflect, Uint8Array};
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;

use super::arguments::{self, Floats, Gradients};
use super::{from_js, malformed, object, raise, to_js};
use crate::data::PIXELS;
use crate::error::{self, Error, check_length};
use crate::kernels::Losses;
use crate::model::VaeConfig;
use crate::training::{
    Batch, EngineState, FusedEngine, Share, StepSettings, TrainingConfig, TrainingSession,
};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(typescript_type = "Share")]
    pub type ShareObject;
    #[wasm_bindgen(typescript_type = "ReplicaState")]
    pub type StateObject;
}

/// A helper's copy of the model: it computes the gradients of its share of every batch and makes the same updates as the
/// lead's `Lab`.
#[wasm_bindgen]
pub struct Replica {
    engine: FusedEngine,
    model: VaeConfig,
    settings: Option<StepSettings>,
    x: Vec<f32>,
    labels: Vec<u8>,
    eps: Vec<f32>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Head {
    batch_images: usize,
    settings: StepSettings,
}

#[wasm_bindgen]
impl Replica {
    /// A copy of what [`state_object`] was made of.
    #[wasm_bindgen(constructor)]
    pub fn new(state: &StateObject) -> Result<Self, JsValue> {
        let config: TrainingConfig = from_js(field(state, "config")?, "config")?;
        config.validate().map_err(raise)?;
        let parameters = config.model.parameter_count();
        let numbers = |name: &'static str| {
            let values = arguments::floats(name, &field(state, name)?)?;
            check_length(name, parameters, values.len()).map_err(raise)?;
            Ok::<_, JsValue>(values)
        };
        let updates = field(state, "updates")?.as_f64().unwrap_or(f64::NAN);
        let updates = arguments::whole("updates", updates, 0, u32::MAX - 1)?;
        let state = EngineState {
            parameters: numbers("parameters")?,
            first_moment: numbers("firstMoment")?,
            second_moment: numbers("secondMoment")?,
            updates: updates.into(),
        };
        Ok(Self {
            engine: FusedEngine::new(&config.model, state, 1),
            model: config.model,
            settings: None,
            x: Vec::new(),
            labels: Vec::new(),
            eps: Vec::new(),
        })
    }

    /// The gradients of a share, and its losses, which [`read_losses`] understands.
    pub fn gradients(&mut self, share: &ShareObject) -> Result<Vec<f64>, JsValue> {
        let head: Head = from_js(field(share, "head")?, "head")?;
        self.labels = arguments::bytes("labels", &field(share, "labels")?)?;
        read_numbers("x", &field(share, "x")?, &mut self.x)?;
        read_numbers("eps", &field(share, "eps")?, &mut self.eps)?;
        self.check_share(head.batch_images).map_err(raise)?;
        let share = Batch {
            x: &self.x,
            labels: &self.labels,
            eps: &self.eps,
        };
        let losses = self
            .engine
            .gradients(share, head.batch_images, &head.settings);
        self.settings = Some(head.settings);
        Ok(write_losses(&losses))
    }

    /// Copies the gradients out.
    #[wasm_bindgen(js_name = "copyGradients")]
    pub fn copy_gradients(&self, into: &Floats) -> Result<(), JsValue> {
        copy_gradients(&self.engine, into)
    }

    /// The update, by these gradients and those of all others in their order.
    pub fn update(&mut self, index: f64, others: &Gradients) -> Result<(), JsValue> {
        let others = read_gradients(others, self.model.parameter_count())?;
        let index = arguments::whole("index", index, 0, others.len() as u32)? as usize;
        let none = || raise(Error::NoGradients {});
        let settings = self.settings.take().ok_or_else(none)?;
        self.engine
            .update_with(&settings, index, others.len(), reader(&others));
        Ok(())
    }
}

impl Replica {
    /// Checks that what has been read is a share of so many images.
    fn check_share(&self, batch_images: usize) -> error::Result<()> {
        let images = self.x.len() / PIXELS;
        check_length("x", images * PIXELS, self.x.len())?;
        check_length("eps", images * self.model.latent_dim, self.eps.len())?;
        let labels = if self.model.conditional { images } else { 0 };
        check_length("labels", labels, self.labels.len())?;
        if batch_images < images.max(1) {
            return Err(Error::NotWholeFrom {
                name: "batchImages".into(),
                min: images.max(1) as f64,
                found: batch_images as f64,
            });
        }
        self.labels
            .iter()
            .try_for_each(|&label| self.model.check_label("labels", label))
    }
}

/// What a helper needs to take part in a run.
pub(super) fn state_object(session: &TrainingSession) -> Result<StateObject, JsValue> {
    let state = session.state().map_err(raise)?;
    let array = |values: &[f32]| Float32Array::from(values).into();
    object([
        ("config", to_js(session.config())?),
        ("parameters", array(&state.parameters)),
        ("firstMoment", array(&state.first_moment)),
        ("secondMoment", array(&state.second_moment)),
        ("updates", (state.updates as f64).into()),
    ])
}

/// What a helper needs for one step.
pub(super) fn share_object(share: &Share<'_>) -> Result<ShareObject, JsValue> {
    let head = Head {
        batch_images: share.batch_images,
        settings: share.settings,
    };
    object([
        ("head", to_js(&head)?),
        ("x", Float32Array::from(share.batch.x).into()),
        ("labels", Uint8Array::from(share.batch.labels).into()),
        ("eps", Float32Array::from(share.batch.eps).into()),
    ])
}

/// Losses cross as a few numbers, which add up over the workers.
pub(super) fn write_losses(losses: &Losses) -> Vec<f64> {
    vec![losses.recon, losses.kl, losses.priced_kl]
}

pub(super) fn read_losses(numbers: &[f64]) -> Result<Losses, JsValue> {
    let &[recon, kl, priced_kl] = numbers else {
        return Err(raise(Error::Length {
            name: "losses".into(),
            expected: 3,
            found: numbers.len(),
        }));
    };
    Ok(Losses {
        recon,
        kl,
        priced_kl,
    })
}

pub(super) fn copy_gradients(engine: &FusedEngine, into: &Floats) -> Result<(), JsValue> {
    let into = arguments::float_array("into", into)?;
    let gradients = engine.gradient();
    check_length("into", gradients.len(), into.length() as usize).map_err(raise)?;
    into.copy_from(gradients);
    Ok(())
}

/// Checks that there is a gradient for every parameter.
pub(super) fn read_gradients(
    others: &Gradients,
    parameters: usize,
) -> Result<Vec<Float32Array>, JsValue> {
    let others = arguments::float_arrays("others", others)?;
    for gradients in &others {
        check_length("gradients", parameters, gradients.length() as usize).map_err(raise)?;
    }
    Ok(others)
}

/// Copies pieces of the others' gradients into the module's memory.
pub(super) fn reader(others: &[Float32Array]) -> impl FnMut(usize, usize, &mut [f32]) + '_ {
    |other, start, into| {
        let (start, end) = (start as u32, (start + into.len()) as u32);
        others[other].subarray(start, end).copy_to(into);
    }
}

/// Reads numbers into memory that is kept from step to step.
fn read_numbers(name: &str, from: &JsValue, into: &mut Vec<f32>) -> Result<(), JsValue> {
    let from = arguments::float_array(name, from)?;
    into.resize(from.length() as usize, 0.0);
    from.copy_to(into);
    Ok(())
}

fn field(object: &JsValue, name: &str) -> Result<JsValue, JsValue> {
    Reflect::get(object, &name.into()).map_err(|error| malformed(name, format!("{error:?}")))
}
