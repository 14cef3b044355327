//! Arguments as JavaScript gives them, checked before anything is done.
//!
//! Numbers come as `f64`: as integers, NaN would arrive as 0 and the byte 300 as 44, without a word. Arrays come as they
//! are: what an exception unwinds inside the module stays borrowed for ever.

use js_sys::{Array, Float32Array, Reflect, Symbol, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::OffscreenCanvas;

use super::raise;
use crate::error::Error;

/// The most images in a grid, or of one request for samples.
const MAX_IMAGES: usize = 10_000;
/// The most images in a row or a column of a grid: browsers refuse canvases of more than some 16,000 pixels.
const MAX_SIDE: usize = 500;

#[wasm_bindgen]
extern "C" {
    /// Bytes, of whatever they are.
    #[wasm_bindgen(typescript_type = "Uint8Array")]
    pub type Bytes;
    /// Numbers in single precision.
    #[wasm_bindgen(typescript_type = "Float32Array")]
    pub type Floats;
    /// Where a grid is painted.
    #[wasm_bindgen(typescript_type = "OffscreenCanvas")]
    pub type Canvas;
    /// The gradients of several workers.
    #[wasm_bindgen(typescript_type = "Float32Array[]")]
    pub type Gradients;
}

/// A whole number between two bounds, both allowed.
pub fn whole(name: &str, value: f64, min: u32, max: u32) -> Result<u32, JsValue> {
    // A comparison with NaN is false: NaN is refused too.
    if value.fract() == 0.0 && (f64::from(min)..=f64::from(max)).contains(&value) {
        return Ok(value as u32);
    }
    let (min, max) = (min as usize, max as usize);
    Err(raise(Error::not_whole(name, min, max, value)))
}

/// The seed of what is drawn.
pub fn seed(value: f64) -> Result<u32, JsValue> {
    whole("seed", value, 0, u32::MAX)
}

/// How many images are asked for.
pub fn count(value: f64) -> Result<usize, JsValue> {
    whole("count", value, 1, MAX_IMAGES as u32).map(|count| count as usize)
}

/// The columns and rows of a grid.
pub fn grid(columns: f64, rows: f64) -> Result<(usize, usize), JsValue> {
    let side = |name, value| whole(name, value, 1, MAX_SIDE as u32).map(|side| side as usize);
    let (columns, rows) = (side("columns", columns)?, side("rows", rows)?);
    whole(
        "columns * rows",
        (columns * rows) as f64,
        1,
        MAX_IMAGES as u32,
    )?;
    Ok((columns, rows))
}

/// How long a call may take.
pub fn budget(value: f64) -> Result<f64, JsValue> {
    if value >= 0.0 && value.is_finite() {
        return Ok(value);
    }
    Err(raise(Error::NotMilliseconds {
        name: "budgetMs".into(),
        found: value,
    }))
}

/// A copy of bytes.
pub fn bytes(name: &str, value: &JsValue) -> Result<Vec<u8>, JsValue> {
    let array = value.dyn_ref::<Uint8Array>();
    let array = array.ok_or_else(|| wrong_type(name, "Uint8Array", value))?;
    Ok(array.to_vec())
}

/// A copy of numbers.
pub fn floats(name: &str, value: &JsValue) -> Result<Vec<f32>, JsValue> {
    float_array(name, value).map(Float32Array::to_vec)
}

/// An array of numbers, as it is.
pub fn float_array<'a>(name: &str, value: &'a JsValue) -> Result<&'a Float32Array, JsValue> {
    let array = value.dyn_ref::<Float32Array>();
    array.ok_or_else(|| wrong_type(name, "Float32Array", value))
}

/// An array of arrays of numbers.
pub fn float_arrays(name: &str, value: &JsValue) -> Result<Vec<Float32Array>, JsValue> {
    if !Array::is_array(value) {
        return Err(wrong_type(name, "Float32Array[]", value));
    }
    let arrays: &Array = value.unchecked_ref();
    let item = |item: JsValue| float_array(name, &item).cloned();
    arrays.iter().map(item).collect()
}

/// A canvas to paint on.
pub fn canvas(value: &JsValue) -> Result<&OffscreenCanvas, JsValue> {
    let canvas = value.dyn_ref::<OffscreenCanvas>();
    canvas.ok_or_else(|| wrong_type("canvas", "OffscreenCanvas", value))
}

fn wrong_type(name: &str, expected: &str, value: &JsValue) -> JsValue {
    raise(Error::WrongType {
        name: name.into(),
        expected: expected.into(),
        found: kind(value),
    })
}

/// What kind of value it is: "Float32Array", "undefined".
fn kind(value: &JsValue) -> String {
    let tag = Reflect::get(value, &Symbol::to_string_tag());
    let tag = tag.ok().and_then(|tag| tag.as_string());
    tag.or_else(|| value.js_typeof().as_string())
        .unwrap_or_default()
}
