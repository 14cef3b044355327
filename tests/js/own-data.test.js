import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateRawSync, gzipSync } from "node:zlib";

import { cutTiles } from "../../www/lib/own-data/picture.js";
import { readFile } from "../../www/lib/own-data/read.js";
import { PIXELS, UNKNOWN, emptySet, fitted, inverted, joined, repeated } from "../../www/lib/own-data/set.js";

const noPictures = () => Promise.reject(new Error("no pictures here"));
const read = (bytes) => readFile(new Uint8Array(bytes), noPictures);
/** Black with one bright pixel, at a place of its own. */
const image = (i) => Uint8Array.from({ length: PIXELS }, (_, place) => (place === 100 + i ? 200 : 0));
const images = (count) => Buffer.concat(Array.from({ length: count }, (_, i) => image(i)));
const be = (...values) => Buffer.from(values.flatMap((value) => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255]));

function npy(type, shape, body, order = "False") {
  const text = `{'descr': '${type}', 'fortran_order': ${order}, 'shape': (${shape.join(", ")}${shape.length === 1 ? "," : ""}), }`;
  const header = Buffer.from(text.padEnd(117) + "\n");
  return Buffer.concat([Buffer.from([0x93]), Buffer.from("NUMPY"), Buffer.from([1, 0, header.length & 255, header.length >> 8]), header, body]);
}

/** A ZIP file as numpy.savez writes it. */
function zip(files, deflate) {
  const parts = [];
  const directory = [];
  let at = 0;
  for (const [name, body] of Object.entries(files)) {
    const packed = deflate ? deflateRawSync(body) : body;
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(name.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(deflate ? 8 : 0, 10);
    entry.writeUInt32LE(packed.length, 20);
    entry.writeUInt32LE(body.length, 24);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt32LE(at, 42);
    directory.push(entry, Buffer.from(name));
    parts.push(local, Buffer.from(name), packed);
    at += 30 + name.length + packed.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Object.keys(files).length, 10);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, ...directory, end]);
}

test("IDX, packed or not, images and labels", async () => {
  const idx = Buffer.concat([be(0x803, 3, 28, 28), images(3)]);
  for (const bytes of [idx, gzipSync(idx)]) {
    const found = await read(bytes);
    assert.equal(found.kind, "images");
    assert.deepEqual([...found.set.images], [...images(3)]);
    assert.deepEqual([...found.set.labels], [UNKNOWN, UNKNOWN, UNKNOWN]);
  }
  const labels = await read(Buffer.concat([be(0x801, 2), Buffer.from([7, 3])]));
  assert.deepEqual([labels.kind, ...labels.labels], ["labels", 7, 3]);
});

test("CSV with and without a header and labels", async () => {
  const line = (i, label) => [...(label === undefined ? [] : [label]), ...image(i)].join(",");
  const plain = await read(Buffer.from(`${line(0)}\n${line(1)}\n`));
  assert.equal(plain.set.labels.length, 2);
  assert.equal(plain.set.labels[0], UNKNOWN);
  const kaggle = await read(Buffer.from(`label,${Array.from({ length: 784 }, (_, i) => `pixel${i}`)}\r\n${line(0, 5)}\r\n${line(1, 9)}`));
  assert.deepEqual([...kaggle.set.labels], [5, 9]);
  assert.deepEqual([...kaggle.set.images], [...images(2)]);
});

test("NPY of bytes and of fractions, NPZ with labels", async () => {
  const bytes = npy("|u1", [2, 28, 28], images(2));
  assert.deepEqual([...(await read(bytes)).set.images], [...images(2)]);
  const fractions = Buffer.from(Float32Array.from(images(2), (value) => value / 255).buffer);
  assert.deepEqual([...(await read(npy("<f4", [2, 784], fractions))).set.images], [...images(2)]);
  const labels = npy("<i8", [2], Buffer.from(BigInt64Array.of(4n, 1n).buffer));
  for (const deflate of [false, true]) {
    const found = await read(zip({ "y_train.npy": labels, "x_train.npy": bytes }, deflate));
    assert.deepEqual([...found.set.labels], [4, 1]);
    assert.deepEqual([...found.set.images], [...images(2)]);
  }
});

test("numbers beyond a byte and below zero are grey all the same", async () => {
  const words = Buffer.from(Uint16Array.from(images(1), (value) => value * 257).buffer);
  assert.deepEqual([...(await read(npy("<u2", [1, 28, 28], words))).set.images], [...images(1)].map((value) => (value > 0 ? 255 : 0)));
  const signed = Buffer.from(Float32Array.from(images(1), (value) => value / 100 - 1).buffer);
  const found = (await read(npy("<f4", [1, 28, 28], signed))).set.images;
  assert.deepEqual([found[0], found[100]], [0, 255]);
  const marked = Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from([...image(0)].join(","))]);
  assert.equal((await read(marked)).set.labels.length, 1);
});

test("errors say what, where and how to mend it", async () => {
  const cases = [
    [Buffer.alloc(0), /empty/],
    [Buffer.concat([be(0x803, 3, 28, 28), images(2)]), /must be 2352 bytes \(3 × 28 × 28\), found 1568: the file was cut short/],
    [Buffer.concat([be(0x801, 2), Buffer.from([7, 26])]), /labels must be 0 to 9, found 26 as number 1/],
    [Buffer.from("1,2,3\n"), /line 1 must have 784 numbers, or 785 with a label first, found 3/],
    [Buffer.from(`${[...image(0)].join(",")}\noops\n`), /line 2 must hold whole numbers with commas between them, found “oops”/],
    [Buffer.from([300, ...image(0)].slice(0, 784).join(",")), /line 1: pixels must be 0 to 255, found 300/],
    [npy("|u1", [2, 28, 28], images(2), "True"), /Fortran order: save numpy.ascontiguousarray/],
    [npy("<c8", [2, 28, 28], images(2)), /its type must be one of .* found “<c8”/],
    [npy("|u1", [5], Buffer.alloc(5)), /its shape must be \(n, height, width\)/],
    [zip({ "a.npy": npy("|u1", [5], Buffer.alloc(5)) }, false), /one of its arrays must hold images, found a.npy \(5\)/],
    [gzipSync(images(1)).subarray(0, 20), /damaged or was cut short/],
    [Buffer.from([0x25, 0x50, 0x44, 0x46, 200, 200]), /must be IDX, CSV, NPY, NPZ, PNG or JPEG/],
  ];
  for (const [bytes, pattern] of cases) await assert.rejects(read(bytes), pattern);
});

test("bright paper becomes black, and other sizes fit", async () => {
  const paper = Buffer.from(images(1)).map((value) => 255 - value);
  assert.deepEqual([...(await read(npy("|u1", [1, 28, 28], paper))).set.images], [...images(1)]);
  const big = fitted(Uint8Array.from({ length: 56 * 56 }, (_, i) => (i % 56 < 28 ? 100 : 200)), 56, 56);
  assert.equal(big[0], 100);
  assert.equal(big[27], 200);
  const wide = fitted(new Uint8Array(56 * 28).fill(50), 56, 28);
  assert.ok(wide.every((value) => value === 50));
});

test("sheets are cut, and empty places left out", () => {
  const sheet = new Uint8Array(56 * 28);
  sheet[28 * 0 + 40] = 255;
  assert.equal(cutTiles(sheet, 56, 28).length, 1);
});

test("sets join, turn over and repeat", () => {
  const one = { images: image(0), labels: Uint8Array.of(3) };
  const two = joined(joined(emptySet(), one), one);
  assert.deepEqual([two.labels.length, two.images.length], [2, 2 * PIXELS]);
  assert.equal(inverted(one).images[0], 255);
  assert.ok(repeated(one).labels.length >= 1024);
  assert.equal(repeated(emptySet()).labels.length, 0);
});
