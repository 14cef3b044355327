/**
 * Where the model at work comes from, in one line with one button: a trained one asks to be erased and trained anew. In the room Train
 * stand the other ways on: to train it further, or to bring back the one that was there before.
 */

import { find, make } from "../../lib/find.js";
import { count } from "../../lib/format.js";
import { boundText, comparable } from "../../lib/models.js";
import { untouchedCard } from "../../app/store.js";
import { TEXTS } from "../../texts.js";

const SAYS = TEXTS.origin;

/**
 * @typedef {import("../../app/store.js").State} State
 * @typedef {import("../../lib/models.js").ModelCard} ModelCard
 */

/**
 * @param {HTMLElement} element
 * @param {HTMLElement} ways  in the room Train
 * @param {object} handlers
 * @param {() => void} handlers.onErase
 * @param {() => void} handlers.onTrainFurther
 * @param {(card: ModelCard) => void} handlers.onBringBack
 */
export function createOrigin(element, ways, { onErase, onTrainFurther, onBringBack }) {
  const text = find(element, "p", HTMLElement);
  const erase = make("button", { type: "button", class: "button small inviting", id: "erase", "data-text": "origin.erase" });
  const further = make("button", { type: "button", class: "button", id: "train-further", "data-text": "origin.trainFurther" });
  const back = make("button", { type: "button", class: "button", id: "bring-back" });
  /** @type {ModelCard | null} */
  let before = null;
  erase.addEventListener("click", onErase);
  further.addEventListener("click", onTrainFurther);
  back.addEventListener("click", () => {
    if (before) onBringBack(before);
  });
  // What it says from the start holds until the state is known.
  text.removeAttribute("data-text");
  element.append(erase);
  ways.append(further, back);

  return {
    /** @param {State} state */
    update(state) {
      const { phase } = state;
      const untouched = untouchedCard(state);
      const usable = phase === "ready" || phase === "training" || phase === "paused";
      before = state.before;
      erase.hidden = untouched === null || phase === "training";
      further.hidden = erase.hidden;
      back.hidden = before === null || untouched !== null;
      for (const button of [erase, further, back]) button.disabled = !usable;
      back.textContent = before ? SAYS.bringBack(before.name) : "";
      ways.hidden = further.hidden && back.hidden;
      const words = originText(state);
      if (text.textContent === words) return;
      text.textContent = words;
      // A narrow screen cuts the line.
      text.title = words;
    },
  };
}

/** @param {State} state */
export function originText(state) {
  const { shipped, before, config, stages, status, phase } = state;
  const untouched = untouchedCard(state);
  if (untouched) return SAYS.untouched(untouched.name, epochs(untouched), boundText(untouched));
  if (shipped) return SAYS.further(shipped.card.name, boundText(shipped.card));
  const own = (status?.step ?? 0) > 0;
  if (before) {
    const same = config && comparable(before, config);
    return `${own ? SAYS.own : SAYS.untrained} ${same ? SAYS.before(before.name, epochs(before), boundText(before)) : SAYS.beforeOtherwise(before.name, epochs(before))}`;
  }
  if (phase === "failed") return SAYS.none;
  if (own) return SAYS.own;
  const coming = stages.weights.state === "waiting" || stages.weights.state === "loading";
  return phase !== "training" && coming ? SAYS.coming : SAYS.invitation;
}

/** @param {ModelCard} card */
function epochs({ epochs }) {
  return TEXTS.measures.epochs(count(epochs));
}
