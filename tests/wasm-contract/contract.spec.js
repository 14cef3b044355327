/**
 * The JavaScript contract of the wasm module, checked in a real browser: the keys of every object, null against undefined, the
 * kinds of arrays, and the texts of errors. `tests/types/pkg/vae_lab.d.ts` says the same for the type checker.
 */

import { expect, test } from "../e2e/fixture.js";
import { CODE, MODELS } from "../published.js";

test.beforeEach(async ({ page }) => {
  // A page of the site's own origin that does nothing by itself.
  await page.route("**/contract.html", (route) => route.fulfill({ contentType: "text/html", body: "<!doctype html><title>contract</title>" }));
  // Beside the code, whose addresses are then short.
  await page.goto(`./${CODE}contract.html`);
  await page.evaluate(async () => {
    const wasm = await import("./pkg/vae_lab.js");
    await wasm.default({ module_or_path: new URL("./pkg/vae_lab_bg.wasm", location.href) });

    /** An IDX file of `count` images or labels, made up from a seed. */
    function idx(kind, count) {
      const header = kind === "images" ? [0x803, count, 28, 28] : [0x801, count];
      const size = kind === "images" ? 784 : 1;
      const bytes = new Uint8Array(header.length * 4 + count * size);
      const view = new DataView(bytes.buffer);
      header.forEach((word, index) => view.setUint32(index * 4, word));
      for (let i = header.length * 4, state = 7; i < bytes.length; i += 1) {
        state = (Math.imul(state, 1103515245) + 12345) >>> 0;
        bytes[i] = kind === "images" ? (state >>> 16) % 256 : (state >>> 16) % 10;
      }
      return bytes;
    }

    /** A lab with a small model and 256 made-up digits of each kind. */
    function lab(change = {}) {
      const made = new wasm.Lab();
      for (const part of ["train", "test"]) {
        made.pushData(`${part}Images`, idx("images", 256));
        made.pushData(`${part}Labels`, idx("labels", 256));
        made.finishData(`${part}Images`);
        made.finishData(`${part}Labels`);
      }
      const [{ config }] = wasm.presets();
      made.start({ ...config, batchSize: 64, ...change, model: { ...config.model, encoderHidden: [16], latentDim: 3, decoderHidden: [16], ...change.model } });
      return made;
    }

    /** The text of the error that a call throws. */
    function error(call) {
      try {
        call();
      } catch (thrown) {
        return thrown instanceof Error && !(thrown instanceof WebAssembly.RuntimeError) ? thrown.message : `not an Error: ${thrown}`;
      }
      return "nothing was thrown";
    }

    Object.assign(globalThis, { wasm, idx, lab, error });
  });
});

const kind = (value) => Object.prototype.toString.call(value).slice(8, -1);

test("presets, hyper-parameters and version", async ({ page }) => {
  const found = await page.evaluate(() => ({ presets: wasm.presets(), rows: wasm.hyperParameters(), version: wasm.version() }));
  expect(found.version).toMatch(/^\d+\.\d+\.\d+/);
  expect(found.presets.map(({ id }) => id)).toEqual(expect.arrayContaining(["digits-20d", "article"]));
  for (const preset of found.presets) {
    expect(Object.keys(preset).sort()).toEqual(["config", "description", "id", "name", "source"]);
    expect(Object.keys(preset.config).sort()).toEqual(
      ["batchSize", "beta1", "beta2", "binarization", "engine", "epsilon", "freeBits", "initialization", "klWarmupEpochs", "klWeight", "l2", "learningRate", "model", "outputBias", "reduction", "schedule", "scheduleEpochs", "seed", "validationImages"].sort(),
    );
    expect(Object.keys(preset.config.model).sort()).toEqual(["activation", "conditional", "decoderHidden", "encoderHidden", "latentDim", "likelihood", "variational"]);
  }
  const leaves = (config, path = "") =>
    Object.entries(config).flatMap(([key, value]) => (kind(value) === "Object" ? leaves(value, `${path}${key}.`) : [`${path}${key}`]));
  expect(found.rows.map(({ key }) => key).sort()).toEqual(leaves(found.presets[0].config).sort());
  expect(found.rows.filter(({ live }) => live).map(({ key }) => key).sort()).toEqual(["klWeight", "learningRate"]);
  for (const row of found.rows) {
    expect(row.label).toBeTruthy();
    expect(row.help).toMatch(/\.$/);
    expect(["integer", "number", "choice", "switch", "widths"]).toContain(row.kind);
    if (row.kind === "integer" || row.kind === "number") expect(row.min).toBeLessThan(row.max);
    if (row.kind === "choice") expect(row.choices.length).toBeGreaterThan(1);
    expect(Object.values(row)).not.toContain(null);
  }
});

test("a configuration comes back as it was, or is refused with the rule and the value", async ({ page }) => {
  const found = await page.evaluate(() => {
    const [{ config }] = wasm.presets();
    const model = (change) => ({ ...config, model: { ...config.model, ...change } });
    return {
      same: JSON.stringify(wasm.checkConfig(config)) === JSON.stringify(config),
      rate: error(() => wasm.checkConfig({ ...config, learningRate: -1 })),
      nan: error(() => wasm.checkConfig({ ...config, klWeight: NaN })),
      latent: error(() => wasm.checkConfig(model({ latentDim: 0 }))),
      fraction: error(() => wasm.checkConfig({ ...config, batchSize: 1.5 })),
      word: error(() => wasm.checkConfig(model({ activation: "sigmoid" }))),
      widths: error(() => wasm.checkConfig(model({ encoderHidden: [400, 0] }))),
      missing: error(() => wasm.checkConfig({})),
    };
  });
  expect(found.same).toBe(true);
  expect(found.rate).toBe("learningRate must be a number from 0.000001 to 1, got -1");
  expect(found.nan).toBe("klWeight must be a number from 0 to 100, got NaN");
  expect(found.latent).toBe("model.latentDim must be a whole number from 1 to 256, got 0");
  expect(found.fraction).toMatch(/1\.5/);
  expect(found.word).toMatch(/sigmoid/);
  expect(found.widths).toMatch(/\[400, 0\]/);
  expect(found.missing).toMatch(/^config is not as it should be: /);
});

test("a drawing becomes 784 bytes, an empty pad undefined", async ({ page }) => {
  const found = await page.evaluate(() => {
    const ink = new Uint8Array(280 * 280);
    for (let y = 40; y < 240; y += 1) ink.fill(255, y * 280 + 130, y * 280 + 152);
    const digit = wasm.prepareDrawing(ink, 280, 280);
    let [sum, x, y] = [0, 0, 0];
    digit.forEach((value, index) => {
      sum += value;
      x += value * (index % 28);
      y += value * Math.floor(index / 28);
    });
    return {
      type: digit.constructor.name,
      length: digit.length,
      centre: [x / sum, y / sum],
      corner: digit[0],
      empty: wasm.prepareDrawing(new Uint8Array(280 * 280), 280, 280) === undefined,
      wide: wasm.prepareDrawing(new Uint8Array(30 * 10).fill(9), 30, 10).length,
      wrong: error(() => wasm.prepareDrawing(new Uint8Array(10), 280, 280)),
    };
  });
  expect(found).toMatchObject({ type: "Uint8Array", length: 784, corner: 0, empty: true, wide: 784 });
  for (const centre of found.centre) expect(Math.abs(centre - 14)).toBeLessThan(0.6);
  expect(found.wrong).toMatch(/length 78400, got 10/);
});

test("data arrives in any chunks; what has arrived is known; bad files say why", async ({ page }) => {
  const found = await page.evaluate(() => {
    const lab = new wasm.Lab();
    const before = lab.dataStatus();
    const bytes = idx("images", 5);
    for (let i = 0; i < 1000; i += 7) lab.pushData("testImages", bytes.slice(i, Math.min(i + 7, 1000)));
    const between = lab.dataStatus().testImages;
    const early = error(() => lab.finishData("testImages"));
    lab.pushData("testImages", bytes.slice(1000));
    lab.finishData("testImages");
    const digit = lab.digit("test", 4);
    const same = digit.pixels.every((value, index) => value === bytes[16 + 4 * 784 + index]);
    lab.clearData("trainImages");
    return {
      before,
      between,
      after: lab.dataStatus().testImages,
      early,
      keys: Object.keys(digit).sort(),
      same,
      type: digit.pixels.constructor.name,
      label: digit.label,
      outside: error(() => lab.digit("test", 5)),
      magic: error(() => lab.pushData("trainImages", new Uint8Array(16).fill(1))),
      part: error(() => lab.pushData("nothing", bytes)),
    };
  });
  expect(Object.keys(found.before).sort()).toEqual(["testImages", "testLabels", "trainImages", "trainLabels"]);
  expect(found.before.trainImages).toEqual({ received: 0, expected: null, complete: false });
  expect(found.between).toEqual({ received: 1, expected: 5, complete: false });
  expect(found.after).toEqual({ received: 5, expected: 5, complete: true });
  expect(found.early).toMatch(/expected 5 images, found the end of the file after 1/);
  expect(found).toMatchObject({ keys: ["label", "pixels"], same: true, type: "Uint8Array", label: null });
  expect(found.outside).toBe("index must be below 5, the number of images here, got 5");
  expect(found.magic).toMatch(/is not a valid IDX file: expected .* found .*/);
  expect(found.part).toMatch(/nothing/);
});

test("training starts with the first images and waits for those that are still on their way", async ({ page }) => {
  const found = await page.evaluate(() => {
    const lab = new wasm.Lab();
    const [{ config }] = wasm.presets();
    lab.start({ ...config, model: { ...config.model, encoderHidden: [8], latentDim: 2, decoderHidden: [8] } });
    const bytes = idx("images", 6000);
    new DataView(bytes.buffer).setUint32(4, 60_000);
    lab.pushData("trainImages", bytes.slice(0, 1_000_000));
    const early = lab.trainFor(1);
    lab.pushData("trainImages", bytes.slice(1_000_000));
    let steps = 0;
    let slice;
    do {
      slice = lab.trainFor(20);
      steps += slice.steps;
    } while (!slice.waiting);
    return { early, steps, status: lab.status(), evaluation: error(() => lab.beginEvaluation({ split: "train" })) };
  });
  expect(found.early).toMatchObject({ waiting: true });
  // 6,000 of 60,000 images are 46 whole batches of 128.
  expect(found.early.steps + found.steps).toBe(46);
  expect(found.status).toMatchObject({ step: 46, stepsPerEpoch: 469 });
  expect(found.evaluation).toMatch(/have not arrived yet/);
});

test("a run: steps, slices, evaluations and their keys", async ({ page }) => {
  const found = await page.evaluate(() => {
    const idle = new wasm.Lab();
    const none = { has: idle.hasSession(), error: error(() => idle.status()) };
    idle.start(wasm.presets()[0].config);
    const waiting = { step: idle.step() === undefined, slice: idle.trainFor(5), status: idle.status() };
    const lab = globalThis.lab();
    const first = lab.step();
    const status = lab.status();
    lab.trainFor(0);
    const slices = [];
    while (lab.status().step < 100) slices.push(lab.trainFor(50));
    const stopped = lab.status();
    lab.beginEvaluation({ split: "test", limit: 128 });
    let progress = lab.advanceEvaluation(0);
    const partial = progress;
    while (!progress.result) progress = lab.advanceEvaluation(5);
    lab.setHyper({ learningRate: 0.01 });
    return {
      none,
      waiting,
      first,
      status,
      slice: slices.find(({ points }) => points.length > 0),
      due: slices.at(-1).evaluationDue,
      stopped,
      partial,
      result: progress.result,
      rate: lab.config().learningRate,
      badRate: error(() => lab.setHyper({ learningRate: 9 })),
      kept: lab.config().learningRate,
      noHeldOut: error(() => lab.beginEvaluation({ split: "validation" })),
      badSplit: error(() => lab.beginEvaluation({ split: "holdout" })),
    };
  });
  expect(found.none).toEqual({ has: false, error: "there is no model yet: call start or loadCheckpoint first" });
  expect(found.waiting.step).toBe(true);
  expect(found.waiting.slice).toMatchObject({ steps: 0, waiting: true, points: [], last: null, evaluationDue: false });
  expect(found.waiting.status).toMatchObject({ step: 0, epoch: 0, stepInEpoch: 0, stepsPerEpoch: null, imagesSeen: 0, parameters: 652_824 });
  expect(Object.keys(found.first).sort()).toEqual(["elbo", "epoch", "kl", "loss", "recon", "step"]);
  expect(found.first).toMatchObject({ step: 1, epoch: 0.25 });
  expect(found.first.elbo).toBeCloseTo(-(found.first.recon + found.first.kl), 9);
  expect(found.first.loss).toBeCloseTo(-found.first.elbo, 3);
  expect(found.status).toMatchObject({ step: 1, stepInEpoch: 1, stepsPerEpoch: 4, imagesSeen: 64 });
  expect(Object.keys(found.slice).sort()).toEqual(["elapsedMs", "evaluationDue", "last", "points", "steps", "waiting"]);
  expect(found.slice.points[0].step % 20).toBe(0);
  expect(found.due).toBe(true);
  expect(found.stopped).toMatchObject({ step: 100, stepInEpoch: 0, epoch: 25 });
  expect(found.partial).toMatchObject({ total: 128, result: null });
  expect(Object.keys(found.result).sort()).toEqual(["activeUnits", "convention", "elbo", "epoch", "images", "kl", "klPerDim", "logLikelihood", "logLikelihoodSe", "recon", "samples", "split", "step"]);
  expect(found.result).toMatchObject({ split: "test", step: 100, images: 128 });
  expect(found.rate).toBe(0.01);
  expect(found.badRate).toBe("learningRate must be a number from 0.000001 to 1, got 9");
  expect(found.kept).toBe(0.01);
  expect(found.noHeldOut).toMatch(/set validationImages above 0/);
  expect(found.badSplit).toMatch(/holdout/);
});

test("codes, samples and grids are typed arrays of the right size", async ({ page }) => {
  const found = await page.evaluate(() => {
    const lab = globalThis.lab();
    const pixels = lab.digit("test", 0).pixels;
    const two = new Uint8Array(2 * 784);
    const { mu, logvar } = lab.encode(two);
    const decoded = lab.decode(new Float32Array(6));
    const shown = lab.reconstruct(pixels, 1);
    const canvas = new OffscreenCanvas(1, 1);
    lab.paintSamples(canvas, 5, 2, 1);
    const size = [canvas.width, canvas.height];
    const painted = canvas.getContext("2d").getImageData(28 * 3, 28, 28, 28).data;
    const samples = lab.samplePrior(10, 1);
    const eighth = Array.from({ length: 784 }, (_, index) => samples[8 * 784 + index]);
    lab.paintVariations(canvas, 2, 3, pixels, 1);
    const chosen = new OffscreenCanvas(1, 1);
    const codes = Float32Array.from({ length: 12 }, (_, index) => index / 6 - 1);
    lab.paintCodes(chosen, 4, 1, codes);
    const third = lab.decode(codes).slice(2 * 784, 3 * 784);
    const codesPainted = chosen.getContext("2d").getImageData(28 * 2, 0, 28, 28).data;
    const plain = globalThis.lab({ model: { variational: false } });
    return {
      types: [mu, logvar, decoded, shown.pixels, shown.mu, samples, lab.variations(pixels, 2, 1)].map((array) => `${array.constructor.name} ${array.length}`),
      keys: Object.keys(shown).sort(),
      numbers: [shown.recon, shown.kl, shown.elbo],
      again: lab.reconstruct(pixels, 1).recon === shown.recon,
      size,
      sizeAfter: [canvas.width, canvas.height],
      tileIsSample: eighth.every((value, index) => painted[index * 4] === value && painted[index * 4 + 3] === 255),
      codeIsTile: third.every((value, index) => codesPainted[index * 4] === value),
      misfit: error(() => lab.paintCodes(chosen, 2, 1, codes)),
      sameSeed: lab.samplePrior(10, 1).every((value, index) => value === samples[index]),
      otherSeed: lab.samplePrior(10, 2).some((value, index) => value !== samples[index]),
      plainLogvar: plain.encode(pixels).logvar.length,
      plainKl: plain.reconstruct(pixels, 1).kl,
      short: error(() => lab.reconstruct(new Uint8Array(780), 1)),
      ragged: error(() => lab.decode(new Float32Array(4))),
      none: error(() => lab.samplePrior(0, 1)),
      much: error(() => lab.samplePrior(1e9, 1)),
    };
  });
  expect(found.types).toEqual(["Float32Array 6", "Float32Array 6", "Uint8Array 1568", "Uint8Array 784", "Float32Array 3", "Uint8Array 7840", "Uint8Array 1568"]);
  expect(found.keys).toEqual(["elbo", "kl", "label", "logvar", "mu", "pixels", "recon"]);
  expect(found.numbers[2]).toBeCloseTo(-(found.numbers[0] + found.numbers[1]), 6);
  expect(found).toMatchObject({ again: true, size: [140, 56], sizeAfter: [56, 84], tileIsSample: true, codeIsTile: true, sameSeed: true, otherSeed: true, plainLogvar: 0, plainKl: 0 });
  expect(found.short).toBe("pixels must have length 784, got 780");
  expect(found.ragged).toBe("z must have length a positive multiple of 3, got 4");
  expect(found.misfit).toBe("z must have length 6, got 12");
  expect(found.none).toMatch(/count must be a whole number from 1 to \d+, got 0/);
  expect(found.much).toMatch(/count must be a whole number from 1 to \d+, got 1000000000/);
});

test("samples are judged by the shipped classifier", async ({ page }) => {
  const found = await page.evaluate(async (models) => {
    const bytes = async (file) => new Uint8Array(await (await fetch(models + file)).arrayBuffer());
    const lab = new wasm.Lab();
    lab.loadCheckpoint(await bytes("conditional.safetensors"));
    const quality = lab.sampleQuality(await bytes("classifier.safetensors"), 200, 1);
    lab.loadCheckpoint(await bytes("best-mlp.safetensors"));
    const plain = lab.sampleQuality(await bytes("classifier.safetensors"), 200, 1);
    return { quality, plain, bad: error(() => lab.sampleQuality(new Uint8Array(9), 10, 1)) };
  }, `../${MODELS}`);
  expect(Object.keys(found.quality).sort()).toEqual(["agreement", "classShares", "confidence", "coverage", "entropy", "samples"]);
  expect(found.quality).toMatchObject({ samples: 200, coverage: 10 });
  expect(found.quality.agreement).toBeGreaterThan(0.95);
  expect(found.plain.agreement).toBeNull();
  expect(found.plain.classShares.reduce((sum, share) => sum + share)).toBeCloseTo(1, 6);
  expect(found.bad.length).toBeGreaterThan(20);
});

test("a checkpoint takes a run up where it stood, bit for bit; a bad one changes nothing", async ({ page }) => {
  const found = await page.evaluate(() => {
    const lab = globalThis.lab();
    for (let i = 0; i < 7; i += 1) lab.step();
    const bytes = lab.saveCheckpoint();
    const next = [lab.step(), lab.step()];
    const other = globalThis.lab({ seed: 99 });
    other.step();
    const cut = error(() => other.loadCheckpoint(bytes.slice(0, bytes.length / 2)));
    const keptStep = other.status().step;
    other.loadCheckpoint(bytes);
    return {
      type: bytes.constructor.name,
      cut,
      empty: error(() => other.loadCheckpoint(new Uint8Array(0))),
      keptStep,
      step: other.status().step,
      seed: other.config().seed,
      next,
      again: [other.step(), other.step()],
    };
  });
  expect(found.type).toBe("Uint8Array");
  expect(found.cut).toMatch(/^this file is not a VAE Lab checkpoint: .*\. Nothing was changed/);
  expect(found.empty).toMatch(/^this file is not a VAE Lab checkpoint/);
  expect(found).toMatchObject({ keptStep: 1, step: 7, seed: 1 });
  expect(found.again).toEqual(found.next);
});
