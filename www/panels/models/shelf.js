/**
 * The models that come with the page. Each group has one input convention: numbers of different conventions never stand
 * in one list.
 */

import { make } from "../../lib/find.js";
import { count, nats } from "../../lib/format.js";
import { byMeasure } from "../../lib/models.js";
import { untouchedCard } from "../../app/store.js";
import { TEXTS, onLanguage } from "../../texts.js";

const SAYS = TEXTS.shelf;

/**
 * @typedef {import("../../lib/models.js").ModelCard} ModelCard
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
  onLanguage(() => (shown = null));
  /** @type {{ id: string, name: string, elbo: number, row: HTMLElement, button: HTMLButtonElement }[]} */
  let rows = [];

  /** @param {ModelCard} card */
  function buildRow(card) {
    const { test } = card;
    const button = make("button", { type: "button", class: "button small", text: SAYS.load, "aria-label": SAYS.button(SAYS.load, card.name) });
    button.addEventListener("click", () => onLoad(card));
    const facts = [
      TEXTS.measures.epochs(count(card.epochs)),
      TEXTS.settings.seed(card.seed),
      ...(test.recon !== null && test.kl !== null ? [SAYS.parts(nats(test.recon), nats(test.kl))] : []),
      ...(test.activeUnits !== null ? [SAYS.activeUnits(test.activeUnits)] : []),
      ...(test.logLikelihood !== null ? [SAYS.logLikelihood(card.conditional, nats(test.logLikelihood, 2), test.samples === null ? null : count(test.samples))] : []),
      ...(card.quick ? [SAYS.inEightBits(nats(-card.quick.test.elbo, 2))] : []),
    ];
    const row = make(
      "li",
      { "data-model": card.id },
      make("div", {}, make("b", { text: card.name }), make("span", { text: facts.join(", ") }), ...(card.command ? [make("details", {}, make("summary", { "data-text": "shelf.made" }), make("code", { text: card.command }))] : [])),
      make("p", { class: "bound" }, make("b", { text: nats(-test.elbo, 2) }), make("span", { "data-text": "shelf.nats" })),
      button,
    );
    rows.push({ id: card.id, name: card.name, elbo: test.elbo, row, button });
    return row;
  }

  return {
    /** @param {import("../../app/store.js").State} state */
    update(state) {
      const { cards, phase, stages } = state;
      if (shown !== cards) {
        shown = cards;
        rows = [];
        const groups = byMeasure(cards).map(({ measure, cards }) =>
          make(
            "section",
            { class: "shelf-group" },
            make("h3", {}, `${SAYS.bound} `, make("span", { text: measure })),
            make("ul", {}, ...cards.map(buildRow)),
          ),
        );
        element.replaceChildren(empty, ...groups);
      }
      empty.hidden = cards.length > 0;
      const words = stages.weights.state === "failed" || stages.weights.state === "done" ? SAYS.none : SAYS.coming;
      if (empty.textContent !== words) empty.textContent = words;
      const untouched = untouchedCard(state);
      const usable = (phase === "ready" || phase === "training" || phase === "paused") && stages.weights.state !== "loading";
      for (const { id, name, elbo, row, button } of rows) {
        // In eight bits it is not the same model, and its numbers say so.
        const here = id === untouched?.id && elbo === untouched.test.elbo;
        row.dataset["here"] = String(here);
        button.disabled = !usable || here;
        const label = here ? SAYS.loaded : SAYS.load;
        if (button.textContent !== label) {
          button.textContent = label;
          button.setAttribute("aria-label", SAYS.button(label, name));
        }
      }
    },
  };
}
