/** What the importer tells, in words: it speaks in codes with values. */

import { make } from "../../lib/find.js";
import { TEXTS } from "../../texts.js";

/** So many files are named; the others are counted. */
const NAMED = 3;

/** @param {string} code @param {import("../../import/types.js").Values} values */
function wordsOf(code, values) {
  /** @type {Record<string, string | ((values: any) => string)>} */
  const texts = { ...TEXTS.importing.problems, ...TEXTS.importing.remarks, ...TEXTS.importing.doubts, ...TEXTS.pictures };
  const text = texts[code];
  if (text === undefined) throw new Error(`texts.js must have importing.${code}, found none`);
  return typeof text === "string" ? text : text(values);
}

/** @param {import("../../import/types.js").Remark} remark */
export function tellRemark({ code, values }) {
  return wordsOf(code, values);
}

/** All files of one trouble, in one line. @param {import("../../import/types.js").Problem} problem */
export function tellProblem({ code, values, files, count }) {
  const named = files.slice(0, NAMED).join(", ");
  const names = count > NAMED ? TEXTS.dataPanel.andMore(named, count - Math.min(NAMED, files.length)) : named;
  return make("li", {}, ...(names ? [make("b", { text: names }), ": "] : []), `${wordsOf(code, values)}.`);
}
