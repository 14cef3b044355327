/**
 * The page's side of the wire: owns the worker, numbers the requests and matches the replies. After a crash the worker is
 * thrown away; `restart` makes a new one.
 *
 * @typedef {import("../protocol.js").Command} Command
 * @typedef {import("../protocol.js").Requests} Requests
 * @typedef {import("../protocol.js").FromWorker} FromWorker
 * @typedef {import("../protocol.js").WorkerEvent} WorkerEvent
 */

/**
 * What the client needs of a worker; a test hands in its own.
 *
 * @typedef {object} WorkerLike
 * @property {(message: any, transfer: Transferable[]) => void} postMessage
 * @property {() => void} terminate
 * @property {((event: MessageEvent) => void) | null} onmessage
 * @property {((event: ErrorEvent) => void) | null} onerror
 * @property {((event: MessageEvent) => void) | null} onmessageerror
 */

import { CodedError, told } from "../lib/coded-error.js";

/** The worker is gone, and what was asked of it will not be answered. */
export class WorkerGone extends CodedError {
  constructor() {
    super("workerGone", {});
  }
}

/** The worker refused what was asked of it, and changed nothing. */
export class RequestRefused extends Error {
  /**
   * @param {import("../protocol.js").ToldError} error
   * @param {import("../protocol.js").RefusalReason} reason  what the page can do something about
   */
  constructor({ message, code, values }, reason) {
    super(message);
    this.code = code;
    this.values = values;
    this.reason = reason;
  }
}

export class TrainingClient {
  /** @type {WorkerLike | null} */
  #worker = null;
  #nextId = 1;
  /** @type {Map<number, { type: keyof Requests, resolve: (value: any) => void, reject: (error: Error) => void }>} */
  #waiting = new Map();
  #createWorker;
  #onEvent;
  #onReply;

  /**
   * @param {object} options
   * @param {() => WorkerLike} options.createWorker
   * @param {(event: WorkerEvent) => void} options.onEvent
   * @param {(asked: keyof Requests) => void} [options.onReply]  told before whoever asked hears of it
   */
  constructor({ createWorker, onEvent, onReply = () => {} }) {
    this.#createWorker = createWorker;
    this.#onEvent = onEvent;
    this.#onReply = onReply;
  }

  /** Starts a worker, in place of the one before if there was one. */
  restart() {
    this.#discard();
    const worker = this.#createWorker();
    this.#worker = worker;
    worker.onmessage = ({ data }) => {
      if (this.#worker === worker) this.#receive(data);
    };
    worker.onerror = (event) => {
      event.preventDefault?.();
      if (this.#worker === worker) this.#crashed(told(event.message || new CodedError("scriptNotLoaded", {})));
    };
    worker.onmessageerror = () => {
      if (this.#worker === worker) this.#crashed(told(new CodedError("messageUnreadable", {})));
    };
    this.send({ type: "boot" });
  }

  /** Ends the worker for good. */
  end() {
    this.#discard();
  }

  /** Whether there is a worker to talk to. */
  get alive() {
    return this.#worker !== null;
  }

  /**
   * Sends a message that expects no reply. Without a worker it goes nowhere: after a restart the page says
   * everything anew.
   *
   * @param {Command} command
   * @param {Transferable[]} [transfer]
   */
  send(command, transfer = []) {
    this.#worker?.postMessage(command, transfer);
  }

  /**
   * Sends a message and waits for its reply.
   *
   * @template {keyof Requests} K
   * @param {K} type
   * @param {Requests[K]["ask"]} ask
   * @param {Transferable[]} [transfer]
   * @returns {Promise<Requests[K]["answer"]>}
   */
  request(type, ask, transfer = []) {
    const worker = this.#worker;
    if (!worker) return Promise.reject(new WorkerGone());
    const id = this.#nextId;
    this.#nextId += 1;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { type, resolve, reject });
      worker.postMessage({ type, id, ask }, transfer);
    });
  }

  /** @param {FromWorker} message */
  #receive(message) {
    if (message.type === "reply") {
      const waiting = this.#waiting.get(message.id);
      this.#waiting.delete(message.id);
      if (waiting) this.#onReply(waiting.type);
      if (message.ok) waiting?.resolve(message.value);
      else waiting?.reject(new RequestRefused(message.error, message.reason));
      return;
    }
    if (message.type === "crashed") {
      this.#crashed(message.reason);
      return;
    }
    this.#onEvent(message);
  }

  /** @param {import("../protocol.js").ToldError} reason */
  #crashed(reason) {
    this.#discard();
    this.#onEvent({ type: "crashed", reason });
  }

  #discard() {
    this.#worker?.terminate();
    this.#worker = null;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) reject(new WorkerGone());
  }
}
