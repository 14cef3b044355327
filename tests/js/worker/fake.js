/**
 * A fake of the model's program, and of all else that the worker's parts are given: what it does is counted in steps, and its clock
 * goes on by hand.
 */

import { compose } from "../../../www/worker/compose.js";

export const MNIST = { kind: "mnist", hash: null, digits: true };
export const trap = () => new WebAssembly.RuntimeError("unreachable");
export const CONFIG = { name: "first", batchSize: 10, engine: "fused", model: { latentDim: 2, conditional: false } };

/** Lets all that is ready go on, messages between ports included. */
export async function settle() {
  for (let i = 0; i < 20; i += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** Something that is waited for, and settled by hand. */
export function deferred() {
  let resolve;
  let reject;
  const promise = new Promise((...both) => ([resolve, reject] = both));
  return { promise, resolve, reject };
}

/** A clock and timers that go on by hand. */
export function createClock() {
  let time = 0;
  let next = 1;
  const waiting = new Map();
  return {
    now: () => time,
    timers: {
      setTimeout(work, ms) {
        waiting.set(next, { work, at: time + ms });
        return next++;
      },
      clearTimeout: (id) => void waiting.delete(id),
    },
    pass(ms) {
      time += ms;
      for (const [id, { work, at }] of [...waiting]) {
        if (at > time || !waiting.delete(id)) continue;
        work();
      }
    },
    get waiting() {
      return waiting.size;
    },
  };
}

/** Data as the wasm module holds it: bytes of IDX files, whose headers it reads. */
class FakeData {
  parts = { trainImages: [], trainLabels: [], testImages: [], testLabels: [] };

  pushData(part, bytes) {
    const whole = [...this.parts[part], ...bytes];
    const images = part.endsWith("Images");
    const magic = images ? 3 : 1;
    if (whole.length >= 4 && whole[3] !== magic) throw new Error(`${part} is not a valid IDX file`);
    if (!images && whole.slice(8).some((label) => label > 9)) throw new Error(`${part}: expected labels from 0 to 9`);
    this.parts[part] = whole;
  }

  finishData(part) {
    if (!this.dataStatus()[part].complete) throw new Error(`${part} is truncated`);
  }

  clearData(part) {
    this.parts[part] = [];
  }

  dataStatus() {
    return Object.fromEntries(
      Object.entries(this.parts).map(([part, bytes]) => {
        const [header, size] = part.endsWith("Images") ? [16, 784] : [8, 1];
        const expected = bytes.length < header ? null : new DataView(Uint8Array.from(bytes.slice(0, header)).buffer).getUint32(4);
        const received = Math.max(0, Math.floor((bytes.length - header) / size));
        return [part, { received, expected, complete: expected === received }];
      }),
    );
  }

  digit(split, index) {
    const at = 16 + index * 784;
    return { pixels: Uint8Array.from(this.parts[`${split}Images`].slice(at, at + 784)), label: this.parts[`${split}Labels`][8 + index] ?? null };
  }
}

/** A model is its name and its step; a file of it is both as JSON. */
export class FakeLab extends FakeData {
  model = null;
  evaluation = null;
  freed = false;
  calls = [];
  /** What `trainFor` and `beginStep` do next, where it is not a step. */
  trouble = null;
  stepMs = 0;
  evaluateEvery = Infinity;
  evaluationTrouble = null;
  judgeTrouble = null;
  paintTrouble = null;

  free() {
    this.freed = true;
  }
  start(config) {
    if (config.name === "bad") throw new Error("batchSize must be a whole number");
    this.model = { name: config.name, step: 0, config };
    this.evaluation = null;
    this.calls.push(`start ${config.name}`);
  }
  loadCheckpoint(bytes) {
    let file;
    try {
      file = readFile(bytes);
    } catch {
      throw new Error("this file is not a VAE Lab checkpoint");
    }
    if (file.trap) throw trap();
    this.model = { ...file, config: { ...CONFIG, name: file.name } };
    this.evaluation = null;
    this.calls.push(`load ${file.name}`);
    return file.notes;
  }
  config() {
    return this.model.config;
  }
  setHyper(values) {
    this.model.config = { ...this.model.config, ...values };
  }
  status() {
    return { step: this.model.step, stepInEpoch: this.model.step % 100 };
  }
  #metrics() {
    return { step: this.model.step, loss: 1 };
  }
  step() {
    this.calls.push("step");
    if (this.trouble) throw this.trouble;
    if (this.dataStatus().trainImages.received === 0) return undefined;
    this.model.step += 1;
    return this.#metrics();
  }
  trainFor(budgetMs) {
    this.calls.push(`train ${budgetMs}`);
    const metrics = this.step();
    if (!metrics) return { steps: 0, elapsedMs: 0, waiting: true, points: [], last: null, evaluationDue: false };
    return { steps: 1, elapsedMs: this.stepMs, waiting: false, points: [metrics], last: metrics, evaluationDue: this.model.step % this.evaluateEvery === 0 };
  }
  replicaState() {
    return { parameters: new Float32Array(1) };
  }
  beginEvaluation(request) {
    if (this.evaluationTrouble) throw this.evaluationTrouble;
    this.evaluation = { request, step: this.model.step, done: 0 };
  }
  advanceEvaluation() {
    if (this.evaluationTrouble) throw this.evaluationTrouble;
    const { evaluation } = this;
    evaluation.done += 1;
    const result = evaluation.done < 3 ? null : { step: evaluation.step, of: this.model.name, elbo: -100, limit: evaluation.request.limit ?? null };
    return { done: evaluation.done, total: 3, result };
  }
  sampleQuality() {
    if (this.judgeTrouble) throw this.judgeTrouble;
    return { coverage: 10, of: `${this.model.name} ${this.model.step}` };
  }
  encode(pixels) {
    return { mu: new Float32Array((pixels.length / 784) * 2), logvar: new Float32Array(0) };
  }
  decode() {
    return new Uint8Array(784);
  }
  reconstruct(pixels) {
    if (this.paintTrouble) throw this.paintTrouble;
    const layers = () => [new Float32Array(3)];
    return { pixels: pixels.slice(), mu: new Float32Array(2), logvar: new Float32Array(2), recon: 1, kl: 1, klPerDim: new Float32Array(2), elbo: -2, label: null, encoderActivations: layers(), decoderActivations: layers() };
  }
  decodeCode(z) {
    if (this.paintTrouble) throw this.paintTrouble;
    this.calls.push(`decodeCode ${z.join(" ")}`);
    return { pixels: new Uint8Array(784).fill(z[0] ?? 0), decoderActivations: [new Float32Array(3)] };
  }
  samplePrior(count) {
    return new Uint8Array(count * 784);
  }
  paintSamples() {
    if (this.paintTrouble) throw this.paintTrouble;
  }
  paintVariations() {}
  paintCodes() {}
  saveCheckpoint() {
    return fileOf(this.model.name, this.model.step);
  }
  exportModel() {
    return fileOf(this.model.name, this.model.step);
  }
}

/** A file of safetensors whose header tells the model and which has one number. @param {string} name @param {number} step @param {object} more */
export function fileOf(name, step, { value = 1, ...more } = {}) {
  const text = JSON.stringify({ name, step, ...more });
  const header = new TextEncoder().encode(text.padEnd(4 * Math.ceil(text.length / 4)));
  const file = new Uint8Array(8 + header.length + 4);
  const view = new DataView(file.buffer);
  view.setBigUint64(0, BigInt(header.length), true);
  file.set(header, 8);
  view.setFloat32(8 + header.length, value, true);
  return file;
}

/** What such a file tells. @param {ArrayBuffer | Uint8Array} file */
export function readFile(file) {
  const bytes = new Uint8Array(file);
  return JSON.parse(new TextDecoder().decode(bytes.subarray(8, bytes.length - 4)));
}

/** A crew whose steps last until they are let go. */
export class FakeCrew {
  broken = false;
  stopped = false;
  steps = [];
  constructor(count, lead) {
    this.count = count;
    this.lead = lead;
  }
  async step() {
    if (this.stopped) throw new Error("a crew that was sent away made a step");
    const going = deferred();
    this.steps.push(going);
    await going.promise;
    if (this.stopped) throw new Error("the helpers were sent away in the middle of a step");
    const slice = this.lead.trainFor(0);
    return slice.waiting ? null : slice;
  }
  /** Lets the step under way end. */
  go() {
    this.steps.shift()?.resolve();
  }
  stop() {
    this.stopped = true;
  }
}

/** IDX files of so many images: the labels and the images, as bytes. */
export function idxFiles(count, value = 1) {
  const be = (...numbers) => numbers.flatMap((number) => [number >>> 24, (number >>> 16) & 255, (number >>> 8) & 255, number & 255]);
  return {
    labels: Uint8Array.from([...be(0x801, count), ...Array.from({ length: count }, (_, i) => i % 10)]),
    images: Uint8Array.from([...be(0x803, count, 28, 28), ...new Array(count * 784).fill(value)]),
  };
}

/** The four files of a small MNIST, by a part of their names. */
export function mnistFiles({ train = 3, test = 2 } = {}) {
  const [trainFiles, testFiles] = [idxFiles(train), idxFiles(test, 9)];
  return { "train-labels": trainFiles.labels, "train-images": trainFiles.images, "t10k-labels": testFiles.labels, "t10k-images": testFiles.images };
}

/** A server of files, in which a test may replace what is answered. */
export function serve(files) {
  const fetched = [];
  const fetcher = async (url, { signal } = {}) => {
    const name = Object.keys(files).find((part) => String(url).includes(part));
    fetched.push(name);
    const found = files[name];
    if (found instanceof Error) throw found;
    if (typeof found === "function") return found(signal);
    return new Response(found);
  };
  return { fetcher, fetched };
}

/** The whole worker but for its scope, on fakes. */
export function createWorker({ files = mnistFiles(), cores = 1, loadClassifier = async () => ({ weights: new Uint8Array(1), accuracy: 0.98 }) } = {}) {
  const clock = createClock();
  const told = [];
  const labs = [];
  const crews = { made: [], refused: null, measured: 2 };
  const { fetcher, fetched } = serve(files);
  class Lab extends FakeLab {
    constructor() {
      super();
      labs.push(this);
    }
  }
  const wasm = {
    Lab,
    presets: () => [{ config: CONFIG }],
    hyperParameters: () => [],
    version: () => "1",
    checkConfig: (config) => config,
    prepareDrawing(ink) {
      if (ink[0] === 255) throw new Error("ink must be as wide as it is");
      return ink[0] === 0 ? undefined : new Uint8Array(784);
    },
  };
  const post = (message, transfer = []) => told.push(structuredClone({ ...message, bitmap: undefined }, { transfer: transfer.filter((item) => item instanceof ArrayBuffer) }));
  let turn;
  let asked = 0;
  const { crash, port, ...parts } = compose(
    {
      post,
      now: clock.now,
      timers: clock.timers,
      fetcher,
      newRun: () => "first run",
      most: cores,
      connect(work) {
        turn = work;
        return () => (asked += 1);
      },
    },
    {
      load: async () => ({ wasm, memory: { buffer: new ArrayBuffer(8) }, module: {} }),
      async startCrew({ count, lead }) {
        if (crews.refused) throw crews.refused;
        const made = new FakeCrew(count, lead);
        crews.made.push(made);
        return made;
      },
      measure: async () => crews.measured.promise ?? crews.measured,
      newCanvas: () => ({ transferToImageBitmap: () => ({}) }),
      loadClassifier,
      random: () => 0,
    },
  );
  let id = 0;
  const worker = {
    ...parts,
    clock,
    told,
    labs,
    crews,
    crash,
    fetched,
    files,
    send: (message) => port.receive(message),
    /** Sends a request; its reply, when it has come. */
    ask(type, ask = {}) {
      id += 1;
      port.receive({ type, id, ask });
      const mine = id;
      return () => told.find((message) => message.type === "reply" && message.id === mine);
    },
    of: (type) => told.filter((message) => message.type === type),
    /** The model at work. */
    get lab() {
      return parts.program.loaded.lab;
    },
    /** As many turns as were asked for, at most so many. */
    async turns(most = 1) {
      for (let i = 0; i < most && asked > 0; i += 1) {
        asked -= 1;
        turn();
        await settle();
      }
    },
    get asked() {
      return asked;
    },
    async boot({ data = true } = {}) {
      worker.send({ type: "boot" });
      await settle();
      if (!data) return;
      worker.send({ type: "loadStage", stage: "test" });
      await settle();
      worker.send({ type: "loadStage", stage: "train" });
      await settle();
      await worker.turns(100);
      told.length = 0;
    },
  };
  return worker;
}
