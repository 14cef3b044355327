import assert from "node:assert/strict";
import { readFileSync, readdirSync, statSync } from "node:fs";
import { test } from "node:test";
import { inflateSync } from "node:zlib";

import { UNDECIDED } from "../../www/import/choices.js";
import { ImportJob } from "../../www/import/job.js";
import { joined } from "../../www/import/join.js";
import { emptySet } from "../../www/import/set.js";
import { ReadError } from "../../www/import/types.js";
import { digits, labelsOf } from "./digits.js";

const CASES = new URL("../fixtures/cases/", import.meta.url).pathname;

/** PNG of 8 bits of grey, which Node has no decoder for. */
async function decode(bytes) {
  const view = Buffer.from(bytes);
  if (view.readUInt32BE(0) !== 0x89504e47) throw new ReadError("brokenPicture");
  const [width, height, depth, type] = [view.readUInt32BE(16), view.readUInt32BE(20), view[24], view[25]];
  if (depth !== 8 || type !== 0) throw new ReadError("brokenPicture");
  const parts = [];
  for (let at = 8; at < view.length; at += 12 + view.readUInt32BE(at)) if (view.toString("latin1", at + 4, at + 8) === "IDAT") parts.push(view.subarray(at + 8, at + 8 + view.readUInt32BE(at)));
  const data = inflateSync(Buffer.concat(parts));
  const grey = new Uint8Array(width * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = y * width + x;
      const [left, above, corner] = [x > 0 ? grey[at - 1] : 0, y > 0 ? grey[at - width] : 0, x > 0 && y > 0 ? grey[at - width - 1] : 0];
      const p = left + above - corner;
      const nearest = [left, above, corner].reduce((best, value) => (Math.abs(p - value) < Math.abs(p - best) ? value : best));
      grey[at] = data[y * (width + 1) + 1 + x] + [0, left, above, (left + above) >> 1, nearest][data[y * (width + 1)]];
    }
  }
  return { width, height, planes: { grey, colours: null }, white: null };
}

/** Files of a case, as they are chosen. @param {string} name */
function filesOf(name) {
  if (!statSync(CASES + name).isDirectory()) return [{ path: name, file: new Blob([readFileSync(CASES + name)]) }];
  return readdirSync(CASES + name).flatMap((inner) => filesOf(`${name}/${inner}`));
}

async function shown(files, choices = UNDECIDED) {
  const progress = [];
  const job = new ImportJob({ decode, onProgress: (now) => progress.push(now) });
  // In two parts, as the page sends them.
  await job.add(files.slice(0, 3));
  await job.add(files.slice(3));
  return { job, progress, ...(await job.assembled(choices)) };
}

test("folders of pictures: labels by folder, clutter passed over, progress in files and images", async () => {
  const files = [...filesOf("p14-mnist-png-folder"), { path: "p14-mnist-png-folder/.DS_Store", file: new Blob(["x"]) }, { path: "p14-mnist-png-folder/7/Thumbs.db", file: new Blob(["x"]) }];
  const { set, problems, doubts, progress } = await shown(files);
  const order = files.flatMap(({ path }) => /(\d+)\.png$/.exec(path)?.[1] ?? []).map(Number);
  assert.deepEqual([...set.labels], order.map((digit) => labelsOf(digit, 1)[0]));
  order.forEach((digit, i) => assert.deepEqual(set.images.subarray(784 * i, 784 * (i + 1)), digits(digit)));
  assert.deepEqual([problems, doubts, set.classes], [[], [], null]);
  assert.deepEqual(progress.at(-1), { files: files.length, images: 20 });
});

test("letters that fill their pictures are not turned over, and their folders are their names", async () => {
  const { set, applied } = await shown(filesOf("p13-notmnist-letters"));
  assert.equal(applied.invert, false);
  assert.deepEqual([set.classes.join(""), set.labels.length, set.labels[39]], ["ABCDEFGHIJ", 40, 9]);
});

test("a sheet is cut, and whole again when the visitor says so; nothing is read twice for it", async () => {
  const { job, set, applied, possible, remarks } = await shown(filesOf("p04-torchvision-save-image-242.png"));
  assert.deepEqual(set.images, digits(0, 64));
  assert.deepEqual([applied.cut, possible.cut, remarks[0].code], [true, true, "cut"]);
  const whole = await job.assembled({ ...UNDECIDED, cut: false });
  assert.deepEqual([whole.set.labels.length, whole.applied.cut], [1, false]);
  const inverted = await job.assembled({ ...UNDECIDED, invert: true });
  assert.deepEqual(inverted.set.images, digits(0, 64).map((value) => 255 - value));
  const turned = await job.assembled({ ...UNDECIDED, turn: true });
  assert.equal(turned.set.images[28], digits(0)[1]);
  const rows = await shown(filesOf("p05-tfjs-sprite-one-image-a-row-784x56.png"));
  assert.deepEqual(rows.set.images, digits(0, 56));
});

test("a file that fails is told, and the others come in", async () => {
  const broken = { path: "a/broken.png", file: new Blob([Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26)]) };
  const gone = { path: "a/gone.png", file: { arrayBuffer: () => Promise.reject(new Error("the file is no longer there")) } };
  const { set, problems } = await shown([broken, gone, ...filesOf("n01-quickdraw-bitmaps.npy")]);
  assert.equal(set.labels.length, 20);
  assert.deepEqual(problems.map(({ code, files, values }) => [code, files, values.why ?? ""]).sort(), [["brokenPicture", ["a/broken.png"], ""], ["notRead", ["a/gone.png"], "the file is no longer there"]]);
});

test("sets join under one naming, as far as there is room", async () => {
  const set = (count, label, classes = null) => ({ images: new Uint8Array(784 * count).fill(label), labels: new Uint8Array(count).fill(label), classes });
  const two = await joined(set(30, 1), set(20, 0, ["cat"]));
  assert.deepEqual([two.leftOut, two.set.classes, two.set.labels[0], two.set.labels[49], two.set.images.length], [0, ["1", "cat"], 0, 1, 50 * 784]);
  const full = await joined(set(59_990, 1), set(40, 2));
  assert.deepEqual([full.leftOut, full.set.labels.length, full.set.images.at(-1), full.set.images[59_989 * 784]], [30, 60_000, 2, 1]);
  assert.equal((await joined(emptySet(), set(3, 4))).set.labels.length, 3);
});
