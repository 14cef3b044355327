/** What the pictures show, and when each is painted: the visitor's drawing as the model sees it, grids of samples and of codes. */

import { PictureQueue } from "../lib/picture-queue.js";
import { told } from "../lib/coded-error.js";
import { isTrap } from "./crash.js";

/**
 * @typedef {import("../protocol.js").Command<"draw">} Draw
 * @typedef {import("../protocol.js").Command<"view">} View
 * @typedef {import("../protocol.js").Command<"code">} Code
 * @typedef {import("../pkg/vae_lab.js").Lab} Lab
 */

/** For so long after ink arrived more of it is likely: slices of training are then one step, and the answer comes sooner. */
const DRAWING_MS = 250;
/** The noise of the visitor's reconstruction is fixed, so that its numbers change with the model alone. */
const RECONSTRUCTION_SEED = 1;

export class Painter {
  /** The newest drawing that has not been looked at. @type {Draw | null} */
  #drawing = null;
  #lastInk = -Infinity;
  /** The visitor's digit as the model sees it. @type {{ serial: number, seen: Uint8Array<ArrayBuffer> } | null} */
  #digit = null;
  /** The code that the visitor chose in place of the digit's. @type {Code | null} */
  #code = null;
  /** @type {View | null} */
  #view = null;
  /** Grids of codes that the page chose, by name: the map, walks. @type {Map<string, import("../protocol.js").CodeGrid>} */
  #codeGrids = new Map();
  /** Another model that the pictures show instead of the one that trains: one from the past. @type {Lab | null} */
  #shown = null;
  #pictures = new PictureQueue(["reconstruction", "answer"]);
  /** @type {OffscreenCanvas | null} */
  #canvas = null;
  /** What went wrong with a picture, by its name, until it succeeds: the same is told once. @type {Map<string, string>} */
  #failures = new Map();
  /** The picture, or the drawing, that is being worked on. */
  #at = "";
  #program;
  #post;
  #now;
  #occupied;
  #newCanvas;

  /**
   * @param {object} options
   * @param {import("./program.js").Program} options.program
   * @param {import("./port.js").Post} options.post
   * @param {() => number} options.now
   * @param {() => boolean} options.occupied  the worker trains or evaluates
   * @param {() => OffscreenCanvas} [options.newCanvas]
   */
  constructor({ program, post, now, occupied, newCanvas = () => new OffscreenCanvas(1, 1) }) {
    this.#program = program;
    this.#post = post;
    this.#now = now;
    this.#occupied = occupied;
    this.#newCanvas = newCanvas;
  }

  /** Of several drawings only the newest counts. @param {Draw} drawing */
  draw(drawing) {
    this.#drawing = drawing;
    this.#lastInk = this.#now();
  }

  /** Whether a drawing waits to be looked at. */
  get hasDrawing() {
    return this.#drawing !== null;
  }

  /** Whether ink arrived so recently that more of it is likely. */
  get inkIsFresh() {
    return this.#now() - this.#lastInk < DRAWING_MS;
  }

  /** @param {View} view */
  setView(view) {
    if (this.#view?.digitLabel !== view.digitLabel) this.#pictures.stale("reconstruction");
    this.#view = view;
    for (const grid of /** @type {const} */ (["samples", "variations"])) {
      if (view[grid]) this.#pictures.add(grid);
      else this.#pictures.remove(grid);
    }
  }

  /** @param {import("../protocol.js").Command<"codes">} command */
  setCodes({ name, grid }) {
    if (grid) {
      this.#codeGrids.set(name, grid);
      this.#pictures.add(codesPicture(name));
    } else {
      this.#codeGrids.delete(name);
      this.#pictures.remove(codesPicture(name));
    }
  }

  /** Of several codes only the newest counts. @param {Code} code */
  setCode(code) {
    this.#code = code.z ? code : null;
    // More of them is likely, as with ink.
    this.#lastInk = this.#now();
    this.#pictures.stale("answer", -Infinity);
  }

  /** The model that the pictures show. @returns {Lab} */
  shownLab() {
    return this.#shown ?? this.#program.need().lab;
  }

  /**
   * Lets the pictures show another model, or with null the one that trains again.
   *
   * @param {Uint8Array | null} bytes
   */
  show(bytes) {
    const former = this.#shown;
    if (bytes) {
      const lab = former ?? new (this.#program.need().wasm.Lab)();
      try {
        lab.loadCheckpoint(bytes);
      } catch (error) {
        if (lab !== former && !isTrap(error)) lab.free();
        throw error;
      }
      this.#shown = lab;
    } else {
      this.#shown = null;
      former?.free();
    }
    this.#pictures.allNew();
  }

  /** The model that trains has changed. The pictures show it, unless they show another one. */
  modelChanged() {
    if (!this.#shown) this.#pictures.allStale();
  }

  /** Whether a drawing or a picture is due. */
  pending() {
    return this.#drawing !== null || this.#due() !== null;
  }

  /** Does the most urgent of it. */
  turn() {
    if (this.#drawing) {
      this.#at = "drawing";
      this.#look(this.#drawing);
      this.#failures.delete("drawing");
      if (this.#digit) this.#paint("reconstruction");
      return;
    }
    const picture = this.#due();
    if (picture) this.#paint(picture);
  }

  /**
   * A picture that fails waits until the model changes, like one that was painted, and the same failure is told once.
   *
   * @param {unknown} error
   */
  failed(error) {
    const failure = told(error);
    if (this.#failures.get(this.#at) === failure.message) return;
    this.#failures.set(this.#at, failure.message);
    this.#post({ type: "failed", run: this.#program.run, what: "picture", error: failure });
  }

  /**
   * Brings a drawing into the form that the model knows.
   *
   * @param {Draw} drawing
   */
  #look({ serial, drawing }) {
    this.#drawing = null;
    const { wasm, lab } = this.#program.need();
    this.#digit = null;
    const seen =
      drawing.kind === "ink" ? wasm.prepareDrawing(drawing.ink, drawing.width, drawing.height) : drawing.kind === "digit" ? drawing.pixels : undefined;
    this.#digit = seen ? { serial, seen } : null;
    if (this.#view?.variations) this.#pictures.stale("variations", this.#now() - (this.#view?.paintEveryMs ?? 0) / 2);
    if (!this.#digit) this.#post({ type: "reconstruction", run: this.#program.run, serial, step: lab.status().step, shown: null });
  }

  /** The picture to paint now, if one is due. While the worker trains or evaluates, each waits for its interval. */
  #due() {
    const view = this.#view;
    if (!view) return null;
    const possible = (/** @type {string} */ name) =>
      name === "answer" ? this.#code !== null : this.#digit !== null || (name !== "reconstruction" && name !== "variations");
    return this.#pictures.due({ now: this.#now(), everyMs: this.#occupied() ? view.paintEveryMs : null, possible });
  }

  /** @param {string} picture */
  #paint(picture) {
    this.#at = picture;
    const began = this.#now();
    try {
      const lab = this.shownLab();
      const { step } = lab.status();
      if (picture === "reconstruction") this.#paintReconstruction(lab, step);
      else if (picture === "answer") this.#paintAnswer(lab, step);
      else if (picture === "samples" || picture === "variations") this.#paintGrid(lab, step, picture);
      else this.#paintCodes(lab, step, picture);
      this.#failures.delete(picture);
    } finally {
      this.#pictures.painted(picture, began, this.#now());
    }
  }

  /**
   * @param {Lab} lab
   * @param {number} step
   */
  #paintReconstruction(lab, step) {
    if (!this.#digit) return;
    const { serial, seen } = this.#digit;
    const { pixels: given, ...made } = lab.reconstruct(seen, RECONSTRUCTION_SEED, this.#view?.digitLabel ?? undefined);
    const shown = { seen: seen.slice(), given, ...made };
    const numbers = [shown.mu, shown.logvar, shown.klPerDim, ...shown.encoderActivations, ...shown.decoderActivations];
    this.#post({ type: "reconstruction", run: this.#program.run, serial, step, shown }, [shown.seen.buffer, given.buffer, ...numbers.map(({ buffer }) => buffer)]);
  }

  /**
   * The code may have been chosen for a model of another shape, which has just been replaced: then it waits for the next one.
   *
   * @param {Lab} lab
   * @param {number} step
   */
  #paintAnswer(lab, step) {
    if (!this.#code?.z) return;
    const { serial, z, label } = this.#code;
    const { latentDim, conditional } = lab.config().model;
    if (z.length !== latentDim || conditional !== (label !== null)) return;
    const { pixels: given, decoderActivations } = lab.decodeCode(z, label ?? undefined);
    this.#post(
      { type: "answer", run: this.#program.run, serial, step, answer: { given, decoderActivations } },
      [given.buffer, ...decoderActivations.map(({ buffer }) => buffer)],
    );
  }

  /**
   * @param {Lab} lab
   * @param {number} step
   * @param {"samples" | "variations"} grid
   */
  #paintGrid(lab, step, grid) {
    const view = this.#view;
    const wanted = view?.[grid];
    if (!view || !wanted) return;
    this.#canvas ??= this.#newCanvas();
    const { columns, rows, seed } = wanted;
    if (grid === "samples") lab.paintSamples(this.#canvas, columns, rows, seed, view.sampleLabel ?? undefined);
    else if (this.#digit) lab.paintVariations(this.#canvas, columns, rows, this.#digit.seen, seed, view.digitLabel ?? undefined);
    else return;
    const bitmap = this.#canvas.transferToImageBitmap();
    this.#post({ type: "grid", run: this.#program.run, grid, bitmap, step, serial: this.#digit?.serial ?? 0 }, [bitmap]);
  }

  /**
   * A grid of codes. The page may have chosen it for a model of another shape, which has just been replaced: then it waits for
   * the page's next choice.
   *
   * @param {Lab} lab
   * @param {number} step
   * @param {string} picture
   */
  #paintCodes(lab, step, picture) {
    for (const [name, { columns, rows, z, labels }] of this.#codeGrids) {
      if (codesPicture(name) !== picture) continue;
      const { latentDim, conditional } = lab.config().model;
      if (z.length !== columns * rows * latentDim || conditional !== (labels !== null)) return;
      this.#canvas ??= this.#newCanvas();
      lab.paintCodes(this.#canvas, columns, rows, z, labels ?? undefined);
      const bitmap = this.#canvas.transferToImageBitmap();
      this.#post({ type: "codes", run: this.#program.run, name, bitmap, step }, [bitmap]);
    }
  }
}

/** @param {string} name  of a grid of codes */
function codesPicture(name) {
  return `codes:${name}`;
}
