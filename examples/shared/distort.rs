//! Digits, distorted as hands and models distort them.

use rand::{Rng, RngExt};
use vae_lab::data::{PIXELS, SIDE};

/// One digit in [0, 1], 784 values, shifted, turned, scaled, slanted, and then drawn with another pen or blurred.
pub fn distort(image: &[u8], rng: &mut impl Rng) -> Vec<f32> {
    let image: Vec<f32> = image.iter().map(|&byte| f32::from(byte) / 255.0).collect();
    let image = warp(&image, &Affine::random(rng));
    let strength = rng.random_range(0.0..1.0);
    match rng.random_range(0..6) {
        0 | 1 => blend(&image, &neighbours(&image, f32::max), strength),
        2 => blend(&image, &neighbours(&image, f32::min), 0.6 * strength),
        3 => blend(
            &image,
            &neighbours(&image, |a, b| a + b / 4.0),
            0.4 * strength,
        ),
        _ => image,
    }
}

/// Where a pixel of the distorted image looks in the original, around the middle of both.
struct Affine {
    matrix: [[f32; 2]; 2],
    shift: [f32; 2],
}

impl Affine {
    fn random(rng: &mut impl Rng) -> Self {
        let (sine, cosine) = rng.random_range(-0.26f32..0.26).sin_cos();
        let slant = rng.random_range(-0.25..0.25);
        let scale = rng.random_range(0.85..1.2f32);
        let stretch = rng.random_range(0.9..1.1f32);
        let (x, y) = (scale * stretch, scale / stretch);
        Self {
            matrix: [
                [x * cosine, x * (slant * cosine - sine)],
                [y * sine, y * (slant * sine + cosine)],
            ],
            shift: [rng.random_range(-2.0..2.0), rng.random_range(-2.0..2.0)],
        }
    }
}

fn warp(image: &[f32], affine: &Affine) -> Vec<f32> {
    let middle = (SIDE as f32 - 1.0) / 2.0;
    let look = |pixel: usize| {
        let at = [
            (pixel % SIDE) as f32 - middle,
            (pixel / SIDE) as f32 - middle,
        ];
        let [x, y] = [0, 1].map(|axis| {
            let [a, b] = affine.matrix[axis];
            a * at[0] + b * at[1] + affine.shift[axis] + middle
        });
        bilinear(image, x, y)
    };
    (0..PIXELS).map(look).collect()
}

fn bilinear(image: &[f32], x: f32, y: f32) -> f32 {
    let (left, top) = (x.floor(), y.floor());
    let (right_share, bottom_share) = (x - left, y - top);
    let row =
        |y: f32| at(image, left, y) * (1.0 - right_share) + at(image, left + 1.0, y) * right_share;
    row(top) * (1.0 - bottom_share) + row(top + 1.0) * bottom_share
}

/// A pixel, or paper beside the image.
fn at(image: &[f32], x: f32, y: f32) -> f32 {
    let inside = 0.0..SIDE as f32;
    if inside.contains(&x) && inside.contains(&y) {
        image[y as usize * SIDE + x as usize]
    } else {
        0.0
    }
}

/// Folds each pixel with its four neighbours: `max` thickens strokes, `min` thins them.
fn neighbours(image: &[f32], fold: impl Fn(f32, f32) -> f32) -> Vec<f32> {
    let around = |pixel: usize| {
        let (x, y) = ((pixel % SIDE) as f32, (pixel / SIDE) as f32);
        [(-1.0, 0.0), (1.0, 0.0), (0.0, -1.0), (0.0, 1.0)]
            .into_iter()
            .map(|(dx, dy)| at(image, x + dx, y + dy))
            .fold(image[pixel], &fold)
    };
    (0..PIXELS).map(around).collect()
}

fn blend(image: &[f32], other: &[f32], share: f32) -> Vec<f32> {
    let mix = |(a, b): (&f32, &f32)| (a + share * (b - a)).clamp(0.0, 1.0);
    image.iter().zip(other).map(mix).collect()
}
