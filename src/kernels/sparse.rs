//! Products whose left operand is mostly zeros: about four of five MNIST pixels are.
//!
//! The non-zeros of the left operand are listed, row by row (for `X W`) or column by column (for `X^T dY`); each row of
//! the result is the sum of the listed rows of the right operand, which is read where it lies, unpacked.

use super::gemm::Start;
use super::simd::Simd;

/// A non-zero number, and where it stands in its list's row or column.
#[derive(Clone, Copy, Default)]
pub struct Entry {
    pub index: u32,
    pub value: f32,
}

/// The non-zeros of a matrix, row by row or column by column.
#[derive(Default)]
pub struct Lists {
    /// Every entry's index is below this.
    bound: usize,
    /// List `i` is `entries[starts[i]..starts[i + 1]]`.
    starts: Vec<u32>,
    entries: Vec<Entry>,
}

impl Lists {
    /// Room for matrices of up to `rows * columns` numbers.
    pub fn with_capacity(rows: usize, columns: usize) -> Self {
        Self {
            bound: 0,
            starts: vec![0; rows.max(columns) + 2],
            entries: vec![Entry::default(); rows * columns + 1],
        }
    }

    /// Lists the non-zeros of each row of `matrix [rows, columns]`; returns how many there are.
    pub fn list_rows(&mut self, rows: usize, columns: usize, matrix: &[f32]) -> usize {
        assert_eq!(
            matrix.len(),
            rows * columns,
            "matrix must be [{rows}, {columns}]"
        );
        assert!(
            self.entries.len() > matrix.len(),
            "no room for {rows} x {columns} entries"
        );
        self.bound = columns;
        let mut count = 0;
        for row in 0..rows {
            self.starts[row] = count as u32;
            for (index, &value) in matrix[row * columns..][..columns].iter().enumerate() {
                // Written always, kept only if not zero: no branch to mispredict.
                self.entries[count] = Entry {
                    index: index as u32,
                    value,
                };
                count += usize::from(value != 0.0);
            }
        }
        self.starts[rows] = count as u32;
        count
    }

    /// Lists by column what `by_row` lists by row.
    pub fn transpose_of(&mut self, by_row: &Lists, rows: usize, columns: usize) {
        self.bound = rows;
        let starts = &mut self.starts[..columns + 2];
        starts.fill(0);
        let count = by_row.starts[rows] as usize;
        for entry in &by_row.entries[..count] {
            starts[entry.index as usize + 2] += 1;
        }
        for column in 2..starts.len() {
            starts[column] += starts[column - 1];
        }
        // `starts[c + 1]` is where column c's next entry goes, and, when all are placed, where column c + 1 starts.
        for row in 0..rows {
            for entry in by_row.list(row) {
                let place = &mut starts[entry.index as usize + 1];
                self.entries[*place as usize] = Entry {
                    index: row as u32,
                    value: entry.value,
                };
                *place += 1;
            }
        }
    }

    fn list(&self, row: usize) -> &[Entry] {
        &self.entries[self.starts[row] as usize..self.starts[row + 1] as usize]
    }
}

/// `destination [rows, columns] = start + left [rows, depth] * right [depth, columns]`, left as lists of its rows.
pub fn multiply_lists(
    rows: usize,
    columns: usize,
    left: &Lists,
    right: &[f32],
    start: Start,
    destination: &mut [f32],
) {
    assert_eq!(
        destination.len(),
        rows * columns,
        "destination must be [{rows}, {columns}]"
    );
    assert!(
        right.len() >= left.bound * columns,
        "right must be [{}, {columns}]",
        left.bound
    );
    multiply(SparseProduct {
        rows,
        columns,
        left,
        right,
        start,
        destination,
    });
}

struct SparseProduct<'a> {
    rows: usize,
    columns: usize,
    left: &'a Lists,
    right: &'a [f32],
    start: Start<'a>,
    destination: &'a mut [f32],
}

dispatched! {
    fn multiply(product: SparseProduct) = multiply_with;
}

/// Strips of eight vectors, whose sums stay in registers; narrower ones for what is left.
#[inline(always)]
fn multiply_with<S: Simd>(s: S, mut product: SparseProduct) {
    let columns = product.columns;
    let mut column = 0;
    while column + 8 * S::LANES <= columns {
        multiply_strip::<S, 8>(s, &mut product, column);
        column += 8 * S::LANES;
    }
    while column + 2 * S::LANES <= columns {
        multiply_strip::<S, 2>(s, &mut product, column);
        column += 2 * S::LANES;
    }
    while column < columns {
        multiply_edge(s, &mut product, column);
        column += S::LANES;
    }
}

#[inline(always)]
fn multiply_strip<S: Simd, const VECTORS: usize>(s: S, product: &mut SparseProduct, column: usize) {
    let right = product.right[column..].as_ptr();
    for row in 0..product.rows {
        let mut sums = [s.zero(); VECTORS];
        for entry in product.left.list(row) {
            let a = s.splat(entry.value);
            // SAFETY: the strip's columns exist in every row, and lists only name rows below their bound.
            unsafe {
                let line = right.add(entry.index as usize * product.columns);
                for (v, sum) in sums.iter_mut().enumerate() {
                    *sum = s.mul_add(a, s.load_pointer(line.add(v * S::LANES)), *sum);
                }
            }
        }
        for (v, sum) in sums.into_iter().enumerate() {
            finish(s, product, row, column + v * S::LANES, sum);
        }
    }
}

/// The last columns, fewer than a vector.
#[inline(always)]
fn multiply_edge<S: Simd>(s: S, product: &mut SparseProduct, column: usize) {
    for row in 0..product.rows {
        let mut sum = s.zero();
        for entry in product.left.list(row) {
            let line = &product.right[entry.index as usize * product.columns..][..product.columns];
            sum = s.mul_add(s.splat(entry.value), s.load(&line[column..]), sum);
        }
        finish(s, product, row, column, sum);
    }
}

#[inline(always)]
fn finish<S: Simd>(s: S, product: &mut SparseProduct, row: usize, column: usize, sum: S::F32) {
    let place = &mut product.destination[row * product.columns..][..product.columns][column..];
    let total = match product.start {
        Start::Zero => sum,
        Start::Bias(bias) => s.add(sum, s.load(&bias[column..])),
        Start::Accumulate => s.add(sum, s.load(place)),
    };
    s.store(total, place);
}
