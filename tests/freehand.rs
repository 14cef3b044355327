//! Digits drawn by hand on the pad, of any size, at any place, with any pen: they still read as the digit meant once
//! they are prepared, and so does what a model makes of them.

mod common;

use std::fs;

use common::model_file;
use common::pad::{Drawing, PAD_SIDE, freehand};
use vae_lab::classifier::Classifier;
use vae_lab::data::{CLASSES, prepare_drawing};
use vae_lab::sampling::{reconstruct, scale};
use vae_lab::training::TrainingSession;

fn classifier() -> Classifier {
    Classifier::load(&fs::read(model_file("classifier")).unwrap()).unwrap()
}

/// The drawing in MNIST's form, scaled to [0, 1].
fn prepared(drawing: &Drawing) -> Vec<f32> {
    let digit = prepare_drawing(&drawing.ink(), PAD_SIDE, PAD_SIDE).unwrap();
    scale(&digit.expect("there is ink on the pad"))
}

/// The share of the drawings that is read as the digit meant; says which are not.
fn agreement(what: &str, drawings: &[Drawing], images: &[f32]) -> f64 {
    let read = classifier().read(images);
    let mut right = 0;
    for (drawing, read) in drawings.iter().zip(read) {
        let Drawing { digit, style, .. } = drawing;
        if read == *digit {
            right += 1;
        } else {
            println!("{what}: the {digit} \"{style}\" is read as {read}");
        }
    }
    println!("{what}: {right} of {} are read as meant", drawings.len());
    f64::from(right) / drawings.len() as f64
}

#[test]
fn there_are_drawings_of_every_class_and_size() {
    let drawings = freehand();
    assert!(drawings.len() >= 60, "{}", drawings.len());
    for class in 0..CLASSES as u8 {
        let of_class = drawings.iter().filter(|drawing| drawing.digit == class);
        assert!(of_class.count() >= 6, "class {class}");
    }
    let pen = |a: f32, b: f32| drawings.iter().any(|drawing| (a..b).contains(&drawing.pen));
    assert!(pen(8.0, 12.0) && pen(30.0, 40.0));
}

#[test]
fn prepared_drawings_are_read_as_meant() {
    let drawings = freehand();
    let images: Vec<f32> = drawings.iter().flat_map(prepared).collect();
    assert!(agreement("prepared", &drawings, &images) >= 0.95);
}

#[test]
fn reconstructions_are_read_as_meant() {
    let name = "best-mlp";
    let mut session = TrainingSession::load(&fs::read(model_file(name)).unwrap()).unwrap();
    let model = session.config().model.clone();
    let drawings = freehand();
    let reconstruction = |drawing| {
        let x = prepared(drawing);
        let made = reconstruct(session.engine(), &model, &x, 0, 1);
        made.pixels.into_iter().map(|byte| f32::from(byte) / 255.0)
    };
    let images: Vec<f32> = drawings.iter().flat_map(reconstruction).collect();
    assert!(agreement(name, &drawings, &images) >= 0.9);
}
