/**
 * The thin line of downloads. Words are seen where one takes long, with real bytes, and where one failed: what and why, and a button to try again.
 */

import { wordsOfError } from "../../lib/error-words.js";
import { make } from "../../lib/find.js";
import { megabytes, progressText } from "../../lib/format.js";
import { STAGES } from "../../protocol.js";
import { TEXTS, onLanguage } from "../../texts.js";

const SAYS = TEXTS.stages;
/** What takes longer than this is told in words. */
const SLOW_MS = 4000;

/**
 * @typedef {import("../../protocol.js").Download} Stage
 * @typedef {import("../../app/store.js").StageState} StageState
 */

/**
 * @param {HTMLElement} element
 * @param {object} handlers
 * @param {(stage: Stage) => void} handlers.onRetry
 * @param {{ trainOnDemand: boolean }} options  whether the training digits wait until Train is pressed
 */
export function createStages(element, { onRetry }, { trainOnDemand }) {
  const rows = STAGES.map((stage) => {
    const text = make("span", { class: "stage-text" });
    const bar = make("progress", { max: "1", value: "0" });
    const retry = make("button", { type: "button", class: "button small", "data-text": "stages.retry" });
    retry.hidden = true;
    retry.addEventListener("click", () => onRetry(stage));
    const row = make("li", { class: "stage-row", "data-stage": stage }, make("span", { class: "stage-name", "data-text": `stages.names.${stage}` }), text, retry, bar);
    element.append(row);
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let slow;
    /** @param {boolean} loading */
    function watch(loading) {
      if (loading) slow ??= setTimeout(() => row.setAttribute("data-slow", ""), SLOW_MS);
      else {
        clearTimeout(slow);
        slow = undefined;
        row.removeAttribute("data-slow");
      }
    }
    return { stage, row, text, bar, retry, watch };
  });

  /** The names of what tells no name by its own words. */
  function name() {
    for (const { stage, bar, retry } of rows) {
      bar.setAttribute("aria-label", SAYS.bar(SAYS.names[stage]));
      retry.setAttribute("aria-label", SAYS.retryName(SAYS.names[stage]));
    }
  }
  onLanguage(name);
  name();

  return {
    /** @param {Record<Stage, StageState>} stages */
    update(stages) {
      for (const { stage, row, text, bar, retry, watch } of rows) {
        const { state, received, total, error } = stages[stage];
        row.dataset["state"] = state;
        watch(state === "loading");
        retry.hidden = state !== "failed";
        bar.value = state === "done" ? 1 : total ? Math.min(1, received / total) : 0;
        const words = {
          waiting: stage === "train" && trainOnDemand ? SAYS.onDemand : SAYS.waiting,
          loading: received > 0 ? progressText(received, total) : SAYS.asking,
          done: stage === "weights" && received === 0 ? SAYS.none : SAYS.done(megabytes(received)),
          failed: error ? wordsOfError(error) : "",
        }[state];
        if (text.textContent !== words) text.textContent = words;
      }
    },
  };
}
