import { writeWordsOf } from "./fixed-words.js";

/**
 * The element that matches, or an error that names the selector: a page that lost an element should say so at
 * once, and not fail later at some unrelated line.
 *
 * @template {Element} T
 * @param {ParentNode} root
 * @param {string} selector
 * @param {new () => T} type
 * @returns {T}
 */
export function find(root, selector, type) {
  const element = root.querySelector(selector);
  if (!(element instanceof type)) {
    throw new Error(`the page must have a ${type.name} at "${selector}", found ${element ? element.tagName : "nothing"}`);
  }
  return element;
}

/**
 * All elements that match, in the order of the page.
 *
 * @template {Element} T
 * @param {ParentNode} root
 * @param {string} selector
 * @param {new () => T} type
 * @returns {T[]}
 */
export function findAll(root, selector, type) {
  return [...root.querySelectorAll(selector)].filter(/** @returns {element is T} */ (element) => element instanceof type);
}

/**
 * A new element with text and attributes; `data-text` and its kin name words that follow the language.
 *
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {{ text?: string, class?: string } & { [attribute: string]: string }} [attributes]
 * @param {(Node | string)[]} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "text") element.textContent = value;
    else element.setAttribute(name, value);
  }
  writeWordsOf(element);
  element.append(...children);
  return element;
}
