/**
 * A row of buttons, one a class, and one that leaves the choice to the model: for conditional models.
 */

import { make } from "../lib/find.js";
import { onLanguage } from "../texts.js";

/**
 * @param {HTMLElement} element
 * @param {object} options
 * @param {object} options.says  the words, which follow the language
 * @param {string} options.says.title
 * @param {string} options.says.none  the text of the button that chooses no class
 * @param {(name: string) => string} options.says.name  what the button of a class does, in words
 * @param {(label: number | null) => void} options.onChoose
 */
export function createLabels(element, { says, onChoose }) {
  element.classList.add("labels-room");
  const words = make("p", { class: "note" });
  const row = make("div", { class: "labels", role: "group" });
  /** @type {readonly string[]} */
  let shown = [];
  /** @type {{ label: number | null, button: HTMLButtonElement }[]} */
  let buttons = [];
  element.append(words, row);
  onLanguage(() => show(shown));

  /** @param {readonly string[]} names */
  function show(names) {
    shown = names;
    row.setAttribute("aria-label", says.title);
    buttons = [null, ...names.keys()].map((label) => {
      const text = label === null ? says.none : (names[label] ?? "");
      const button = make("button", { type: "button", class: "button small", text });
      if (label !== null) button.setAttribute("aria-label", says.name(text));
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
