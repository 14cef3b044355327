/**
 * A first visit from a phone: nothing is cached, the line is slow, the processor slowed down four times. When something is painted, when a
 * stroke leaves ink, when its reconstruction stands, and what was downloaded for it. Chromium slows down the page, not its workers.
 * `PHONE_ROUNDS` is how often each is measured.
 */

import { test } from "@playwright/test";

import { serveSlowly } from "./slow-server.js";

const SLOWDOWN = 4;
const ROUNDS = Number(process.env.PHONE_ROUNDS ?? 3);
const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 3, isMobile: true, hasTouch: true, serviceWorkers: /** @type {const} */ ("allow") };
const LINES = [
  { name: "slow 4G (1.6 Mbit/s, 150 ms)", bitsPerSecond: 1.6e6, roundTripMs: 150 },
  { name: "fast 4G (9 Mbit/s, 60 ms)", bitsPerSecond: 9e6, roundTripMs: 60 },
];
/** Above this a model has learnt nothing: one that knows nothing needs 543 nats. */
const LEARNT_NATS = 400;

for (const line of LINES) {
  test(`a first visit from a phone, ${line.name}`, async ({ browser }) => {
    const visits = [];
    for (let round = 0; round < ROUNDS; round += 1) visits.push(await visit(browser, line));
    const median = (/** @type {(visit: (typeof visits)[number]) => number} */ of) => visits.map(of).sort((a, b) => a - b)[ROUNDS >> 1];
    const words = [
      `first paint ${seconds(median(({ painted }) => painted))}`,
      `the pad takes ink ${seconds(median(({ inked }) => inked))}`,
      `the stroke is reconstructed ${seconds(median(({ answered }) => answered))}`,
    ];
    const { log, answered } = visits[visits.length - 1];
    const before = log.filter(({ asked }) => asked < answered);
    const bytes = before.reduce((sum, { bytes, done }) => sum + (done <= answered ? bytes : 0), 0);
    const files = before.map(({ path, asked, begun, done, bytes }) => `${seconds(asked)} ${seconds(begun)} ${seconds(done)} ${kilobytes(bytes)}  ${path}`);
    console.log([
      `${line.name}, ${SLOWDOWN} times slower, median of ${ROUNDS}: ${words.join(", ")}`,
      ` asked  first byte   done`,
      ...files,
      `${before.length} files asked for before the reconstruction; those that came whole: ${kilobytes(bytes).trim()}`,
    ].join("\n"));
  });
}

/**
 * @param {import("@playwright/test").Browser} browser
 * @param {(typeof LINES)[number]} line
 */
async function visit(browser, line) {
  const server = await serveSlowly(line);
  const context = await browser.newContext(PHONE);
  try {
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    await session.send("Emulation.setCPUThrottlingRate", { rate: SLOWDOWN });
    await page.addInitScript(watch, LEARNT_NATS);
    const asked = performance.now();
    await page.goto(server.url, { waitUntil: "commit" });
    await drawUntilInked(page);
    const times = await page.waitForFunction(() => (window.phone.answered ? { ...window.phone, painted: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0 } : null), undefined, { timeout: 120_000 });
    const log = server.log.map((entry) => ({ ...entry, asked: entry.asked - asked, begun: entry.begun - asked, done: entry.done - asked }));
    return { ...(await times.jsonValue()), log };
  } finally {
    await context.close();
    server.close();
  }
}

/** In the page: notes when the pointer has left ink where it is, and when the model has answered it. @param {number} learntNats */
function watch(learntNats) {
  window.phone = { inked: 0, answered: 0 };
  // After the pad, which listens further inside.
  addEventListener("pointerdown", ({ target, clientX, clientY }) => {
    if (window.phone.inked > 0 || !(target instanceof HTMLCanvasElement)) return;
    const { left, top, width, height } = target.getBoundingClientRect();
    const at = [((clientX - left) / width) * target.width, ((clientY - top) / height) * target.height];
    if (target.getContext("2d").getImageData(at[0], at[1], 1, 1).data[3] > 0) window.phone.inked = performance.now();
  });
  const look = () => {
    const bound = document.querySelector('#costs [data-value="bound"]')?.textContent ?? "–";
    if (window.phone.inked > 0 && Number.parseFloat(bound) < learntNats) window.phone.answered = performance.now();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

/**
 * Touches the pad with a real pointer, again and again, until it leaves ink, and then draws a stroke. Each touch is short: what was begun
 * before the pad was there leaves none.
 *
 * @param {import("@playwright/test").Page} page
 */
async function drawUntilInked(page) {
  await page.locator("#pad canvas").waitFor({ state: "attached" });
  for (;;) {
    const { x, y, width, height, inked } = await page.evaluate(() => {
      const canvas = document.querySelector("#pad canvas");
      canvas?.scrollIntoView({ block: "center" });
      const { x, y, width, height } = canvas?.getBoundingClientRect() ?? new DOMRect();
      return { x, y, width, height, inked: window.phone.inked > 0 };
    });
    await page.mouse.move(x + width * 0.5, y + height * 0.2);
    await page.mouse.down();
    if (inked) await page.mouse.move(x + width * 0.5, y + height * 0.8, { steps: 3 });
    await page.mouse.up();
    if (inked) return;
  }
}

/** @param {number} ms */
function seconds(ms) {
  return `${(ms / 1000).toFixed(2).padStart(6)} s`;
}

/** @param {number} bytes */
function kilobytes(bytes) {
  return `${(bytes / 1000).toFixed(1).padStart(8)} kB`;
}
