//! Pictures that go to a canvas without a copy through JavaScript.

use wasm_bindgen::prelude::*;
use wasm_bindgen::{Clamped, JsCast};
use web_sys::{ImageData, OffscreenCanvas, OffscreenCanvasRenderingContext2d};

use super::raise;
use crate::data::SIDE;
use crate::error::Error;
use crate::sampling::tile;

/// Paints images of 28 x 28 bytes as a grid; the canvas takes the grid's native size.
pub fn paint_grid(
    canvas: &OffscreenCanvas,
    (columns, rows): (usize, usize),
    images: &[u8],
) -> Result<(), JsValue> {
    let picture = tile(images, columns, rows);
    let (width, height) = ((columns * SIDE) as u32, (rows * SIDE) as u32);
    if (canvas.width(), canvas.height()) != (width, height) {
        canvas.set_width(width);
        canvas.set_height(height);
    }
    let context = canvas
        .get_context("2d")
        .map_err(|_| no_context())?
        .ok_or_else(no_context)?;
    let context: OffscreenCanvasRenderingContext2d =
        context.dyn_into().map_err(|_| no_context())?;
    let data = ImageData::new_with_u8_clamped_array_and_sh(Clamped(&picture), width, height);
    let painted = data.and_then(|data| context.put_image_data(&data, 0.0, 0.0));
    painted.map_err(|_| raise(Error::NotPainted {}))
}

fn no_context() -> JsValue {
    raise(Error::NoCanvas {})
}
