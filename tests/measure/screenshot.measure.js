/** The README's pictures: a trained model, a drawing and its reconstruction, on a desk, a tablet and a phone. */

import { test, THREE } from "../e2e/fixture.js";

const SCREENS = [
  { width: 1440, height: 900, colorScheme: "light" },
  { width: 768, height: 1024, colorScheme: "dark" },
  { width: 360, height: 740, colorScheme: "light" },
];

test("screenshot", async ({ page, lab }) => {
  await lab.open();
  await lab.draw(THREE);
  await lab.train.click();
  await lab.waitForStep(1_500, 600_000);
  await lab.pause();
  for (const { width, height, colorScheme } of SCREENS) {
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme });
    await page.evaluate(() => window.scrollTo(0, 0));
    // Charts take their new width and colours in the next frames.
    await page.waitForTimeout(500);
    await page.screenshot({ path: `docs/screenshot-${width}.png` });
  }
});
