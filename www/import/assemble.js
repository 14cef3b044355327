/** Joins what was found in all files of one choice: one rule of brightness, one inversion, one turn, one allocation. */

import { MOST_IMAGES, emptySet } from "./set.js";

/**
 * @param {readonly import("./types.js").Found[]} found
 * @param {import("./types.js").Choices} choices
 * @param {object} [options]
 * @param {number} [options.most]  how many images there is room for
 * @param {(raw: import("./types.js").RawImages) => { raw: import("./types.js").RawImages, sure: boolean } | null} [options.cut]  what a picture would be as a sheet of images; null: it is none. `sure`: it is cut unless the visitor says otherwise
 * @returns {import("./types.js").Imported}
 */
export function assemble(found, choices, { most = MOST_IMAGES, cut = () => null } = {}) {
  void found;
  void choices;
  void most;
  void cut;
  const none = { invert: false, turn: false, stretch: false, cut: false };
  return { set: emptySet(), applied: none, possible: none, remarks: [], doubts: [], problems: [], facts: { brightest: 0, mean: 0, classes: [], unlabelled: 0 } };
}
