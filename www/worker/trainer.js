/**
 * Training in short slices, alone or together with helpers: when it runs, waits and rests, and what the page hears of it.
 */

import { told } from "../lib/coded-error.js";
import { createRateMeter } from "../lib/rate.js";
import { isSound } from "./soundness.js";

/**
 * @typedef {import("../pkg/vae_lab.js").Lab} Lab
 * @typedef {import("../pkg/vae_lab.js").TrainingSlice} TrainingSlice
 * @typedef {import("../protocol.js").StepMetrics} StepMetrics
 */

/** A slice of training is no longer than this, plus the one step that crosses the line. */
const SLICE_MS = 12;
/** How often the page hears of progress. */
const REPORT_EVERY_MS = 100;
/** How often the page gets a checkpoint to keep: a crash or a reload loses no more than this. */
const CHECKPOINT_EVERY_MS = 5_000;
/** The least part of its time that training takes. */
const LEAST_PACE = 0.05;

export class Trainer {
  #running = false;
  #waitingForImages = false;
  /** The part of the time that training takes. */
  #pace = 1;
  /** Training waits when it has come to this step. */
  #limit = Infinity;
  /** Training rests until this timer ends. @type {ReturnType<typeof setTimeout> | null} */
  #resting = null;
  /** A slice of training together, which goes on between turns. @type {Promise<void> | null} */
  #together = null;
  /** How many wait for its end: it comes sooner then. */
  #settling = 0;
  /** How many workers train fastest is being measured. It goes on between turns, and has a model of its own. */
  #measuring = false;
  #rate = createRateMeter();
  /** @type {StepMetrics[]} */
  #points = [];
  /** @type {StepMetrics | null} */
  #last = null;
  #lastReport = -Infinity;
  #lastCheckpoint = -Infinity;
  /** The step of the newest checkpoint the page holds. */
  #checkpointStep = -1;
  #program;
  #crash;
  #crews;
  #evaluator;
  #painter;
  #post;
  #now;
  #timers;
  #wake;

  /**
   * @param {object} options
   * @param {import("./program.js").Program} options.program
   * @param {import("./crash.js").Crash} options.crash
   * @param {import("./crews.js").Crews} options.crews
   * @param {() => Pick<import("./evaluator.js").Evaluator, "begin" | "occupied" | "full" | "ownDone" | "cancel">} options.evaluator
   * @param {Pick<import("./painter.js").Painter, "modelChanged" | "hasDrawing" | "inkIsFresh">} options.painter
   * @param {import("./port.js").Post} options.post
   * @param {() => number} options.now
   * @param {{ setTimeout: (work: () => void, ms: number) => any, clearTimeout: (timer: any) => void }} options.timers
   * @param {() => void} options.wake  there may be something to do
   */
  constructor({ program, crash, crews, evaluator, painter, post, now, timers, wake }) {
    this.#program = program;
    this.#crash = crash;
    this.#crews = crews;
    this.#evaluator = evaluator;
    this.#painter = painter;
    this.#post = post;
    this.#now = now;
    this.#timers = timers;
    this.#wake = wake;
  }

  /** Whether training takes the worker's time. */
  get occupied() {
    return this.#running && !this.#waitingForImages;
  }

  /** Whether a step of several workers, or the measurement before the first, goes on between turns. */
  get busy() {
    return this.#together !== null || this.#measuring;
  }

  train() {
    if (this.#running) return;
    this.#running = true;
    this.#waitingForImages = false;
    this.#rate.reset();
    this.#lastCheckpoint = this.#now();
    this.report();
  }

  async pause() {
    this.#running = false;
    await this.settled();
    if (this.#crash.dead) return;
    this.report();
    this.#sendCheckpoint();
  }

  /** @param {number} step  training waits when it has come to it */
  limit(step) {
    this.#limit = step;
  }

  /** @param {number} share  of the time */
  pace(share) {
    this.#pace = Math.min(1, Math.max(LEAST_PACE, share));
    this.#endRest();
  }

  /** @param {number | null} count  of workers; null: the fastest */
  async workers(count) {
    this.#crews.choose(count);
    await this.settled();
    if (!this.#crash.dead) this.#crews.end();
  }

  /** Resolves when no step is under way; from then on, until the next turn, nothing comes in between. */
  async settled() {
    while (this.#together && !this.#crash.dead) {
      this.#settling += 1;
      await this.#together;
      this.#settling -= 1;
    }
  }

  /** One step, when training's own evaluation of the model before it is done. @returns {Promise<StepMetrics | null>} */
  async step() {
    const evaluator = this.#evaluator();
    evaluator.cancel();
    await evaluator.ownDone();
    await this.settled();
    if (this.#crash.dead) return null;
    // The helpers know nothing of this step.
    this.#crews.end();
    const metrics = this.#program.need().lab.step() ?? null;
    if (metrics) {
      this.#last = metrics;
      this.#painter.modelChanged();
      this.#points.push(metrics);
      this.report();
    }
    return metrics;
  }

  /** Another model has taken the place of the one before: it does not train until it is told to. No step may be under way. */
  reset() {
    this.#running = false;
    this.#crews.end();
    this.#points = [];
    this.#last = null;
    this.#checkpointStep = -1;
    this.#waitingForImages = false;
    this.#rate.reset();
  }

  /** The time until training goes on is not training's. */
  interrupted() {
    this.#rate.reset();
  }

  /** There is more to train on. */
  dataArrived() {
    this.#waitingForImages = false;
    this.#wake();
  }

  /** Whether a slice of training is to be done. */
  pending() {
    return this.#mayTrain() && !this.busy && !this.#evaluator().occupied;
  }

  #mayTrain() {
    if (!this.#running || this.#waitingForImages || this.#resting !== null) return false;
    return this.#limit === Infinity || this.#program.need().lab.status().step < this.#limit;
  }

  /** A slice of training. */
  turn() {
    const { lab } = this.#program.need();
    const config = lab.config();
    const workers = this.#crews.wanted(config);
    // The first step of a run may still change its start, and so comes before the helpers.
    const first = lab.status().step === 0;
    if (workers === 1 || first) {
      this.#crews.end();
      this.#account(lab, lab.trainFor(first || this.#painter.inkIsFresh ? 0 : SLICE_MS));
      return;
    }
    if (workers === null) {
      void this.#measure(config);
      return;
    }
    this.#together = this.#trainTogether(lab, workers)
      .catch((error) => this.#crash.sort(error, () => this.failed(error)))
      .finally(() => {
        this.#together = null;
        this.#wake();
      });
  }

  /** @param {import("../protocol.js").TrainingConfig} config */
  async #measure(config) {
    const { run } = this.#program;
    this.#measuring = true;
    try {
      await this.#crews.findFastest(config);
    } catch (error) {
      // The model may have been replaced meanwhile: its successor has nothing to do with that.
      this.#crash.sort(error, () => run === this.#program.run && this.failed(error));
    } finally {
      this.#measuring = false;
      this.#wake();
    }
  }

  /**
   * A slice of training by several workers. It ends early for whatever the visitor does.
   *
   * @param {Lab} lab
   * @param {number} count
   */
  async #trainTogether(lab, count) {
    const crew = await this.#crews.gather(count);
    if (!crew || this.#crash.dead) return;
    const begin = this.#now();
    /** @type {TrainingSlice} */
    const slice = { steps: 0, elapsedMs: 0, waiting: false, points: [], last: this.#last, evaluationDue: false };
    do {
      const step = await crew.step();
      if (this.#crash.dead) return;
      if (crew.broken) this.#crews.shrink();
      if (!step) {
        slice.waiting = true;
        break;
      }
      slice.steps += 1;
      slice.points.push(...step.points);
      slice.last = step.last;
      slice.evaluationDue = step.evaluationDue;
      slice.elapsedMs = this.#now() - begin;
    } while (!crew.broken && this.#running && !slice.evaluationDue && !this.#painter.hasDrawing && this.#settling === 0 && slice.elapsedMs < SLICE_MS);
    this.#account(lab, slice);
  }

  /**
   * After a slice of training.
   *
   * @param {Lab} lab
   * @param {TrainingSlice} slice
   */
  #account(lab, slice) {
    if (slice.steps > 0) {
      const { batchSize } = lab.config();
      this.#rest(slice.elapsedMs);
      this.#rate.add(this.#now(), slice.steps, slice.elapsedMs, slice.steps * batchSize);
      this.#painter.modelChanged();
    }
    this.#points.push(...slice.points);
    if (slice.last) this.#last = slice.last;
    if (slice.waiting && slice.steps === 0) {
      this.#waitingForImages = true;
      this.#rate.reset();
      this.report();
    }
    if (slice.evaluationDue) this.#evaluator().begin();
    const now = this.#now();
    // Whoever set the limit waits to hear that it is reached.
    if (now - this.#lastReport >= REPORT_EVERY_MS || lab.status().step >= this.#limit) this.report();
    if (now - this.#lastCheckpoint >= CHECKPOINT_EVERY_MS) this.#sendCheckpoint();
  }

  /**
   * Leaves the processor to others for as long as the visitor's share asks for.
   *
   * @param {number} workedMs
   */
  #rest(workedMs) {
    this.#endRest();
    if (this.#pace === 1) return;
    this.#resting = this.#timers.setTimeout(() => {
      this.#endRest();
      this.#wake();
    }, workedMs * (1 / this.#pace - 1));
  }

  #endRest() {
    if (this.#resting !== null) this.#timers.clearTimeout(this.#resting);
    this.#resting = null;
  }

  /**
   * An error in training stops it and says why; the model stays as it was.
   *
   * @param {unknown} error
   */
  failed(error) {
    this.#running = false;
    this.#crews.end();
    this.report();
    this.#post({ type: "stopped", run: this.#program.run, error: told(error) });
  }

  /** Tells how training stands. */
  report() {
    const { loaded, run } = this.#program;
    if (!loaded) return;
    this.#lastReport = this.#now();
    this.#post({
      type: "training",
      run,
      running: this.#running,
      waiting: this.#running && this.#waitingForImages,
      evaluating: this.#evaluator().full,
      status: loaded.lab.status(),
      last: this.#last,
      points: this.#points,
      rate: this.#running ? this.#rate.read() : null,
      memoryBytes: loaded.memory.buffer.byteLength,
      workers: this.#crews.count,
    });
    this.#points = [];
  }

  #sendCheckpoint() {
    const { loaded, run } = this.#program;
    if (!loaded) return;
    this.#lastCheckpoint = this.#now();
    const { step } = loaded.lab.status();
    if (step === 0 || step === this.#checkpointStep) return;
    const file = bufferOf(loaded.lab.saveCheckpoint());
    if (!isSound(file)) return;
    this.#checkpointStep = step;
    this.#post({ type: "checkpoint", run, step, file }, [file]);
  }
}

/** A file that is handed over, not copied. @param {Uint8Array<ArrayBuffer>} bytes */
export function bufferOf(bytes) {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes.buffer : bytes.slice().buffer;
}
