import { expect, test } from "./fixture.js";

const open = (page) => page.locator(".room:not([hidden])");

test("tabs open rooms by pointer, and the address, back and forward follow", async ({ page, lab }) => {
  await lab.open();
  await expect(open(page)).toHaveId("room-play");
  await expect(page).toHaveTitle("VAE Lab: train a generator of handwritten digits in your browser");
  await lab.openRoom("explore");
  await expect(page).toHaveURL(/#explore$/);
  await expect(page).toHaveTitle("Explore · VAE Lab");
  await lab.openRoom("models");
  await page.goBack();
  await expect(open(page)).toHaveId("room-explore");
  await page.goBack();
  await expect(open(page)).toHaveId("room-play");
  await page.goForward();
  await expect(open(page)).toHaveId("room-explore");
  await expect(page.locator('[role="tab"][aria-selected="true"]')).toHaveId("tab-explore");
});

test("tabs open rooms by keys", async ({ page, lab }) => {
  await lab.open();
  await page.locator("#tab-play").focus();
  for (const [key, room] of [["ArrowRight", "explore"], ["End", "learn"], ["ArrowRight", "play"], ["ArrowLeft", "learn"], ["Home", "play"]]) {
    await page.keyboard.press(key);
    await expect(page.locator(`#tab-${room}`)).toBeFocused();
    await expect(open(page)).toHaveId(`room-${room}`);
  }
  await expect(page.locator('[role="tab"][tabindex="-1"]')).toHaveCount(6);
});

test("the room is remembered, and an address comes before that", async ({ page, lab }) => {
  await lab.open();
  await lab.openRoom("data");
  await page.goto("about:blank");
  await page.goto("./");
  await expect(open(page)).toHaveId("room-data");
  await page.goto("about:blank");
  await page.goto("./#runs");
  await expect(open(page)).toHaveId("room-train");
  await expect(page.locator("#runs")).toBeInViewport();
});

test("what is in closed rooms is not painted", async ({ page, lab }) => {
  await page.addInitScript(() => {
    window.told = [];
    const post = Worker.prototype.postMessage;
    Worker.prototype.postMessage = function (message, ...rest) {
      if (message.type === "view" || message.type === "codes") window.told.push(message);
      return post.call(this, message, ...rest);
    };
  });
  await lab.open();
  await lab.draw();
  await lab.waitForReconstruction();
  const last = (type) => page.evaluate((wanted) => window.told.filter((message) => message.type === wanted).at(-1) ?? null, type);
  expect(await last("view")).toMatchObject({ variations: null, samples: { columns: 8 } });
  expect(await last("codes")).toBeNull();
  await lab.openRoom("explore");
  await expect.poll(() => last("codes")).toMatchObject({ name: "map", grid: { columns: 20 } });
  expect(await last("view")).toMatchObject({ samples: null, variations: { columns: 8 } });
  await lab.openRoom("learn");
  await expect.poll(() => last("codes")).toMatchObject({ grid: null });
  expect(await last("view")).toMatchObject({ samples: null, variations: null });
});

test("colours follow the button, and are remembered", async ({ page, lab }) => {
  await lab.open();
  const paper = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const light = await paper();
  await page.locator("#theme").click();
  expect(await paper()).toBe(light);
  await page.locator("#theme").click();
  expect(await paper()).not.toBe(light);
  await page.reload();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
});

test("dark colours are the same by choice and by the system", async ({ page, lab }) => {
  const tokens = () => page.evaluate(() => [...document.documentElement.computedStyleMap()].filter(([name]) => name.startsWith("--")).map(([name, value]) => `${name}: ${value}`));
  await page.emulateMedia({ colorScheme: "dark" });
  await lab.open();
  const bySystem = await tokens();
  expect(bySystem.length).toBeGreaterThan(20);
  await page.emulateMedia({ colorScheme: "light" });
  expect(await tokens()).not.toEqual(bySystem);
  for (const theme of ["light", "dark"]) {
    await page.locator("#theme").click();
    await expect(page.locator("html")).toHaveAttribute("data-theme", theme);
  }
  expect(await tokens()).toEqual(bySystem);
});
