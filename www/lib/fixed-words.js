/**
 * Words that follow the language by themselves, in two kinds. What depends on nothing but the language is named by its key in
 * `TEXTS`: `data-text="runs.remove"` for an element's text, `data-text-title="…"` for its title, and so on; `data-text` may have the
 * marks of lib/words.js where `data-marks` stands beside it. Words with values are told once, by `tell`. The build writes the
 * English words into the pages. Whoever changes the language has them all written again.
 */

import { TEXTS } from "../texts.js";
import { fill } from "./words.js";

export const TEXT = "data-text";
export const MARKS = "data-marks";
const TOLD = "data-told";
/** The attributes that hold words, by the one that names them. */
export const ATTRIBUTES = {
  "data-text-label": "aria-label",
  "data-text-role": "aria-roledescription",
  "data-text-title": "title",
  "data-text-placeholder": "placeholder",
  "data-text-alt": "alt",
  "data-text-content": "content",
};
const SELECTOR = [TEXT, TOLD, ...Object.keys(ATTRIBUTES)].map((name) => `[${name}]`).join();
/** Words with values, by what they stand in: an attribute's name, or "" for the text. @type {WeakMap<Element, Map<string, () => string>>} */
const told = new WeakMap();

/**
 * The words that a key stands for.
 *
 * @param {string} key  "runs.remove"
 */
export function wordsOf(key) {
  /** @type {any} */
  let words = TEXTS;
  for (const part of key.split(".")) words = words?.[part];
  if (typeof words !== "string") throw new Error(`texts must have words for “${key}”, found ${typeof words}`);
  return words;
}

/** Writes the words of one element. @param {Element} element */
export function writeWordsOf(element) {
  const key = element.getAttribute(TEXT);
  if (key !== null && element.hasAttribute(MARKS)) fill(element, wordsOf(key));
  else if (key !== null) element.textContent = wordsOf(key);
  for (const [name, attribute] of Object.entries(ATTRIBUTES)) {
    const ofAttribute = element.getAttribute(name);
    if (ofAttribute !== null) element.setAttribute(attribute, wordsOf(ofAttribute));
  }
  for (const [attribute, words] of told.get(element) ?? []) write(element, attribute, words());
}

/**
 * Gives an element other words.
 *
 * @param {Element} element
 * @param {string} key
 */
export function rename(element, key) {
  if (element.getAttribute(TEXT) === key) return;
  element.setAttribute(TEXT, key);
  writeWordsOf(element);
}

/**
 * Gives an element words that have values in them, until it is told others.
 *
 * @param {Element} element
 * @param {() => string} words
 * @param {"" | "aria-label" | "aria-valuetext" | "title"} [attribute]  in which they stand; the text if there is none
 */
export function tell(element, words, attribute = "") {
  const all = told.get(element) ?? new Map();
  told.set(element, all.set(attribute, words));
  element.setAttribute(TOLD, "");
  if (attribute === "") element.removeAttribute(TEXT);
  if (attribute === "aria-label") element.removeAttribute("data-text-label");
  write(element, attribute, words());
}

/**
 * The element, which has been told its words.
 *
 * @template {Element} T
 * @param {T} element
 * @param {() => string} words
 * @param {"" | "aria-label"} [attribute]
 */
export function telling(element, words, attribute) {
  tell(element, words, attribute);
  return element;
}

/** @param {Element} element @param {string} attribute @param {string} text */
function write(element, attribute, text) {
  if (attribute === "" && element.textContent !== text) element.textContent = text;
  if (attribute !== "" && element.getAttribute(attribute) !== text) element.setAttribute(attribute, text);
}

/** Writes all words below an element. @param {ParentNode} root */
export function writeWords(root) {
  for (const element of root.querySelectorAll(SELECTOR)) writeWordsOf(element);
}
