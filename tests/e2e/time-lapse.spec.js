import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

import { expect, test } from "./fixture.js";

/** Weights in half precision make the same pictures, but for a few of 256 levels. */
const largestDifference = (a, b) => Math.max(...a.map((value, i) => Math.abs(value - b[i])));

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

for (const width of [1440, 360]) {
  test.describe(`the time-lapse, ${width} pixels wide`, () => {
    test.use({ viewport: { width, height: 900 } });

    test("the scrubber shows the model as it was, everywhere, and training goes on", async ({ page, lab }) => {
      await lab.open("train");
      await lab.settledFingerprint("#samples-grid");
      const untrained = await lab.pixels("#samples-grid");
      await lab.train.click();
      await lab.waitForStep(100);
      const scrub = page.locator("#moment-scrub");
      await scrub.focus();
      await page.keyboard.press("Home");
      await expect(page.locator("#moment-words")).toContainText("as it was at step 0");
      await expect.poll(async () => largestDifference(await lab.pixels("#samples-grid"), untrained)).toBeLessThanOrEqual(3);
      const then = await lab.fingerprint("#samples-grid");
      const step = await lab.steps();
      await lab.waitForStep(step + 20);
      expect(await lab.fingerprint("#samples-grid")).toBe(then);
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => window.axe.run());
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target)}`)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      await page.getByRole("button", { name: "Step 0: back to now" }).click();
      await expect.poll(() => lab.fingerprint("#samples-grid")).not.toBe(then);
      await lab.pause();
    });
  });
}

test("looking back changes nothing: the same steps give the same model", async ({ page, lab }) => {
  const run = async (look) => {
    await lab.open("train");
    for (let i = 1; i <= 8; i += 1) {
      await lab.step.click();
      await expect.poll(() => lab.steps()).toBe(i);
      if (look && i % 3 === 0) {
        await page.locator("#moment-scrub").focus();
        await page.keyboard.press("Home");
        await expect(page.locator("#back-to-now")).toBeVisible();
        await page.locator("#back-to-now").click();
        await expect(page.locator("#back-to-now")).toBeHidden();
      }
    }
    return [await lab.settledFingerprint("#samples-grid"), await lab.chart("bound")];
  };
  expect(await run(true)).toEqual(await run(false));
});

test("training goes on from an earlier moment, and the newest can be had back", async ({ page, lab }) => {
  await lab.open("train");
  await lab.train.click();
  await lab.waitForStep(150);
  await lab.pause();
  const step = await lab.steps();
  const now = await lab.settledFingerprint("#samples-grid");
  await page.locator("#moment-scrub").focus();
  for (let i = 0; i < 3; i += 1) await page.keyboard.press("ArrowLeft");
  const back = Number(/at step ([\d,]+),/.exec(await lab.settledText("#moment-words"))[1].replaceAll(",", ""));
  const then = await lab.settledFingerprint("#samples-grid");
  await page.locator("#moment-resume").click();
  await expect.poll(() => lab.steps()).toBe(back);
  expect((await lab.chart("bound")).step ?? 0).toBeLessThanOrEqual(back);
  expect(await lab.settledFingerprint("#samples-grid")).toBe(then);
  await lab.notices.getByRole("button", { name: "Bring it back" }).click();
  await expect.poll(() => lab.steps()).toBe(step);
  expect(await lab.settledFingerprint("#samples-grid")).toBe(now);
});

test("a moment and a film of all of them are saved", async ({ page, lab }) => {
  await lab.open("train");
  await lab.train.click();
  await lab.waitForStep(60);
  await lab.pause();
  const film = page.waitForEvent("download");
  await page.locator("#moment-film").click();
  const webm = await readFile(await (await film).path());
  expect(webm.readUInt32BE(0)).toBe(0x1a45dfa3);
  await expect(page.locator("#back-to-now")).toBeHidden();
  await page.locator("#moment-scrub").focus();
  await page.keyboard.press("Home");
  const weights = page.waitForEvent("download");
  await page.locator("#moment-save").click();
  const download = await weights;
  expect(download.suggestedFilename()).toBe("vae-lab-step-0-f16.safetensors");
  const bytes = await readFile(await download.path());
  const header = JSON.parse(bytes.subarray(8, 8 + Number(bytes.readBigUInt64LE(0))).toString());
  expect(Object.values(header).some((tensor) => tensor.dtype === "F16")).toBe(true);
});

test("one film is made at a time: the button that began it ends it", async ({ page, lab }) => {
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
  await lab.open("train");
  await lab.train.click();
  await lab.waitForStep(60);
  await lab.pause();
  const film = page.locator("#moment-film");
  await film.evaluate((button) => {
    button.click();
    button.click();
  });
  await expect.poll(() => saved).toBe(1);
  await expect(film).toHaveText("Save all as film");
  expect(await page.evaluate(() => window.films)).toBe(1);
  await film.focus();
  await page.keyboard.press("Enter");
  await expect(film).toHaveText("Stop and save");
  await expect(page.locator("#moment-play")).toBeDisabled();
  await page.keyboard.press("Enter");
  await expect.poll(() => saved).toBe(2);
  await expect(film).toBeFocused();
  await expect(film).toHaveText("Save all as film");
  await expect(page.locator("#moment-play")).toBeEnabled();
  expect(await page.evaluate(() => window.films)).toBe(2);
});
