import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

import { expect, test } from "./fixture.js";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

for (const width of [1440, 360]) {
  test.describe(`walks, ${width} pixels wide`, () => {
    test.use({ viewport: { width, height: 900 } });

    test("a walk from the visitor's digit to a test digit is scrubbed, played and follows the model", async ({ page, lab }) => {
      await lab.open("explore");
      await lab.draw();
      await lab.waitForReconstruction();
      await page.getByRole("button", { name: "Pin your digit as A" }).click();
      await expect(page.locator("#walk-play")).toBeDisabled();
      await page.getByRole("button", { name: "Pin a test digit as B" }).click();
      await expect(page.locator("#walk-strip")).toHaveAttribute("aria-label", "9 digits along the walk, decoded by the model at step 0");
      const spherical = await lab.fingerprint("#walk-strip");
      const start = await lab.fingerprint("#walk-player");
      await page.locator("#walk-scrub").focus();
      await page.keyboard.press("End");
      await expect(page.locator("#walk-player")).toHaveAttribute("aria-label", "The digit at 100 % of the way");
      expect(await lab.fingerprint("#walk-player")).not.toBe(start);
      await page.locator("#walk-kind").selectOption("linear");
      await expect.poll(() => lab.fingerprint("#walk-strip")).not.toBe(spherical);
      await page.locator("#walk-play").click();
      await expect(page.locator("#walk-player")).not.toHaveAttribute("aria-label", /100 %/);
      await page.getByRole("button", { name: "Pause" , exact: true }).click();
      const untrained = await lab.fingerprint("#walk-strip");
      await lab.train.click();
      await lab.waitForStep(40);
      await page.locator("#walks").scrollIntoViewIfNeeded();
      await expect.poll(() => lab.fingerprint("#walk-strip")).not.toBe(untrained);
      await lab.pause();
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => window.axe.run());
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target)}`)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    });
  });
}

test("arithmetic needs three pins, and strips and films are saved", async ({ page, lab }) => {
  await lab.open("explore");
  await page.locator("#walk-kind").selectOption("arithmetic");
  for (const pin of ["A", "B", "C"]) await page.getByRole("button", { name: `Pin a test digit as ${pin}` }).click();
  await expect(page.locator("#walk-strip")).toHaveAttribute("aria-label", /9 digits/);
  const picture = page.waitForEvent("download");
  await page.locator("#walk-picture").click();
  const png = await readFile(await (await picture).path());
  expect(png.subarray(1, 4).toString()).toBe("PNG");
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([9 * 28 * 4, 28 * 4]);
  const film = page.waitForEvent("download");
  await page.locator("#walk-film").click();
  const download = await film;
  expect(download.suggestedFilename()).toBe("vae-lab-walk.webm");
  const webm = await readFile(await download.path());
  expect(webm.readUInt32BE(0)).toBe(0x1a45dfa3);
  expect(webm.length).toBeGreaterThan(2_000);
});

test("one film of a walk is made at a time, and only it moves the player", async ({ page, lab }) => {
  await page.addInitScript(() => {
    window.films = 0;
    const { start } = MediaRecorder.prototype;
    MediaRecorder.prototype.start = function (...options) {
      window.films += 1;
      return start.apply(this, options);
    };
  });
  let saved = 0;
  page.on("download", () => (saved += 1));
  await lab.open("explore");
  for (const pin of ["A", "B"]) await page.getByRole("button", { name: `Pin a test digit as ${pin}` }).click();
  await expect(page.locator("#walk-strip")).toHaveAttribute("aria-label", /9 digits/);
  const film = page.locator("#walk-film");
  await film.click();
  await expect(film).toHaveText("Stop and save");
  // The page is painted anew while the film is made.
  await lab.step.click();
  await expect.poll(() => lab.steps()).toBe(1);
  for (const control of ["#walk-play", "#walk-scrub"]) await expect(page.locator(control)).toBeDisabled();
  await film.click();
  await expect.poll(() => saved).toBe(1);
  await expect(film).toHaveText("Save as film");
  await expect(page.locator("#walk-play")).toBeEnabled();
  expect(await page.evaluate(() => window.films)).toBe(1);
});
