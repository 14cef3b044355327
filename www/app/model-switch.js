/**
 * The only way to replace the model: one replacement at a time, each in the same steps. Training pauses, the run at work is kept, its
 * successor takes its place in the worker, and only then on the page. Whatever fails, the run at work is as it was and goes on.
 */

import { RequestRefused, WorkerGone } from "./client.js";
import { dataKey, newRun } from "./run.js";
import { classesOf } from "../import/classes.js";
import { UNKNOWN } from "../import/set.js";
import { CodedError } from "../lib/coded-error.js";
import { count } from "../lib/format.js";
import { said } from "../lib/said.js";
import { TEXTS } from "../texts.js";

/** @typedef {import("./run.js").Candidate} Candidate */

export class ModelSwitch {
  /** Ends when the newest replacement has. @type {Promise<unknown>} */
  #last = Promise.resolve();
  /** The run that can be had back. @type {string | null} */
  #replaced = null;
  /** Sets that the worker holds. @type {Set<string>} */
  #provided = new Set();
  #store;
  #client;
  #atWork;
  #library;
  #onRefused;
  #onReplaced;

  /**
   * @param {object} options
   * @param {import("./store.js").Store} options.store
   * @param {import("./client.js").TrainingClient} options.client
   * @param {import("./run-at-work.js").RunAtWork} options.atWork
   * @param {import("./run-library.js").RunLibrary} options.library
   * @param {(error: unknown) => void} options.onRefused  the browser's storage does not keep the run
   * @param {() => void} options.onReplaced  another model is at work: its pictures are wanted
   */
  constructor({ store, client, atWork, library, onRefused, onReplaced }) {
    this.#store = store;
    this.#client = client;
    this.#atWork = atWork;
    this.#library = library;
    this.#onRefused = onRefused;
    this.#onReplaced = onReplaced;
    store.subscribe((state, event) => {
      if (event.type !== "booted") return;
      this.#provided.clear();
      // The worker begins with a model of its own. After a crash the page's takes its place again: see restore.
      if (!atWork.identity && state.run) this.#takeUp(newRun(state.run), event.session);
    });
  }

  /**
   * Puts a run to work. The one before can be had back, if there is something of the visitor's in it.
   *
   * @param {() => Candidate | null | Promise<Candidate | null>} wanted  asked when its turn has come; null: it is not wanted any more
   * @param {import("../lib/said.js").Said | null} [what]  what took the place of the one before, in words for the offer to undo it
   * @returns {Promise<boolean>}  false: it was not wanted any more
   */
  switchTo(wanted, what = null) {
    return this.inTurn(async () => {
      await this.#booted();
      const run = await wanted();
      if (!run) return false;
      await this.#replace(run, what);
      return true;
    });
  }

  /**
   * Does something with the model at work between two replacements.
   *
   * @template T
   * @param {() => Promise<T>} work
   * @returns {Promise<T>}
   */
  inTurn(work) {
    const turn = this.#last.then(work, work);
    this.#last = turn.catch(() => {});
    return turn;
  }

  /**
   * After a crash the worker is new: the run at work is put to work again, as it was at its newest copy.
   *
   * @param {import("../protocol.js").Session} session  the model that the worker begins with
   */
  restore(session) {
    return this.inTurn(async () => {
      const run = this.#atWork.whole();
      if (!run) return;
      try {
        this.#place(run, await this.#begin(run));
      } catch (error) {
        if (!(error instanceof WorkerGone)) this.#place(newRun({ id: session.run, name: TEXTS.settings.own }), session);
        throw error;
      }
    });
  }

  /** Puts the run back to work that was replaced last. */
  async undo() {
    const id = this.#replaced;
    if (!id) return;
    await this.switchTo(() => this.#library.open(id));
    this.#replaced = null;
    this.#store.dispatch({ type: "offerEnded", name: "undoReset" });
  }

  /**
   * Keeps the run at work as the page holds it, or with a fresh copy of its model. True also where there is nothing to keep.
   *
   * @param {{ fresh: boolean }} how
   * @returns {Promise<boolean>}
   */
  async keep({ fresh }) {
    const { identity } = this.#atWork;
    if (!identity || !this.#atWork.isOwnWork) return true;
    if (fresh) {
      const { run, step, file, sound } = await this.#client.request("save", {});
      // A model that has diverged would take the place of the last copy that can still be read.
      if (sound && run === this.#atWork.identity?.id) this.#atWork.checkpoint = { step, file };
    }
    const whole = this.#atWork.whole();
    const summary = this.#atWork.summary();
    if (!whole || !summary || whole.id !== identity.id) return true;
    try {
      const name = await this.#library.save(whole, summary, { atWork: true });
      if (this.#atWork.identity?.id === whole.id) this.#atWork.rename(name);
      return true;
    } catch (error) {
      this.#onRefused(error);
      return false;
    }
  }

  /**
   * @param {Candidate} run
   * @param {import("../lib/said.js").Said | null} what
   */
  async #replace(run, what) {
    const wasTraining = this.#store.state.phase === "training";
    const former = this.#atWork.identity;
    const { draft } = this.#store.state;
    this.#client.send({ type: "pause" });
    try {
      const hadWork = this.#atWork.isOwnWork;
      const atStep = this.#store.state.status?.step ?? 0;
      await this.keep({ fresh: true });
      if (!(await this.#library.claim(run.id))) throw new CodedError("atWorkElsewhere", { run: run.name });
      const session = await this.#begin(run).catch((error) => {
        if (run.id !== former?.id) this.#library.release(run.id);
        throw error;
      });
      const newest = this.#store.state.draft;
      this.#place(run, session);
      // Whoever went on filling the form of a new model finds it as it was filled.
      if (newest && newest !== draft && !run.checkpoint) this.#store.dispatch({ type: "draftChanged", draft: newest, key: null });
      if (former && former.id !== run.id) void this.#library.leave(former.id);
      if (former && hadWork && what !== null) this.#offerUndo(former.id, atStep, what);
    } catch (error) {
      if (wasTraining) this.#client.send({ type: "train" });
      throw error;
    }
  }

  /**
   * The worker's part: when it is done, the model is another one.
   *
   * @param {Candidate} run
   */
  async #begin(run) {
    await this.#provide(run.data);
    try {
      return await this.#ask(run);
    } catch (error) {
      if (!(error instanceof RequestRefused) || error.reason !== "data" || run.data.hash === null) throw error;
      // The worker keeps few sets, and may have given this one up for others.
      this.#provided.delete(run.data.hash);
      await this.#provide(run.data);
      return this.#ask(run);
    }
  }

  /** @param {Candidate} run */
  async #ask({ id, config, data, checkpoint }) {
    const key = dataKey(data);
    if (checkpoint) return this.#client.request("load", { run: id, file: checkpoint.file, data: key });
    if (!config) throw new Error("a run must have settings or a file, and has neither");
    return this.#client.request("start", { run: id, config, data: key });
  }

  /**
   * Hands over the images that a run learns from, before it names them.
   *
   * @param {Candidate["data"]} data
   */
  async #provide({ hash }) {
    if (hash === null || this.#provided.has(hash)) return;
    const set = await this.#library.sets.find(hash);
    if (!set) throw new CodedError("imagesGone", {});
    const { names, indices } = classesOf(set);
    // Where a label is not known none is asked for.
    const labels = indices.map((label) => (label === UNKNOWN ? 0 : label));
    await this.#client.request("provideSet", { hash, images: set.images, labels, classes: names.length });
    this.#provided.add(hash);
  }

  /**
   * The page's part: from here on everything is about the new run.
   *
   * @param {Candidate} run
   * @param {import("../protocol.js").Session} session
   */
  #place(run, session) {
    const { id, name, data, origin } = this.#takeUp(run, session);
    this.#store.dispatch({ type: "sessionReplaced", session, run: { id, name, data, origin } });
    this.#onReplaced();
    const { missing, unknown } = session.notes;
    if (missing.length + unknown.length > 0) this.#store.dispatch({ type: "noticed", tone: "info", text: () => TEXTS.models.otherVersion(missing, unknown) });
  }

  /**
   * @param {Candidate} run
   * @param {import("../protocol.js").Session} session
   */
  #takeUp(run, session) {
    void this.#library.claim(run.id);
    return this.#atWork.takeUp(run, session);
  }

  /**
   * @param {string} id
   * @param {number} step
   * @param {import("../lib/said.js").Said} what
   */
  #offerUndo(id, step, what) {
    this.#replaced = id;
    const text = () => TEXTS.models.replaced(said(what), count(step));
    this.#store.dispatch({ type: "noticed", tone: "info", text, actions: [{ label: () => TEXTS.models.bringBack, name: "undoReset" }] });
  }

  /** Waits for a model's program that is on its way. */
  #booted() {
    const isThere = () => this.#store.state.phase !== "idle" && this.#store.state.phase !== "loading";
    return new Promise((/** @type {(value?: unknown) => void} */ resolve, reject) => {
      const settle = () => {
        if (!isThere()) return;
        unsubscribe();
        if (this.#store.state.phase === "failed") reject(new WorkerGone());
        else resolve();
      };
      const unsubscribe = this.#store.subscribe(settle);
      settle();
    });
  }
}
