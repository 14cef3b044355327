import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

import { expect, test } from "./fixture.js";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** The stage of a page, as a visitor handles it. */
function stageOf(page) {
  const sliders = page.locator("#code-bars [role=slider]");
  return {
    sliders,
    back: page.locator("#code-of-digit"),
    readout: page.locator("#code-readout"),
    value: (place) => sliders.nth(place).getAttribute("aria-valuenow").then(Number),
    /** Drags a bar to a place of the picture's height, 0 above and 1 below. */
    async drag(place, to) {
      const box = await sliders.nth(place).boundingBox();
      const x = box.x + box.width / 2;
      await page.mouse.move(x, box.y + box.height / 2);
      await page.mouse.down();
      await page.mouse.move(x, box.y + box.height * to, { steps: 6 });
      await page.mouse.up();
    },
  };
}

/** What the visitor sees of an element: how bright its darkest and its brightest pixel are, and one near its corner. */
async function brightness(page, selector) {
  const png = (await page.locator(selector).screenshot()).toString("base64");
  return page.evaluate(async (data) => {
    const bitmap = await createImageBitmap(new Blob([Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0))]));
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
    context.drawImage(bitmap, 0, 0);
    // The corners are round.
    const { data: rgba } = context.getImageData(8, 8, bitmap.width - 16, bitmap.height - 16);
    const red = Uint8Array.from({ length: rgba.length / 4 }, (_, i) => rgba[i * 4]);
    red.sort((a, b) => a - b);
    return { least: red[0], most: red.at(-1), corner: rgba[0] };
  }, png);
}

test.describe("with a trained model", () => {
  test.use({ shippedModels: true });

  test("a drawing shows the model's activations, and its code sorted by KL", async ({ page, lab }) => {
    await lab.open();
    const stage = stageOf(page);
    const before = await lab.fingerprint("#encoder-tiles canvas >> nth=0");
    await lab.draw();
    await lab.waitForReconstruction();
    await expect(page.locator("#encoder-tiles canvas")).not.toHaveCount(0);
    await expect(page.locator("#decoder-tiles canvas")).not.toHaveCount(0);
    await expect.poll(() => lab.fingerprint("#encoder-tiles canvas >> nth=0")).not.toBe(before);
    expect(Math.max(...(await lab.pixels("#decoder-tiles canvas >> nth=0")))).toBe(255);

    await lab.settledText("#costs");
    const texts = await stage.sliders.evaluateAll((all) => all.map((slider) => slider.getAttribute("aria-valuetext")));
    const kl = texts.map((text) => Number(/KL ([\d.]+) nats/.exec(text)?.[1] ?? 0));
    expect(kl).toEqual([...kl].sort((a, b) => b - a));
    expect(Math.abs(kl.reduce((sum, value) => sum + value, 0) - (await lab.cost("kl")))).toBeLessThan(0.3);
    const collapsed = await stage.sliders.evaluateAll((all) => all.map((slider) => slider.dataset.collapsed === "true"));
    expect(collapsed).toEqual(texts.map((text) => text.endsWith("collapsed")));
    expect(await page.locator("#code-bars path.bar").getAttribute("d")).toMatch(/^M/);
  });

  test("a bar that is dragged changes the answer, and a press or a new stroke brings the digit's code back", async ({ page, lab }) => {
    await lab.open();
    const stage = stageOf(page);
    await lab.draw();
    await lab.waitForReconstruction();
    await lab.settledText("#costs");
    const own = await lab.settledFingerprint("#answer");
    const value = await stage.value(0);
    await expect(stage.back).toBeDisabled();

    await stage.drag(0, value > 0 ? 0.9 : 0.1);
    await expect.poll(() => lab.fingerprint("#answer")).not.toBe(own);
    await expect(page.locator("#answer")).toHaveAttribute("aria-label", "What the decoder makes of the code that you moved");
    await expect(page.locator("#announcer")).toHaveText("The code was moved. The picture is what the decoder makes of it.");
    expect(Math.abs((await stage.value(0)) - (value > 0 ? -2.4 : 2.4))).toBeLessThan(0.1);
    await stage.back.click();
    await expect.poll(() => lab.fingerprint("#answer")).toBe(own);
    expect(await stage.value(0)).toBe(value);

    await stage.drag(1, 0.2);
    await expect.poll(() => lab.fingerprint("#answer")).not.toBe(own);
    await lab.draw([[0.1, 0.1], [0.15, 0.1]]);
    await expect(stage.back).toBeDisabled();
    await expect(page.locator("#answer")).toHaveAttribute("aria-label", /^The reconstruction: /);
  });

  test("the keyboard goes from bar to bar and moves them", async ({ page, lab }) => {
    await lab.open();
    const stage = stageOf(page);
    await lab.waitForReconstruction();
    await lab.settledText("#costs");
    const own = await lab.settledFingerprint("#answer");
    await stage.sliders.first().focus();
    const first = await stage.value(0);
    await page.keyboard.press("ArrowUp");
    expect(await stage.value(0)).toBeCloseTo(first + 0.1, 1);
    await page.keyboard.press("ArrowRight");
    await expect(stage.sliders.nth(1)).toBeFocused();
    await expect(stage.readout).toHaveText(/^z\d+ = /);
    await page.keyboard.press("Home");
    expect(await stage.value(1)).toBe(-3);
    await page.keyboard.press("PageUp");
    expect(await stage.value(1)).toBe(-2);
    await expect.poll(() => lab.fingerprint("#answer")).not.toBe(own);
    // One stop for the Tab key: the next is the button that brings the code back, or what comes after the bars.
    expect(await stage.sliders.evaluateAll((all) => all.filter(({ tabIndex }) => tabIndex === 0).length)).toBe(1);
    await stage.back.focus();
    await page.keyboard.press("Enter");
    await expect.poll(() => lab.fingerprint("#answer")).toBe(own);
    await expect(stage.sliders.nth(1)).toBeFocused();
  });

  test("every picture is ink on paper in light colours and chalk on black in dark ones, at once", async ({ page, lab }) => {
    await lab.open();
    await lab.waitForReconstruction();
    await lab.settledText("#costs");
    for (const [colorScheme, corner] of [["light", 255], ["dark", 0], ["light", 255]]) {
      await page.emulateMedia({ colorScheme });
      for (const picture of ["#pad canvas", "#answer", "#seen", "#samples-grid", "#map-picture"]) {
        await lab.openRoom(picture === "#map-picture" ? "explore" : "play");
        const found = await brightness(page, picture);
        if (picture !== "#map-picture") expect(found.corner, `${picture}, ${colorScheme}`).toBe(corner);
        expect(found.most - found.least, `${picture}, ${colorScheme}`).toBeGreaterThan(100);
      }
      await lab.openRoom("play");
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => window.axe.run("#draw"));
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target)}`)).toEqual([]);
    }
  });

  test("costs are explained to the pointer and to the keyboard", async ({ page, lab }) => {
    await lab.open();
    await lab.waitForReconstruction();
    const about = page.locator("#about-kl");
    await expect(about).toBeHidden();
    await page.locator(".cost-kl").hover();
    await expect(about).toBeVisible();
    await page.mouse.move(0, 0);
    await expect(about).toBeHidden();
    await page.locator(".cost-bound dd").focus();
    await expect(page.locator("#about-bound")).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(page.locator("#about-bound")).toBeHidden();
  });

  for (const [width, height] of [[390, 844], [360, 640]]) {
    test(`pad and answer are equal squares side by side, with the code below, ${width} pixels wide`, async ({ page, lab }) => {
      await page.setViewportSize({ width, height });
      await lab.open();
      await lab.waitForReconstruction();
      const [pad, answer, code] = await Promise.all(["#pad", "#answer", "#code-bars"].map((part) => page.locator(part).boundingBox()));
      for (const [one, other] of [[answer.width, pad.width], [answer.height, pad.height], [answer.y, pad.y], [pad.width, pad.height]]) {
        expect(Math.abs(one - other)).toBeLessThan(1);
      }
      expect(answer.x).toBeGreaterThanOrEqual(pad.x + pad.width);
      expect(code.y).toBeGreaterThanOrEqual(pad.y + pad.height);
      const top = (await page.locator('[data-scene="pad"]').boundingBox()).y;
      expect(code.y + code.height - top).toBeLessThanOrEqual(330);
    });
  }
});

test("a moved code stays while the model trains, and its answer lives on with the model", async ({ page, lab }) => {
  await lab.open();
  const stage = stageOf(page);
  await lab.draw();
  await lab.waitForReconstruction();
  await lab.train.click();
  await lab.waitForStep(20);
  await stage.drag(0, 0.25);
  const moved = await stage.value(0);
  expect(Math.abs(moved - 1.5)).toBeLessThan(0.1);
  const answer = await lab.fingerprint("#answer");
  await expect.poll(() => lab.fingerprint("#answer")).not.toBe(answer);
  expect(await stage.value(0)).toBe(moved);
  await expect(page.locator(".stage .link").first()).toHaveCSS("animation-name", "pulse");
  await page.emulateMedia({ reducedMotion: "reduce" });
  await expect(page.locator(".stage .link").first()).toHaveCSS("animation-name", "none");
  await lab.pause();
  await stage.back.click();
  expect(await stage.value(0)).not.toBe(moved);
});

test("a plain autoencoder's code has no sigma, and none of its numbers is collapsed", async ({ page, lab }) => {
  await lab.open();
  await lab.openSettings();
  await lab.field("model.variational").locator("input").uncheck();
  await page.keyboard.press("Escape");
  await lab.draw();
  await lab.waitForReconstruction();
  const stage = stageOf(page);
  await expect.poll(() => page.locator("#code-bars path.band").getAttribute("d")).toBe("");
  await expect(page.locator("#code-bars path.band-collapsed")).toHaveAttribute("d", "");
  await expect(page.locator("#code-bars [data-collapsed=true]")).toHaveCount(0);
  const own = await lab.settledFingerprint("#answer");
  await stage.drag(0, 0.1);
  await expect.poll(() => lab.fingerprint("#answer")).not.toBe(own);
});

test("a moved code of a conditional model keeps the label that was chosen", async ({ page, lab }) => {
  await lab.open();
  await lab.openSettings();
  await lab.field("model.conditional").locator("input").check();
  await page.keyboard.press("Escape");
  await lab.draw();
  await expect(page.locator("#digit-labels p")).toHaveText(/^Read as \d\./);
  await page.getByRole("button", { name: "Read it as a 4" }).click();
  await expect(page.locator("#digit-labels p")).toHaveText("Read as 4. Or as another:");
  const stage = stageOf(page);
  const own = await lab.settledFingerprint("#answer");
  await stage.drag(0, 0.1);
  await expect.poll(() => lab.fingerprint("#answer")).not.toBe(own);
  const four = await lab.settledFingerprint("#answer");
  await page.getByRole("button", { name: "Read it as a 5" }).click();
  await expect.poll(() => lab.fingerprint("#answer")).not.toBe(four);
  await expect(page.locator("#answer")).toHaveAttribute("aria-label", "What the decoder makes of the code that you moved");
});
