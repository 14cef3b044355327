//! The models that come with the page, as the classifier reads their samples.

mod common;

use std::fs;

use common::model_file;
use vae_lab::classifier::{Classifier, label_agreement, sample_quality};
use vae_lab::sampling::sample_prior;
use vae_lab::training::TrainingSession;

const SAMPLES: usize = 1_000;

fn classifier() -> Classifier {
    Classifier::load(&fs::read(model_file("classifier")).unwrap()).unwrap()
}

/// Samples from the prior; a conditional model writes the digits 0 to 9 by turns.
fn samples(name: &str) -> Vec<f32> {
    let mut session = TrainingSession::load(&fs::read(model_file(name)).unwrap()).unwrap();
    let model = session.config().model.clone();
    let pixels = sample_prior(session.engine(), &model, SAMPLES, 1, None);
    pixels
        .into_iter()
        .map(|byte| f32::from(byte) / 255.0)
        .collect()
}

#[test]
fn the_conditional_model_writes_what_it_is_asked_for() {
    let labels: Vec<u8> = (0..SAMPLES).map(|index| (index % 10) as u8).collect();
    let agreement = label_agreement(&classifier(), &samples("conditional"), &labels);
    println!("conditional: {agreement} are read as the digit asked for");
    assert!(agreement >= 0.97, "{agreement}");
}

#[test]
fn samples_cover_all_classes() {
    for name in ["digits-20d", "best-mlp", "map-2d"] {
        let quality = sample_quality(&classifier(), &samples(name));
        println!("{name}: {quality:?}");
        assert_eq!(quality.coverage, 10, "{name}");
        assert!(quality.entropy > 2.1, "{name}: {}", quality.entropy);
    }
}
