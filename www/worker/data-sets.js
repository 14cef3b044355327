/**
 * What training learns from, and what it is measured on: MNIST, which is downloaded, and the visitor's own sets. One set is in
 * the model's program at a time. Another one is prepared whole before the one before is given up.
 */

import { DATA } from "../lib/addresses.js";
import { CodedError, told } from "../lib/coded-error.js";
import { inflate, openDownload } from "../lib/download.js";
import { Refusal, isTrap } from "./crash.js";
import { DIGIT_PIXELS, checkLabels, pushDigits, readDigits } from "./idx.js";
import { createProgress } from "./progress.js";

/**
 * @typedef {import("../protocol.js").DataKey} DataKey
 * @typedef {import("../protocol.js").ProvidedSet} ProvidedSet
 * @typedef {import("../pkg/vae_lab.js").Part} Part
 * @typedef {Exclude<import("../protocol.js").Stage, "model">} DataStage
 * @typedef {import("./idx.js").Digits} Digits
 */

/** As many of the visitor's sets are kept, the newest. */
const MOST_SETS = 2;
/** The fewest images of an epoch of the visitor's own: a small set is repeated, so that an epoch is not over before it began. */
const LEAST_IMAGES = 1024;
/** More classes than this no model takes. */
const MOST_CLASSES = 100;
/** A download that others wait for, and that brings nothing for so long, is given up. */
const STALLED_MS = 30_000;

/** @type {Record<DataStage, { files: [labels: { part: Part, url: string }, images: { part: Part, url: string }] }>} */
const MNIST = {
  test: {
    files: [
      { part: "testLabels", url: "t10k-labels-idx1-ubyte.gz" },
      { part: "testImages", url: "t10k-images-idx3-ubyte.gz" },
    ],
  },
  train: {
    files: [
      { part: "trainLabels", url: "train-labels-idx1-ubyte.gz" },
      { part: "trainImages", url: "train-images-idx3-ubyte.gz" },
    ],
  },
};

export class DataSets {
  /** What training learns from now. @type {DataKey} */
  #key = { kind: "mnist", hash: null, digits: true };
  /** Downloads under way. @type {Map<DataStage, AbortController>} */
  #loading = new Map();
  /** The visitor's own by their hash, the newest last. @type {Map<string, Digits>} */
  #own = new Map();
  #program;
  #crash;
  #tell;
  #now;
  #timers;
  #fetcher;
  #onArrived;

  /**
   * @param {object} options
   * @param {import("./program.js").Program} options.program
   * @param {import("./crash.js").Crash} options.crash
   * @param {(event: import("../protocol.js").WorkerEvent) => void} options.tell
   * @param {() => number} options.now
   * @param {{ setTimeout: (work: () => void, ms: number) => any, clearTimeout: (timer: any) => void }} options.timers
   * @param {typeof fetch} options.fetcher
   * @param {() => void} options.onArrived  there is more to train on
   */
  constructor({ program, crash, tell, now, timers, fetcher, onArrived }) {
    this.#program = program;
    this.#crash = crash;
    this.#tell = tell;
    this.#now = now;
    this.#timers = timers;
    this.#fetcher = fetcher;
    this.#onArrived = onArrived;
  }

  /** What training learns from now. */
  get key() {
    return this.#key;
  }

  /**
   * Downloads and unpacks one part of MNIST into the session, chunk by chunk; training may run on what has arrived.
   *
   * @param {DataStage} stage
   */
  async load(stage) {
    if (this.#loading.has(stage)) return;
    const abort = new AbortController();
    this.#loading.set(stage, abort);
    try {
      const { lab } = this.#program.need();
      const status = lab.dataStatus();
      const missing = MNIST[stage].files.filter(({ part }) => !status[part].complete);
      for (const { part } of missing) lab.clearData(part);
      if (missing.length > 0) {
        await this.#loadParts(stage, missing, abort.signal);
      } else {
        const images = stage === "test" ? status.testImages : status.trainImages;
        this.#tell({ type: "stageDone", stage, received: images.received * DIGIT_PIXELS });
      }
    } catch (error) {
      // Another set took the place of this one: nobody waits for it any more.
      if (abort.signal.aborted) return;
      abort.abort();
      this.#crash.sort(error, () => this.#tell({ type: "stageFailed", stage, error: told(error) }));
    } finally {
      if (this.#loading.get(stage) === abort) this.#loading.delete(stage);
    }
  }

  /**
   * @param {DataStage} stage
   * @param {readonly { part: Part, url: string }[]} parts
   * @param {AbortSignal} signal
   */
  async #loadParts(stage, parts, signal) {
    const { lab } = this.#program.need();
    const progress = createProgress({ stage, tell: this.#tell, now: this.#now });
    const downloads = await Promise.all(parts.map(async ({ part, url }) => ({ part, download: await this.#open(url, stage, progress.add, signal) })));
    const totals = downloads.map(({ download }) => download.total);
    progress.expect(totals.reduce((sum, total) => (sum === null || total === null ? null : sum + total), 0));
    for (const { part, download } of downloads) {
      for await (const chunk of inflate(download.body, stage)) {
        // What was on its way when another set took this one's place does not belong into it.
        if (this.#crash.dead || signal.aborted) return;
        lab.pushData(part, chunk);
        this.#onArrived();
      }
      if (this.#crash.dead || signal.aborted) return;
      lab.finishData(part);
    }
    progress.done();
    this.#onArrived();
  }

  /**
   * Takes a set of the visitor's own, for a run that will name it.
   *
   * @param {ProvidedSet} set
   */
  provide({ hash, images, labels, classes }) {
    if (labels.length === 0) throw new CodedError("notWholeFrom", { name: "images", min: 1, found: 0 });
    if (images.length !== labels.length * DIGIT_PIXELS) {
      throw new CodedError("length", { name: "images", expected: labels.length * DIGIT_PIXELS, found: images.length });
    }
    if (!Number.isInteger(classes) || classes < 1 || classes > MOST_CLASSES) throw new CodedError("notWhole", { name: "classes", min: 1, max: MOST_CLASSES, found: classes });
    const wrong = labels.find((label) => label >= classes);
    if (wrong !== undefined) throw new CodedError("notWhole", { name: "labels", min: 0, max: classes - 1, found: wrong });
    this.#withScratch((scratch) => checkLabels(scratch, labels));
    this.#own.delete(hash);
    this.#own.set(hash, { images, labels });
    for (const oldest of [...this.#own.keys()].slice(0, -MOST_SETS)) this.#own.delete(oldest);
  }

  /**
   * Prepares what training is to learn from. What comes back puts it to work, at once and without fail; until then, and after an error,
   * all is as it was.
   *
   * @param {DataKey} key
   * @returns {Promise<() => void>}
   */
  async select(key) {
    if (key.kind === this.#key.kind && (key.kind === "mnist" || key.hash === this.#key.hash)) return () => {};
    const own = key.kind === "mnist" ? null : this.#ownSet(key.hash);
    const sets = [...(key.kind === "own" ? [] : [await this.#wholeMnist()]), ...(own ? [key.kind === "own" ? repeated(own) : own] : [])];
    return () => {
      this.#loading.get("train")?.abort();
      this.#loading.delete("train");
      const count = pushDigits(this.#program.need().lab, sets);
      this.#key = { ...key };
      this.#tell({ type: "stageDone", stage: "train", received: count * DIGIT_PIXELS });
      this.#onArrived();
    };
  }

  /** @param {string | null} hash */
  #ownSet(hash) {
    const set = hash === null ? undefined : this.#own.get(hash);
    if (!set) throw new Refusal(new CodedError("setNotHere", {}), "data");
    return set;
  }

  /** All of MNIST's training digits, fetched anew: the ones in the model's program cannot be read back. */
  async #wholeMnist() {
    const { files } = MNIST.train;
    const abort = new AbortController();
    const giveUp = () => abort.abort(new CodedError("stalled", { seconds: STALLED_MS / 1000 }));
    let stalled = this.#timers.setTimeout(giveUp, STALLED_MS);
    const goesOn = () => {
      this.#timers.clearTimeout(stalled);
      stalled = this.#timers.setTimeout(giveUp, STALLED_MS);
    };
    try {
      const [labelFile, imageFile] = await Promise.all(
        files.map(async ({ url }) => {
          const { body } = await this.#open(url, "train", goesOn, abort.signal);
          /** @type {Uint8Array[]} */
          const chunks = [];
          for await (const chunk of inflate(body, "train")) chunks.push(chunk);
          return joined(chunks);
        }),
      );
      return this.#withScratch((scratch) => readDigits(scratch, labelFile ?? new Uint8Array(0), imageFile ?? new Uint8Array(0)));
    } catch (error) {
      // If one file fails, the other is not wanted either.
      abort.abort();
      if (isTrap(error)) throw error;
      throw new Refusal(error, "data");
    } finally {
      this.#timers.clearTimeout(stalled);
    }
  }

  /**
   * @param {string} url
   * @param {DataStage} what
   * @param {(bytes: number) => void} onBytes
   * @param {AbortSignal} signal
   */
  #open(url, what, onBytes, signal) {
    return openDownload(new URL(url, DATA).href, { what, onBytes, signal, fetcher: this.#fetcher });
  }

  /**
   * Lets the model's program look at files beside those that are in use.
   *
   * @template T
   * @param {(scratch: import("../pkg/vae_lab.js").Lab) => T} look
   */
  #withScratch(look) {
    const scratch = new (this.#program.need().wasm.Lab)();
    let trapped = false;
    try {
      return look(scratch);
    } catch (error) {
      trapped = isTrap(error);
      throw error;
    } finally {
      // After a trap this would fail too, and hide it.
      if (!trapped) scratch.free();
    }
  }
}

/** @param {Digits} set @returns {Digits} */
function repeated({ images, labels }) {
  const times = Math.max(1, Math.ceil(LEAST_IMAGES / labels.length));
  return { images: joined(Array.from({ length: times }, () => images)), labels: joined(Array.from({ length: times }, () => labels)) };
}

/** @param {readonly Uint8Array[]} parts */
function joined(parts) {
  const [only] = parts;
  if (only && parts.length === 1) return only;
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let filled = 0;
  for (const part of parts) {
    whole.set(part, filled);
    filled += part.length;
  }
  return whole;
}
