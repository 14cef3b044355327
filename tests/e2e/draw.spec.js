import { expect, test, THREE } from "./fixture.js";

test("the page paints at once and the pad takes ink before the model is there", async ({ page, lab }) => {
  let release = () => {};
  const held = new Promise((resolve) => (release = resolve));
  await page.route("**/pkg/*.wasm", async (route) => {
    await held;
    await route.continue();
  });
  await page.goto("./");
  await expect(page.locator("h1")).toBeVisible();
  await expect(lab.stage("model")).toContainText("Model");
  await lab.draw();
  await expect(lab.pad).toHaveAttribute("aria-label", "Drawing pad: one stroke");
  expect(await lab.cost("bound")).toBeNull();

  release();
  // The ink that was there before the model is reconstructed as soon as it is.
  await lab.waitForReconstruction();
  await expect(lab.stage("model")).toHaveText(/Model\s*\d+\.\d MB ✓/);
  await expect(lab.stage("test")).toHaveText(/Test digits\s*1\.6 MB ✓/);
  await expect(lab.stage("train")).toHaveText(/Training digits\s*9\.7 MB ✓/);
});

for (const [what, address] of [["the page's own code", "**/v-*/main.js"], ["the model's worker", "**/worker/main.js"], ["the model's program", "**/pkg/*.wasm"]]) {
  test(`the pad takes ink before ${what} is there, and the stroke is reconstructed afterwards`, async ({ page, lab }) => {
    let release = () => {};
    const held = new Promise((resolve) => (release = resolve));
    await page.route(address, async (route) => {
      await held;
      await route.continue();
    });
    await page.goto("./", { waitUntil: "commit" });
    await expect(lab.pad).toHaveAttribute("aria-label", /^Drawing pad: empty/);
    await lab.draw();
    await expect(lab.pad).toHaveAttribute("aria-label", "Drawing pad: one stroke");
    const drawn = await lab.fingerprint("#pad canvas");
    release();
    await lab.ready();
    await lab.waitForReconstruction();
    expect(await lab.fingerprint("#pad canvas")).toBe(drawn);
  });
}

test("a drawing is seen, reconstructed and priced in nats; undo and clear take it back", async ({ page, lab }) => {
  await lab.open();
  const before = await lab.fingerprint("#seen");
  await lab.draw();
  await lab.waitForReconstruction();
  expect(await lab.fingerprint("#seen")).not.toBe(before);
  const [recon, kl, bound] = [await lab.cost("recon"), await lab.cost("kl"), await lab.cost("bound")];
  // An untrained model guesses every pixel at about one half: 784 ln 2 = 543 nats.
  expect(recon).toBeGreaterThan(450);
  expect(recon).toBeLessThan(700);
  expect(kl).toBeGreaterThanOrEqual(0);
  expect(Math.abs(recon + kl - bound)).toBeLessThan(0.21);
  await lab.openRoom("explore");
  await expect(page.locator("#variations-empty")).toBeHidden();
  await lab.openRoom("play");
  expect(await lab.fingerprint("#variations-grid")).toMatch(/^224x84:/);

  await lab.draw([[0.2, 0.9], [0.8, 0.9]]);
  await expect(lab.pad).toHaveAttribute("aria-label", "Drawing pad: 2 strokes");
  await page.locator("#undo").click();
  await expect(lab.pad).toHaveAttribute("aria-label", "Drawing pad: one stroke");
  await expect.poll(() => lab.cost("bound")).toBe(bound);

  await page.locator("#clear").click();
  await expect.poll(() => lab.cost("bound")).toBeNull();
  await lab.openRoom("explore");
  await expect(page.locator("#variations-empty")).toBeVisible();
  await page.locator("#undo").click();
  await expect.poll(() => lab.cost("bound")).toBe(bound);
});

test("a pointer that is taken away ends its stroke, and a second finger draws nothing", async ({ lab }) => {
  await lab.open();
  await lab.pad.evaluate((canvas) => {
    canvas.setPointerCapture = () => {};
    const box = canvas.getBoundingClientRect();
    const fire = (type, pointerId, x, y) =>
      canvas.dispatchEvent(
        new PointerEvent(type, { pointerId, pointerType: "touch", bubbles: true, clientX: box.left + box.width * x, clientY: box.top + box.height * y }),
      );
    fire("pointerdown", 11, 0.3, 0.3);
    fire("pointerdown", 12, 0.8, 0.8);
    fire("pointermove", 12, 0.9, 0.9);
    fire("pointermove", 11, 0.5, 0.5);
    fire("pointercancel", 11, 0.5, 0.5);
    fire("pointermove", 11, 0.1, 0.9);
    fire("pointerup", 12, 0.9, 0.9);
  });
  await expect(lab.pad).toHaveAttribute("aria-label", "Drawing pad: one stroke");
  await lab.draw();
  await expect(lab.pad).toHaveAttribute("aria-label", "Drawing pad: 2 strokes");
});

test("a test digit comes with its label and is shown to the model exactly as it is", async ({ page, lab }) => {
  await lab.open();
  await page.locator("#test-digit").click();
  await expect(lab.pad).toHaveAttribute("aria-label", /^Drawing pad: a test digit, a \d$/);
  await lab.waitForReconstruction();
  const found = await page.locator("#seen").evaluate(async (canvas) => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, 28, 28);
    const seen = Array.from({ length: 784 }, (_, index) => data[index * 4]);
    const response = await fetch("./data/t10k-images-idx3-ubyte.gz");
    const images = new Uint8Array(await new Response(response.body.pipeThrough(new DecompressionStream("gzip"))).arrayBuffer());
    for (let image = 0; image < 10_000; image += 1) {
      const start = 16 + image * 784;
      if (seen.every((value, pixel) => images[start + pixel] === value)) return image;
    }
    return -1;
  });
  expect(found).toBeGreaterThanOrEqual(0);
  await lab.draw([[0.1, 0.1], [0.2, 0.1]]);
  await expect(lab.pad).toHaveAttribute("aria-label", /^Drawing pad: a test digit, a \d and one stroke$/);
});

test("a digit can be drawn with the keyboard alone", async ({ page, lab }) => {
  await lab.open();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  while (!(await lab.pad.evaluate((canvas) => canvas === document.activeElement))) await page.keyboard.press("Tab");
  await expect(page.locator("#pad-keys")).toBeVisible();
  for (let i = 0; i < 7; i += 1) await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Space");
  for (let i = 0; i < 14; i += 1) await page.keyboard.press("ArrowDown");
  await expect(lab.pad).toHaveAttribute("aria-label", "Drawing pad: one stroke. Pen at 14, 21, down");
  await page.keyboard.press("Space");
  await lab.waitForReconstruction();
  await page.keyboard.press("u");
  await expect.poll(() => lab.cost("bound")).toBeNull();
  await page.keyboard.press("t");
  await expect(lab.pad).toHaveAttribute("aria-label", /a test digit/);
  await page.keyboard.press("c");
  await expect(lab.pad).toHaveAttribute("aria-label", /^Drawing pad: empty/);
});

test("new noise paints other samples", async ({ page, lab }) => {
  await lab.open();
  await expect.poll(() => lab.fingerprint("#samples-grid")).toMatch(/^224x224:/);
  await expect(page.locator("#samples-grid")).toHaveAttribute("aria-label", "64 samples from noise, by the model at step 0");
  const before = await lab.fingerprint("#samples-grid");
  await page.locator("#new-samples").click();
  await expect.poll(() => lab.fingerprint("#samples-grid")).not.toBe(before);
});

test.describe("on a phone", () => {
  test.use({ viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true });

  test("drawing with a finger draws and does not scroll the page", async ({ page, lab }) => {
    await lab.open();
    await lab.pad.scrollIntoViewIfNeeded();
    const box = await lab.pad.boundingBox();
    const scrolled = await page.evaluate(() => scrollY);
    const touch = await page.context().newCDPSession(page);
    const send = (type, touchPoints) => touch.send("Input.dispatchTouchEvent", { type, touchPoints });
    /** A finger that goes through these places, as fast as a hand. */
    const swipe = async (places) => {
      await send("touchStart", [places[0]]);
      for (const place of places.slice(1)) {
        await send("touchMove", [place]);
        await page.waitForTimeout(16);
      }
      await send("touchEnd", []);
      await page.waitForTimeout(200);
    };
    await swipe(THREE.map(([x, y]) => ({ x: box.x + box.width * x, y: box.y + box.height * y })));
    await expect(lab.pad).toHaveAttribute("aria-label", "Drawing pad: one stroke");
    await lab.waitForReconstruction();

    // The same long swipe is a stroke on the pad, and scrolls the page in the margin beside it.
    const upwards = (x) => Array.from({ length: 16 }, (_, index) => ({ x, y: box.y + box.height - 20 - index * 12 }));
    await swipe(upwards(box.x + 40));
    await expect(lab.pad).toHaveAttribute("aria-label", "Drawing pad: 2 strokes");
    expect(await page.evaluate(() => scrollY)).toBe(scrolled);
    await swipe(upwards(6));
    await expect(lab.pad).toHaveAttribute("aria-label", "Drawing pad: 2 strokes");
    expect(await page.evaluate(() => scrollY)).toBeGreaterThan(scrolled);
  });

});

test("nothing is wider than the screen, from a small phone to a desktop", async ({ page, lab }) => {
  await lab.open();
  await lab.openSettings();
  for (const width of [320, 360, 480, 768, 900, 1024, 1280, 1920]) {
    await page.setViewportSize({ width, height: 800 });
    await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  }
});
