import { expect, test } from "./fixture.js";

/** A file that is no model: an error with its name in it. */
const noModel = (name) => ({ name, mimeType: "application/octet-stream", buffer: Buffer.from("nothing") });

test.beforeEach(async ({ page }) => {
  // What a screen reader says: each alert that comes to stand in the page, and what is put into the live region.
  await page.addInitScript(() => {
    window.spoken = [];
    new MutationObserver((records) => {
      for (const node of records.flatMap(({ addedNodes }) => [...addedNodes])) {
        const element = node instanceof Element ? node : node.parentElement;
        if (element?.closest("#announcer, .notice[role=alert]")) window.spoken.push(node.textContent);
      }
    }).observe(document, { childList: true, subtree: true });
  });
});

/** Provokes an error, and gives back its notice. */
async function refuse(page, lab, name) {
  await page.locator("#load-file").setInputFiles(noModel(name));
  const notice = lab.notices.filter({ hasText: name });
  await expect(notice).toBeVisible();
  return notice;
}

const dismissOf = (notice) => notice.getByRole("button", { name: "Dismiss" });
const timesSpoken = (page, words) => page.evaluate((text) => window.spoken.filter((said) => said.includes(text)).length, words);

test("a notice is the same element as long as it stands: the keyboard stays in it, and it is spoken once", async ({ page, lab }) => {
  await lab.open();
  const first = await refuse(page, lab, "one.safetensors");
  const element = await first.elementHandle();
  await dismissOf(first).focus();
  const second = await refuse(page, lab, "two.safetensors");
  await refuse(page, lab, "three.safetensors");
  expect(await element.evaluate((notice) => notice.isConnected)).toBe(true);
  await expect(dismissOf(first)).toBeFocused();
  await dismissOf(second).click();
  await expect(lab.notices).toHaveCount(2);
  expect(await element.evaluate((notice) => notice.isConnected)).toBe(true);
  for (const name of ["one", "two", "three"]) expect(await timesSpoken(page, `${name}.safetensors`)).toBe(1);
});

test("from a notice that is dismissed the keyboard goes to the next one, and at last back to where it came from", async ({ page, lab }) => {
  await lab.open();
  const first = await refuse(page, lab, "one.safetensors");
  const second = await refuse(page, lab, "two.safetensors");
  const third = await refuse(page, lab, "three.safetensors");
  await lab.step.focus();
  await dismissOf(second).focus();
  await page.keyboard.press("Enter");
  await expect(dismissOf(third)).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(dismissOf(first)).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(lab.notices).toHaveCount(0);
  await expect(lab.step).toBeFocused();
});

test("the keyboard follows an error that comes again", async ({ page, lab }) => {
  await lab.open();
  await dismissOf(await refuse(page, lab, "one.safetensors")).focus();
  await page.locator("#load-file").setInputFiles(noModel("one.safetensors"));
  await expect.poll(() => timesSpoken(page, "one.safetensors")).toBe(2);
  await expect(lab.notices).toHaveCount(1);
  await expect(dismissOf(lab.notices)).toBeFocused();
});

test("what is offered is read out once, and once it is taken the keyboard is back where it was", async ({ page, lab }) => {
  await lab.open();
  await lab.step.click();
  await expect.poll(() => lab.steps()).toBe(1);
  await lab.reset.focus();
  await page.keyboard.press("Enter");
  const back = lab.notices.getByRole("button", { name: "Bring it back" });
  await back.focus();
  await page.keyboard.press("Enter");
  await expect.poll(() => lab.steps()).toBe(1);
  await expect(lab.notices).toHaveCount(0);
  await expect(lab.reset).toBeFocused();
  await expect.poll(() => timesSpoken(page, "took the place of the one at step 1")).toBe(1);
});

test("a crash is spoken by its notice alone", async ({ page, lab }) => {
  await page.clock.install();
  await lab.open();
  await page.workers()[0].evaluate(() => void setTimeout(() => { throw new Error("out of memory"); }));
  await expect(lab.notices).toContainText("The model stopped working");
  // Whatever waits for its turn is said by then.
  await page.clock.fastForward(20_000);
  expect(await timesSpoken(page, "stopped working")).toBe(1);
});
