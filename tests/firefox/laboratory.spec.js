/**
 * A visit in Firefox as it is published, over WebDriver BiDi. Playwright runs the test and serves the site; its own way to Firefox
 * needs one that was changed for it.
 */

import { existsSync } from "node:fs";

import { expect, test } from "@playwright/test";
import puppeteer from "puppeteer-core";

import { THREE } from "../e2e/fixture.js";

const places = [process.env.VAE_LAB_FIREFOX ?? "", "/usr/bin/firefox-esr", "/usr/bin/firefox"];
const executablePath = places.find((place) => place !== "" && existsSync(place));

test.skip(!executablePath, "there is no Firefox here");

let browser;
test.beforeAll(async () => {
  browser = await puppeteer.launch({ browser: "firefox", executablePath, headless: true });
});
test.afterAll(() => browser?.close());

for (const width of [1440, 360]) {
  test(`in Firefox a visitor draws, trains, looks back, walks and explores, ${width} pixels wide`, async ({ baseURL }) => {
    const page = await browser.newPage();
    await page.setViewport({ width, height: 900 });
    const problems = [];
    page.on("pageerror", (error) => problems.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error") problems.push(message.text());
    });
    const text = (selector) => page.$eval(selector, (element) => element.textContent ?? "");
    const label = (selector) => page.$eval(selector, (element) => element.getAttribute("aria-label") ?? "");
    const steps = async () => Number((await text("#stat-step")).replaceAll(",", ""));
    const click = async (selector) => {
      await page.$eval(selector, (element) => element.scrollIntoView({ block: "center" }));
      await page.click(selector);
    };

    await page.goto(baseURL);
    await expect.poll(() => text("#origin"), { timeout: 30_000 }).toContain("has been to school already");
    await expect.poll(() => page.$eval('.stage[data-stage="test"]', (stage) => stage.dataset.state)).toBe("done");
    await click("#clear");
    await page.$eval("#pad canvas", (pad) => pad.scrollIntoView({ block: "center" }));
    const box = await (await page.$("#pad canvas")).boundingBox();
    const at = ([x, y]) => [box.x + box.width * x, box.y + box.height * y];
    await page.mouse.move(...at(THREE[0]));
    await page.mouse.down();
    for (const point of THREE.slice(1)) await page.mouse.move(...at(point), { steps: 4 });
    await page.mouse.up();
    await expect.poll(async () => Number(await text('#costs [data-value="bound"]'))).toBeGreaterThan(20);
    expect(await label("#pad canvas")).toContain("one stroke");

    await click('[data-pin="A"] [data-pin-mine]');
    await click('[data-pin="B"] [data-pin-test]');
    await expect.poll(() => label("#walk-strip")).toContain("9 digits along the walk");
    await page.$eval(".map-stage", (stage) => stage.scrollIntoView({ block: "center" }));
    await expect.poll(() => label(".map-stage")).toContain("Your digit lies at");
    await page.focus(".map-stage");
    await page.keyboard.down("Shift");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.up("Shift");
    await expect.poll(() => page.$eval("#map-u", (field) => field.value)).toBe("0.50");

    await click("#train");
    await expect.poll(steps).toBeLessThan(1_000);
    await expect.poll(steps, { timeout: 30_000 }).toBeGreaterThan(60);
    await click("#train");
    await page.focus("#moment-scrub");
    await page.keyboard.press("Home");
    await expect.poll(() => text("#moment-words")).toContain("as it was at step 0");
    await click("#back-to-now");
    await expect.poll(() => page.$eval("#back-to-now", (button) => button.hidden)).toBe(true);
    await click('[aria-label="About Samples"]');
    await expect.poll(() => page.$eval("#help-samples", (popover) => popover.matches(":popover-open"))).toBe(true);
    await page.keyboard.press("Escape");
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    await page.reload();
    await expect.poll(() => text("#notices"), { timeout: 30_000 }).toContain("Your model is still here");
    expect(problems).toEqual([]);
    await page.close();
  });
}
