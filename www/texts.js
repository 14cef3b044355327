/**
 * The words of the page, in the language that is chosen.
 *
 * A further language is one file, `texts/<language>.js`, with the keys and functions of `texts/en.js` (the type checker and
 * `tests/js/texts.test.js` compare them), and one line in `LANGUAGES`.
 *
 * `TEXTS` and `HELP` stay the same objects and are filled anew when the language changes: whoever reads a text when it is
 * shown has the newest. What is shown already is written again in one of three ways: a feature's `update` is called; an element
 * with `data-text` is written by its key (lib/fixed-words.js); a view that keeps words registers with `onLanguage`.
 */

import * as en from "./texts/en.js";

/** @typedef {{ TEXTS: typeof en.TEXTS, HELP: typeof en.HELP }} Words */
/** @typedef {keyof typeof LANGUAGES} Language  as HTML's `lang` has it */

/** Each with its name for itself. English comes with the page; others are fetched when they are wanted. */
export const LANGUAGES = {
  en: { name: "English", load: async () => /** @type {Words} */ (en) },
  "zh-Hans": { name: "中文", load: async () => /** @type {Words} */ (await import("./texts/zh.js")) },
};

export const TEXTS = filled(/** @type {typeof en.TEXTS} */ ({}), en.TEXTS);
export const HELP = filled(/** @type {typeof en.HELP} */ ({}), en.HELP);

/** @type {{ shown: Language, wanted: Language }} */
const chosen = { shown: "en", wanted: "en" };
/** @type {Set<() => void>} */
const listeners = new Set();

/** The language that `TEXTS` has. */
export function language() {
  return chosen.shown;
}

/** Calls back after each change of the language. @param {() => void} listener */
export function onLanguage(listener) {
  listeners.add(listener);
}

/**
 * Changes the language. Of several changes at a time the last one counts.
 *
 * @param {Language} wanted
 */
export async function useLanguage(wanted) {
  chosen.wanted = wanted;
  if (wanted === chosen.shown) return;
  const words = await LANGUAGES[wanted].load();
  if (wanted !== chosen.wanted) return;
  chosen.shown = wanted;
  filled(TEXTS, words.TEXTS);
  filled(HELP, words.HELP);
  for (const listener of listeners) listener();
}

/**
 * Fills an object with the words of another, part by part: what holds on to a part of it has the new words too.
 *
 * @template {object} T
 * @param {T} target
 * @param {T} source
 * @returns {T}
 */
function filled(target, source) {
  for (const key of /** @type {(keyof T)[]} */ (Object.keys(source))) {
    const value = /** @type {any} */ (source[key]);
    const isPart = typeof value === "object" && value !== null && !Array.isArray(value);
    target[key] = isPart ? filled(target[key] ?? {}, value) : value;
  }
  return target;
}
