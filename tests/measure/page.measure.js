/**
 * How the page feels on a slow machine: largest contentful paint, layout shift and interaction to next paint (web.dev/vitals) with
 * the processor slowed down four times, while the model trains.
 */

import { test } from "@playwright/test";

const SLOWDOWN = 4;

for (const width of [1440, 360]) {
  test(`vitals at ${width} pixels`, async ({ page }) => {
    await page.setViewportSize({ width, height: 900 });
    await page.addInitScript(() => {
      window.vitals = { lcp: 0, cls: 0, interactions: [] };
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) window.vitals.lcp = entry.startTime;
      }).observe({ type: "largest-contentful-paint", buffered: true });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.vitals.cls += entry.value;
      }).observe({ type: "layout-shift", buffered: true });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) if (entry.interactionId) window.vitals.interactions.push({ name: entry.name, ms: entry.duration, target: entry.target?.id });
      }).observe({ type: "event", durationThreshold: 16, buffered: true });
    });
    const session = await page.context().newCDPSession(page);
    await session.send("Emulation.setCPUThrottlingRate", { rate: SLOWDOWN });
    await page.goto("./");
    await page.locator("#train:not([disabled])").waitFor();
    await page.waitForTimeout(8_000);
    await page.locator("#train").click();
    await page.waitForTimeout(4_000);
    for (const button of ["#new-samples", "#test-digit", "#new-variations", "#settings-toggle", "#settings-toggle", "#new-samples"]) {
      await page.locator(button).click();
      await page.waitForTimeout(700);
    }
    const box = await page.locator("#pad canvas").boundingBox();
    await page.locator("#pad canvas").scrollIntoViewIfNeeded();
    await page.mouse.move(box.x + 60, box.y + 60);
    await page.mouse.down();
    await page.mouse.move(box.x + 120, box.y + 120, { steps: 10 });
    await page.mouse.up();
    await page.locator(".map-stage").focus();
    for (let i = 0; i < 5; i += 1) await page.keyboard.press("ArrowUp");
    await page.waitForTimeout(1_000);
    const { lcp, cls, interactions } = await page.evaluate(() => window.vitals);
    const worst = interactions.sort((a, b) => b.ms - a.ms).slice(0, 3);
    console.log(`${width} pixels, ${SLOWDOWN} times slower: LCP ${Math.round(lcp)} ms, CLS ${cls.toFixed(3)}, slowest interactions ${worst.map(({ name, ms, target }) => `${name} ${target ?? ""} ${ms} ms`).join(", ") || "below 16 ms"}`);
  });
}
