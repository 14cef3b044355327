import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

import { expect, test } from "./fixture.js";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

for (const width of [1440, 360]) {
  test(`earlier runs stay in the table and on the charts, ${width} pixels wide`, async ({ page, lab }) => {
    await page.setViewportSize({ width, height: 900 });
    await lab.open("train");
    await expect(page.locator("#runs tbody")).toContainText("Not trained yet.");
    for (let run = 0; run < 2; run += 1) {
      await lab.train.click();
      await lab.waitForStep(220);
      await lab.pause();
      await lab.reset.click();
      await expect.poll(() => lab.steps()).toBe(0);
    }
    const rows = page.locator("#runs tr[data-run]");
    await expect(rows).toHaveCount(2);
    await expect(rows.nth(0).locator("input[type=text]")).toHaveValue("Digits 20-D 2");
    await expect(rows.nth(1).locator("input[type=text]")).toHaveValue("Digits 20-D");
    await expect(rows.nth(1).locator(".number").last()).toHaveText(/^\d+\.\d/);
    await expect(page.locator("#charts .chart-notes")).toContainText("Thin lines: Digits 20-D 2, Digits 20-D");
    const both = await lab.settledFingerprint('#charts .chart[data-metric="bound"] canvas');
    await rows.nth(0).locator("input[type=checkbox]").uncheck();
    await expect.poll(() => lab.fingerprint('#charts .chart[data-metric="bound"] canvas')).not.toBe(both);
    const bySteps = await lab.settledFingerprint('#charts .chart[data-metric="bound"] canvas');
    await page.locator("#charts-by").selectOption("seconds");
    await expect.poll(() => lab.fingerprint('#charts .chart[data-metric="bound"] canvas')).not.toBe(bySteps);
    await rows.nth(1).locator("input[type=text]").fill("First try");
    await rows.nth(1).locator("input[type=text]").press("Enter");
    // The table is kept in the background.
    await page.waitForTimeout(300);
    await page.reload();
    await lab.ready();
    await expect(rows).toHaveCount(2);
    await expect(rows.nth(1).locator("input[type=text]")).toHaveValue("First try");
    await expect(page.locator("#charts-by")).toHaveValue("seconds");
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => window.axe.run());
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target)}`)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    const event = page.waitForEvent("download");
    await page.locator("#save-runs").click();
    const lines = (await readFile(await (await event).path(), "utf8")).trim().split("\n");
    expect(lines[0]).toBe("run,settings,step,seconds,bound,reconstruction,kl");
    expect(lines.filter((line) => line.startsWith('"First try",')).length).toBeGreaterThanOrEqual(2);
    await page.getByRole("button", { name: "Delete First try" }).click();
    await expect(rows).toHaveCount(1);
  });
}

test("a run that is brought back is not an earlier one", async ({ page, lab }) => {
  await lab.open("train");
  await lab.train.click();
  await lab.waitForStep(120);
  await lab.pause();
  await lab.reset.click();
  await expect(page.locator("#runs tr[data-run]")).toHaveCount(1);
  await lab.notices.getByRole("button", { name: "Bring it back" }).click();
  await expect(page.locator("#runs tr[data-run]")).toHaveCount(0);
  await expect(page.locator(".run-now")).not.toContainText("Not trained yet.");
});

test("a name that is being typed, and the keyboard, stay in the table while runs come and go", async ({ page, lab }) => {
  await lab.open("train");
  const rows = page.locator("#runs tr[data-run]");
  for (let run = 1; run <= 3; run += 1) {
    await lab.step.click();
    await expect.poll(() => lab.steps()).toBe(1);
    await lab.reset.click();
    await expect(rows).toHaveCount(run);
  }
  const name = rows.nth(1).locator("input[type=text]");
  await name.focus();
  await page.keyboard.press("End");
  await page.keyboard.type(", tri");
  // The list changes, by another hand.
  await rows.nth(0).locator("[data-delete]").evaluate((button) => button.click());
  await expect(rows).toHaveCount(2);
  await page.keyboard.type("ed twice");
  await page.keyboard.press("Enter");
  await expect(rows.nth(0).locator("input[type=checkbox]")).toHaveAccessibleName("Digits 20-D 2, tried twice on the charts");
  await rows.nth(0).locator("[data-delete]").focus();
  await page.keyboard.press("Enter");
  await expect(rows).toHaveCount(1);
  await expect(rows.nth(0).locator("[data-delete]")).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(rows).toHaveCount(0);
  await expect(page.locator("#save-runs")).toBeVisible();
});
