//! One training step against another framework: losses, all gradients, updated weights.
//! `tests/fixtures/golden_step.py` made the fixtures.

mod common;

use std::fs;

use common::{digits_20d, engines, fixture};
use safetensors::SafeTensors;
use vae_lab::training::{Batch, EngineState, TrainingConfig};

/// Relative to the largest value of a tensor.
const TOLERANCE: f32 = 1e-4;

struct Golden {
    config: TrainingConfig,
    losses: serde_json::Value,
    bytes: Vec<u8>,
}

impl Golden {
    fn read(case: &str) -> Self {
        let bytes = fs::read(fixture(&format!("golden-{case}.safetensors"))).unwrap();
        let (_, metadata) = SafeTensors::read_metadata(&bytes).unwrap();
        let metadata = metadata.metadata().clone().unwrap();
        let json = |key: &str| serde_json::from_str::<serde_json::Value>(&metadata[key]).unwrap();
        Self {
            config: config(&json("settings")),
            losses: json("losses"),
            bytes,
        }
    }

    fn tensor(&self, name: &str) -> Vec<f32> {
        let file = SafeTensors::deserialize(&self.bytes).unwrap();
        let data = file.tensor(name).unwrap();
        data.data()
            .as_chunks::<4>()
            .0
            .iter()
            .map(|&word| f32::from_le_bytes(word))
            .collect()
    }

    /// The labels of a conditional model; none for others.
    fn labels(&self) -> Vec<u8> {
        let file = SafeTensors::deserialize(&self.bytes).unwrap();
        file.tensor("labels")
            .map_or(Vec::new(), |labels| labels.data().to_vec())
    }

    fn parameters(&self, prefix: &str) -> Vec<f32> {
        let specs = self.config.model.parameters();
        specs
            .iter()
            .flat_map(|spec| self.tensor(&format!("{prefix}{}", spec.name)))
            .collect()
    }
}

/// *Digits 20-D* with a tiny model and the settings of the fixture.
fn config(settings: &serde_json::Value) -> TrainingConfig {
    let mut config = serde_json::to_value(digits_20d()).unwrap();
    config["model"]["encoderHidden"] = serde_json::json!([3]);
    config["model"]["latentDim"] = serde_json::json!(2);
    config["model"]["decoderHidden"] = serde_json::json!([3]);
    for (key, value) in settings.as_object().unwrap() {
        let target = if config["model"].get(key).is_some() {
            &mut config["model"]
        } else {
            &mut config
        };
        target[key] = value.clone();
    }
    serde_json::from_value(config).unwrap()
}

fn assert_close(what: &str, config: &TrainingConfig, found: &[f32], expected: &[f32]) {
    for spec in config.model.parameters() {
        let (found, expected) = (&found[spec.range.clone()], &expected[spec.range.clone()]);
        let scale = expected
            .iter()
            .fold(1e-6f32, |largest, value| largest.max(value.abs()));
        for (found, expected) in found.iter().zip(expected) {
            assert!(
                (found - expected).abs() <= TOLERANCE * scale,
                "{what} {}: {found}, not {expected}",
                spec.name
            );
        }
    }
}

fn check(case: &str) {
    let golden = Golden::read(case);
    let (x, eps, labels) = (golden.tensor("x"), golden.tensor("eps"), golden.labels());
    let state = EngineState::fresh(golden.parameters(""));
    for (name, mut engine) in engines(&golden.config, &state) {
        let losses = engine.train_step(
            Batch {
                x: &x,
                labels: &labels,
                eps: &eps,
            },
            &golden.config.step_settings(0.0),
        );
        for (term, found) in [
            ("recon", losses.recon),
            ("kl", losses.kl),
            ("objective", losses.objective),
        ] {
            let expected = golden.losses[term].as_f64().unwrap();
            assert!(
                (found - expected).abs() <= 1e-4 * expected.abs(),
                "{name} {term}: {found}, not {expected}"
            );
        }
        let state = engine.state().unwrap();
        assert_close(
            name,
            &golden.config,
            &state.parameters,
            &golden.parameters("updated."),
        );
        // After one step from zero, Adam's first moment is (1 - beta1) times the gradient.
        let scale = 1.0 - golden.config.beta1 as f32;
        let gradients: Vec<f32> = state
            .first_moment
            .iter()
            .map(|moment| moment / scale)
            .collect();
        assert_close(
            &format!("{name} gradient"),
            &golden.config,
            &gradients,
            &golden.parameters("grad."),
        );
    }
}

#[test]
fn bernoulli_vae() {
    check("bernoulli");
}

#[test]
fn gaussian_vae_with_mean_reduction_and_l2() {
    check("gaussian");
}

#[test]
fn gaussian_vae_with_sum_reduction_and_gelu() {
    check("gaussian-sum");
}

#[test]
fn conditional_vae() {
    check("conditional");
}

#[test]
fn conditional_vae_with_26_classes() {
    check("classes");
}

#[test]
fn autoencoder() {
    check("autoencoder");
}
