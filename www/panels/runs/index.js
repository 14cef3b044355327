/**
 * Earlier runs: they stay on the charts in a quieter tone, and in a table with their settings and results. The models of the newest
 * are kept as well, and can be brought back. Runs of other tabs of this page stand in the table too.
 */

import { find } from "../../lib/find.js";
import { offerFile } from "../../lib/offer.js";
import { runsToCsv } from "../../lib/runs.js";
import { TEXTS } from "../../texts.js";
import { createRuns } from "./view.js";

/** While the model learns, the table follows once a second. */
const TABLE_EVERY_MS = 1000;

/**
 * @param {import("../../app/laboratory.js").Laboratory} lab
 * @param {object} others
 * @param {ReturnType<typeof import("../../features/keeping.js").createKeeping>} others.keeping
 */
export function createRunsFeature({ store, atWork, library, announce, complain }, { keeping }) {
  const view = createRuns(find(document.body, "#runs", HTMLElement), {
    onShow: (id, shown) => change(id, { shown }),
    onRename: (id, name) => change(id, { name }),
    async onBringBack(id) {
      const run = store.state.runs.find((candidate) => candidate.id === id);
      if (run && (await keeping.bringBack(run, run.name))) announce(TEXTS.runs.broughtBack(run.name));
    },
    async onDelete(id) {
      try {
        await library.remove(id);
        announce(TEXTS.runs.deleted);
      } catch (error) {
        complain(() => TEXTS.runs.notDeleted, error);
      }
    },
    onExport() {
      const now = summaryNow();
      const lines = now ? [{ ...now, name: atWork.identity?.name ?? "" }, ...store.state.runs] : store.state.runs;
      offerFile(new Blob([runsToCsv(lines)], { type: "text/csv" }), "vae-lab-runs.csv");
    },
  });

  let painted = -Infinity;
  /** @type {readonly unknown[] | null} */
  let shown = null;

  /**
   * @param {string} id
   * @param {{ shown?: boolean, name?: string }} fields
   */
  function change(id, fields) {
    // Where nothing is kept, runs last as long as the page; the notice about the model says so already.
    void library.change(id, fields).catch(() => {});
  }

  function summaryNow() {
    return atWork.isOwnWork ? atWork.summary() : null;
  }

  return {
    /** @param {import("../../app/store.js").State} state */
    update(state) {
      const now = performance.now();
      if (state.phase === "training" && state.runs === shown && now - painted < TABLE_EVERY_MS) return;
      painted = now;
      shown = state.runs;
      view.update(state.runs, summaryNow());
    },
  };
}
