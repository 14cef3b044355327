import { readFile } from "node:fs/promises";

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

test("a run that is not taken up makes room for another, and its model can be brought back whenever it is wanted", async ({ page, lab }) => {
  await lab.open();
  await lab.train.click();
  await lab.waitForStep(60);
  await lab.pause();
  const step = await lab.steps();
  await page.waitForTimeout(1_000);
  const samples = await lab.settledFingerprint("#samples-grid");
  await page.reload();
  await lab.ready();
  await lab.train.click();
  await lab.waitForStep(5);
  await lab.pause();
  const other = await lab.steps();
  const row = page.locator("#runs tr[data-run]");
  await expect(row).toHaveCount(1);
  await expect(row).toContainText(String(step));
  // Not even another visit takes it away.
  await page.waitForTimeout(1_000);
  await page.reload();
  await lab.ready();
  await lab.openRoom("train");
  await page.getByRole("button", { name: "Bring back Digits 20-D", exact: true }).click();
  await expect.poll(() => lab.steps()).toBe(step);
  expect(await lab.settledFingerprint("#samples-grid")).toBe(samples);
  expect((await lab.chart("bound")).step).not.toBeNull();
  // The model at work is the one that the next visit offers; the other one waits in the table.
  await expect(row).toHaveCount(1);
  await expect(row).toContainText(String(other));
  await lab.train.click();
  await lab.waitForStep(step + 5);
  await lab.pause();
  await expect(row).toHaveCount(1);
  await expect(row).toContainText(String(other));
  await page.waitForTimeout(1_000);
  await page.reload();
  await lab.ready();
  await page.getByRole("button", { name: "Resume where you were" }).click();
  await expect.poll(() => lab.steps()).toBeGreaterThanOrEqual(step + 5);
  await expect(row).toHaveCount(1);
});

test("a model from a file does not cost the one it replaces", async ({ page, lab }) => {
  await lab.open();
  await lab.train.click();
  await lab.waitForStep(20);
  await lab.pause();
  const [download] = await Promise.all([page.waitForEvent("download"), lab.press("#save")]);
  const saved = await lab.steps();
  const file = { name: "saved.safetensors", mimeType: "application/octet-stream", buffer: await readFile(await download.path()) };
  await lab.train.click();
  await lab.waitForStep(saved + 20);
  await lab.pause();
  const own = await lab.steps();
  await page.locator("#load-file").setInputFiles(file);
  await expect.poll(() => lab.steps()).toBe(saved);
  await expect(lab.notices).toContainText(`“saved.safetensors” took the place of the one at step ${own}.`);
  await lab.notices.getByRole("button", { name: "Bring it back" }).click();
  await expect.poll(() => lab.steps()).toBe(own);
  await expect(page.locator("#runs tr[data-run]")).toHaveCount(0);
});

test("the settings form is as it was left", async ({ page, lab }) => {
  await lab.open();
  await lab.openSettings();
  await lab.setField("model.latentDim", "7");
  await expect(page.locator("#fact-layers")).toContainText("→ 7 →");
  await page.waitForTimeout(300);
  await page.reload();
  await lab.ready();
  await expect(page.locator("#fact-layers")).toContainText("→ 7 →");
  // A link that somebody sent goes before.
  await page.goto("about:blank");
  await page.goto("./#lab=1&seed=1&model.latentDim=5");
  await lab.ready();
  await expect(page.locator("#fact-layers")).toContainText("→ 5 →");
});

test.describe("beside the trained model of the page", () => {
  test.use({ shippedModels: true });

  test("settings that no model has yet wait in the form", async ({ page, lab }) => {
    await lab.open();
    await expect(lab.origin).toContainText("is pretrained");
    const layers = await page.locator("#fact-layers").textContent();
    await lab.openSettings();
    await expect(page.locator(".pending")).toBeHidden();
    await lab.setField("model.latentDim", "7");
    await expect(page.locator(".pending")).toContainText("→ 7");
    await page.waitForTimeout(300);
    await page.reload();
    await lab.ready();
    await expect(lab.origin).toContainText("is pretrained");
    await lab.openSettings();
    await expect(page.locator(".pending")).toContainText("→ 7");
    await expect(page.locator("#fact-layers")).toHaveText(layers);
  });
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
  await expect(lab.notices).toContainText("save it to a file before you leave. (The quota has been exceeded)");
});
