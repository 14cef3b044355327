import { expect, test } from "./fixture.js";

test("a conditional model writes the digit that is asked for, and tells as what it reads the visitor's", async ({ page, lab }) => {
  await lab.open();
  await expect(page.locator("#sample-labels")).toBeHidden();
  await expect(page.locator("#digit-labels")).toBeHidden();
  await lab.openSettings();
  await lab.field("model.conditional").locator("input").check();
  await page.keyboard.press("Escape");
  await expect(page.locator("#sample-labels")).toBeVisible();
  const grid = page.locator("#samples-grid");
  await expect(grid).toHaveAttribute("aria-label", "100 samples, 0 to 9 by turns, by the model at step 0");
  const all = await lab.fingerprint("#samples-grid");
  expect(all).toMatch(/^280x280:/);

  const seven = page.getByRole("button", { name: "Write me a 7" });
  await seven.click();
  await expect(seven).toHaveAttribute("aria-pressed", "true");
  await expect(grid).toHaveAttribute("aria-label", "100 samples of 7, by the model at step 0");
  await expect.poll(() => lab.fingerprint("#samples-grid")).not.toBe(all);
  await page.locator("#sample-labels").getByRole("button", { name: "all" }).click();
  await expect.poll(() => lab.fingerprint("#samples-grid")).toBe(all);

  await lab.draw();
  await expect(page.locator("#digit-labels p")).toHaveText(/^Read as \d\./);
  // The last of the ink may still be on its way to the model.
  const guess = await lab.settledText("#digit-labels p");
  await lab.openRoom("explore");
  await expect(page.locator("#variations-empty")).toBeHidden();
  const variations = await lab.settledFingerprint("#variations-grid");
  await lab.openRoom("play");
  const other = guess.startsWith("Read as 3") ? 5 : 3;
  await page.getByRole("button", { name: `Read it as a ${other}` }).click();
  await expect(page.locator("#digit-labels p")).toHaveText(`Read as ${other}. Or as another:`);
  await lab.openRoom("explore");
  await expect.poll(() => lab.fingerprint("#variations-grid")).not.toBe(variations);
  await lab.openRoom("play");
  // The choice was for that drawing.
  await page.locator("#clear").click();
  await expect(page.getByRole("button", { name: "guess" })).toHaveAttribute("aria-pressed", "true");
  await page.locator("#undo").click();
  await expect(page.locator("#digit-labels p")).toHaveText(guess);

  // Training and its own evaluations work with labels too.
  await lab.train.click();
  await expect.poll(async () => (await lab.chart("bound")).quick, { timeout: 30_000 }).not.toBeNull();
  await lab.pause();
});
