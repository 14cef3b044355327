import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

import { ROOMS } from "../../www/app/rooms.js";
import { expect, test } from "./fixture.js";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe-core finds wrong, in few words. */
async function violations(page) {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    // Colours on their way to others are neither.
    const transitions = document.getAnimations().filter((animation) => animation instanceof CSSTransition);
    await Promise.allSettled(transitions.map(({ finished }) => finished));
    const { violations } = await globalThis.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`);
  });
}

/** What axe-core finds wrong in each room. */
async function violationsOfRooms(page, lab) {
  const found = [];
  for (const room of ROOMS) {
    await lab.openRoom(room);
    found.push(...(await violations(page)).map((words) => `${room}: ${words}`));
  }
  return found;
}

for (const colorScheme of ["light", "dark"]) {
  for (const width of [1440, 768, 360]) {
    test.describe(`${colorScheme}, ${width} pixels wide`, () => {
      test.use({ colorScheme, viewport: { width, height: 900 } });

      test("axe-core finds nothing in any room, before and after training, with the settings open", async ({ page, lab }) => {
        test.setTimeout(180_000);
        await page.goto("./");
        expect(await violations(page)).toEqual([]);
        await lab.ready();
        await lab.draw();
        await lab.train.click();
        await lab.waitForStep(20);
        await lab.pause();
        expect(await violationsOfRooms(page, lab)).toEqual([]);
        await lab.press("#evaluate");
        await expect(page.locator("#evaluate-result")).toBeVisible();
        await page.locator(".kl-chart summary").click();
        await page.locator("#python summary").click();
        expect(await violations(page)).toEqual([]);
        await lab.openRoom("play");
        await lab.openSettings();
        await lab.setField("model.latentDim", "0");
        await expect(lab.field("model.latentDim").locator(".error")).toBeVisible();
        await lab.setField("batchSize", "64");
        await expect(page.locator(".pending")).toBeVisible();
        expect(await violations(page)).toEqual([]);
        await page.keyboard.press("Escape");
        await expect(page.locator("#settings")).toBeHidden();
        await lab.reset.click();
        await expect(lab.notices).toHaveCount(1);
        expect(await violations(page)).toEqual([]);
      });

      test("axe-core finds nothing with a trained model that takes labels", async ({ page, lab }) => {
        // Any number will do for what is only looked at.
        const test = { elbo: -104.2, recon: 80.1, kl: 24.1, activeUnits: 20, convention: "grey", logLikelihood: -98.7 };
        const card = { preset: "digits-20d", name: "Labels", epochs: 3, seed: 1, command: "cargo run --release --example pretrain", test };
        await lab.open();
        await lab.openSettings();
        await lab.field("model.conditional").locator("input").check();
        await page.keyboard.press("Escape");
        await expect(page.locator("#sample-labels")).toBeVisible();
        const [download] = await Promise.all([page.waitForEvent("download"), lab.press("#save")]);
        const body = await readFile(await download.path());
        await page.route("**/models/index.json", (route) => route.fulfill({ json: ["labels"] }));
        await page.route("**/models/labels.json", (route) => route.fulfill({ json: card }));
        await page.route("**/models/labels.safetensors", (route) => route.fulfill({ body }));
        await page.reload();
        await lab.ready();
        await lab.openRoom("play");
        await expect(page.locator("#origin p")).toContainText("Labels is pretrained");
        await lab.draw();
        await page.getByRole("button", { name: "Write me a 7" }).click();
        await expect(page.locator("#digit-labels p")).toContainText("Read as");
        expect(await violations(page)).toEqual([]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      });
    });
  }
}

test("everything that can be pressed is at least 24 pixels wide and high, in every room", async ({ page, lab }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await lab.open();
  await lab.openSettings();
  const tooSmall = () =>
    page.evaluate(() =>
      [...document.querySelectorAll("button, input, select, summary, .preset, nav a, [role=tab]")]
        .filter((element) => element.checkVisibility() && !(element instanceof HTMLInputElement && element.type === "radio"))
        // Words in a sentence and terms of a formula are as large as what stands around them (WCAG 2.5.8, inline).
        .filter((element) => !element.matches(".term"))
        .map((element) => ({ name: element.id || element.textContent, box: element.getBoundingClientRect() }))
        .filter(({ box }) => box.width < 24 || box.height < 24)
        .map(({ name, box }) => `${name}: ${box.width}x${box.height}`),
    );
  expect(await tooSmall()).toEqual([]);
  await page.keyboard.press("Escape");
  for (const room of ROOMS) {
    await lab.openRoom(room);
    expect(await tooSmall(), room).toEqual([]);
  }
});

test("a phone of 320 pixels, which is also a desk at 400 %, scrolls in one direction only", async ({ page, lab }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  await lab.open();
  await lab.draw();
  await lab.waitForReconstruction();
  await lab.openSettings();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
  await page.keyboard.press("Escape");
  for (const room of ROOMS) {
    await lab.openRoom(room);
    expect(await page.evaluate(() => document.documentElement.scrollWidth), room).toBeLessThanOrEqual(320);
  }
  await lab.press("#compare-begin");
  await expect(page.locator("#compare .side")).toHaveCount(2);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
  await page.locator("#compare-end").click();
});

test("forced colours keep every control visible", async ({ page, lab }) => {
  await page.emulateMedia({ forcedColors: "active" });
  await lab.open();
  const invisible = () => page.evaluate(() =>
    [...document.querySelectorAll("main button, main select, [role=tab]")]
      .filter((control) => control.checkVisibility() && !control.closest("[hidden]"))
      .filter((control) => {
        const { color, backgroundColor, borderTopWidth } = getComputedStyle(control);
        return color === backgroundColor || (borderTopWidth === "0px" && !control.textContent?.trim());
      })
      .map((control) => control.id || control.textContent),
  );
  for (const room of ROOMS) {
    await lab.openRoom(room);
    expect(await invisible(), room).toEqual([]);
    expect(await violations(page), room).toEqual([]);
  }
});
