/** The page that measures the machine, and training by several workers. */

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

import { expect, test } from "./fixture.js";

const SMALL = { hidden: 30, latent: 4, batch: 32, steps: 8, budgetMs: 5_000 };

const measure = (page, options) => page.evaluate((options) => window.benchStep(options), { ...SMALL, ...options });

test("a measurement has its warm-up, its steps and falling losses", async ({ page }) => {
  await page.goto("bench.html");
  const result = await measure(page, { workers: 1 });
  expect(result.stepMs).toHaveLength(8);
  expect(result.losses).toHaveLength(13);
  expect(result.losses[12]).toBeLessThan(result.losses[0]);
  expect(result.endedAt).toBeGreaterThan(result.startedAt);
  expect(result).toMatchObject({ workers: 1, engine: "fused" });
  const best = await measure(page, {});
  expect(best.workers).toBeGreaterThanOrEqual(1);
});

test("several workers learn what one learns, and the same every time", async ({ page }) => {
  await page.goto("bench.html");
  const one = await measure(page, { workers: 1 });
  for (const workers of [2, 3]) {
    const first = await measure(page, { workers });
    const again = await measure(page, { workers });
    expect(again.losses).toEqual(first.losses);
    for (const [step, loss] of first.losses.entries()) expect(Math.abs(loss - one.losses[step])).toBeLessThan(0.01);
  }
});

test("both builds and both engines learn the same", async ({ page }) => {
  await page.goto("bench.html");
  const fused = await measure(page, { workers: 1, build: "simd" });
  const relaxed = await measure(page, { workers: 1, build: "relaxed" });
  const burn = await measure(page, { workers: 1, engine: "burn" });
  for (const [step, loss] of fused.losses.entries()) {
    expect(Math.abs(loss - relaxed.losses[step])).toBeLessThan(0.01);
    expect(Math.abs(loss - burn.losses[step])).toBeLessThan(0.01);
  }
});

test("the page shows what it measured", async ({ page }) => {
  test.setTimeout(180_000);
  await page.goto("bench.html");
  const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  await page.locator("#start").click();
  await expect(page.locator("#status")).toHaveText(/^Done\./, { timeout: 120_000 });
  const rows = page.locator("#results tbody tr");
  await expect(rows.last()).toContainText("plain Burn");
  await expect(page.locator("#test-set")).toHaveText(/ms$/);
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run());
  expect(violations.map(({ id }) => id)).toEqual([]);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(overflow).toBeLessThanOrEqual(0);
});

test("two workers train in the lab, through an evaluation, a pause and a change", async ({ page, lab }) => {
  await lab.open();
  await lab.reset.click();
  await lab.openRoom("models");
  await page.locator("#workers").selectOption("2");
  await lab.train.click();
  await lab.waitForStep(120);
  await expect(page.locator("#fact-workers")).toHaveText("");
  await lab.pause();
  const before = await lab.steps();
  await lab.step.click();
  await expect.poll(() => lab.steps()).toBe(before + 1);
  await lab.train.click();
  await lab.draw();
  await lab.waitForReconstruction();
  await lab.waitForStep(before + 60);
  await page.locator("#workers").selectOption("1");
  await lab.waitForStep((await lab.steps()) + 40);
  await lab.pause();
});

test("training goes on when a helper dies", async ({ page, lab }) => {
  await lab.open();
  await lab.reset.click();
  await lab.openRoom("models");
  await page.locator("#workers").selectOption("2");
  await lab.train.click();
  await lab.waitForStep(60);
  const helper = page.workers().find((worker) => worker.url().endsWith("helper-worker.js"));
  expect(helper, "a second worker must help").toBeDefined();
  await helper.evaluate(() => globalThis.close());
  const atDeath = await lab.steps();
  // The silence is noticed after three seconds.
  await lab.waitForStep(atDeath + 100);
  await expect(page.locator("#fact-workers")).toHaveText("1 now,");
  await expect(lab.notices).toHaveCount(0);
  await lab.pause();
});
