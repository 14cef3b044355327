import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

import { expect, test } from "./fixture.js";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

for (const width of [1440, 360]) {
  test.describe(`the latent map, ${width} pixels wide`, () => {
    test.use({ viewport: { width, height: 900 } });

    test("a cursor goes by pointer, keys and number fields, and its digit follows", async ({ page, lab }) => {
      await lab.open("explore");
      const stage = page.locator(".map-stage");
      await stage.scrollIntoViewIfNeeded();
      await expect(page.locator("#map-picture")).toHaveAttribute("aria-label", "Digits decoded over the plane, by the model at step 0");
      const box = await stage.boundingBox();
      await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
      await page.mouse.down();
      await page.mouse.move(box.x + box.width * 0.75, box.y + box.height * 0.25, { steps: 5 });
      await page.mouse.up();
      await expect(page.locator("#map-u")).toHaveValue(/^1\.(4|5)\d$/);
      await expect(page.locator("#map-v")).toHaveValue(/^1\.(4|5)\d$/);
      await expect(page.locator("#map-digit")).toHaveAttribute("aria-label", /^The digit decoded at 1\.[45]\d, 1\.[45]\d$/);
      const before = await lab.fingerprint("#map-digit");
      await page.keyboard.press("Shift+ArrowLeft");
      await page.keyboard.press("ArrowDown");
      await expect(page.locator("#map-u")).toHaveValue(/^(0\.9|1\.0)\d$/);
      await expect(page.locator("#map-v")).toHaveValue(/^1\.4\d$/);
      await expect.poll(() => lab.fingerprint("#map-digit")).not.toBe(before);
      await page.locator("#map-u").fill("99");
      await page.locator("#map-u").press("Tab");
      await expect(page.locator("#map-u")).toHaveValue("3.00");
    });

    test("it is painted anew while the model learns, with test digits and the visitor's digit", async ({ page, lab }) => {
      await lab.open("explore");
      await lab.draw();
      await page.locator(".map-stage").scrollIntoViewIfNeeded();
      await expect(page.locator(".map-stage")).toHaveAttribute("aria-label", /Your digit lies at −?\d/);
      await expect(page.locator("#map-picture")).toHaveAttribute("aria-label", /step 0$/);
      const early = await lab.fingerprint("#map-picture");
      const dots = await lab.fingerprint("#map-overlay");
      await page.locator("#map-dots").uncheck();
      await expect.poll(() => lab.fingerprint("#map-overlay")).not.toBe(dots);
      await page.locator("#map-dots").check();
      await lab.train.click();
      await lab.waitForStep(60);
      await expect.poll(() => lab.fingerprint("#map-picture")).not.toBe(early);
      await lab.pause();
      await page.locator(".map-stage").scrollIntoViewIfNeeded();
      // Twenty dimensions: the two most used first, each with its KL divergence.
      await expect(page.locator("#map-axis-u")).toBeVisible();
      await expect(page.locator("#map-picture")).toHaveAttribute("aria-label", new RegExp(`step ${await lab.steps()}$`));
      const options = await page.locator("#map-axis-u option").allTextContents();
      expect(options).toHaveLength(20);
      const used = options.map((text) => (text.endsWith("collapsed") ? 0 : Number(/, ([\d.]+) nats$/.exec(text)[1])));
      expect(used).toEqual([...used].sort((a, b) => b - a));
      const now = await lab.fingerprint("#map-picture");
      await page.locator("#map-axis-u").selectOption({ index: 5 });
      await expect.poll(() => lab.fingerprint("#map-picture")).not.toBe(now);
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => window.axe.run());
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target)}`)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    });
  });
}

test("other dimensions are set by sliders or to the visitor's digit, and principal components make a plane", async ({ page, lab }) => {
  await lab.open("explore");
  await lab.draw();
  await lab.train.click();
  await lab.waitForStep(120);
  await lab.pause();
  await page.locator(".map-stage").scrollIntoViewIfNeeded();
  await page.locator("#map-others summary").click();
  const sliders = page.locator("#map-others li input");
  await expect.poll(() => sliders.count()).toBeGreaterThan(2);
  const uses = (await page.locator("#map-others li .quiet").allTextContents()).map(parseFloat);
  expect(uses).toEqual([...uses].sort((a, b) => b - a));
  expect((await sliders.count()) + 2).toBeLessThanOrEqual(20);
  const middle = await lab.settledFingerprint("#map-picture");
  await sliders.first().focus();
  for (let i = 0; i < 12; i += 1) await page.keyboard.press("PageUp");
  await expect.poll(() => lab.fingerprint("#map-picture")).not.toBe(middle);
  await page.locator("#map-zero").click();
  await expect.poll(() => lab.fingerprint("#map-picture")).toBe(middle);
  await page.locator("#map-mine").click();
  await expect.poll(() => lab.fingerprint("#map-picture")).not.toBe(middle);
  await page.locator("#map-zero").click();
  await expect.poll(() => lab.fingerprint("#map-picture")).toBe(middle);
  await page.locator("#map-principal").check();
  await expect.poll(() => lab.fingerprint("#map-picture")).not.toBe(middle);
  await expect(page.locator("#map-axis-u")).toBeHidden();
  await expect(page.locator("#map-others")).toBeHidden();
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run());
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target)}`)).toEqual([]);
  await page.locator("#map-principal").uncheck();
  await expect.poll(() => lab.fingerprint("#map-picture")).toBe(middle);
});

test("models of two dimensions, with labels, and without a bound have a map too", async ({ page, lab }) => {
  await lab.open("explore");
  await lab.openSettings();
  await lab.setField("model.latentDim", "2");
  await expect(page.locator("#fact-layers")).toContainText("→ 2 →");
  await page.keyboard.press("Escape");
  await page.locator(".map-stage").scrollIntoViewIfNeeded();
  await expect(page.locator("#map-axis-u")).toBeHidden();
  const plain = await lab.fingerprint("#map-picture");
  await lab.openSettings();
  await lab.field("model.conditional").locator("input").check();
  await page.keyboard.press("Escape");
  await expect.poll(() => lab.fingerprint("#map-picture")).not.toBe(plain);
  await lab.openSettings();
  await lab.field("model.conditional").locator("input").uncheck();
  await lab.field("model.variational").locator("input").uncheck();
  await page.keyboard.press("Escape");
  await lab.draw();
  await expect(page.locator(".map-stage")).toHaveAttribute("aria-label", /Your digit lies at/);
});

test("looking at the map changes no result", async ({ page, lab }) => {
  const run = async (look) => {
    await lab.open("explore");
    if (look) await page.locator(".map-stage").scrollIntoViewIfNeeded();
    for (let i = 1; i <= 5; i += 1) {
      await lab.step.click();
      await expect.poll(() => lab.steps()).toBe(i);
      if (look) {
        await page.locator(".map-stage").focus();
        await page.keyboard.press("ArrowUp");
      }
    }
    // The second visit finds the drawing of the first one on the pad.
    await lab.clear();
    await lab.draw();
    await lab.waitForReconstruction();
    await lab.settledText("#costs");
    await lab.openRoom("play");
    await expect(page.locator("#samples-grid")).toHaveAttribute("aria-label", /step 5$/);
    return [await lab.cost("recon"), await lab.cost("kl"), await lab.settledFingerprint("#samples-grid")];
  };
  expect(await run(true)).toEqual(await run(false));
});

test("an open list of dimensions stands still while the model learns, and is brought up to date when it is left", async ({ page, lab }) => {
  await lab.open("explore");
  await lab.train.click();
  await lab.waitForStep(20);
  await page.locator(".map-stage").scrollIntoViewIfNeeded();
  const [held, other] = [page.locator("#map-axis-u"), page.locator("#map-axis-v")];
  const entries = (list) => list.locator("option").allTextContents();
  await expect(held).toBeVisible();
  await held.focus();
  await held.evaluate((list) => void (window.held = { options: [...list.options], chosen: list.value }));
  const texts = await entries(held);
  for (let i = 0; i < 2; i += 1) {
    const before = await entries(other);
    await expect.poll(() => entries(other)).not.toEqual(before);
  }
  expect(await entries(held)).toEqual(texts);
  expect(await held.evaluate((list) => list.value === window.held.chosen && window.held.options.every((option, i) => list.options[i] === option))).toBe(true);
  await lab.pause();
  await expect.poll(async () => (await entries(held)).sort()).toEqual((await entries(other)).sort());
  // Whatever the order is now, each dimension kept its element.
  expect(await held.evaluate((list) => window.held.options.every((option) => option.parentElement === list))).toBe(true);
});
