/**
 * MNIST's own form for a drawing, by the same rule as the pad (src/data/drawing.rs): the ink fits a box of 20 by 20 with its shape
 * kept, and its centre of mass lies in the middle of 28 by 28 (LeCun, Cortes and Burges).
 */

const SIDE = 28;
/** The box that the ink is scaled into. */
export const BOX = 20;

/**
 * Where ink lies.
 *
 * @typedef {object} Bounds
 * @property {number} left
 * @property {number} top
 * @property {number} right   the first column after the ink
 * @property {number} bottom  the first row after the ink
 * @property {number} x  the centre of mass
 * @property {number} y
 */

/**
 * @param {Uint8Array} ink  0 for paper, 255 for full ink
 * @param {number} width
 * @param {number} [least]  less than this is no ink
 * @returns {Bounds | null}  null if there is no ink
 */
export function inkBounds(ink, width, least = 1) {
  let [left, top, right, bottom] = [width, -1, 0, 0];
  let [mass, x, y] = [0, 0, 0];
  for (let row = 0, at = 0; at < ink.length; row += 1) {
    for (let column = 0; column < width; column += 1, at += 1) {
      const amount = ink[at] ?? 0;
      if (amount < least) continue;
      if (top < 0) top = row;
      bottom = row + 1;
      if (column < left) left = column;
      if (column >= right) right = column + 1;
      mass += amount;
      x += amount * (column + 0.5);
      y += amount * (row + 0.5);
    }
  }
  return mass === 0 ? null : { left, top, right, bottom, x: x / mass, y: y / mass };
}

/**
 * Brings ink into MNIST's form; null if there is no ink.
 *
 * @param {Uint8Array} ink
 * @param {number} width
 * @returns {Uint8Array<ArrayBuffer> | null}
 */
export function mnistForm(ink, width) {
  const bounds = inkBounds(ink, width);
  if (!bounds) return null;
  const scale = BOX / Math.max(bounds.right - bounds.left, bounds.bottom - bounds.top);
  const columns = axis(bounds.left, bounds.right, bounds.x, scale);
  const rows = axis(bounds.top, bounds.bottom, bounds.y, scale);
  const digit = new Uint8Array(SIDE * SIDE);
  for (let pixel = 0; pixel < digit.length; pixel += 1) {
    let amount = 0;
    for (const [row, rowWeight] of rows[Math.floor(pixel / SIDE)] ?? []) {
      for (const [column, columnWeight] of columns[pixel % SIDE] ?? []) amount += rowWeight * columnWeight * (ink[row * width + column] ?? 0);
    }
    digit[pixel] = Math.min(255, Math.round(amount));
  }
  return digit;
}

/**
 * How one axis of the image looks back onto the drawing: for every target pixel the source pixels that it covers, each with the
 * covered length, in target pixels.
 *
 * @param {number} from
 * @param {number} to
 * @param {number} mass
 * @param {number} scale
 */
function axis(from, to, mass, scale) {
  const length = (to - from) * scale;
  // The centre of mass goes to the middle, unless a lopsided drawing would leave the image that way.
  const origin = Math.min(Math.max(SIDE / 2 - (mass - from) * scale, 0), SIDE - length);
  /** @type {[number, number][][]} */
  const covered = Array.from({ length: SIDE }, () => []);
  for (let source = from; source < to; source += 1) {
    const start = origin + (source - from) * scale;
    const end = start + scale;
    for (let target = Math.floor(start); target < Math.min(Math.ceil(end), SIDE); target += 1) {
      const overlap = Math.min(end, target + 1) - Math.max(start, target);
      if (overlap > 0) covered[target]?.push([source, overlap]);
    }
  }
  return covered;
}
