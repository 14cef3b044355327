/**
 * The table of full evaluations: the test bound after each epoch, newest first.
 */

import { make } from "../../lib/find.js";
import { nats } from "../../lib/format.js";
import { conventionText } from "../../lib/models.js";
import { boundWord } from "../../lib/settings.js";
import { TEXTS, onLanguage } from "../../texts.js";

const SAYS = TEXTS.evaluations;

/** @param {HTMLElement} element */
export function createEvaluations(element) {
  element.classList.add("evaluations");
  element.tabIndex = 0;
  element.setAttribute("role", "region");
  element.setAttribute("aria-label", SAYS.title(boundWord(null)));
  const body = make("tbody");
  const bound = make("th", { scope: "col", text: boundWord(null) });
  const head = make("tr", {}, ...["epoch", "recon", "kl"].map((name) => make("th", { scope: "col", "data-text": `evaluations.heads.${name}` })), bound);
  const title = document.createTextNode(`${SAYS.title(boundWord(null))} `);
  const how = make("span", { text: SAYS.how(null) });
  element.append(
    make(
      "table",
      {},
      make("caption", {}, title, how),
      make("thead", {}, head),
      body,
    ),
  );
  let shown = "";
  onLanguage(() => body.replaceChildren());

  return {
    /**
     * @param {readonly import("../../protocol.js").EvaluationResult[]} results
     * @param {import("../../protocol.js").TrainingConfig | null} config
     */
    update(results, config) {
      const word = boundWord(config);
      bound.textContent = word;
      title.data = `${SAYS.title(word)} `;
      element.setAttribute("aria-label", SAYS.title(word));
      how.textContent = SAYS.how(config && conventionText(config.binarization));
      const key = results.map(({ step }) => step).join(" ");
      if (key === shown && body.childElementCount > 0) return;
      shown = key;
      const rows = results.map(({ epoch, recon, kl, elbo }) =>
        make(
          "tr",
          {},
          make("th", { scope: "row", text: epoch.toFixed(Number.isInteger(epoch) ? 0 : 2) }),
          ...[nats(recon, 2), nats(kl, 2), nats(-elbo, 2)].map((text) => make("td", { text })),
        ),
      );
      const none = make("tr", {}, make("td", { colspan: "4", class: "none", text: SAYS.none }));
      body.replaceChildren(...(rows.length > 0 ? rows.reverse() : [none]));
    },
  };
}
