/** The model's program: downloads and starts the wasm module, and holds the model at work with the id of its run. */

import { CODE } from "../lib/addresses.js";
import { CodedError, told } from "../lib/coded-error.js";
import { openDownload } from "../lib/download.js";
import { bestBuild, moduleFile } from "../lib/instructions.js";
import { compile } from "../lib/module.js";
import { createProgress } from "./progress.js";

/**
 * @typedef {typeof import("../pkg/vae_lab.js")} Wasm
 * @typedef {import("../pkg/vae_lab.js").Lab} Lab
 * @typedef {import("../protocol.js").LoadNotes} LoadNotes
 */

/**
 * @typedef {object} Loaded
 * @property {Wasm} wasm
 * @property {WebAssembly.Memory} memory
 * @property {WebAssembly.Module} module  compiled: other workers need no download
 */

/** Of a new model there is nothing to note. @returns {LoadNotes} */
export function noNotes() {
  return { missing: [], unknown: [] };
}

export class Program {
  /** @type {(Loaded & { lab: Lab }) | null} */
  #loaded = null;
  #booting = false;
  #tell;
  #crash;
  #now;
  #load;
  #newRun;
  #onReady;
  /** Its download, if that was begun before the page asked for the model. @type {Promise<Loaded> | null} */
  #prepared = null;
  #progress;
  /** The id of the run at work. */
  run = "";
  /** Whether the classes of what the model learns from are MNIST's ten digits. */
  digits = true;

  /**
   * @param {object} options
   * @param {(event: import("../protocol.js").WorkerEvent) => void} options.tell
   * @param {import("./crash.js").Crash} options.crash
   * @param {() => number} options.now
   * @param {() => string} options.newRun  names the run of the first model
   * @param {() => void} options.onReady
   * @param {(progress: { add: (bytes: number) => void, expect: (total: number | null) => void }) => Promise<Loaded>} [options.load]
   */
  constructor({ tell, crash, now, newRun, onReady, load = download }) {
    this.#tell = tell;
    this.#crash = crash;
    this.#now = now;
    this.#newRun = newRun;
    this.#onReady = onReady;
    this.#load = load;
    this.#progress = createProgress({ stage: "model", tell, now });
  }

  /** The program and the model at work, once they are there. */
  get loaded() {
    return this.#loaded;
  }

  /** The same, for whoever cannot do without. */
  need() {
    if (!this.#loaded) throw new CodedError("modelNotLoaded", {});
    return this.#loaded;
  }

  /** Whether the model can be asked about MNIST's test digits: one that is told other labels knows none for them. */
  get knowsTestDigits() {
    return this.digits || !this.need().lab.config().model.conditional;
  }

  /** What the page is told of the model at work. @param {LoadNotes} notes @returns {import("../protocol.js").Session} */
  session(notes) {
    const { lab } = this.need();
    return { run: this.run, config: lab.config(), status: lab.status(), notes };
  }

  /** Begins the download at once: the page that will ask for the model may still be on its way itself. */
  prepare() {
    this.#prepared = this.#load(this.#progress);
    // Whether it failed is asked when the model is wanted.
    this.#prepared.catch(() => {});
  }

  /** Loads the wasm module, then makes a new model from the first preset: it shows noise until it learns. */
  async boot() {
    if (this.#loaded || this.#booting) return;
    this.#booting = true;
    try {
      const prepared = this.#prepared;
      this.#prepared = null;
      if (!prepared) this.#progress = createProgress({ stage: "model", tell: this.#tell, now: this.#now });
      const { wasm, memory, module } = await (prepared ?? this.#load(this.#progress));
      const lab = new wasm.Lab();
      const presets = wasm.presets();
      const [first] = presets;
      if (!first) throw new CodedError("noPresets", {});
      lab.start(first.config);
      this.#loaded = { wasm, lab, memory, module };
      this.run = this.#newRun();
      this.#progress.done();
      this.#tell({ type: "booted", version: wasm.version(), presets, hyperParameters: wasm.hyperParameters(), session: this.session(noNotes()) });
      this.#onReady();
    } catch (error) {
      this.#crash.sort(error, () => this.#tell({ type: "stageFailed", stage: "model", error: bootError(error) }));
    } finally {
      this.#booting = false;
    }
  }
}

/**
 * @param {{ add: (bytes: number) => void, expect: (total: number | null) => void }} progress
 * @returns {Promise<Loaded>}
 */
async function download(progress) {
  const wasm = await import("../pkg/vae_lab.js").catch((error) => {
    throw new CodedError("programNotLoaded", { why: told(error) });
  });
  const url = new URL(`pkg/${moduleFile(bestBuild())}`, CODE).href;
  const { total, body } = await openDownload(url, { what: "model", onBytes: progress.add });
  progress.expect(total);
  const module = await compile(body);
  const { memory } = await wasm.default({ module_or_path: module });
  return { wasm, memory, module };
}

/** @param {unknown} error */
function bootError(error) {
  const why = told(error);
  return error instanceof WebAssembly.CompileError ? told(new CodedError("noWebAssembly", { why })) : why;
}
