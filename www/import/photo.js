/**
 * Photographs of paper: the light is uneven and the sensor is noisy. The paper's own brightness is estimated everywhere and divided
 * out; what stays darker is ink. Chalk on a blackboard is the same with the signs turned.
 */

import { mnistForm, inkBounds, BOX } from "./digit.js";
import { blurred, closed, components, median, part, reduced, smoothSurface } from "./raster.js";

/** Photographs are worked on at this size: more tells nothing about a digit. */
const LONGEST = 384;
/** The light changes slowly: it is estimated on so many cells. */
const CELLS = 96;
/** The widest stroke, in cells: what is wider is a shadow. */
const WIDEST = 27;
/** A smaller picture is no photograph of a page. */
const LEAST_SIDE = 64;
/** Strokes of MNIST are about so many pixels wide; thinner ones are thickened, or they would fade in 28 by 28. */
const [THIN, STROKE] = [1.5, 1.8];

/**
 * @typedef {object} InkOnPaper
 * @property {Uint8Array<ArrayBuffer>} digit  28 by 28 in MNIST's form, 255 for full ink
 * @property {boolean} dark  whether the ink is darker than its paper
 * @property {number} depth  how much darker, 0 to 1
 */

/**
 * The ink of a photograph of paper; null if it is no such photograph.
 *
 * @param {Uint8Array} grey
 * @param {number} width
 * @param {number} height
 * @returns {InkOnPaper | null}
 */
export function inkOfPhoto(grey, width, height) {
  if (Math.min(width, height) < LEAST_SIDE || isPlain(grey, width, height)) return null;
  const small = reduced(grey, width, height, LONGEST);
  const paper = paperOf(small);
  if (!paper) return null;
  const ink = small.values.map((value, i) => 1 - (paper.dark ? value : 255 - value) / Math.max(1, paper.light[i] ?? 1));
  // The estimate leans to the bright side of the noise: most of the page is paper, so its middle is.
  const middle = median(ink);
  const noise = 1.4826 * median(ink.map((value) => Math.abs(value - middle)));
  if (paper.unevenness < 0.05 && noise < 0.01) return null;
  const calm = blurred(ink.map((value) => value - middle), small.width, small.height, noise > 0.02 ? 2 : 1);
  const calmNoise = 1.4826 * median(calm.map(Math.abs));
  const deepest = part(calm, 0.999);
  const [weak, strong] = [Math.max(0.25 * deepest, 3 * calmNoise), Math.max(0.5 * deepest, 5 * calmNoise)];
  const share = calm.reduce((sum, value) => sum + Number(value > weak), 0) / calm.length;
  const plain = calm.reduce((sum, value) => sum + Number(Math.abs(value) < Math.max(3 * calmNoise, 0.06)), 0) / calm.length;
  if (deepest < 0.15 || deepest < 6 * calmNoise || share > 0.35 || plain < 0.6) return null;
  const kept = strokes(calm, small.width, small.height, weak, strong);
  if (!kept) return null;
  const digit = inForm(kept.ink, small.width, small.height);
  return digit && { digit, dark: paper.dark, depth: kept.depth };
}

/**
 * Whether most of a picture has one brightness, and nearly all of its border: then no light has to be removed.
 *
 * @param {Uint8Array} grey
 * @param {number} width
 * @param {number} height
 */
function isPlain(grey, width, height) {
  const counts = new Uint32Array(256);
  for (let i = 0; i < grey.length; i += 1) {
    const value = grey[i] ?? 0;
    counts[value] = (counts[value] ?? 0) + 1;
  }
  const commonest = counts.indexOf(Math.max(...counts));
  if (counts.subarray(Math.max(0, commonest - 2), commonest + 3).reduce((sum, count) => sum + count, 0) < grey.length / 2) return false;
  let same = 0;
  const look = (/** @type {number} */ place) => (same += Number(Math.abs((grey[place] ?? 0) - commonest) <= 8));
  for (let x = 0; x < width; x += 1) [x, (height - 1) * width + x].forEach(look);
  for (let y = 0; y < height; y += 1) [y * width, (y + 1) * width - 1].forEach(look);
  return same > 0.9 * 2 * (width + height);
}

/**
 * How bright the empty paper is at every pixel, and whether the ink is darker than it.
 *
 * @param {import("./raster.js").Raster} small
 */
function paperOf(small) {
  const cells = reduced(small.values, small.width, small.height, CELLS);
  const surface = smoothSurface(cells);
  if (!surface) return null;
  const rest = cells.values.map((value, i) => value - (surface[i] ?? 0));
  const usual = 1.4826 * median(rest.map(Math.abs));
  const outside = (/** @type {number} */ sign) => rest.reduce((sum, value) => sum + Math.max(0, sign * value - 3 * usual - 4), 0);
  const dark = outside(-1) >= outside(1);
  const seen = dark ? cells : { ...cells, values: cells.values.map((value) => 255 - value) };
  // Light that falls off is a smooth surface; a shadow with an edge is not, and would bend one. Whichever leaves less to call ink.
  const lights = [dark ? surface : surface.map((value) => 255 - value), surface.map(() => 128)].map((guess) => lightOf(seen, guess));
  const left = lights.map((light) => seen.values.reduce((sum, value, i) => sum + Math.max(0, 1 - value / (light[i] ?? 1)), 0));
  const light = (left[0] ?? 0) <= (left[1] ?? 0) ? lights[0] : lights[1];
  if (!light) return null;
  const brightest = part(light, 0.98);
  return { dark, light: enlarged({ ...cells, values: light }, small.width, small.height), unevenness: (brightest - part(light, 0.02)) / brightest };
}

/**
 * The light on the paper: what is narrow and darker than its surroundings is filled in.
 *
 * @param {import("./raster.js").Raster} cells
 * @param {Float32Array} guess  which is divided out first, since filling wants level ground
 */
function lightOf({ values, width, height }, guess) {
  const level = values.map((value, i) => value / Math.max(8, guess[i] ?? 0));
  return blurred(closed(level, width, height, WIDEST), width, height, 1).map((value, i) => Math.max(1, value * Math.max(8, guess[i] ?? 0)));
}

/**
 * The strokes alone: what hangs together and is dark enough somewhere. Specks go, and so does what comes in from the edge of the
 * photograph (a table, a shadow), unless there is nothing else.
 *
 * @param {Float32Array} ink
 * @param {number} width
 * @param {number} height
 * @param {number} weak
 * @param {number} strong
 */
function strokes(ink, width, height, weak, strong) {
  const { labels, parts } = components(ink, width, height, weak);
  const deep = parts.filter(({ highest, area }) => highest >= strong && area >= 4);
  const inner = deep.filter(({ atEdge }) => !atEdge);
  const wanted = inner.length > 0 ? inner : deep;
  const largest = Math.max(0, ...wanted.map(({ mass }) => mass));
  const kept = new Set(wanted.filter(({ mass }) => mass >= 0.03 * largest).map(({ label }) => label));
  if (kept.size === 0) return null;
  const full = median(ink.filter((value, i) => value >= strong && kept.has(labels[i] ?? 0)));
  const none = 0.5 * weak;
  const own = new Uint8Array(ink.length);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const i = y * width + x;
      const beside = [i, x > 0 ? i - 1 : i, x < width - 1 ? i + 1 : i, y > 0 ? i - width : i, y < height - 1 ? i + width : i];
      if (beside.some((place) => kept.has(labels[place] ?? 0))) own[i] = Math.round(255 * Math.min(1, Math.max(0, ((ink[i] ?? 0) - none) / (full - none))));
    }
  }
  return { ink: own, depth: full };
}

/**
 * MNIST's form, with strokes wide enough to be seen in it.
 *
 * @param {Uint8Array} ink
 * @param {number} width
 * @param {number} height
 */
function inForm(ink, width, height) {
  const bounds = inkBounds(ink, width);
  if (!bounds) return null;
  const scale = BOX / Math.max(bounds.right - bounds.left, bounds.bottom - bounds.top);
  const stroke = strokeWidth(ink, width, height);
  const radius = stroke * scale < THIN ? Math.round((STROKE / scale - stroke) / 2) : 0;
  const digit = mnistForm(radius > 0 ? thickened(ink, width, height, radius) : ink, width);
  if (!digit) return null;
  const highest = digit.reduce((most, value) => Math.max(most, value), 1);
  return digit.map((value) => Math.round((value * 255) / highest));
}

/** Twice the area by the length of the outline. @param {Uint8Array} ink @param {number} width @param {number} height */
function strokeWidth(ink, width, height) {
  let [area, outline] = [0, 0];
  const inked = (/** @type {number} */ x, /** @type {number} */ y) => x >= 0 && y >= 0 && x < width && y < height && (ink[y * width + x] ?? 0) >= 128;
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      if (!inked(x, y)) continue;
      area += 1;
      outline += Number(!inked(x - 1, y)) + Number(!inked(x + 1, y)) + Number(!inked(x, y - 1)) + Number(!inked(x, y + 1));
    }
  }
  // Steps along a slanted outline count for more than its length: 4 / pi on average.
  return (2 * area) / Math.max(1, outline * (Math.PI / 4));
}

/** @param {Uint8Array} ink @param {number} width @param {number} height @param {number} radius */
function thickened(ink, width, height, radius) {
  const out = new Uint8Array(ink.length);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const amount = ink[y * width + x] ?? 0;
      if (amount === 0) continue;
      for (let dy = -radius; dy <= radius; dy += 1) {
        for (let dx = -radius; dx <= radius; dx += 1) {
          const [to, row] = [x + dx, y + dy];
          if (dx * dx + dy * dy > radius * radius || to < 0 || row < 0 || to >= width || row >= height) continue;
          const place = row * width + to;
          if (amount > (out[place] ?? 0)) out[place] = amount;
        }
      }
    }
  }
  return out;
}

/**
 * A coarse raster seen at a finer size, straight lines between its cells.
 *
 * @param {import("./raster.js").Raster} cells
 * @param {number} width
 * @param {number} height
 */
function enlarged({ values, width: columns, height: rows }, width, height) {
  const out = new Float32Array(width * height);
  for (let y = 0; y < height; y += 1) {
    const [top, below, down] = between(y, height, rows);
    for (let x = 0; x < width; x += 1) {
      const [left, right, across] = between(x, width, columns);
      const upper = (values[top * columns + left] ?? 0) * (1 - across) + (values[top * columns + right] ?? 0) * across;
      const lower = (values[below * columns + left] ?? 0) * (1 - across) + (values[below * columns + right] ?? 0) * across;
      out[y * width + x] = upper * (1 - down) + lower * down;
    }
  }
  return out;
}

/** The cells on both sides of a place, and how far it is from the first. @param {number} place @param {number} length @param {number} cells @returns {[number, number, number]} */
function between(place, length, cells) {
  const at = Math.min(cells - 1, Math.max(0, ((place + 0.5) * cells) / length - 0.5));
  const first = Math.floor(at);
  return [first, Math.min(cells - 1, first + 1), at - first];
}
