/**
 * The table of full evaluations: the test bound after each epoch, newest first.
 */

import { make } from "../lib/find.js";
import { nats } from "../lib/format.js";

/** @param {HTMLElement} element */
export function createEvaluations(element) {
  element.classList.add("evaluations");
  element.tabIndex = 0;
  element.setAttribute("role", "region");
  element.setAttribute("aria-label", "Test bound after each epoch");
  const body = make("tbody");
  const head = make("tr", {}, ...["After epoch", "Reconstruction", "KL", "Bound"].map((text) => make("th", { scope: "col", text })));
  element.append(
    make(
      "table",
      {},
      make("caption", {}, "Test bound after each epoch ", make("span", { text: "all test images, nats" })),
      make("thead", {}, head),
      body,
    ),
  );
  let shown = "";

  return {
    /** @param {readonly import("../protocol.js").EvaluationResult[]} results */
    update(results) {
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
      const none = make("tr", {}, make("td", { colspan: "4", class: "none", text: "Comes after the first pass over the training digits." }));
      body.replaceChildren(...(rows.length > 0 ? rows.reverse() : [none]));
    },
  };
}
