//! Losses whose values are known by hand.

use burn::tensor::{Tensor, TensorData};
use vae_lab::data::PIXELS;
use vae_lab::device::default_device;
use vae_lab::model::losses::{kl, kl_per_dimension, reconstruction};
use vae_lab::model::{Likelihood, Posterior, reparameterize};

fn matrix(values: &[f32], columns: usize) -> Tensor<2> {
    let data = TensorData::new(values.to_vec(), [values.len() / columns, columns]);
    Tensor::from_data(data, &default_device())
}

fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().try_into_vec().unwrap()
}

fn posterior(mu: &[f32], logvar: &[f32], latent: usize) -> Posterior {
    Posterior {
        mu: matrix(mu, latent),
        logvar: Some(matrix(logvar, latent)),
    }
}

fn assert_close(found: &[f32], expected: &[f32]) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        assert!(
            (found - expected).abs() <= 1e-5 * expected.abs().max(1.0),
            "{found} is not {expected}"
        );
    }
}

#[test]
fn kl_of_the_prior_is_zero() {
    assert_close(
        &values(kl(&posterior(&[0.0; 6], &[0.0; 6], 3))),
        &[0.0, 0.0],
    );
}

#[test]
fn kl_is_summed_over_dimensions_and_kept_per_image() {
    // KL(N(1, 1) || N(0, 1)) = 1/2; KL(N(0, e) || N(0, 1)) = (e - 1 - 1) / 2.
    let one = posterior(&[1.0, 1.0, 1.0, 0.0], &[0.0, 0.0, 0.0, 1.0], 2);
    let second = 0.5 + (std::f32::consts::E - 2.0) / 2.0;
    assert_close(&values(kl(&one)), &[1.0, second]);
    assert_close(
        &values(kl_per_dimension(&one)),
        &[0.5, 0.5, 0.5, second - 0.5],
    );
}

#[test]
fn an_autoencoder_has_no_kl_and_no_noise() {
    let point = Posterior {
        mu: matrix(&[3.0, -1.0], 2),
        logvar: None,
    };
    assert_close(&values(kl(&point)), &[0.0]);
    assert_close(
        &values(reparameterize(&point, matrix(&[5.0, 5.0], 2))),
        &[3.0, -1.0],
    );
}

#[test]
fn the_deviation_is_the_exponential_of_half_the_log_variance() {
    // logvar = ln 4: deviation 2. (exp(logvar) / 2 would happen to give 2 as well, so take ln 16 too: 4, not 8.)
    let two = posterior(&[1.0, 1.0], &[4f32.ln(), 16f32.ln()], 2);
    assert_close(
        &values(reparameterize(&two, matrix(&[1.0, -1.0], 2))),
        &[3.0, -3.0],
    );
}

#[test]
fn cross_entropy_at_logit_zero_is_784_ln_2() {
    let x: Vec<f32> = (0..2 * PIXELS).map(|i| (i % 7) as f32 / 6.0).collect();
    let loss = reconstruction(
        Likelihood::Bernoulli,
        matrix(&[0.0; 2 * PIXELS], PIXELS),
        matrix(&x, PIXELS),
    );
    assert_close(&values(loss), &[543.427_4, 543.427_4]);
}

#[test]
fn cross_entropy_is_finite_at_extreme_logits() {
    let logits = matrix(&[1e4, -1e4, 1e4, -1e4], 4);
    let loss = reconstruction(
        Likelihood::Bernoulli,
        logits,
        matrix(&[1.0, 0.0, 0.0, 1.0], 4),
    );
    assert_close(&values(loss), &[2e4]);
}

#[test]
fn squared_error_is_summed_over_pixels() {
    let loss = reconstruction(
        Likelihood::Gaussian,
        matrix(&[0.0; 4], 4),
        matrix(&[0.0, 1.0, 0.5, 0.25], 4),
    );
    assert_close(&values(loss), &[0.25 + 0.25 + 0.0 + 0.0625]);
}
