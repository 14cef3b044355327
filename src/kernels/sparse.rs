//! Products whose left operand is mostly zeros: about four of five MNIST pixels are, and half of ReLU's outputs.
//!
//! The non-zeros of the left operand are listed, row by row (for `X W`) or column by column (for `X^T dY`). Each row of
//! the result is the sum of the listed rows of the right operand. That one is packed in strips, eight vectors wide, so
//! that the sums stay in registers and a strip in the first-level cache.

use std::ops::Range;

use super::gemm::Start;
use super::pack::Panels;
use super::simd::{Simd, lanes};
use super::split::{Block, Parts, Split};
use super::team::Team;

/// At most so many rows of a strip are used at a time, 25 kB (wasm): most first-level caches have 32 kB or more.
const DEPTH_BLOCK: usize = 200;

/// Blocks of a depth, and the rows in each but the last.
fn blocks_of(depth: usize) -> (usize, usize) {
    let blocks = depth.div_ceil(DEPTH_BLOCK);
    (blocks, depth.div_ceil(blocks.max(1)))
}

/// The sums that fit into registers, in vectors.
const STRIP_VECTORS: usize = 8;

/// A non-zero number, and where it stands in its row or column.
#[derive(Clone, Copy, Default)]
pub struct Entry {
    index: u32,
    value: f32,
}

/// The non-zeros of a matrix, row by row or column by column.
#[derive(Default)]
pub struct Lists {
    rows: usize,
    /// Every entry's index is below this.
    depth: usize,
    /// A row has one list for every block, of the entries whose index is in the block.
    blocks: usize,
    /// Where each list of a row ends, counted from the row's first place, and so where the next one starts:
    /// `[rows, blocks]`
    ends: Vec<u32>,
    /// `[rows, stride]`, of which each row uses as many as it needs, so that rows can be listed at the same time.
    entries: Vec<Entry>,
}

/// Some rows of lists.
#[derive(Clone, Copy)]
pub struct ListedRows<'a> {
    rows: usize,
    depth: usize,
    blocks: usize,
    ends: &'a [u32],
    entries: &'a [Entry],
}

/// Places for a row of so many numbers: one more than there are, and an odd number of cache lines, so that the starts of
/// neighbouring rows do not compete for the same places in a cache.
fn stride_of(depth: usize) -> usize {
    ((depth + 1).div_ceil(8) | 1) * 8
}

impl Lists {
    /// Room for `rows * columns` numbers.
    pub fn with_capacity(rows: usize, columns: usize) -> Self {
        Self {
            ends: vec![0; rows * blocks_of(columns).0],
            entries: vec![Entry::default(); rows * stride_of(columns)],
            ..Self::default()
        }
    }

    /// Lists the non-zeros of each row of `matrix [rows, columns]`; returns how many there are.
    pub fn list_rows(&mut self, team: &Team, rows: usize, columns: usize, matrix: &[f32]) -> usize {
        assert_eq!(
            matrix.len(),
            rows * columns,
            "matrix must be [{rows}, {columns}]"
        );
        let (blocks, block) = blocks_of(columns);
        (self.rows, self.depth, self.blocks) = (rows, columns, blocks);
        let stride = stride_of(columns);
        let parts = team.parts(rows, 1, columns);
        let ends = parts.split(&mut self.ends[..rows * blocks], blocks);
        let entries = parts.split(&mut self.entries[..rows * stride], stride);
        team.run(parts.count, |part| {
            let places = entries.take(part).chunks_exact_mut(stride);
            let ends = ends.take(part).chunks_exact_mut(blocks);
            for (row, (places, ends)) in parts.range(part).zip(places.zip(ends)) {
                let row = &matrix[row * columns..][..columns];
                list_row(block, row, places, ends);
            }
        });
        let ends = self.ends[..rows * blocks].chunks_exact(blocks);
        ends.map(|row| row[blocks - 1] as usize).sum()
    }

    /// Gives each part places for the lists of its columns of `by_row`, which [`ListedRows::transpose`] fills.
    pub fn places_by_column<'a>(
        &'a mut self,
        by_row: &Lists,
        parts: &Parts,
    ) -> (Split<'a, u32>, Split<'a, Entry>) {
        // Whoever fills the places has the lists: these here are none any more.
        self.rows = 0;
        let (columns, stride) = (by_row.depth, stride_of(by_row.rows));
        (
            parts.split(&mut self.ends[..columns], 1),
            parts.split(&mut self.entries[..columns * stride], stride),
        )
    }

    /// All rows.
    pub fn all(&self) -> ListedRows<'_> {
        self.rows(0..self.rows)
    }

    /// Some rows.
    pub fn rows(&self, rows: Range<usize>) -> ListedRows<'_> {
        let (blocks, stride) = (self.blocks, stride_of(self.depth));
        ListedRows {
            rows: rows.len(),
            depth: self.depth,
            blocks,
            ends: &self.ends[rows.start * blocks..rows.end * blocks],
            entries: &self.entries[rows.start * stride..rows.end * stride],
        }
    }
}

fn list_row(block: usize, row: &[f32], places: &mut [Entry], ends: &mut [u32]) {
    assert!(places.len() > row.len(), "every number has a place");
    let mut found = 0;
    for ((from, row), end) in (0..).step_by(block).zip(row.chunks(block)).zip(ends) {
        for (index, &value) in (from as u32..).zip(row) {
            // SAFETY: no more are found than the row has numbers, and there are more places than those. Every number is
            // written, and kept only if it is not zero: no branch to mispredict.
            unsafe { *places.get_unchecked_mut(found) = Entry { index, value } };
            found += usize::from(value != 0.0);
        }
        *end = found as u32;
    }
}

impl<'a> ListedRows<'a> {
    /// Lists these columns of what is listed here, given the places for them.
    ///
    /// # Shapes
    /// - `ends`: `[columns]`; `entries`: `[columns, stride]`
    pub fn transpose<'b>(
        &self,
        columns: Range<usize>,
        ends: &'b mut [u32],
        entries: &'b mut [Entry],
    ) -> ListedRows<'b> {
        let (stride, own_stride) = (stride_of(self.rows), stride_of(self.depth));
        ends.fill(0);
        let lists = self
            .entries
            .chunks_exact(own_stride)
            .zip(self.ends.chunks_exact(self.blocks));
        for (row, (list, list_ends)) in (0..).zip(lists) {
            let list = &list[..list_ends[self.blocks - 1] as usize];
            let first = list.partition_point(|entry| (entry.index as usize) < columns.start);
            for entry in &list[first..] {
                let index = (entry.index as usize).wrapping_sub(columns.start);
                let Some(end) = ends.get_mut(index) else {
                    break;
                };
                entries[index * stride + *end as usize] = Entry {
                    index: row,
                    value: entry.value,
                };
                *end += 1;
            }
        }
        ListedRows {
            rows: columns.len(),
            depth: self.rows,
            blocks: 1,
            ends,
            entries,
        }
    }

    fn list(&self, block: usize, row: usize) -> &'a [Entry] {
        let ends = &self.ends[row * self.blocks..][..self.blocks];
        let start = if block == 0 { 0 } else { ends[block - 1] };
        &self.entries[row * stride_of(self.depth)..][start as usize..ends[block] as usize]
    }
}

/// A right operand's panels: the sums of the widest fill the registers.
pub fn strips() -> Panels {
    strips_of(lanes())
}

#[inline(always)]
fn strips_of(lanes: usize) -> Panels {
    Panels::narrowing(STRIP_VECTORS * lanes, lanes)
}

/// `destination [rows, columns] = start + left [rows, depth] * right [depth, columns]`, left in lists, right in strips.
pub struct SparseProduct<'a> {
    /// Columns of the right operand and of the destination.
    pub columns: usize,
    /// `[rows, depth]`
    pub left: ListedRows<'a>,
    /// `[depth, columns]`, packed in [`strips`].
    pub right: &'a [f32],
    /// What the product is added to.
    pub start: Start<'a>,
    /// `[rows, columns]`
    pub destination: Block<'a>,
}

impl SparseProduct<'_> {
    /// Multiplies.
    pub fn run(self) {
        assert_eq!(
            self.destination.shape(),
            [self.left.rows, self.columns],
            "destination must be [rows, columns]"
        );
        multiply(self);
    }
}

dispatched! {
    fn multiply(product: SparseProduct) = multiply_with;
}

#[inline(always)]
fn multiply_with<S: Simd>(s: S, mut product: SparseProduct) {
    for (first, width) in strips_of(S::LANES).of(product.columns) {
        match width / S::LANES {
            STRIP_VECTORS => multiply_strip::<S, STRIP_VECTORS>(s, &mut product, first),
            4 => multiply_strip::<S, 4>(s, &mut product, first),
            2 => multiply_strip::<S, 2>(s, &mut product, first),
            _ => multiply_strip::<S, 1>(s, &mut product, first),
        }
    }
}

#[inline(always)]
fn multiply_strip<S: Simd, const VECTORS: usize>(s: S, product: &mut SparseProduct, first: usize) {
    let SparseProduct {
        columns,
        left,
        right,
        start,
        ..
    } = *product;
    let width = VECTORS * S::LANES;
    let strip = &right[first * left.depth..][..width * left.depth];
    let present = width.min(columns - first);
    for block in 0..left.blocks {
        let start = if block == 0 { start } else { Start::Accumulate };
        for row in 0..left.rows {
            let mut sums = [s.zero(); VECTORS];
            for entry in left.list(block, row) {
                let a = s.splat(entry.value);
                // SAFETY: lists name only rows below `depth`, and the strip has so many of `width` numbers.
                let line = unsafe { strip.as_ptr().add(entry.index as usize * width) };
                for (v, sum) in sums.iter_mut().enumerate() {
                    // SAFETY: as above.
                    *sum = s.mul_add(a, unsafe { s.load_pointer(line.add(v * S::LANES)) }, *sum);
                }
            }
            let line = &mut product.destination.row(row)[first..][..present];
            start.finish(s, sums, first, line);
        }
    }
}
