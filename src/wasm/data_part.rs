//! The four files of MNIST, as JavaScript names them.

use serde::{Deserialize, Serialize};

use crate::data::{Digits, IdxReader, Split};

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum DataPart {
    TrainImages,
    TrainLabels,
    TestImages,
    TestLabels,
}

impl DataPart {
    /// The file among those of the two sets.
    pub fn of<'a>(self, train: &'a mut Digits, test: &'a mut Digits) -> &'a mut IdxReader {
        match self {
            Self::TrainImages => &mut train.images,
            Self::TrainLabels => &mut train.labels,
            Self::TestImages => &mut test.images,
            Self::TestLabels => &mut test.labels,
        }
    }

    /// Whether the images of a split, or their labels, lie in this file.
    pub fn belongs_to(self, split: Split) -> bool {
        let test = matches!(self, Self::TestImages | Self::TestLabels);
        test == (split == Split::Test)
    }
}

/// How much of a file has arrived.
#[derive(Serialize)]
pub struct PartStatus {
    received: usize,
    expected: Option<usize>,
    complete: bool,
}

impl From<&IdxReader> for PartStatus {
    fn from(reader: &IdxReader) -> Self {
        Self {
            received: reader.received(),
            expected: reader.expected(),
            complete: reader.is_complete(),
        }
    }
}
