import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateSync } from "node:zlib";

import { PlaneReader, channelOf } from "../../www/import/colour.js";
import { cutTile, findSheet, placesOf } from "../../www/import/cut.js";
import { decide, imagesOf, materialOf, tell } from "../../www/import/pictures.js";
import { readPng16 } from "../../www/import/png16.js";
import { UNDECIDED } from "../../www/import/choices.js";
import { digits, enlarged, sheet } from "./digits.js";

/** The images of a picture as the importer makes them. */
function cutUp({ grey, width, height }) {
  const found = findSheet(grey, width, height);
  if (!found?.certain) return null;
  return placesOf([grey], width, height, found.layout).map((start) => cutTile(grey, width, found.layout, start));
}
const flat = (tiles) => tiles && [...tiles].flatMap((tile) => [...tile]);

for (const [name, form] of Object.entries({
  "without gaps": { columns: 10, rows: 10 },
  "without gaps, black on white": { columns: 10, rows: 10, onWhite: true },
  "of torchvision's save_image": { columns: 8, rows: 8, gap: 2, border: 2 },
  "of save_image with white gaps": { columns: 8, rows: 8, gap: 2, border: 2, between: 255 },
  "with gaps of 1": { columns: 5, rows: 4, gap: 1 },
  "with gaps of 4 and a border": { columns: 6, rows: 3, gap: 4, border: 4, between: 128 },
  "with gaps of 10 on white": { columns: 4, rows: 4, gap: 10, between: 255, onWhite: true },
  "that is one column": { columns: 1, rows: 10 },
  "that is one row": { columns: 7, rows: 1 },
  "whose last row is not full": { columns: 8, rows: 3, gap: 2, border: 2, count: 18 },
  "as large as MNIST's own": { columns: 28, rows: 3 },
})) {
  test(`a sheet ${name} is cut into its digits`, () => {
    const tiles = cutUp(sheet(form));
    const count = form.count ?? form.columns * form.rows;
    assert.equal(tiles?.length, count);
    const expected = [...digits(0, count)];
    assert.deepEqual(flat(tiles), form.onWhite ? expected.map((value) => 255 - value) : expected);
  });
}

test("one image a row of 784 pixels, or a column, is told from a sheet of the same size", () => {
  const rows = { grey: digits(0, 56), width: 784, height: 56 };
  assert.deepEqual(flat(cutUp(rows)), [...digits(0, 56)]);
  const columns = { grey: Uint8Array.from({ length: 784 * 20 }, (_, i) => digits(i % 20)[Math.floor(i / 20)]), width: 20, height: 784 };
  assert.deepEqual(flat(cutUp(columns)), [...digits(0, 20)]);
  assert.equal(findSheet(sheet({ columns: 28, rows: 2 }).grey, 784, 56).layout.kind, "grid");
});

test("one large digit is no sheet, whatever its size", () => {
  for (let digit = 0; digit < 30; digit += 1) {
    for (const side of [56, 84, 140, 242, 280, 560]) {
      const grey = enlarged(digits(digit), side);
      assert.ok(!findSheet(grey, side, side)?.certain, `digit ${digit} of ${side}`);
      assert.ok(!findSheet(grey.map((value) => 255 - value), side, side)?.certain);
    }
  }
  assert.equal(findSheet(digits(0), 28, 28), null);
});

const rgba = (pixels) => Uint8ClampedArray.from(pixels.flat());
const planes = (pixels) => {
  const reader = new PlaneReader(pixels.length);
  reader.add(rgba(pixels), 0);
  return reader.finish();
};

test("transparent places are white paper, and white, yellow or any other ink of one colour on them is black", () => {
  assert.deepEqual([...planes([[0, 0, 0, 0], [0, 0, 0, 255], [0, 0, 0, 128]]).grey], [255, 0, 127]);
  for (const ink of [[255, 255, 255], [255, 255, 0], [0, 0, 0], [200, 200, 200]]) {
    assert.deepEqual([...planes([[0, 0, 0, 0], [...ink, 255], [...ink, 64]]).grey], [255, 0, 191], `${ink}`);
  }
  // Grey that is its own alpha, as some programs save a digit.
  assert.deepEqual([...planes([0, 100, 180, 255].map((value) => [value, value, value, value])).grey], [255, 155, 75, 0]);
  // An opaque picture in a transparent frame keeps its own paper.
  assert.deepEqual([...planes([[0, 0, 0, 0], [255, 255, 255, 255], [10, 10, 10, 255]]).grey], [255, 255, 10]);
});

test("colours are kept beside the grey, and only there", () => {
  assert.equal(planes([[9, 9, 9, 255], [200, 201, 199, 255]]).colours, null);
  const red = planes([[255, 255, 255, 255], [255, 0, 0, 255]]);
  assert.deepEqual(["grey", "red", "green", "darkest", "brightest"].map((channel) => channelOf(red, channel)[1]), [76, 255, 0, 0, 255]);
});

/** A picture of a digit in an ink on a paper. */
function inked(digit, ink, paper, side = 28) {
  const reader = new PlaneReader(side * side);
  const drawn = enlarged(digits(digit), side);
  reader.add(rgba([...drawn].map((value) => [...ink.map((channel, i) => Math.round((value * channel + (255 - value) * paper[i]) / 255)), 255])), 0);
  return { width: side, height: side, planes: reader.finish(), white: null };
}

/** All images of a set of pictures, and what is told of them. */
function made(pictures, choices = {}) {
  const materials = pictures.map((picture) => materialOf(picture, { cut: choices.cut === true }));
  const decision = decide(materials, { ...UNDECIDED, ...choices });
  return { images: materials.map((material) => imagesOf(material, decision)), ...tell(materials, decision) };
}

test("the channel that shows the ink best is chosen once for the set", () => {
  const white = [255, 255, 255];
  const yellow = made([0, 1, 2].map((digit) => inked(digit, [255, 255, 0], white)));
  yellow.images.forEach(({ values }, digit) => assert.deepEqual([...values], [...digits(digit)].map((value) => 255 - value)));
  assert.deepEqual(yellow.remarks.map(({ code }) => code), ["channel"]);
  // Inks of several colours: the darkest channel shows them all.
  const many = made([inked(0, [255, 0, 0], white), inked(1, [255, 255, 0], white), inked(2, [0, 0, 255], white)]);
  many.images.forEach(({ values }, digit) => assert.deepEqual([...values], [...digits(digit)].map((value) => 255 - value)));
  const dim = made([inked(0, [255, 0, 0], [0, 0, 0])]);
  assert.deepEqual([...dim.images[0].values], [...digits(0)]);
  assert.deepEqual(made([inked(0, [20, 20, 20], white)]).remarks, []);
});

test("a sheet is cut because of what is on it, and one by its size alone when the visitor says so", () => {
  const grid = sheet({ columns: 10, rows: 10 });
  const picture = { width: grid.width, height: grid.height, planes: { grey: grid.grey, colours: null }, white: null };
  const cut = made([picture]);
  assert.deepEqual([cut.images[0].count, cut.applied.cut, cut.possible.cut], [100, true, true]);
  assert.deepEqual(cut.remarks, [{ code: "cut", values: { sheets: 1, images: 100 } }]);
  const whole = made([picture], { cut: false });
  assert.deepEqual([whole.images[0].count, whole.applied.cut, whole.possible.cut], [1, false, true]);
  const digit = inked(0, [0, 0, 0], [255, 255, 255], 280);
  assert.deepEqual([made([digit]).images[0].count, made([digit]).possible.cut, made([digit]).applied.box], [1, true, false]);
  assert.ok(made([digit], { cut: true }).images[0].count > 1);
});

test("small drawings on large paper get MNIST's form, unless one of the set is a picture of another kind", () => {
  const far = new Uint8Array(600 * 600).fill(255);
  const drawn = enlarged(digits(4), 140);
  for (let y = 0; y < 140; y += 1) for (let x = 0; x < 140; x += 1) far[(400 + y) * 600 + 60 + x] = 255 - drawn[y * 140 + x];
  const small = { width: 600, height: 600, planes: { grey: far, colours: null }, white: null };
  const boxed = made([small]);
  assert.deepEqual([boxed.applied.box, boxed.possible.box, boxed.remarks[0].code], [true, true, "inkBoxed"]);
  assert.equal(made([small], { box: false }).applied.box, false);
  const other = { width: 100, height: 100, planes: { grey: Uint8Array.from({ length: 10_000 }, (_, i) => i % 251), colours: null }, white: null };
  assert.equal(made([small, other]).applied.box, false);
  assert.equal(made([small, other], { box: true }).applied.box, true);
});

/** A PNG of 16 bits, every line with another filter. */
function png16(width, height, channels, values) {
  const step = channels * 2;
  const lines = [];
  const raw = Buffer.alloc(width * height * step);
  values.forEach((value, i) => raw.writeUInt16BE(value, 2 * i));
  for (let y = 0; y < height; y += 1) {
    const filter = y % 5;
    const line = Buffer.alloc(width * step + 1);
    line[0] = filter;
    for (let x = 0; x < width * step; x += 1) {
      const at = y * width * step + x;
      const [left, above, corner] = [x >= step ? raw[at - step] : 0, y > 0 ? raw[at - width * step] : 0, x >= step && y > 0 ? raw[at - width * step - step] : 0];
      const p = left + above - corner;
      const nearest = [left, above, corner].reduce((best, value) => (Math.abs(p - value) < Math.abs(p - best) ? value : best));
      line[x + 1] = raw[at] - [0, left, above, (left + above) >> 1, nearest][filter];
    }
    lines.push(line);
  }
  const chunk = (type, body) => {
    const head = Buffer.alloc(8);
    head.writeUInt32BE(body.length);
    head.write(type, 4);
    return Buffer.concat([head, body, Buffer.alloc(4)]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width);
  header.writeUInt32BE(height, 4);
  header.set([16, { 1: 0, 2: 4, 3: 2, 4: 6 }[channels], 0, 0, 0], 8);
  const packed = deflateSync(Buffer.concat(lines));
  return Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), chunk("IHDR", header), chunk("IDAT", packed.subarray(0, 20)), chunk("IDAT", packed.subarray(20)), chunk("IEND", Buffer.alloc(0))]);
}

test("PNG of 16 bits keeps its lower half", () => {
  for (const channels of [1, 2, 3, 4]) {
    const values = Array.from({ length: 7 * 11 * channels }, (_, i) => (i * 40_503) % 65_536);
    const read = readPng16(new Uint8Array(png16(7, 11, channels, values)));
    assert.deepEqual([read.width, read.height, read.channels, ...read.values], [7, 11, channels, ...values]);
  }
  assert.equal(readPng16(Uint8Array.of(1, 2, 3)), null);
});

test("16 bits: what is used of them becomes 0 to 255, by one rule for the set", () => {
  const word = (digit, white) => ({ width: 28, height: 28, planes: { grey: digits(digit), colours: null }, white });
  // Bytes in words stay what they are.
  const bytes = made([word(0, 255)]);
  assert.deepEqual([...bytes.images[0].values], [...digits(0)]);
  const twelve = made([word(0, 4095), word(1, 2048)]);
  assert.deepEqual([...twelve.images[0].values], [...digits(0)]);
  assert.equal(Math.max(...twelve.images[1].values), Math.round((Math.max(...digits(1)) * 2048) / 4095));
  assert.deepEqual([twelve.applied.stretch, twelve.possible.stretch], [true, true]);
  assert.equal(Math.max(...made([word(0, 4095)], { stretch: false }).images[0].values), 16);
  assert.deepEqual(made([word(0, 65_535)]).remarks, []);
});
