import { readFile } from "node:fs/promises";

import { expect, test } from "./fixture.js";

test("training brings the test bound below 150 nats, and goes on, stops and starts at any moment", async ({ page, lab }) => {
  test.setTimeout(150_000);
  await lab.open("train");
  await lab.draw();
  await lab.waitForReconstruction();
  const untrained = await lab.cost("bound");
  const noise = await lab.fingerprint("#samples-grid");

  await lab.train.click();
  await expect(lab.train).toHaveText(/Pause|Waiting/);
  await lab.waitForStep(40);
  // The visitor's digit and the samples follow the model while it learns, and new ink is answered in between.
  await expect.poll(() => lab.cost("bound")).not.toBe(untrained);
  await expect.poll(() => lab.fingerprint("#samples-grid")).not.toBe(noise);
  const seen = await lab.fingerprint("#seen");
  await lab.draw([[0.1, 0.9], [0.9, 0.9]]);
  await expect.poll(() => lab.fingerprint("#seen")).not.toBe(seen);
  await expect(lab.train).toHaveText("Pause");
  await expect(page.locator("#stat-speed")).toHaveText(/[\d,]+|testing/);
  await expect(page.locator("#stat-time")).toHaveText(/\d/);

  await expect.poll(async () => (await lab.chart("bound")).quick ?? Infinity, { timeout: 90_000, intervals: [250] }).toBeLessThan(150);
  const { recon, kl } = { recon: await lab.chart("recon"), kl: await lab.chart("kl") };
  expect(recon.quick).toBeGreaterThan(0);
  expect(kl.quick).toBeGreaterThan(0);

  await lab.pause();
  const paused = await lab.steps();
  await page.waitForTimeout(400);
  expect(await lab.steps()).toBe(paused);

  await lab.step.click();
  await expect.poll(() => lab.steps()).toBe(paused + 1);
  await lab.step.click();
  await expect.poll(() => lab.steps()).toBe(paused + 2);

  await expect(lab.train).toHaveText("Resume");
  await lab.train.click();
  await lab.waitForStep(paused + 10);
  // Step in the middle of training stops it.
  await lab.step.click();
  await expect(lab.train).toHaveText("Resume");
  await page.waitForTimeout(300);
  const stopped = await lab.steps();
  await page.waitForTimeout(300);
  expect(await lab.steps()).toBe(stopped);
  await lab.train.click();
  await lab.waitForStep(stopped + 5);

  // Values on hover: the heading tells the step under the pointer.
  const plot = page.locator('#charts .chart[data-metric="bound"] .u-over');
  await plot.hover({ position: { x: 120, y: 60 } });
  await expect(page.locator('#charts .chart[data-metric="bound"] h3')).toHaveText(/step [\d,]+/);

  await lab.reset.click();
  await expect(lab.train).toHaveText("Train");
  await expect.poll(() => lab.steps()).toBe(0);
  expect((await lab.chart("bound")).step).toBeNull();
  // The same seed gives the same noise: a new model is the one that was there at first.
  await expect.poll(() => lab.fingerprint("#samples-grid")).toBe(noise);

  await lab.notices.getByRole("button", { name: "Bring it back" }).click();
  await expect.poll(() => lab.steps()).toBeGreaterThanOrEqual(paused + 10);
  await expect.poll(async () => (await lab.chart("bound")).quick).toBeLessThan(150);
  await expect(lab.notices).toHaveCount(0);
});

test("a saved model, loaded after a reload, goes on exactly where it stood", async ({ page, lab }, info) => {
  await lab.open("train");
  await page.locator("#test-digit").click();
  await lab.train.click();
  await lab.waitForStep(60);
  await lab.pause();
  const step = await lab.steps();
  const samples = await settled(lab);

  const download = await saved(page, lab);
  expect(download.suggestedFilename()).toBe(`vae-lab-digits-20-d-step-${step}.safetensors`);
  const file = info.outputPath("model.safetensors");
  await download.saveAs(file);

  // What would have come next, without a break.
  await lab.step.click();
  await expect.poll(() => lab.steps()).toBe(step + 1);
  const uninterrupted = { bound: await lab.chart("bound"), samples: await settled(lab) };
  expect(uninterrupted.bound.step).toBe(step + 1);

  await page.reload();
  await lab.ready();
  expect(await lab.steps()).toBe(0);
  await page.locator("#load-file").setInputFiles(file);
  await expect.poll(() => lab.steps()).toBe(step);
  await expect(lab.train).toHaveText("Resume");
  expect(await settled(lab)).toBe(samples);

  await expect(lab.stage("train")).toHaveAttribute("data-state", "done");
  await lab.step.click();
  await expect.poll(() => lab.steps()).toBe(step + 1);
  expect(await settled(lab)).toBe(uninterrupted.samples);
  expect((await lab.chart("bound")).train).toBe(uninterrupted.bound.train);
  await lab.train.click();
  await lab.waitForStep(step + 5);
});

test("a damaged file is refused with its reason, and nothing is lost", async ({ page, lab }, info) => {
  await lab.open("train");
  await expect(lab.stage("train")).toHaveAttribute("data-state", "done");
  await lab.step.click();
  await lab.step.click();
  await expect.poll(() => lab.steps()).toBe(2);
  const samples = await settled(lab);
  const download = await saved(page, lab);
  const path = info.outputPath("model.safetensors");
  await download.saveAs(path);
  const whole = await readFile(path);

  for (const [name, buffer] of [
    ["cut.safetensors", whole.subarray(0, whole.length >> 1)],
    ["empty.safetensors", Buffer.alloc(0)],
    ["picture.safetensors", Buffer.from("this is no model at all, but it is long enough to look like one")],
  ]) {
    await page.locator("#load-file").setInputFiles({ name, mimeType: "application/octet-stream", buffer });
    const notice = lab.notices.filter({ hasText: name });
    await expect(notice).toContainText("was not loaded, and the model is as it was: this file is not a VAE Lab checkpoint");
    await notice.getByRole("button", { name: "Dismiss" }).click();
    expect(await lab.steps()).toBe(2);
  }
  expect(await settled(lab)).toBe(samples);
});

test("a bad value is refused in place, live changes work at once, others wait for a new model", async ({ page, lab }) => {
  await lab.open("train");
  await expect(lab.stage("train")).toHaveAttribute("data-state", "done");
  await lab.step.click();
  await expect.poll(() => lab.steps()).toBe(1);
  await lab.openSettings();

  await lab.setField("learningRate", "-1");
  await expect(lab.field("learningRate").locator(".error")).toHaveText("Learning rate must be a number from 0.000001 to 1, got -1");
  await expect(lab.field("learningRate").locator("input")).toHaveAttribute("aria-invalid", "true");
  await lab.setField("learningRate", "fast");
  await expect(lab.field("learningRate").locator(".error")).toContainText("got “fast”");
  await lab.setField("learningRate", "0.0005");
  await expect(lab.field("learningRate").locator(".error")).toBeHidden();
  await expect(page.locator("#charts .chart-notes")).toContainText("Step 1: Learning rate 0.001 → 0.0005");

  await lab.setField("model.latentDim", "0");
  await expect(lab.field("model.latentDim").locator(".error")).toContainText("Latent size must be a whole number from 1 to 256, got 0");
  await lab.setField("model.latentDim", "5");
  await expect(page.locator(".pending")).toContainText("Latent size: 20 → 5");
  expect(await lab.steps()).toBe(1);
  await expect(page.locator("#fact-layers")).toHaveText("784 → 400 → 20 → 400 → 784");

  await page.locator("#apply").click();
  await expect.poll(() => lab.steps()).toBe(0);
  await expect(page.locator("#fact-layers")).toHaveText("784 → 400 → 5 → 400 → 784");
  await expect(page.locator(".pending")).toBeHidden();
  await expect(page.locator("#model-choice option:checked")).toHaveText("Own settings");

  // Before the first step nothing is lost, so a preset takes effect at once.
  await page.locator(".preset", { hasText: "The article" }).click();
  await expect(page.locator("#fact-layers")).toHaveText("784 → 200 → 200 → 200 → 784");
  await expect(page.locator('.chart[data-metric="loss"]')).toBeVisible();
  await lab.step.click();
  await expect.poll(() => lab.steps()).toBe(1);
});

/** The file of the model at work, saved in the room Models; samples and curves live on in the room Train. */
async function saved(page, lab) {
  const [download] = await Promise.all([page.waitForEvent("download"), lab.press("#save")]);
  await lab.openRoom("train");
  return download;
}

/** The samples, once they show the model as it is now. */
async function settled(lab) {
  const step = (await lab.steps()).toLocaleString("en");
  await expect(lab.page.locator("#samples-grid")).toHaveAttribute("aria-label", `64 samples from noise, by the model at step ${step}`);
  return lab.fingerprint("#samples-grid");
}
