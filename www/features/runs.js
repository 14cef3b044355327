/**
 * Earlier runs: they stay on the charts in a quieter tone, and in a table with their settings and results. The models of the newest
 * are kept as well, and can be brought back.
 */

import { find } from "../lib/find.js";
import { RunHistory } from "../lib/history.js";
import { forget, keep, kept } from "../lib/keep.js";
import { offerFile } from "../lib/offer.js";
import { bounded, ownName, runsToCsv, summarise } from "../lib/runs.js";
import { TEXTS } from "../texts.js";
import { createRuns } from "../views/runs.js";

/**
 * @typedef {import("../lib/runs.js").Run} Run
 * @typedef {import("../lib/keep.js").Kept} Kept
 */

/** While the model learns, the table follows once a second. */
const TABLE_EVERY_MS = 1000;

/**
 * @param {import("../laboratory.js").Laboratory} lab
 * @param {object} others
 * @param {ReturnType<typeof import("./models.js").createModels>} others.models
 */
export function createRunsFeature({ store, history, announce, complain }, { models }) {
  const view = createRuns(find(document.body, "#runs", HTMLElement), {
    onShow: (id, shown) => change(runs().map((run) => (run.id === id ? { ...run, shown } : run))),
    onRename: (id, name) => change(runs().map((run) => (run.id === id ? { ...run, name } : run))),
    onBringBack: bringBack,
    onDelete(id) {
      remove(id);
      void forget(`run ${id}`).catch(() => {});
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
    // The settings of the state are still those of the run that ends, and so is the copy of the model.
    const run = summarise(history, store.state);
    const { config } = store.state;
    const copy = models.newestCopy();
    if (run) add(run, copy && config && { file: copy.file, step: copy.step, config, savedAt: Date.now(), curves: history.plain() });
  };
  store.subscribe((_state, event) => {
    if (event.type === "sessionReplaced" && runs().some(({ id }) => id === history.id)) void isAtWorkAgain(history.id);
  });

  function runs() {
    return store.state.runs;
  }

  /** @param {readonly Run[]} next */
  function change(next) {
    const { runs: some, forgotten } = bounded(next);
    store.dispatch({ type: "runsChanged", runs: some });
    // Where nothing is kept, runs last as long as the page; the notice about the model says so already.
    void keep("runs", some).catch(() => {});
    for (const { id } of forgotten) void forget(`run ${id}`).catch(() => {});
  }

  /** @param {string} gone */
  function remove(gone) {
    change(runs().filter(({ id }) => id !== gone));
  }

  /**
   * @param {Run} run
   * @param {Kept | null} model
   */
  function add(run, model) {
    change([{ ...run, name: ownName(run.name, runs()), kept: model !== null }, ...runs().filter(({ id }) => id !== run.id)]);
    if (!model) return;
    void keep(`run ${run.id}`, model).catch(() => change(runs().map((other) => (other.id === run.id ? { ...other, kept: false } : other))));
  }

  /** A run of an earlier visit makes room for another one. @param {Kept} model */
  function shelve(model) {
    const past = new RunHistory();
    past.takeUp(model.curves);
    const run = summarise(past, { ...store.state, config: model.config, status: model });
    if (run) add(run, model);
  }

  /** @param {string} id */
  async function bringBack(id) {
    const name = runs().find((run) => run.id === id)?.name ?? "";
    try {
      const model = /** @type {Kept | undefined} */ (await kept(`run ${id}`));
      if (!model?.file) throw new Error(TEXTS.runs.gone);
      await models.takeOver(model.file, model.curves, name);
      announce(TEXTS.runs.broughtBack(name));
    } catch (error) {
      complain(TEXTS.runs.notBroughtBack(name), error);
    }
  }

  /** A run that was brought back has not ended: what was kept of it is kept as the run at work. @param {string} id */
  async function isAtWorkAgain(id) {
    remove(id);
    try {
      const model = await kept(`run ${id}`);
      if (!model) return;
      await keep("run", model);
      await forget(`run ${id}`);
    } catch {
      // Where nothing is kept there is nothing to move.
    }
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
    shelve,
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
