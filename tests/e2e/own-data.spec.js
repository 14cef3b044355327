import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { gzipSync } from "node:zlib";

import { expect, test } from "./fixture.js";
import { DataPanel } from "./importing.js";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const be = (...values) => Buffer.from(values.flatMap((value) => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255]));
/** A bright bar at a place of its own, on black. */
const image = (i) => Uint8Array.from({ length: 784 }, (_, place) => (place % 28 > 8 + (i % 6) && place % 28 < 14 + (i % 6) && place > 112 && place < 672 ? 255 : 0));
const idx = (count) => gzipSync(Buffer.concat([be(0x803, count, 28, 28), ...Array.from({ length: count }, (_, i) => Buffer.from(image(i)))]));
const csv = (count) => Buffer.from(Array.from({ length: count }, (_, i) => `${i % 10},${[...image(i)].join(",")}`).join("\n"));
const file = (name, buffer) => ({ name, mimeType: "application/octet-stream", buffer });

/** A PNG from the browser itself, dark on white, as people draw. */
const png = (page, width, height) =>
  page.evaluate(
    async ([w, h]) => {
      const canvas = new OffscreenCanvas(w, h);
      const context = canvas.getContext("2d");
      context.fillStyle = "#fff";
      context.fillRect(0, 0, w, h);
      context.fillStyle = "#000";
      for (let x = 0; x < w; x += 28) for (let y = 0; y < h; y += 28) context.fillRect(x + 10, y + 6, 8, 16);
      return [...new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer())];
    },
    [width, height],
  );

for (const width of [1440, 360]) {
  for (const colorScheme of ["light", "dark"]) {
    test(`files of every kind come in, bad ones are told and the good ones stay, ${width} pixels wide, ${colorScheme}`, async ({ page, lab }) => {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 900 });
      await lab.open("data");
      const data = new DataPanel(page);
      const input = page.locator("#data-file");
      await data.give([file("digits.gz", idx(20)), file("broken.csv", Buffer.from("1,2,3\n")), file("digits.csv", csv(10))]);
      await expect(data.title).toHaveText("30 images, not in your set yet");
      await expect(data.problems).toContainText("broken.csv");
      await page.evaluate(axe);
      await accessible(page, width);
      await data.join.click();
      await expect(data.words).toHaveText("30 images of your own, 10 with labels.");
      await data.give([file("sheet.png", Buffer.from(await png(page, 84, 56)))]);
      await expect(data.title).toHaveText("6 images, not in your set yet");
      await expect(data.problems).toHaveCount(0);
      // The same picture as one image, and as six again.
      await page.locator("#data-cut").click();
      await expect(data.title).toHaveText("1 image, not in your set yet");
      await page.locator("#data-cut").click();
      await expect(data.title).toHaveText("6 images, not in your set yet");
      await data.join.click();
      await expect(data.words).toHaveText("36 images of your own, 10 with labels.");
      // Dark on white became white on black: the corner of the sheet's first image is black.
      const pixels = await lab.pixels("#data-preview");
      expect(pixels[14 * 28 * 28 * 2]).toBe(0);
      await lab.draw();
      await lab.waitForReconstruction();
      await page.locator("#data-drawing").click();
      await expect(data.words).toHaveText("37 images of your own, 10 with labels.");
      await input.setInputFiles([file("black.csv", Buffer.from(new Array(784).fill(0).join(",")))]);
      await expect(data.doubts).not.toHaveCount(0);
      await accessible(page, width);
      await page.locator("#data-leave").click();
      await accessible(page, width);
      await page.reload();
      await lab.ready();
      await expect(data.words).toHaveText("37 images of your own, 10 with labels.");
      await page.locator("#data-clear").click();
      await expect(data.words).toHaveText("No images of your own yet.");
    });
  }
}

/** Nothing that axe complains of, and nothing wider than the page. */
async function accessible(page, width) {
  const { violations } = await page.evaluate(() => window.axe.run());
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target)}`)).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
}

test("files are dropped", async ({ page, lab }) => {
  await lab.open("data");
  const transfer = await page.evaluateHandle((bytes) => {
    const data = new DataTransfer();
    data.items.add(new File([new Uint8Array(bytes)], "digits.csv"));
    return data;
  }, [...csv(3)]);
  await page.locator(".drop-zone").dispatchEvent("drop", { dataTransfer: transfer });
  await page.locator("#data-join").click();
  await expect(page.locator("#data-words")).toHaveText("3 images of your own, all with labels.");
});

test("training learns from them alone, from both, and from MNIST again", async ({ page, lab }) => {
  await lab.open("data");
  await expect(lab.stage("train")).toHaveAttribute("data-state", "done", { timeout: 30_000 });
  await page.locator("#data-file").setInputFiles([file("digits.gz", idx(40))]);
  await page.locator("#data-join").click();
  await page.locator("#data-source").selectOption("own");
  await page.locator("#data-use").click();
  await expect(page.locator("#data-now")).toHaveText("Training learns from your images.");
  await lab.train.click();
  // Bars are learnt by heart: far better than any model of handwriting describes digits.
  await expect.poll(async () => (await lab.chart("recon")).train ?? 1000, { timeout: 40_000 }).toBeLessThan(40);
  await lab.pause();
  await lab.openRoom("data");
  await page.locator("#data-source").selectOption("both");
  await page.locator("#data-use").click();
  await expect(page.locator("#data-now")).toHaveText("Training learns from MNIST and your images.");
  await expect.poll(() => lab.steps()).toBe(0);
  await lab.train.click();
  await lab.waitForStep(20);
  await lab.pause();
  await page.locator("#data-source").selectOption("mnist");
  await page.locator("#data-use").click();
  await expect(page.locator("#data-now")).toHaveText("Training learns from MNIST.");
  await lab.train.click();
  await lab.waitForStep(20);
  await lab.pause();
  await expect(lab.notices.filter({ hasText: "Training stopped" })).toHaveCount(0);
});
