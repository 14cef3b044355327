/**
 * The line of downloads: a name, real bytes, a bar; where one failed, what and why, and a button to try again.
 */

import { make } from "../lib/find.js";
import { megabytes, progressText } from "../lib/format.js";
import { STAGES } from "../protocol.js";

/**
 * @typedef {import("../protocol.js").Download} Stage
 * @typedef {import("../store.js").StageState} StageState
 */

/** @type {Record<Stage, string>} */
const NAMES = { model: "Model", weights: "Trained weights", test: "Test digits", train: "Training digits" };

/**
 * @param {HTMLElement} element
 * @param {object} handlers
 * @param {(stage: Stage) => void} handlers.onRetry
 * @param {{ trainOnDemand: boolean }} options  whether the training digits wait until Train is pressed
 */
export function createStages(element, { onRetry }, { trainOnDemand }) {
  const rows = STAGES.map((stage) => {
    const text = make("span", { class: "stage-text" });
    const bar = make("progress", { max: "1", value: "0", "aria-label": `${NAMES[stage]}: download` });
    const retry = make("button", { type: "button", class: "button small", text: "Retry" });
    retry.hidden = true;
    retry.setAttribute("aria-label", `Retry: ${NAMES[stage].toLowerCase()}`);
    retry.addEventListener("click", () => onRetry(stage));
    const row = make("li", { class: "stage", "data-stage": stage }, make("span", { class: "stage-name", text: NAMES[stage] }), text, retry, bar);
    element.append(row);
    return { stage, row, text, bar, retry };
  });

  return {
    /** @param {Record<Stage, StageState>} stages */
    update(stages) {
      for (const { stage, row, text, bar, retry } of rows) {
        const { state, received, total, error } = stages[stage];
        row.dataset["state"] = state;
        retry.hidden = state !== "failed";
        bar.value = state === "done" ? 1 : total ? Math.min(1, received / total) : 0;
        const words = {
          waiting: stage === "train" && trainOnDemand ? "load when you press Train (9.7 MB)" : "waiting",
          loading: received > 0 ? progressText(received, total) : "asking…",
          done: stage === "weights" && received === 0 ? "none" : `${megabytes(received)} MB ✓`,
          failed: error ?? "",
        }[state];
        if (text.textContent !== words) text.textContent = words;
      }
    },
  };
}
