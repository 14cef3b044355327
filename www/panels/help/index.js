/**
 * Explanations where they are wanted: a "?" beside each heading tells what the panel shows, every control and number says what it
 * is when it is pointed at.
 */

import { HELP } from "../../texts.js";
import { createHelp } from "./view.js";

/** @param {import("../../app/laboratory.js").Laboratory} lab */
export function createHelpFeature({ store }) {
  const help = createHelp(document.body, HELP);
  let frame = 0;

  // Lists that are made by script have controls as well.
  store.subscribe((_state, event) => {
    if (!["booted", "cardsListed", "runsChanged", "sessionReplaced"].includes(event.type) || frame !== 0) return;
    frame = requestAnimationFrame(() => {
      frame = 0;
      help.refresh();
    });
  });
}
