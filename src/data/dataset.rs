//! Images with their labels, and how they are split.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::{IdxKind, IdxReader};
use crate::error::{Error, Result};

/// Which images: those that are learnt from, those held out from them, or the test file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Split {
    /// The training file without its last `validation_images`.
    Train,
    /// The last `validation_images` of the training file.
    Validation,
    /// The test file.
    Test,
}

/// A file of images and, if there is one, its file of labels; both may still be arriving.
#[derive(Clone, Debug)]
pub struct Digits {
    /// The images.
    pub images: IdxReader,
    /// Their labels.
    pub labels: IdxReader,
    name: String,
}

impl Digits {
    /// An empty set; `name` is used in errors.
    pub fn new(name: &str) -> Self {
        Self {
            images: IdxReader::new(format!("{name}Images"), IdxKind::Images),
            labels: IdxReader::new(format!("{name}Labels"), IdxKind::Labels),
            name: name.into(),
        }
    }

    /// How many images there will be; 0 before that is known.
    pub fn len(&self) -> usize {
        self.images.expected().unwrap_or(0)
    }

    /// Whether there is nothing here yet.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Image `index` as 784 bytes, if it has arrived.
    pub fn image(&self, index: usize) -> Option<&[u8]> {
        self.images.item(index)
    }

    /// The label of image `index`, if it has arrived.
    pub fn label(&self, index: usize) -> Option<u8> {
        self.labels.item(index).map(|label| label[0])
    }

    /// The labels of these images; 0 for one that has not arrived.
    pub fn labels_of(&self, indices: &[usize]) -> Vec<u8> {
        indices
            .iter()
            .map(|&index| self.label(index).unwrap_or(0))
            .collect()
    }

    /// Checks that every image has a label, and each label is one of so many classes, as far as is known yet.
    ///
    /// # Errors
    ///
    /// Another number of labels than of images, or a label beyond the classes.
    pub fn check_labels(&self, classes: usize) -> Result<()> {
        let name = &self.name;
        if let (Some(images), Some(labels)) = (self.images.expected(), self.labels.expected())
            && images != labels
        {
            return Err(Error::LabelsMissing {
                set: name.clone(),
                images,
                labels,
            });
        }
        match self.labels.highest_label() {
            Some((index, label)) if usize::from(label) >= classes => Err(Error::LabelTooHigh {
                set: name.clone(),
                index,
                label,
                classes,
            }),
            _ => Ok(()),
        }
    }

    /// The training file's indices that are learnt from, and those held out: the last `validation_images`.
    pub fn split(&self, validation_images: usize) -> (Range<usize>, Range<usize>) {
        let boundary = self.len().saturating_sub(validation_images);
        (0..boundary, boundary..self.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_must_be_as_many_as_images_and_below_the_classes() {
        let file = |magic: u32, count: u32, size: &[u32]| -> Vec<u8> {
            let words = [&[magic, count], size].concat();
            words.into_iter().flat_map(u32::to_be_bytes).collect()
        };
        let mut digits = Digits::new("train");
        digits.check_labels(10).unwrap();
        digits.images.push(&file(0x803, 4, &[28, 28])).unwrap();
        digits.labels.push(&file(0x801, 4, &[])).unwrap();
        digits.labels.push(&[9, 3]).unwrap();
        digits.check_labels(10).unwrap();
        digits.labels.push(&[25, 10]).unwrap();
        digits.check_labels(26).unwrap();
        let message = digits.check_labels(10).unwrap_err().to_string();
        assert!(
            message.contains("the label of train image 2 must be from 0 to 9")
                && message.contains("got 25: start a model with at least 26 classes"),
            "{message}"
        );
        digits.labels.clear();
        digits.labels.push(&file(0x801, 3, &[])).unwrap();
        let message = digits.check_labels(10).unwrap_err().to_string();
        assert!(
            message.contains("each of the 4 train images, found 3 labels"),
            "{message}"
        );
    }

    #[test]
    fn train_and_validation_do_not_overlap_and_cover_all() {
        let mut digits = Digits::new("train");
        let header: Vec<u8> = [0x803u32, 60_000, 28, 28]
            .into_iter()
            .flat_map(u32::to_be_bytes)
            .collect();
        digits.images.push(&header).unwrap();
        let (train, validation) = digits.split(5_000);
        assert_eq!((train, validation), (0..55_000, 55_000..60_000));
        assert_eq!(digits.split(0), (0..60_000, 60_000..60_000));
        assert_eq!(digits.split(70_000), (0..0, 0..60_000));
    }
}
