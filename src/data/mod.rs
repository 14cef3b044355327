//! MNIST and drawings: reading, cleaning, scaling, splitting, shuffling.

mod batcher;
mod binarization;
mod dataset;
mod drawing;
mod idx;

pub use batcher::{Batcher, FIRST_WINDOW};
pub use binarization::Binarization;
pub(crate) use binarization::scale;
pub use dataset::{Digits, Split};
pub use drawing::prepare_drawing;
pub use idx::{IdxKind, IdxReader};

/// The side of a digit in pixels.
pub const SIDE: usize = 28;
/// The pixels of a digit.
pub const PIXELS: usize = SIDE * SIDE;
/// The classes of MNIST, 0 to 9.
pub const CLASSES: usize = 10;
/// The most classes that any data may have: labels are below this.
pub const MAX_CLASSES: usize = 100;

/// One digit in MNIST's own form: white ink (255) on black paper (0), row by row.
pub type Digit = [u8; PIXELS];
