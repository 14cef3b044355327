import { expect, test } from "./fixture.js";

test("a reload in the middle of a run loses seconds, and the run goes on where it was", async ({ page, lab }) => {
  await lab.open();
  await lab.train.click();
  // Longer than the five seconds between two automatic copies.
  await page.waitForTimeout(7_000);
  const atReload = await lab.steps();
  await page.reload();
  await lab.ready();
  const resume = page.getByRole("button", { name: "Resume where you were" });
  await expect(lab.notices).toContainText("less than a minute ago");
  expect(await lab.steps()).toBe(0);
  await resume.click();
  await expect(lab.notices).toHaveCount(0);
  await expect.poll(() => lab.steps()).toBeGreaterThan(0);
  const resumed = await lab.steps();
  // Five of the seven seconds and more, were they equally fast, are two thirds of the steps.
  expect(resumed).toBeGreaterThan(atReload / 3);
  expect(resumed).toBeLessThanOrEqual(atReload + 20);
  expect((await lab.chart("bound")).step).not.toBeNull();
  await lab.train.click();
  await lab.waitForStep(resumed + 20);
  await lab.pause();
});

test("a paused run comes back exactly as it was, with its curves", async ({ page, lab }) => {
  await lab.open();
  await lab.train.click();
  await lab.waitForStep(120);
  await lab.pause();
  const step = await lab.steps();
  const chart = await lab.chart("bound");
  // The copy is written when the run has come to rest.
  await page.waitForTimeout(1_000);
  await lab.draw();
  await lab.waitForReconstruction();
  await lab.settledText("#costs");
  const samples = await lab.fingerprint("#samples-grid");
  await page.reload();
  await lab.ready();
  await page.getByRole("button", { name: "Resume where you were" }).click();
  await expect.poll(() => lab.steps()).toBe(step);
  await expect.poll(() => lab.fingerprint("#samples-grid")).toBe(samples);
  expect(await lab.chart("bound")).toEqual(chart);
});

test("the drawing is on the pad again after a reload, and a cleared pad stays clear", async ({ page, lab }) => {
  await lab.open();
  await lab.draw();
  await lab.waitForReconstruction();
  const ink = await lab.fingerprint("#pad canvas");
  await page.waitForTimeout(800);
  await page.reload();
  await lab.ready();
  await expect(lab.pad).toHaveAttribute("aria-label", /one stroke/);
  await expect.poll(() => lab.fingerprint("#pad canvas")).toBe(ink);
  await lab.waitForReconstruction();
  await page.locator("#undo").click();
  await expect(lab.pad).toHaveAttribute("aria-label", /empty/);
  await page.waitForTimeout(800);
  await page.reload();
  await lab.ready();
  await page.waitForTimeout(500);
  await expect(lab.pad).toHaveAttribute("aria-label", /empty/);
});

test("a browser that keeps nothing is told once, and training goes on", async ({ page, lab }) => {
  await page.addInitScript(() => {
    IDBObjectStore.prototype.put = () => {
      throw new DOMException("The quota has been exceeded.", "QuotaExceededError");
    };
  });
  await lab.open();
  for (let run = 1; run <= 2; run += 1) {
    await lab.train.click();
    await lab.waitForStep(20 * run);
    await lab.pause();
  }
  await expect(lab.notices).toHaveCount(1);
  await expect(lab.notices).toContainText("save it to a file before you leave. (The quota has been exceeded.)");
});
