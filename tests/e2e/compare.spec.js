import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

import { expect, test } from "./fixture.js";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const side = (page, index) => page.locator("#compare .side").nth(index);
const steps = async (page, index) => Number(((await side(page, index).locator("dd").first().textContent()) ?? "0").replaceAll(",", ""));

for (const width of [1440, 360]) {
  test(`two settings learn side by side, in step, ${width} pixels wide`, async ({ page, lab }) => {
    await page.setViewportSize({ width, height: 900 });
    await lab.open("compare");
    const before = page.workers().length;
    await lab.train.click();
    await lab.waitForStep(10);
    await page.locator("#compare-begin").click();
    await expect(lab.train).toHaveText("Resume");
    const own = await lab.steps();
    const chart = await lab.chart("bound");
    await lab.openRoom("compare");
    await expect.poll(() => steps(page, 0), { timeout: 40_000 }).toBeGreaterThan(120);
    // The report of a side is a tenth of a second old.
    for (let i = 0; i < 5; i += 1) {
      const [a, b] = [await steps(page, 0), await steps(page, 1)];
      expect(Math.abs(a - b)).toBeLessThanOrEqual(60);
      await page.waitForTimeout(200);
    }
    await page.locator("#compare-run").click();
    await expect(page.locator("#compare-run")).toHaveText("Go on");
    await expect(page.locator("#compare-chart")).toHaveAttribute("aria-label", /VAE \d+\.\d, Plain autoencoder \d+\.\d/);
    await expect(side(page, 1).locator("dt").last()).toHaveText("Test loss");
    await expect(side(page, 0).locator("canvas").first()).toHaveAttribute("aria-label", /^VAE: 32 samples at step \d/);
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => window.axe.run());
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target)}`)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    await page.waitForTimeout(400);
    const resting = await steps(page, 0);
    await page.waitForTimeout(500);
    expect(await steps(page, 0)).toBe(resting);
    // Nothing of it has touched the page's own run.
    expect(await lab.steps()).toBe(own);
    expect(await lab.chart("bound")).toEqual(chart);
    await lab.press("#compare-end");
    await expect(page.locator("#compare-arena")).toBeHidden();
    await expect.poll(() => page.workers().length).toBeLessThanOrEqual(before + 1);
  });
}

test("a side becomes the page's model", async ({ page, lab }) => {
  await lab.open("compare");
  await lab.train.click();
  await lab.waitForStep(30);
  await lab.pause();
  await page.locator("#compare-pair").selectOption("mine");
  await page.locator("#compare-begin").click();
  await expect.poll(() => steps(page, 1), { timeout: 40_000 }).toBeGreaterThan(0);
  await expect.poll(() => steps(page, 0)).toBeGreaterThan(60);
  await page.locator("#compare-run").click();
  await page.waitForTimeout(500);
  const taken = await steps(page, 0);
  await page.getByRole("button", { name: "Make this my model: The settings of the form" }).click();
  await expect.poll(() => lab.steps()).toBe(taken);
  await expect(page.locator("#compare-arena")).toBeHidden();
  expect((await lab.chart("bound")).step).toBeLessThanOrEqual(taken);
  await lab.notices.getByRole("button", { name: "Bring it back" }).click();
  await expect.poll(() => lab.steps()).toBeLessThan(taken);
});
