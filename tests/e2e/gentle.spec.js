import { readFile } from "node:fs/promises";

import { expect, test } from "./fixture.js";

/** What a browser does to a tab behind another one, as far as the page can tell. */
async function hide(page, hidden) {
  await page.evaluate((value) => {
    Object.defineProperty(document, "hidden", { configurable: true, get: () => value });
    document.dispatchEvent(new Event("visibilitychange"));
  }, hidden);
}

test("in a hidden tab training goes on, and the visitor is asked once", async ({ page, lab }) => {
  await lab.open("train");
  await lab.train.click();
  await lab.waitForStep(10);
  await hide(page, true);
  const step = await lab.steps();
  await lab.waitForStep(step + 20);
  await hide(page, false);
  await expect(lab.notices).toContainText("Training went on while this tab was hidden");
  await lab.notices.getByRole("button", { name: "Pause it when hidden" }).click();
  await expect(lab.notices).toHaveCount(0);
  await expect(page.locator("#when-hidden")).toHaveValue("pause");
  await hide(page, true);
  await expect(lab.train).toHaveText("Resume");
  const resting = await lab.steps();
  await page.waitForTimeout(500);
  expect(await lab.steps()).toBe(resting);
  await hide(page, false);
  await lab.waitForStep(resting + 10);
  await expect(lab.notices).toHaveCount(0);
  await page.reload();
  await expect(page.locator("#when-hidden")).toHaveValue("pause");
});

test("a share of the processor slows training down and changes nothing else", async ({ page, lab }) => {
  await page.addInitScript(() => {
    // A document that is not the page yet has no storage.
    if (location.protocol !== "about:") localStorage.setItem("vae-lab.preferences", JSON.stringify({ workers: 1 }));
  });
  await lab.open("train");
  await page.locator("#cpu-share").focus();
  for (let i = 0; i < 9; i += 1) await page.keyboard.press("ArrowLeft");
  await expect(page.locator("#cpu-share-text")).toHaveText("10 %");
  await lab.train.click();
  await lab.waitForStep(20);
  const share = await page.locator("#stats").evaluate((stats) => {
    const value = (id) => Number(stats.querySelector(id).textContent.replaceAll(",", ""));
    return (value("#stat-time") * value("#stat-speed")) / 128 / 1000;
  });
  // Of every second a tenth was spent in training steps; the clock of a busy machine is forgiven much.
  expect(share).toBeLessThan(0.3);
  expect(share).toBeGreaterThan(0.01);
  await lab.pause();
});

test("the screen is kept on while training, and only then", async ({ page, lab }) => {
  await page.addInitScript(() => {
    window.locks = [];
    Object.defineProperty(navigator, "wakeLock", {
      value: {
        request: async (type) => {
          window.locks.push(`request ${type}`);
          return { released: false, release: async () => void window.locks.push("release") };
        },
      },
    });
  });
  await lab.open("train");
  await lab.train.click();
  await lab.waitForStep(5);
  expect(await page.evaluate(() => window.locks)).toEqual(["request screen"]);
  await lab.pause();
  await expect.poll(() => page.evaluate(() => window.locks)).toEqual(["request screen", "release"]);
});

test("a link holds the settings; values it cannot hold are mended, and it is said", async ({ page, lab, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await lab.open("train");
  await lab.openSettings();
  await lab.setField("model.latentDim", "3");
  await expect(page.locator("#fact-layers")).toContainText("→ 3 →");
  await page.keyboard.press("Escape");
  await lab.press("#share");
  await expect(page.locator("#share")).toHaveText("Link copied");
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(link).toMatch(/#lab=1&seed=\d+&model\.latentDim=3$/);
  await expect(page.locator("#share-link")).toHaveValue(link);
  await page.goto("about:blank");
  await page.goto(link);
  await lab.ready();
  await expect(page.locator("#fact-layers")).toContainText("→ 3 →");
  await expect(lab.notices).toContainText("press Train");
  await page.goto("about:blank");
  await page.goto(link.replace("latentDim=3", "latentDim=99999&shoe=42"));
  await lab.ready();
  await expect(lab.notices).toContainText("there is no setting “shoe”");
  await expect(lab.notices).toContainText("the nearest that is possible");
  await lab.train.click();
  await lab.waitForStep(1);
});

test("samples, map and charts are saved as PNG, curves as CSV", async ({ page, lab }) => {
  await lab.open("train");
  await lab.train.click();
  await lab.waitForStep(120);
  await lab.pause();
  await lab.go(".map-stage");
  await page.locator(".map-stage").scrollIntoViewIfNeeded();
  await lab.settledFingerprint("#map-picture");
  for (const [button, start] of [["#save-samples", "vae-lab-samples-step-"], ["#save-map", "vae-lab-map-step-"], ["#save-charts", "vae-lab-charts-step-"]]) {
    const event = page.waitForEvent("download");
    await lab.press(button);
    const download = await event;
    expect(download.suggestedFilename()).toContain(start);
    const png = await readFile(await download.path());
    expect(png.subarray(1, 4).toString()).toBe("PNG");
    expect(png.length).toBeGreaterThan(3_000);
    expect(png.readUInt32BE(16)).toBeGreaterThanOrEqual(300);
  }
  const event = page.waitForEvent("download");
  await page.locator("#save-curves").click();
  const lines = (await readFile(await (await event).path(), "utf8")).trim().split("\n");
  expect(lines[0]).toBe("step,epoch,seconds,data,reconstruction,kl,elbo,objective");
  const rows = lines.slice(1).map((line) => line.split(","));
  expect(rows.some(([, , , data]) => data === "training")).toBe(true);
  for (const [step, , seconds, , recon, kl, elbo] of rows) {
    expect(Number(step)).toBeGreaterThan(0);
    expect(Number(seconds)).toBeGreaterThanOrEqual(0);
    expect(-Number(elbo)).toBeCloseTo(Number(recon) + Number(kl), 2);
  }
});
