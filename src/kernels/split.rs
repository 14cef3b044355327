//! How work is divided among the parts of a job, and slices and matrices of which each part has a piece of its own.

use std::marker::PhantomData;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// The most parts of a job, and the most threads of a team.
pub const MOST_PARTS: usize = 64;

/// Even parts of a number of items, with borders at multiples of a unit.
#[derive(Clone, Copy)]
pub struct Parts {
    /// How many.
    pub count: usize,
    items: usize,
    unit: usize,
}

impl Parts {
    pub(super) fn new(count: usize, items: usize, unit: usize) -> Self {
        Self { count, items, unit }
    }

    /// As many parts, of other items.
    pub fn of(&self, items: usize, unit: usize) -> Self {
        Self::new(self.count, items, unit)
    }

    /// The items of one part; there may be none.
    pub fn range(&self, part: usize) -> Range<usize> {
        self.border(part).min(self.items)..self.border(part + 1).min(self.items)
    }

    /// Gives each part its items' places in `slice`, so many for an item. A slice that is longer than all items, as memory
    /// for packed matrices is, gives the last part whole units.
    pub fn split<'a, T>(&self, slice: &'a mut [T], places: usize) -> Split<'a, T> {
        let len = slice.len();
        Split::new(slice, self.count, |part| {
            (self.border(part) * places).min(len)
        })
    }

    /// The same with items whose places begin anywhere, rising.
    pub fn split_at<'a, T>(
        &self,
        slice: &'a mut [T],
        place: impl Fn(usize) -> usize,
    ) -> Split<'a, T> {
        Split::new(slice, self.count, |part| {
            place(self.border(part).min(self.items))
        })
    }

    /// Gives each part the rows of a matrix that are its items.
    pub fn split_rows<'a>(&self, matrix: &'a mut [f32], columns: usize) -> SplitMatrix<'a> {
        self.split_matrix(Block::new(matrix, columns), true)
    }

    /// Gives each part the columns of a matrix that are its items.
    pub fn split_columns<'a>(&self, matrix: &'a mut [f32]) -> SplitMatrix<'a> {
        self.split_matrix(Block::new(matrix, self.items), false)
    }

    fn split_matrix<'a>(&self, whole: Block<'a>, by_rows: bool) -> SplitMatrix<'a> {
        let border = |part| self.border(part).min(self.items);
        let len = if by_rows { whole.rows } else { whole.columns };
        SplitMatrix {
            pieces: Pieces::new(len, self.count, border),
            whole,
            by_rows,
        }
    }

    fn border(&self, part: usize) -> usize {
        self.items.div_ceil(self.unit) * part / self.count * self.unit
    }
}

/// Ranges that do not overlap, each of which is given away once.
struct Pieces {
    /// Piece `i` is `borders[i]..borders[i + 1]`.
    borders: [usize; MOST_PARTS + 1],
    /// A bit for each piece that has been given away.
    taken: AtomicU64,
}

impl Pieces {
    fn new(len: usize, count: usize, border: impl Fn(usize) -> usize) -> Self {
        let mut borders = [0; MOST_PARTS + 1];
        let mut last = 0;
        for (piece, place) in borders[..=count].iter_mut().enumerate() {
            *place = border(piece);
            assert!(
                last <= *place && *place <= len,
                "borders must rise up to {len}, found {} after {last}",
                *place
            );
            last = *place;
        }
        // Pieces past the last one are empty.
        borders[count..].fill(last);
        Self {
            borders,
            taken: AtomicU64::new(0),
        }
    }

    fn take(&self, piece: usize) -> Range<usize> {
        let range = self.borders[piece]..self.borders[piece + 1];
        let before = self.taken.fetch_or(1 << piece, Relaxed);
        assert!(before & (1 << piece) == 0, "piece {piece} has been taken");
        range
    }
}

/// A slice of which each part of a job has a piece of its own.
pub struct Split<'a, T> {
    start: *mut T,
    pieces: Pieces,
    slice: PhantomData<&'a mut [T]>,
}

// SAFETY: all that can be done with a shared `Split` is to take pieces; they do not overlap, and each is taken once.
unsafe impl<T: Send> Sync for Split<'_, T> {}

impl<'a, T> Split<'a, T> {
    /// Piece `i` is `border(i)..border(i + 1)`.
    ///
    /// # Panics
    ///
    /// If a border is below the one before it or past the slice's end.
    pub fn new(slice: &'a mut [T], count: usize, border: impl Fn(usize) -> usize) -> Self {
        let pieces = Pieces::new(slice.len(), count, border);
        Self {
            start: slice.as_mut_ptr(),
            pieces,
            slice: PhantomData,
        }
    }

    /// A part's piece.
    ///
    /// # Panics
    ///
    /// If it has been taken before.
    pub fn take(&self, piece: usize) -> &'a mut [T] {
        let range = self.pieces.take(piece);
        // SAFETY: the range lies in the slice, which is borrowed for 'a, and nobody else has any of it.
        unsafe { std::slice::from_raw_parts_mut(self.start.add(range.start), range.len()) }
    }
}

/// A matrix of which each part of a job has some rows, or some columns, of its own.
pub struct SplitMatrix<'a> {
    whole: Block<'a>,
    pieces: Pieces,
    by_rows: bool,
}

// SAFETY: as for `Split`.
unsafe impl Sync for SplitMatrix<'_> {}

impl<'a> SplitMatrix<'a> {
    /// A part's rows or columns.
    ///
    /// # Panics
    ///
    /// If they have been taken before.
    pub fn take(&self, piece: usize) -> Block<'a> {
        let range = self.pieces.take(piece);
        let Block {
            start,
            stride,
            rows,
            columns,
            matrix,
        } = self.whole;
        let (first, rows, columns) = if self.by_rows {
            (range.start * stride, range.len(), columns)
        } else {
            (range.start, rows, range.len())
        };
        Block {
            // SAFETY: the range lies in the matrix, and nobody else has any of its rows or columns.
            start: unsafe { start.add(first) },
            stride,
            rows,
            columns,
            matrix,
        }
    }
}

/// Some neighbouring rows and columns of a matrix, for one part alone.
pub struct Block<'a> {
    /// Of the first row.
    start: *mut f32,
    /// From one row to the next.
    stride: usize,
    rows: usize,
    columns: usize,
    matrix: PhantomData<&'a mut [f32]>,
}

impl<'a> Block<'a> {
    /// A whole matrix of so many columns.
    pub fn new(matrix: &'a mut [f32], columns: usize) -> Self {
        Self {
            start: matrix.as_mut_ptr(),
            stride: columns,
            rows: matrix.len() / columns.max(1),
            columns,
            matrix: PhantomData,
        }
    }

    /// How many rows and columns.
    pub fn shape(&self) -> [usize; 2] {
        [self.rows, self.columns]
    }

    /// The same block, lent.
    pub fn reborrow(&mut self) -> Block<'_> {
        Block { ..*self }
    }

    /// A row.
    #[inline(always)]
    pub fn row(&mut self, row: usize) -> &mut [f32] {
        let columns = self.columns;
        let mut rows = self.rows(row, 1, 0, columns);
        rows.next().expect("one row was asked for")
    }

    /// So many rows from `row` on, of each the `width` columns from `column` on.
    #[inline(always)]
    pub fn rows(
        &mut self,
        row: usize,
        count: usize,
        column: usize,
        width: usize,
    ) -> impl Iterator<Item = &mut [f32]> {
        assert!(
            row + count <= self.rows && column + width <= self.columns,
            "rows and columns must be in the block"
        );
        let Self { start, stride, .. } = *self;
        (row..row + count).map(move |row| {
            // SAFETY: so many numbers from there on are in the matrix, which is borrowed for 'a, and in this block alone,
            // which is borrowed too. Rows do not overlap.
            unsafe { std::slice::from_raw_parts_mut(start.add(row * stride + column), width) }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[should_panic = "has been taken"]
    fn no_piece_is_taken_twice() {
        let mut numbers = [0; 4];
        let split = Split::new(&mut numbers, 2, |piece| 2 * piece);
        split.take(1);
        split.take(1);
    }

    #[test]
    #[should_panic = "has been taken"]
    fn no_columns_are_taken_twice() {
        let mut numbers = [0.0; 6];
        let split = Parts::new(3, 3, 1).split_columns(&mut numbers);
        split.take(1);
        split.take(1);
    }

    #[test]
    #[should_panic = "borders must rise"]
    fn pieces_do_not_overlap() {
        Split::new(&mut [0; 4], 3, |piece| [0, 3, 2, 4][piece]);
    }

    #[test]
    #[should_panic = "borders must rise up to 4, found 5"]
    fn pieces_lie_in_the_slice() {
        Split::new(&mut [0; 4], 1, |piece| 5 * piece);
    }

    #[test]
    fn parts_cover_all_items_in_order() {
        for count in [1, 2, 3, 7, MOST_PARTS] {
            for (items, unit) in [(0, 1), (1, 1), (7, 8), (128, 6), (784, 32), (1000, 1)] {
                let parts = Parts::new(count, items, unit);
                let mut next = 0;
                for part in 0..parts.count {
                    let range = parts.range(part);
                    assert!(range.is_empty() || range.start.is_multiple_of(unit));
                    assert_eq!(range.start, next);
                    next = range.end;
                }
                assert_eq!(next, items);
            }
        }
    }

    #[test]
    fn blocks_are_rows_or_columns_of_their_matrix() {
        let mut numbers: [f32; 10] = std::array::from_fn(|i| i as f32);
        let split = Parts::new(2, 5, 2).split_columns(&mut numbers);
        let (mut left, mut right) = (split.take(0), split.take(1));
        assert_eq!((left.shape(), right.shape()), ([2, 2], [2, 3]));
        assert_eq!(
            (left.row(1), right.row(0)),
            (&mut [5.0, 6.0][..], &mut [2.0, 3.0, 4.0][..])
        );
        left.row(0)[1] = -1.0;
        assert_eq!(numbers[1], -1.0);
        let split = Parts::new(2, 2, 1).split_rows(&mut numbers, 5);
        let mut last = split.take(1);
        assert_eq!((last.shape(), last.row(0)[4]), ([1, 5], 9.0));
    }
}
