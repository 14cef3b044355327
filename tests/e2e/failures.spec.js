import { expect, test } from "./fixture.js";

test.describe("a failed download", () => {
  test.use({ expectedErrors: [/Failed to load resource/] });

  test("says what and why, and can be tried again", async ({ page, lab }) => {
    await page.route("**/data/t10k-images*", (route) => route.abort("connectionreset"));
    await page.route("**/data/train-images*", (route) => route.fulfill({ status: 503, body: "" }));
    await page.goto("./");
    await expect(lab.stage("test")).toHaveAttribute("data-state", "failed");
    await expect(lab.stage("test")).toContainText("The download of the test digits did not start: Failed to fetch");
    await expect(page.locator("#test-digit")).toBeDisabled();

    await lab.train.click();
    await expect(lab.stage("train")).toContainText('The download of the training digits failed: the server answered "503');

    await page.unroute("**/data/t10k-images*");
    await page.unroute("**/data/train-images*");
    await page.getByRole("button", { name: "Retry: test digits" }).click();
    await expect(lab.stage("test")).toHaveAttribute("data-state", "done");
    await page.getByRole("button", { name: "Retry: training digits" }).click();
    // Train was pressed before; it begins as soon as there is something to train on.
    await lab.waitForStep(5);
  });

  test("of the model itself can be tried again, with the drawing kept", async ({ page, lab }) => {
    await page.route("**/pkg/*.wasm", (route) => route.fulfill({ status: 404, body: "" }));
    await page.goto("./");
    await lab.draw();
    await expect(lab.stage("model")).toContainText('The download of the model failed: the server answered "404');
    await page.unroute("**/pkg/*.wasm");
    await page.getByRole("button", { name: "Retry: model" }).click();
    await lab.waitForReconstruction();
  });

  test("of a damaged data file is told, and the good file is taken", async ({ page, lab }) => {
    await page.route("**/data/t10k-images*", (route) => route.fulfill({ status: 200, body: Buffer.from("this is not MNIST at all") }));
    await page.goto("./");
    await expect(lab.stage("test")).toContainText("is not a valid IDX file");
    await page.unroute("**/data/t10k-images*");
    await page.getByRole("button", { name: "Retry: test digits" }).click();
    await expect(lab.stage("test")).toHaveAttribute("data-state", "done");
  });
});

test.describe("a crash of the model", () => {
  test.use({ expectedErrors: [/panicked at/] });

  test("becomes a message and a restart that loses neither drawing nor training", async ({ page, lab }) => {
    // The module's own contract: a panic writes to the console and throws a RuntimeError.
    await page.route("**/pkg/vae_lab.js", async (route) => {
      const response = await route.fetch();
      const hook = `
        const original = Lab.prototype.trainFor;
        Lab.prototype.trainFor = function (budget) {
          if (globalThis.panicNow) {
            console.error("panicked at src/training/session.rs: out of memory");
            throw new WebAssembly.RuntimeError("unreachable");
          }
          return original.call(this, budget);
        };`;
      await route.fulfill({ response, body: (await response.text()) + hook });
    });
    await lab.open();
    await lab.draw();
    await lab.waitForReconstruction();
    // One worker: it is the one that must not fall.
    await lab.go("#workers");
    await page.locator("#workers").selectOption("1");
    await lab.train.click();
    await lab.waitForStep(30);
    await lab.pause();
    const saved = await lab.steps();
    await lab.train.click();
    await lab.waitForStep(saved + 5);

    for (const worker of page.workers()) {
      await worker.evaluate(() => {
        globalThis.panicNow = true;
      });
    }
    await expect(lab.notices).toContainText("The model stopped working: panicked at src/training/session.rs: out of memory");
    await expect(lab.train).toBeDisabled();
    await expect(lab.pad).toHaveAttribute("aria-label", "Drawing pad: one stroke");
    // The pad goes on taking ink while the model is down.
    await lab.draw([[0.2, 0.9], [0.4, 0.9]]);

    await lab.notices.getByRole("button", { name: "Restart" }).click();
    await lab.ready();
    await expect(lab.notices).toHaveCount(0);
    await expect(lab.pad).toHaveAttribute("aria-label", "Drawing pad: 2 strokes");
    // What was there at the pause, or later, is there again; and it goes on.
    await expect.poll(() => lab.steps()).toBeGreaterThanOrEqual(saved);
    await lab.waitForReconstruction();
    const back = await lab.steps();
    await lab.train.click();
    await lab.waitForStep(back + 5);
  });
});
