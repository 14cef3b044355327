/**
 * How the page feels on a slow machine: largest contentful paint, layout shift and interaction to next paint (web.dev/vitals) with
 * the processor slowed down four times, while the model trains; a newcomer's first seconds, and how soon a drawing is answered, at
 * the machine's own speed.
 */

import { test } from "@playwright/test";

const SLOWDOWN = 4;
/** Each is pressed so many times, on a walk through the rooms that begins and ends in Play. */
const ROUNDS = 8;
const BUTTONS = ["#new-samples", "#test-digit", "#settings-toggle", "#settings-toggle", "#tab-explore", "#new-variations", "#tab-train", "#tab-models", "#tab-play"];

for (const width of [1440, 360]) {
  test(`vitals at ${width} pixels`, async ({ page }) => {
    await page.setViewportSize({ width, height: 900 });
    await page.addInitScript(() => {
      window.vitals = { lcp: 0, cls: 0, interactions: new Map() };
      const observe = (type, options, take) => new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true, ...options });
      observe("largest-contentful-paint", {}, ({ startTime }) => (window.vitals.lcp = startTime));
      observe("layout-shift", {}, ({ value, hadRecentInput }) => (window.vitals.cls += hadRecentInput ? 0 : value));
      observe("event", { durationThreshold: 16 }, ({ interactionId, duration }) => {
        const { interactions } = window.vitals;
        if (interactionId) interactions.set(interactionId, Math.max(interactions.get(interactionId) ?? 0, duration));
      });
    });
    const session = await page.context().newCDPSession(page);
    await session.send("Emulation.setCPUThrottlingRate", { rate: SLOWDOWN });
    await page.goto("./");
    await page.locator("#train:not([disabled])").waitFor();
    await page.waitForTimeout(8_000);
    await page.locator("#train").click();
    await page.waitForTimeout(4_000);
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const button of BUTTONS) {
        await page.locator(button).click();
        await page.waitForTimeout(350);
      }
    }
    await page.locator("#pad canvas").scrollIntoViewIfNeeded();
    const box = await page.locator("#pad canvas").boundingBox();
    await page.mouse.move(box.x + 60, box.y + 60);
    await page.mouse.down();
    await page.mouse.move(box.x + 120, box.y + 120, { steps: 10 });
    await page.mouse.up();
    await page.locator("#tab-explore").click();
    await page.locator(".map-stage").focus();
    for (let i = 0; i < 5; i += 1) await page.keyboard.press("ArrowUp");
    await page.waitForTimeout(1_000);
    const { lcp, cls, times } = await page.evaluate(() => ({ ...window.vitals, times: [...window.vitals.interactions.values()].sort((a, b) => b - a) }));
    const at = (part) => times[Math.floor(part * times.length)] ?? "below 16";
    console.log(`${width} pixels, ${SLOWDOWN} times slower: LCP ${Math.round(lcp)} ms, CLS ${cls.toFixed(3)}, ${times.length} interactions: worst ${at(0)} ms, 1 in 10 above ${at(0.1)} ms, median ${at(0.5)} ms`);
  });
}

test("the first seconds of a newcomer", async ({ page }) => {
  await page.goto("./");
  const since = async (name, seen) => {
    await page.waitForFunction(seen, undefined, { polling: "raf", timeout: 60_000 });
    console.log(`${name}: ${Math.round(await page.evaluate(() => performance.now()))} ms after the page was asked for`);
  };
  await since("the trained model is at work", () => document.querySelector("#erase")?.checkVisibility());
  await since("the example is reconstructed", () => document.querySelector('#costs [data-value="bound"]')?.textContent !== "–");
  await page.locator("#tab-explore").click();
  await since("its dot is on the map, which was opened then", () => document.querySelector(".map-stage")?.getAttribute("aria-label")?.includes("Your digit lies at"));
  await page.locator("#tab-play").click();
  await page.locator("#erase").click();
  const begin = await page.evaluate(() => performance.now());
  const isBelow = (nats) => {
    const words = document.querySelector('.chart[data-metric="bound"] .plot')?.getAttribute("aria-label") ?? "";
    return Number(/, test ([\d.]+)/.exec(words)?.[1] ?? Infinity) < nats;
  };
  for (const nats of [200, 150, 130]) {
    await page.waitForFunction(isBelow, nats, { timeout: 60_000 });
    console.log(`${((await page.evaluate(() => performance.now()) - begin) / 1000).toFixed(1)} s after "Reset and train": test bound below ${nats} nats`);
  }
});

test("from the pointer to the reconstruction on the screen, while the model trains by all workers", async ({ page }) => {
  await page.addInitScript(() => {
    window.moved = 0;
    window.delays = [];
    let last = 0;
    const put = CanvasRenderingContext2D.prototype.putImageData;
    CanvasRenderingContext2D.prototype.putImageData = function (image, ...rest) {
      put.call(this, image, ...rest);
      if (this.canvas !== document.querySelector("#seen") || window.moved === 0) return;
      // What the model sees changes with new ink alone; the reconstruction is painted in the same frame.
      const sum = image.data.reduce((hash, byte) => (Math.imul(hash, 31) + byte) | 0, 0);
      if (sum === last) return;
      last = sum;
      const from = window.moved;
      window.moved = 0;
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => window.delays.push(performance.now() - from);
      port2.postMessage(null);
    };
    addEventListener("pointermove", ({ timeStamp, buttons }) => buttons && (window.moved = timeStamp), { capture: true });
  });
  await page.goto("./");
  await page.locator("#tab-models").click();
  await page.locator("#workers").selectOption({ index: -1 + (await page.locator("#workers option").count()) });
  await page.locator("#tab-play").click();
  await page.locator("#erase").click();
  await page.waitForTimeout(3_000);
  const box = await page.locator("#pad canvas").boundingBox();
  await page.mouse.move(box.x + 60, box.y + 60);
  await page.mouse.down();
  for (let i = 1; i <= 150; i += 1) {
    const angle = i / 6;
    await page.mouse.move(box.x + box.width * (0.5 + 0.35 * Math.cos(angle)), box.y + box.height * (0.5 + 0.35 * Math.sin(angle * 1.3)));
    await page.waitForTimeout(60);
  }
  await page.mouse.up();
  const workers = await page.locator("#workers").inputValue();
  const delays = (await page.evaluate(() => window.delays)).sort((a, b) => a - b);
  console.log(`${delays.length} moves, ${workers} workers: median ${delays[delays.length >> 1].toFixed(0)} ms, 95th percentile ${delays[Math.floor(0.95 * delays.length)].toFixed(0)} ms`);
});
