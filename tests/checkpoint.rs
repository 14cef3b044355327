//! Files of other versions and precisions are loaded, those that are not checkpoints are refused by name, and none panics.

mod common;

use std::collections::HashMap;

use common::{fixture, model_file, small};
use half::{bf16, f16};
use proptest::prelude::*;
use safetensors::SafeTensors;
use safetensors::tensor::{Dtype, TensorView};
use vae_lab::data::Digits;
use vae_lab::files::LoadNotes;
use vae_lab::training::{TrainingConfig, TrainingSession};

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

fn notes_on(bytes: &[u8]) -> LoadNotes {
    TrainingSession::load_with_notes(bytes).unwrap().1
}

/// A file of `tests/fixtures/cases`.
fn case(name: &str) -> Vec<u8> {
    std::fs::read(fixture("cases").join(name)).unwrap()
}

/// A copy of a file with all its numbers in another precision.
fn converted(bytes: &[u8], dtype: Dtype, convert: impl Fn(f32) -> Vec<u8>) -> Vec<u8> {
    let file = SafeTensors::deserialize(bytes).unwrap();
    let (_, metadata) = SafeTensors::read_metadata(bytes).unwrap();
    let tensors: Vec<_> = file
        .tensors()
        .into_iter()
        .map(|(name, view)| {
            let words = view.data().as_chunks::<4>().0;
            let values = words.iter().map(|&word| f32::from_le_bytes(word));
            let data: Vec<u8> = values.flat_map(&convert).collect();
            (name, view.shape().to_vec(), data)
        })
        .collect();
    let views = tensors.iter().map(|(name, shape, data)| {
        let view = TensorView::new(dtype, shape.clone(), data);
        (name, view.unwrap())
    });
    safetensors::serialize(views, metadata.metadata().clone()).unwrap()
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
        message.contains("encoder.mu.weight must have the shape [64, 8], found [512]"),
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

#[test]
fn moments_that_are_not_all_there_or_negative_are_named() {
    let without = |missing: &'static str| {
        edited(
            move |name, shape, data| (!name.starts_with(missing)).then_some((shape, data)),
            |json| json,
        )
    };
    assert!(refusal(&without("adam.v.")).contains("adam.v.encoder.hidden.0.weight is missing"));
    assert!(refusal(&without("adam.m.")).contains("adam.m.encoder.hidden.0.weight is missing"));
    let negative = |name: &str, shape, mut data: Vec<u8>| {
        if name == "adam.v.encoder.mu.bias" {
            data[..4].copy_from_slice(&(-1f32).to_le_bytes());
        }
        Some((shape, data))
    };
    assert!(refusal(&edited(negative, |json| json)).contains("must not be negative, found -1"));
}

#[test]
fn every_precision_loads() {
    let session = TrainingSession::new(small()).unwrap();
    let expected = session.state().unwrap().parameters;
    let file = session.save().unwrap();
    let double = converted(&file, Dtype::F64, |value| {
        f64::from(value).to_le_bytes().into()
    });
    let brain = converted(&file, Dtype::BF16, |value| {
        bf16::from_f32(value).to_le_bytes().into()
    });
    let half = converted(&file, Dtype::F16, |value| {
        f16::from_f32(value).to_le_bytes().into()
    });
    let parameters = |bytes: &[u8]| {
        let session = TrainingSession::load(bytes).unwrap();
        session.state().unwrap().parameters
    };
    assert_eq!(parameters(&double), expected);
    for (found, expected) in parameters(&brain).iter().zip(&expected) {
        // BF16 is the upper half of F32.
        let error = (found.to_bits() as i64 - expected.to_bits() as i64).abs();
        assert!(error <= 0x8000 && found.to_bits() & 0xffff == 0);
    }
    for (found, expected) in parameters(&half).iter().zip(&expected) {
        assert!(
            (found - expected).abs() <= expected.abs() / 2048.0 + 1e-7,
            "{found}, {expected}"
        );
    }
    let whole = converted(&file, Dtype::I32, |value| {
        (value as i32).to_le_bytes().into()
    });
    assert!(refusal(&whole).contains("must be I8 with scales, F16, BF16, F32 or F64, found I32"));
}

#[test]
fn moments_in_half_precision_are_not_gone_on_from() {
    let half = |value| f16::from_f32(value).to_le_bytes().into();
    let file = converted(&good(), Dtype::F16, half);
    let (session, notes) = TrainingSession::load_with_notes(&file).unwrap();
    assert_eq!(notes.missing, ["adam"]);
    let state = session.state().unwrap();
    assert!(state.updates == 0 && state.first_moment.iter().all(|&moment| moment == 0.0));
}

#[test]
fn weights_as_bf16_load() {
    let (session, notes) = TrainingSession::load_with_notes(&case("s03-bf16.safetensors")).unwrap();
    assert_eq!(notes, LoadNotes::default());
    assert_eq!(session.config().model.latent_dim, 2);
    assert_eq!(session.progress().step, 100);
    let older = case("s05-older-without-two-settings.safetensors");
    let older = TrainingSession::load(&older).unwrap();
    let (brain, single) = (session.state().unwrap(), older.state().unwrap());
    for (brain, single) in brain.parameters.iter().zip(&single.parameters) {
        assert!(
            (brain - single).abs() <= single.abs() / 128.0,
            "{brain}, {single}"
        );
    }
}

#[test]
fn settings_that_an_older_version_did_not_write_take_their_defaults_and_are_told() {
    let older = case("s05-older-without-two-settings.safetensors");
    let (session, notes) = TrainingSession::load_with_notes(&older).unwrap();
    assert_eq!(notes.missing, ["engine", "l2"]);
    assert!(notes.unknown.is_empty());
    assert_eq!(session.config().l2, 0.0);
    assert_eq!(session.config().learning_rate, 0.003);
    // Saved anew, it is a file of this version.
    assert_eq!(notes_on(&session.save().unwrap()), LoadNotes::default());
}

#[test]
fn what_a_newer_version_added_is_passed_over_and_told() {
    let newer = edited(keep, |json| {
        json.replace("\"l2\":", "\"dropout\":0.1,\"l2\":")
            .replace("\"latentDim\":", "\"depth\":[1],\"latentDim\":")
    });
    let found = notes_on(&newer);
    assert!(found.missing.is_empty());
    assert_eq!(found.unknown, ["model.depth", "dropout"]);
}

#[test]
fn tensors_without_a_place_are_told() {
    let bytes = good();
    let file = SafeTensors::deserialize(&bytes).unwrap();
    let (_, metadata) = SafeTensors::read_metadata(&bytes).unwrap();
    let extra = TensorView::new(Dtype::F32, vec![1], &[0; 4]).unwrap();
    let views = file.tensors().into_iter();
    let views = views.chain([("encoder.hidden.1.bias".into(), extra)]);
    let file = safetensors::serialize(views, metadata.metadata().clone()).unwrap();
    assert_eq!(notes_on(&file).unknown, ["encoder.hidden.1.bias"]);
}

#[test]
fn the_models_of_the_page_load_without_a_note() {
    for name in ["digits-20d", "best-mlp", "map-2d", "conditional"] {
        let bytes = std::fs::read(model_file(name)).unwrap();
        let (session, notes) = TrainingSession::load_with_notes(&bytes).unwrap();
        assert_eq!(notes, LoadNotes::default(), "{name}");
        assert_eq!(session.config().model.classes, 10, "{name}");
    }
}

#[test]
fn in_eight_bits_a_model_is_nearly_the_same() {
    let whole = TrainingSession::load(&std::fs::read(model_file("best-mlp")).unwrap()).unwrap();
    let bytes = whole.export_in_eight_bits().unwrap();
    let (read, notes) = TrainingSession::load_with_notes(&bytes).unwrap();
    assert_eq!(notes, LoadNotes::default());
    assert_eq!(read.config(), whole.config());
    assert!(bytes.len() * 19 < whole.export().unwrap().len() * 10);
    let (before, after) = (whole.state().unwrap(), read.state().unwrap());
    for spec in whole.config().model.parameters() {
        let (before, after) = (
            &before.parameters[spec.range.clone()],
            &after.parameters[spec.range],
        );
        let most = before
            .iter()
            .fold(0.0_f32, |most, value| most.max(value.abs()));
        let worst = before.iter().zip(after).map(|(a, b)| (a - b).abs());
        let worst = worst.fold(0.0_f32, f32::max);
        // Half a step of 127, and what half precision rounds.
        assert!(worst <= most / 250.0, "{}: {worst} of {most}", spec.name);
    }
    assert!(
        read.state()
            .unwrap()
            .first_moment
            .iter()
            .all(|&value| value == 0.0)
    );
}

#[test]
fn a_file_without_its_metadata_is_refused_with_the_mend() {
    let message = refusal(&case("s02-resaved-without-metadata.safetensors"));
    for part in [
        "but not its settings",
        "save_file(tensors, \"new.safetensors\", metadata=safe_open(\"original.safetensors\", \"pt\").metadata())",
        "original.safetensors is the file that VAE Lab saved",
    ] {
        assert!(message.contains(part), "{message}");
    }
    // As Python does it, with the words of its own metadata.
    let bytes = good();
    let tensors = SafeTensors::deserialize(&bytes).unwrap().tensors();
    let python = HashMap::from([("format".into(), "pt".into())]);
    let resaved = safetensors::serialize(tensors, Some(python)).unwrap();
    assert!(refusal(&resaved).contains("metadata=safe_open"));
}

#[test]
fn models_of_other_programs_are_told_apart() {
    let view = TensorView::new(Dtype::F32, vec![1], &[0; 4]).unwrap();
    let other = safetensors::serialize([("fc1.weight", view)], None).unwrap();
    let message = refusal(&other);
    assert!(
        message.contains("of another program") && message.contains("fc1.weight"),
        "{message}"
    );
    let classifier = std::fs::read(model_file("classifier")).unwrap();
    assert!(refusal(&classifier).contains("of another program"));
}

#[test]
fn files_that_are_cut_or_too_long_say_how_much_is_missing() {
    let file = good();
    let (header, _) = SafeTensors::read_metadata(&file).unwrap();
    assert!(refusal(&[]).contains("it is empty"));
    assert!(refusal(&file[..5]).contains("it has only 5 bytes"));
    let message = refusal(&file[..1_000]);
    assert!(
        message.contains(&format!(
            "its header needs {} bytes, and 1000 are here",
            header + 8
        )),
        "{message}"
    );
    let message = refusal(&file[..file.len() - 1]);
    assert!(
        message.contains(&format!("it is cut: its tensors need {} bytes", file.len())),
        "{message}"
    );
    assert!(message.contains("download or copy it again"));
    assert!(refusal(&[&file[..], &[0]].concat()).contains("bytes, and"));
}

#[test]
fn keys_that_stand_twice_are_named() {
    let twice = edited(keep, |json| json.replace("\"l2\":", "\"l2\":0.5,\"l2\":"));
    assert!(refusal(&twice).contains("the key \"l2\" stands twice"));
    // The same tensor twice over the same bytes.
    let file = good();
    let length = u64::from_le_bytes(*file.first_chunk().unwrap()) as usize;
    let header = std::str::from_utf8(&file[8..8 + length]).unwrap();
    let start = header.find("\"encoder.mu.bias\"").unwrap();
    let end = start + header[start..].find('}').unwrap() + 1;
    let header = format!("{},{}", &header[..end], &header[start..]);
    let twice = [
        &(header.len() as u64).to_le_bytes()[..],
        header.as_bytes(),
        &file[8 + length..],
    ];
    assert!(refusal(&twice.concat()).contains("the key \"encoder.mu.bias\" stands twice"));
}

#[test]
fn a_weight_beyond_half_precision_is_not_exported_as_infinity() {
    let large = |name: &str, shape, mut data: Vec<u8>| {
        if name == "encoder.mu.bias" {
            data[..4].copy_from_slice(&70_000f32.to_le_bytes());
        }
        Some((shape, data))
    };
    let session = TrainingSession::load(&edited(large, |json| json)).unwrap();
    let message = session.export().unwrap_err().to_string();
    assert!(
        message.contains("65504") && message.contains("save the whole run"),
        "{message}"
    );
}

/// A run of the smallest model after one step.
fn tiny() -> Vec<u8> {
    let mut config: TrainingConfig = small();
    config.model.encoder_hidden = vec![2];
    config.model.latent_dim = 1;
    config.model.decoder_hidden = vec![2];
    config.model.conditional = true;
    config.batch_size = 4;
    let mut session = TrainingSession::new(config).unwrap();
    session.step(&eight_digits()).unwrap();
    session.save().unwrap()
}

fn eight_digits() -> Digits {
    let mut digits = Digits::new("eight");
    let header = [0x803u32, 8, 28, 28].map(u32::to_be_bytes).concat();
    digits.images.push(&header).unwrap();
    digits.images.push(&[0, 255].repeat(8 * 784 / 2)).unwrap();
    digits.labels.push(&[0, 0, 8, 1, 0, 0, 0, 8]).unwrap();
    digits.labels.push(&[0, 1, 2, 3, 4, 5, 6, 7]).unwrap();
    digits
}

/// What one byte is replaced with: mostly what means something in JSON.
fn byte() -> impl Strategy<Value = u8> {
    prop_oneof![
        3 => prop::sample::select(b"0123456789-+.eE\"\\{}[]:,nulltrue".to_vec()),
        1 => any::<u8>(),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_damaged_file_is_refused_or_goes_on_without_a_panic(
        changes in prop::collection::vec((0.0..1.0f64, byte(), any::<bool>()), 1..6),
        cut in prop::option::of(0.0..1.0f64),
    ) {
        let mut file = tiny();
        let length = u64::from_le_bytes(*file.first_chunk().unwrap()) as usize;
        for (place, byte, in_header) in changes {
            let end = if in_header { 8 + length } else { file.len() };
            file[(end as f64 * place) as usize] = byte;
        }
        if let Some(share) = cut.filter(|&share| share > 0.8) {
            file.truncate((file.len() as f64 * share) as usize);
        }
        if let Ok((mut session, _)) = TrainingSession::load_with_notes(&file) {
            // Whatever it is now, it can be told where it stands, go on, and be kept.
            prop_assert!(session.progress().epochs().is_finite());
            let _ = session.step(&eight_digits());
            prop_assert!(session.save().is_ok());
        } else {
            refusal(&file);
        }
    }
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
