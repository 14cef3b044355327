/**
 * What is said now and stays: a function, where it is to follow the language.
 *
 * @typedef {string | (() => string)} Said
 */

/** @param {Said} words */
export function said(words) {
  return typeof words === "string" ? words : words();
}
