/** A list to choose from whose entries change while the page is at work. */

import { make } from "../../lib/find.js";

/**
 * @typedef {object} Entry
 * @property {string} value
 * @property {string} text
 */

/**
 * Entries keep their elements, and whoever is choosing is left alone: an open list has the focus, and is brought up to date
 * when it is left.
 *
 * @param {HTMLSelectElement} element
 */
export function createChoice(element) {
  /** By value. @type {Map<string, HTMLOptionElement>} */
  let options = new Map();
  /** What waits until the list is left. @type {{ entries: readonly Entry[], chosen: string } | null} */
  let waiting = null;

  element.addEventListener("blur", () => {
    if (waiting) show(waiting.entries, waiting.chosen);
  });

  /** @param {readonly Entry[]} entries */
  function fill(entries) {
    const before = options;
    options = new Map(entries.map(({ value, text }) => [value, before.get(value) ?? make("option", { value, text })]));
    const inOrder = [...options.keys()].join() === [...before.keys()].join();
    if (!inOrder) element.replaceChildren(...options.values());
    for (const { value, text } of entries) {
      const option = options.get(value);
      if (option && option.text !== text) option.text = text;
    }
  }

  /**
   * @param {readonly Entry[]} entries
   * @param {string} chosen
   */
  function show(entries, chosen) {
    waiting = null;
    fill(entries);
    if (element.value !== chosen) element.value = chosen;
  }

  return {
    /**
     * @param {readonly Entry[]} entries
     * @param {string} chosen  the value of the entry that is chosen
     */
    update(entries, chosen) {
      if (document.activeElement === element) waiting = { entries, chosen };
      else show(entries, chosen);
    },
  };
}
