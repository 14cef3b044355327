/**
 * The run at work: who it is, its curves and moments, and the newest copy of its model that the page holds. A crash of the worker
 * leaves it untouched.
 */

import { RunHistory } from "../lib/history.js";
import { Moments } from "../lib/moments.js";
import { summarise } from "../lib/runs.js";
import { isOwnWork } from "./run.js";

/**
 * @typedef {import("./run.js").Run} Run
 * @typedef {Pick<Run, "id" | "name" | "data" | "origin" | "config">} Identity
 */

export class RunAtWork {
  /** The curves. */
  history = new RunHistory();
  /** The weights at some of its moments. */
  moments = new Moments();
  /** The newest copy of its model. @type {import("./run.js").Checkpoint | null} */
  checkpoint = null;
  /** @type {Identity | null} */
  #identity = null;
  #store;

  /** @param {import("./store.js").Store} store */
  constructor(store) {
    this.#store = store;
    store.subscribe((state, event) => {
      if (event.type === "checkpoint" && event.run === this.#identity?.id) this.checkpoint = { step: event.step, file: event.file };
      if (event.type === "configChanged" && this.#identity && state.config) this.#identity = { ...this.#identity, config: state.config };
    });
  }

  /** Who is at work; null: nobody yet. */
  get identity() {
    return this.#identity;
  }

  /** @param {string} name */
  rename(name) {
    if (this.#identity) this.#identity = { ...this.#identity, name };
  }

  /** Whether there is something in it that the visitor would miss. */
  get isOwnWork() {
    return this.#identity !== null && isOwnWork(this.#identity, this.#store.state.status?.step ?? 0);
  }

  /**
   * Another run is at work now, in the worker already.
   *
   * @param {import("./run.js").Candidate} run
   * @param {import("../protocol.js").Session} session
   * @returns {Identity}
   */
  takeUp({ id, name, data, origin, curves, checkpoint, snapshots }, { config, status }) {
    // What a file does not tell before it is read.
    const began = origin.step === null ? { ...origin, step: status.step } : origin;
    const identity = { id, name, data, origin: began, config };
    this.#identity = identity;
    this.checkpoint = checkpoint && { step: status.step, file: checkpoint.file };
    this.history.takeUp(curves);
    this.history.truncate(status.step);
    this.moments.startAt(status.step, snapshots);
    return identity;
  }

  /** All of it, as far as the page holds it. @returns {Run | null} */
  whole() {
    if (!this.#identity) return null;
    return { ...this.#identity, curves: this.history.plain(), checkpoint: this.checkpoint, snapshots: this.moments.list };
  }

  /** What is told of it. */
  summary() {
    return summarise(this.history, this.#store.state);
  }
}
