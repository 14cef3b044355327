import { readFile } from "node:fs/promises";

import { expect, test } from "./fixture.js";

/** A card as the page expects it. */
const card = (change = {}) => ({
  preset: "digits-20d",
  name: "Small",
  epochs: 3,
  seed: 1,
  command: "cargo run --release --example pretrain -- --preset digits-20d --epochs 3",
  test: { elbo: -123.4, recon: 100.3, kl: 23.1, activeUnits: 19, convention: "grey" },
  ...change,
});

/** The page will find these models from now on: cards by id, and the weights that all of them share. */
async function ship(page, cards, weights) {
  await page.route("**/models/index.json", (route) => route.fulfill({ json: Object.keys(cards) }));
  for (const [id, json] of Object.entries(cards)) {
    await page.route(`**/models/${id}.json`, (route) => route.fulfill({ json }));
    await page.route(`**/models/${id}.safetensors`, (route) => route.fulfill(weights));
  }
}

/** The file of a small model that was trained for some steps. */
async function trainSmallModel(page, lab) {
  await lab.open("models");
  await lab.openSettings();
  await lab.setField("model.encoderHidden", "32");
  await lab.setField("model.decoderHidden", "32");
  await page.keyboard.press("Escape");
  await expect(page.locator("#fact-layers")).toHaveText("784 → 32 → 20 → 32 → 784");
  await lab.train.click();
  await lab.waitForStep(40);
  await lab.pause();
  const [download] = await Promise.all([page.waitForEvent("download"), lab.press("#save")]);
  return { body: await readFile(await download.path()), step: await lab.steps() };
}

test("the page starts with a trained model, offers to erase it, and keeps its numbers beside what follows", async ({ page, lab }) => {
  test.setTimeout(120_000);
  const { body, step } = await trainSmallModel(page, lab);
  await ship(page, { small: card() }, { body });
  await page.reload();
  await lab.ready();
  await expect(lab.stage("weights")).toHaveText(/Pretrained weights\s*0\.\d MB ✓/);
  await expect(lab.origin).toHaveText("Small is pretrained: 3 epochs, test bound 123.4 nats (grey targets).");
  expect(await lab.steps()).toBe(step);
  await expect(lab.train).toHaveText("Reset & train");
  // The first stroke is answered by a model that knows something: an untrained one pays 543 nats.
  await lab.draw();
  await lab.waitForReconstruction();
  expect(await lab.cost("bound")).toBeLessThan(450);

  await lab.train.click();
  await expect(page.locator("#fact-layers")).toHaveText("784 → 400 → 20 → 400 → 784");
  await lab.waitForStep(5);
  expect(await lab.steps()).toBeLessThan(step + 100);
  await expect(lab.origin).toHaveText("You trained this model. Before: Small, 3 epochs, test bound 123.4 nats (grey targets).");
  await lab.waitForStep(20);
  await lab.pause();
  await lab.openRoom("train");
  await expect(page.locator("#charts .chart-notes")).toContainText("Dotted: Small as it came, test bound 123.4 nats (grey targets)");

  await page.locator("#bring-back").click();
  await expect.poll(() => lab.steps()).toBe(step);
  await expect(lab.origin).toContainText("Small is pretrained");
  // The visitor's own model is not lost by that.
  await lab.notices.getByRole("button", { name: "Bring it back" }).click();
  await expect(lab.origin).toContainText("You trained this model.");
  await page.locator("#bring-back").click();
  await expect.poll(() => lab.steps()).toBe(step);

  await page.locator("#train-further").click();
  await lab.waitForStep(step + 5);
  await lab.pause();
  await expect(lab.origin).toHaveText("Small, trained further by you. As it came: test bound 123.4 nats (grey targets).");
  await expect(lab.train).toHaveText("Resume");
});

test("the list of models keeps numbers of different conventions apart, and loads any of them", async ({ page, lab }) => {
  const { body, step } = await trainSmallModel(page, lab);
  const dynamic = card({ name: "Other", test: { elbo: -91.2, logLikelihood: -87.1, samples: 5000, convention: "dynamic" } });
  await ship(page, { small: card(), other: dynamic }, { body });
  await page.reload();
  await lab.ready();
  const groups = page.locator("#shelf section");
  await expect(groups).toHaveCount(2);
  await expect(groups.first().locator("h3")).toHaveText("Test bound grey targets");
  await expect(groups.first()).toContainText("123.40");
  await expect(groups.first()).not.toContainText("91.20");
  await expect(groups.last().locator("h3")).toHaveText("Test bound dynamic binarisation");
  await expect(groups.last()).toContainText("log p(x) −87.10 with 5,000 samples");
  await expect(page.getByRole("button", { name: "Loaded Small" })).toBeDisabled();

  await page.getByRole("button", { name: "Load Other" }).click();
  await expect(lab.origin).toHaveText("Other is pretrained: 3 epochs, test bound 91.2 nats (dynamic binarisation).");
  expect(await lab.steps()).toBe(step);
  // Nothing of the visitor's was replaced; what is offered is their run of before the reload.
  await expect(page.getByRole("button", { name: /^Bring .* back$/ })).toHaveCount(0);
  // A model on grey targets is not compared with numbers of binarised ones.
  await page.locator("#erase").click();
  await expect(lab.origin).toContainText("You trained this model.");
  await lab.waitForStep(5);
  await lab.pause();
  await expect(lab.origin).toContainText("its numbers were taken another way and do not compare");
  await lab.openRoom("train");
  await expect(page.locator("#charts .chart-notes")).not.toContainText("Dotted");
});

test("the list in the bar tells which model is at work, and puts another one in its place", async ({ page, lab }) => {
  const { body } = await trainSmallModel(page, lab);
  await ship(page, { small: card(), other: card({ name: "Other" }) }, { body });
  await page.reload();
  await lab.ready();
  const choice = page.getByLabel("The model at work");
  const atWork = () => choice.evaluate((list) => list.selectedOptions[0].textContent);
  await expect.poll(atWork).toBe("Small");
  await choice.selectOption("Other");
  await expect.poll(atWork).toBe("Other");
  await expect(lab.origin).toContainText("Other is pretrained");
  await lab.train.click();
  await expect.poll(atWork).toBe("Digits 20-D");
  await lab.waitForStep(5);
  await lab.pause();
});

test("Train before the trained model is there trains a new one", async ({ page, lab }) => {
  let release = () => {};
  const held = new Promise((resolve) => (release = resolve));
  await page.route("**/models/index.json", async (route) => {
    await held;
    await route.fulfill({ json: ["late"] });
  });
  await page.route("**/models/late.json", (route) => route.fulfill({ json: card() }));
  await page.route("**/models/late.safetensors", (route) => route.fulfill({ body: "never looked at" }));
  await page.goto("./#models");
  await expect(lab.step).toBeEnabled();
  await expect(lab.origin).toContainText("A pretrained model is loading");
  await lab.train.click();
  await lab.waitForStep(5);
  release();
  await expect(lab.stage("weights")).toHaveAttribute("data-state", "done");
  await lab.waitForStep(10);
  await expect(lab.notices).toHaveCount(0);
});

test.describe("a crash", () => {
  test.use({ expectedErrors: [/panicked at/] });

  test("of a trained model brings it back as it came", async ({ page, lab }) => {
    const { body, step } = await trainSmallModel(page, lab);
    await ship(page, { small: card() }, { body });
    await page.route("**/pkg/vae_lab.js", async (route) => {
      const response = await route.fetch();
      const hook = `
        Lab.prototype.step = function () {
          console.error("panicked at src/training/session.rs: out of memory");
          throw new WebAssembly.RuntimeError("unreachable");
        };`;
      await route.fulfill({ response, body: (await response.text()) + hook });
    });
    await page.reload();
    await lab.ready();
    await expect(lab.origin).toContainText("Small is pretrained");
    await lab.step.click();
    await lab.notices.getByRole("button", { name: "Restart" }).click();
    await lab.ready();
    await expect(lab.origin).toContainText("Small is pretrained");
    expect(await lab.steps()).toBe(step);
  });
});

test.describe("without a trained model", () => {
  test.use({ expectedErrors: [/Failed to load resource/] });

  test("a missing file is told gently, and training works as ever", async ({ page, lab }) => {
    await ship(page, { gone: card() }, { status: 404, body: "" });
    await lab.open("models");
    await expect(lab.stage("weights")).toContainText("not available");
    await expect(lab.notices).toContainText('The pretrained model could not be loaded, so this one is untrained: press Train. (The download of “Small” failed: the server answered "404');
    await expect(lab.notices).toHaveAttribute("data-tone", "info");
    expect(await lab.steps()).toBe(0);
    await lab.train.click();
    await lab.waitForStep(5);
    await expect(lab.origin).toHaveText("You trained this model.");
  });

  test("a missing list is told the same way", async ({ page, lab }) => {
    await page.route("**/models/index.json", (route) => route.fulfill({ status: 404, body: "" }));
    await lab.open("models");
    await expect(lab.notices).toContainText("The download of the list of models failed");
    await expect(page.locator("#shelf")).toContainText("No pretrained model could be loaded");
  });

  test("a damaged file is refused with its reason, and can be tried again", async ({ page, lab }) => {
    await ship(page, { damaged: card() }, { body: "this is no model at all, but it is long enough to look like one" });
    await lab.open("models");
    await expect(lab.notices).toContainText("this file is not a VAE Lab checkpoint");
    expect(await lab.steps()).toBe(0);
    await lab.draw();
    await lab.waitForReconstruction();
    await expect(page.getByRole("button", { name: "Retry: pretrained weights" })).toBeVisible();
  });
});

test("the Python text is beside the download and can be copied", async ({ page, lab, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await lab.open("models");
  await page.locator("#python summary").click();
  await expect(page.locator("#python code")).toContainText("from safetensors import safe_open");
  await page.locator("#copy-python").click();
  await expect(page.locator("#copy-python")).toHaveText("Copied");
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(await page.locator("#python code").textContent());
});

test.describe("the models that come with the page", () => {
  test.use({ shippedModels: true });

  test("load, and reach what their cards say", async ({ page, lab }) => {
    const ids = JSON.parse(await readFile("www/models/index.json", "utf8"));
    test.skip(ids.length === 0, "no model is shipped yet");
    test.setTimeout(120_000);
    await lab.open("models");
    const cards = await Promise.all(ids.map(async (id) => JSON.parse(await readFile(`www/models/${id}.json`, "utf8"))));
    // A visit begins with the first in eight bits, which is a model of its own.
    const begun = { name: `${cards[0].name} (8 bits)`, test: cards[0].quick.test };
    for (const shipped of [begun, ...cards]) {
      if (shipped !== begun) await page.getByRole("button", { name: `Load ${shipped.name}`, exact: true }).click();
      await expect(lab.origin).toContainText(`${shipped.name} is pretrained`);
      await page.locator("#evaluate").click();
      await expect(page.locator("#evaluate-words")).toContainText("1,000 test digits");
      const bound = Number.parseFloat(await page.locator("#evaluate-result dd").first().textContent());
      // A tenth of the test digits, and half precision: not the card's number, but near it.
      expect(Math.abs(bound + shipped.test.elbo)).toBeLessThan(4);
    }
  });
});
