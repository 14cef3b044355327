/**
 * The words of the pages, which their source names by keys: see www/lib/fixed-words.js. The build writes the English ones into the
 * pages, so that they paint before any script runs; an element with `lang="zh-Hans"` gets the Chinese ones.
 *
 * As a program it takes pages from standard input, as an object of HTML by name, and gives them back with their words.
 */

import { readFileSync } from "node:fs";

import { ATTRIBUTES, MARKS, TEXT } from "../../../www/lib/fixed-words.js";
import { parse } from "../../../www/lib/words.js";
import * as en from "../../../www/texts/en.js";
import * as zh from "../../../www/texts/zh.js";

/** @param {string} text */
const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");

/** @param {import("../../../www/lib/words.js").Piece} piece @returns {string} */
function toHtml(piece) {
  if (typeof piece === "string") return escaped(piece);
  const { mark, to, pieces } = piece;
  if (mark === "term") throw new Error(`a page has no terms of formulas, found {…|${to}}`);
  return `<${mark}${mark === "a" ? ` href="${escaped(to)}"` : ""}>${pieces.map(toHtml).join("")}</${mark}>`;
}

/**
 * The value of an attribute; null if the tag does not have it.
 *
 * @param {string} tag  "<p class='note' data-marks>"
 * @param {string} name
 */
function valueOf(tag, name) {
  const [, value = ""] = new RegExp(`\\s${name}(?:="([^"]*)")?(?=[\\s>])`).exec(tag) ?? [null, null];
  return value;
}

/** @param {string} html */
export function withWords(html) {
  return html.replace(/<([a-z][a-z0-9]*)\s[^<>]*>(?=(.?))/g, (tag, _name, next) => {
    const texts = valueOf(tag, "lang") === "zh-Hans" ? zh.TEXTS : en.TEXTS;
    /** @param {string} key */
    const wordsOf = (key) => {
      /** @type {any} */
      let words = texts;
      for (const part of key.split(".")) words = words?.[part];
      if (typeof words !== "string") throw new Error(`texts must have words for “${key}”, found ${typeof words}`);
      return words;
    };
    const attributes = Object.entries(ATTRIBUTES).flatMap(([name, attribute]) => {
      const key = valueOf(tag, name);
      return key ? [` ${attribute}="${escaped(wordsOf(key))}"`] : [];
    });
    const made = tag.replace(/>$/, `${attributes.join("")}>`);
    const key = valueOf(tag, TEXT);
    if (!key) return made;
    if (next !== "<") throw new Error(`an element with a key must be empty in the source, found “${next}” in ${tag}`);
    const words = wordsOf(key);
    return made + (valueOf(tag, MARKS) === null ? escaped(words) : parse(words).map(toHtml).join(""));
  });
}

if (process.argv[1] === import.meta.filename) {
  /** @type {Record<string, string>} */
  const pages = JSON.parse(readFileSync(0, "utf8"));
  process.stdout.write(JSON.stringify(Object.fromEntries(Object.entries(pages).map(([name, html]) => [name, withWords(html)]))));
}
