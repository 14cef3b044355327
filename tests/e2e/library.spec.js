/** What the table of runs promises: a run that cannot be read, a run of another tab, and replacements that fail. */

import { LabPage, expect, test } from "./fixture.js";
import { keptSteps } from "./kept.js";

/** Trains for some steps, and waits until the browser holds the model as it is then. */
async function trainAndKeep(lab, steps) {
  await lab.train.click();
  await lab.waitForStep(steps);
  await lab.pause();
  const step = await lab.steps();
  await expect.poll(() => lab.page.evaluate(keptSteps)).toContain(step);
  return step;
}

test("a run that cannot be read stays, is offered as a download, and is forgotten only when that is asked for", async ({ page, lab }) => {
  await lab.open("train");
  const step = await trainAndKeep(lab, 20);
  // As if another version of the page had written it.
  await page.evaluate(async () => {
    const answer = (request) => new Promise((resolve, reject) => Object.assign(request, { onsuccess: () => resolve(request.result), onerror: () => reject(request.error) }));
    const [{ name }] = (await indexedDB.databases()).filter((database) => database.name.startsWith("vae-lab "));
    const database = await answer(indexedDB.open(name));
    const models = database.transaction("models", "readwrite").objectStore("models");
    const [id] = await answer(models.getAllKeys());
    await answer(models.put({ ...(await answer(models.get(id))), file: new Uint8Array(40).buffer }, id));
    database.close();
  });
  await page.reload();
  await lab.ready();
  await page.getByRole("button", { name: "Resume where you were" }).click();
  const notice = lab.notices.filter({ hasText: "this version of the page cannot read it" });
  await expect(notice).toHaveCount(1);
  const rows = page.locator("#runs tr[data-run]");
  await expect(rows).toHaveCount(1);
  await expect(rows).toContainText(String(step));
  expect(await lab.steps()).toBe(0);
  const [download] = await Promise.all([page.waitForEvent("download"), notice.getByRole("button", { name: "Download it" }).click()]);
  expect(download.suggestedFilename()).toMatch(/\.safetensors$/);
  await expect(rows).toHaveCount(1);
  await notice.getByRole("button", { name: "Forget it" }).click();
  await expect(rows).toHaveCount(0);
  await expect(notice).toHaveCount(0);
});

test("a run of another tab stands in the table, stays there while it is at work, and is free when that tab is closed", async ({ page, lab, context }) => {
  await lab.open("train");
  const other = await context.newPage();
  await other.route("**/models/index.json", (route) => route.fulfill({ json: [] }));
  const there = new LabPage(other);
  await there.open();
  const step = await trainAndKeep(there, 20);
  const row = page.locator("#runs tr[data-run]");
  await expect(row).toContainText(String(step));
  await expect(row).toContainText("at work in another tab");
  await expect(row.getByRole("button", { name: /Bring back/ })).toBeHidden();
  const own = await trainAndKeep(lab, 5);
  await expect(other.locator("#runs tr[data-run]")).toContainText(String(own));
  await other.close();
  await row.getByRole("button", { name: /Bring back/ }).click();
  await expect.poll(() => lab.steps()).toBe(step);
  await expect(row).toContainText(String(own));
});

test("who trains on from a moment keeps the moments before it, also over a reload", async ({ page, lab }) => {
  await lab.open("train");
  await trainAndKeep(lab, 60);
  const scrub = page.locator("#moment-scrub");
  await scrub.focus();
  for (let i = 0; i < 3; i += 1) await page.keyboard.press("ArrowLeft");
  const back = Number(/at step ([\d,]+),/.exec(await lab.settledText("#moment-words"))[1].replaceAll(",", ""));
  const earlier = Number(await scrub.inputValue());
  await page.locator("#moment-resume").click();
  await expect.poll(() => lab.steps()).toBe(back);
  await expect.poll(async () => Number(await scrub.getAttribute("max"))).toBeGreaterThanOrEqual(earlier);
  const step = await trainAndKeep(lab, back + 5);
  await page.reload();
  await lab.ready();
  await page.getByRole("button", { name: "Resume where you were" }).click();
  await expect.poll(() => lab.steps()).toBe(step);
  await expect.poll(async () => Number(await scrub.getAttribute("max"))).toBeGreaterThanOrEqual(earlier);
});

test.describe("a model that cannot be had", () => {
  test.use({ expectedErrors: [/Failed to load resource/] });

  test("does not stop the one that trains", async ({ page, lab }) => {
    const card = { preset: "digits-20d", name: "Lost", epochs: 1, seed: 1, command: "", test: { elbo: -120, convention: "grey" } };
    await page.route("**/models/index.json", (route) => route.fulfill({ json: ["lost"] }));
    await page.route("**/models/lost.json", (route) => route.fulfill({ json: card }));
    await page.route("**/models/lost.safetensors", (route) => route.fulfill({ status: 404 }));
    await lab.open("train");
    await lab.train.click();
    await lab.waitForStep(10);
    await lab.openRoom("models");
    await page.getByRole("button", { name: "Load Lost" }).click();
    await expect(lab.notices.filter({ hasText: "“Lost” was not loaded" })).toHaveCount(1);
    await lab.waitForStep((await lab.steps()) + 20);
    // One that comes, but is none, is refused by the model's program.
    await page.route("**/models/lost.safetensors", (route) => route.fulfill({ body: Buffer.alloc(64) }));
    await page.getByRole("button", { name: "Load Lost" }).click();
    await expect(lab.notices.filter({ hasText: "“Lost” was not loaded" })).not.toHaveCount(0);
    await lab.waitForStep((await lab.steps()) + 20);
    await lab.pause();
  });
});
