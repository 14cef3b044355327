import { ROOMS } from "../../www/app/rooms.js";
import { expect, test } from "./fixture.js";

test("memory does not grow between step 500 and step 10,000, with every panel at work", async ({ page, lab }) => {
  test.setTimeout(180_000);
  await lab.open("explore");
  await lab.draw();
  await lab.waitForReconstruction();
  for (const pin of ["A", "B"]) await page.getByRole("button", { name: `Pin a test digit as ${pin}` }).click();
  await page.locator("#map-others summary").click();
  await lab.press("#python summary");
  await lab.openSettings();
  // A small model does many steps in little time; what is kept per step would show all the same.
  await lab.setField("model.encoderHidden", "32");
  await lab.setField("model.decoderHidden", "32");
  await lab.setField("batchSize", "32");
  await page.keyboard.press("Escape");
  await expect(page.locator("#fact-layers")).toHaveText("784 → 32 → 20 → 32 → 784");
  // Map, walk and grids are painted where they can be seen: each room is made small enough to show all, and all rooms are seen.
  await page.setViewportSize({ width: 1440, height: 4000 });
  await expect(lab.stage("train")).toHaveAttribute("data-state", "done");

  await lab.train.click();
  await seeRooms(lab);
  await lab.waitForStep(500);
  const early = await memory(page);
  for (let step = 1_000; step <= 10_000; step += 1_500) {
    await seeRooms(lab);
    await lab.waitForStep(step, 120_000);
  }
  const late = await memory(page);
  await lab.pause();
  test.info().annotations.push({ type: "memory", description: JSON.stringify({ early, late }) });
  // The page keeps the curves, which are bounded and longer at the end; the worker keeps nothing. The time-lapse's store, with a
  // bound of its own, is in neither heap.
  for (const [part, allowed] of [["wasm", 0], ["page", 1_500_000], ["worker", 400_000]]) {
    expect.soft(late[part], `${part}: ${early[part]} bytes at step 500, ${late[part]} at step 10,000`).toBeLessThanOrEqual(early[part] + allowed);
  }
});

/** Walks through all rooms. */
async function seeRooms(lab) {
  for (const room of ROOMS) await lab.openRoom(room);
}

/** Memory in use, in bytes: the wasm module's, and both JavaScript heaps' with their buffers after a garbage collection. */
async function memory(page) {
  const wasm = Number.parseFloat((await page.locator("#fact-memory").textContent()) ?? "") * 1e6;
  expect(wasm).toBeGreaterThan(0);
  const browser = await page.context().browser().newBrowserCDPSession();
  const { targetInfos } = await browser.send("Target.getTargets");
  const heap = async (type) => {
    const { targetId } = targetInfos.find((target) => target.type === type && target.url.includes("/vae-lab/"));
    const { sessionId } = await browser.send("Target.attachToTarget", { targetId, flatten: false });
    const ask = (id, method) =>
      new Promise((resolve) => {
        const listener = ({ sessionId: from, message }) => {
          const answer = JSON.parse(message);
          if (from !== sessionId || answer.id !== id) return;
          browser.off("Target.receivedMessageFromTarget", listener);
          resolve(answer.result);
        };
        browser.on("Target.receivedMessageFromTarget", listener);
        void browser.send("Target.sendMessageToTarget", { sessionId, message: JSON.stringify({ id, method }) });
      });
    await ask(1, "HeapProfiler.collectGarbage");
    const { usedSize, backingStorageSize } = await ask(2, "Runtime.getHeapUsage");
    return usedSize + backingStorageSize;
  };
  const found = { wasm, page: await heap("page"), worker: await heap("worker") };
  await browser.detach();
  return found;
}
