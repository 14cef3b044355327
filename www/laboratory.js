/**
 * What every feature of the page works with: the state, the worker, the curves and a voice. A feature is a function that takes
 * the laboratory, wires its own views to it, and gives back an `update` for the page to call once a frame. Features know views,
 * never the worker's inside; views know neither.
 */

import { createAnnouncer } from "./lib/announcer.js";
import { find } from "./lib/find.js";
import { RunHistory } from "./lib/history.js";
import { Store } from "./store.js";
import { TrainingClient, WorkerGone } from "./training-client.js";

/**
 * @typedef {object} Laboratory
 * @property {Store} store
 * @property {TrainingClient} client
 * @property {RunHistory} history  the curves of the run at work
 * @property {(text: string) => void} announce  tells screen readers, sparsely
 * @property {(what: string, error: unknown) => void} complain  tells of an error, in a notice that stays
 */

/**
 * @typedef {object} Feature
 * @property {(state: import("./store.js").State) => void} update  brings the feature's views up to date
 */

/** @returns {Laboratory} */
export function createLaboratory() {
  const store = new Store();
  const announcer = find(document.body, "#announcer", HTMLElement);
  return {
    store,
    client: new TrainingClient({
      createWorker: () => new Worker(new URL("./training-worker.js", import.meta.url), { type: "module" }),
      onEvent: (event) => store.dispatch(event),
    }),
    history: new RunHistory(),
    announce: createAnnouncer((text) => {
      announcer.textContent = text;
    }),
    complain(what, error) {
      // A crash has its own notice, with the way out.
      if (error instanceof WorkerGone) return;
      store.dispatch({ type: "noticed", tone: "error", text: `${what}: ${messageOf(error)}` });
    },
  };
}

/** @param {unknown} error */
export function messageOf(error) {
  return error instanceof Error ? error.message : String(error);
}
