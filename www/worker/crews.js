/** How many workers train, and the crew that they make: chosen by the visitor, or the fastest number, which a short measurement finds. */

import { isTrap } from "./crash.js";
import { Crew } from "./crew.js";
import { measureCrewSize } from "./crew-size.js";

/** @typedef {import("../protocol.js").TrainingConfig} TrainingConfig */

export class Crews {
  /** The number of workers that the visitor chose; null: the fastest. @type {number | null} */
  #chosen = null;
  /** What was the fastest for a model and a size of batch. @type {Map<string, number>} */
  #fastest = new Map();
  /** Not more than this: helpers that died are not replaced. */
  #most;
  /** The helpers and this worker, while they train together. @type {Crew | null} */
  #crew = null;
  #program;
  #startCrew;
  #measure;

  /**
   * @param {object} options
   * @param {import("./program.js").Program} options.program
   * @param {number} options.most
   * @param {typeof Crew.start} [options.startCrew]
   * @param {typeof measureCrewSize} [options.measure]
   */
  constructor({ program, most, startCrew = Crew.start, measure = measureCrewSize }) {
    this.#program = program;
    this.#most = most;
    this.#startCrew = startCrew;
    this.#measure = measure;
  }

  /** How many train now. */
  get count() {
    return this.#crew?.count ?? 1;
  }

  /** @param {number | null} count  null: the fastest */
  choose(count) {
    this.#chosen = count;
  }

  /**
   * How many workers are to train; null if that must be measured first.
   *
   * @param {TrainingConfig} config
   * @returns {number | null}
   */
  wanted(config) {
    if (config.engine !== "fused" || this.#most === 1) return 1;
    if (this.#chosen !== null) return Math.min(this.#chosen, this.#most);
    const fastest = this.#fastest.get(sizesOf(config));
    return fastest === undefined ? null : Math.min(fastest, this.#most);
  }

  /** @param {TrainingConfig} config */
  async findFastest(config) {
    const { wasm, module } = this.#program.need();
    const createLab = () => new wasm.Lab();
    this.#fastest.set(sizesOf(config), await this.#measure({ module, createLab, config, most: this.#most }));
  }

  /**
   * The crew of so many, made anew if there is none; null where no helpers are to be had.
   *
   * @param {number} count
   */
  async gather(count) {
    if (this.#crew?.count === count) return this.#crew;
    this.end();
    const { module, lab } = this.#program.need();
    try {
      this.#crew = await this.#startCrew({ count, module, lead: lab });
    } catch (error) {
      if (isTrap(error)) throw error;
      // No helpers to be had: alone it goes as well.
      this.#most = 1;
    }
    return this.#crew;
  }

  /** A crew has lost a helper: the next one is smaller. */
  shrink() {
    this.#most = Math.max(1, this.count - 1);
    this.end();
  }

  /** Ends the helpers. No step may be under way. */
  end() {
    this.#crew?.stop();
    this.#crew = null;
  }
}

/** @param {TrainingConfig} config */
function sizesOf({ model, batchSize }) {
  return JSON.stringify([model, batchSize]);
}
