//! Packing: a matrix copied into panels, in the order in which a product reads it.
//!
//! A panel holds `width` rows or columns of the matrix as `[depth][width]`, so that the product's inner loop walks
//! straight through memory. The last panel is filled up with zeros, so no kernel needs to know about odd sizes.

use std::ops::Range;

use super::buffer::Buffer;
use super::split::{Parts, Split};

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

    /// The panels' lines, `depth` for each panel, are counted through all panels: which one a place in the packed form
    /// lies in, or how many there are, for the form's end.
    pub fn line_at(self, depth: usize, columns: usize, place: usize) -> usize {
        let mut line = 0;
        for (first, width) in self.of(columns) {
            line += (place.saturating_sub(first * depth) / width).min(depth);
        }
        line
    }

    /// Where a line starts in the packed form.
    pub fn place(self, depth: usize, columns: usize, line: usize) -> usize {
        let panel = line.checked_div(depth);
        let panel = panel.and_then(|panel| self.of(columns).nth(panel));
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

/// A packed matrix, made when first needed.
pub(super) struct Packed {
    memory: Buffer,
    /// How `memory` holds the matrix as it is now, if it does.
    panels: Option<Panels>,
}

impl Packed {
    pub fn zeros(len: usize) -> Self {
        Self {
            memory: Buffer::zeros(len),
            panels: None,
        }
    }

    /// To be called when the matrix may have changed.
    pub fn forget(&mut self) {
        self.panels = None;
    }

    /// Whether it is packed so already, and where it is, or is to be packed now.
    pub fn become_packed(&mut self, panels: Panels) -> (bool, &mut [f32]) {
        (
            self.panels.replace(panels) == Some(panels),
            &mut self.memory,
        )
    }

    pub fn memory(&self) -> &[f32] {
        &self.memory
    }
}

/// Packed columns of which each part of a job packs as much as the others.
pub(super) struct ColumnPacking<'a> {
    panels: Panels,
    depth: usize,
    columns: usize,
    parts: Parts,
    packed: Split<'a, f32>,
}

impl<'a> ColumnPacking<'a> {
    /// For a matrix `[depth, columns]`.
    pub fn new(
        panels: Panels,
        [depth, columns]: [usize; 2],
        parts: &Parts,
        packed: &'a mut [f32],
    ) -> Self {
        let parts = parts.of(panels.len(depth, columns), 1);
        let place = |place| {
            let line = panels.line_at(depth, columns, place);
            panels.place(depth, columns, line)
        };
        Self {
            panels,
            depth,
            columns,
            parts,
            packed: parts.split_at(packed, place),
        }
    }

    /// Does a part of it.
    pub fn pack(&self, part: usize, matrix: &[f32]) {
        let Range { start, end } = self.parts.range(part);
        let line = |place| self.panels.line_at(self.depth, self.columns, place);
        let packed = self.packed.take(part);
        self.panels
            .pack(line(start)..line(end), self.columns, matrix, packed);
    }
}

/// Packed rows of which each part of a job packs as many as the others.
pub(super) struct RowPacking<'a> {
    width: usize,
    columns: usize,
    parts: Parts,
    packed: Split<'a, f32>,
}

impl<'a> RowPacking<'a> {
    /// For a matrix `[rows, columns]` in panels of `width` rows.
    pub fn new(
        width: usize,
        [rows, columns]: [usize; 2],
        parts: &Parts,
        packed: &'a mut [f32],
    ) -> Self {
        let parts = parts.of(rows, width);
        Self {
            width,
            columns,
            parts,
            packed: parts.split(packed, columns),
        }
    }

    /// Does a part of it.
    pub fn pack(&self, part: usize, matrix: &[f32]) {
        let Range { start, end } = self.parts.range(part);
        let matrix = &matrix[start * self.columns..end * self.columns];
        pack_rows(self.width, self.columns, matrix, self.packed.take(part));
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
pub fn pack_rows(width: usize, columns: usize, matrix: &[f32], panels: &mut [f32]) {
    let rows = matrix.len() / columns;
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
