//! The `evaluate` example as a person runs it: its numbers, and what it says about files that it cannot use.

mod common;

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use common::{inflate, small};
use safetensors::SafeTensors;
use safetensors::tensor::TensorView;
use serde_json::Value;
use vae_lab::training::{TrainingConfig, TrainingSession};

const IMAGES: u32 = 70;

/// A folder of this test's own with images, their labels and a model.
struct Place(PathBuf);

impl Place {
    fn new(test: &str) -> Self {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("evaluate-{test}"));
        fs::create_dir_all(&folder).unwrap();
        let place = Self(folder);
        place.write(
            "images",
            &first("t10k-images-idx3-ubyte.gz", 16 + 784 * IMAGES),
        );
        place.write("labels", &first("t10k-labels-idx1-ubyte.gz", 8 + IMAGES));
        place.write("model", &model(small()));
        place
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        fs::write(self.0.join(name), bytes).unwrap();
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let tests = std::env::current_exe().unwrap();
        let example = tests.ancestors().nth(2).unwrap().join("examples/evaluate");
        assert!(
            example.exists(),
            "{} is missing: run `cargo build --example evaluate`, or all tests",
            example.display()
        );
        let mut command = Command::new(example);
        command
            .current_dir(&self.0)
            .args(arguments)
            .output()
            .unwrap()
    }

    fn numbers(&self, arguments: &[&str]) -> Value {
        let always = ["--model", "model", "--images", "images", "--json"];
        let output = self.run(&[&always, arguments].concat());
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// What is said on stderr, after checking the exit code and that nothing looks like a result.
    fn refusal(&self, arguments: &[&str]) -> String {
        let output = self.run(&[arguments, &["--convention", "grey"]].concat());
        assert_eq!(output.status.code(), Some(2));
        assert!(output.stdout.is_empty());
        String::from_utf8(output.stderr).unwrap()
    }
}

/// The first bytes of one of the site's data files, with the count in the header to match.
fn first(name: &str, length: u32) -> Vec<u8> {
    let mut bytes = inflate(name);
    bytes.truncate(length as usize);
    bytes[4..8].copy_from_slice(&IMAGES.to_be_bytes());
    bytes
}

fn model(config: TrainingConfig) -> Vec<u8> {
    TrainingSession::new(config).unwrap().save().unwrap()
}

/// The model file with one tensor changed or, for `None`, left out.
fn edited(name: &str, edit: impl Fn(Vec<u8>) -> Option<Vec<u8>>) -> Vec<u8> {
    let bytes = model(small());
    let (_, metadata) = SafeTensors::read_metadata(&bytes).unwrap();
    let file = SafeTensors::deserialize(&bytes).unwrap();
    let tensors = file.tensors().into_iter().filter_map(|(found, view)| {
        let data = view.data().to_vec();
        let data = if found == name { edit(data)? } else { data };
        Some((found, view.dtype(), view.shape().to_vec(), data))
    });
    let tensors: Vec<_> = tensors.collect();
    let views = tensors.iter().map(|(name, dtype, shape, data)| {
        (name, TensorView::new(*dtype, shape.clone(), data).unwrap())
    });
    safetensors::serialize(views, metadata.metadata().clone()).unwrap()
}

fn number(report: &Value, key: &str) -> f64 {
    report[key].as_f64().unwrap()
}

#[test]
fn the_numbers_of_a_model() {
    let place = Place::new("numbers");
    let report = place.numbers(&["--convention", "grey", "--samples", "20", "--seed", "3"]);
    let keys: Vec<&String> = report.as_object().unwrap().keys().collect();
    let expected = [
        "active_units",
        "convention",
        "elbo",
        "kl",
        "kl_per_dim",
        "log_likelihood",
        "log_likelihood_se",
        "n_images",
        "recon",
    ];
    assert_eq!(keys, expected);
    assert_eq!(
        (&report["convention"], &report["n_images"]),
        (&"grey".into(), &IMAGES.into())
    );
    let (elbo, recon, kl) = (
        number(&report, "elbo"),
        number(&report, "recon"),
        number(&report, "kl"),
    );
    assert!((elbo + recon + kl).abs() < 1e-9);
    assert!(
        (540.0..560.0).contains(&recon),
        "an untrained model knows nothing: {recon}"
    );
    let per_dimension = report["kl_per_dim"].as_array().unwrap();
    assert_eq!(per_dimension.len(), small().model.latent_dim);
    assert!(
        (per_dimension
            .iter()
            .map(|kl| kl.as_f64().unwrap())
            .sum::<f64>()
            - kl)
            .abs()
            < 1e-9
    );
    assert!(number(&report, "log_likelihood") > elbo);
    assert!(number(&report, "log_likelihood_se") > 0.0);
}

#[test]
fn the_seed_and_the_convention_decide_the_numbers() {
    let place = Place::new("seeds");
    let grey = |seed| place.numbers(&["--convention", "grey", "--seed", seed]);
    assert_eq!(grey("3"), grey("3"));
    assert_ne!(grey("3")["recon"], grey("4")["recon"]);
    assert!(
        grey("3")["log_likelihood"].is_null(),
        "no samples were asked for"
    );
    let threshold = place.numbers(&["--convention", "threshold", "--seed", "3"]);
    assert_ne!(grey("3")["kl"], threshold["kl"]);
    assert_eq!(threshold["convention"], "threshold");
}

#[test]
fn a_conditional_model_takes_labels() {
    let place = Place::new("conditional");
    let mut config = small();
    config.model.conditional = true;
    place.write("conditional", &model(config));
    let given = ["--model", "conditional", "--images", "images"];
    assert!(place.refusal(&given).contains("--labels"));
    let labels = ["--convention", "grey", "--labels", "labels"];
    assert!(place.run(&[&given[..], &labels].concat()).status.success());
}

#[test]
fn files_that_cannot_be_used_are_named_with_exit_code_2() {
    let place = Place::new("refusals");
    let refusal = |model, images| place.refusal(&["--model", model, "--images", images]);

    assert!(refusal("nowhere", "images").contains("nowhere"));
    assert!(refusal("model", "nowhere").contains("nowhere"));
    let swapped = refusal("images", "images");
    assert!(
        swapped.contains("images: this file is not a VAE Lab checkpoint"),
        "{swapped}"
    );
    let swapped = refusal("model", "labels");
    assert!(
        swapped.contains("0x00000803") && swapped.contains("0x00000801"),
        "{swapped}"
    );

    place.write("missing", &edited("decoder.output.bias", |_| None));
    assert!(refusal("missing", "images").contains("decoder.output.bias is missing"));
    let poison = |mut data: Vec<u8>| {
        data[..4].copy_from_slice(&f32::NAN.to_le_bytes());
        Some(data)
    };
    place.write("nan", &edited("encoder.mu.weight", poison));
    assert!(refusal("nan", "images").contains("encoder.mu.weight must be finite, found NaN"));

    place.write("misfit", &misfit());
    let misfit = refusal("misfit", "images");
    assert!(
        misfit.contains("encoder.mu.weight must have the shape [64, 9], found [64, 8]"),
        "{misfit}"
    );
}

/// Tensors for eight latent dimensions under settings that say nine.
fn misfit() -> Vec<u8> {
    let mut file = model(small());
    let setting = br#"\"latentDim\":8"#;
    let place = file
        .windows(setting.len())
        .position(|window| window == setting);
    file[place.unwrap() + setting.len() - 1] = b'9';
    file
}

#[test]
fn labels_of_other_images_are_refused() {
    let place = Place::new("labels");
    place.write("all", &inflate("t10k-labels-idx1-ubyte.gz"));
    let message = place.refusal(&["--model", "model", "--images", "images", "--labels", "all"]);
    assert!(
        message.contains("each of the 70 images, found 10000"),
        "{message}"
    );
}
