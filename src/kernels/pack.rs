//! Packing: a matrix copied into panels, in the order in which a product reads it.
//!
//! A panel holds `width` rows or columns of the matrix as `[depth][width]`, so that the product's inner loop walks
//! straight through memory. The last panel is filled up with zeros, so no kernel needs to know about odd sizes.

use std::ops::Range;

/// The length of the packed form of a matrix: `count` rows or columns of `depth` numbers, in panels of `width`.
pub fn packed_len(width: usize, count: usize, depth: usize) -> usize {
    count.div_ceil(width) * width * depth
}

/// How a matrix's columns are divided into panels.
#[derive(Clone, Copy, PartialEq)]
pub struct Panels {
    width: usize,
    narrowest: usize,
}

impl Panels {
    /// All of one width; the last one may be partly filled.
    pub fn even(width: usize) -> Self {
        Self {
            width,
            narrowest: width,
        }
    }

    /// Of this width as long as there are so many columns, then each half as wide as the one before, down to `narrowest`;
    /// only the last one may be partly filled.
    pub fn narrowing(width: usize, narrowest: usize) -> Self {
        Self { width, narrowest }
    }

    /// First column and width of each.
    #[inline(always)]
    pub(super) fn of(self, columns: usize) -> impl Iterator<Item = (usize, usize)> {
        let Self {
            mut width,
            narrowest,
        } = self;
        let mut first = 0;
        std::iter::from_fn(move || {
            let rest = columns.checked_sub(first).filter(|&rest| rest > 0)?;
            while width > rest && width > narrowest {
                width /= 2;
            }
            first += width;
            Some((first - width, width))
        })
    }

    /// The length of the packed form of `depth` rows.
    pub fn len(self, depth: usize, columns: usize) -> usize {
        columns.next_multiple_of(self.narrowest) * depth
    }

    /// The panels' lines, `depth` for each panel, are counted through all panels: how many there are.
    pub fn lines(self, depth: usize, columns: usize) -> usize {
        self.of(columns).count() * depth
    }

    /// Where a line starts in the packed form.
    pub fn place(self, depth: usize, columns: usize, line: usize) -> usize {
        let panel = self.of(columns).nth(line / depth);
        panel.map_or(self.len(depth, columns), |(first, width)| {
            first * depth + line % depth * width
        })
    }

    /// Packs some lines of the panels, of which each is `[depth, width]`.
    ///
    /// # Shapes
    /// - `matrix`: `[depth, columns]`
    /// - `packed`: from the first line's place to at least the end of the last one
    pub fn pack(self, lines: Range<usize>, columns: usize, matrix: &[f32], packed: &mut [f32]) {
        let depth = matrix.len() / columns;
        let mut rest = packed;
        for (panel, (first, width)) in self.of(columns).enumerate() {
            let rows = |line: usize| line.clamp(panel * depth, (panel + 1) * depth) - panel * depth;
            let rows = rows(lines.start)..rows(lines.end);
            let lines = rest.split_off_mut(..rows.len() * width);
            let lines = lines.expect("packed has room for all lines");
            let matrix = &matrix[rows.start * columns..rows.end * columns];
            pack_panel(width, first, columns, matrix, lines);
        }
    }
}

/// Packs the columns `first..first + width`, as far as they exist, as `[rows][width]`.
///
/// # Shapes
/// - `matrix`: `[rows, columns]`
/// - `panel`: `[rows, width]`
fn pack_panel(width: usize, first: usize, columns: usize, matrix: &[f32], panel: &mut [f32]) {
    // Copies of a length known when compiling are a few moves instead of a call.
    match width {
        4 => column_panel::<4>(first, columns, matrix, panel),
        6 => column_panel::<6>(first, columns, matrix, panel),
        8 => column_panel::<8>(first, columns, matrix, panel),
        16 => column_panel::<16>(first, columns, matrix, panel),
        32 => column_panel::<32>(first, columns, matrix, panel),
        64 => column_panel::<64>(first, columns, matrix, panel),
        128 => column_panel::<128>(first, columns, matrix, panel),
        _ => unreachable!("no panel is {width} wide"),
    }
}

fn column_panel<const WIDTH: usize>(
    first: usize,
    columns: usize,
    matrix: &[f32],
    panel: &mut [f32],
) {
    let lines = panel.as_chunks_mut::<WIDTH>().0;
    for (line, row) in lines.iter_mut().zip(matrix.chunks_exact(columns)) {
        let rest = &row[first..];
        match rest.first_chunk::<WIDTH>() {
            Some(full) => *line = *full,
            None => {
                line[..rest.len()].copy_from_slice(rest);
                line[rest.len()..].fill(0.0);
            }
        }
    }
}

/// Packs rows: panel `p` holds rows `p * width..`, transposed, as `[columns][width]`.
///
/// # Shapes
/// - `matrix`: `[rows, columns]`
/// - `panels`: at least `packed_len(width, rows, columns)` numbers
pub fn pack_rows(width: usize, rows: usize, columns: usize, matrix: &[f32], panels: &mut [f32]) {
    for first in (0..rows).step_by(width) {
        let panel = &mut panels[first * columns..][..width * columns];
        let matrix = &matrix[first * columns..rows.min(first + width) * columns];
        match width {
            4 => row_panel::<4>(columns, matrix, panel),
            6 => row_panel::<6>(columns, matrix, panel),
            8 => row_panel::<8>(columns, matrix, panel),
            16 => row_panel::<16>(columns, matrix, panel),
            32 => row_panel::<32>(columns, matrix, panel),
            _ => unreachable!("no panel is {width} wide"),
        }
    }
}

/// So many columns are transposed at a time: their panel lines stay in the first-level cache until they are full.
const TRANSPOSED_COLUMNS: usize = 64;

fn row_panel<const WIDTH: usize>(columns: usize, matrix: &[f32], panel: &mut [f32]) {
    let lines = panel.as_chunks_mut::<WIDTH>().0;
    for (block, lines) in lines.chunks_mut(TRANSPOSED_COLUMNS).enumerate() {
        let from = block * TRANSPOSED_COLUMNS;
        let mut filled = 0;
        for row in matrix.chunks_exact(columns) {
            for (line, &x) in lines.iter_mut().zip(&row[from..]) {
                line[filled] = x;
            }
            filled += 1;
        }
        for line in lines {
            line[filled..].fill(0.0);
        }
    }
}
