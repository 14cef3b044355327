/** What each message of the page makes the worker do: one handler a message. */

import { CodedError } from "../lib/coded-error.js";
import { Refusal, isTrap } from "./crash.js";
import { DIGIT_PIXELS } from "./idx.js";
import { noNotes } from "./program.js";
import { isSound } from "./soundness.js";
import { bufferOf } from "./trainer.js";

/**
 * @typedef {object} Parts
 * @property {import("./program.js").Program} program
 * @property {import("./data-sets.js").DataSets} dataSets
 * @property {import("./trainer.js").Trainer} trainer
 * @property {import("./evaluator.js").Evaluator} evaluator
 * @property {import("./painter.js").Painter} painter
 * @property {import("./figures.js").Figures} figures
 */

/** @param {Parts} parts @returns {import("./port.js").CommandHandlers} */
export function createCommands({ program, dataSets, trainer, evaluator, painter }) {
  return {
    // Downloads go on by themselves.
    boot: () => void program.boot(),
    loadStage({ stage }) {
      if (stage === "model") void program.boot();
      else if (program.loaded) void dataSets.load(stage);
    },
    train: () => trainer.train(),
    pause: () => trainer.pause(),
    limit: ({ step }) => trainer.limit(step),
    pace: ({ share }) => trainer.pace(share),
    workers: ({ count }) => trainer.workers(count),
    draw: (command) => painter.draw(command),
    view: (command) => painter.setView(command),
    codes: (command) => painter.setCodes(command),
    code: (command) => painter.setCode(command),
    cancelEvaluation: () => evaluator.cancel(),
  };
}

/**
 * @param {Parts} parts
 * @param {() => number} [random]
 * @returns {import("./port.js").RequestHandlers}
 */
export function createRequests({ program, dataSets, trainer, evaluator, painter, figures }, random = Math.random) {
  /**
   * Puts another model in the place of the one before. What can fail or takes its time comes first: until the new one is there, with
   * what it learns from, nothing is given up.
   *
   * @param {{ run: string, data: import("../protocol.js").DataKey }} ask
   * @param {(lab: import("../pkg/vae_lab.js").Lab) => import("../protocol.js").LoadNotes} make
   */
  async function replace({ run, data }, make) {
    const { lab } = program.need();
    const swapData = await dataSets.select(data);
    // Training went on meanwhile. Its step must end before its model is replaced.
    await trainer.settled();
    const notes = make(lab);
    swapData();
    program.run = run;
    program.digits = data.digits;
    trainer.reset();
    evaluator.reset();
    painter.show(null);
    return { value: program.session(notes) };
  }

  /** @param {ArrayBuffer} file */
  function saved(file) {
    return { run: program.run, step: program.need().lab.status().step, file };
  }

  return {
    checkConfig: ({ config }) => ({ value: program.need().wasm.checkConfig(config) }),
    start: (ask) =>
      replace(ask, (lab) => {
        lab.start(ask.config);
        return noNotes();
      }),
    load: (ask) => replace(ask, (lab) => read(lab, ask.file)),
    provideSet(set) {
      dataSets.provide(set);
      return { value: null };
    },
    setHyper({ values }) {
      const { lab } = program.need();
      lab.setHyper(values);
      return { value: lab.config() };
    },
    async step() {
      return { value: await trainer.step() };
    },
    digit({ split, index: wanted }) {
      const { lab } = program.need();
      const status = lab.dataStatus();
      const images = split === "test" ? status.testImages : status.trainImages;
      if (images.received === 0) throw new CodedError("digitsOnTheirWay", {});
      const index = wanted ?? Math.floor(random() * images.received);
      const { pixels, label } = lab.digit(split, index);
      return { value: { index, pixels, label }, transfer: [pixels.buffer] };
    },
    save() {
      const file = bufferOf(program.need().lab.saveCheckpoint());
      return { value: { ...saved(file), sound: isSound(file) }, transfer: [file] };
    },
    snapshot() {
      const file = bufferOf(program.need().lab.exportModel());
      return { value: saved(file), transfer: [file] };
    },
    show({ file }) {
      painter.show(file && new Uint8Array(file));
      return { value: painter.shownLab().status().step };
    },
    encode({ pixels, labels }) {
      const codes = painter.shownLab().encode(pixels, labels ?? undefined);
      return { value: codes, transfer: [codes.mu.buffer, codes.logvar.buffer] };
    },
    decode({ z, labels }) {
      const pixels = painter.shownLab().decode(z, labels ?? undefined);
      return { value: pixels, transfer: [pixels.buffer] };
    },
    testCodes({ limit }) {
      const codes = encodeTestDigits(program.need().lab, painter.shownLab(), program.knowsTestDigits ? limit : 0);
      return { value: codes, transfer: [codes.mu.buffer, codes.logvar.buffer, codes.labels.buffer] };
    },
    evaluate: (options) => ({ later: evaluator.ask(options) }),
    // Its model may have to be downloaded first, and is none that trains.
    figure: (ask) => ({ later: figures.ask(ask) }),
  };
}

/**
 * @param {import("../pkg/vae_lab.js").Lab} lab
 * @param {ArrayBuffer} file
 */
function read(lab, file) {
  try {
    return lab.loadCheckpoint(new Uint8Array(file)) ?? noNotes();
  } catch (error) {
    if (isTrap(error)) throw error;
    throw new Refusal(error, "file");
  }
}

/**
 * The posteriors of the first test digits, with their labels; none of none.
 *
 * @param {import("../pkg/vae_lab.js").Lab} lab  that holds the digits
 * @param {import("../pkg/vae_lab.js").Lab} model
 * @param {number} limit
 */
function encodeTestDigits(lab, model, limit) {
  const { testImages, testLabels } = lab.dataStatus();
  if (!testImages.complete || !testLabels.complete) throw new CodedError("digitsOnTheirWay", {});
  const count = Math.min(limit, testImages.received);
  if (count === 0) return { mu: new Float32Array(0), logvar: new Float32Array(0), labels: new Uint8Array(0) };
  const pixels = new Uint8Array(count * DIGIT_PIXELS);
  const labels = new Uint8Array(count);
  for (let index = 0; index < count; index += 1) {
    const digit = lab.digit("test", index);
    pixels.set(digit.pixels, index * DIGIT_PIXELS);
    labels[index] = digit.label ?? 0;
  }
  return { ...model.encode(pixels, model.config().model.conditional ? labels : undefined), labels };
}
