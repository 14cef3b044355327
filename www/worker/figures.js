/**
 * Small trained models beside the visitor's own, for the figures of the article: each is downloaded when it is first asked for. Each
 * has a `Lab` to itself, so that the visitor's run never hears of them.
 */

import { MODELS } from "../lib/addresses.js";
import { openDownload } from "../lib/download.js";

/** Samples of a figure, and their noise: the same for every model, so that they compare. */
const SAMPLES = 16;
const SAMPLE_SEED = 1;
/** The noise behind a figure's numbers, as for the visitor's own reconstruction. */
const RECONSTRUCTION_SEED = 1;

/** @typedef {import("../pkg/vae_lab.js").Lab} Lab */

export class Figures {
  /** By model; one that did not arrive is asked for anew. @type {Map<string, Promise<Lab>>} */
  #labs = new Map();
  #program;
  #fetcher;

  /**
   * @param {object} options
   * @param {import("./program.js").Program} options.program
   * @param {typeof fetch} options.fetcher
   */
  constructor({ program, fetcher }) {
    this.#program = program;
    this.#fetcher = fetcher;
  }

  /**
   * What a model makes of a digit and of noise.
   *
   * @param {import("../protocol.js").Requests["figure"]["ask"]} ask
   * @returns {Promise<import("../protocol.js").Requests["figure"]["answer"]>}
   */
  async ask({ model, pixels }) {
    const lab = await this.#lab(model);
    const samples = lab.samplePrior(SAMPLES, SAMPLE_SEED);
    const { klWeight } = lab.config();
    if (!pixels) return { klWeight, samples, own: null };
    const { pixels: given, recon, kl } = lab.reconstruct(pixels, RECONSTRUCTION_SEED);
    return { klWeight, samples, own: { given, recon, kl } };
  }

  /** @param {string} model */
  #lab(model) {
    const known = this.#labs.get(model);
    if (known) return known;
    const lab = this.#load(model);
    this.#labs.set(model, lab);
    lab.catch(() => this.#labs.delete(model));
    return lab;
  }

  /** @param {string} model */
  async #load(model) {
    const { wasm } = this.#program.need();
    const url = new URL(`${model}.safetensors`, MODELS).href;
    const { body } = await openDownload(url, { what: model, onBytes: () => {}, fetcher: this.#fetcher });
    const bytes = new Uint8Array(await new Response(body).arrayBuffer());
    const lab = new wasm.Lab();
    lab.loadCheckpoint(bytes);
    return lab;
  }
}
