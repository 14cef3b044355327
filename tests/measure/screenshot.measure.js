/**
 * Pictures of every room on a desktop and on a phone, in light and dark. Those of Play are the README's (docs/), the others are to be
 * looked at (target/screenshots/). Above the README's stands one that moves: a digit is drawn, then a model is trained.
 */

import { mkdirSync, writeFileSync } from "node:fs";

import { ROOMS } from "../../www/app/rooms.js";
import { expect, test, THREE } from "../e2e/fixture.js";
import { animate } from "./apng.js";

const SCREENS = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
];
const LOOKED_AT = "target/screenshots";
const MOST_BYTES = 2_000_000;
/** Of the moving picture, in CSS pixels; half as many are in it. */
const MOVING = { width: 1280, height: 720 };
/** Steps of training at which it shows the page: dense where most happens. */
const MOMENTS = [5, 15, 30, 50, 80, 120, 180, 260, 400, 600, 900];

test.use({ shippedModels: true });

test("screenshot of every room", async ({ page, lab }) => {
  mkdirSync(LOOKED_AT, { recursive: true });
  await lab.open();
  await lab.draw(THREE);
  await beginAnew(lab);
  await lab.waitForStep(1_500, 600_000);
  await lab.pause();
  for (const { width, height } of SCREENS) {
    for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme });
      for (const room of ROOMS) {
        await lab.openRoom(room);
        // Charts take their new width and colours in the next frames.
        await page.waitForTimeout(700);
        await page.screenshot({ path: room === "play" ? `docs/play-${width}-${colorScheme}.png` : `${LOOKED_AT}/${room}-${width}-${colorScheme}.png` });
      }
    }
  }
});

test.describe("moving", () => {
  test.use({ viewport: MOVING, deviceScaleFactor: 0.5 });

  test("screenshot of drawing and training", async ({ page, lab }) => {
    await lab.open();
    await lab.waitForReconstruction();
    await page.locator("#clear").click();
    /** @type {{ png: Buffer, ms: number }[]} */
    const frames = [];
    const take = async (/** @type {number} */ ms) => frames.push({ png: await page.screenshot(), ms });
    await take(600);
    for (let end = 2; end <= THREE.length; end += 1) {
      await lab.draw(THREE.slice(end - 2, end));
      await lab.settledText("#costs");
      await take(end === THREE.length ? 1_500 : 220);
    }
    await beginAnew(lab);
    for (const step of MOMENTS) {
      await lab.waitForStep(step, 600_000);
      await take(350);
    }
    await lab.pause();
    await page.waitForTimeout(700);
    await take(2_500);
    const moving = animate(frames);
    expect(moving.length).toBeLessThan(MOST_BYTES);
    writeFileSync("docs/play.png", moving);
  });
});

/** Trains a new model, and waits until it has taken the place of the pretrained one, which has many steps. */
async function beginAnew(lab) {
  const trained = await lab.steps();
  await lab.train.click();
  await expect.poll(() => lab.steps()).toBeLessThan(trained);
}
