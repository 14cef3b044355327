//! IDX files and drawings of every kind.

use proptest::prelude::*;
use vae_lab::data::{IdxKind, IdxReader, PIXELS, SIDE, prepare_drawing};

fn labels_file(labels: &[u8]) -> Vec<u8> {
    let count = (labels.len() as u32).to_be_bytes();
    [&[0, 0, 8, 1][..], &count, labels].concat()
}

/// A canvas of any shape with some rectangles of ink on it.
fn canvas() -> impl Strategy<Value = (Vec<u8>, usize, usize)> {
    (1..90usize, 1..90usize).prop_flat_map(|(width, height)| {
        let stroke = (0..width, 0..height, 1..40usize, 1..40usize, 1..=255u8);
        prop::collection::vec(stroke, 0..5).prop_map(move |strokes| {
            let mut ink = vec![0; width * height];
            for (left, top, wide, high, amount) in strokes {
                for row in top..(top + high).min(height) {
                    ink[row * width + left..row * width + (left + wide).min(width)].fill(amount);
                }
            }
            (ink, width, height)
        })
    })
}

proptest! {
    #[test]
    fn a_file_reads_the_same_in_any_chunks(
        labels in prop::collection::vec(0..100u8, 0..200),
        cuts in prop::collection::vec(0..208usize, 0..6),
    ) {
        let file = labels_file(&labels);
        let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(file.len())).collect();
        cuts.extend([0, file.len()]);
        cuts.sort_unstable();
        let mut reader = IdxReader::new("labels", IdxKind::Labels);
        for pair in cuts.windows(2) {
            reader.push(&file[pair[0]..pair[1]]).unwrap();
        }
        reader.finish().unwrap();
        prop_assert_eq!(reader.received(), labels.len());
        for (index, &label) in labels.iter().enumerate() {
            prop_assert_eq!(reader.item(index), Some(&[label][..]));
        }
    }

    #[test]
    fn any_bytes_give_a_file_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..100), images: bool) {
        let kind = if images { IdxKind::Images } else { IdxKind::Labels };
        if let Err(error) = IdxReader::read("some file", kind, &bytes) {
            let message = error.to_string();
            prop_assert!(message.contains("expected") && message.contains("found"), "{}", message);
        }
    }

    #[test]
    fn a_truncated_file_is_an_error(labels in prop::collection::vec(0..10u8, 1..50), share in 0.0..1.0f64) {
        let file = labels_file(&labels);
        let end = (file.len() as f64 * share) as usize;
        prop_assert!(IdxReader::read("labels", IdxKind::Labels, &file[..end]).is_err());
    }

    #[test]
    fn a_drawing_becomes_a_digit_that_fits_the_box((ink, width, height) in canvas()) {
        let digit = prepare_drawing(&ink, width, height).unwrap();
        prop_assert_eq!(digit.is_none(), ink.iter().all(|&amount| amount == 0));
        let Some(digit) = digit else { return Ok(()) };
        let inked: Vec<usize> = (0..PIXELS).filter(|&pixel| digit[pixel] > 0).collect();
        let span = |coordinates: Vec<usize>| coordinates.iter().max().unwrap() - coordinates.iter().min().unwrap() + 1;
        // Twenty pixels, or twenty-one that are partly covered at both ends.
        if !inked.is_empty() {
            prop_assert!(span(inked.iter().map(|pixel| pixel % SIDE).collect()) <= 21);
            prop_assert!(span(inked.iter().map(|pixel| pixel / SIDE).collect()) <= 21);
        }
    }

    #[test]
    fn a_drawing_may_stand_anywhere((ink, width, height) in canvas(), left in 0..30usize, top in 0..30usize) {
        let (wide, high) = (width + left + 3, height + top + 5);
        let mut moved = vec![0; wide * high];
        for row in 0..height {
            let start = (row + top) * wide + left;
            moved[start..start + width].copy_from_slice(&ink[row * width..(row + 1) * width]);
        }
        let (one, two) = (prepare_drawing(&ink, width, height).unwrap(), prepare_drawing(&moved, wide, high).unwrap());
        prop_assert_eq!(one.is_some(), two.is_some());
        if let (Some(one), Some(two)) = (one, two) {
            for (one, two) in one.iter().zip(&two) {
                prop_assert!(one.abs_diff(*two) <= 1, "{} against {}", one, two);
            }
        }
    }
}
