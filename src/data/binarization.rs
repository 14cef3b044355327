//! What the model is asked to reconstruct: grey pixels as they are, or black-and-white ones.

use rand::Rng;
use serde::{Deserialize, Serialize};

use crate::random::uniform;

/// How bytes become inputs in [0, 1]. Bounds under different conventions cannot be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Binarization {
    /// Grey targets: byte / 255.
    None,
    /// 1 above one half, else 0.
    Threshold,
    /// A new Bernoulli draw each time, with the grey value as its probability
    /// (Salakhutdinov and Murray 2008, "On the quantitative analysis of deep belief networks").
    Dynamic,
}

impl Binarization {
    /// Appends one image, scaled to [0, 1], to `batch`. Only [`Self::Dynamic`] draws from `rng`.
    pub fn append(self, image: &[u8], batch: &mut Vec<f32>, rng: &mut impl Rng) {
        match self {
            Self::None => batch.extend(image.iter().map(|&byte| scale(byte))),
            Self::Threshold => {
                batch.extend(image.iter().map(|&byte| f32::from(u8::from(byte > 127))))
            }
            Self::Dynamic => batch.extend(image.iter().map(|&byte| draw(byte, rng))),
        }
    }
}

/// A byte as a number in [0, 1].
pub(crate) fn scale(byte: u8) -> f32 {
    f32::from(byte) / 255.0
}

fn draw(byte: u8, rng: &mut impl Rng) -> f32 {
    // Four fifths of MNIST are 0: they need no draw.
    f32::from(u8::from(byte > 0 && uniform(rng) < scale(byte)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Purpose, generator};

    fn apply(binarization: Binarization, image: &[u8]) -> Vec<f32> {
        let mut batch = Vec::new();
        binarization.append(image, &mut batch, &mut generator(1, Purpose::Training, 0));
        batch
    }

    #[test]
    fn grey_and_threshold_by_hand() {
        assert_eq!(apply(Binarization::None, &[0, 51, 255]), [0.0, 0.2, 1.0]);
        assert_eq!(
            apply(Binarization::Threshold, &[0, 127, 128, 255]),
            [0.0, 0.0, 1.0, 1.0]
        );
    }

    #[test]
    fn dynamic_draws_with_the_pixel_as_probability() {
        let drawn = apply(Binarization::Dynamic, &[64; 20_000]);
        assert!(drawn.iter().all(|&x| x == 0.0 || x == 1.0));
        let mean = drawn.iter().sum::<f32>() / 20_000.0;
        assert!((mean - 64.0 / 255.0).abs() < 0.01, "mean {mean}");
        assert_eq!(
            apply(Binarization::Dynamic, &[0, 255, 0, 255]),
            [0.0, 1.0, 0.0, 1.0]
        );
    }
}
