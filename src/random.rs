//! Seeded generators. One seed makes a run; each purpose draws from a stream of its own, so that showing
//! samples or evaluating more often never changes how training goes on.

use rand::distr::StandardUniform;
use rand::{Rng, RngExt, SeedableRng};
use rand_distr::StandardNormal;
pub use rand_xoshiro::Xoshiro256PlusPlus as Generator;

/// What a generator is for.
#[derive(Clone, Copy, Debug)]
pub enum Purpose {
    /// The initial weights.
    Initialization = 1,
    /// `eps` and dynamic binarisation while training.
    Training = 2,
    /// The order of the images in an epoch.
    Shuffle = 3,
    /// `eps` and dynamic binarisation while evaluating.
    Evaluation = 4,
    /// What the page shows: prior samples, variations.
    Display = 5,
}

/// The generator for a purpose; `index` tells epochs, slices or grids apart.
pub fn generator(seed: u32, purpose: Purpose, index: u32) -> Generator {
    // seed_from_u64 mixes its argument with SplitMix64: neighbouring keys give unrelated streams.
    let key = u64::from(seed) | (u64::from(index) << 32);
    Generator::seed_from_u64(key.rotate_left(8) ^ (purpose as u64))
}

/// Fills `values` with draws from N(0, 1).
pub fn fill_normal(values: &mut [f32], rng: &mut impl Rng) {
    for value in values {
        *value = rng.sample(StandardNormal);
    }
}

/// `count` draws from N(0, 1).
pub fn normals(count: usize, rng: &mut impl Rng) -> Vec<f32> {
    let mut values = vec![0.0; count];
    fill_normal(&mut values, rng);
    values
}

/// One draw from U[0, 1).
pub fn uniform(rng: &mut impl Rng) -> f32 {
    rng.sample(StandardUniform)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_of_different_purposes_differ() {
        let draw = |purpose, index| normals(4, &mut generator(7, purpose, index));
        assert_eq!(draw(Purpose::Training, 0), draw(Purpose::Training, 0));
        assert_ne!(draw(Purpose::Training, 0), draw(Purpose::Display, 0));
        assert_ne!(draw(Purpose::Shuffle, 0), draw(Purpose::Shuffle, 1));
    }

    #[test]
    fn normals_have_mean_zero_and_variance_one() {
        let values = normals(100_000, &mut generator(1, Purpose::Training, 0));
        let mean = values.iter().sum::<f32>() / 1e5;
        let variance = values.iter().map(|v| v * v).sum::<f32>() / 1e5;
        assert!(mean.abs() < 0.02, "mean {mean}");
        assert!((variance - 1.0).abs() < 0.02, "variance {variance}");
    }
}
