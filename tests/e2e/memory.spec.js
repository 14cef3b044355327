import { expect, test } from "./fixture.js";

test("memory does not grow between step 500 and step 5,000", async ({ page, lab }) => {
  test.setTimeout(120_000);
  await lab.open();
  await lab.draw();
  await lab.openSettings();
  // A small model does many steps in little time; what is kept per step would show all the same.
  await lab.setField("model.encoderHidden", "32");
  await lab.setField("model.decoderHidden", "32");
  await lab.setField("batchSize", "32");
  await page.keyboard.press("Escape");
  await expect(page.locator("#fact-layers")).toHaveText("784 → 32 → 20 → 32 → 784");
  await expect(lab.stage("train")).toHaveAttribute("data-state", "done");

  await lab.train.click();
  await lab.waitForStep(500);
  const early = await memory(page);
  await lab.waitForStep(5000, 90_000);
  const late = await memory(page);
  await lab.pause();
  expect(late.wasm, `wasm memory: ${early.wasm} MB, then ${late.wasm} MB`).toBeLessThanOrEqual(early.wasm);
  expect(late.page, `page heap: ${early.page} bytes, then ${late.page}`).toBeLessThanOrEqual(early.page + 3_000_000);
  expect(late.worker, `worker heap: ${early.worker} bytes, then ${late.worker}`).toBeLessThanOrEqual(early.worker + 3_000_000);
});

/** Memory in use: the wasm module's in MB, the JavaScript heaps after a garbage collection in bytes. */
async function memory(page) {
  const wasm = Number.parseFloat((await page.locator("#fact-memory").textContent()) ?? "");
  expect(wasm).toBeGreaterThan(0);
  const heap = () => {
    globalThis.gc();
    return performance.memory?.usedJSHeapSize ?? 0;
  };
  return { wasm, page: await page.evaluate(heap), worker: await page.workers()[0].evaluate(heap) };
}
