/** NPZ files: arrays of NumPy under names of anybody's choice. Which are images, which labels, and which belong together. */

import { imagesOfArray, labelsOfArray, product } from "./arrays.js";
import { labelsOfWords, named } from "./labels.js";
import { keyOf, roleOf, splitOf } from "./names.js";
import { plainArray, wordsOf } from "./npy.js";
import { MOST_CLASSES } from "./set.js";
import { ReadError } from "./types.js";
import { shortList } from "./zip.js";

/** Which part is taken where there are several. @type {import("./names.js").Split[]} */
const PARTS = ["train", null, "test"];

/**
 * @typedef {object} ImagesPart
 * @property {string} key
 * @property {import("./names.js").Split} split
 * @property {import("./arrays.js").PlainArray} array
 *
 * @typedef {object} LabelsPart
 * @property {string} key
 * @property {import("./names.js").Split} split
 * @property {boolean} sure  its name says so
 * @property {import("./types.js").Labels} labels
 */

/**
 * @param {string} name
 * @param {Map<string, Uint8Array<ArrayBuffer>>} files
 * @returns {import("./types.js").Found[]}
 */
export function readNpz(name, files) {
  const { images, labels, words, troubles } = sorted(files);
  const split = PARTS.find((part) => images.some((one) => one.split === part)) ?? PARTS.find((part) => labels.some((one) => one.split === part)) ?? null;
  const chosen = notSide(images.filter((one) => one.split === split));
  const left = images.filter((one) => one.split !== split && one.split === "test");
  /** @type {import("./types.js").Found[]} */
  const found = left.length > 0 ? [{ kind: "remark", remark: { code: "testPartLeft", values: { names: shortList(left.map((one) => one.key)), images: left.reduce((sum, { array }) => sum + (array.shape[0] ?? 0), 0) } } }] : [];
  const classes = words.find(({ role, list }) => role !== "images" && list.length <= MOST_CLASSES)?.list ?? null;
  let free = labels.filter((one) => one.split === split || one.split === null);
  for (const part of chosen) {
    for (const one of imagesOfArray({ ...part.array, name: chosen.length > 1 ? `${name}/${part.key}` : name }) ?? []) {
      found.push(one);
      if (one.kind !== "images" || one.raw.labels) continue;
      const total = one.raw.total ?? one.raw.count;
      const match = labelsFor(part, total, chosen, free);
      free = free.filter((other) => other !== match);
      const own = match?.labels ?? wordsFor(words, split, total);
      const unused = free.find(({ sure }) => sure);
      if (!own && unused && chosen.length === 1) found.push({ kind: "problem", name, code: "labelsOtherCount", values: { labels: unused.labels.length, images: total } });
      const withNames = own && classes && classes.length !== total ? named(own, classes) : null;
      one.raw.labels = withNames ?? own;
      one.raw.classes = withNames ? classes : null;
    }
  }
  if (found.every(({ kind }) => kind !== "images")) {
    // Images and labels may lie in two files.
    const alone = labels.filter((one) => one.split === split || one.split === null);
    if (alone.length > 0) return alone.map((one) => ({ kind: "labels", name: alone.length > 1 ? `${name}/${one.key}` : name, labels: one.labels, files: null }));
    throw troubles[0] ?? new ReadError("noImageArray", { names: shortList([...files.keys()].map(withoutEnding)) });
  }
  return found;
}

/** @param {string} path */
function withoutEnding(path) {
  return path.replace(/\.npy$/, "");
}

/**
 * Every array with what it may be. What cannot be read is passed over, as long as images are found.
 *
 * @param {Map<string, Uint8Array<ArrayBuffer>>} files
 */
function sorted(files) {
  /** @type {ImagesPart[]} */
  const images = [];
  /** @type {LabelsPart[]} */
  const labels = [];
  /** @type {{ key: string, split: import("./names.js").Split, role: import("./names.js").Role, list: string[] }[]} */
  const words = [];
  /** @type {ReadError[]} */
  const troubles = [];
  for (const [path, bytes] of files) {
    const key = withoutEnding(path);
    const [split, role] = [splitOf(key), roleOf(key)];
    try {
      const list = wordsOf(bytes);
      if (list) {
        words.push({ key, split, role, list });
        continue;
      }
      const array = plainArray(key, bytes);
      const { shape } = array;
      if (product(shape) === 0) continue;
      const flat = shape.filter((size) => size !== 1).length <= 1;
      const own = role !== "images" || flat ? labelsOfArray(array) : null;
      if (own && (flat || role === "labels" || role === null)) labels.push({ key, split, sure: role === "labels", labels: own });
      // Rows that say several things at once are labels that a model cannot be told.
      else if (shape.length > 2 || role === "images" || (shape.length > 1 && role !== "labels")) images.push({ key, split, array });
    } catch (error) {
      if (!(error instanceof ReadError)) throw error;
      troubles.push(error);
    }
  }
  return { images, labels, words, troubles };
}

/**
 * A mean image beside the images is none of them.
 *
 * @param {ImagesPart[]} images
 */
function notSide(images) {
  const many = images.filter(({ array }) => array.shape.length > 2 || array.shape[1] === 784);
  return many.length > 0 ? many : images;
}

/**
 * The labels of one part: as many as there are images, of the same key where there are several, in the order of the arrays where
 * their names say nothing.
 *
 * @param {ImagesPart} part
 * @param {number} total
 * @param {readonly ImagesPart[]} chosen
 * @param {readonly LabelsPart[]} free
 */
function labelsFor(part, total, chosen, free) {
  const fitting = free.filter(({ labels }) => labels.length === total);
  const sure = fitting.filter((one) => one.sure);
  const list = sure.length > 0 ? sure : fitting;
  const own = chosen.length > 1 ? list.find((one) => keyOf(one.key) === keyOf(part.key)) : list.find((one) => one.split === part.split);
  return own ?? list[0] ?? null;
}

/**
 * Labels may be words themselves.
 *
 * @param {readonly { split: import("./names.js").Split, role: import("./names.js").Role, list: string[] }[]} words
 * @param {import("./names.js").Split} split
 * @param {number} total
 */
function wordsFor(words, split, total) {
  const own = words.find((one) => one.list.length === total && (one.split === split || one.split === null));
  return own ? labelsOfWords(own.list) : null;
}
