/**
 * Sheets: one picture that holds many images. Which layout a picture has is told by its size and confirmed by what is on it, since
 * 280 by 280 may be a hundred digits or one large one.
 *
 * @typedef {object} Grid  images beside and below each other, with a constant gap between them
 * @property {"grid"} kind
 * @property {number} tile  the side of an image
 * @property {number} gap
 * @property {number} left  where the first image begins
 * @property {number} top
 * @property {number} columns
 * @property {number} rows
 *
 * @typedef {Grid | { kind: "rows" | "columns" }} Layout  "rows": every row of 784 pixels is an image, as in TensorFlow.js' sprite; "columns": every column
 *
 * @typedef {object} Sheet
 * @property {Layout} layout
 * @property {boolean} certain  whether what is on the picture says so too; otherwise its size alone does
 */

const SIDE = 28;
const PIXELS = SIDE * SIDE;
/** Sides of images that a sheet may have; those other than MNIST's are only believed where gaps show. */
const TILES = [28, 32, 64];
const WIDEST_GAP = 56;
/** Differences up to this are noise of compression. */
const NOISE = 32;

/**
 * @param {Uint8Array} grey  row by row
 * @param {number} width
 * @param {number} height
 * @returns {Sheet | null}  null: its size is that of no sheet
 */
export function findSheet(grey, width, height) {
  if (width * height <= PIXELS && width !== PIXELS && height !== PIXELS) return null;
  const strip = findStrip(grey, width, height);
  if (strip?.certain) return strip;
  /** @type {Sheet | null} */
  let possible = strip;
  const spreads = spreadsOfLines(grey, width, height);
  for (const layout of gridsOf(width, height)) {
    if (!gapsMayBeEmpty(spreads, layout)) continue;
    const certain = (layout.gap > 0 ? gapsAreEmpty(grey, width, height, layout) : cutsAreClean(grey, width, layout)) && isFilled(grey, width, layout);
    if (certain) return { layout, certain };
    if (layout.gap === 0 && layout.tile === SIDE) possible ??= { layout, certain };
  }
  return possible;
}

/**
 * Where the images of a sheet begin, empty places left out, row by row.
 *
 * @param {readonly Uint8Array[]} planes  a place is empty when it has one colour in all of them
 * @param {number} width
 * @param {number} height
 * @param {Layout} layout
 * @returns {number[]}
 */
export function placesOf(planes, width, height, layout) {
  const all =
    layout.kind === "grid"
      ? Array.from({ length: layout.columns * layout.rows }, (_, i) => tileStart(width, layout, i))
      : Array.from({ length: layout.kind === "rows" ? height : width }, (_, i) => (layout.kind === "rows" ? i * width : i));
  return all.filter((start) => planes.some((plane) => spread(cutTile(plane, width, layout, start)) > 8));
}

/**
 * One image of a sheet; its side is `sideOf(layout)`.
 *
 * @template {Uint8Array | Uint16Array} T
 * @param {T} plane
 * @param {number} width
 * @param {Layout} layout
 * @param {number} start
 * @returns {T}
 */
export function cutTile(plane, width, layout, start) {
  const side = sideOf(layout);
  const tile = /** @type {T} */ (plane.slice(0, side * side));
  if (layout.kind === "rows") tile.set(plane.subarray(start, start + PIXELS));
  else if (layout.kind === "columns") for (let i = 0; i < PIXELS; i += 1) tile[i] = plane[start + i * width] ?? 0;
  else for (let row = 0; row < side; row += 1) tile.set(plane.subarray(start + row * width, start + row * width + side), row * side);
  return tile;
}

/** @param {Layout} layout */
export function sideOf(layout) {
  return layout.kind === "grid" ? layout.tile : SIDE;
}

/** @param {number} width @param {Grid} grid @param {number} index */
function tileStart(width, { tile, gap, left, top, columns }, index) {
  return (top + Math.floor(index / columns) * (tile + gap)) * width + left + (index % columns) * (tile + gap);
}

/**
 * One image a row (or a column) of 784: then pixels 28 apart are neighbours, and pixels of the next row belong to another image.
 *
 * @param {Uint8Array} grey
 * @param {number} width
 * @param {number} height
 * @returns {Sheet | null}
 */
function findStrip(grey, width, height) {
  /** @type {Sheet | null} */
  let found = null;
  if (width === PIXELS) {
    const certain = height === 1 || difference(grey, width, height, SIDE, 0) < 0.8 * difference(grey, width, height, 0, 1);
    found = { layout: { kind: "rows" }, certain };
  }
  if (height === PIXELS && !found?.certain) {
    const certain = width === 1 || difference(grey, width, height, 0, SIDE) < 0.8 * difference(grey, width, height, 1, 0);
    if (certain || !found) found = { layout: { kind: "columns" }, certain };
  }
  return found;
}

/**
 * The mean difference between pixels so far apart.
 *
 * @param {Uint8Array} grey
 * @param {number} width
 * @param {number} height
 * @param {number} dx
 * @param {number} dy
 */
function difference(grey, width, height, dx, dy) {
  let sum = 0;
  for (let y = 0; y + dy < height; y += 1) {
    for (let x = 0; x + dx < width; x += 1) sum += Math.abs((grey[y * width + x] ?? 0) - (grey[(y + dy) * width + x + dx] ?? 0));
  }
  return sum / Math.max(1, (width - dx) * (height - dy));
}

/**
 * Every grid that fits the size, the likeliest first: without gaps, then with the smallest.
 *
 * @param {number} width
 * @param {number} height
 */
function* gridsOf(width, height) {
  for (const tile of TILES) {
    for (let gap = tile === SIDE ? 0 : 1; gap <= WIDEST_GAP; gap += 1) {
      for (const across of splits(width, tile, gap)) {
        for (const down of splits(height, tile, gap)) {
          if (across.count * down.count < 2) continue;
          yield /** @type {Grid} */ ({ kind: "grid", tile, gap, left: across.lead, top: down.lead, columns: across.count, rows: down.count });
        }
      }
    }
  }
}

/**
 * How a length divides into images and gaps; there may be a gap before the first and after the last.
 *
 * @param {number} length
 * @param {number} tile
 * @param {number} gap
 */
function splits(length, tile, gap) {
  const found = [];
  for (const [lead, trail] of gap === 0 ? [[0, 0]] : [[0, 0], [gap, gap], [0, gap], [gap, 0]]) {
    const count = (length - (lead ?? 0) - (trail ?? 0) + gap) / (tile + gap);
    if (Number.isInteger(count) && count > 0) found.push({ lead: lead ?? 0, count });
  }
  return found;
}

/**
 * Whether most places of a grid hold more than one colour; the last ones may be empty.
 *
 * @param {Uint8Array} grey
 * @param {number} width
 * @param {Grid} grid
 */
function isFilled(grey, width, grid) {
  const least = Math.max(16, 0.25 * spread(grey));
  const inked = Array.from({ length: grid.columns * grid.rows }, (_, i) => i).filter((i) => spread(cutTile(grey, width, grid, tileStart(width, grid, i))) >= least);
  return inked.length > 1 && inked.length >= 0.6 * ((inked.at(-1) ?? 0) + 1);
}

/** @param {Uint8Array | Uint16Array} values */
function spread(values) {
  let [lowest, highest] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < lowest) lowest = value;
    if (value > highest) highest = value;
  }
  return highest - lowest;
}

/**
 * How much the pixels of every row and of every column differ.
 *
 * @param {Uint8Array} grey
 * @param {number} width
 * @param {number} height
 */
function spreadsOfLines(grey, width, height) {
  const [low, high] = [new Uint8Array(width).fill(255), new Uint8Array(width)];
  const rows = new Uint8Array(height);
  for (let y = 0; y < height; y += 1) {
    let [lowest, highest] = [255, 0];
    for (let x = 0; x < width; x += 1) {
      const value = grey[y * width + x] ?? 0;
      if (value < lowest) lowest = value;
      if (value > highest) highest = value;
      if (value < (low[x] ?? 0)) low[x] = value;
      if (value > (high[x] ?? 0)) high[x] = value;
    }
    rows[y] = highest - lowest;
  }
  return { rows, columns: high.map((value, x) => value - (low[x] ?? 0)) };
}

/**
 * Whether every row and column between the images is of one colour: most grids are ruled out by that, and quickly.
 *
 * @param {{ rows: Uint8Array, columns: Uint8Array }} spreads
 * @param {Grid} grid
 */
function gapsMayBeEmpty({ rows, columns }, { tile, gap, left, top }) {
  return gap === 0 || (empty(rows, top) && empty(columns, left));

  /** @param {Uint8Array} lines @param {number} lead */
  function empty(lines, lead) {
    for (let start = lead > 0 ? 0 : tile; start < lines.length; start += tile + gap) {
      for (let i = start; i < Math.min(start + gap, lines.length); i += 1) if ((lines[i] ?? 0) > 2 * NOISE) return false;
    }
    return true;
  }
}

/**
 * Whether all that lies between the images has one colour.
 *
 * @param {Uint8Array} grey
 * @param {number} width
 * @param {number} height
 * @param {Grid} grid
 */
function gapsAreEmpty(grey, width, height, { tile, gap, left, top }) {
  const [inColumn, inRow] = [between(width, left), between(height, top)];
  const counts = new Uint32Array(256);
  let total = 0;
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      if (!inRow[y] && !inColumn[x]) continue;
      counts[grey[y * width + x] ?? 0] = (counts[grey[y * width + x] ?? 0] ?? 0) + 1;
      total += 1;
    }
  }
  const commonest = counts.indexOf(Math.max(...counts));
  return counts.subarray(Math.max(0, commonest - NOISE), commonest + NOISE + 1).reduce((sum, count) => sum + count, 0) >= 0.998 * total;

  /** @param {number} length @param {number} lead */
  function between(length, lead) {
    return Uint8Array.from({ length }, (_, i) => Number((i - lead + tile + gap) % (tile + gap) >= tile));
  }
}

/**
 * Whether a grid without gaps is one: no ink lies on its cuts, or the picture breaks off there, as it does not beside them.
 *
 * @param {Uint8Array} grey
 * @param {number} width
 * @param {Grid} grid
 */
function cutsAreClean(grey, width, { tile, columns, rows }) {
  const height = rows * tile;
  const counts = new Uint32Array(256);
  for (const value of grey) counts[value] = (counts[value] ?? 0) + 1;
  const paper = counts.indexOf(Math.max(...counts));
  let [inkAtCuts, pixelsAtCuts, stepsAtCuts, stepsBeside] = [0, 0, 0, 0];
  for (let x = tile; x < width; x += tile) for (let y = 0; y < height; y += 1) look(y * width + x, 1);
  for (let y = tile; y < height; y += tile) for (let x = 0; x < width; x += 1) look(y * width + x, width);
  const ink = grey.reduce((sum, value) => sum + Math.abs(value - paper), 0);
  // Few cuts are easily clean by chance.
  const most = columns * rows > 4 ? 0.2 : 0.05;
  return inkAtCuts / pixelsAtCuts < most * (ink / grey.length) || stepsAtCuts > stepsBeside;

  /** The two pixels on both sides of a cut. @param {number} after @param {number} step */
  function look(after, step) {
    const [a, b, c, d] = [after - 2 * step, after - step, after, after + step].map((place) => grey[place] ?? 0);
    inkAtCuts += Math.abs((b ?? 0) - paper) + Math.abs((c ?? 0) - paper);
    pixelsAtCuts += 2;
    stepsAtCuts += Math.abs((c ?? 0) - (b ?? 0));
    stepsBeside += Math.abs((b ?? 0) - (a ?? 0)) + Math.abs((d ?? 0) - (c ?? 0));
  }
}
