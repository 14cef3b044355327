//! Every error leaves as a code with its values, as `types.d.ts` names them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::{Error, IdxAxis};
use crate::data::IdxKind;
use crate::files::FileKind;

/// One of each.
fn all() -> Vec<Error> {
    let text = || String::from("x");
    let kind = IdxKind::Images;
    vec![
        Error::not_whole("x", 1, 2, 0.5),
        Error::NotWholeFrom {
            name: text(),
            min: 1.0,
            found: 0.0,
        },
        Error::NotNumber {
            name: text(),
            min: 0.0,
            max: 1.0,
            found: 2.0,
        },
        Error::NotMilliseconds {
            name: text(),
            found: -1.0,
        },
        Error::NotWidths {
            name: text(),
            max_layers: 4,
            max_width: 9,
            found: vec![0],
        },
        Error::NothingToLearnFrom {
            images: 1,
            found: 2,
        },
        Error::NoSuchImage {
            received: 1,
            found: 2.0,
        },
        Error::WrongType {
            name: text(),
            expected: text(),
            found: text(),
        },
        Error::NoLabel { max: 9 },
        Error::NoSuchFile {},
        Error::Malformed {
            name: text(),
            reason: text(),
        },
        Error::Length {
            name: text(),
            expected: 1,
            found: 2,
        },
        Error::Rows {
            name: text(),
            width: 784,
            max: 9,
            found: 1,
        },
        Error::IdxMagic {
            file: text(),
            kind,
            expected: text(),
            found: text(),
        },
        Error::IdxGzip { file: text() },
        Error::IdxSize {
            file: text(),
            side: 28,
            axis: IdxAxis::Rows,
            size: 32,
        },
        Error::IdxTooMany {
            file: text(),
            kind,
            max: 1,
            found: 2,
        },
        Error::IdxTooLong {
            file: text(),
            kind,
            expected: 1,
            found: 2,
        },
        Error::IdxLabel {
            file: text(),
            max: 9,
            label: 10,
            index: 0,
        },
        Error::IdxNoMemory {
            file: text(),
            bytes: 1,
        },
        Error::IdxHeaderCut {
            file: text(),
            expected: 16,
            found: 1,
        },
        Error::IdxCut {
            file: text(),
            kind,
            expected: 2,
            found: 1,
        },
        Error::OtherFile {
            kind: FileKind::GitLfs,
        },
        Error::EmptyFile {},
        Error::ShortFile { bytes: 3 },
        Error::UnknownFile { beginning: text() },
        Error::HeaderCut {
            needed: 2.0,
            found: 1,
        },
        Error::HeaderDamaged { reason: text() },
        Error::TensorsLong {
            needed: 1.0,
            found: 2,
        },
        Error::TensorsCut {
            needed: 2.0,
            found: 1,
        },
        Error::NoTensor { tensor: text() },
        Error::TensorShape {
            tensor: text(),
            expected: vec![1],
            found: vec![2],
        },
        Error::TensorType {
            tensor: text(),
            found: text(),
        },
        Error::TensorNotFinite {
            tensor: text(),
            found: f32::NAN,
        },
        Error::NegativeMoment {
            tensors: text(),
            found: -1.0,
        },
        Error::NoMetadata { key: text() },
        Error::OtherProgram {
            key: text(),
            tensor: text(),
        },
        Error::NoTensors { key: text() },
        Error::OtherVersion {
            found: text(),
            known: 1,
        },
        Error::NoVersion {},
        Error::NoSettings {},
        Error::SettingsUnreadable { reason: text() },
        Error::SettingUnreadable {
            name: text(),
            found: text(),
            reason: text(),
        },
        Error::NotObject {
            name: text(),
            found: text(),
        },
        Error::SettingRefused {
            error: Box::new(Error::NoLabel { max: 9 }),
        },
        Error::CountTooHigh {
            name: text(),
            max: 1.0,
            found: 2.0,
        },
        Error::PlaceOutside {
            position: 1,
            images: 0,
        },
        Error::ProgressDamaged {},
        Error::LabelsMissing {
            set: text(),
            images: 2,
            labels: 1,
        },
        Error::LabelTooHigh {
            set: text(),
            index: 0,
            label: 10,
            classes: 10,
        },
        Error::NoModel {},
        Error::NoStep {},
        Error::NoGradients {},
        Error::NotShared {},
        Error::NoEvaluation {},
        Error::NothingToEvaluate {},
        Error::ImagesOnTheirWay {},
        Error::ModelChanged {},
        Error::ImagesChanged {},
        Error::OtherImages {
            expected: 1,
            found: 2,
        },
        Error::BeyondHalfPrecision { max: 65504.0 },
        Error::NotWritten {},
        Error::NoClock {},
        Error::NoCanvas {},
        Error::NotPainted {},
        Error::NotHandedOver { reason: text() },
    ]
}

/// The variants of an enumeration, as they are spelt in the source.
fn variants(source: &str, name: &str) -> BTreeSet<String> {
    let body = source
        .split_once(&format!("pub enum {name} {{\n"))
        .unwrap()
        .1;
    let body = body.split_once("\n}\n").unwrap().0;
    let lines = body.lines().filter_map(|line| line.strip_prefix("    "));
    lines
        .filter(|line| line.starts_with(|first: char| first.is_ascii_uppercase()))
        .map(|line| line.split(|c: char| !c.is_alphanumeric()).next().unwrap())
        .map(|name| name[..1].to_lowercase() + &name[1..])
        .collect()
}

/// The values of each code, by `types.d.ts`.
fn declared() -> BTreeMap<String, BTreeSet<String>> {
    let lines = include_str!("wasm/types.d.ts").lines();
    lines
        .filter_map(|line| line.trim().strip_prefix("| { code: \""))
        .map(|line| {
            let (code, values) = line.split_once("\"; values: {").unwrap();
            let values = values.split_once('}').unwrap().0;
            let names = values.split(';').filter_map(|value| value.split_once(':'));
            let names = names.map(|(name, _)| name.trim().to_owned()).collect();
            (code.to_owned(), names)
        })
        .collect()
}

fn told(error: &Error) -> (String, Map<String, Value>) {
    let value = serde_json::to_value(error).unwrap();
    let Value::Object(values) = &value["values"] else {
        panic!("{error:?} must have values, found {value}")
    };
    assert_eq!(value.as_object().unwrap().len(), 2, "{value}");
    (value["code"].as_str().unwrap().to_owned(), values.clone())
}

#[test]
fn every_error_leaves_as_its_code_with_the_values_that_the_types_name() {
    let found: BTreeMap<String, BTreeSet<String>> = all()
        .iter()
        .map(told)
        .map(|(code, values)| (code, values.into_iter().map(|(name, _)| name).collect()))
        .collect();
    assert_eq!(
        found.keys().cloned().collect::<BTreeSet<_>>(),
        variants(include_str!("error.rs"), "Error")
    );
    assert_eq!(found, declared());
}

#[test]
fn a_reason_for_logs_stays_at_home() {
    let error = Error::SettingUnreadable {
        name: "model.activation".into(),
        found: "\"silu\"".into(),
        reason: "unknown variant `silu`".into(),
    };
    let (code, values) = told(&error);
    assert_eq!(code, "settingUnreadable");
    assert_eq!(
        Value::from(values),
        serde_json::json!({ "name": "model.activation", "found": "\"silu\"" })
    );
    assert!(error.to_string().contains("unknown variant `silu`"));
}

#[test]
fn every_kind_of_file_is_declared() {
    let declared = include_str!("wasm/types.d.ts");
    let declared = declared.split_once("export type FileKind =").unwrap().1;
    let declared = declared.split_once(';').unwrap().0;
    let names = declared.split('"').skip(1).step_by(2).map(str::to_owned);
    assert_eq!(
        names.collect::<BTreeSet<_>>(),
        variants(include_str!("files/kind.rs"), "FileKind")
    );
}
