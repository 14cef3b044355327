/**
 * The downloads on the status line: the model's program, its trained weights, and the digits in two stages.
 */

import { ERROR } from "../../lib/announcer.js";
import { wordsOfError } from "../../lib/error-words.js";
import { find } from "../../lib/find.js";
import { createStages } from "./view.js";

/**
 * @typedef {import("../../protocol.js").Stage} Stage
 * @typedef {import("../../protocol.js").Download} Download
 */

/**
 * @param {import("../../app/laboratory.js").Laboratory} lab
 * @param {object} handlers
 * @param {() => void} handlers.onRetryModel
 * @param {() => void} handlers.onRetryWeights
 */
export function createDownloads({ store, client, announce }, { onRetryModel, onRetryWeights }) {
  // On a metered connection the ten megabytes of training digits wait until they are asked for.
  const connection = /** @type {{ saveData?: boolean } | undefined} */ (Reflect.get(navigator, "connection"));
  const trainOnDemand = connection?.saveData === true;
  const stages = createStages(find(document.body, "#stages", HTMLElement), { onRetry: retry }, { trainOnDemand });

  store.subscribe((state, event) => {
    if (event.type === "stageDone" && event.stage === "test" && !trainOnDemand && state.stages.train.state === "waiting") load("train");
    // About the weights there is a notice.
    if (event.type === "stageFailed" && event.stage !== "weights") announce(wordsOfError(event.error), { kind: ERROR });
  });

  /** @param {Exclude<Stage, "model">} stage */
  function load(stage) {
    const { state } = store.state.stages[stage];
    if (state === "done" || state === "loading") return;
    store.dispatch({ type: "stageRequested", stage });
    client.send({ type: "loadStage", stage });
  }

  /** @param {Download} stage */
  function retry(stage) {
    if (stage === "model") onRetryModel();
    else if (stage === "weights") onRetryWeights();
    else load(stage);
  }

  return {
    load,
    /** @param {import("../../app/store.js").State} state */
    update(state) {
      stages.update(state.stages);
    },
  };
}
