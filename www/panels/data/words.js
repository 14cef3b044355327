/** What the importer tells, in words: it speaks in codes with values. */

import { TEXTS } from "../../texts.js";

const SAYS = TEXTS.importing;

/** @typedef {import("../../import/types.js").Remark} Remark */

/** @param {Remark} remark */
export function tellRemark(remark) {
  return wordsOf(SAYS.remarks, remark);
}

/** @param {Remark} doubt */
export function tellDoubt(doubt) {
  return wordsOf(SAYS.doubts, doubt);
}

/** All files of one trouble, in one sentence. @param {import("../../import/types.js").Problem} found */
export function tellProblem(found) {
  return `${SAYS.problem(found.files, found.count, wordsOf(SAYS.problems, found))}`;
}

/**
 * @param {Record<string, (values: Remark["values"]) => string>} texts
 * @param {Remark} told
 */
function wordsOf(texts, { code, values }) {
  const words = texts[code];
  if (!words) throw new Error(`texts.js must have words for “${code}”, found none`);
  return words(values);
}
