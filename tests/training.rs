//! Runs on real MNIST: they learn, they repeat bit for bit, and they can be saved and taken up again.

mod common;

use common::{digits_20d, inflate, mnist_test, mnist_train, small};
use vae_lab::data::{Binarization, Digits, FIRST_WINDOW, Split};
use vae_lab::training::{
    EngineKind, EvaluationRequest, EvaluationResult, LiveChange, OutputBias, StepMetrics,
    TrainingConfig, TrainingSession,
};

fn run(session: &mut TrainingSession, train: &Digits, steps: usize) -> Vec<StepMetrics> {
    (0..steps)
        .map(|_| session.step(train).unwrap().expect("all images are here"))
        .collect()
}

fn evaluate(session: &mut TrainingSession, limit: usize, test: &Digits) -> EvaluationResult {
    let none = Digits::new("none");
    let mut evaluation = session
        .begin_evaluation(request(Split::Test, Some(limit)), &none, test)
        .unwrap();
    loop {
        let progress = session
            .advance_evaluation(&mut evaluation, &none, test)
            .unwrap();
        if let Some(result) = progress.result {
            return result;
        }
    }
}

fn request(split: Split, limit: Option<usize>) -> EvaluationRequest {
    EvaluationRequest {
        split,
        limit,
        samples: 0,
    }
}

/// The first `images` of the training file, as a file of their own.
fn first_images(images: u32) -> Digits {
    let mut bytes = inflate("train-images-idx3-ubyte.gz");
    bytes.truncate(16 + images as usize * 784);
    bytes[4..8].copy_from_slice(&images.to_be_bytes());
    let mut digits = Digits::new("few");
    digits.images.push(&bytes).unwrap();
    digits
}

#[test]
fn the_bound_on_test_images_rises() {
    let (train, test) = (mnist_train(), mnist_test());
    let mut session = TrainingSession::new(digits_20d()).unwrap();
    let before = evaluate(&mut session, 500, &test);
    assert!(
        (540.0..560.0).contains(&-before.elbo),
        "an untrained model knows nothing: {}",
        before.elbo
    );
    let losses = run(&mut session, &train, 60);
    assert!(losses[59].loss < 0.5 * losses[0].loss);
    let after = evaluate(&mut session, 500, &test);
    assert!(after.elbo > -215.0, "after 60 steps: {}", after.elbo);
    assert!(after.kl > 1.0 && after.images == 500 && after.step == 60);
}

#[test]
fn the_same_seed_gives_the_same_run_and_another_seed_another() {
    let train = first_images(300);
    let losses = |seed: u32| {
        let config = TrainingConfig {
            seed,
            binarization: Binarization::Dynamic,
            ..small()
        };
        run(&mut TrainingSession::new(config).unwrap(), &train, 7)
    };
    assert_eq!(losses(4), losses(4));
    assert_ne!(losses(4), losses(5));
}

#[test]
fn both_engines_learn_alike() {
    let train = mnist_train();
    let run = |engine| {
        run(
            &mut TrainingSession::new(TrainingConfig { engine, ..small() }).unwrap(),
            &train,
            25,
        )
    };
    for (fused, burn) in run(EngineKind::Fused).iter().zip(run(EngineKind::Burn)) {
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
fn resuming_equals_never_having_stopped() {
    for engine in [EngineKind::Fused, EngineKind::Burn] {
        resume(TrainingConfig {
            engine,
            binarization: Binarization::Dynamic,
            batch_size: 64,
            ..small()
        });
    }
}

fn resume(config: TrainingConfig) {
    let train = first_images(300);
    let mut whole = TrainingSession::new(config.clone()).unwrap();
    let mut first = TrainingSession::new(config).unwrap();
    assert_eq!(run(&mut whole, &train, 8), run(&mut first, &train, 8));
    let file = first.save().unwrap();
    let mut second = TrainingSession::load(&file).unwrap();
    assert_eq!(second.save().unwrap(), file);
    assert_eq!(second.progress(), first.progress());
    for _ in 0..20 {
        assert_eq!(run(&mut whole, &train, 1), run(&mut second, &train, 1));
        assert_eq!(whole.take_point(), second.take_point());
    }
    assert_eq!(whole.state().unwrap(), second.state().unwrap());
}

#[test]
fn evaluating_and_showing_change_nothing() {
    let (train, test) = (first_images(300), mnist_test());
    let mut plain = TrainingSession::new(small()).unwrap();
    let mut watched = TrainingSession::new(small()).unwrap();
    for _ in 0..4 {
        evaluate(&mut watched, 100, &test);
        vae_lab::sampling::sample_prior(watched.engine(), &small().model, 9, 3, None);
        assert_eq!(run(&mut plain, &train, 1), run(&mut watched, &train, 1));
    }
}

#[test]
fn training_starts_with_the_first_window_and_takes_the_same_way_however_the_data_arrives() {
    let train = mnist_train();
    let mut whole = TrainingSession::new(small()).unwrap();
    let expected = run(&mut whole, &train, 4);

    let bytes = inflate("train-images-idx3-ubyte.gz");
    let mut arriving = Digits::new("arriving");
    let mut session = TrainingSession::new(small()).unwrap();
    assert_eq!(session.step(&arriving).unwrap(), None);
    arriving.images.push(&bytes[..16 + 100 * 784]).unwrap();
    assert_eq!(session.step(&arriving).unwrap(), None);
    arriving
        .images
        .push(&bytes[16 + 100 * 784..16 + FIRST_WINDOW * 784])
        .unwrap();
    assert_eq!(run(&mut session, &arriving, 4), expected);
}

#[test]
fn waiting_for_images_draws_nothing() {
    // The first step needs the mean of the first window, which arrives after the images of its batch.
    let train = first_images(300);
    let mut bytes = inflate("train-images-idx3-ubyte.gz");
    bytes[4..8].copy_from_slice(&300u32.to_be_bytes());
    for seed in 1..=3 {
        let config = TrainingConfig {
            seed,
            binarization: Binarization::Dynamic,
            output_bias: OutputBias::DataMean,
            batch_size: 20,
            ..small()
        };
        let mut whole = TrainingSession::new(config.clone()).unwrap();
        let mut session = TrainingSession::new(config).unwrap();
        let mut arriving = Digits::new("arriving");
        let mut sent = 0;
        for images in 1..=300 {
            assert_eq!(session.step(&arriving).unwrap(), None);
            let end = 16 + images * 784;
            arriving.images.push(&bytes[sent..end]).unwrap();
            sent = end;
        }
        assert_eq!(
            run(&mut session, &arriving, 3),
            run(&mut whole, &train, 3),
            "seed {seed}"
        );
    }
}

#[test]
fn points_are_means_over_twenty_steps() {
    let train = first_images(300);
    let mut session = TrainingSession::new(small()).unwrap();
    let mut losses = Vec::new();
    for step in 1..=20 {
        losses.extend(run(&mut session, &train, 1));
        assert_eq!(session.take_point().is_some(), step == 20);
    }
    let mut session = TrainingSession::new(small()).unwrap();
    run(&mut session, &train, 20);
    let point = session.take_point().unwrap();
    let mean = losses.iter().map(|step| step.recon).sum::<f64>() / 20.0;
    assert!((point.recon - mean).abs() < 1e-9 && point.step == 20);
}

#[test]
fn epochs_are_counted_and_evaluations_fall_due() {
    let train = first_images(300);
    let mut session = TrainingSession::new(TrainingConfig {
        batch_size: 128,
        ..small()
    })
    .unwrap();
    let due: Vec<bool> = (0..6)
        .map(|_| {
            run(&mut session, &train, 1);
            session.evaluation_due()
        })
        .collect();
    assert_eq!(due, [false, false, true, false, false, true]);
    assert_eq!(
        (session.progress().epochs(), session.steps_per_epoch()),
        (2.0, Some(3))
    );
}

#[test]
fn live_changes_take_effect_and_bad_ones_do_not() {
    let train = first_images(300);
    let mut session = TrainingSession::new(small()).unwrap();
    let before = session.state().unwrap().parameters;
    session
        .change(LiveChange {
            learning_rate: Some(1e-6),
            kl_weight: Some(4.0),
        })
        .unwrap();
    let metrics = run(&mut session, &train, 1)[0];
    assert!((metrics.loss - (metrics.recon + 4.0 * metrics.kl)).abs() < 1e-2);
    let after = session.state().unwrap().parameters;
    let moved = before
        .iter()
        .zip(&after)
        .fold(0f32, |largest, (a, b)| largest.max((a - b).abs()));
    assert!(moved > 0.0 && moved < 2e-6, "{moved}");
    let error = session
        .change(LiveChange {
            learning_rate: Some(2.0),
            kl_weight: None,
        })
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "learningRate must be a number from 0.000001 to 1, got 2"
    );
    assert_eq!(session.config().learning_rate, 1e-6);
}

#[test]
fn validation_images_are_held_out() {
    let train = first_images(300);
    let none = Digits::new("none");
    let mut session = TrainingSession::new(TrainingConfig {
        validation_images: 100,
        ..small()
    })
    .unwrap();
    run(&mut session, &train, 1);
    assert_eq!(session.progress().images, Some(200));
    let evaluation = session
        .begin_evaluation(request(Split::Validation, None), &train, &none)
        .unwrap();
    assert_eq!(evaluation.progress().total, 100);
    let mut nothing_left = TrainingSession::new(TrainingConfig {
        validation_images: 300,
        ..small()
    })
    .unwrap();
    assert!(
        nothing_left
            .step(&train)
            .unwrap_err()
            .to_string()
            .contains("validationImages must be less than the 300")
    );
}

#[test]
fn a_stale_or_impossible_evaluation_is_refused() {
    let (train, none) = (first_images(300), Digits::new("none"));
    let mut session = TrainingSession::new(small()).unwrap();
    assert!(
        session
            .begin_evaluation(request(Split::Test, None), &train, &none)
            .is_err()
    );
    assert!(
        session
            .begin_evaluation(request(Split::Validation, None), &train, &none)
            .is_err()
    );
    let mut evaluation = session
        .begin_evaluation(request(Split::Train, None), &train, &none)
        .unwrap();
    run(&mut session, &train, 1);
    let error = session
        .advance_evaluation(&mut evaluation, &train, &none)
        .unwrap_err();
    assert!(error.to_string().contains("begin a new one"));
}

#[test]
fn an_evaluation_whose_images_are_gone_is_refused() {
    let (train, none) = (first_images(300), Digits::new("none"));
    let mut session = TrainingSession::new(small()).unwrap();
    let mut evaluation = session
        .begin_evaluation(request(Split::Train, None), &train, &none)
        .unwrap();
    for other in [none.clone(), first_images(200)] {
        let error = session
            .advance_evaluation(&mut evaluation, &other, &none)
            .unwrap_err();
        println!("{error}");
        assert_eq!(evaluation.progress().done, 0);
    }
    let progress = session
        .advance_evaluation(&mut evaluation, &train, &none)
        .unwrap();
    assert_eq!(progress.done, 100);
}

#[test]
fn an_evaluation_has_bounds() {
    let (train, none) = (first_images(300), Digits::new("none"));
    let session = TrainingSession::new(small()).unwrap();
    let refusal = |limit, samples| {
        let request = EvaluationRequest {
            split: Split::Train,
            limit,
            samples,
        };
        let refused = session.begin_evaluation(request, &train, &none);
        refused.unwrap_err().to_string()
    };
    assert_eq!(
        refusal(Some(0), 0),
        "limit must be a whole number from 1, got 0"
    );
    assert!(refusal(None, usize::MAX).contains("samples must be a whole number from 0 to 100000"));
}
