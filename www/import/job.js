/**
 * One import: reads all files of a choice, a few at a time and in their order, and keeps what it found, so that other choices need no
 * second reading. What decodes pictures is handed in.
 *
 * @typedef {import("./types.js").Found} Found
 * @typedef {import("./types.js").Imported} Imported
 * @typedef {import("./types.js").Switches & { cut: boolean, box: boolean }} AllSwitches
 * @typedef {Omit<Imported, "applied" | "possible"> & { applied: AllSwitches, possible: AllSwitches }} Shown  what is shown before it joins
 * @typedef {import("./pictures.js").PictureChoices} Choices
 * @typedef {{ path: string, file: Blob }} PathFile
 * @typedef {{ files: number, images: number }} Progress
 */

import { assemble } from "./assemble.js";
import { decide, imagesOf, materialOf, tell } from "./pictures.js";
import { readFile } from "./read.js";
import { ReadError } from "./types.js";

/** So many files are on their way at once: while one is read, another is decoded. */
const AT_ONCE = 6;

export class ImportJob {
  #decode;
  #onProgress;
  /** What the files held, in their order. @type {Found[][]} */
  #found = [];
  /** What is kept of every picture, by the values that it was given out as. @type {Map<unknown, import("./pictures.js").Material>} */
  #materials = new Map();
  /** Pictures that are no sheet by what is on them, but could be one by their size. @type {Map<import("./pictures.js").Material, Uint8Array<ArrayBuffer>>} */
  #bytes = new Map();
  #progress = { files: 0, images: 0 };
  /** Pictures that progress has told of before their file was done. */
  #counted = new WeakSet();

  /**
   * @param {object} parts
   * @param {(bytes: Uint8Array<ArrayBuffer>) => Promise<import("./pictures.js").Decoded>} parts.decode
   * @param {(progress: Progress) => void} [parts.onProgress]
   */
  constructor({ decode, onProgress = () => {} }) {
    this.#decode = decode;
    this.#onProgress = onProgress;
  }

  /** Files that belong to the same choice as those before. @param {readonly PathFile[]} files */
  async add(files) {
    const first = this.#found.length;
    let next = 0;
    this.#found.push(...files.map(() => []));
    const readOn = async () => {
      for (let i = next++; i < files.length; i = next++) {
        const file = files[i];
        if (file) this.#found[first + i] = await this.#read(file);
        this.#progress.files += 1;
        this.#onProgress({ ...this.#progress });
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, readOn));
  }

  /**
   * The set, by these choices.
   *
   * @param {Choices} choices
   * @returns {Promise<Shown>}
   */
  async assembled(choices) {
    if (choices.cut) await this.#cutAll();
    const materials = [...this.#materials.values()];
    const decision = decide(materials, choices);
    const pictures = tell(materials, decision);
    const imported = assemble(this.#found.flat().map((found) => this.#settled(found, decision)), choices);
    return {
      ...imported,
      applied: { ...imported.applied, cut: pictures.applied.cut, box: pictures.applied.box, stretch: imported.applied.stretch || pictures.applied.stretch },
      possible: { ...imported.possible, cut: pictures.possible.cut, box: pictures.possible.box, stretch: imported.possible.stretch || pictures.possible.stretch },
      remarks: [...pictures.remarks, ...imported.remarks],
    };
  }

  /** @param {PathFile} file @returns {Promise<Found[]>} */
  async #read({ path, file }) {
    try {
      const bytes = new Uint8Array(await file.arrayBuffer());
      const found = await readFile(path, bytes, { readPicture: (picture, name) => this.#readPicture(picture, name, name !== path) });
      for (const part of found) if (part.kind === "images" && !this.#counted.has(part.raw.values)) this.#progress.images += part.raw.count;
      return found;
    } catch (error) {
      if (error instanceof ReadError) return [{ kind: "problem", name: path, code: error.code, values: error.values }];
      return [{ kind: "problem", name: path, code: "notRead", values: { why: error instanceof Error ? error.message : String(error) } }];
    }
  }

  /**
   * @param {Uint8Array<ArrayBuffer>} bytes
   * @param {string} name
   * @param {boolean} packed  it comes out of an archive, which is one file with many pictures: each is progress
   * @returns {Promise<import("./types.js").RawImages>}
   */
  async #readPicture(bytes, name, packed) {
    const material = materialOf(await this.#decode(bytes), { cut: false });
    if (material.sheet && !material.tiles) this.#bytes.set(material, bytes.slice());
    const { width, height, channels } = material.whole;
    const values = channels.grey;
    this.#materials.set(values, material);
    if (packed) {
      this.#counted.add(values);
      this.#progress.images += 1;
      this.#onProgress({ ...this.#progress });
    }
    return { count: 1, width, height, values, labels: null, transposed: false, from: "picture", name, remarks: [] };
  }

  /** Every picture that is a sheet by its size becomes one. */
  async #cutAll() {
    for (const [material, bytes] of this.#bytes) material.tiles = materialOf(await this.#decode(bytes), { cut: true }).tiles;
    this.#bytes.clear();
  }

  /**
   * @param {Found} found
   * @param {import("./pictures.js").Decision} decision
   * @returns {Found}
   */
  #settled(found, decision) {
    const material = found.kind === "images" ? this.#materials.get(found.raw.values) : undefined;
    if (!material || found.kind !== "images") return found;
    const images = imagesOf(material, decision);
    const label = found.raw.labels?.[0] ?? null;
    const labels = found.raw.labels && Array.from({ length: images.count }, () => label);
    return { kind: "images", raw: { ...found.raw, ...images, labels } };
  }
}
