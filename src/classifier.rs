//! A small frozen network that reads digits, to judge samples with: which classes a model writes, and whether a
//! conditional model writes what it was asked for.
//!
//! `examples/train_classifier.rs` trains it; the page and the tests load it from `www/models/classifier.safetensors`.
//! Its own test accuracy stands in `classifier.json` beside it.

use half::f16;
use safetensors::tensor::{Dtype, TensorView};
use serde::Serialize;

use crate::data::{CLASSES, PIXELS};
use crate::error::{Result, check_length};
use crate::files::tensors::{self, unwritable};

/// The units between pixels and classes.
const HIDDEN: usize = 256;
/// The tensors of the file and their shapes; weights are `[inputs, outputs]`.
const TENSORS: [(&str, &[usize]); 4] = [
    ("hidden.weight", &[PIXELS, HIDDEN]),
    ("hidden.bias", &[HIDDEN]),
    ("output.weight", &[HIDDEN, CLASSES]),
    ("output.bias", &[CLASSES]),
];
/// A class is covered if more than this share of the samples is read as it.
const COVERED_SHARE: f64 = 0.01;

/// 784 pixels - 256 units with ReLU - 10 classes with softmax.
#[derive(Clone, Debug)]
pub struct Classifier {
    /// The values of [`TENSORS`], in that order.
    tensors: [Vec<f32>; 4],
}

/// How varied and how legible samples are, as a classifier reads them.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SampleQuality {
    /// The share of the samples that is read as each class; they sum to 1.
    pub class_shares: [f64; CLASSES],
    /// How many classes have a share above 1%.
    pub coverage: usize,
    /// The entropy of the mean class distribution, nats; ln 10 = 2.303 if all classes are equally likely.
    pub entropy: f64,
    /// The mean probability of the class that a sample is read as.
    pub confidence: f64,
}

impl Classifier {
    /// The widths of the layers, from pixels to classes.
    pub const WIDTHS: [usize; 3] = [PIXELS, HIDDEN, CLASSES];

    /// A network with these weights, `[inputs, outputs]`, and biases.
    ///
    /// # Errors
    ///
    /// A length that does not fit [`Classifier::WIDTHS`].
    pub fn new(
        hidden_weight: Vec<f32>,
        hidden_bias: Vec<f32>,
        output_weight: Vec<f32>,
        output_bias: Vec<f32>,
    ) -> Result<Self> {
        let tensors = [hidden_weight, hidden_bias, output_weight, output_bias];
        for ((name, shape), values) in TENSORS.iter().zip(&tensors) {
            check_length(name, shape.iter().product(), values.len())?;
        }
        Ok(Self { tensors })
    }

    /// Reads a file made by [`Classifier::save`].
    ///
    /// # Errors
    ///
    /// Bytes that are not such a file, or a tensor that is missing, of the wrong shape or not finite.
    pub fn load(bytes: &[u8]) -> Result<Self> {
        let (file, _) = tensors::open(bytes)?;
        let mut tensors: [Vec<f32>; 4] = Default::default();
        for ((name, shape), values) in TENSORS.iter().zip(&mut tensors) {
            *values = tensors::read(&file, name, shape)?;
        }
        Ok(Self { tensors })
    }

    /// The network as a safetensors file in half precision.
    ///
    /// # Errors
    ///
    /// The file cannot be written.
    pub fn save(&self) -> Result<Vec<u8>> {
        let halves = |values: &Vec<f32>| -> Vec<u8> {
            let bytes = |&value: &f32| f16::from_f32(value).to_le_bytes();
            values.iter().flat_map(bytes).collect()
        };
        let bytes = self.tensors.each_ref().map(halves);
        let views = TENSORS.iter().zip(&bytes).map(|((name, shape), bytes)| {
            let view = TensorView::new(Dtype::F16, shape.to_vec(), bytes).map_err(unwritable)?;
            Ok((*name, view))
        });
        safetensors::serialize(views.collect::<Result<Vec<_>>>()?, None).map_err(unwritable)
    }

    /// The probability of each class, for each image.
    ///
    /// # Shapes
    ///
    /// - images: `[images, 784]`, values in [0, 1]
    /// - output: `[images][10]`; each row sums to 1
    pub fn classify(&self, images: &[f32]) -> Vec<[f32; CLASSES]> {
        images
            .chunks_exact(PIXELS)
            .map(|image| self.probabilities(image))
            .collect()
    }

    /// The most probable class of each image of `[images, 784]`.
    pub fn read(&self, images: &[f32]) -> Vec<u8> {
        self.classify(images)
            .iter()
            .map(|row| most_probable(row) as u8)
            .collect()
    }

    fn probabilities(&self, image: &[f32]) -> [f32; CLASSES] {
        let [hidden_weight, hidden_bias, output_weight, output_bias] = &self.tensors;
        let mut hidden = hidden_bias.clone();
        add_product(image, hidden_weight, &mut hidden);
        hidden.iter_mut().for_each(|unit| *unit = unit.max(0.0));
        let mut logits = [0.0; CLASSES];
        logits.copy_from_slice(output_bias);
        add_product(&hidden, output_weight, &mut logits);
        softmax(logits)
    }
}

/// Reads samples, and says how varied and how legible they are.
///
/// # Shapes
///
/// - images: `[images, 784]`, values in [0, 1]; at least one
pub fn sample_quality(classifier: &Classifier, images: &[f32]) -> SampleQuality {
    quality(&classifier.classify(images))
}

/// The share of the images that the classifier reads as their label.
///
/// # Shapes
///
/// - images: `[images, 784]`, values in [0, 1]; at least one
/// - labels: `[images]`, 0 to 9
pub fn label_agreement(classifier: &Classifier, images: &[f32], labels: &[u8]) -> f64 {
    let read = classifier.read(images);
    let agree = read
        .iter()
        .zip(labels)
        .filter(|(read, label)| read == label);
    agree.count() as f64 / labels.len() as f64
}

fn quality(probabilities: &[[f32; CLASSES]]) -> SampleQuality {
    let share = 1.0 / probabilities.len() as f64;
    let (mut class_shares, mut mean, mut confidence) = ([0.0; CLASSES], [0.0; CLASSES], 0.0);
    for row in probabilities {
        let class = most_probable(row);
        class_shares[class] += share;
        confidence += share * f64::from(row[class]);
        for (mean, &probability) in mean.iter_mut().zip(row) {
            *mean += share * f64::from(probability);
        }
    }
    let covered = class_shares.iter().filter(|&&share| share > COVERED_SHARE);
    SampleQuality {
        coverage: covered.count(),
        class_shares,
        entropy: mean.into_iter().map(surprise).sum(),
        confidence,
    }
}

/// -p ln p, which is 0 for p = 0.
fn surprise(probability: f64) -> f64 {
    if probability > 0.0 {
        -probability * probability.ln()
    } else {
        0.0
    }
}

fn most_probable(row: &[f32; CLASSES]) -> usize {
    (0..CLASSES)
        .max_by(|&a, &b| row[a].total_cmp(&row[b]))
        .unwrap_or(0)
}

/// `output += input * weight`, for `weight` of `[input, output]`. Most pixels and many units are zero: they are skipped.
fn add_product(input: &[f32], weight: &[f32], output: &mut [f32]) {
    for (value, row) in input.iter().zip(weight.chunks_exact(output.len())) {
        if *value != 0.0 {
            for (sum, weight) in output.iter_mut().zip(row) {
                *sum += value * weight;
            }
        }
    }
}

fn softmax(logits: [f32; CLASSES]) -> [f32; CLASSES] {
    let largest = logits.into_iter().fold(f32::NEG_INFINITY, f32::max);
    let powers = logits.map(|logit| (logit - largest).exp());
    let sum: f32 = powers.iter().sum();
    powers.map(|power| power / sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Unit 0 sees pixel 0, unit 1 sees minus pixel 1; class 3 gets unit 0 times `gain`, class 5 unit 1.
    fn by_hand(gain: f32) -> Classifier {
        let mut hidden = vec![0.0; PIXELS * HIDDEN];
        hidden[0] = 1.0;
        hidden[HIDDEN + 1] = -1.0;
        let mut output = vec![0.0; HIDDEN * CLASSES];
        output[3] = gain;
        output[CLASSES + 5] = 1.0;
        Classifier::new(hidden, vec![0.0; HIDDEN], output, vec![0.0; CLASSES]).unwrap()
    }

    fn image(first: f32, second: f32) -> Vec<f32> {
        let mut image = vec![0.0; PIXELS];
        image[..2].copy_from_slice(&[first, second]);
        image
    }

    #[test]
    fn probabilities_by_hand() {
        // Logit ln 11 for class 3 and 0 for the nine others: 11 / (11 + 9).
        let classifier = by_hand(11f32.ln());
        let rows = classifier.classify(&[image(1.0, 1.0), image(0.0, 1.0)].concat());
        assert!((rows[0][3] - 0.55).abs() < 1e-6 && (rows[0][5] - 0.05).abs() < 1e-6);
        // ReLU keeps the negative unit from class 5.
        assert!(rows[1].iter().all(|&share| (share - 0.1).abs() < 1e-6));
        assert_eq!(classifier.read(&image(1.0, 0.0)), [3]);
    }

    #[test]
    fn quality_by_hand() {
        let one_hot = |class: usize| {
            let mut row = [0.0; CLASSES];
            row[class] = 1.0;
            row
        };
        let found = quality(&[one_hot(0), one_hot(0), one_hot(7), one_hot(8)]);
        assert_eq!(
            found.class_shares,
            [0.5, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.25, 0.25, 0.0]
        );
        assert_eq!((found.coverage, found.confidence), (3, 1.0));
        // H(1/2, 1/4, 1/4) = 3/2 ln 2.
        assert!((found.entropy - 1.5 * 2f64.ln()).abs() < 1e-12);

        let unsure = quality(&[[0.1; CLASSES]]);
        assert!((unsure.entropy - 10f64.ln()).abs() < 1e-6);
        assert!((unsure.confidence - 0.1).abs() < 1e-6);
    }

    #[test]
    fn a_share_of_one_percent_is_not_covered_yet() {
        let mut rows = vec![[0.0; CLASSES]; 200];
        for (index, row) in rows.iter_mut().enumerate() {
            // Two of class 1: exactly 1%. Three of class 2: more.
            row[[1, 1, 2, 2, 2].get(index).copied().unwrap_or(0)] = 1.0;
        }
        assert_eq!(quality(&rows).coverage, 2);
    }

    #[test]
    fn agreement_by_hand() {
        let images = [
            image(1.0, 0.0),
            image(0.5, 0.0),
            image(1.0, 1.0),
            image(1.0, 0.0),
        ]
        .concat();
        assert_eq!(label_agreement(&by_hand(9.0), &images, &[3, 3, 3, 4]), 0.75);
    }

    #[test]
    fn a_saved_classifier_reads_the_same() {
        // 0.5 and its like are exact in half precision.
        let classifier = by_hand(0.5);
        let loaded = Classifier::load(&classifier.save().unwrap()).unwrap();
        assert_eq!(loaded.tensors, classifier.tensors);
    }

    #[test]
    fn files_that_are_no_classifier_are_refused_by_name() {
        let refusal = |bytes: &[u8]| Classifier::load(bytes).unwrap_err().to_string();
        assert!(refusal(b"nonsense").contains("not a VAE Lab checkpoint"));
        let none = Vec::<(&str, TensorView<'_>)>::new();
        let empty = safetensors::serialize(none, None).unwrap();
        assert!(refusal(&empty).contains("the tensor hidden.weight is missing"));
        let mut broken = by_hand(0.5);
        broken.tensors[3][2] = f32::NAN;
        assert!(refusal(&broken.save().unwrap()).contains("output.bias must be finite, found NaN"));
        let short = Classifier::new(vec![], vec![], vec![], vec![]).unwrap_err();
        assert_eq!(
            short.to_string(),
            "hidden.weight must have length 200704, got 0"
        );
    }
}
