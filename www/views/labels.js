/**
 * A row of buttons 0 to 9, and one that leaves the choice to the model: for conditional models.
 */

import { make } from "../lib/find.js";

/**
 * @param {HTMLElement} element
 * @param {object} options
 * @param {string} options.title
 * @param {string} options.none  the text of the button that chooses no digit
 * @param {(digit: number) => string} options.name  what the button of a digit does, in words
 * @param {(label: number | null) => void} options.onChoose
 */
export function createLabels(element, { title, none, name, onChoose }) {
  element.classList.add("labels-room");
  const words = make("p", { class: "note" });
  const buttons = [null, ...Array.from({ length: 10 }, (_, digit) => digit)].map((label) => {
    const button = make("button", { type: "button", class: "button small", text: label === null ? none : String(label) });
    if (label !== null) button.setAttribute("aria-label", name(label));
    button.addEventListener("click", () => onChoose(label));
    return { label, button };
  });
  element.append(words, make("div", { class: "labels", role: "group", "aria-label": title }, ...buttons.map(({ button }) => button)));

  return {
    /**
     * @param {{ conditional: boolean, chosen: number | null, found?: number | null, text?: string }} data  found: the digit that
     *   the model took by itself
     */
    update({ conditional, chosen, found = null, text = "" }) {
      element.hidden = !conditional;
      words.hidden = text === "";
      if (words.textContent !== text) words.textContent = text;
      for (const { label, button } of buttons) {
        button.setAttribute("aria-pressed", String(label === chosen));
        button.dataset["found"] = String(label !== null && label === found);
      }
    },
  };
}
