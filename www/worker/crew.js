/**
 * Several workers on one training run. Each has its own wasm instance, a full copy of the model and its share of every
 * batch. A step goes so: the lead draws the batch and hands out shares; every worker computes the gradients of its share
 * and sends them to all others, straight from worker to worker; everyone adds them up in the same order and makes the
 * same update. Parameters are never sent after the start, and whichever helper dies, the lead has all there is.
 *
 * The sum depends on how the batch is divided in its last digits only; the same seed and number of workers give the same
 * run.
 *
 * @typedef {import("../pkg/vae_lab.js").Share} Share
 * @typedef {import("../pkg/vae_lab.js").ReplicaState} ReplicaState
 * @typedef {import("../pkg/vae_lab.js").TrainingSlice} TrainingSlice
 */

import { CODE } from "../lib/addresses.js";
import { CodedError, told } from "../lib/coded-error.js";

/** A helper that has been silent for so long, and twenty steps long, is taken for dead. */
const SILENCE_MS = 3_000;
const SILENCE_STEPS = 20;

/**
 * What the lead's model offers: the wasm module's `Lab`.
 *
 * @typedef {object} Lead
 * @property {() => boolean} beginStep  draws the next batch; false if its images have not arrived yet
 * @property {(index: number, count: number) => Share} share
 * @property {(index: number, count: number) => Float64Array} gradients
 * @property {(into: Float32Array) => void} copyGradients
 * @property {(others: Float32Array[], losses: Float64Array) => TrainingSlice} finishStep
 * @property {() => ReplicaState} replicaState
 */

/**
 * What a helper's model offers: the wasm module's `Replica`.
 *
 * @typedef {object} HelperModel
 * @property {(share: Share) => Float64Array} gradients
 * @property {(into: Float32Array) => void} copyGradients
 * @property {(index: number, others: Float32Array[]) => void} update
 */

/**
 * What a helper is told first: its place, the compiled module, the model as it stands, and a port to everybody else.
 *
 * @typedef {object} Welcome
 * @property {number} index
 * @property {WebAssembly.Module} module
 * @property {ReplicaState} state
 * @property {(MessagePort | null)[]} ports  by index; null at its own place
 */

/**
 * What goes over those ports.
 *
 * @typedef {{ type: "ready" }
 *   | { type: "share", share: Share }
 *   | { type: "gradients", gradients: Float32Array<ArrayBuffer>, losses: Float64Array }
 *   | { type: "failed", reason: import("../lib/coded-error.js").ToldError }} CrewMessage
 */

/**
 * Gradients on their way: fills buffers and sends them, and keeps what comes until it is wanted. The buffers go back and
 * forth, so that none is made after the first step.
 */
export class Exchange {
  /** @type {Float32Array<ArrayBuffer>[][]} */
  #spare;
  /** @type {{ gradients: Float32Array<ArrayBuffer>, losses: Float64Array }[][]} */
  #arrived;

  /**
   * @param {(MessagePort | null)[]} ports
   * @param {number} parameters  how many
   */
  constructor(ports, parameters) {
    this.ports = ports;
    this.parameters = parameters;
    this.#spare = ports.map(() => []);
    this.#arrived = ports.map(() => []);
  }

  /**
   * @param {{ copyGradients: (into: Float32Array) => void }} model
   * @param {Float64Array} losses
   */
  send(model, losses) {
    this.ports.forEach((port, index) => {
      if (!port) return;
      const gradients = this.#spare[index]?.pop() ?? new Float32Array(this.parameters);
      model.copyGradients(gradients);
      port.postMessage({ type: "gradients", gradients, losses }, [gradients.buffer]);
    });
  }

  /**
   * @param {number} index
   * @param {{ gradients: Float32Array<ArrayBuffer>, losses: Float64Array }} message
   */
  receive(index, { gradients, losses }) {
    this.#arrived[index]?.push({ gradients, losses });
  }

  /** Whether everybody's gradients of this step are here. */
  get complete() {
    return this.ports.every((port, index) => !port || (this.#arrived[index]?.length ?? 0) > 0);
  }

  /** Everybody's gradients of this step, in order; their buffers are used again for the next. */
  take() {
    /** @type {{ gradients: Float32Array<ArrayBuffer>, losses: Float64Array }[]} */
    const messages = [];
    this.#arrived.forEach((queue, index) => {
      const message = queue.shift();
      if (!message) return;
      messages.push(message);
      this.#spare[index]?.push(message.gradients);
    });
    return messages;
  }
}

/** The lead's side. */
export class Crew {
  #lead;
  #exchange;
  /** @type {Worker[]} */
  #helpers;
  /** @type {{ resolve: () => void, reject: (error: Error) => void } | null} */
  #waiting = null;
  /** @type {Error | null} */
  #failure = null;
  #ready = 0;
  #began = 0;
  #lastStepMs = 0;
  #watch;

  /**
   * Starts `count - 1` helpers; the lead is the calling worker. Rejects if they cannot be had.
   *
   * @param {object} options
   * @param {number} options.count
   * @param {WebAssembly.Module} options.module
   * @param {Lead} options.lead
   * @param {() => Worker} [options.createHelper]
   */
  static async start({ count, module, lead, createHelper = createHelperWorker }) {
    const crew = new Crew(lead, count, module, createHelper);
    try {
      await crew.#until(() => crew.#ready === count - 1);
    } catch (error) {
      crew.stop();
      throw error;
    }
    return crew;
  }

  /**
   * @param {Lead} lead
   * @param {number} count
   * @param {WebAssembly.Module} module
   * @param {() => Worker} createHelper
   */
  constructor(lead, count, module, createHelper) {
    const state = lead.replicaState();
    /** @type {(MessagePort | null)[][]} */
    const ports = Array.from({ length: count }, () => Array.from({ length: count }, () => null));
    for (let a = 0; a < count; a++) {
      for (let b = a + 1; b < count; b++) {
        const { port1, port2 } = new MessageChannel();
        /** @type {(MessagePort | null)[]} */ (ports[a])[b] = port1;
        /** @type {(MessagePort | null)[]} */ (ports[b])[a] = port2;
      }
    }
    const own = ports[0] ?? [];
    this.#lead = lead;
    this.#exchange = new Exchange(own, state.parameters.length);
    own.forEach((port, index) => {
      if (port) port.onmessage = ({ data }) => this.#receive(index, data);
    });
    this.#helpers = ports.slice(1).map((theirs, place) => {
      const helper = createHelper();
      helper.onerror = (event) => {
        event.preventDefault?.();
        this.#fail(helperFailed(event.message || new CodedError("scriptNotLoaded", {})));
      };
      const welcome = { index: place + 1, module, state, ports: theirs };
      helper.postMessage(welcome, theirs.flatMap((port) => port ?? []));
      return helper;
    });
    this.#began = performance.now();
    this.#watch = setInterval(() => this.#lookAround(), 1_000);
  }

  /** How many workers there are, the lead included. */
  get count() {
    return this.#helpers.length + 1;
  }

  /** Whether a helper was lost; the crew makes no more steps then. */
  get broken() {
    return this.#failure !== null;
  }

  /**
   * One update; null if the images that it needs have not arrived yet. If a helper dies in the middle, the lead computes the
   * whole batch itself, and the crew is broken afterwards.
   *
   * @returns {Promise<TrainingSlice | null>}
   */
  async step() {
    const lead = this.#lead;
    const { count } = this;
    if (!lead.beginStep()) return null;
    this.#began = performance.now();
    if (!this.#failure) {
      for (let index = 1; index < count; index++) {
        const share = lead.share(index, count);
        this.#exchange.ports[index]?.postMessage({ type: "share", share }, [share.x.buffer, share.labels.buffer, share.eps.buffer]);
      }
      const losses = lead.gradients(0, count);
      this.#exchange.send(lead, losses);
      try {
        await this.#until(() => this.#exchange.complete);
        const messages = this.#exchange.take();
        for (const message of messages) message.losses.forEach((nats, index) => (losses[index] = (losses[index] ?? 0) + nats));
        const slice = lead.finishStep(messages.map(({ gradients }) => gradients), losses);
        this.#lastStepMs = performance.now() - this.#began;
        return slice;
      } catch (error) {
        if (!this.#failure) throw error;
        this.stop();
      }
    }
    return lead.finishStep([], lead.gradients(0, 1));
  }

  /** Ends the helpers. */
  stop() {
    clearInterval(this.#watch);
    for (const helper of this.#helpers) helper.terminate();
    for (const port of this.#exchange.ports) port?.close();
    this.#fail(new Error("the helpers were sent away"));
  }

  /**
   * @param {number} index
   * @param {CrewMessage} message
   */
  #receive(index, message) {
    if (message.type === "gradients") this.#exchange.receive(index, message);
    else if (message.type === "ready") this.#ready += 1;
    else if (message.type === "failed") this.#fail(helperFailed(message.reason));
    this.#waiting?.resolve();
  }

  /** @param {Error} error */
  #fail(error) {
    this.#failure ??= error;
    this.#waiting?.reject(this.#failure);
  }

  #lookAround() {
    const patience = Math.max(SILENCE_MS, SILENCE_STEPS * this.#lastStepMs);
    if (this.#waiting && performance.now() - this.#began > patience) this.#fail(new CodedError("helperSilent", { milliseconds: Math.round(patience) }));
  }

  /**
   * Waits for messages until `done`, or until a helper fails.
   *
   * @param {() => boolean} done
   */
  async #until(done) {
    while (!done()) {
      if (this.#failure) throw this.#failure;
      await new Promise((resolve, reject) => {
        this.#waiting = { resolve: () => resolve(undefined), reject };
      });
      this.#waiting = null;
    }
  }
}

/** @param {unknown} error */
function helperFailed(error) {
  return new CodedError("helperFailed", { why: told(error) });
}

/**
 * A helper's side.
 *
 * @param {object} options
 * @param {number} options.index
 * @param {(MessagePort | null)[]} options.ports
 * @param {number} options.parameters
 * @param {HelperModel} options.replica
 */
export function helpCrew({ index, ports, parameters, replica }) {
  const exchange = new Exchange(ports, parameters);
  /** The share of the next step may come before the last gradients of this one. @type {Share[]} */
  const shares = [];
  let computed = false;
  const goOn = () => {
    if (computed && exchange.complete) {
      replica.update(index, exchange.take().map(({ gradients }) => gradients));
      computed = false;
    }
    const share = computed ? undefined : shares.shift();
    if (!share) return;
    exchange.send(replica, replica.gradients(share));
    computed = true;
    // All others may have been faster.
    goOn();
  };
  ports.forEach((port, from) => {
    if (!port) return;
    port.onmessage = (/** @type {MessageEvent<CrewMessage>} */ { data: message }) => {
      try {
        if (message.type === "share") shares.push(message.share);
        else if (message.type === "gradients") exchange.receive(from, message);
        goOn();
      } catch (error) {
        tellFailure(ports, error);
      }
    };
  });
  ports[0]?.postMessage({ type: "ready" });
}

/**
 * A helper that failed says so, and does no more.
 *
 * @param {(MessagePort | null)[]} ports
 * @param {unknown} error
 */
export function tellFailure(ports, error) {
  ports[0]?.postMessage({ type: "failed", reason: told(error) });
  for (const port of ports) if (port) port.onmessage = null;
}

function createHelperWorker() {
  return new Worker(new URL("worker/helper-worker.js", CODE), { type: "module", name: "helper" });
}
