/**
 * The two wasm builds against each other: with relaxed SIMD every gradient agrees with the plain build's, whose gradients agree
 * with Burn's autodiff (tests/fused_against_burn.rs). Relaxed SIMD may round a product and a sum once instead of twice.
 */

import { expect, test } from "../e2e/fixture.js";
import { CODE } from "../published.js";

const TOLERANCE = 1e-4;

const MODELS = [];
for (const activation of ["relu", "tanh", "gelu"]) {
  for (const likelihood of ["bernoulli", "gaussian"]) {
    for (const widths of [[16, 3, 16], [17, 5, 13]]) MODELS.push({ activation, likelihood, widths });
  }
}

for (const batchSize of [1, 7, 128, 512]) {
  test(`gradients of the relaxed build, batch size ${batchSize}`, async ({ page }) => {
    await page.route("**/builds.html", (route) => route.fulfill({ contentType: "text/html", body: "<!doctype html><title>builds</title>" }));
    // It is joined with others when the page is built.
    await page.route("**/lib/instructions.js", (route) => route.fulfill({ path: "www/lib/instructions.js", contentType: "text/javascript" }));
    // Beside the code, whose addresses are then short.
    await page.goto(`./${CODE}builds.html`);
    const found = await page.evaluate(compareBuilds, { models: MODELS, batchSize });
    for (const { model, compared, worst } of found) {
      expect(compared, model).toBeGreaterThan(10_000);
      expect(worst, `${model}: relative to the largest gradient of its tensor`).toBeLessThanOrEqual(TOLERANCE);
    }
    // Both builds giving the very same numbers everywhere would mean that one module was loaded twice.
    expect(Math.max(...found.map(({ worst }) => worst))).toBeGreaterThan(0);
  });
}

/** Runs in the page: the largest difference of a gradient between the builds, for each model. */
async function compareBuilds({ models, batchSize }) {
  const { hasRelaxedSimd } = await import("./lib/instructions.js");
  if (!hasRelaxedSimd()) throw new Error("this browser must have relaxed SIMD for the comparison, and has not");
  // The glue keeps one instance: a query makes the browser load it twice.
  const build = async (file, query) => {
    const wasm = await import(`./pkg/vae_lab.js?${query}`);
    await wasm.default({ module_or_path: new URL(`./pkg/${file}`, location.href) });
    return wasm;
  };
  const builds = [await build("vae_lab_bg.wasm", "simd"), await build("vae_lab_relaxed_bg.wasm", "relaxed")];
  const images = 512;
  let state = 7;
  const random = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  const x = Uint8Array.from({ length: images * 784 }, () => (random() < 0.2 ? random() * 256 : 0));
  const labels = Uint8Array.from({ length: images }, () => random() * 10);
  const file = (header, data) => {
    const bytes = new Uint8Array(header.length * 4 + data.length);
    header.forEach((word, index) => new DataView(bytes.buffer).setUint32(index * 4, word));
    bytes.set(data, header.length * 4);
    return bytes;
  };
  const gradients = (wasm, config) => {
    const lab = new wasm.Lab();
    lab.pushData("trainImages", file([0x803, images, 28, 28], x));
    lab.pushData("trainLabels", file([0x801, images], labels));
    lab.finishData("trainImages");
    lab.finishData("trainLabels");
    lab.start(config);
    if (!lab.beginStep()) throw new Error("the step must begin, and waits for images");
    lab.gradients(0, 1);
    const into = new Float32Array(lab.status().parameters);
    lab.copyGradients(into);
    lab.free();
    return into;
  };
  return models.map(({ activation, likelihood, widths: [encoder, latentDim, decoder] }) => {
    const [{ config: preset }] = builds[0].presets();
    const model = { ...preset.model, activation, likelihood, encoderHidden: [encoder], latentDim, decoderHidden: [decoder] };
    const [plain, relaxed] = builds.map((wasm) => gradients(wasm, { ...preset, batchSize, model }));
    // The tensors lie one after another: weights and bias of each layer.
    const layers = [[784, encoder], [encoder, latentDim], [encoder, latentDim], [latentDim, decoder], [decoder, 784]];
    const sizes = layers.flatMap(([inputs, outputs]) => [inputs * outputs, outputs]);
    if (sizes.reduce((sum, size) => sum + size, 0) !== plain.length) throw new Error(`the sizes of the tensors must add up to ${plain.length}`);
    let [from, worst] = [0, 0];
    for (const size of sizes) {
      let [largest, difference] = [0, 0];
      for (let i = from; i < from + size; i += 1) {
        largest = Math.max(largest, Math.abs(plain[i]));
        difference = Math.max(difference, Math.abs(plain[i] - relaxed[i]));
      }
      if (largest > 0) worst = Math.max(worst, difference / largest);
      from += size;
    }
    return { model: `${activation}, ${likelihood}, ${encoder}-${latentDim}-${decoder}`, compared: plain.length, worst };
  });
}
