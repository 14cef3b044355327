//! The gradient of every parameter against central differences of the objective in f64.

mod common;

use common::reference::Reference;
use common::{digits_20d, engines};
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use vae_lab::data::PIXELS;
use vae_lab::model::{Activation, Likelihood, initial_parameters};
use vae_lab::training::{Batch, EngineState, Reduction, TrainingConfig};

const IMAGES: usize = 3;

fn tiny() -> TrainingConfig {
    let mut config = digits_20d();
    config.model.encoder_hidden = vec![3, 2];
    config.model.latent_dim = 2;
    config.model.decoder_hidden = vec![2, 3];
    // With beta1 = 0, Adam's first moment after a step is the gradient itself.
    config.beta1 = 0.0;
    config
}

struct Inputs {
    parameters: Vec<f32>,
    x: Vec<f32>,
    labels: Vec<u8>,
    eps: Vec<f32>,
}

fn inputs(config: &TrainingConfig) -> Inputs {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(5);
    let parameters = initial_parameters(&config.model, config.initialization, &mut rng);
    let pixel = |rng: &mut Xoshiro256PlusPlus| {
        if rng.random_bool(0.2) {
            rng.random()
        } else {
            0.0
        }
    };
    let x: Vec<f32> = (0..IMAGES * PIXELS).map(|_| pixel(&mut rng)).collect();
    let eps: Vec<f32> = (0..IMAGES * 2)
        .map(|_| rng.random_range(-2.0..2.0))
        .collect();
    let labels = if config.model.conditional {
        vec![0, config.model.classes as u8 - 1, 4]
    } else {
        Vec::new()
    };
    Inputs {
        parameters,
        x,
        labels,
        eps,
    }
}

fn check(config: TrainingConfig) {
    let inputs = inputs(&config);
    let slopes = central_differences(&config, &inputs);
    let Inputs {
        parameters,
        x,
        labels,
        eps,
    } = inputs;
    let point: Vec<f64> = parameters.iter().map(|&value| f64::from(value)).collect();
    let expected = Reference::new(&config).losses(&point, &x, &labels, &eps);
    for (name, mut engine) in engines(&config, &EngineState::fresh(parameters)) {
        let losses = engine.train_step(
            Batch {
                x: &x,
                labels: &labels,
                eps: &eps,
            },
            &config.step_settings(0.0),
        );
        assert!(
            (losses.recon - expected.recon).abs() < 1e-4 * expected.recon,
            "{name}"
        );
        assert!(
            (losses.kl - expected.kl).abs() < 1e-4 * expected.kl.max(1e-3),
            "{name}"
        );
        assert!(
            (losses.objective - expected.objective).abs() < 1e-4 * expected.objective,
            "{name}"
        );
        let gradients = engine.state().unwrap().first_moment;
        let scale = slopes
            .iter()
            .fold(0f64, |largest, slope| largest.max(slope.abs()));
        for (index, (&gradient, slope)) in gradients.iter().zip(&slopes).enumerate() {
            let close = (f64::from(gradient) - slope).abs() <= 1e-4 * slope.abs() + 1e-6 * scale;
            assert!(
                close,
                "{name}, parameter {index}: gradient {gradient}, slope {slope}"
            );
        }
    }
}

fn central_differences(config: &TrainingConfig, inputs: &Inputs) -> Vec<f64> {
    const STEP: f64 = 1e-6;
    let reference = Reference::new(config);
    let Inputs {
        parameters,
        x,
        labels,
        eps,
    } = inputs;
    let mut point: Vec<f64> = parameters.iter().map(|&value| f64::from(value)).collect();
    let mut slope = |index: usize| {
        let value = point[index];
        let mut objective_at = |shifted: f64| {
            point[index] = shifted;
            reference.losses(&point, x, labels, eps).objective
        };
        let slope = (objective_at(value + STEP) - objective_at(value - STEP)) / (2.0 * STEP);
        point[index] = value;
        slope
    };
    (0..parameters.len()).map(&mut slope).collect()
}

#[test]
fn relu_bernoulli() {
    check(tiny());
}

#[test]
fn tanh_gaussian_with_l2_and_a_kl_weight() {
    let mut config = tiny();
    config.model.activation = Activation::Tanh;
    config.model.likelihood = Likelihood::Gaussian;
    config.reduction = Reduction::Mean;
    config.kl_weight = 0.3;
    config.l2 = 0.001;
    check(config);
}

#[test]
fn gelu_bernoulli() {
    let mut config = tiny();
    config.model.activation = Activation::Gelu;
    check(config);
}

#[test]
fn free_bits_between_the_dimensions() {
    let mut config = tiny();
    config.model.activation = Activation::Tanh;
    let Inputs {
        parameters, x, eps, ..
    } = inputs(&config);
    let point: Vec<f64> = parameters.iter().map(|&value| f64::from(value)).collect();
    let kl = Reference::new(&config)
        .losses(&point, &x, &[], &eps)
        .kl_per_dimension;
    assert!(
        (kl[0] - kl[1]).abs() > 1e-2,
        "one pays, one is free: {kl:?}"
    );
    config.free_bits = (kl[0] + kl[1]) / 2.0;
    check(config);
}

#[test]
fn conditional_with_26_classes() {
    let mut config = tiny();
    config.model.activation = Activation::Tanh;
    config.model.conditional = true;
    config.model.classes = 26;
    check(config);
}

#[test]
fn autoencoder() {
    let mut config = tiny();
    config.model.variational = false;
    check(config);
}
