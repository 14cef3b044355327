/**
 * Explanations where they are wanted: a "?" beside each heading tells what the panel shows, every control and number says what it
 * is when it is pointed at, and a tour of three steps leads a newcomer once.
 */

import { find } from "../lib/find.js";
import { HELP, TEXTS } from "../texts.js";
import { createHelp } from "../views/help.js";
import { createTour } from "../views/tour.js";

const KEY = "vae-lab.tour";

/** @param {import("../app/laboratory.js").Laboratory} lab */
export function createHelpFeature({ store }) {
  const help = createHelp(document.body, HELP);
  const tour = createTour(find(document.body, "#tour", HTMLElement), TEXTS.tour.steps, { onEnd: remember });
  let frame = 0;

  find(document.body, "#show-tour", HTMLButtonElement).addEventListener("click", () => tour.begin());
  if (!seen()) tour.begin();
  // Lists that are made by script have controls as well.
  store.subscribe((_state, event) => {
    if (!["booted", "cardsListed", "runsChanged", "sessionReplaced"].includes(event.type) || frame !== 0) return;
    frame = requestAnimationFrame(() => {
      frame = 0;
      help.refresh();
    });
  });

  function seen() {
    try {
      return localStorage.getItem(KEY) !== null;
    } catch {
      // Where nothing is remembered, the tour would come back at every visit.
      return true;
    }
  }

  function remember() {
    try {
      localStorage.setItem(KEY, "seen");
    } catch {
      // It was not shown by itself, so there is nothing to remember.
    }
  }
}
