//! Products whose left operand is mostly zeros: about four of five MNIST pixels are, and half of ReLU's outputs.
//!
//! The non-zeros of the left operand are listed, row by row (for `X W`) or column by column (for `X^T dY`). Each row of
//! the result is the sum of the listed rows of the right operand. That one is packed in strips, eight vectors wide, so
//! that the sums stay in registers and a strip in the first-level cache.

use super::gemm::Start;
use super::pack::pack_column_panel;
use super::simd::{Simd, lanes};

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
struct Entry {
    index: u32,
    value: f32,
}

/// The non-zeros of a matrix, row by row or column by column.
#[derive(Default)]
pub struct Lists {
    /// Lists per block.
    rows: usize,
    /// Every entry's index is below this.
    depth: usize,
    /// A block has one list for every row, of the entries whose index is in the block.
    blocks: usize,
    /// List `i` is `entries[starts[i]..starts[i + 1]]`.
    starts: Vec<u32>,
    entries: Vec<Entry>,
}

impl Lists {
    /// Room for `rows * columns` numbers.
    pub fn with_capacity(rows: usize, columns: usize) -> Self {
        let lists = (rows * blocks_of(columns).0).max(columns);
        Self {
            starts: vec![0; lists + 2],
            entries: vec![Entry::default(); rows * columns + 1],
            ..Self::default()
        }
    }

    /// Lists the non-zeros of each row of `matrix [rows, columns]`; returns how many there are.
    pub fn list_rows(&mut self, rows: usize, columns: usize, matrix: &[f32]) -> usize {
        assert_eq!(
            matrix.len(),
            rows * columns,
            "matrix must be [{rows}, {columns}]"
        );
        let (blocks, block) = blocks_of(columns);
        (self.rows, self.depth, self.blocks) = (rows, columns, blocks);
        let mut count = 0;
        let mut list = 0;
        for first in (0..columns).step_by(block) {
            let last = columns.min(first + block);
            for row in matrix.chunks_exact(columns) {
                self.starts[list] = count as u32;
                list += 1;
                let places = &mut self.entries[count..][..last - first + 1];
                let mut found = 0;
                for (index, &value) in (first as u32..).zip(&row[first..last]) {
                    // SAFETY: `places` has one place more than there are numbers to look at. Every number is written, and
                    // kept only if it is not zero: no branch to mispredict.
                    unsafe { *places.get_unchecked_mut(found) = Entry { index, value } };
                    found += usize::from(value != 0.0);
                }
                count += found;
            }
        }
        self.starts[list] = count as u32;
        count
    }

    /// Lists by column what `by_row` lists by row.
    pub fn transpose_of(&mut self, by_row: &Lists) {
        (self.rows, self.depth, self.blocks) = (by_row.depth, by_row.rows, 1);
        let starts = &mut self.starts[..self.rows + 2];
        starts.fill(0);
        let count = by_row.starts[by_row.rows * by_row.blocks] as usize;
        for entry in &by_row.entries[..count] {
            starts[entry.index as usize + 2] += 1;
        }
        for column in 2..starts.len() {
            starts[column] += starts[column - 1];
        }
        // `starts[c + 1]` is where column c's next entry goes and, when all are placed, where column c + 1 starts.
        for block in 0..by_row.blocks {
            for row in 0..by_row.rows {
                for entry in by_row.list(block, row) {
                    let place = &mut starts[entry.index as usize + 1];
                    self.entries[*place as usize] = Entry {
                        index: row as u32,
                        value: entry.value,
                    };
                    *place += 1;
                }
            }
        }
    }

    fn list(&self, block: usize, row: usize) -> &[Entry] {
        let list = block * self.rows + row;
        &self.entries[self.starts[list] as usize..self.starts[list + 1] as usize]
    }
}

/// The strips of a matrix with so many columns: first column and width in vectors. Eight vectors as long as there are
/// so many, then fewer; only the last one may be partly filled.
#[inline(always)]
fn strips(lanes: usize, columns: usize) -> impl Iterator<Item = (usize, usize)> {
    let mut first = 0;
    std::iter::from_fn(move || {
        let rest = columns.checked_sub(first).filter(|&rest| rest > 0)? / lanes;
        let vectors = [STRIP_VECTORS, 4, 2]
            .into_iter()
            .find(|&vectors| vectors <= rest)
            .unwrap_or(1);
        let strip = (first, vectors);
        first += vectors * lanes;
        Some(strip)
    })
}

/// The length of a right operand in strips.
pub fn strips_len(depth: usize, columns: usize) -> usize {
    columns.next_multiple_of(lanes()) * depth
}

/// Packs a right operand into strips: of each, `[depth][width]`.
///
/// # Shapes
/// - `matrix`: `[depth, columns]`
/// - `packed`: at least `strips_len(depth, columns)` numbers
pub fn pack_strips(depth: usize, columns: usize, matrix: &[f32], packed: &mut [f32]) {
    let lanes = lanes();
    for (first, vectors) in strips(lanes, columns) {
        let width = vectors * lanes;
        let strip = &mut packed[first * depth..][..width * depth];
        pack_column_panel(width, first, columns, &matrix[..depth * columns], strip);
    }
}

/// `destination [rows, columns] = start + left [rows, depth] * right [depth, columns]`, left in lists, right in strips.
pub struct SparseProduct<'a> {
    /// Columns of the right operand and of the destination.
    pub columns: usize,
    /// `[rows, depth]`
    pub left: &'a Lists,
    /// `[depth, columns]`, as [`pack_strips`] packs it.
    pub right: &'a [f32],
    /// What the product is added to.
    pub start: Start<'a>,
    /// `[rows, columns]`
    pub destination: &'a mut [f32],
}

impl SparseProduct<'_> {
    /// Multiplies.
    pub fn run(self) {
        let (rows, columns) = (self.left.rows, self.columns);
        assert_eq!(
            self.destination.len(),
            rows * columns,
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
    for (first, vectors) in strips(S::LANES, product.columns) {
        match vectors {
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
        for (row, line) in product.destination.chunks_exact_mut(columns).enumerate() {
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
            start.finish(s, sums, first, &mut line[first..][..present]);
        }
    }
}
