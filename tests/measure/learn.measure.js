/**
 * How well a preset learns in the page: chooses it, presses Train, and prints the bound on all test images after each
 * epoch as a line of JSON. LEARN_PRESET, LEARN_EPOCHS and LEARN_SETTINGS (KEY=VALUE, separated by spaces) say what.
 */

import { expect, test } from "../e2e/fixture.js";

const preset = process.env.LEARN_PRESET ?? "digits-20d";
const epochs = Number(process.env.LEARN_EPOCHS ?? 3);
const settings = (process.env.LEARN_SETTINGS ?? "").split(" ").filter(Boolean);

test("learn", async ({ page, lab }) => {
  await lab.open();
  await lab.openSettings();
  await page.locator(`#settings input[value="${preset}"]`).check({ force: true });
  for (const setting of settings) {
    const [key = "", value = ""] = setting.split("=");
    await lab.setField(key, value);
  }
  const apply = page.locator("#apply");
  if (await apply.isVisible()) await apply.click();
  await expect(apply).toBeHidden();
  // The number of workers decides the last digits; with one, the numbers come out the same everywhere.
  await lab.go("#workers");
  await page.locator("#workers").selectOption("1");
  // The table of epochs stands there.
  await lab.openRoom("train");
  const begin = Date.now();
  await lab.train.click();
  const rows = page.locator(".evaluations tbody tr:has(th)");
  for (let epoch = 1; epoch <= epochs; epoch++) {
    await expect(rows).toHaveCount(epoch, { timeout: 600_000 });
    const [recon, kl, bound] = (await rows.first().locator("td").allTextContents()).map(Number);
    const seconds = Number(((Date.now() - begin) / 1000).toFixed(1));
    console.log(JSON.stringify({ preset, epoch, recon, kl, bound, seconds }));
  }
});
