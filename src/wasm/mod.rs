//! The boundary to JavaScript: the only user of wasm_bindgen, js_sys, web_sys and serde_wasm_bindgen.
//!
//! Every function is synchronous and returns its errors as JavaScript `Error`s with a code and its values through one funnel, [`raise`]. Pixels
//! cross as typed arrays; only small configurations and metrics are serialised. A panic is reported on the console and
//! traps: the instance must be thrown away then.

#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod arguments;
mod data_part;
mod lab;
mod paint;
mod pictures;
mod replica;

use js_sys::{Object, Reflect};
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::prelude::*;

use self::arguments::Bytes;
use crate::data::prepare_drawing;
use crate::error::Error;
use crate::training::{HYPER_PARAMETERS, TrainingConfig, presets};

/// The largest side of a drawing, pixels.
const MAX_PAD: u32 = 1 << 14;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = include_str!("types.d.ts");

#[wasm_bindgen]
extern "C" {
    /// A plain object whose form `types.d.ts` gives.
    #[wasm_bindgen(typescript_type = "TrainingConfig")]
    pub type ConfigObject;
    /// An array of presets.
    #[wasm_bindgen(typescript_type = "Preset[]")]
    pub type PresetArray;
    /// An array of hyper-parameters.
    #[wasm_bindgen(typescript_type = "HyperParameter[]")]
    pub type HyperParameterArray;
}

/// Sends panics to the console before they trap.
#[wasm_bindgen(start)]
fn start() {
    std::panic::set_hook(Box::new(|info| {
        web_sys::console::error_1(&info.to_string().into())
    }));
}

/// The version of this build.
#[wasm_bindgen]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").into()
}

/// Settings with a source, ready to train.
#[wasm_bindgen(js_name = "presets")]
pub fn all_presets() -> Result<PresetArray, JsValue> {
    to_js(&presets())
}

/// The fields of a configuration with their names and bounds.
#[wasm_bindgen(js_name = "hyperParameters")]
pub fn hyper_parameters() -> Result<HyperParameterArray, JsValue> {
    to_js(HYPER_PARAMETERS)
}

/// Checks a configuration and gives it back.
#[wasm_bindgen(js_name = "checkConfig")]
pub fn check_config(config: ConfigObject) -> Result<ConfigObject, JsValue> {
    to_js(&read_config(config)?)
}

/// Brings a drawing into MNIST's form: `width * height` bytes of ink (0 is paper) become 784 bytes; `undefined` if there
/// is no ink.
#[wasm_bindgen(js_name = "prepareDrawing")]
pub fn prepare_ink(ink: &Bytes, width: f64, height: f64) -> Result<Option<Vec<u8>>, JsValue> {
    let side = |name, value| arguments::whole(name, value, 0, MAX_PAD).map(|side| side as usize);
    let (width, height) = (side("width", width)?, side("height", height)?);
    let ink = arguments::bytes("ink", ink)?;
    Ok(prepare_drawing(&ink, width, height)
        .map_err(raise)?
        .map(Vec::from))
}

fn read_config(config: ConfigObject) -> Result<TrainingConfig, JsValue> {
    let config: TrainingConfig = from_js(config.into(), "config")?;
    config.validate().map_err(raise)?;
    Ok(config)
}

/// The one way in which errors leave.
fn raise(error: Error) -> JsValue {
    let thrown = js_sys::Error::new(&error.to_string());
    // `code` and `values`. No error has anything that could not be written.
    if let Ok(told) = error.serialize(&serializer()) {
        Object::assign(&thrown, told.unchecked_ref());
    }
    thrown.into()
}

fn serializer() -> serde_wasm_bindgen::Serializer {
    serde_wasm_bindgen::Serializer::json_compatible()
}

/// A small value as a plain JavaScript object; an absent one as `null`.
fn to_js<T: JsCast>(value: &(impl Serialize + ?Sized)) -> Result<T, JsValue> {
    let object = value.serialize(&serializer()).map_err(not_handed_over)?;
    Ok(object.unchecked_into())
}

fn from_js<T: DeserializeOwned>(value: JsValue, name: &str) -> Result<T, JsValue> {
    serde_wasm_bindgen::from_value(value).map_err(|error| malformed(name, error.to_string()))
}

fn malformed(name: &str, reason: String) -> JsValue {
    raise(Error::Malformed {
        name: name.into(),
        reason,
    })
}

fn not_handed_over(error: impl std::fmt::Debug) -> JsValue {
    raise(Error::NotHandedOver {
        reason: format!("{error:?}"),
    })
}

/// A plain object whose fields may be typed arrays, which serde would turn into lists of numbers.
fn object<T: JsCast, const N: usize>(fields: [(&str, JsValue); N]) -> Result<T, JsValue> {
    let object = Object::new();
    for (name, value) in fields {
        Reflect::set(&object, &name.into(), &value).map_err(not_handed_over)?;
    }
    Ok(object.unchecked_into())
}
