/**
 * One side of a comparison: a worker of its own with a model of its own, its curves and its newest pictures. It knows nothing
 * of the page's model, and ends without a trace.
 */

import { TrainingClient } from "../app/client.js";
import { told } from "./coded-error.js";
import { axisPlane, dimensionUse, gridCodes } from "./latent-plane.js";
import { RunHistory } from "./history.js";

const MAP_SIDE = 10;
const MAP_RANGE = 3;
const SAMPLES = { columns: 8, rows: 4, seed: 1 };
const PAINT_EVERY_MS = 400;
/** How many test digits tell which dimensions are used most, and how often. */
const [CODES, CODES_EVERY_STEPS] = [200, 200];

/** @typedef {import("../protocol.js").TrainingConfig} TrainingConfig */

export class Rival {
  history = new RunHistory();
  /** @type {import("../protocol.js").StepMetrics | null} */
  last = null;
  step = 0;
  /** Why it stopped for good. @type {import("../protocol.js").ToldError | null} */
  failure = null;
  /** Everything it needs is there. */
  ready = false;
  #axesAt = -Infinity;
  /** Whether it is to train, also while it is still being made. */
  #running = false;
  #begun = false;
  #onChange;
  #onPicture;
  #client;

  /**
   * @param {object} options
   * @param {() => string} options.name
   * @param {TrainingConfig} options.config
   * @param {() => import("../app/client.js").WorkerLike} options.createWorker
   * @param {() => void} options.onChange
   * @param {(of: "samples" | "map", bitmap: ImageBitmap, step: number) => void} options.onPicture
   */
  constructor({ name, config, createWorker, onChange, onPicture }) {
    this.name = name;
    this.config = config;
    this.#onChange = onChange;
    this.#onPicture = onPicture;
    this.#client = new TrainingClient({ createWorker, onEvent: (event) => this.#hear(event) });
    this.#client.restart();
  }

  /** @param {import("../protocol.js").WorkerEvent} event */
  #hear(event) {
    switch (event.type) {
      case "booted":
        void this.#begin();
        break;
      case "stageDone":
        if (event.stage === "test") this.#client.send({ type: "loadStage", stage: "train" });
        if (event.stage === "train") this.ready = true;
        break;
      case "stageFailed":
        this.failure = event.error;
        break;
      case "training":
        this.history.tick(event.running, performance.now());
        this.history.addTraining(event.points);
        this.step = event.status.step;
        this.last = event.last ?? this.last;
        if (this.step - this.#axesAt >= CODES_EVERY_STEPS) void this.#sendMap();
        break;
      case "evaluated":
        this.history.addEvaluation(event.result, event.full);
        break;
      case "grid":
        if (event.grid === "samples") this.#onPicture("samples", event.bitmap, event.step);
        else event.bitmap.close();
        break;
      case "codes":
        this.#onPicture("map", event.bitmap, event.step);
        break;
      case "stopped":
        this.failure = event.error;
        break;
      case "crashed":
        this.failure = event.reason;
        break;
    }
    this.#onChange();
  }

  async #begin() {
    try {
      await this.#client.request("start", { run: crypto.randomUUID(), config: this.config, data: { kind: "mnist", hash: null, digits: true } });
      this.#client.send({ type: "workers", count: 1 });
      this.#client.send({ type: "view", samples: SAMPLES, variations: SAMPLES, sampleLabel: null, digitLabel: null, paintEveryMs: PAINT_EVERY_MS });
      this.#client.send({ type: "loadStage", stage: "test" });
      this.#begun = true;
      this.run(this.#running);
      await this.#sendMap();
    } catch (error) {
      this.failure = told(error);
      this.#onChange();
    }
  }

  /** A map over the two dimensions that are used most by now. */
  async #sendMap() {
    const { latentDim, conditional } = this.config.model;
    this.#axesAt = this.step;
    /** @type {[number, number]} */
    let axes = [0, Math.min(1, latentDim - 1)];
    if (latentDim > 2 && this.ready) {
      try {
        const use = dimensionUse(await this.#client.request("testCodes", { limit: CODES }), latentDim);
        const [first = 0, second = 1] = use.map((nats, index) => ({ nats, index })).sort((a, b) => b.nats - a.nats).map(({ index }) => index);
        axes = [first, second];
      } catch {
        // The worker is gone, or the digits are not there yet: the first two do.
      }
    }
    const z = gridCodes(axisPlane(new Float32Array(latentDim), axes, MAP_RANGE), MAP_SIDE);
    const labels = conditional ? new Uint8Array(MAP_SIDE * MAP_SIDE) : null;
    this.#client.send({ type: "codes", name: "map", grid: { columns: MAP_SIDE, rows: MAP_SIDE, z, labels } });
  }

  /** @param {boolean} running */
  run(running) {
    this.#running = running;
    if (this.#begun) this.#client.send({ type: running ? "train" : "pause" });
  }

  /** Trains no further than to this step, for now. @param {number} step */
  limit(step) {
    this.#client.send({ type: "limit", step });
  }

  save() {
    return this.#client.request("save", {});
  }

  end() {
    this.#client.end();
  }
}
