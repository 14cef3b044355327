import { readFile, writeFile } from "node:fs/promises";

import { expect, test } from "./fixture.js";

test.use({ serviceWorkers: "allow" });

const SITE_FILES = new URL("../../dist/site-files.js", import.meta.url);

test.describe("with the models of the page", () => {
  test.use({ shippedModels: true });

  test("after one visit the page works without a network: trained model, drawing and training", async ({ page, lab, context }) => {
    await page.goto("./");
    await lab.ready();
    await expect(page.locator("#offline")).toHaveText("Ready offline.", { timeout: 30_000 });
    await context.setOffline(true);
    await page.reload();
    await lab.ready();
    await expect(lab.origin).toContainText("has been to school already");
    await lab.draw();
    await lab.waitForReconstruction();
    await lab.train.click();
    await expect.poll(() => lab.steps()).toBeLessThan(1_000);
    await lab.waitForStep(20);
    await lab.pause();
    await page.goto("./bench.html");
    await expect(page.locator("h1")).toHaveText("How fast is my machine?");
    await context.setOffline(false);
  });
});

test("nothing is asked for before the first load is over", async ({ page, lab }) => {
  const asked = [];
  page.on("request", (request) => asked.push(request.url()));
  await page.goto("./");
  expect(asked.filter((url) => /service-worker|site-files/.test(url))).toEqual([]);
  expect(await page.evaluate(() => navigator.serviceWorker.controller)).toBe(null);
  await lab.ready();
});

test("a new version is offered and not forced, and the run is kept over the update", async ({ page, lab }) => {
  const original = await readFile(SITE_FILES, "utf8");
  try {
    await page.goto("./");
    await lab.ready();
    await expect(page.locator("#offline")).toHaveText("Ready offline.", { timeout: 30_000 });
    await lab.train.click();
    await lab.waitForStep(30);
    await lab.pause();
    const step = await lab.steps();
    await writeFile(SITE_FILES, original.replace(/"version":"/, '"version":"next-'));
    await page.evaluate(async () => (await navigator.serviceWorker.getRegistration()).update());
    await expect(lab.notices).toContainText("A new version of this page is ready.");
    expect(await lab.steps()).toBe(step);
    await lab.notices.getByRole("button", { name: "Update now" }).click();
    await expect(page.getByRole("button", { name: "Resume where you were" })).toBeVisible();
    await page.getByRole("button", { name: "Resume where you were" }).click();
    await expect.poll(() => lab.steps()).toBe(step);
    expect(await page.evaluate(async () => (await (await caches.open((await caches.keys()).find((name) => name.startsWith("used next-")))).keys()).length)).toBeGreaterThan(0);
    expect(await page.evaluate(() => caches.keys())).toContainEqual(expect.stringMatching(/^code next-/));
    expect((await page.evaluate(() => caches.keys())).filter((name) => name.startsWith("code"))).toHaveLength(1);
  } finally {
    await writeFile(SITE_FILES, original);
  }
});

test("a browser that keeps no model is not updated over it", async ({ page, lab }) => {
  await page.addInitScript(() => {
    IDBObjectStore.prototype.put = () => {
      throw new DOMException("The quota has been exceeded.", "QuotaExceededError");
    };
  });
  const original = await readFile(SITE_FILES, "utf8");
  try {
    await page.goto("./");
    await lab.ready();
    await expect(page.locator("#offline")).toHaveText("Ready offline.", { timeout: 30_000 });
    await lab.train.click();
    await lab.waitForStep(20);
    await lab.pause();
    const step = await lab.steps();
    await writeFile(SITE_FILES, original.replace(/"version":"/, '"version":"other-'));
    await page.evaluate(async () => (await navigator.serviceWorker.getRegistration()).update());
    await lab.notices.getByRole("button", { name: "Update now" }).click();
    await expect(lab.notices.filter({ hasText: "The page was not updated" })).toBeVisible();
    expect(await lab.steps()).toBe(step);
  } finally {
    await writeFile(SITE_FILES, original);
  }
});
