/**
 * The worker's end of the wire. Messages are taken strictly in the order in which they came, commands and requests alike: one is
 * begun when the one before has been done, so that no request overtakes another. Only an answer that says so (`later`) is not waited for.
 */

import { told } from "../lib/coded-error.js";
import { Refusal } from "./crash.js";

/**
 * @typedef {import("../protocol.js").Commands} Commands
 * @typedef {import("../protocol.js").Requests} Requests
 * @typedef {import("../protocol.js").ToWorker} ToWorker
 * @typedef {import("../protocol.js").FromWorker} FromWorker
 * @typedef {(message: FromWorker, transfer?: Transferable[]) => void} Post
 */

/**
 * What a handler gives back: the answer, with what is handed over and not copied; or an answer that comes by itself.
 *
 * @template {keyof Requests} K
 * @typedef {{ value: Requests[K]["answer"], transfer?: Transferable[] } | { later: Promise<Requests[K]["answer"]> }} Outcome
 */

/** @typedef {{ [K in keyof Requests]: (ask: Requests[K]["ask"]) => Outcome<K> | Promise<Outcome<K>> }} RequestHandlers */
/** @typedef {{ [K in keyof Commands]: (command: import("../protocol.js").Command<K>) => void | Promise<void> }} CommandHandlers */

export class Port {
  /** @type {ToWorker[]} */
  #queue = [];
  #working = false;
  #post;
  #crash;
  #commands;
  #requests;
  #settled;
  #run;
  #wake;

  /**
   * @param {object} options
   * @param {Post} options.post
   * @param {import("./crash.js").Crash} options.crash
   * @param {CommandHandlers} options.commands
   * @param {RequestHandlers} options.requests
   * @param {() => Promise<void>} options.settled  no training step is under way: requests may touch the model
   * @param {() => string} options.run  the id of the run at work
   * @param {() => void} options.wake  there may be something to do
   */
  constructor({ post, crash, commands, requests, settled, run, wake }) {
    this.#post = post;
    this.#crash = crash;
    this.#commands = commands;
    this.#requests = requests;
    this.#settled = settled;
    this.#run = run;
    this.#wake = wake;
  }

  /**
   * Takes a message when all those before it have been done.
   *
   * @param {ToWorker} message
   */
  receive(message) {
    this.#queue.push(message);
    if (!this.#working) void this.#work();
  }

  async #work() {
    this.#working = true;
    for (let message = this.#queue.shift(); message; message = this.#queue.shift()) {
      if (this.#crash.dead) return;
      if ("id" in message) await this.#answer(message);
      else await this.#obey(message);
      this.#wake();
    }
    this.#working = false;
  }

  /**
   * @template {keyof Commands} K
   * @param {import("../protocol.js").Command<K>} command
   */
  async #obey(command) {
    try {
      await this.#commands[command.type](command);
    } catch (error) {
      this.#crash.sort(error, () => this.#post({ type: "failed", run: this.#run(), what: "message", error: told(error) }));
    }
  }

  /**
   * @template {keyof Requests} K
   * @param {import("../protocol.js").Request<K>} request
   */
  async #answer({ type, id, ask }) {
    try {
      await this.#settled();
      if (this.#crash.dead) return;
      const outcome = await this.#requests[type](ask);
      if (this.#crash.dead) return;
      if ("later" in outcome) void this.#answerLater(id, outcome.later);
      else this.#post({ type: "reply", id, ok: true, value: outcome.value }, outcome.transfer);
    } catch (error) {
      this.#refuse(id, error);
    }
  }

  /**
   * @param {number} id
   * @param {Promise<Requests[keyof Requests]["answer"]>} later
   */
  async #answerLater(id, later) {
    try {
      const value = await later;
      if (!this.#crash.dead) this.#post({ type: "reply", id, ok: true, value });
    } catch (error) {
      this.#refuse(id, error);
    }
  }

  /**
   * @param {number} id
   * @param {unknown} error
   */
  #refuse(id, error) {
    const reason = error instanceof Refusal ? error.reason : null;
    this.#crash.sort(error, () => this.#post({ type: "reply", id, ok: false, error: told(error), reason }));
  }
}
