//! What a model makes: codes, images, grids, and how good they are.

use js_sys::{Array, Float32Array, Uint8Array};
use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::arguments::{self, Bytes, Canvas, Floats};
use super::lab::Lab;
use super::paint::paint_grid;
use super::{object, raise, to_js};
use crate::classifier::{Classifier, SampleQuality, label_agreement, sample_quality};
use crate::data::{CLASSES, Digit, MAX_CLASSES, PIXELS};
use crate::error::{self, Error, check_length};
use crate::sampling::{self, scale};
use crate::training::Codes;

/// The most images, or codes, of one call: more would not fit into memory with all that is made of them.
const MAX_ROWS: usize = 100_000;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(typescript_type = "Codes")]
    pub type CodesObject;
    #[wasm_bindgen(typescript_type = "Reconstruction")]
    pub type ReconstructionObject;
    #[wasm_bindgen(typescript_type = "Decoded")]
    pub type DecodedObject;
    #[wasm_bindgen(typescript_type = "SampleQuality")]
    pub type QualityObject;
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Quality {
    samples: usize,
    agreement: Option<f64>,
    #[serde(flatten)]
    quality: SampleQuality,
}

#[wasm_bindgen]
impl Lab {
    /// Images (`n * 784` bytes) to posterior parameters. A conditional model takes `n` labels too.
    pub fn encode(
        &mut self,
        pixels: &Bytes,
        labels: Option<Bytes>,
    ) -> Result<CodesObject, JsValue> {
        let pixels = arguments::bytes("pixels", pixels)?;
        check_rows("pixels", PIXELS, pixels.len()).map_err(raise)?;
        let labels = self.read_labels(labels, pixels.len() / PIXELS)?;
        let x: Vec<f32> = pixels.iter().map(|&byte| f32::from(byte) / 255.0).collect();
        let codes = self.session_mut()?.engine().encode(&x, &labels);
        object(code_fields(&codes))
    }

    /// Codes (`n * latentDim` numbers) to images (`n * 784` bytes). A conditional model takes `n` labels too.
    pub fn decode(&mut self, z: &Floats, labels: Option<Bytes>) -> Result<Vec<u8>, JsValue> {
        let z = arguments::floats("z", z)?;
        let latent = self.session()?.config().model.latent_dim;
        check_rows("z", latent, z.len()).map_err(raise)?;
        let labels = self.read_labels(labels, z.len() / latent)?;
        Ok(sampling::decode(self.session_mut()?.engine(), &z, &labels))
    }

    /// One code (`latentDim` numbers) to its image, with the activations of the decoder's hidden layers. A conditional
    /// model needs the label.
    #[wasm_bindgen(js_name = "decodeCode")]
    pub fn decode_code(
        &mut self,
        z: &Floats,
        label: Option<f64>,
    ) -> Result<DecodedObject, JsValue> {
        let z = arguments::floats("z", z)?;
        let label = self.read_label(label)?;
        let (session, config) = self.session_and_config()?;
        check_length("z", config.model.latent_dim, z.len()).map_err(raise)?;
        if config.model.conditional && label.is_none() {
            let max = config.model.classes - 1;
            return Err(raise(Error::NoLabel { max }));
        }
        let label = label.unwrap_or_default();
        let made = sampling::decode_code(session.engine(), &config.model, &z, label);
        object([
            ("pixels", image(&made.pixels)),
            ("decoderActivations", layers(&made.activations)),
        ])
    }

    /// A digit decoded from z = mu, with its posterior and the activations of all hidden layers; recon, kl and elbo in nats,
    /// with z sampled. A conditional model that is given no label takes the one that explains the digit best.
    pub fn reconstruct(
        &mut self,
        pixels: &Bytes,
        seed: f64,
        label: Option<f64>,
    ) -> Result<ReconstructionObject, JsValue> {
        let (digit, seed) = (read_digit(pixels)?, arguments::seed(seed)?);
        let label = self.choose_label(&digit, label)?;
        let (session, config) = self.session_and_config()?;
        let made = sampling::reconstruct(session.engine(), &config.model, &digit, label, seed);
        let [mu, logvar] = code_fields(&made.codes);
        let label = if config.model.conditional {
            label.into()
        } else {
            JsValue::NULL
        };
        let kl_per_dim: Vec<f32> = made.kl_per_dim.iter().map(|&kl| kl as f32).collect();
        object([
            ("pixels", image(&made.pixels)),
            mu,
            logvar,
            ("recon", made.recon.into()),
            ("kl", made.kl().into()),
            ("klPerDim", numbers(&kl_per_dim)),
            ("elbo", (-(made.recon + made.kl())).into()),
            ("label", label),
            ("encoderActivations", layers(&made.encoder_activations)),
            ("decoderActivations", layers(&made.decoder_activations)),
        ])
    }

    /// `count` images decoded from codes drawn from the prior. A conditional model writes `label`, or without one its
    /// classes by turns.
    #[wasm_bindgen(js_name = "samplePrior")]
    pub fn sample_prior(
        &mut self,
        count: f64,
        seed: f64,
        label: Option<f64>,
    ) -> Result<Vec<u8>, JsValue> {
        let (count, seed) = (arguments::count(count)?, arguments::seed(seed)?);
        let label = self.read_label(label)?;
        let (session, config) = self.session_and_config()?;
        Ok(sampling::sample_prior(
            session.engine(),
            &config.model,
            count,
            seed,
            label,
        ))
    }

    /// How varied and legible `count` samples from the prior are, as a classifier of digits (a safetensors file) reads them.
    /// For a conditional model whose classes are the ten digits, which it writes by turns, `agreement` is the share that is
    /// read as asked.
    #[wasm_bindgen(js_name = "sampleQuality")]
    pub fn sample_quality(
        &mut self,
        classifier: &Bytes,
        count: f64,
        seed: f64,
    ) -> Result<QualityObject, JsValue> {
        let classifier = arguments::bytes("classifier", classifier)?;
        let classifier = Classifier::load(&classifier).map_err(raise)?;
        let images = self.sample_prior(count, seed, None)?;
        let images: Vec<f32> = images.iter().map(|&byte| f32::from(byte) / 255.0).collect();
        let samples = images.len() / PIXELS;
        let model = &self.session()?.config().model;
        let labels = model.labels_by_turns(samples);
        let writes_digits = model.conditional && model.classes == CLASSES;
        to_js(&Quality {
            samples,
            agreement: writes_digits.then(|| label_agreement(&classifier, &images, &labels)),
            quality: sample_quality(&classifier, &images),
        })
    }

    /// `count` images decoded from codes drawn around a digit. `label` as in `reconstruct`.
    pub fn variations(
        &mut self,
        pixels: &Bytes,
        count: f64,
        seed: f64,
        label: Option<f64>,
    ) -> Result<Vec<u8>, JsValue> {
        let (count, seed) = (arguments::count(count)?, arguments::seed(seed)?);
        let digit = read_digit(pixels)?;
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
        canvas: &Canvas,
        columns: f64,
        rows: f64,
        seed: f64,
        label: Option<f64>,
    ) -> Result<(), JsValue> {
        let (canvas, grid) = (arguments::canvas(canvas)?, arguments::grid(columns, rows)?);
        let images = self.sample_prior(columns * rows, seed, label)?;
        paint_grid(canvas, grid, &images)
    }

    /// Paints variations of a digit as a grid. `label` as in `reconstruct`.
    #[wasm_bindgen(js_name = "paintVariations")]
    pub fn paint_variations(
        &mut self,
        canvas: &Canvas,
        columns: f64,
        rows: f64,
        pixels: &Bytes,
        seed: f64,
        label: Option<f64>,
    ) -> Result<(), JsValue> {
        let (canvas, grid) = (arguments::canvas(canvas)?, arguments::grid(columns, rows)?);
        let images = self.variations(pixels, columns * rows, seed, label)?;
        paint_grid(canvas, grid, &images)
    }

    /// Paints decoded codes (`columns * rows * latentDim` numbers, row by row) as a grid. `labels` as in `decode`.
    #[wasm_bindgen(js_name = "paintCodes")]
    pub fn paint_codes(
        &mut self,
        canvas: &Canvas,
        columns: f64,
        rows: f64,
        z: &Floats,
        labels: Option<Bytes>,
    ) -> Result<(), JsValue> {
        let (canvas, grid) = (arguments::canvas(canvas)?, arguments::grid(columns, rows)?);
        let latent = self.session()?.config().model.latent_dim;
        let found = arguments::float_array("z", z)?.length() as usize;
        check_length("z", grid.0 * grid.1 * latent, found).map_err(raise)?;
        let images = self.decode(z, labels)?;
        paint_grid(canvas, grid, &images)
    }
}

impl Lab {
    /// One label a row for a conditional model, none for others.
    fn read_labels(&self, labels: Option<Bytes>, rows: usize) -> Result<Vec<u8>, JsValue> {
        let labels = labels.map(|labels| arguments::bytes("labels", &labels));
        let labels = labels.transpose()?.unwrap_or_default();
        let model = &self.session()?.config().model;
        let expected = if model.conditional { rows } else { 0 };
        check_length("labels", expected, labels.len()).map_err(raise)?;
        labels
            .iter()
            .try_for_each(|&label| model.check_label("labels", label))
            .map_err(raise)?;
        Ok(labels)
    }

    /// A label that the model knows. One that is not conditional takes any, and does nothing with it.
    fn read_label(&self, label: Option<f64>) -> Result<Option<u8>, JsValue> {
        let model = &self.session()?.config().model;
        let classes = if model.conditional {
            model.classes
        } else {
            MAX_CLASSES
        };
        let most = classes as u32 - 1;
        let label = label.map(|label| arguments::whole("label", label, 0, most));
        Ok(label.transpose()?.map(|label| label as u8))
    }

    fn choose_label(&mut self, digit: &[f32], label: Option<f64>) -> Result<u8, JsValue> {
        let label = self.read_label(label)?;
        let (session, config) = self.session_and_config()?;
        Ok(match label {
            Some(label) => label,
            None if config.model.conditional => {
                sampling::best_label(session.engine(), &config.model, digit)
            }
            None => 0,
        })
    }
}

/// One digit, scaled to [0, 1].
fn read_digit(pixels: &Bytes) -> Result<Vec<f32>, JsValue> {
    let pixels = arguments::bytes("pixels", pixels)?;
    check_length("pixels", PIXELS, pixels.len()).map_err(raise)?;
    let mut digit: Digit = [0; PIXELS];
    digit.copy_from_slice(&pixels);
    Ok(scale(&digit))
}

/// Checks that a flat array holds whole rows of `width` values, and not too many.
fn check_rows(name: &str, width: usize, found: usize) -> error::Result<()> {
    if found.is_multiple_of(width) && (1..=MAX_ROWS).contains(&(found / width)) {
        return Ok(());
    }
    Err(Error::Rows {
        name: name.into(),
        width,
        max: MAX_ROWS,
        found,
    })
}

fn code_fields(codes: &Codes) -> [(&'static str, JsValue); 2] {
    [
        ("mu", numbers(&codes.mu)),
        ("logvar", numbers(&codes.logvar)),
    ]
}

fn image(pixels: &[u8]) -> JsValue {
    Uint8Array::from(pixels).into()
}

fn numbers(values: &[f32]) -> JsValue {
    Float32Array::from(values).into()
}

/// An array of numbers for every layer.
fn layers(activations: &[Vec<f32>]) -> JsValue {
    let layers = activations.iter().map(|layer| numbers(layer));
    layers.collect::<Array>().into()
}
