/** How the Data panel reaches the model and the library: what training learns from belongs to a run, and begins with one. */

import { MNIST } from "../../app/run.js";
import { classesOf } from "../../import/classes.js";
import { PIXELS, UNKNOWN } from "../../import/set.js";

/** @typedef {import("../../import/types.js").ImageSet} ImageSet */

/** The name under which the library keeps the set that the panel shows. */
const NOTE = "own set";
/** MNIST's classes. */
const DIGITS = 10;

/**
 * @param {import("../../app/laboratory.js").Laboratory} lab
 * @param {object} others
 * @param {ReturnType<typeof import("../models/index.js").createModels>} others.models
 * @returns {Omit<import("./index.js").Plumbing, "show">}
 */
export function createOwnDataPlumbing({ store, library }, { models }) {
  /**
   * @param {import("./index.js").Source} kind
   * @param {ImageSet} set
   * @returns {Promise<import("../../app/run.js").RunData>}
   */
  async function dataOf(kind, set) {
    if (kind === "mnist") return MNIST;
    const { names } = classesOf(set);
    const digits = set.classes === null && names.length === DIGITS && names.every((name, digit) => name === String(digit));
    const unlabelled = set.labels.reduce((sum, label) => sum + Number(label === UNKNOWN), 0);
    return { kind, hash: await library.sets.keep(set), images: set.labels.length, unlabelled, classes: digits ? null : names };
  }

  return {
    async use(kind, set) {
      const { draft } = store.state;
      if (draft) await models.begin(draft, await dataOf(kind, set));
    },

    keep: (set) => library.keepNote(NOTE, set),

    async recall() {
      const stored = /** @type {ImageSet | undefined} */ (await library.note(NOTE));
      return stored && stored.images.length === stored.labels.length * PIXELS ? stored : null;
    },
  };
}
