/**
 * The models that come with the page. Each group has one input convention: numbers of different conventions never stand
 * in one list.
 */

import { make } from "../lib/find.js";
import { count, nats } from "../lib/format.js";
import { byMeasure } from "../lib/models.js";
import { untouchedCard } from "../store.js";

/**
 * @typedef {import("../lib/models.js").ModelCard} ModelCard
 */

/**
 * @param {HTMLElement} element
 * @param {object} handlers
 * @param {(card: ModelCard) => void} handlers.onLoad
 */
export function createShelf(element, { onLoad }) {
  const empty = make("p", { class: "note" });
  element.append(empty);
  /** @type {readonly ModelCard[] | null} */
  let shown = null;
  /** @type {{ id: string, name: string, row: HTMLElement, button: HTMLButtonElement }[]} */
  let rows = [];

  /** @param {ModelCard} card */
  function buildRow(card) {
    const { test } = card;
    const button = make("button", { type: "button", class: "button small", text: "Load" });
    button.setAttribute("aria-label", `Load ${card.name}`);
    button.addEventListener("click", () => onLoad(card));
    const facts = [
      `${count(card.epochs)} ${card.epochs === 1 ? "epoch" : "epochs"}`,
      `seed ${card.seed}`,
      ...(test.recon !== null && test.kl !== null ? [`reconstruction ${nats(test.recon)} + KL ${nats(test.kl)}`] : []),
      ...(test.activeUnits !== null ? [`${test.activeUnits} active units`] : []),
      ...(test.logLikelihood !== null
        ? [`log p(x${card.conditional ? " | label" : ""}) ${nats(test.logLikelihood, 2)}${test.samples === null ? "" : ` with ${count(test.samples)} samples`}`]
        : []),
    ];
    const row = make(
      "li",
      { "data-model": card.id },
      make("div", {}, make("b", { text: card.name }), make("span", { text: facts.join(", ") }), ...(card.command ? [make("details", {}, make("summary", { text: "How it was made" }), make("code", { text: card.command }))] : [])),
      make("p", { class: "bound" }, make("b", { text: nats(-test.elbo, 2) }), make("span", { text: "nats" })),
      button,
    );
    rows.push({ id: card.id, name: card.name, row, button });
    return row;
  }

  return {
    /** @param {import("../store.js").State} state */
    update(state) {
      const { cards, phase, stages } = state;
      if (shown !== cards) {
        shown = cards;
        rows = [];
        const groups = byMeasure(cards).map(({ measure, cards }) =>
          make(
            "section",
            { class: "shelf-group" },
            make("h3", {}, "Test bound ", make("span", { text: measure })),
            make("ul", {}, ...cards.map(buildRow)),
          ),
        );
        element.replaceChildren(empty, ...groups);
      }
      empty.hidden = cards.length > 0;
      const words =
        stages.weights.state === "failed" || stages.weights.state === "done"
          ? "No trained model could be had: train one yourself, or load a file."
          : "The list of trained models is on its way.";
      if (empty.textContent !== words) empty.textContent = words;
      const untouched = untouchedCard(state);
      const usable = (phase === "ready" || phase === "training" || phase === "paused") && stages.weights.state !== "loading";
      for (const { id, name, row, button } of rows) {
        const here = id === untouched?.id;
        row.dataset["here"] = String(here);
        button.disabled = !usable || here;
        const label = here ? "Loaded" : "Load";
        if (button.textContent !== label) {
          button.textContent = label;
          button.setAttribute("aria-label", `${label} ${name}`);
        }
      }
    },
  };
}
