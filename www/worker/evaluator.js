/**
 * Evaluations on the test digits: training's own, and those that the visitor asks for. Training waits for both, and what they find
 * belongs to one step of one run: where that model is gone, so are its numbers.
 */

import { MODELS } from "../lib/addresses.js";
import { CodedError, told } from "../lib/coded-error.js";
import { isTrap } from "./crash.js";

/**
 * @typedef {import("../protocol.js").EvaluationResult} EvaluationResult
 * @typedef {import("../protocol.js").Requests["evaluate"]["answer"]} Answer
 * @typedef {{ weights: Uint8Array, accuracy: number }} Classifier
 */

/** An evaluation is done in slices of about this length. */
const SLICE_MS = 12;
/** How many test images a quick evaluation sees. The one after each epoch sees all. */
const QUICK_EVALUATION_IMAGES = 1000;
/** How many samples the classifier reads, always from the same noise. */
const JUDGED_SAMPLES = 1_000;
const JUDGED_SEED = 1;
/** How often the page hears of progress. */
const PROGRESS_EVERY_MS = 100;

/**
 * @typedef {object} Current
 * @property {string} run
 * @property {boolean} full  it is training's own, and sees all test digits
 * @property {{ resolve: (answer: Answer) => void, reject: (error: unknown) => void, classifier: Promise<Classifier | null> } | null} asked  null: it is training's own
 * @property {boolean} judging  its numbers are there; the classifier that reads its samples is still on its way
 */

export class Evaluator {
  /** @type {Current | null} */
  #current = null;
  /** The evaluation of training that made room for the visitor's. @type {{ full: boolean } | null} */
  #interrupted = null;
  /** The network that reads samples, once it has been asked for. @type {Promise<Classifier | null> | null} */
  #classifier = null;
  /** Those who wait for the end of training's own evaluation. @type {(() => void)[]} */
  #waiting = [];
  #told = -Infinity;
  /** What went wrong with training's own evaluation, until one succeeds. */
  #failure = "";
  #program;
  #crash;
  #tell;
  #now;
  #loadClassifier;
  #report;
  #onAsked;
  #onEnd;

  /**
   * @param {object} options
   * @param {import("./program.js").Program} options.program
   * @param {import("./crash.js").Crash} options.crash
   * @param {(event: import("../protocol.js").WorkerEvent) => void} options.tell
   * @param {() => number} options.now
   * @param {() => void} options.report  tells how training stands
   * @param {() => void} options.onAsked  training makes room
   * @param {() => void} options.onEnd  training may go on
   * @param {() => Promise<Classifier>} [options.loadClassifier]
   */
  constructor({ program, crash, tell, now, report, onAsked, onEnd, loadClassifier = downloadClassifier }) {
    this.#program = program;
    this.#crash = crash;
    this.#tell = tell;
    this.#now = now;
    this.#report = report;
    this.#onAsked = onAsked;
    this.#onEnd = onEnd;
    this.#loadClassifier = loadClassifier;
  }

  /** Whether training has to wait. */
  get occupied() {
    return this.#current !== null;
  }

  /** Whether there is an evaluation that goes on in turns. */
  get working() {
    return this.#current !== null && !this.#current.judging;
  }

  /** Whether training's own evaluation of every test digit is under way. */
  get full() {
    return this.#current?.full ?? false;
  }

  /** Resolves when no evaluation of training's own is under way. @returns {Promise<void>} */
  async ownDone() {
    while (this.#current && !this.#current.asked) await new Promise((resolve) => this.#waiting.push(() => resolve(undefined)));
  }

  /** Begins training's own evaluation, if the test digits are there: after an epoch of all of them, else of some. */
  begin() {
    const { lab } = this.#program.need();
    const data = lab.dataStatus();
    if (!data.testImages.complete || !data.testLabels.complete || !this.#program.knowsTestDigits) return;
    this.#beginOwn(lab.status().stepInEpoch === 0);
  }

  /** If it cannot begin, training goes on without it. @param {boolean} full */
  #beginOwn(full) {
    const begin = () => {
      this.#program.need().lab.beginEvaluation(full ? { split: "test" } : { split: "test", limit: QUICK_EVALUATION_IMAGES });
      this.#current = { run: this.#program.run, full, asked: null, judging: false };
      this.#report();
    };
    this.#crash.guard(begin, (error) => this.failed(error));
  }

  /**
   * The visitor's evaluation. Training waits for it, as for its own; one that training had begun is begun anew afterwards.
   *
   * @param {{ limit: number | null, samples: number }} options
   * @returns {Promise<Answer>}  null: it was cancelled, or the model was replaced
   */
  ask({ limit, samples }) {
    const { lab } = this.#program.need();
    const { testImages, testLabels } = lab.dataStatus();
    if (!testImages.complete || !testLabels.complete) throw new CodedError("digitsOnTheirWay", {});
    if (!this.#program.knowsTestDigits) throw new CodedError("noTestLabels", {});
    this.cancel();
    lab.beginEvaluation(limit === null ? { split: "test", samples } : { split: "test", limit, samples });
    this.#interrupted = this.#current;
    this.#onAsked();
    const classifier = this.#wantClassifier();
    return new Promise((resolve, reject) => {
      this.#current = { run: this.#program.run, full: false, asked: { resolve, reject, classifier }, judging: false };
    });
  }

  /** Ends the visitor's evaluation without a result, if there is one. */
  cancel() {
    this.#endAsked((asked) => asked.resolve(null));
  }

  /** Another model has taken the place of the one before: whatever was under way is of no model any more. */
  reset() {
    const asked = this.#current?.asked;
    this.#interrupted = null;
    this.#current = null;
    this.#failure = "";
    asked?.resolve(null);
    this.#ended();
  }

  /** A slice of what is under way. */
  turn() {
    const current = this.#current;
    if (!current || current.judging) return;
    const { lab } = this.#program.need();
    const { done, total, result } = lab.advanceEvaluation(SLICE_MS);
    const { run, full, asked } = current;
    if (asked) {
      const now = this.#now();
      if (result || now - this.#told >= PROGRESS_EVERY_MS) {
        this.#told = now;
        this.#tell({ type: "evaluationProgress", run, done, total });
      }
      if (result) {
        current.judging = true;
        void this.#judge(current, asked, result);
      }
      return;
    }
    if (!result) return;
    this.#current = null;
    this.#failure = "";
    this.#tell({ type: "evaluated", run, result, full });
    this.#report();
    this.#ended();
  }

  /**
   * An evaluation that cannot go on is dropped. Whoever asked for it hears why.
   *
   * @param {unknown} error
   */
  failed(error) {
    if (this.#current?.asked) {
      this.#endAsked((asked) => asked.reject(error));
    } else {
      this.#current = null;
      // Training begins evaluations again and again: the same failure is told once.
      const failure = told(error);
      if (failure.message !== this.#failure) this.#tell({ type: "failed", run: this.#program.run, what: "evaluation", error: failure });
      this.#failure = failure.message;
    }
    this.#report();
    this.#ended();
  }

  /**
   * What a classifier reads in the model's samples, beside the evaluation. Training still waits, so that the samples are of the
   * same model; without the classifier the rest is still good.
   *
   * @param {Current} current
   * @param {NonNullable<Current["asked"]>} asked
   * @param {EvaluationResult} result
   */
  async #judge(current, { classifier }, result) {
    const judge = await classifier;
    if (this.#current !== current) return;
    const answer = () => {
      const quality = judge && this.#quality(judge);
      this.#endAsked((asked) => asked.resolve({ run: current.run, result: { ...result, quality } }));
      this.#report();
      this.#ended();
    };
    this.#crash.guard(answer, (error) => this.failed(error));
  }

  /** @param {Classifier} classifier */
  #quality({ weights, accuracy }) {
    try {
      return { ...this.#program.need().lab.sampleQuality(weights, JUDGED_SAMPLES, JUDGED_SEED), accuracy };
    } catch (error) {
      if (isTrap(error)) throw error;
      console.info(`Samples were not judged: ${told(error).message}`);
      return null;
    }
  }

  /** The classifier, which is asked for once; after a failure anew. */
  #wantClassifier() {
    this.#classifier ??= this.#loadClassifier().catch((error) => {
      console.info(`Samples are not judged: ${told(error).message}`);
      this.#classifier = null;
      return null;
    });
    return this.#classifier;
  }

  /** @param {(asked: NonNullable<Current["asked"]>) => void} settle */
  #endAsked(settle) {
    const asked = this.#current?.asked;
    if (!asked) return;
    const interrupted = this.#interrupted;
    this.#interrupted = null;
    this.#current = null;
    settle(asked);
    if (interrupted) this.#beginOwn(interrupted.full);
    else this.#ended();
  }

  #ended() {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
    this.#onEnd();
  }
}

/** @returns {Promise<Classifier>} */
async function downloadClassifier() {
  const [weights, card] = await Promise.all(
    ["safetensors", "json"].map(async (extension) => {
      const response = await fetch(new URL(`classifier.${extension}`, MODELS));
      if (!response.ok) throw new Error(`models/classifier.${extension} must be there, found status ${response.status}`);
      return response;
    }),
  );
  if (!weights || !card) throw new Error("the classifier has weights and a card");
  return { weights: new Uint8Array(await weights.arrayBuffer()), accuracy: Number((await card.json()).testAccuracy) };
}
