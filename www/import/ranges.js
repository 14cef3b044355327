/**
 * What black and white are in the numbers of a set: one rule for all of it, never file by file, since a file of faint images has
 * other extremes than its neighbour. Only what is plainly of another kind has a rule of its own: pictures, whole numbers, 0 to 1,
 * and everything else.
 */

/** @typedef {import("./types.js").RawImages} RawImages */

/**
 * @typedef {object} Range
 * @property {number} min
 * @property {number} max
 * @property {boolean} whole     whether all are whole numbers
 * @property {number} lowest     how many are the lowest one
 * @property {number} zeros      how many are 0
 * @property {{ image: number, row: number, column: number }[]} holes  the first place of each image that holds a number that is none
 */

/**
 * @typedef {object} Rule
 * @property {number} black
 * @property {number} white
 * @property {boolean} wrapped  bytes that were taken for signed ones: -1 is 255
 * @property {boolean} stretched  a guess that can be undone: the lowest number became black and the highest white
 * @property {import("./types.js").Remark | null} remark
 */

/** Sums in single precision, and resizing by curves, go beyond the ends by so much. */
const OVERSHOOT = 0.05;
const OVERSHOOT_OF_RESIZING = 0.3;
const OVERSHOOT_OF_BYTES = 32;
/** The brightest of pictures darker than this was meant to be white. */
const HALF = 128;

/** @param {RawImages} raw @returns {Range} */
export function rangeOf({ values, width, height }) {
  const pixels = width * height;
  let [min, max, lowest, zeros, whole] = [Infinity, -Infinity, 0, 0, true];
  /** @type {Range["holes"]} */
  const holes = [];
  let image = -1;
  for (let i = 0; i < values.length; i += 1) {
    const value = /** @type {number} */ (values[i]);
    if (value - value !== 0) {
      const of = Math.floor(i / pixels);
      if (of !== image) holes.push({ image: of, row: Math.floor((i % pixels) / width), column: i % width });
      image = of;
      continue;
    }
    if (value < min) [min, lowest] = [value, 0];
    if (value > max) max = value;
    if (value === min) lowest += 1;
    if (value === 0) zeros += 1;
    if (whole && value !== Math.trunc(value)) whole = false;
  }
  return { min, max, whole, lowest, zeros, holes };
}

/** @param {Range} a @param {Range} b @returns {Range} */
function union(a, b) {
  const min = Math.min(a.min, b.min);
  const lowest = (a.min === min ? a.lowest : 0) + (b.min === min ? b.lowest : 0);
  return { min, max: Math.max(a.max, b.max), whole: a.whole && b.whole, lowest, zeros: a.zeros + b.zeros, holes: [] };
}

/**
 * The rule of each file: those of one kind share theirs.
 *
 * @param {readonly { raw: RawImages, range: Range }[]} files
 * @returns {{ rules: Rule[], groups: Rule[] }}  rules: one a file
 */
export function rulesOf(files) {
  // Fractions within 0 and 1 are of a kind with the others, unless those are bytes.
  const fractions = files.filter(({ raw, range }) => raw.from === "array" && !range.whole);
  const bright = fractions.some(({ range }) => range.max > HALF && range.min > -OVERSHOOT_OF_BYTES);
  const kinds = files.map(({ raw, range }) => {
    if (raw.from === "picture") return "picture";
    if (range.whole) return range.max <= 1 && range.min >= -1 ? (range.min < 0 ? "signs" : range.max > 0 ? "bits" : "bytes") : range.min < 0 ? "signed" : "bytes";
    return bright && range.max <= 1 + OVERSHOOT && range.min >= -OVERSHOOT ? "parts" : "fractions";
  });
  /** @type {Map<string, { range: Range, small: boolean }>} */
  const kind = new Map();
  files.forEach(({ raw, range }, i) => {
    const before = kind.get(kinds[i] ?? "");
    kind.set(kinds[i] ?? "", { range: before ? union(before.range, range) : range, small: (before?.small ?? true) && raw.width === 8 && raw.height === 8 });
  });
  const rules = new Map([...kind].map(([name, { range, small }]) => [name, ruleOf(range, small)]));
  return { rules: kinds.map((name) => /** @type {Rule} */ (rules.get(name))), groups: [...rules.values()] };
}

/**
 * @param {Range} range
 * @param {boolean} small  8 by 8, as scikit-learn's digits are
 * @returns {Rule}
 */
function ruleOf(range, small) {
  const { min, max, whole } = range;
  if (!(max > min)) return plain(max, whole);
  if (min < -OVERSHOOT) return belowZero(range);
  if (max <= 1 + OVERSHOOT || (!whole && max <= 1 + OVERSHOOT_OF_RESIZING)) return parts(range);
  return whole ? wholeNumbers(min, max, small) : fractions(min, max);
}

/** All numbers are one. @param {number} value @param {boolean} whole */
function plain(value, whole) {
  if (value === -1) return rule(-1, 1, "rangeSigned");
  return value > 0 && value <= 1 && !(whole && value === 0) ? rule(0, 1, "rangeParts") : rule(0, 255, null);
}

/** @param {Range} range */
function belowZero({ min, max, whole, lowest, zeros }) {
  const near = (/** @type {number} */ value, /** @type {number} */ end) => Math.abs(value - end) <= OVERSHOOT * Math.abs(end);
  if (whole && min >= -128 && max <= 127 && zeros > lowest && !(min === -1 && max === 1)) return { ...rule(0, 255, "rangeWrapped"), wrapped: true };
  if (max <= 1 + OVERSHOOT && (near(min, -1) || (whole && min === -1))) return rule(-1, 1, "rangeSigned");
  if (!whole && min >= -OVERSHOOT_OF_RESIZING && max > 1 + OVERSHOOT && max <= 1 + OVERSHOOT_OF_RESIZING) return rule(0, 1, "clippedParts", { lowest: short(min), highest: short(max) });
  if (near(min, -0.5) && near(max, 0.5)) return rule(-0.5, 0.5, "rangeShifted", { lowest: -0.5, highest: 0.5 });
  if (max > HALF && max <= 255 + OVERSHOOT_OF_BYTES && min >= -OVERSHOOT_OF_BYTES) return rule(0, 255, "clipped", { lowest: short(min), highest: short(max) });
  if (min >= -HALF && max <= HALF && min < -HALF / 2 && max > HALF / 2) {
    const [black, white] = whole ? [-128, 127] : [-127.5, 127.5];
    return rule(black, white, "rangeShifted", { lowest: black, highest: white });
  }
  if (whole && min >= -32768 && max <= 32767 && min < -16384) return rule(-32768, 32767, "rangeShifted", { lowest: -32768, highest: 32767 });
  return stretched(min, max);
}

/** Nothing is above 1. @param {Range} range */
function parts({ min, max, whole }) {
  if (whole) return rule(0, 1, "rangeBits");
  if (max < 0.5) return stretched(Math.min(0, min) < 0 ? 0 : min, max);
  // A network that must not see zeros is fed 0.01 to 1.
  if (min > 0.004 && min <= 0.1 && max > 0.9) return rule(min, 1, "rangeWhite", { lowest: short(min), highest: 1 });
  return rule(0, 1, min < -0.001 || max > 1.001 ? "clippedParts" : "rangeParts", { lowest: short(min), highest: short(max) });
}

/**
 * @param {number} min
 * @param {number} max
 * @param {boolean} small
 */
function wholeNumbers(min, max, small) {
  if (max > HALF && max <= 255) return rule(0, 255, null);
  if (max === 256 && min === 1) return rule(1, 256, "rangeWhite", { lowest: 1, highest: 256 });
  if (max > 255 && max <= 255 + OVERSHOOT_OF_BYTES) return rule(0, 255, "clipped", { lowest: min, highest: max });
  if (max > 255) return rule(0, max, "rangeWhite", { lowest: 0, highest: max });
  // 0 to 16 counts the pixels of a field of 4 by 4; few images may have no full field.
  const white = max <= 16 && max >= 9 && (small || max !== 15) ? 16 : max;
  return { ...rule(0, white, "rangeWhite", { lowest: 0, highest: white }), stretched: max > 16 };
}

/** @param {number} min @param {number} max */
function fractions(min, max) {
  if (max > HALF && max <= 255 + OVERSHOOT_OF_BYTES) {
    if (min > 1 && min <= 25.5 && max >= 230) return rule(min, Math.max(255, max), "rangeWhite", { lowest: short(min), highest: 255 });
    return rule(0, 255, max > 255 || min < 0 ? "clipped" : null, { lowest: short(min), highest: short(max) });
  }
  if (max > 99 && max <= 101) return rule(0, 100, "rangeWhite", { lowest: 0, highest: 100 });
  return stretched(Math.min(0, min), max);
}

/**
 * The choice of a visitor: the lowest number black, the highest white.
 *
 * @param {number} min
 * @param {number} max
 * @returns {Rule}
 */
export function stretched(min, max) {
  return { ...rule(min, max > min ? max : min + 1, "stretched", { lowest: short(min), highest: short(max) }), stretched: true };
}

/**
 * @param {number} black
 * @param {number} white
 * @param {string | null} code
 * @param {import("./types.js").Values} [values]
 * @returns {Rule}
 */
export function rule(black, white, code, values = {}) {
  return { black, white, wrapped: false, stretched: false, remark: code === null ? null : { code, values } };
}

/** Four digits are enough to tell. @param {number} value */
function short(value) {
  return Number(value.toPrecision(4));
}

/**
 * Numbers made shades from 0 to 255.
 *
 * @param {Rule} rule
 * @returns {(value: number) => number}
 */
export function shadeBy({ black, white, wrapped }) {
  const scale = 255 / (white - black);
  return (value) => {
    const shade = wrapped && value < 0 ? value + 256 : (value - black) * scale;
    return shade < 0 ? 0 : shade > 255 ? 255 : shade;
  };
}
