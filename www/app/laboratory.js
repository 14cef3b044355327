/**
 * What every feature of the page works with: the state, the worker, the run at work, the library of runs and a voice. A feature is a function that takes
 * the laboratory, wires its own views to it, and gives back an `update` for the page to call once a frame. Features know views,
 * never the worker's inside; views know neither.
 */

import { createAnnouncer } from "../lib/announcer.js";
import { createCalm } from "../lib/calm.js";
import { wordsOfError } from "../lib/error-words.js";
import { find, make } from "../lib/find.js";
import { said } from "../lib/said.js";
import { LiveRuns } from "./live-runs.js";
import { ModelSwitch } from "./model-switch.js";
import { RunAtWork } from "./run-at-work.js";
import { RunLibrary } from "./run-library.js";
import { Storage } from "./storage.js";
import { Store } from "./store.js";
import { TEXTS } from "../texts.js";
import { TrainingClient, WorkerGone } from "./client.js";

/**
 * @typedef {object} Laboratory
 * @property {Store} store
 * @property {TrainingClient} client
 * @property {RunAtWork} atWork  the run at work
 * @property {import("../lib/history.js").RunHistory} history  its curves
 * @property {RunLibrary} library  all runs that are kept
 * @property {ModelSwitch} modelSwitch  the only way to replace the model
 * @property {import("../lib/announcer.js").Announce} announce  tells screen readers, sparsely
 * @property {(what: import("../lib/said.js").Said, error: unknown) => void} complain  tells of an error, in a notice that stays
 */

/**
 * @typedef {object} Feature
 * @property {(state: import("./store.js").State) => void} update  brings the feature's views up to date
 */

/** What a run at work tells by itself comes ten times a second: the rest of the time belongs to the visitor and the model. */
const CALM_MS = 100;
/** Requests after which the page is about another model. */
const REPLACING = new Set(["start", "load", "show"]);

/**
 * @param {object} handlers
 * @param {() => Worker} handlers.createWorker
 * @param {() => void} handlers.onReplaced  another model is at work: its pictures are wanted
 * @returns {Laboratory}
 */
export function createLaboratory({ createWorker, onReplaced }) {
  const store = new Store();
  // Several copies of the page may live on one origin, each under a path of its own.
  const name = `vae-lab ${new URL(".", document.baseURI).pathname}`;
  const atWork = new RunAtWork(store);
  const library = new RunLibrary({
    storage: new Storage(name),
    live: new LiveRuns(navigator.locks, `${name} run `),
    channel: "BroadcastChannel" in globalThis ? new BroadcastChannel(name) : null,
  });
  /** The drawing that was answered last: more about it is of a newer model, and not of new ink. */
  let answered = -1;
  const announcer = find(document.body, "#announcer", HTMLElement);

  /** @param {import("../protocol.js").WorkerEvent} event */
  function canWait(event) {
    if (store.state.phase !== "training") return false;
    return event.type === "grid" || event.type === "codes" || (event.type === "training" && event.running) || (event.type === "reconstruction" && event.serial === answered);
  }

  const calm = createCalm({
    everyMs: CALM_MS,
    canWait,
    /** @param {import("../protocol.js").WorkerEvent} event */
    deliver(event) {
      if ("run" in event && event.run !== store.state.run?.id) {
        // Of a model that has been replaced since.
        if ("bitmap" in event) event.bitmap.close();
        return;
      }
      if (event.type === "reconstruction") answered = event.serial;
      store.dispatch(event);
    },
  });
  const client = new TrainingClient({
    createWorker,
    onEvent: calm.add,
    // What the former model told comes before its successor.
    onReply: (asked) => REPLACING.has(asked) && calm.flush(),
  });

  let told = false;
  const modelSwitch = new ModelSwitch({
    store,
    client,
    atWork,
    library,
    onReplaced,
    // Told once: it is not the only thing that the page has to say.
    onRefused(error) {
      if (!told) store.dispatch({ type: "noticed", tone: "info", text: () => TEXTS.keeping.refused(wordsOfError(error)) });
      told = true;
    },
  });

  return {
    store,
    client,
    atWork,
    history: atWork.history,
    library,
    modelSwitch,
    // A new element each time: the same words said again are news as well.
    announce: createAnnouncer((text) => announcer.replaceChildren(make("p", { text }))),
    complain(what, error) {
      // A crash has its own notice, with the way out.
      if (error instanceof WorkerGone) return;
      store.dispatch({ type: "noticed", tone: "error", text: () => `${said(what)}: ${wordsOfError(error)}` });
    },
  };
}
