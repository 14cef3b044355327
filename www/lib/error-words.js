/** What an error says in the visitor's language, at the time of asking. */

import { TEXTS } from "../texts.js";
import { told } from "./coded-error.js";
import { number } from "./format.js";
import { labelOf } from "./settings.js";

/**
 * Texts of errors get their values in words: numbers as the language writes them, a setting by its name, another error as its own
 * sentence.
 *
 * @typedef {{ [C in import("./coded-error.js").AnyError["code"]]: (values: { [K in keyof import("./coded-error.js").ValuesOf<C>]: string }) => string }} ErrorTexts
 */

/**
 * @param {unknown} error  an error, or what was told of one
 * @returns {string}
 */
export function wordsOfError(error) {
  const { message, code, values } = told(error);
  /** @type {Record<string, ((values: any) => string) | undefined>} */
  const texts = TEXTS.errors;
  // A newer program may have an error that the page does not know.
  const words = code !== null && Object.hasOwn(texts, code) ? texts[code] : undefined;
  if (!words) return message.replace(/\.$/, "");
  return words(Object.fromEntries(Object.entries(values).map(([name, value]) => [name, shown(name, value)])));
}

/** @param {string} name @param {unknown} value @returns {string} */
function shown(name, value) {
  if (typeof value === "number") return number(value);
  if (Array.isArray(value)) return `[${value.map((item) => shown("", item)).join(", ")}]`;
  if (typeof value === "object") return wordsOfError(value);
  return name === "name" ? labelOf({ key: String(value) }) : String(value);
}
