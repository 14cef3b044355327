/** The list in the bar: which model is at work, and the pretrained ones that may take its place. */

import { make } from "../../lib/find.js";
import { matchingName } from "../../lib/settings.js";
import { TEXTS } from "../../texts.js";

/** @typedef {import("../../lib/models.js").ModelCard} ModelCard */

/**
 * @param {HTMLSelectElement} list
 * @param {object} handlers
 * @param {(card: ModelCard) => void} handlers.onChoose
 */
export function createModelChoice(list, { onChoose }) {
  const now = make("option", { value: "" });
  /** @type {readonly ModelCard[]} */
  let shown = [];
  list.append(now);
  list.addEventListener("change", () => {
    const card = shown.find(({ id }) => id === list.value);
    // It tells what is at work, which the chosen one is only when it is there.
    list.value = "";
    if (card) onChoose(card);
  });

  return {
    /** @param {import("../../app/store.js").State} state */
    update({ cards, config, presets, rows, shipped, phase }) {
      if (cards !== shown) {
        shown = cards;
        list.replaceChildren(now, ...cards.map(({ id, name }) => make("option", { value: id, text: name })));
      }
      list.disabled = config === null || phase === "failed" || phase === "loading";
      if (!config) return;
      const name = shipped?.card.name ?? matchingName(presets, rows, config) ?? TEXTS.settings.own;
      if (now.textContent !== name) now.textContent = name;
    },
  };
}
