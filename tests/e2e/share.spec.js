import { expect, test } from "./fixture.js";

const THREE_DIMENSIONS = "#lab=1&seed=1&model.latentDim=3";

/** What a visitor does who puts another "#…" behind the address of an open tab. */
const follow = (page, hash) => page.evaluate((text) => void (location.hash = text), hash);

test("a link that is opened in a tab is taken, and the run that was there can be brought back", async ({ page, lab }) => {
  await lab.open("models");
  await lab.train.click();
  await lab.waitForStep(20);
  await follow(page, THREE_DIMENSIONS);
  await expect(page.locator("#fact-layers")).toContainText("→ 3 →");
  await expect(lab.notices.filter({ hasText: "press Train" })).toBeVisible();
  expect(await lab.steps()).toBe(0);
  await expect(page).toHaveURL(/\/vae-lab\/$/);
  await lab.notices.getByRole("button", { name: "Bring it back" }).click();
  await expect.poll(() => lab.steps()).toBeGreaterThanOrEqual(20);
  await expect(page.locator("#fact-layers")).toContainText("→ 20 →");
  // The same link again is a new wish.
  await follow(page, THREE_DIMENSIONS);
  await expect(page.locator("#fact-layers")).toContainText("→ 3 →");
});

test("a link is taken once: a reload is about what the visitor made of it", async ({ page, lab }) => {
  await page.goto(`./${THREE_DIMENSIONS}`);
  await lab.ready();
  await expect(page.locator("#fact-layers")).toContainText("→ 3 →");
  await expect(page).toHaveURL(/\/vae-lab\/$/);
  await lab.openSettings();
  await lab.setField("model.latentDim", "5");
  await expect(page.locator("#fact-layers")).toContainText("→ 5 →");
  await page.keyboard.press("Escape");
  await page.reload();
  await lab.ready();
  await expect(page.locator("#fact-layers")).toContainText("→ 5 →");
});

test("a place of the page is no link to settings, and stays in the address", async ({ page, lab }) => {
  await lab.open("models");
  await lab.step.click();
  await expect.poll(() => lab.steps()).toBe(1);
  await page.getByRole("button", { name: "About Model" }).click();
  await page.locator("#help-model").getByRole("link").click();
  await expect(page).toHaveURL(/#how-[a-z]+$/);
  await expect(page.locator(":target")).toBeInViewport();
  await page.reload();
  await lab.ready();
  await expect(page).toHaveURL(/#how-[a-z]+$/);
});
