/** Earlier runs: they stay on the charts in a quieter tone, and in a table with their settings and results. */

import { find } from "../lib/find.js";
import { keep, kept } from "../lib/keep.js";
import { offerFile } from "../lib/offer.js";
import { MOST_RUNS, ownName, runsToCsv, summarise } from "../lib/runs.js";
import { TEXTS } from "../texts.js";
import { createRuns } from "../views/runs.js";

/** @typedef {import("../lib/runs.js").Run} Run */

/** While the model learns, the table follows once a second. */
const TABLE_EVERY_MS = 1000;

/** @param {import("../laboratory.js").Laboratory} lab */
export function createRunsFeature({ store, history, announce }) {
  const view = createRuns(find(document.body, "#runs", HTMLElement), {
    onShow: (id, shown) => change(runs().map((run) => (run.id === id ? { ...run, shown } : run))),
    onRename: (id, name) => change(runs().map((run) => (run.id === id ? { ...run, name } : run))),
    onDelete(id) {
      change(runs().filter((run) => run.id !== id));
      announce(TEXTS.runs.deleted);
    },
    onExport() {
      const now = summarise(history, store.state);
      offerFile(new Blob([runsToCsv(now ? [now, ...runs()] : runs())], { type: "text/csv" }), "vae-lab-runs.csv");
    },
  });

  let painted = -Infinity;
  /** @type {readonly Run[] | null} */
  let shown = null;

  history.onEnd = () => {
    // The settings of the state are still those of the run that ends.
    const run = summarise(history, store.state);
    if (run) change([{ ...run, name: ownName(run.name, runs()) }, ...runs().filter(({ id }) => id !== run.id)]);
  };
  store.subscribe((_state, event) => {
    // A run that was brought back has not ended.
    if (event.type === "sessionReplaced" && runs().some(({ id }) => id === history.id)) change(runs().filter(({ id }) => id !== history.id));
  });

  function runs() {
    return store.state.runs;
  }

  /** @param {readonly Run[]} next */
  function change(next) {
    const some = next.slice(0, MOST_RUNS);
    store.dispatch({ type: "runsChanged", runs: some });
    // Where nothing is kept, runs last as long as the page; the notice about the model says so already.
    void keep("runs", some).catch(() => {});
  }

  /** The runs of earlier visits. */
  async function recall() {
    try {
      const stored = /** @type {Run[]} */ ((await kept("runs")) ?? []);
      const known = new Set([history.id, ...runs().map(({ id }) => id)]);
      if (stored.length > 0) change([...runs(), ...stored.filter(({ id }) => !known.has(id))]);
    } catch {
      // Nothing can be recalled where nothing is stored.
    }
  }

  return {
    recall,
    /** @param {import("../store.js").State} state */
    update(state) {
      const now = performance.now();
      if (state.phase === "training" && state.runs === shown && now - painted < TABLE_EVERY_MS) return;
      painted = now;
      shown = state.runs;
      view.update(state, history);
    },
  };
}
