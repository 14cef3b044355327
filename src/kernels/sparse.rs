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
    /// Where each list starts and ends: `[rows, blocks]`
    spans: Vec<[u32; 2]>,
    /// In the order in which they are used as far as one thread made them, each thread in its rows' places.
    entries: Vec<Entry>,
}

/// Some rows of lists.
#[derive(Clone, Copy)]
pub struct ListedRows<'a> {
    depth: usize,
    blocks: usize,
    spans: &'a [[u32; 2]],
    entries: &'a [Entry],
}

impl Lists {
    /// Room for `rows * columns` numbers.
    pub fn with_capacity(rows: usize, columns: usize) -> Self {
        Self {
            spans: vec![[0; 2]; rows * blocks_of(columns).0],
            entries: vec![Entry::default(); rows * columns],
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
        let parts = team.parts(rows, 1, columns);
        let spans = parts.split(&mut self.spans[..rows * blocks], blocks);
        let entries = parts.split(&mut self.entries[..rows * columns], columns);
        team.run(parts.count, |part| {
            let Range { start, end } = parts.range(part);
            let (spans, entries) = (spans.take(part), entries.take(part));
            let mut found = 0;
            for (index, from) in (0..columns).step_by(block).enumerate() {
                let numbers = from..columns.min(from + block);
                for row in start..end {
                    let numbers = &matrix[row * columns..][numbers.clone()];
                    let first = found;
                    found = list(from, numbers, entries, found);
                    let span = [first, found].map(|place| (start * columns + place) as u32);
                    spans[(row - start) * blocks + index] = span;
                }
            }
        });
        let spans = self.spans[..rows * blocks].iter();
        spans.map(|[start, end]| (end - start) as usize).sum()
    }

    /// Gives each part places for the lists of its columns of `by_row`, which [`ListedRows::transpose`] fills.
    pub fn places_by_column<'a>(
        &'a mut self,
        by_row: &Lists,
        parts: &Parts,
    ) -> (Split<'a, [u32; 2]>, Split<'a, Entry>) {
        // Whoever fills the places has the lists: these here are none any more.
        self.rows = 0;
        let (columns, rows) = (by_row.depth, by_row.rows);
        (
            parts.split(&mut self.spans[..columns], 1),
            parts.split(&mut self.entries[..columns * rows], rows),
        )
    }

    /// All rows.
    pub fn all(&self) -> ListedRows<'_> {
        self.rows(0..self.rows)
    }

    /// Some rows.
    pub fn rows(&self, rows: Range<usize>) -> ListedRows<'_> {
        ListedRows {
            depth: self.depth,
            blocks: self.blocks,
            spans: &self.spans[rows.start * self.blocks..rows.end * self.blocks],
            entries: &self.entries,
        }
    }
}

/// Lists the numbers of a row that are not zero, the first of which has the index `from`, after the entries `0..found`;
/// returns where the new ones end.
fn list(from: usize, numbers: &[f32], entries: &mut [Entry], mut found: usize) -> usize {
    assert!(
        found + numbers.len() <= entries.len(),
        "every number has a place"
    );
    for (index, &value) in (from as u32..).zip(numbers) {
        // SAFETY: the assertion. Every number is written, and kept only if it is not zero: no branch to mispredict.
        unsafe { *entries.get_unchecked_mut(found) = Entry { index, value } };
        found += usize::from(value != 0.0);
    }
    found
}

impl<'a> ListedRows<'a> {
    /// Lists these columns of what is listed here, given the places for them.
    ///
    /// # Shapes
    /// - `spans`: `[columns]`; `entries`: `[columns, rows]`
    pub fn transpose<'b>(
        &self,
        columns: Range<usize>,
        spans: &'b mut [[u32; 2]],
        entries: &'b mut [Entry],
    ) -> ListedRows<'b> {
        spans.fill([0; 2]);
        for list in (0..self.blocks).flat_map(|block| self.lists(block)) {
            for entry in within(list, &columns) {
                spans[entry.index as usize - columns.start][1] += 1;
            }
        }
        let mut start = 0;
        for span in &mut *spans {
            let count = span[1];
            *span = [start; 2];
            start += count;
        }
        for block in 0..self.blocks {
            for (row, list) in (0..).zip(self.lists(block)) {
                for entry in within(list, &columns) {
                    let end = &mut spans[entry.index as usize - columns.start][1];
                    entries[*end as usize] = Entry {
                        index: row,
                        value: entry.value,
                    };
                    *end += 1;
                }
            }
        }
        ListedRows {
            depth: self.rows(),
            blocks: 1,
            spans,
            entries,
        }
    }

    fn rows(&self) -> usize {
        self.spans.len() / self.blocks
    }

    /// The lists of one block, row by row.
    #[inline(always)]
    fn lists(&self, block: usize) -> impl Iterator<Item = &'a [Entry]> + use<'a> {
        let (spans, entries) = (self.spans, self.entries);
        let spans = spans.chunks_exact(self.blocks);
        spans.map(move |row| &entries[row[block][0] as usize..row[block][1] as usize])
    }
}

/// The entries of a list whose index is in the range; they are in its order.
fn within<'a>(list: &'a [Entry], range: &Range<usize>) -> &'a [Entry] {
    let below = |end: usize| move |entry: &Entry| (entry.index as usize) < end;
    let from = match list.first() {
        Some(first) if below(range.start)(first) => list.partition_point(below(range.start)),
        _ => 0,
    };
    let to = match list.last() {
        Some(last) if !below(range.end)(last) => list.partition_point(below(range.end)),
        _ => list.len(),
    };
    // A list may lie on one side of the range.
    list.get(from..to).unwrap_or_default()
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
            [self.left.rows(), self.columns],
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
        let lines = product.destination.rows(0, left.rows(), first, present);
        for (line, list) in lines.zip(left.lists(block)) {
            let mut sums = [s.zero(); VECTORS];
            for entry in list {
                let a = s.splat(entry.value);
                // SAFETY: lists name only rows below `depth`, and the strip has so many of `width` numbers.
                let from = unsafe { strip.as_ptr().add(entry.index as usize * width) };
                for (v, sum) in sums.iter_mut().enumerate() {
                    // SAFETY: as above.
                    *sum = s.mul_add(a, unsafe { s.load_pointer(from.add(v * S::LANES)) }, *sum);
                }
            }
            // Nearly all lines are full. Where their length is known, the sums stay in registers.
            match line.get_mut(..width) {
                Some(full) => start.finish(s, sums, first, full),
                None => start.finish(s, sums, first, line),
            }
        }
    }
}
