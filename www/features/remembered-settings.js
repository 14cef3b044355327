/** The settings form is as it was left when the page is opened again. A link with settings of its own goes before. */

import { differences } from "../lib/settings.js";
import { isSettingsLink } from "../lib/share-link.js";
import { untouchedCard } from "../app/store.js";

/** @typedef {import("../protocol.js").TrainingConfig} TrainingConfig */

/** What changes the form: by hand, or by a model that takes another's place. */
const CHANGES = new Set(["draftChanged", "draftDiscarded", "sessionReplaced"]);

/**
 * @param {import("../app/laboratory.js").Laboratory} lab
 * @param {object} others
 * @param {{ useSettings: (config: TrainingConfig) => Promise<void> }} others.training
 */
export function createRememberedSettings({ store, client, library }, { training }) {
  /** What was left, until it is in the form or not wanted any more. @type {TrainingConfig | null} */
  let left = null;
  /** Before that, nothing is written over it. */
  let recalled = false;

  store.subscribe((state, event) => {
    if (left && begun(state)) left = null;
    if (left && settled(state)) void fill();
    else if (recalled && !left && CHANGES.has(event.type)) remember(state);
  });

  /** @param {import("../app/store.js").State} state */
  function remember(state) {
    const { config, draft, rows } = state;
    // A model that came with the page brought its settings along: those are not the visitor's.
    const own = config && draft && (untouchedCard(state) === null || differences(rows, config, draft).length > 0);
    void library.keepNote("settings", own ? draft : null).catch(() => {});
  }

  async function recall() {
    try {
      if (!isSettingsLink(location.hash)) left = /** @type {TrainingConfig | null | undefined} */ (await library.note("settings")) ?? null;
    } catch {
      // Nothing can be recalled where nothing is stored.
    }
    recalled = true;
    if (left && settled(store.state)) void fill();
  }

  async function fill() {
    const config = left;
    left = null;
    if (!config) return;
    try {
      await training.useSettings(await client.request("checkConfig", { config }));
    } catch {
      // Settings that this version does not know are as good as none.
    }
  }

  return { recall };
}

/** Whether the model that the page begins with is there. @param {import("../app/store.js").State} state */
function settled({ phase, shipped, cards, stages: { weights } }) {
  if (phase !== "ready" && phase !== "paused") return false;
  return shipped !== null || weights.state === "failed" || (weights.state === "done" && cards.length === 0);
}

/** Whether the visitor has begun with something else meanwhile. @param {import("../app/store.js").State} state */
function begun(state) {
  return state.wantsTraining || ((state.status?.step ?? 0) > 0 && untouchedCard(state) === null);
}
