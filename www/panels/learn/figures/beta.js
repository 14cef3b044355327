/** Three small models that differ in the weight of the KL divergence alone. */

import { wordsOfError } from "../../../lib/error-words.js";
import { make } from "../../../lib/find.js";
import { nats } from "../../../lib/format.js";
import { TEXTS } from "../../../texts.js";
import { captioned, digits, figure, say } from "../parts.js";
import { costBar } from "./loss.js";

/** Wider than what the dearest of the three costs. */
const FULL = 150;

/**
 * @param {import("../article.js").Actions} actions
 * @param {readonly import("../small-models.js").SmallModel[]} models
 * @returns {import("../article.js").Figure}
 */
export function createBetaFigure({ choose }, models) {
  const SAYS = TEXTS.learn.figures;
  const given = digits({ label: SAYS.beta.given });
  const samples = digits({ label: SAYS.beta.samples, columns: 8, rows: 2 });
  const options = models.map(({ id, beta }) => {
    const input = make("input", { type: "radio", name: "learn-beta", value: id });
    // A choice has its name from the start; its costs come with the model's card.
    const words = make("span", { text: `β = ${beta}` });
    const bar = costBar(FULL);
    input.addEventListener("change", () => choose(() => ({ model: id })));
    return { id, beta, input, words, bar, label: make("label", { class: "option" }, input, words, bar.element) };
  });
  const words = make("p", { class: "note" });
  const choice = make("fieldset", {}, make("legend", { text: SAYS.beta.choose }), ...options.map(({ label }) => label));
  const row = make("div", { class: "row" }, captioned(given, "x̂"), make("div", { class: "captioned wide" }, samples.canvas, make("span", { text: SAYS.beta.samples })));
  return {
    element: figure("beta", SAYS.beta.name, choice, row, words, make("figcaption", { text: SAYS.beta.caption })),
    update({ small, choices }) {
      for (const { id, beta, input, words: text, bar } of options) {
        input.checked = id === choices.model;
        const test = small.tests.get(id);
        bar.show(test?.recon ?? 0, test?.kl ?? 0);
        say(text, test ? SAYS.beta.test(String(beta), nats(test.recon), nats(test.kl)) : `β = ${beta}`);
      }
      const answer = small.answer;
      given.show(answer?.own?.given ?? null);
      samples.show(answer?.samples ?? null);
      if (small.error) say(words, SAYS.beta.failed(wordsOfError(small.error)));
      else if (!answer) say(words, SAYS.beta.wait);
      else say(words, answer.own ? SAYS.beta.own(nats(answer.own.recon), nats(answer.own.kl)) : SAYS.empty);
    },
  };
}
