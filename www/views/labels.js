/**
 * A row of buttons, one a class, and one that leaves the choice to the model: for conditional models.
 */

import { make } from "../lib/find.js";

/**
 * @param {HTMLElement} element
 * @param {object} options
 * @param {string} options.title
 * @param {string} options.none  the text of the button that chooses no class
 * @param {(name: string) => string} options.name  what the button of a class does, in words
 * @param {(label: number | null) => void} options.onChoose
 */
export function createLabels(element, { title, none, name, onChoose }) {
  element.classList.add("labels-room");
  const words = make("p", { class: "note" });
  const row = make("div", { class: "labels", role: "group", "aria-label": title });
  /** @type {readonly string[]} */
  let shown = [];
  /** @type {{ label: number | null, button: HTMLButtonElement }[]} */
  let buttons = [];
  element.append(words, row);

  /** @param {readonly string[]} names */
  function show(names) {
    shown = names;
    buttons = [null, ...names.keys()].map((label) => {
      const text = label === null ? none : (names[label] ?? "");
      const button = make("button", { type: "button", class: "button small", text });
      if (label !== null) button.setAttribute("aria-label", name(text));
      button.addEventListener("click", () => onChoose(label));
      return { label, button };
    });
    row.replaceChildren(...buttons.map(({ button }) => button));
  }

  return {
    /**
     * @param {{ names: readonly string[], chosen: number | null, found?: number | null, text?: string }} data  names: of the
     *   classes, none if the model is told no labels; found: the class that it took by itself
     */
    update({ names, chosen, found = null, text = "" }) {
      element.hidden = names.length === 0;
      if (names.join("\n") !== shown.join("\n")) show(names);
      words.hidden = text === "";
      if (words.textContent !== text) words.textContent = text;
      for (const { label, button } of buttons) {
        button.setAttribute("aria-pressed", String(label === chosen));
        button.dataset["found"] = String(label !== null && label === found);
      }
    },
  };
}
