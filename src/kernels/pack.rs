//! Packing: a matrix copied into panels, in the order in which a product reads it.
//!
//! A panel holds `width` rows or columns of the matrix as `[depth][width]`, so that the product's inner loop walks
//! straight through memory. The last panel is filled up with zeros, so no kernel needs to know about odd sizes.

/// The length of the packed form of a matrix: `count` rows or columns of `depth` numbers, in panels of `width`.
pub fn packed_len(width: usize, count: usize, depth: usize) -> usize {
    count.div_ceil(width) * width * depth
}

/// Packs columns: panel `p` holds columns `p * width..` as `[rows][width]`.
///
/// # Shapes
/// - `matrix`: `[rows, columns]`
/// - `panels`: at least `packed_len(width, columns, rows)` numbers
pub fn pack_columns(width: usize, rows: usize, columns: usize, matrix: &[f32], panels: &mut [f32]) {
    for first in (0..columns).step_by(width) {
        let panel = &mut panels[first * rows..][..width * rows];
        pack_column_panel(width, first, columns, &matrix[..rows * columns], panel);
    }
}

/// Packs the columns `first..first + width`, as far as they exist, as `[rows][width]`.
///
/// # Shapes
/// - `matrix`: `[rows, columns]`
/// - `panel`: `[rows, width]`
pub(super) fn pack_column_panel(
    width: usize,
    first: usize,
    columns: usize,
    matrix: &[f32],
    panel: &mut [f32],
) {
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
