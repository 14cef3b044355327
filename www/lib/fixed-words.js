/**
 * Words that depend on nothing but the language. An element names them by their key in `TEXTS`: `data-text="runs.remove"` for its
 * text, `data-text-title="…"` for its title, and so on. Whoever changes the language has them all written again.
 */

import { TEXTS } from "../texts.js";

const TEXT = "data-text";
/** The attributes that hold words, by the one that names them. */
const ATTRIBUTES = {
  "data-text-label": "aria-label",
  "data-text-role": "aria-roledescription",
  "data-text-title": "title",
  "data-text-placeholder": "placeholder",
  "data-text-alt": "alt",
  "data-text-content": "content",
};
const SELECTOR = [TEXT, ...Object.keys(ATTRIBUTES)].map((name) => `[${name}]`).join();

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
  if (key !== null) element.textContent = wordsOf(key);
  for (const [name, attribute] of Object.entries(ATTRIBUTES)) {
    const ofAttribute = element.getAttribute(name);
    if (ofAttribute !== null) element.setAttribute(attribute, wordsOf(ofAttribute));
  }
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

/** Writes all words below an element. @param {ParentNode} root */
export function writeWords(root) {
  for (const element of root.querySelectorAll(SELECTOR)) writeWordsOf(element);
}
