/**
 * Where the model at work comes from, and the invitation that follows from it: a trained one asks to be erased and
 * trained anew; beside the visitor's own stands what the trained one had reached.
 */

import { make } from "../lib/find.js";
import { count, nats } from "../lib/format.js";
import { comparable, measureText } from "../lib/models.js";
import { untouchedCard } from "../store.js";

/**
 * @typedef {import("../store.js").State} State
 * @typedef {import("../lib/models.js").ModelCard} ModelCard
 */

/**
 * @param {HTMLElement} element
 * @param {object} handlers
 * @param {() => void} handlers.onErase
 * @param {() => void} handlers.onTrainFurther
 * @param {(card: ModelCard) => void} handlers.onBringBack
 */
export function createOrigin(element, { onErase, onTrainFurther, onBringBack }) {
  const text = make("p");
  const erase = make("button", { type: "button", class: "button small inviting", id: "erase", text: "Erase its brain and train it yourself" });
  const further = make("button", { type: "button", class: "button small", id: "train-further", text: "Train it further" });
  const back = make("button", { type: "button", class: "button small", id: "bring-back", text: "Bring it back" });
  /** @type {ModelCard | null} */
  let before = null;
  erase.addEventListener("click", onErase);
  further.addEventListener("click", onTrainFurther);
  back.addEventListener("click", () => {
    if (before) onBringBack(before);
  });
  element.append(text, make("div", { class: "tools" }, erase, further, back));

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
      element.dataset["trained"] = String(untouched !== null);
      // Room for the longest words is kept while a trained model may still come, so that nothing moves then.
      element.dataset["expecting"] = String(before === null || untouched !== null);
      const words = originText(state);
      if (text.textContent !== words) text.textContent = words;
    },
  };
}

/** @param {State} state */
export function originText(state) {
  const { shipped, before, config, stages, status, phase } = state;
  const untouched = untouchedCard(state);
  if (untouched) return `${untouched.name} has been to school already: ${epochs(untouched)}, ${bound(untouched)}.`;
  if (shipped) return `${shipped.card.name}, trained further by you. As it came: ${bound(shipped.card)}.`;
  if (before) {
    const yours = (status?.step ?? 0) > 0 ? "This model is your own work." : "This model knows nothing yet.";
    return config && comparable(before, config)
      ? `${yours} Before: ${before.name}, ${epochs(before)}, ${bound(before)}.`
      : `${yours} Before: ${before.name}, ${epochs(before)}; its numbers were taken another way and do not compare.`;
  }
  if (phase === "failed") return "There is no model at the moment.";
  if ((status?.step ?? 0) > 0) return "This model is your own work.";
  if (phase !== "training" && (stages.weights.state === "waiting" || stages.weights.state === "loading")) {
    return "A trained model is on its way, so that your first stroke is answered at once.";
  }
  return "This model knows nothing yet: press Train, and it learns from your first look on.";
}

/** @param {ModelCard} card */
function epochs({ epochs }) {
  return epochs === 1 ? "1 epoch" : `${count(epochs)} epochs`;
}

/** @param {ModelCard} card */
function bound(card) {
  return `test bound ${nats(-card.test.elbo)} nats (${measureText(card)})`;
}
