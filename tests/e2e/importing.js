/** What the tests of importing share: files go in as a visitor gives them, and the set comes back as the files it is exported to. */

import { readFileSync, readdirSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { expect } from "./fixture.js";

const CASES = fileURLToPath(new URL("../fixtures/cases/", import.meta.url));

/** @param {string} name @param {Uint8Array} bytes */
export const file = (name, bytes) => ({ name, mimeType: "application/octet-stream", buffer: Buffer.from(bytes) });

/** The path of one of the real-life files. @param {string} name */
export const casePath = (name) => `${CASES}${name}`;

/** Every file below a folder of the real-life files, with its path. @param {string} name @returns {{ path: string, bytes: Buffer }[]} */
export function caseFolder(name) {
  const found = [];
  const walk = (path) => {
    for (const entry of readdirSync(`${CASES}${path}`)) {
      if (statSync(`${CASES}${path}/${entry}`).isDirectory()) walk(`${path}/${entry}`);
      else found.push({ path: `${path}/${entry}`, bytes: readFileSync(`${CASES}${path}/${entry}`) });
    }
  };
  walk(name);
  return found;
}

export class DataPanel {
  /** @param {import("@playwright/test").Page} page */
  constructor(page) {
    this.page = page;
    this.join = page.locator("#data-join");
    this.words = page.locator("#data-words");
    this.title = page.locator("#data-review-title");
    this.problems = page.locator("#data-problems li");
    this.remarks = page.locator("#data-remarks li");
    this.doubts = page.locator("#data-doubts li");
  }

  /** Gives files to the panel and waits until they are shown. @param {string | string[] | object | object[]} files */
  async give(files) {
    await this.page.locator("#data-file").setInputFiles(files);
    await expect(this.join).toBeEnabled();
  }

  /** Drops a folder, as the browser gives it to a page: entries with paths, a hundred at a time. @param {{ path: string, bytes: Uint8Array }[]} files */
  async drop(files) {
    const given = files.map(({ path, bytes }) => ({ path, base64: Buffer.from(bytes).toString("base64") }));
    await this.page.locator(".drop-zone").evaluate((zone, list) => {
      const bytesOf = (base64) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      const root = { isDirectory: true, fullPath: "", children: new Map() };
      for (const { path, base64 } of list) {
        let at = root;
        const parts = path.split("/");
        for (const part of parts.slice(0, -1)) {
          if (!at.children.has(part)) at.children.set(part, { isDirectory: true, fullPath: `${at.fullPath}/${part}`, children: new Map() });
          at = at.children.get(part);
        }
        const name = parts.at(-1);
        at.children.set(name, { isDirectory: false, fullPath: `${at.fullPath}/${name}`, file: (resolve) => resolve(new File([bytesOf(base64)], name)) });
      }
      const finish = (entry) => {
        if (!entry.isDirectory) return entry;
        const children = [...entry.children.values()].map(finish);
        return { ...entry, createReader: () => ({ at: 0, readEntries(resolve) { setTimeout(() => resolve(children.slice(this.at, (this.at += 100)))); } }) };
      };
      const items = [...root.children.values()].map((child) => ({ kind: "file", webkitGetAsEntry: () => finish(child) }));
      const event = new Event("drop", { bubbles: true, cancelable: true });
      Object.defineProperty(event, "dataTransfer", { value: { items, files: [] } });
      zone.dispatchEvent(event);
    }, given);
    await expect(this.join).toBeEnabled();
  }

  /** Lets what is shown join, and reads the whole set back. */
  async joinAndExport() {
    await this.join.click();
    return this.exported();
  }

  /** The set, as the files that it is exported to. @returns {Promise<{ images: Uint8Array, labels: number[] | null, count: number }>} */
  async exported() {
    const downloads = [];
    const collect = (download) => downloads.push(download);
    this.page.on("download", collect);
    await expect(this.page.locator("#data-export")).toBeEnabled();
    const labelled = !/without labels/.test((await this.words.textContent()) ?? "");
    await this.page.locator("#data-export").click();
    await expect.poll(() => downloads.length).toBe(labelled ? 2 : 1);
    this.page.off("download", collect);
    const files = new Map();
    for (const download of downloads) files.set(download.suggestedFilename(), readFileSync(await download.path()));
    expect([...files.keys()].sort()).toEqual(["own-images-idx3-ubyte", "own-labels-idx1-ubyte"].slice(0, files.size));
    const images = files.get("own-images-idx3-ubyte");
    const labels = files.get("own-labels-idx1-ubyte");
    expect([images.readUInt32BE(0), images.readUInt32BE(8), images.readUInt32BE(12)]).toEqual([0x803, 28, 28]);
    const count = images.readUInt32BE(4);
    expect(images.length).toBe(16 + 784 * count);
    if (labels) expect([labels.readUInt32BE(0), labels.readUInt32BE(4), labels.length]).toEqual([0x801, count, 8 + count]);
    return { count, images: new Uint8Array(images.subarray(16)), labels: labels ? [...labels.subarray(8)] : null };
  }
}
