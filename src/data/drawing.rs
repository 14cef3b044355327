//! A drawing of any size becomes a digit in MNIST's own form.
//!
//! LeCun, Cortes and Burges: "The original black and white images were size normalized to fit in a 20x20 pixel box
//! while preserving their aspect ratio. The resulting images contain grey levels as a result of the anti-aliasing
//! [...]. The images were centered in a 28x28 image by computing the center of mass of the pixels."

use std::ops::Range;

use super::{Digit, PIXELS, SIDE};
use crate::error::{Result, check_length};

/// The box that the ink is scaled into.
const BOX: f64 = 20.0;

/// Brings ink into MNIST's form; `None` if there is no ink.
///
/// # Shapes
///
/// - ink: `height x width` bytes row by row, 0 for paper, 255 for full ink
/// - output: 28 x 28 bytes
///
/// # Errors
///
/// `ink` does not have `width * height` bytes.
pub fn prepare_drawing(ink: &[u8], width: usize, height: usize) -> Result<Option<Digit>> {
    check_length("ink", width.saturating_mul(height), ink.len())?;
    let Some(bounds) = Bounds::of(ink, width) else {
        return Ok(None);
    };
    let scale = BOX / bounds.columns.len().max(bounds.rows.len()) as f64;
    let (mass_x, mass_y) = center_of_mass(ink, width, &bounds);
    let columns = Axis::new(&bounds.columns, mass_x, scale);
    let rows = Axis::new(&bounds.rows, mass_y, scale);
    Ok(Some(resample(ink, width, &columns, &rows)))
}

/// The smallest rectangle that holds all ink.
struct Bounds {
    columns: Range<usize>,
    rows: Range<usize>,
}

impl Bounds {
    fn of(ink: &[u8], width: usize) -> Option<Self> {
        let inked = || {
            ink.iter()
                .enumerate()
                .filter(|&(_, &amount)| amount > 0)
                .map(|(i, _)| i)
        };
        let rows = inked().next()? / width..inked().next_back()? / width + 1;
        let left = inked().map(|i| i % width).min()?;
        let right = inked().map(|i| i % width).max()?;
        Some(Self {
            columns: left..right + 1,
            rows,
        })
    }
}

fn center_of_mass(ink: &[u8], width: usize, bounds: &Bounds) -> (f64, f64) {
    let (mut mass, mut x, mut y) = (0.0, 0.0, 0.0);
    for row in bounds.rows.clone() {
        for column in bounds.columns.clone() {
            let amount = f64::from(ink[row * width + column]);
            mass += amount;
            x += amount * (column as f64 + 0.5);
            y += amount * (row as f64 + 0.5);
        }
    }
    (x / mass, y / mass)
}

/// How one axis of the 28 x 28 image looks back onto the drawing: for every target pixel the source pixels that it
/// covers, each with the covered length. Lengths are in target pixels and sum to at most 1.
struct Axis(Vec<Vec<(usize, f64)>>);

impl Axis {
    fn new(ink: &Range<usize>, mass: f64, scale: f64) -> Self {
        let length = ink.len() as f64 * scale;
        // The centre of mass goes to the middle, unless a lopsided drawing would leave the image that way.
        let wanted = SIDE as f64 / 2.0 - (mass - ink.start as f64) * scale;
        let origin = wanted.clamp(0.0, SIDE as f64 - length);
        let mut covered = vec![Vec::new(); SIDE];
        for source in ink.clone() {
            let start = origin + (source - ink.start) as f64 * scale;
            let end = start + scale;
            let targets = start as usize..(end.ceil() as usize).min(SIDE);
            for (target, sources) in covered
                .iter_mut()
                .enumerate()
                .take(targets.end)
                .skip(targets.start)
            {
                let overlap = end.min(target as f64 + 1.0) - start.max(target as f64);
                if overlap > 0.0 {
                    sources.push((source, overlap));
                }
            }
        }
        Self(covered)
    }
}

/// Area-averages the drawing into the digit: exact anti-aliasing at any scale.
fn resample(ink: &[u8], width: usize, columns: &Axis, rows: &Axis) -> Digit {
    let mut digit = [0; PIXELS];
    for (pixel, value) in digit.iter_mut().enumerate() {
        let mut amount = 0.0;
        for &(row, row_weight) in &rows.0[pixel / SIDE] {
            for &(column, column_weight) in &columns.0[pixel % SIDE] {
                amount += row_weight * column_weight * f64::from(ink[row * width + column]);
            }
        }
        *value = amount.round().clamp(0.0, 255.0) as u8;
    }
    digit
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rectangle(
        width: usize,
        height: usize,
        columns: Range<usize>,
        rows: Range<usize>,
    ) -> Vec<u8> {
        let mut ink = vec![0; width * height];
        for row in rows {
            ink[row * width + columns.start..row * width + columns.end].fill(255);
        }
        ink
    }

    fn ink_bounds(digit: &Digit) -> Bounds {
        Bounds::of(digit, SIDE).unwrap()
    }

    #[test]
    fn an_empty_pad_gives_nothing() {
        assert_eq!(prepare_drawing(&[0; 600], 30, 20), Ok(None));
        assert_eq!(prepare_drawing(&[], 0, 0), Ok(None));
    }

    #[test]
    fn a_wrong_length_is_named() {
        let error = prepare_drawing(&[0; 7], 2, 3).unwrap_err().to_string();
        assert_eq!(error, "ink must have length 6, got 7");
    }

    #[test]
    fn a_tall_bar_fills_the_box_and_keeps_its_shape() {
        let ink = rectangle(280, 280, 200..220, 10..210);
        let digit = prepare_drawing(&ink, 280, 280).unwrap().unwrap();
        let bounds = ink_bounds(&digit);
        assert_eq!((bounds.rows, bounds.columns), (4..24, 13..15));
    }

    #[test]
    fn the_same_stroke_anywhere_gives_the_same_digit() {
        let one = prepare_drawing(&rectangle(100, 80, 3..23, 5..45), 100, 80).unwrap();
        let two = prepare_drawing(&rectangle(300, 200, 150..170, 99..139), 300, 200).unwrap();
        assert_eq!(one, two);
    }

    #[test]
    fn the_center_of_mass_lands_in_the_middle() {
        let mut ink = rectangle(200, 200, 20..60, 20..160);
        for row in 130..160 {
            ink[row * 200 + 60..row * 200 + 100].fill(255);
        }
        let digit = prepare_drawing(&ink, 200, 200).unwrap().unwrap();
        let (x, y) = center_of_mass(
            &digit,
            SIDE,
            &Bounds {
                columns: 0..SIDE,
                rows: 0..SIDE,
            },
        );
        assert!(
            (x - 14.0).abs() < 0.05 && (y - 14.0).abs() < 0.05,
            "({x}, {y})"
        );
    }

    #[test]
    fn a_lopsided_drawing_stays_inside_whole() {
        // A heavy block and a thin whisker that reaches far away from it.
        let mut ink = rectangle(200, 200, 10..40, 10..40);
        ink[25 * 200 + 40..25 * 200 + 190].fill(255);
        let digit = prepare_drawing(&ink, 200, 200).unwrap().unwrap();
        assert_eq!(ink_bounds(&digit).columns.len(), 20);
    }
}
