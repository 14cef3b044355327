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
    assert_eq!(
        matrix.len(),
        rows * columns,
        "matrix must be [{rows}, {columns}]"
    );
    match width {
        4 => pack_columns_of::<4>(rows, columns, matrix, panels),
        6 => pack_columns_of::<6>(rows, columns, matrix, panels),
        8 => pack_columns_of::<8>(rows, columns, matrix, panels),
        16 => pack_columns_of::<16>(rows, columns, matrix, panels),
        32 => pack_columns_of::<32>(rows, columns, matrix, panels),
        _ => unreachable!("no tile is {width} wide"),
    }
}

fn pack_columns_of<const WIDTH: usize>(
    rows: usize,
    columns: usize,
    matrix: &[f32],
    panels: &mut [f32],
) {
    if rows == 0 {
        return;
    }
    let panels = panels.chunks_exact_mut(rows * WIDTH);
    for (first, panel) in (0..columns).step_by(WIDTH).zip(panels) {
        let lines = panel.as_chunks_mut::<WIDTH>().0.iter_mut();
        for (line, row) in lines.zip(matrix.chunks_exact(columns)) {
            if let Some(full) = row[first..].first_chunk::<WIDTH>() {
                *line = *full;
            } else {
                fill(line, &row[first..]);
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
    assert_eq!(
        matrix.len(),
        rows * columns,
        "matrix must be [{rows}, {columns}]"
    );
    match width {
        4 => pack_rows_of::<4>(rows, columns, matrix, panels),
        6 => pack_rows_of::<6>(rows, columns, matrix, panels),
        8 => pack_rows_of::<8>(rows, columns, matrix, panels),
        16 => pack_rows_of::<16>(rows, columns, matrix, panels),
        32 => pack_rows_of::<32>(rows, columns, matrix, panels),
        _ => unreachable!("no tile is {width} wide"),
    }
}

fn pack_rows_of<const WIDTH: usize>(
    rows: usize,
    columns: usize,
    matrix: &[f32],
    panels: &mut [f32],
) {
    let panels = panels.chunks_exact_mut(columns * WIDTH);
    for (first, panel) in (0..rows).step_by(WIDTH).zip(panels) {
        let lines = panel.as_chunks_mut::<WIDTH>().0;
        let count = WIDTH.min(rows - first);
        for r in 0..count {
            let row = &matrix[(first + r) * columns..][..columns];
            for (line, &x) in lines.iter_mut().zip(row) {
                line[r] = x;
            }
        }
        for line in lines {
            line[count..].fill(0.0);
        }
    }
}

/// Copies `from` to the front of `line` and fills up with zeros.
fn fill(line: &mut [f32], from: &[f32]) {
    let (front, back) = line.split_at_mut(from.len());
    front.copy_from_slice(from);
    back.fill(0.0);
}
