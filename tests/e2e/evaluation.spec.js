import { expect, test } from "./fixture.js";

const words = (page) => page.locator("#evaluate-words");
const fact = (page, name) => page.locator("#evaluate-result .facts div", { hasText: name }).locator("dd");

test("an evaluation tells bound, active units, log p(x) and every dimension, with the convention", async ({ page, lab }) => {
  test.setTimeout(120_000);
  await lab.open("models");
  await lab.openSettings();
  // A small model makes short work of fifty samples an image; a strong KL weight makes dimensions collapse.
  await lab.setField("model.encoderHidden", "32");
  await lab.setField("model.decoderHidden", "32");
  await lab.setField("klWeight", "10");
  await page.keyboard.press("Escape");
  await expect(words(page)).toHaveText("Not evaluated yet.");
  await lab.train.click();
  await lab.waitForStep(300);
  await lab.pause();
  const step = await lab.steps();
  await page.locator("#evaluate-samples").selectOption("50");
  await page.locator("#evaluate").click();
  await expect(words(page)).toHaveText(`1,000 test digits, by the model at step ${step.toLocaleString("en")}`, { timeout: 60_000 });

  const number = async (name) => Number.parseFloat((await fact(page, name).textContent()).replace("−", "-"));
  const bound = await number("Bound");
  expect(Math.abs((await number("Reconstruction error")) + (await number("KL divergence")) - bound)).toBeLessThan(0.02);
  // log p(x) is at least the bound, which is what a bound is.
  expect(await number("log p(x)")).toBeGreaterThan(-bound - 0.1);
  await expect(fact(page, "log p(x)")).toHaveText(/^−\d+\.\d\d ± \d+\.\d\d nats$/);
  await expect(fact(page, "Active units")).toHaveText(/^\d+ of 20$/);
  await expect(fact(page, "Input convention")).toHaveText("grey targets");
  await expect(fact(page, "Classes among 1,000 samples")).toHaveText(/^\d+ of 10; entropy \d\.\d\d of at most 2\.30 nats$/);
  await expect(fact(page, "Read by")).toHaveText(/right on 9\d\.\d% of the test digits/);

  await expect(page.locator(".kl-chart rect")).toHaveCount(20);
  const collapsed = await page.locator(".kl-chart rect.collapsed").count();
  expect(collapsed).toBeGreaterThan(0);
  await expect(page.locator(".kl-chart figcaption")).toContainText(`${collapsed} collapsed`);
  await page.locator(".kl-chart summary").click();
  const values = (await page.locator(".units b").allTextContents()).map((text) => Number(text.replace("−", "-")));
  expect(values).toHaveLength(20);
  expect(values).toEqual([...values].sort((a, b) => b - a));
  await expect(page.locator('.units li[data-collapsed="true"]')).toHaveCount(collapsed);

  // The numbers belong to that model: with another they go.
  await lab.reset.click();
  await expect(words(page)).toHaveText("Not evaluated yet.");
  await expect(page.locator("#evaluate-result")).toBeHidden();
});

test("training waits for an evaluation, which can be cancelled, and goes on by itself", async ({ page, lab }) => {
  await lab.open("models");
  await lab.train.click();
  await lab.waitForStep(20);
  await page.locator("#evaluate-images").selectOption("all");
  await page.locator("#evaluate-samples").selectOption("50");
  await page.locator("#evaluate").click();
  await expect(words(page)).toHaveText(/^[1-9][\d,]* of 10,000 digits$/);
  const during = await lab.steps();
  await page.waitForTimeout(500);
  expect(await lab.steps()).toBe(during);
  await expect(page.locator("#evaluate")).toBeDisabled();
  // The visitor's ink is answered all the same.
  await lab.draw();
  await lab.waitForReconstruction();

  await page.locator("#evaluate-cancel").click();
  await expect(words(page)).toHaveText("Not evaluated yet.");
  await lab.waitForStep(during + 5);
  await expect(page.locator("#evaluate-cancel")).toBeDisabled();
});

test("a step in the middle of an evaluation ends it: the numbers would be of no model", async ({ page, lab }) => {
  await lab.open("models");
  await expect(lab.stage("train")).toHaveAttribute("data-state", "done");
  await page.locator("#evaluate-images").selectOption("all");
  await page.locator("#evaluate-samples").selectOption("50");
  await page.locator("#evaluate").click();
  await expect(page.locator("#evaluate-cancel")).toBeEnabled();
  await lab.step.click();
  await expect.poll(() => lab.steps()).toBe(1);
  await expect(words(page)).toHaveText("Not evaluated yet.");
});

test("a step in the middle of training's own evaluation waits for its end: the epoch keeps its row", async ({ page, lab }) => {
  await lab.open("models");
  await lab.openSettings();
  await lab.setField("batchSize", "1000");
  await lab.setField("learningRate", "0.002");
  await page.keyboard.press("Escape");
  await expect(lab.stage("train")).toHaveAttribute("data-state", "done");
  await lab.train.click();
  // Ten thousand digits take a while: there is time to press Step meanwhile.
  await expect(page.locator("#stat-speed")).toHaveText("testing", { timeout: 30_000 });
  await lab.step.click();
  await lab.openRoom("train");
  await expect(page.locator("#evaluations tbody tr").first()).toContainText("1");
  await expect(page.locator("#evaluations tbody")).not.toContainText("Comes after");
  await expect.poll(() => lab.steps()).toBeGreaterThan(60);
  await expect(lab.notices).toHaveCount(0);
});

test("a plain autoencoder has a loss, and nothing on the page calls it a bound", async ({ page, lab }) => {
  await lab.open("models");
  await lab.openSettings();
  await lab.field("model.variational").locator("input").uncheck();
  await page.keyboard.press("Escape");
  await expect(page.locator("#bound-name")).toHaveText("Loss");
  await lab.openRoom("play");
  await expect(page.locator("#bound-title")).toHaveText("Training and test loss");
  await lab.openRoom("train");
  await expect(page.locator('#charts .chart[data-metric="bound"] h3')).toHaveText(/^Loss/);
  await expect(page.locator("#evaluations th").last()).toHaveText("Loss");
  await expect(page.locator("#evaluations caption")).toContainText("Test loss after each epoch all test images, nats, grey targets");
  await lab.press("#evaluate");
  await expect(words(page)).toContainText("1,000 test digits");
  await expect(fact(page, "Loss")).toHaveText(/\d nats$/);
  await expect(page.locator("#evaluate-result")).not.toContainText("ound");
});

test("the keyboard goes on with Cancel while the model is examined, and comes back", async ({ page, lab }) => {
  await lab.open("models");
  await page.locator("#evaluate-images").selectOption("all");
  await page.locator("#evaluate-samples").selectOption("50");
  await page.locator("#evaluate").focus();
  await page.keyboard.press("Enter");
  await expect(page.locator("#evaluate-cancel")).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.locator("#evaluate")).toBeFocused();
});
