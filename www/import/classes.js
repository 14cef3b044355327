/**
 * What a set's labels are to a model, which knows classes by number alone; and how two sets with labels of their own join.
 *
 * @typedef {import("./set.js").ImageSet} ImageSet
 */

import { UNKNOWN } from "./set.js";

/** A model that is told the digit has the ten digits, even where a set lacks some. */
const DIGITS = 10;

/**
 * The classes of a set, in the order of their numbers: the ten digits where all labels are digits, otherwise the values that are
 * there. UNKNOWN stays UNKNOWN.
 *
 * @param {ImageSet} set
 * @returns {{ names: string[], indices: Uint8Array<ArrayBuffer> }}
 */
export function classesOf({ labels, classes }) {
  const present = [...new Set(labels)].filter((label) => label !== UNKNOWN).sort((a, b) => a - b);
  if (classes === null && present.every((label) => label < DIGITS)) {
    return { names: Array.from({ length: DIGITS }, (_, digit) => String(digit)), indices: labels.slice() };
  }
  const indexOf = new Uint8Array(256).fill(UNKNOWN);
  present.forEach((label, index) => (indexOf[label] = index));
  return { names: present.map((label) => classes?.[label] ?? String(label)), indices: labels.map((label) => indexOf[label] ?? UNKNOWN) };
}

/**
 * The labels of two sets under one naming: numbers stay numbers where both have them; otherwise numbers become names, and equal
 * names are one class.
 *
 * @param {ImageSet} first
 * @param {ImageSet} second
 * @returns {{ first: Uint8Array<ArrayBuffer>, second: Uint8Array<ArrayBuffer>, classes: string[] | null }}
 */
export function mergedLabels(first, second) {
  const named = [first, second].some(({ classes }) => classes !== null);
  // A set without any label has no naming to defend.
  const unlabelled = [first, second].map(({ labels }) => labels.every((label) => label === UNKNOWN));
  if (!named) return { first: first.labels, second: second.labels, classes: null };
  if (unlabelled[0]) return { first: first.labels, second: second.labels, classes: second.classes };
  if (unlabelled[1]) return { first: first.labels, second: second.labels, classes: first.classes };
  /** @type {string[]} */
  const classes = [];
  /** @param {ImageSet} set */
  const renamed = (set) => {
    const numbers = new Uint8Array(256).fill(UNKNOWN);
    for (const label of [...new Set(set.labels)].filter((value) => value !== UNKNOWN).sort((a, b) => a - b)) {
      const name = set.classes?.[label] ?? String(label);
      if (!classes.includes(name) && classes.length < UNKNOWN) classes.push(name);
      numbers[label] = classes.includes(name) ? classes.indexOf(name) : UNKNOWN;
    }
    return set.labels.map((label) => numbers[label] ?? UNKNOWN);
  };
  return { first: renamed(first), second: renamed(second), classes };
}
