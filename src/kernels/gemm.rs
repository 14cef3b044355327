//! The product of two packed matrices, in register tiles.
//!
//! After Goto and van de Geijn, "Anatomy of high-performance matrix multiplication" (2008), with two levels less: a
//! panel of the right operand stays in the first-level cache while all panels of the left one stream past it.

use super::simd::Simd;
use super::split::Block;

/// At most so many steps of the summed dimension at once: a panel of the right operand is then 16 kB (wasm) and leaves
/// room in a first-level cache of 32 kB.
const DEPTH_BLOCK: usize = 512;

/// What the product is added to.
#[derive(Clone, Copy)]
pub enum Start<'a> {
    /// Nothing: the destination is overwritten.
    Zero,
    /// One row, the same for every row of the destination.
    Bias(&'a [f32]),
    /// What the destination holds.
    Accumulate,
}

impl Start<'_> {
    /// Writes `start + sums` to `line`, which begins at column `first`; sums past its end are dropped.
    #[inline(always)]
    pub(super) fn finish<S: Simd, const VECTORS: usize>(
        self,
        s: S,
        sums: [S::F32; VECTORS],
        first: usize,
        line: &mut [f32],
    ) {
        for (v, (place, sum)) in line.chunks_mut(S::LANES).zip(sums).enumerate() {
            let total = match self {
                Start::Zero => sum,
                Start::Bias(bias) => s.add(sum, s.load(&bias[first + v * S::LANES..])),
                Start::Accumulate => s.add(sum, s.load(place)),
            };
            s.store(total, place);
        }
    }
}

/// `destination [rows, columns] = start + left [rows, depth] * right [depth, columns]`, both operands packed.
pub struct Product<'a> {
    /// Rows of the left operand and of the destination.
    pub rows: usize,
    /// Columns of the right operand and of the destination.
    pub columns: usize,
    /// The dimension that is summed over.
    pub depth: usize,
    /// Rows in panels of [`tile_rows`](super::simd::tile_rows).
    pub left: &'a [f32],
    /// Columns in panels of [`tile_columns`](super::simd::tile_columns).
    pub right: &'a [f32],
    /// What the product is added to.
    pub start: Start<'a>,
    /// `[rows, columns]`
    pub destination: Block<'a>,
}

impl Product<'_> {
    /// Multiplies.
    pub fn run(self) {
        assert_eq!(
            self.destination.shape(),
            [self.rows, self.columns],
            "destination must be [rows, columns]"
        );
        multiply(self);
    }
}

dispatched! {
    fn multiply(product: Product) = multiply_with;
}

#[inline(always)]
fn multiply_with<S: Simd>(s: S, product: Product) {
    let Product {
        rows,
        columns,
        depth,
        left,
        right,
        start,
        mut destination,
    } = product;
    let (height, width) = (S::TILE_ROWS, S::TILE_COLUMNS);
    // Blocks of even size: a short last one would cost as many additions to the destination as a full one.
    let block = depth.div_ceil(depth.div_ceil(DEPTH_BLOCK).max(1)).max(1);
    for from in (0..depth.max(1)).step_by(block) {
        let steps = block.min(depth - from);
        let start = if from == 0 { start } else { Start::Accumulate };
        for column in (0..columns).step_by(width) {
            let right = &right[column * depth + from * width..][..steps * width];
            for row in (0..rows).step_by(height) {
                s.multiply_tile(Tile {
                    left: &left[row * depth + from * height..][..steps * height],
                    right,
                    start,
                    row,
                    column,
                    destination: &mut destination,
                });
            }
        }
    }
}

/// One tile of a product: panels of both operands and the place where the tile goes.
pub(super) struct Tile<'a, 'b> {
    left: &'a [f32],
    right: &'a [f32],
    start: Start<'a>,
    /// The tile's first row and column; what lies past the destination's end is padding.
    row: usize,
    column: usize,
    destination: &'a mut Block<'b>,
}

/// The register tile: `ROWS` rows of `VECTORS` vectors.
#[inline(always)]
pub(super) fn multiply_tile<S: Simd, const ROWS: usize, const VECTORS: usize>(s: S, tile: Tile) {
    let sums = multiply_panels::<S, ROWS, VECTORS>(s, tile.left, tile.right);
    let [rows, columns] = tile.destination.shape();
    let width = (VECTORS * S::LANES).min(columns - tile.column);
    for (row, sums) in sums.into_iter().enumerate().take(rows - tile.row) {
        let line = &mut tile.destination.row(tile.row + row)[tile.column..][..width];
        tile.start.finish(s, sums, tile.column, line);
    }
}

/// The inner loop: each step reads `ROWS` numbers of the left panel and `VECTORS` vectors of the right one.
#[inline(always)]
fn multiply_panels<S: Simd, const ROWS: usize, const VECTORS: usize>(
    s: S,
    left: &[f32],
    right: &[f32],
) -> [[S::F32; VECTORS]; ROWS] {
    let mut sums = [[s.zero(); VECTORS]; ROWS];
    let steps = left.len() / ROWS;
    assert!(
        right.len() >= steps * VECTORS * S::LANES,
        "the right panel is shorter than the left one"
    );
    let (mut left, mut right) = (left.as_ptr(), right.as_ptr());
    for _ in 0..steps {
        // SAFETY: both panels have `steps` lines of `ROWS` and of `VECTORS * LANES` numbers.
        unsafe {
            let b: [S::F32; VECTORS] =
                std::array::from_fn(|v| s.load_pointer(right.add(v * S::LANES)));
            for (row, sums) in sums.iter_mut().enumerate() {
                let a = s.splat(*left.add(row));
                for (sum, &b) in sums.iter_mut().zip(&b) {
                    *sum = s.mul_add(a, b, *sum);
                }
            }
            left = left.add(ROWS);
            right = right.add(VECTORS * S::LANES);
        }
    }
    sums
}
