//! The hidden layers' activations that the page shows are those that the code and the image are made of.

use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use vae_lab::data::PIXELS;
use vae_lab::device::default_device;
use vae_lab::model::{Activation, initial_parameters};
use vae_lab::sampling::{decode_code, reconstruct};
use vae_lab::training::{BurnEngine, Engine, EngineState, FusedEngine, TrainingConfig, preset};

const ENCODER: [usize; 2] = [24, 10];
const DECODER: [usize; 1] = [17];

fn config(activation: Activation, conditional: bool) -> TrainingConfig {
    let mut config = preset("digits-20d").unwrap().config;
    config.model.encoder_hidden = ENCODER.to_vec();
    config.model.latent_dim = 3;
    config.model.decoder_hidden = DECODER.to_vec();
    config.model.activation = activation;
    config.model.conditional = conditional;
    config
}

fn state(config: &TrainingConfig) -> EngineState {
    let mut noise = Xoshiro256PlusPlus::seed_from_u64(1);
    EngineState::fresh(initial_parameters(
        &config.model,
        config.initialization,
        &mut noise,
    ))
}

/// A digit of noise: every pixel somewhere from 0 to 1.
fn digit() -> Vec<f32> {
    let mut noise = Xoshiro256PlusPlus::seed_from_u64(2);
    (0..PIXELS).map(|_| noise.random()).collect()
}

/// `hidden W + b` of the layer `name`.
fn dense(config: &TrainingConfig, parameters: &[f32], name: &str, hidden: &[f32]) -> Vec<f32> {
    let values = |part: &str| {
        let name = format!("{name}.{part}");
        let all = config.model.parameters();
        let spec = all.iter().find(|spec| spec.name == name).unwrap();
        parameters[spec.range.clone()].to_vec()
    };
    let (weight, bias) = (values("weight"), values("bias"));
    let sum = |(column, bias): (usize, &f32)| {
        let rows = weight.chunks_exact(weight.len() / hidden.len());
        bias + rows
            .zip(hidden)
            .map(|(row, value)| row[column] * value)
            .sum::<f32>()
    };
    bias.iter().enumerate().map(sum).collect()
}

fn assert_close(found: &[f32], expected: &[f32], tolerance: f32) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        assert!(
            (found - expected).abs() <= tolerance,
            "{found} is not {expected}"
        );
    }
}

#[test]
fn the_code_and_the_image_follow_from_the_activations() {
    let config = config(Activation::Relu, false);
    let state = state(&config);
    let parameters = state.parameters.clone();
    let mut engine = FusedEngine::new(&config.model, state, 1);
    let made = reconstruct(&mut engine, &config.model, &digit(), 0, 1);
    let widths = |layers: &[Vec<f32>]| layers.iter().map(Vec::len).collect::<Vec<_>>();
    assert_eq!(widths(&made.encoder_activations), ENCODER);
    assert_eq!(widths(&made.decoder_activations), DECODER);

    let mu = dense(
        &config,
        &parameters,
        "encoder.mu",
        &made.encoder_activations[1],
    );
    assert_close(&made.codes.mu, &mu, 1e-5);
    let logits = dense(
        &config,
        &parameters,
        "decoder.output",
        &made.decoder_activations[0],
    );
    for (&pixel, logit) in made.pixels.iter().zip(logits) {
        let mean = 255.0 / (1.0 + (-logit).exp());
        assert!(
            (f32::from(pixel) - mean).abs() <= 0.51,
            "{pixel} is not {mean}"
        );
    }
    assert_close(
        &[made.kl() as f32],
        &[made.kl_per_dim.iter().map(|&kl| kl as f32).sum()],
        1e-4,
    );
    // The image is that of z = mu.
    let again = decode_code(&mut engine, &config.model, &made.codes.mu, 0);
    assert_eq!(again.pixels, made.pixels);
    assert_eq!(again.activations, made.decoder_activations);
}

#[test]
fn both_engines_tell_the_same_activations() {
    for activation in [Activation::Relu, Activation::Tanh, Activation::Gelu] {
        for conditional in [false, true] {
            let config = config(activation, conditional);
            let state = state(&config);
            let mut burn = BurnEngine::new(&config.model, &state, &default_device());
            let mut fused = FusedEngine::new(&config.model, state, 1);
            let made = |engine: &mut dyn Engine| reconstruct(engine, &config.model, &digit(), 3, 1);
            let (burn, fused) = (made(&mut burn), made(&mut fused));
            let layers = |made: &vae_lab::sampling::Reconstruction| {
                [&made.encoder_activations[..], &made.decoder_activations[..]].concat()
            };
            for (burn, fused) in layers(&burn).iter().zip(&layers(&fused)) {
                assert!(fused.iter().any(|&value| value != 0.0));
                assert_close(fused, burn, 1e-4);
            }
        }
    }
}
