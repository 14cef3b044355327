import { readFileSync } from "node:fs";

import { correlation, digits, enlarged, labelsOf } from "../js/digits.js";
import { linesOf, png } from "../js/png.js";
import { mnistForm } from "../../www/import/digit.js";
import { expect, test as base } from "./fixture.js";
import { DataPanel, caseFolder, casePath, file } from "./importing.js";

const test = base.extend({
  data: async ({ page }, use) => {
    await page.goto("./#data");
    await use(new DataPanel(page));
  },
});

/** The largest difference of two sets of images, which are of one size. */
function difference(a, b) {
  expect(a.length).toBe(b.length);
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0);
}

/** Numbers, so that a failure shows a few of them and not thousands. @param {Uint8Array} images @param {number} first */
function expectDigits(images, first) {
  expect(difference(images, digits(first, images.length / 784))).toBe(0);
}

/** White on black, and like a test digit. */
function expectLike(image, digit, least = 0.95) {
  expect([image[0], image[27], image[756], image[783]].every((value) => value < 10)).toBe(true);
  expect(Math.max(...image)).toBeGreaterThan(240);
  expect(correlation(image, digits(digit))).toBeGreaterThan(least);
}

for (const name of ["p01-black-ink-on-transparent.png", "p02-white-ink-on-transparent.png"]) {
  test(name, async ({ data }) => {
    await data.give(casePath(name));
    await expect(data.title).toHaveText("1 image, not in your set yet");
    await expect(data.words).toHaveText("No images of your own yet.");
    const { images, labels, count } = await data.joinAndExport();
    await expect(data.words).toHaveText("1 image of your own, without labels.");
    expect([count, labels]).toEqual([1, null]);
    expectLike(images, 0);
  });
}

test("p04: torchvision's sheet", async ({ data }) => {
  await data.give(casePath("p04-torchvision-save-image-242.png"));
  await expect(data.remarks.filter({ hasText: "64" })).toHaveCount(1);
  const { images, count } = await data.joinAndExport();
  expect(count).toBe(64);
  expectDigits(images, 0);
});

test("p05: TensorFlow.js' sprite, one image a row", async ({ data }) => {
  await data.give(casePath("p05-tfjs-sprite-one-image-a-row-784x56.png"));
  const { images, count } = await data.joinAndExport();
  expect(count).toBe(56);
  expectDigits(images, 0);
});

test("p08: a photograph of paper with a shadow", async ({ data }) => {
  await data.give(casePath("p08-photo-of-paper-with-shadow.jpg"));
  await expect(data.remarks.filter({ hasText: "uneven light" })).toHaveCount(1);
  const { images, count } = await data.joinAndExport();
  expect(count).toBe(1);
  expect(Math.max(...images)).toBeGreaterThan(245);
  // The frame around the box of 20 is paper, and so is most of the rest.
  const edge = images.filter((_, i) => i < 84 || i >= 756 || i % 28 < 3 || i % 28 > 24);
  expect(Math.max(...edge)).toBeLessThan(10);
  expect(images.filter((value) => value < 10).length).toBeGreaterThan(600);
  expect(correlation(images, mnistForm(enlarged(digits(0), 200), 200))).toBeGreaterThan(0.8);
});

test("p12: WebP, GIF, BMP and AVIF; an SVG is told", async ({ data }) => {
  await data.give(caseFolder("p12-formats").map(({ path, bytes }) => file(path.split("/").at(-1), bytes)));
  await expect(data.problems).toHaveCount(1);
  await expect(data.problems).toContainText("digit.svg");
  await expect(data.problems).toContainText("PNG");
  const { images, count } = await data.joinAndExport();
  expect(count).toBe(4);
  for (let i = 0; i < 4; i += 1) expectLike(images.subarray(784 * i, 784 * (i + 1)), 4);
});

test("p13: letters that fill their pictures, none turned over", async ({ data }) => {
  await data.drop(caseFolder("p13-notmnist-letters"));
  await expect(data.page.locator("#data-classes")).toHaveText("10 classes: A: 4, B: 4, C: 4, D: 4, E: 4, F: 4, G: 4, H: 4, I: 4, J: 4.");
  const { images, labels, count } = await data.joinAndExport();
  expect(count).toBe(40);
  expect(labels).toEqual(Array.from({ length: 40 }, (_, i) => Math.floor(i / 4)));
  expect(data.words).toHaveText("40 images of your own, all with labels.");
  // White letters: the page's own decoding of the same files, kept as they are.
  const first = await data.page.evaluate(async (bytes) => {
    const bitmap = await createImageBitmap(new Blob([new Uint8Array(bytes)]));
    const context = new OffscreenCanvas(28, 28).getContext("2d");
    context.drawImage(bitmap, 0, 0);
    return [...context.getImageData(0, 0, 28, 28).data].filter((_, i) => i % 4 === 0);
  }, [...caseFolder("p13-notmnist-letters/A")[0].bytes]);
  expect(difference(images.subarray(0, 784), first)).toBe(0);
});

test("p14: mnist_png's folders, with what lies about in them", async ({ data }) => {
  const files = [...caseFolder("p14-mnist-png-folder"), { path: "p14-mnist-png-folder/.DS_Store", bytes: Buffer.from("Bud1") }, { path: "p14-mnist-png-folder/7/Thumbs.db", bytes: Buffer.from("x") }];
  await data.drop(files);
  await expect(data.problems).toHaveCount(0);
  await expect(data.doubts).toHaveCount(0);
  const { images, labels, count } = await data.joinAndExport();
  expect(count).toBe(20);
  // Files come by folder and by name: 0/10.png, 0/13.png, …
  const order = files.map(({ path }) => /(\d+)\.png$/.exec(path)?.[1]).filter(Boolean).map(Number);
  expect(order.length).toBe(20);
  order.forEach((digit, i) => expect(difference(images.subarray(784 * i, 784 * (i + 1)), digits(digit))).toBe(0));
  expect(labels).toEqual(order.map((digit) => labelsOf(digit, 1)[0]));
});

test("a chosen folder has the same labels as a dropped one", async ({ data }) => {
  await data.page.locator("#data-folder").setInputFiles(casePath("p14-mnist-png-folder"));
  const { count, labels } = await data.joinAndExport();
  expect([count, new Set(labels).size]).toEqual([20, 9]);
});

/** A picture made by the page itself. @param {import("@playwright/test").Page} page @param {string} type @param {{ width: number, height: number, rgba: number[] }} picture */
async function encoded(page, type, { width, height, rgba }) {
  const bytes = await page.evaluate(
    async ({ type, width, height, base64 }) => {
      const canvas = new OffscreenCanvas(width, height);
      canvas.getContext("2d").putImageData(new ImageData(Uint8ClampedArray.from(atob(base64), (letter) => letter.charCodeAt(0)), width, height), 0, 0);
      return [...new Uint8Array(await (await canvas.convertToBlob({ type, quality: 0.92 })).arrayBuffer())];
    },
    { type, width, height, base64: Buffer.from(rgba).toString("base64") },
  );
  return Buffer.from(bytes);
}

/** Grey as red, green, blue and alpha. @param {ArrayLike<number>} grey */
const opaque = (grey) => Array.from(grey).flatMap((value) => [value, value, value, 255]);

/** A JPEG that says in its EXIF which way up it is. @param {Buffer} jpeg @param {number} orientation */
function turnedJpeg(jpeg, orientation) {
  const tiff = Buffer.from([0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0]);
  const body = Buffer.concat([Buffer.from("Exif\0\0", "latin1"), tiff]);
  const head = Buffer.from([0xff, 0xe1, 0, 0]);
  head.writeUInt16BE(body.length + 2, 2);
  return Buffer.concat([jpeg.subarray(0, 2), head, body, jpeg.subarray(2)]);
}

test("a photograph is turned as its EXIF says", async ({ page, data }) => {
  // The digit lies on its side in the file; orientation 6 turns it a quarter clockwise.
  const upright = enlarged(digits(4), 280);
  const lying = upright.map((_, i) => upright[(i % 280) * 280 + 279 - Math.floor(i / 280)]);
  const jpeg = await encoded(page, "image/jpeg", { width: 280, height: 280, rgba: opaque(lying) });
  await data.give([file("turned.jpg", turnedJpeg(jpeg, 6))]);
  const { images } = await data.joinAndExport();
  expectLike(images, 4);
});

test("black on white in folders becomes white on black, exactly", async ({ page, data }) => {
  const files = [];
  for (let i = 0; i < 12; i += 1) {
    files.push({ path: `mine/${labelsOf(i, 1)[0]}/${String(i).padStart(2, "0")}.png`, bytes: await encoded(page, "image/png", { width: 28, height: 28, rgba: opaque(digits(i).map((value) => 255 - value)) }) });
  }
  await data.drop(files);
  await expect(page.locator("#data-invert")).toHaveAttribute("aria-pressed", "true");
  const order = [...files].map(({ path }) => Number(/(\d+)\.png/.exec(path)?.[1]));
  const { images, labels } = await data.joinAndExport();
  const sorted = order.slice().sort((a, b) => a - b);
  expect(labels.length).toBe(12);
  expect(labels.slice().sort()).toEqual(sorted.map((i) => labelsOf(i, 1)[0]).sort());
  expect(images.reduce((sum, value) => sum + value, 0)).toBe(digits(0, 12).reduce((sum, value) => sum + value, 0));
});

for (const [name, ink, paper] of [
  ["yellow ink on white", [255, 255, 0, 255], [255, 255, 255, 255]],
  ["red ink on white", [255, 0, 0, 255], [255, 255, 255, 255]],
  ["blue ink on transparent", [0, 0, 255, 255], [0, 0, 255, 0]],
  ["green ink on black", [0, 255, 0, 255], [0, 0, 0, 255]],
]) {
  test(`${name} is not faint`, async ({ page, data }) => {
    const rgba = [...digits(2)].flatMap((value) => ink.map((channel, i) => Math.round((channel * value + paper[i] * (255 - value)) / 255)));
    await data.give([file("ink.png", await encoded(page, "image/png", { width: 28, height: 28, rgba }))]);
    const { images } = await data.joinAndExport();
    expect(difference(images, digits(2))).toBeLessThanOrEqual(2);
  });
}

test("palettes, grey with alpha, and 16 bits of which only the lower half is used", async ({ data }) => {
  const palette = Array.from({ length: 256 }, (_, i) => [255 - i, 255 - i, 255 - i]).flat();
  const paletted = png({ width: 28, height: 28, depth: 8, type: 3, palette, lines: linesOf(digits(3).map((value) => 255 - value), 28, (value) => [value]) });
  const greyAlpha = png({ width: 28, height: 28, depth: 8, type: 4, lines: linesOf(digits(4), 28, (value) => [255, value]) });
  const words = png({ width: 28, height: 28, depth: 16, type: 0, lines: linesOf(digits(5), 28, (value) => [0, value]) });
  const twelve = png({ width: 28, height: 28, depth: 16, type: 0, lines: linesOf(digits(6), 28, (value) => [(value * 16) >> 8, (value * 16) & 255]) });
  for (const [bytes, digit] of [[paletted, 3], [greyAlpha, 4], [words, 5], [twelve, 6]]) {
    await data.give([file("picture.png", bytes)]);
    await data.join.click();
    await expect(data.words).toHaveText(new RegExp(`^${digit - 2} images? of your own`));
  }
  const { images } = await data.exported();
  for (let i = 0; i < 4; i += 1) expect(difference(images.subarray(784 * i, 784 * (i + 1)), digits(3 + i))).toBeLessThanOrEqual(1);
});

test("the first picture of an animated GIF is taken", async ({ data }) => {
  // Two frames of 28 by 28 in black and white, uncompressed codes: the first has a bar on the left, the second on the right.
  const frame = (left) => Array.from({ length: 784 }, (_, i) => Number(i % 28 >= left && i % 28 < left + 4 && i > 140 && i < 640));
  const bytes = gif([frame(6), frame(18)]);
  await data.give([file("moving.gif", bytes)]);
  const { images } = await data.joinAndExport();
  expect([images[14 * 28 + 7], images[14 * 28 + 19]]).toEqual([255, 0]);
});

/** A GIF of two colours, whose codes are never shortened: a clear code comes often enough. */
function gif(frames) {
  const parts = [Buffer.from("GIF89a", "latin1"), Buffer.from([28, 0, 28, 0, 0x80, 0, 0, 0, 0, 0, 255, 255, 255])];
  for (const pixels of frames) {
    const codes = pixels.flatMap((pixel, i) => (i % 2 === 0 ? [4, pixel] : [pixel]));
    let [bits, held] = [0, 0];
    const body = [];
    for (const code of [...codes, 5]) {
      held |= code << bits;
      bits += 3;
      while (bits >= 8) {
        body.push(held & 255);
        held >>= 8;
        bits -= 8;
      }
    }
    body.push(held & 255);
    parts.push(Buffer.from([0x21, 0xf9, 4, 0, 10, 0, 0, 0, 0x2c, 0, 0, 0, 0, 28, 0, 28, 0, 0, 2]));
    for (let i = 0; i < body.length; i += 255) parts.push(Buffer.from([Math.min(255, body.length - i), ...body.slice(i, i + 255)]));
    parts.push(Buffer.from([0]));
  }
  return Buffer.concat([...parts, Buffer.from([0x3b])]);
}

test("a large photograph and a broken picture", async ({ page, data }) => {
  const photo = await page.evaluate(async (digit) => {
    const canvas = new OffscreenCanvas(4000, 3000);
    const context = canvas.getContext("2d");
    const light = context.createLinearGradient(0, 0, 4000, 3000);
    light.addColorStop(0, "rgb(224, 220, 210)");
    light.addColorStop(1, "rgb(120, 116, 108)");
    context.fillStyle = light;
    context.fillRect(0, 0, 4000, 3000);
    const ink = new OffscreenCanvas(28, 28);
    const pixels = new ImageData(28, 28);
    digit.forEach((value, i) => pixels.data.set([30, 34, 60, value], 4 * i));
    ink.getContext("2d").putImageData(pixels, 0, 0);
    context.imageSmoothingQuality = "high";
    context.drawImage(ink, 1500, 800, 1400, 1400);
    return [...new Uint8Array(await (await canvas.convertToBlob({ type: "image/jpeg", quality: 0.7 })).arrayBuffer())];
  }, [...digits(2)]);
  await data.give([file("IMG_0001.jpg", Buffer.from(photo)), file("broken.png", readFileSync(casePath("p04-torchvision-save-image-242.png")).subarray(0, 60))]);
  await expect(data.problems).toContainText("broken.png");
  const { images, count } = await data.joinAndExport();
  expect(count).toBe(1);
  expectLike(images, 2, 0.7);
});
