/** The README's picture: a trained model, a drawing and its reconstruction. */

import { test, THREE } from "../e2e/fixture.js";

test("screenshot", async ({ page, lab }) => {
  await lab.open();
  await lab.draw(THREE);
  await lab.train.click();
  await lab.waitForStep(1_500, 600_000);
  await lab.pause();
  await page.evaluate(() => window.scrollTo(0, 0));
  await page.screenshot({ path: "docs/screenshot.png" });
});
