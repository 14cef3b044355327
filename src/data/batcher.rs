//! The order in which training sees the images: a seeded shuffle, anew in each epoch.

use std::ops::Range;

use rand::seq::SliceRandom;

use crate::random::{Purpose, generator};

/// The first epoch shuffles within windows of this many images, so that training can start when the first window has
/// arrived and still takes the same images in the same order however fast the rest arrives.
/// MNIST's own order is already mixed, so this costs no learning.
pub const FIRST_WINDOW: usize = 6_000;

/// A position in the endless sequence of shuffled epochs.
#[derive(Clone, Debug)]
pub struct Batcher {
    seed: u32,
    images: usize,
    batch_size: usize,
    epoch: u32,
    position: usize,
    order: Vec<u32>,
}

impl Batcher {
    /// Starts before the first image of `epoch`, at `position` images into it.
    pub fn new(seed: u32, images: usize, batch_size: usize, epoch: u32, position: usize) -> Self {
        Self {
            seed,
            images,
            batch_size,
            epoch,
            position,
            order: order(seed, images, epoch),
        }
    }

    /// The images of one epoch.
    pub fn images(&self) -> usize {
        self.images
    }

    /// The epoch that the next batch belongs to, from 0.
    pub fn epoch(&self) -> u32 {
        self.epoch
    }

    /// How many images of this epoch have been taken.
    pub fn position(&self) -> usize {
        self.position
    }

    /// The steps of one epoch; the last batch may be smaller.
    pub fn steps_per_epoch(&self) -> usize {
        self.images.div_ceil(self.batch_size)
    }

    /// The indices of the next batch; `None` if there are no images.
    pub fn peek(&self) -> Option<&[u32]> {
        let batch = &self.order[self.range()];
        (!batch.is_empty()).then_some(batch)
    }

    /// Goes past the next batch, into a new epoch when this one is used up.
    pub fn advance(&mut self) {
        self.position = self.range().end;
        if self.position == self.images {
            *self = Self::new(self.seed, self.images, self.batch_size, self.epoch + 1, 0);
        }
    }

    fn range(&self) -> Range<usize> {
        self.position..(self.position + self.batch_size).min(self.images)
    }
}

fn order(seed: u32, images: usize, epoch: u32) -> Vec<u32> {
    let mut order: Vec<u32> = (0..images as u32).collect();
    let mut rng = generator(seed, Purpose::Shuffle, epoch);
    if epoch == 0 {
        for window in order.chunks_mut(FIRST_WINDOW) {
            window.shuffle(&mut rng);
        }
    } else {
        order.shuffle(&mut rng);
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    fn epoch_of(batcher: &mut Batcher) -> Vec<u32> {
        let epoch = batcher.epoch();
        let mut taken = Vec::new();
        while batcher.epoch() == epoch {
            taken.extend_from_slice(batcher.peek().unwrap());
            batcher.advance();
        }
        taken
    }

    #[test]
    fn each_epoch_takes_each_image_once_in_a_new_order() {
        let mut batcher = Batcher::new(3, 1_000, 128, 0, 0);
        assert_eq!(batcher.steps_per_epoch(), 8);
        let (first, second) = (epoch_of(&mut batcher), epoch_of(&mut batcher));
        assert_ne!(first, second);
        for mut epoch in [first, second] {
            epoch.sort_unstable();
            assert!(epoch.into_iter().eq(0..1_000));
        }
    }

    #[test]
    fn the_first_epoch_needs_one_window_at_a_time() {
        let images = 2 * FIRST_WINDOW + 100;
        let taken = epoch_of(&mut Batcher::new(3, images, 100, 0, 0));
        for (window, indices) in taken.chunks(FIRST_WINDOW).enumerate() {
            let highest = *indices.iter().max().unwrap() as usize;
            assert!(highest < (window + 1) * FIRST_WINDOW);
        }
    }

    #[test]
    fn a_position_can_be_taken_up_again() {
        let mut batcher = Batcher::new(9, 500, 64, 0, 0);
        for _ in 0..11 {
            batcher.advance();
        }
        let resumed = Batcher::new(9, 500, 64, batcher.epoch(), batcher.position());
        assert_eq!(resumed.peek(), batcher.peek());
    }

    #[test]
    fn no_images_give_no_batch() {
        assert_eq!(Batcher::new(1, 0, 64, 0, 0).peek(), None);
    }
}
