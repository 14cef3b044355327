/** What is counted in a set before it joins, and what looks like a mistake in it. */

import { PIXELS, UNKNOWN } from "./set.js";

/** @typedef {import("./types.js").ImageSet} ImageSet */
/** @typedef {import("./types.js").Remark} Remark */
/** @typedef {import("./types.js").RawImages} RawImages */

/** A conditional model takes so many classes at most. */
const MOST_CONDITIONS = 100;
/** Fewer labels than this may well count by chance. */
const LEAST_COUNTING = 5;
/** No alphabet has more letters: what counts on from 1 beyond that is no label. */
const MOST_LETTERS = 62;
/** One picture that is so much longer than wide was rather a table of something. */
const TALL = 2;

/**
 * @param {ImageSet} set
 * @returns {import("./types.js").Facts}
 */
export function factsOf({ images, labels, classes }) {
  let [brightest, sum] = [0, 0];
  for (let i = 0; i < images.length; i += 1) {
    const value = /** @type {number} */ (images[i]);
    if (value > brightest) brightest = value;
    sum += value;
  }
  const times = new Uint32Array(256);
  for (const label of labels) times[label] = (times[label] ?? 0) + 1;
  return {
    brightest,
    mean: images.length === 0 ? 0 : Math.round((10 * sum) / images.length) / 10,
    classes: [...times].flatMap((count, label) => (count > 0 && label !== UNKNOWN ? [{ name: classes?.[label] ?? String(label), count }] : [])),
    unlabelled: times[UNKNOWN] ?? 0,
  };
}

/**
 * What is asked before a set joins.
 *
 * @param {ImageSet} set
 * @param {import("./types.js").Facts} facts
 * @param {readonly RawImages[]} raws
 * @param {boolean} byFolder  the labels are names of folders
 * @returns {Remark[]}
 */
export function doubtsOf(set, facts, raws, byFolder) {
  const count = set.labels.length;
  if (count === 0) return [{ code: "nothingAdded", values: {} }];
  /** @type {Remark[]} */
  const doubts = [];
  const tall = raws.find((raw) => raw.from === "array" && (raw.total ?? raw.count) === 1 && Math.max(raw.width, raw.height) >= TALL * Math.min(raw.width, raw.height));
  if (tall) doubts.push({ code: "tallArray", values: { name: tall.name, width: tall.width, height: tall.height } });
  if (facts.brightest === 0) doubts.push({ code: "allBlack", values: { images: count } });
  else if (allEqual(set.images)) doubts.push({ code: count === 1 ? "onePlain" : "allEqual", values: { images: count } });
  const labelled = count - facts.unlabelled;
  const [only, ...others] = facts.classes;
  if (only && others.length === 0 && labelled > 1 && !byFolder) doubts.push({ code: "oneLabel", values: { label: only.name, images: labelled } });
  const counting = raws.find((raw) => isCounting(raw.labels));
  if (counting) doubts.push({ code: "labelsCount", values: { name: counting.name, first: Number(counting.labels?.[0]), last: Number(counting.labels?.at(-1)) } });
  if (facts.classes.length > MOST_CONDITIONS) doubts.push({ code: "manyClasses", values: { classes: facts.classes.length, most: MOST_CONDITIONS } });
  return doubts;
}

/** Whether they go 0, 1, 2, … to the end. @param {import("./types.js").Labels | null} labels */
function isCounting(labels) {
  if (!labels || labels.length < LEAST_COUNTING) return false;
  const first = Number(labels[0]);
  if (!(first === 0 || (first === 1 && labels.length > MOST_LETTERS))) return false;
  for (let i = 0; i < labels.length; i += 1) if (labels[i] !== first + i) return false;
  return true;
}

/** Whether every image is the first one over again, or the only one has one colour. @param {Uint8Array} images */
function allEqual(images) {
  if (images.length === PIXELS) return images.every((value) => value === images[0]);
  for (let i = PIXELS; i < images.length; i += 1) if (images[i] !== images[i - PIXELS]) return false;
  return true;
}
