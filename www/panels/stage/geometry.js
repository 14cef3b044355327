/**
 * Where the bars of a code stand. The picture is as many units wide as there are numbers, and 2 high: its middle is 0, its edges
 * are the range that is shown.
 */

/** The prior N(0, 1) lies within this, nearly all of it. The picture has lines at a third of it: where one sigma of the prior ends. */
const LEAST_RANGE = 3;
/** In parts of a bar's place. */
const BAR = 0.44;
const BAND = 0.8;

/**
 * How far from 0 the picture reaches: as far as the prior, or to the next round number for codes that lie farther out.
 *
 * @param {Iterable<number>} values
 */
export function rangeOf(values) {
  const farthest = Math.max(LEAST_RANGE, ...[...values].map(Math.abs).filter(Number.isFinite));
  if (farthest === LEAST_RANGE) return LEAST_RANGE;
  const power = 10 ** Math.floor(Math.log10(farthest));
  return ([1, 2, 5].find((step) => step * power >= farthest) ?? 10) * power;
}

/**
 * The height of a value in the picture, 0 above and 2 below.
 *
 * @param {number} value
 * @param {number} range
 */
export function heightOf(value, range) {
  return 1 - Math.min(1, Math.max(-1, value / range));
}

/**
 * The value at a height.
 *
 * @param {number} height  in parts of the picture's, 0 above and 1 below
 * @param {number} range
 */
export function valueAt(height, range) {
  return (1 - 2 * Math.min(1, Math.max(0, height))) * range;
}

/**
 * The path of bars from one value to another, each on its place.
 *
 * @param {readonly { place: number, from: number, to: number }[]} bars
 * @param {number} range
 * @param {"bar" | "band" | "tick"} kind
 */
export function pathOf(bars, range, kind) {
  const width = kind === "bar" ? BAR : BAND;
  return bars
    .map(({ place, from, to }) => {
      const [left, right] = [round(place + (1 - width) / 2), round(place + (1 + width) / 2)];
      const [first, last] = [round(heightOf(from, range)), round(heightOf(to, range))];
      return kind === "tick" ? `M${left} ${first}H${right}` : `M${left} ${first}V${last}H${right}V${first}Z`;
    })
    .join("");
}

/** @param {number} value */
function round(value) {
  return Math.round(value * 1000) / 1000;
}
