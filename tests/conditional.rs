//! Conditional models of any number of classes: they learn, are kept, and refuse labels that they do not know.

mod common;

use common::{engines, inflate, model_file, small};
use vae_lab::data::{CLASSES, Digits, PIXELS, Split};
use vae_lab::sampling::{best_label, decode, reconstruct, sample_prior};
use vae_lab::training::{
    Batch, EngineKind, EngineState, EvaluationRequest, StepMetrics, TrainingConfig, TrainingSession,
};

const LETTERS: usize = 26;
const IMAGES: usize = 300;

fn config(classes: usize) -> TrainingConfig {
    let mut config = small();
    config.model.conditional = true;
    config.model.classes = classes;
    config
}

/// Real images with the labels 0, 1, … below `classes` by turns, `offset` further on.
fn digits(images: usize, classes: usize) -> Digits {
    let mut digits = Digits::new("train");
    let mut bytes = inflate("t10k-images-idx3-ubyte.gz");
    bytes.truncate(16 + images * PIXELS);
    bytes[4..8].copy_from_slice(&(images as u32).to_be_bytes());
    digits.images.push(&bytes).unwrap();
    let labels = (0..images).map(|index| (index % classes) as u8);
    digits
        .labels
        .push(&labels_file(&labels.collect::<Vec<_>>()))
        .unwrap();
    digits
}

fn labels_file(labels: &[u8]) -> Vec<u8> {
    let count = (labels.len() as u32).to_be_bytes();
    [&[0, 0, 8, 1][..], &count, labels].concat()
}

fn run(session: &mut TrainingSession, train: &Digits, steps: usize) -> Vec<StepMetrics> {
    (0..steps)
        .map(|_| session.step(train).unwrap().expect("all images are here"))
        .collect()
}

#[test]
fn letters_are_learnt_alike_by_both_engines_and_a_kept_run_goes_on_bit_for_bit() {
    let train = digits(IMAGES, LETTERS);
    let learn = |engine| {
        let config = TrainingConfig {
            engine,
            batch_size: 50,
            learning_rate: 3e-3,
            ..config(LETTERS)
        };
        let mut session = TrainingSession::new(config).unwrap();
        let losses = run(&mut session, &train, 20);
        assert!(losses[19].loss < 0.7 * losses[0].loss, "{losses:?}");
        let mut kept = TrainingSession::load(&session.save().unwrap()).unwrap();
        assert_eq!(kept.config(), session.config());
        assert_eq!(run(&mut kept, &train, 3), run(&mut session, &train, 3));
        losses
    };
    let (fused, burn) = (learn(EngineKind::Fused), learn(EngineKind::Burn));
    for (fused, burn) in fused.iter().zip(burn) {
        assert!(
            (fused.loss - burn.loss).abs() < 1e-3 * burn.loss,
            "step {}: {} and {}",
            burn.step,
            fused.loss,
            burn.loss
        );
    }
}

#[test]
fn the_one_hot_label_is_as_long_as_there_are_classes() {
    for classes in [2, CLASSES, LETTERS, 100] {
        let model = config(classes).model;
        let shape = |name: &str| {
            let specs = model.parameters();
            let spec = specs.iter().find(|spec| spec.name == name);
            spec.unwrap().shape.clone()
        };
        assert_eq!(shape("encoder.hidden.0.weight"), [PIXELS + classes, 64]);
        assert_eq!(shape("decoder.hidden.0.weight"), [8 + classes, 64]);
    }
    let mut plain = config(LETTERS);
    plain.model.conditional = false;
    assert_eq!(
        plain.model.parameter_count(),
        small().model.parameter_count()
    );
}

#[test]
fn the_last_class_is_a_row_of_its_own_in_every_engine() {
    let config = config(LETTERS);
    let session = TrainingSession::new(config.clone()).unwrap();
    let state: EngineState = session.state().unwrap();
    let z = vec![0.3; 8 * LETTERS];
    let labels: Vec<u8> = (0..LETTERS as u8).collect();
    let mut pictures = Vec::new();
    for (name, mut engine) in engines(&config, &state) {
        let pixels = engine.decode(&z, &labels);
        for (row, other) in [(25, 0), (25, 9), (10, 9)] {
            assert_ne!(
                pixels[row * PIXELS..(row + 1) * PIXELS],
                pixels[other * PIXELS..(other + 1) * PIXELS],
                "{name}"
            );
        }
        let x = vec![0.5; PIXELS];
        let batch = Batch {
            x: &x,
            labels: &[25],
            eps: &[0.1; 8],
        };
        engine.train_step(batch, &config.step_settings(0.0));
        pictures.push(pixels);
    }
    for (burn, fused) in pictures[0].iter().zip(&pictures[1]) {
        assert!((burn - fused).abs() < 1e-5, "{burn}, {fused}");
    }
}

#[test]
fn samples_are_written_by_turns_of_all_classes() {
    let mut session = TrainingSession::new(config(LETTERS)).unwrap();
    let model = session.config().model.clone();
    let samples = sample_prior(session.engine(), &model, 2 * LETTERS + 1, 1, None);
    for (place, label) in [(0, 0), (25, 25), (26, 0), (51, 25), (52, 0)] {
        let asked = sample_prior(session.engine(), &model, 2 * LETTERS + 1, 1, Some(label));
        let at = place * PIXELS..(place + 1) * PIXELS;
        assert_eq!(samples[at.clone()], asked[at], "{place}");
    }
    // Another label gives another picture.
    let one = decode(session.engine(), &[0.0; 8], &[25]);
    assert_ne!(one, decode(session.engine(), &[0.0; 8], &[0]));
}

#[test]
fn the_best_label_is_the_one_with_the_highest_bound() {
    let train = digits(IMAGES, LETTERS);
    let trained = {
        let mut session = TrainingSession::new(config(LETTERS)).unwrap();
        run(&mut session, &train, 10);
        session
    };
    let shipped = std::fs::read(model_file("conditional")).unwrap();
    let shipped = TrainingSession::load(&shipped).unwrap();
    for mut session in [trained, shipped] {
        let model = session.config().model.clone();
        for index in 0..8 {
            let pixels = train.image(index).unwrap();
            let digit: Vec<f32> = pixels.iter().map(|&byte| f32::from(byte) / 255.0).collect();
            let cost = |session: &mut TrainingSession, label| {
                let made = reconstruct(session.engine(), &model, &digit, label, 0);
                made.recon + made.kl()
            };
            let best = best_label(session.engine(), &model, &digit);
            let lowest = cost(&mut session, best);
            for label in 0..model.classes as u8 {
                assert!(lowest <= cost(&mut session, label) + 1e-3, "{label}");
            }
        }
    }
}

#[test]
fn labels_that_the_model_does_not_know_are_refused_before_anything_changes() {
    let mut session = TrainingSession::new(config(CLASSES)).unwrap();
    let before = session.save().unwrap();
    let message = session
        .step(&digits(IMAGES, LETTERS))
        .unwrap_err()
        .to_string();
    assert!(
        message.contains("the label of train image 25 must be from 0 to 9")
            && message.contains("got 25: start a model with at least 26 classes"),
        "{message}"
    );
    assert!(session.begin_step(&digits(IMAGES, LETTERS)).is_err());
    let request = EvaluationRequest {
        split: Split::Test,
        limit: None,
        samples: 0,
    };
    let (good, bad) = (digits(60, CLASSES), digits(60, LETTERS));
    assert!(session.begin_evaluation(request, &good, &bad).is_err());
    assert_eq!(session.save().unwrap().len(), before.len());
    assert_eq!(session.progress().step, 0);

    // A model that is not told the label takes images with any.
    let mut plain = TrainingSession::new(small()).unwrap();
    assert!(plain.step(&bad).unwrap().is_some());

    let mut evaluation = session.begin_evaluation(request, &good, &good).unwrap();
    assert!(
        session
            .advance_evaluation(&mut evaluation, &good, &bad)
            .is_err()
    );
}

#[test]
fn images_without_their_labels_are_refused_instead_of_waited_for() {
    let mut digits = digits(60, CLASSES);
    digits.labels.clear();
    let mut session = TrainingSession::new(config(CLASSES)).unwrap();
    assert_eq!(session.step(&digits).unwrap(), None, "they may still come");
    digits.labels.push(&labels_file(&[])).unwrap();
    let message = session.step(&digits).unwrap_err().to_string();
    assert!(
        message.contains("a label for each of the 60 train images, found 0 labels"),
        "{message}"
    );
}

#[test]
fn the_number_of_classes_has_bounds() {
    for classes in [0, 1, 101] {
        let Err(error) = TrainingSession::new(config(classes)) else {
            panic!("{classes} classes must be refused")
        };
        assert_eq!(
            error.to_string(),
            format!("model.classes must be a whole number from 2 to 100, got {classes}")
        );
    }
}

#[test]
fn settings_without_classes_mean_digits() {
    let mut json = serde_json::to_value(config(LETTERS)).unwrap();
    assert_eq!(json["model"]["classes"], LETTERS);
    json["model"].as_object_mut().unwrap().remove("classes");
    let config: TrainingConfig = serde_json::from_value(json).unwrap();
    assert_eq!(config.model.classes, CLASSES);
}
