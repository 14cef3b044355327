//! Files that are not checkpoints are refused by name, and never panic.

mod common;

use std::collections::HashMap;

use common::small;
use proptest::prelude::*;
use safetensors::SafeTensors;
use safetensors::tensor::{Dtype, TensorView};
use vae_lab::training::TrainingSession;

fn good() -> Vec<u8> {
    TrainingSession::new(small()).unwrap().save().unwrap()
}

fn refusal(bytes: &[u8]) -> String {
    let Err(error) = TrainingSession::load(bytes) else {
        panic!("this file must be refused")
    };
    let message = error.to_string();
    assert!(
        message.contains("not a VAE Lab checkpoint") && message.contains("Nothing was changed"),
        "{message}"
    );
    message
}

/// A copy of the good file whose tensors and metadata pass through `edit`.
fn edited(
    edit: impl Fn(&str, Vec<usize>, Vec<u8>) -> Option<(Vec<usize>, Vec<u8>)>,
    json: impl Fn(String) -> String,
) -> Vec<u8> {
    let bytes = good();
    let file = SafeTensors::deserialize(&bytes).unwrap();
    let (_, metadata) = SafeTensors::read_metadata(&bytes).unwrap();
    let header = metadata.metadata().as_ref().unwrap()["vae-lab"].clone();
    let tensors: Vec<_> = file
        .tensors()
        .into_iter()
        .filter_map(|(name, view)| {
            Some((
                name.clone(),
                edit(&name, view.shape().to_vec(), view.data().to_vec())?,
            ))
        })
        .collect();
    let views = tensors.iter().map(|(name, (shape, data))| {
        (
            name,
            TensorView::new(Dtype::F32, shape.clone(), data).unwrap(),
        )
    });
    safetensors::serialize(
        views,
        Some(HashMap::from([("vae-lab".into(), json(header))])),
    )
    .unwrap()
}

fn keep(_: &str, shape: Vec<usize>, data: Vec<u8>) -> Option<(Vec<usize>, Vec<u8>)> {
    Some((shape, data))
}

#[test]
fn a_missing_tensor_is_named() {
    let file = edited(
        |name, shape, data| (name != "decoder.output.bias").then_some((shape, data)),
        |json| json,
    );
    assert!(refusal(&file).contains("decoder.output.bias is missing"));
}

#[test]
fn a_tensor_of_the_wrong_shape_is_named() {
    let flat = |name: &str, shape: Vec<usize>, data| match name {
        "encoder.mu.weight" => Some((vec![shape.iter().product()], data)),
        _ => Some((shape, data)),
    };
    let message = refusal(&edited(flat, |json| json));
    assert!(
        message.contains(
            "encoder.mu.weight must be F32 or F16 of shape [64, 8], found F32 of shape [512]"
        ),
        "{message}"
    );
}

#[test]
fn a_tensor_that_is_not_finite_is_named() {
    let poison = |name: &str, shape, mut data: Vec<u8>| {
        if name == "encoder.hidden.0.bias" {
            data[..4].copy_from_slice(&f32::NAN.to_le_bytes());
        }
        Some((shape, data))
    };
    assert!(
        refusal(&edited(poison, |json| json))
            .contains("encoder.hidden.0.bias must be finite, found NaN")
    );
}

#[test]
fn bad_settings_and_other_versions_are_named() {
    let version = edited(keep, |json| json.replace("\"version\":1", "\"version\":9"));
    assert!(refusal(&version).contains("its version is 9"));
    let rate = edited(keep, |json| {
        json.replace("\"learningRate\":0.001", "\"learningRate\":7.0")
    });
    assert!(refusal(&rate).contains("learningRate must be a number from"));
    let place = edited(keep, |json| {
        json.replace("\"position\":0", "\"position\":77")
    });
    assert!(refusal(&place).contains("image 77"));
    assert!(refusal(&edited(keep, |_| "{}".into())).contains("version"));
}

#[test]
fn a_model_without_moments_is_a_model_to_train_on() {
    let weights = edited(
        |name, shape, data| (!name.starts_with("adam.")).then_some((shape, data)),
        |json| json,
    );
    let state = TrainingSession::load(&weights).unwrap().state().unwrap();
    assert_eq!(state.updates, 0);
    assert!(state.first_moment.iter().all(|&moment| moment == 0.0));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_bytes_are_refused_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        refusal(&bytes);
    }

    #[test]
    fn a_truncated_file_is_refused(share in 0.0..0.999f64) {
        let file = good();
        refusal(&file[..(file.len() as f64 * share) as usize]);
    }
}
