import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

import { ROOMS } from "../../www/app/rooms.js";
import { expect, test } from "./fixture.js";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

async function violations(page) {
  await page.evaluate(axe);
  const { violations: found } = await page.evaluate(() => window.axe.run());
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target)}`);
}

test("every control and every number says what it is", async ({ page, lab }) => {
  await lab.open();
  const silent = () => page.evaluate(() =>
    [...document.querySelectorAll("main button, main input, main select, main dd, #costs dd, #stats dd")]
      .filter((element) => !element.closest("#settings, #how, .help-popover, .visually-hidden") && element.checkVisibility() && element.getAttribute("type") !== "file")
      .filter((element) => !element.title && !element.hasAttribute("aria-describedby") && !element.querySelector("[title]") && !element.closest("[title]"))
      .map((element) => element.id || element.textContent),
  );
  for (const room of ROOMS) {
    await lab.openRoom(room);
    expect(await silent(), room).toEqual([]);
  }
});

for (const width of [1440, 360]) {
  test(`a panel's question mark opens by pointer and keys, and leads on, ${width} pixels wide`, async ({ page, lab }) => {
    await page.setViewportSize({ width, height: 900 });
    await lab.open("explore");
    const button = page.getByRole("button", { name: "About Latent map" });
    await button.click();
    const popover = page.locator("#help-map");
    await expect(popover).toBeVisible();
    await expect(popover).toContainText("Each little picture is what the decoder makes of the code at its place.");
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await expect(popover).toBeHidden();
    await button.focus();
    await page.keyboard.press("Enter");
    await expect(popover).toBeVisible();
    await popover.getByRole("link").click();
    await expect(popover).toBeHidden();
    await expect(page.locator("#how-code")).toBeInViewport();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  });
}

test("terms below lead to the panels that show them", async ({ page, lab }) => {
  await lab.open("learn");
  for (const panel of ["draw", "map", "variations", "training", "samples", "evaluation"]) {
    await lab.openRoom("learn");
    const link = page.locator(`#how a[href="#${panel}"]`).first();
    await link.click();
    await expect(page.locator(`#${panel}`)).toBeInViewport();
  }
});

test.describe("a newcomer", () => {
  test.use({ shippedModels: true });

  test("sees an example, reconstructed and on the map, until the first stroke", async ({ page, lab }) => {
    await lab.open();
    await expect(page.locator("#pad")).toHaveAttribute("data-example", "true");
    await lab.waitForReconstruction();
    await lab.openRoom("explore");
    await page.locator(".map-stage").scrollIntoViewIfNeeded();
    await expect(page.locator(".map-stage")).toHaveAttribute("aria-label", /Your digit lies at/);
    await lab.settledText("#costs");
    const before = await lab.cost("bound");
    await lab.draw([[0.5, 0.2], [0.5, 0.8]]);
    await expect(page.locator("#pad")).not.toHaveAttribute("data-example", "true");
    await expect(lab.pad).toHaveAttribute("aria-label", /one stroke/);
    await expect.poll(() => lab.cost("bound")).not.toBe(before);
  });
});

test.describe("with reduced motion", () => {
  test.use({ shippedModels: true, contextOptions: { reducedMotion: "reduce" } });

  test("the example stands at once", async ({ page, lab }) => {
    await lab.open();
    await expect(page.locator("#pad")).toHaveAttribute("data-example", "true");
    const at = await lab.fingerprint("#pad canvas");
    await page.waitForTimeout(400);
    expect(await lab.fingerprint("#pad canvas")).toBe(at);
  });
});

test("Escape closes what lies above all else, and nothing more", async ({ page, lab }) => {
  await lab.open();
  await lab.openSettings();
  const settings = page.locator("#settings");
  const about = page.getByRole("button", { name: "About Samples" });
  await about.focus();
  await page.keyboard.press("Enter");
  await expect(page.locator("#help-samples")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.locator("#help-samples")).toBeHidden();
  await expect(settings).toBeVisible();
  await expect(about).toBeFocused();

  // A key may follow before the browser has told of what opened, or has taken the keyboard out of what closed.
  await page.evaluate(() => {
    window.pressEscape = () => document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true, cancelable: true }));
    document.querySelector("#help-samples").showPopover();
    window.pressEscape();
  });
  await expect(page.locator("#help-samples")).toBeHidden();
  await expect(settings).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(settings).toBeHidden();
});
