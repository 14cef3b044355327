/** Arithmetic on grey pictures: smaller, blurred, closed, taken apart. Nothing here knows what is on them. */

/**
 * @typedef {object} Raster
 * @property {Float32Array} values  row by row
 * @property {number} width
 * @property {number} height
 *
 * @typedef {object} Part  pixels that hang together
 * @property {number} label
 * @property {number} area
 * @property {number} mass  the sum of its values
 * @property {number} highest
 * @property {boolean} atEdge
 */

/**
 * A picture whose longer side is at most so long, each pixel the mean of those that fall into it.
 *
 * @param {Uint8Array | Float32Array} values
 * @param {number} width
 * @param {number} height
 * @param {number} longest
 * @returns {Raster}
 */
export function reduced(values, width, height, longest) {
  const scale = Math.min(1, longest / Math.max(width, height));
  const [columns, rows] = [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
  if (scale === 1) return { values: Float32Array.from(values), width, height };
  const column = Uint32Array.from({ length: width }, (_, x) => Math.min(columns - 1, Math.floor((x * columns) / width)));
  const sums = new Float64Array(columns * rows);
  const counts = new Uint32Array(columns * rows);
  for (let y = 0; y < height; y += 1) {
    const start = Math.min(rows - 1, Math.floor((y * rows) / height)) * columns;
    for (let x = 0; x < width; x += 1) {
      const place = start + (column[x] ?? 0);
      sums[place] = (sums[place] ?? 0) + (values[y * width + x] ?? 0);
      counts[place] = (counts[place] ?? 0) + 1;
    }
  }
  return { values: Float32Array.from(sums, (sum, i) => sum / Math.max(1, counts[i] ?? 1)), width: columns, height: rows };
}

/** @param {Float32Array} values */
export function median(values) {
  return part(values, 0.5);
}

/** The value below which such a share of them lies. @param {Float32Array} values @param {number} share */
export function part(values, share) {
  const sorted = values.slice().sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

/**
 * The mean over a square around every pixel, two times over, which is nearly a bell.
 *
 * @param {Float32Array} values
 * @param {number} width
 * @param {number} height
 * @param {number} radius
 */
export function blurred(values, width, height, radius) {
  let now = values;
  for (let round = 0; round < 2; round += 1) {
    now = alongRows(now, width, height, radius, meanOf);
    now = transposed(alongRows(transposed(now, width, height), height, width, radius, meanOf), height, width);
  }
  return now;
}

/**
 * A closing: dark things narrower than `size` are filled with the brightness around them; wider ones stay.
 *
 * @param {Float32Array} values
 * @param {number} width
 * @param {number} height
 * @param {number} size
 */
export function closed(values, width, height, size) {
  const radius = Math.floor(size / 2);
  let now = values;
  for (const pick of [highestOf, lowestOf]) {
    now = alongRows(now, width, height, radius, pick);
    now = transposed(alongRows(transposed(now, width, height), height, width, radius, pick), height, width);
  }
  return now;
}

/**
 * Every pixel from those of its row that are near.
 *
 * @param {Float32Array} values
 * @param {number} width
 * @param {number} height
 * @param {number} radius
 * @param {(near: Float32Array) => number} pick
 */
function alongRows(values, width, height, radius, pick) {
  const out = new Float32Array(values.length);
  for (let y = 0; y < height; y += 1) {
    const row = values.subarray(y * width, (y + 1) * width);
    for (let x = 0; x < width; x += 1) out[y * width + x] = pick(row.subarray(Math.max(0, x - radius), Math.min(width, x + radius + 1)));
  }
  return out;
}

/** @param {Float32Array} near */
function meanOf(near) {
  let sum = 0;
  for (let i = 0; i < near.length; i += 1) sum += near[i] ?? 0;
  return sum / near.length;
}

/** @param {Float32Array} near */
function highestOf(near) {
  let highest = -Infinity;
  for (let i = 0; i < near.length; i += 1) highest = Math.max(highest, near[i] ?? 0);
  return highest;
}

/** @param {Float32Array} near */
function lowestOf(near) {
  let lowest = Infinity;
  for (let i = 0; i < near.length; i += 1) lowest = Math.min(lowest, near[i] ?? 0);
  return lowest;
}

/** @param {Float32Array} values @param {number} width @param {number} height */
function transposed(values, width, height) {
  const out = new Float32Array(values.length);
  for (let y = 0; y < height; y += 1) for (let x = 0; x < width; x += 1) out[x * height + y] = values[y * width + x] ?? 0;
  return out;
}

/**
 * The smooth surface (of second degree) that most of a picture lies on; what lies far from it does not bend it. Null if there is
 * none.
 *
 * @param {Raster} raster
 * @returns {Float32Array | null}
 */
export function smoothSurface({ values, width, height }) {
  const terms = Array.from(values, (_, i) => {
    const [u, v] = [(2 * (i % width)) / Math.max(1, width - 1) - 1, (2 * Math.floor(i / width)) / Math.max(1, height - 1) - 1];
    return [1, u, v, u * u, u * v, v * v];
  });
  let near = new Uint8Array(values.length).fill(1);
  /** @type {Float32Array | null} */
  let surface = null;
  for (let round = 0; round < 8; round += 1) {
    const weights = leastSquares(terms, values, near);
    if (!weights) return surface;
    surface = Float32Array.from(terms, (term) => term.reduce((sum, value, k) => sum + value * (weights[k] ?? 0), 0));
    const distances = values.map((value, i) => Math.abs(value - (surface?.[i] ?? 0)));
    const most = 1 + 2.5 * 1.4826 * median(distances.filter((_, i) => near[i] === 1));
    near = Uint8Array.from(distances, (distance) => Number(distance <= most));
  }
  return surface;
}

/**
 * The weights of the terms that come nearest to the values, by the normal equations.
 *
 * @param {readonly number[][]} terms
 * @param {Float32Array} values
 * @param {Uint8Array} used
 * @returns {number[] | null}
 */
function leastSquares(terms, values, used) {
  const size = terms[0]?.length ?? 0;
  const rows = Array.from({ length: size }, () => new Float64Array(size + 1));
  terms.forEach((term, i) => {
    if (used[i] !== 1) return;
    rows.forEach((row, a) => {
      for (let b = 0; b < size; b += 1) row[b] = (row[b] ?? 0) + (term[a] ?? 0) * (term[b] ?? 0);
      row[size] = (row[size] ?? 0) + (term[a] ?? 0) * (values[i] ?? 0);
    });
  });
  for (let a = 0; a < size; a += 1) {
    const pivot = rows[a];
    const head = pivot?.[a] ?? 0;
    if (!pivot || Math.abs(head) < 1e-9) return null;
    rows.forEach((row, b) => {
      if (a === b) return;
      const times = (row[a] ?? 0) / head;
      for (let k = a; k <= size; k += 1) row[k] = (row[k] ?? 0) - times * (pivot[k] ?? 0);
    });
  }
  return rows.map((row, a) => (row[size] ?? 0) / (row[a] ?? 1));
}

/**
 * What hangs together (also across corners) among the pixels above a level.
 *
 * @param {Float32Array} values
 * @param {number} width
 * @param {number} height
 * @param {number} level
 * @returns {{ labels: Uint32Array, parts: Part[] }}  label 0: below the level
 */
export function components(values, width, height, level) {
  const labels = new Uint32Array(values.length);
  /** @type {Part[]} */
  const parts = [];
  const stack = new Uint32Array(values.length);
  for (let seed = 0; seed < values.length; seed += 1) {
    if (labels[seed] !== 0 || (values[seed] ?? 0) <= level) continue;
    /** @type {Part} */
    const found = { label: parts.length + 1, area: 0, mass: 0, highest: 0, atEdge: false };
    parts.push(found);
    labels[seed] = found.label;
    stack[0] = seed;
    for (let waiting = 1; waiting > 0; ) {
      waiting -= 1;
      const place = stack[waiting] ?? 0;
      const [x, y, value] = [place % width, Math.floor(place / width), values[place] ?? 0];
      found.area += 1;
      found.mass += value;
      found.highest = Math.max(found.highest, value);
      found.atEdge ||= x === 0 || y === 0 || x === width - 1 || y === height - 1;
      for (let row = Math.max(0, y - 1); row <= Math.min(height - 1, y + 1); row += 1) {
        for (let column = Math.max(0, x - 1); column <= Math.min(width - 1, x + 1); column += 1) {
          const next = row * width + column;
          if (labels[next] !== 0 || (values[next] ?? 0) <= level) continue;
          labels[next] = found.label;
          stack[waiting] = next;
          waiting += 1;
        }
      }
    }
  }
  return { labels, parts };
}
