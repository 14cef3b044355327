/**
 * The JavaScript contract of the wasm module, checked in a real browser: the keys of every object, null against undefined, the
 * kinds of arrays, and the texts of errors. `tests/types/pkg/vae_lab.d.ts` says the same for the type checker.
 */

import { readFileSync } from "node:fs";

import { expect, test } from "../e2e/fixture.js";
import { CODE, MODELS } from "../published.js";
import * as en from "../../www/texts/en.js";
import * as zh from "../../www/texts/zh.js";

/** @param {string} name  of a file of `tests/fixtures/cases` */
const fixture = (name) => [...readFileSync(new URL(`../fixtures/cases/${name}`, import.meta.url))];

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
    expect(Object.keys(preset).sort()).toEqual(["config", "id"]);
    expect(Object.keys(preset.config).sort()).toEqual(
      ["batchSize", "beta1", "beta2", "binarization", "engine", "epsilon", "freeBits", "initialization", "klWarmupEpochs", "klWeight", "l2", "learningRate", "model", "outputBias", "reduction", "schedule", "scheduleEpochs", "seed", "validationImages"].sort(),
    );
    expect(Object.keys(preset.config.model).sort()).toEqual(["activation", "classes", "conditional", "decoderHidden", "encoderHidden", "latentDim", "likelihood", "variational"]);
  }
  const leaves = (config, path = "") =>
    Object.entries(config).flatMap(([key, value]) => (kind(value) === "Object" ? leaves(value, `${path}${key}.`) : [`${path}${key}`]));
  // The number of classes follows from the labels of the data: nobody sets it in a form.
  const set = leaves(found.presets[0].config).filter((key) => key !== "model.classes");
  expect(found.rows.map(({ key }) => key).sort()).toEqual(set.sort());
  expect(found.rows.filter(({ live }) => live).map(({ key }) => key).sort()).toEqual(["klWeight", "learningRate"]);
  // What they are called is the page's matter, and every one has words there.
  for (const { TEXTS } of [en, zh]) {
    expect(Object.keys(TEXTS.settings.presetWords).sort()).toEqual(found.presets.map(({ id }) => id).sort());
    expect(Object.keys(TEXTS.settings.words).sort()).toEqual(found.rows.map(({ key }) => key).sort());
  }
  for (const row of found.rows) {
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
      letters: wasm.checkConfig(model({ conditional: true, classes: 26 })).model,
      digits: (() => {
        const { classes, ...older } = config.model;
        return wasm.checkConfig({ ...config, model: older }).model.classes;
      })(),
      classes: [1, 101, 2.5].map((classes) => error(() => wasm.checkConfig(model({ classes })))),
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
  expect(found.letters).toMatchObject({ conditional: true, classes: 26 });
  expect(found.digits).toBe(10);
  expect(found.classes[0]).toBe("model.classes must be a whole number from 2 to 100, got 1");
  expect(found.classes[1]).toBe("model.classes must be a whole number from 2 to 100, got 101");
  expect(found.classes[2]).toMatch(/2\.5/);
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
    const same = (made, other) => [made.pixels, ...made.decoderActivations].every((values, index) => values.every((value, i) => value === [other.pixels, ...other.decoderActivations][index][i]));
    return {
      types: [mu, logvar, decoded, shown.pixels, shown.mu, samples, lab.variations(pixels, 2, 1)].map((array) => `${array.constructor.name} ${array.length}`),
      keys: Object.keys(shown).sort(),
      widths: lab.config().model,
      layers: [shown.encoderActivations, shown.decoderActivations].map((layers) => layers.map((layer) => `${layer.constructor.name} ${layer.length}`)),
      klSum: shown.klPerDim.reduce((sum, kl) => sum + kl, 0) - shown.kl,
      ofMu: same(lab.decodeCode(shown.mu), shown),
      ofAnother: same(lab.decodeCode(new Float32Array(3).fill(3)), shown),
      codeKeys: Object.keys(lab.decodeCode(shown.mu)).sort(),
      plainKlPerDim: [...plain.reconstruct(pixels, 1).klPerDim],
      shortCode: error(() => lab.decodeCode(new Float32Array(2))),
      noCode: error(() => lab.decodeCode([1, 2, 3])),
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
  expect(found.keys).toEqual(["decoderActivations", "elbo", "encoderActivations", "kl", "klPerDim", "label", "logvar", "mu", "pixels", "recon"]);
  expect(found.codeKeys).toEqual(["decoderActivations", "pixels"]);
  const { encoderHidden, decoderHidden } = found.widths;
  expect(found.layers).toEqual([encoderHidden, decoderHidden].map((widths) => widths.map((width) => `Float32Array ${width}`)));
  expect(Math.abs(found.klSum)).toBeLessThan(1e-3);
  expect([found.ofMu, found.ofAnother]).toEqual([true, false]);
  expect(found.plainKlPerDim).toEqual([0, 0, 0]);
  expect(found.shortCode).toBe("z must have length 3, got 2");
  expect(found.noCode).toBe("z must be of the type Float32Array, got object");
  expect(found.numbers[2]).toBeCloseTo(-(found.numbers[0] + found.numbers[1]), 6);
  expect(found).toMatchObject({ again: true, size: [140, 56], sizeAfter: [56, 84], tileIsSample: true, codeIsTile: true, sameSeed: true, otherSeed: true, plainLogvar: 0, plainKl: 0 });
  expect(found.short).toBe("pixels must have length 784, got 780");
  expect(found.ragged).toBe("z must have as its length 1 to 100000 times 3, got 4");
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
    const notes = other.loadCheckpoint(bytes);
    return {
      notes,
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
  expect(found.notes).toEqual({ missing: [], unknown: [] });
  expect(found.cut).toMatch(/^this file is not a VAE Lab checkpoint: .*\. Nothing was changed/);
  expect(found.empty).toMatch(/^this file is not a VAE Lab checkpoint/);
  expect(found).toMatchObject({ keptStep: 1, step: 7, seed: 1 });
  expect(found.again).toEqual(found.next);
});

test("a model of 26 classes takes their labels, and no others", async ({ page }) => {
  const found = await page.evaluate(async (models) => {
    const lab = globalThis.lab({ model: { conditional: true, classes: 26 } });
    const bytes = idx("labels", 256);
    bytes[8 + 30] = 25;
    lab.clearData("trainLabels");
    lab.pushData("trainLabels", bytes);
    const ten = globalThis.lab({ model: { conditional: true } });
    ten.clearData("trainLabels");
    ten.pushData("trainLabels", bytes);
    const pixels = lab.digit("test", 0).pixels;
    const step = lab.step().step;
    const classifier = new Uint8Array(await (await fetch(`../${models}classifier.safetensors`)).arrayBuffer());
    const byTurns = lab.samplePrior(27, 1);
    const same = (label, place) => lab.samplePrior(27, 1, label).slice(place * 784, place * 784 + 784).every((value, index) => value === byTurns[place * 784 + index]);
    return {
      step,
      config: lab.config().model.classes,
      labels: [lab.reconstruct(pixels, 1, 25).label, lab.reconstruct(pixels, 1).label],
      turns: [same(25, 25), same(0, 26)],
      decoded: lab.decode(new Float32Array(3), Uint8Array.of(25)).length,
      code: lab.decodeCode(new Float32Array(3), 25).pixels.every((value, index) => value === lab.decode(new Float32Array(3), Uint8Array.of(25))[index]),
      unlabelled: error(() => lab.decodeCode(new Float32Array(3))),
      agreement: lab.sampleQuality(classifier, 52, 1).agreement,
      parameters: lab.status().parameters - ten.status().parameters,
      beyond: error(() => lab.decode(new Float32Array(3), Uint8Array.of(26))),
      label: error(() => lab.samplePrior(1, 1, 26)),
      refused: error(() => ten.step()),
      kept: ten.status().step,
    };
  }, MODELS);
  expect(found).toMatchObject({ step: 1, config: 26, turns: [true, true], decoded: 784, code: true, unlabelled: "label must be a whole number from 0 to 25, got none", agreement: null, kept: 0 });
  expect(found.labels[0]).toBe(25);
  expect(found.labels[1]).toBeLessThan(26);
  // Sixteen more rows of the first layer of each half.
  expect(found.parameters).toBe(2 * 16 * 16);
  expect(found.beyond).toBe("labels must be a whole number from 0 to 25, got 26");
  expect(found.label).toBe("label must be a whole number from 0 to 25, got 26");
  expect(found.refused).toMatch(/^the label of train image 30 must be from 0 to 9, .* got 25: start a model with at least 26 classes/);
});

test("model files of other versions and precisions load, and tell what they lacked; others say what they are", async ({ page }) => {
  const files = {
    brain: fixture("s03-bf16.safetensors"),
    older: fixture("s05-older-without-two-settings.safetensors"),
    bare: fixture("s02-resaved-without-metadata.safetensors"),
    models: MODELS,
  };
  const found = await page.evaluate(async ({ brain, older, bare, models }) => {
    const lab = new wasm.Lab();
    const load = (bytes) => lab.loadCheckpoint(Uint8Array.from(bytes));
    const text = (words) => new TextEncoder().encode(words);
    const shipped = [];
    for (const name of ["digits-20d", "best-mlp", "map-2d", "conditional"]) {
      shipped.push(load(new Uint8Array(await (await fetch(`../${models}${name}.safetensors`)).arrayBuffer())));
    }
    return {
      shipped,
      brain: load(brain),
      older: load(older),
      l2: lab.config().l2,
      step: lab.status().step,
      bare: error(() => load(bare)),
      page: error(() => load(text("<!doctype html><title>404</title>"))),
      pytorch: error(() => load(text("PK\u0003\u0004______archive/data.pkl"))),
      empty: error(() => load([])),
      kept: lab.status().step,
    };
  }, files);
  expect(found.shipped).toEqual(Array(4).fill({ missing: [], unknown: [] }));
  expect(found.brain).toEqual({ missing: [], unknown: [] });
  expect(found.older).toEqual({ missing: ["engine", "l2"], unknown: [] });
  expect(found).toMatchObject({ l2: 0, step: 100, kept: 100 });
  expect(found.bare).toMatch(/save_file\(tensors, "new\.safetensors", metadata=safe_open\("original\.safetensors", "pt"\)\.metadata\(\)\)/);
  expect(found.page).toMatch(/web page \(HTML\)/);
  expect(found.pytorch).toMatch(/PyTorch file \(\.pt/);
  expect(found.empty).toMatch(/it is empty/);
});

test("before there is a model, whatever needs one says so", async ({ page }) => {
  const found = await page.evaluate(() => {
    const lab = new wasm.Lab();
    const digit = new Uint8Array(784);
    const canvas = new OffscreenCanvas(1, 1);
    const calls = {
      config: () => lab.config(),
      setHyper: () => lab.setHyper({}),
      status: () => lab.status(),
      step: () => lab.step(),
      trainFor: () => lab.trainFor(1),
      beginStep: () => lab.beginStep(),
      share: () => lab.share(0, 1),
      gradients: () => lab.gradients(0, 1),
      copyGradients: () => lab.copyGradients(new Float32Array(1)),
      finishStep: () => lab.finishStep([], new Float64Array(3)),
      replicaState: () => lab.replicaState(),
      beginEvaluation: () => lab.beginEvaluation({ split: "test" }),
      advanceEvaluation: () => lab.advanceEvaluation(1),
      encode: () => lab.encode(digit),
      decode: () => lab.decode(new Float32Array(1)),
      reconstruct: () => lab.reconstruct(digit, 1),
      samplePrior: () => lab.samplePrior(1, 1),
      variations: () => lab.variations(digit, 1, 1),
      paintSamples: () => lab.paintSamples(canvas, 1, 1, 1),
      paintVariations: () => lab.paintVariations(canvas, 1, 1, digit, 1),
      paintCodes: () => lab.paintCodes(canvas, 1, 1, new Float32Array(1)),
      saveCheckpoint: () => lab.saveCheckpoint(),
      exportModel: () => lab.exportModel(),
    };
    return Object.entries(calls).map(([name, call]) => [name, error(call)]);
  });
  expect(found.length).toBe(23);
  for (const [name, message] of found) expect(message, name).toBe("there is no model yet: call start or loadCheckpoint first");
});

test("bad arguments are refused with argument, rule and value, and change nothing", async ({ page }) => {
  const found = await page.evaluate(() => {
    const lab = globalThis.lab({ model: { conditional: true, classes: 12 } });
    lab.step();
    const digit = lab.digit("test", 0).pixels;
    const canvas = new OffscreenCanvas(3, 4);
    const label = Uint8Array.of(1);
    const whole = "must be a whole number from";
    /** @type {[string, () => unknown, string][]} */
    const cases = [
      ["seed NaN", () => lab.samplePrior(1, NaN), `seed ${whole} 0 to 4294967295, got NaN`],
      ["seed negative", () => lab.reconstruct(digit, -1, 1), `seed ${whole} 0 to 4294967295, got -1`],
      ["seed fraction", () => lab.variations(digit, 1, 0.5, 1), `seed ${whole} 0 to 4294967295, got 0.5`],
      ["seed huge", () => lab.samplePrior(1, 2 ** 32), `seed ${whole} 0 to 4294967295, got 4294967296`],
      ["seed absent", () => lab.samplePrior(1), `seed ${whole} 0 to 4294967295, got NaN`],
      ["count huge", () => lab.samplePrior(1e300, 1), `count ${whole} 1 to 10000, got 1e300`],
      ["count wraps", () => lab.samplePrior(2 ** 32 + 1, 1), `count ${whole} 1 to 10000, got 4294967297`],
      ["count NaN", () => lab.variations(digit, NaN, 1, 1), `count ${whole} 1 to 10000, got NaN`],
      ["label beyond", () => lab.samplePrior(1, 1, 12), `label ${whole} 0 to 11, got 12`],
      ["label wraps", () => lab.reconstruct(digit, 1, 256 + 3), `label ${whole} 0 to 11, got 259`],
      ["label NaN", () => lab.variations(digit, 1, 1, NaN), `label ${whole} 0 to 11, got NaN`],
      ["label negative", () => lab.samplePrior(1, 1, -1), `label ${whole} 0 to 11, got -1`],
      ["labels beyond", () => lab.encode(digit, Uint8Array.of(12)), `labels ${whole} 0 to 11, got 12`],
      ["labels missing", () => lab.encode(digit), "labels must have length 1, got 0"],
      ["labels too many", () => lab.decode(new Float32Array(3), new Uint8Array(2)), "labels must have length 1, got 2"],
      ["pixels missing", () => lab.encode(undefined, label), "pixels must be of the type Uint8Array, got undefined"],
      ["pixels of another kind", () => lab.encode(new Float32Array(784), label), "pixels must be of the type Uint8Array, got Float32Array"],
      ["pixels empty", () => lab.encode(new Uint8Array(0), label), "pixels must have as its length 1 to 100000 times 784, got 0"],
      ["z of another kind", () => lab.decode([0, 0, 0], label), "z must be of the type Float32Array, got object"],
      ["columns zero", () => lab.paintSamples(canvas, 0, 5, 1), `columns ${whole} 1 to 500, got 0`],
      ["rows huge", () => lab.paintSamples(canvas, 5, 1e6, 1), `rows ${whole} 1 to 500, got 1000000`],
      ["columns and rows", () => lab.paintVariations(canvas, 200, 100, digit, 1, 1), `columns * rows ${whole} 1 to 10000, got 20000`],
      ["columns NaN", () => lab.paintCodes(canvas, NaN, 1, new Float32Array(3), label), `columns ${whole} 1 to 500, got NaN`],
      ["codes too few", () => lab.paintCodes(canvas, 2, 2, new Float32Array(3), label), "z must have length 12, got 3"],
      ["canvas missing", () => lab.paintSamples(null, 1, 1, 1), "canvas must be of the type OffscreenCanvas, got object"],
      ["canvas of another kind", () => lab.paintSamples({}, 1, 1, 1), "canvas must be of the type OffscreenCanvas, got object"],
      ["budget NaN", () => lab.trainFor(NaN), "budgetMs must be a number of milliseconds from 0, got NaN"],
      ["budget infinite", () => lab.trainFor(Infinity), "budgetMs must be a number of milliseconds from 0, got Infinity"],
      ["budget negative", () => lab.advanceEvaluation(-1), "budgetMs must be a number of milliseconds from 0, got -1"],
      ["index NaN", () => lab.digit("test", NaN), "index must be below 256, the number of images here, got NaN"],
      ["index wraps", () => lab.digit("test", 2 ** 32), "index must be below 256, the number of images here, got 4294967296"],
      ["held out is no file", () => lab.digit("validation", 0), 'file must be "train" or "test", got "validation"'],
      ["bytes missing", () => lab.pushData("testImages"), "bytes must be of the type Uint8Array, got undefined"],
      ["more than promised", () => lab.pushData("testLabels", new Uint8Array(1)), "testLabels is not a valid IDX file: expected 256 labels as its header says, found more bytes than they need (257)."],
      ["limit zero", () => lab.beginEvaluation({ split: "test", limit: 0 }), "limit must be a whole number from 1, got 0"],
      ["samples huge", () => lab.beginEvaluation({ split: "test", samples: 2 ** 32 - 1 }), `samples ${whole} 0 to 100000, got 4294967295`],
      ["request of another kind", () => lab.beginEvaluation({ split: "test", samples: 1.5 }), "request is not as it should be: "],
      ["nothing to evaluate", () => lab.advanceEvaluation(1), "there is no evaluation under way: call beginEvaluation first"],
      ["change of another kind", () => lab.setHyper({ learningRate: "fast" }), "change is not as it should be: "],
      ["no settings", () => lab.start(), "config is not as it should be: "],
      ["no file", () => lab.loadCheckpoint(), "bytes must be of the type Uint8Array, got undefined"],
      ["file of another kind", () => lab.loadCheckpoint(new ArrayBuffer(8)), "bytes must be of the type Uint8Array, got ArrayBuffer"],
      ["classifier cut", () => lab.sampleQuality(new Uint8Array(9), 10, 1), "this file is not a VAE Lab checkpoint: "],
      ["no step has begun", () => lab.gradients(0, 1), "no step has begun: call beginStep first"],
      ["shares of none", () => lab.share(0, 0), `count ${whole} 1 to 1024, got 0`],
      ["share outside", () => lab.gradients(2, 2), `index ${whole} 0 to 1, got 2`],
      ["share NaN", () => lab.share(NaN, 2), `index ${whole} 0 to 4294967295, got NaN`],
      ["gradients too short", () => lab.copyGradients(new Float32Array(1)), "into must have length "],
      ["gradients missing", () => lab.copyGradients(undefined), "into must be of the type Float32Array, got undefined"],
      ["others missing", () => lab.finishStep(undefined, new Float64Array(3)), "others must be of the type Float32Array[], got undefined"],
      ["others of another kind", () => lab.finishStep([1], new Float64Array(3)), "others must be of the type Float32Array, got number"],
      ["losses too few", () => lab.finishStep([], new Float64Array(2)), "losses must have length 3, got 2"],
      ["drawing sides", () => wasm.prepareDrawing(new Uint8Array(4), 2, NaN), `height ${whole} 0 to 16384, got NaN`],
      ["drawing negative", () => wasm.prepareDrawing(new Uint8Array(4), -2, -2), `width ${whole} 0 to 16384, got -2`],
      ["drawing of another kind", () => wasm.prepareDrawing("ink", 1, 3), "ink must be of the type Uint8Array, got string"],
    ];
    const state = () => JSON.stringify([lab.status(), lab.config(), lab.dataStatus(), [...lab.samplePrior(2, 5)], canvas.width, canvas.height]);
    const before = state();
    const wrong = cases.flatMap(([name, call, expected]) => {
      const message = error(call);
      const unchanged = state() === before;
      return unchanged && message.startsWith(expected) ? [] : [{ name, message, expected, unchanged }];
    });
    return { wrong, next: lab.step().step };
  });
  expect(found.wrong).toEqual([]);
  expect(found.next).toBe(2);
});

test("an error is a code with its values, beside its message", async ({ page }) => {
  const broken = fixture("s02-resaved-without-metadata.safetensors");
  const found = await page.evaluate(async (broken) => {
    const lab = globalThis.lab();
    const [{ config }] = wasm.presets();
    const bytes = lab.saveCheckpoint();
    /** What a call throws. */
    const thrown = (call) => {
      try {
        call();
      } catch (error) {
        return { isError: error instanceof Error, code: error.code, values: error.values, hasMessage: error.message.length > 10 };
      }
      return null;
    };
    // A number that is none passes as it is.
    const { values } = thrown(() => lab.trainFor(NaN));
    return {
      setting: thrown(() => wasm.checkConfig({ ...config, learningRate: 2 })),
      widths: thrown(() => wasm.checkConfig({ ...config, model: { ...config.model, encoderHidden: [0] } })),
      type: thrown(() => lab.encode(new Float32Array(784))),
      form: thrown(() => lab.setHyper({ learningRate: "fast" })),
      length: thrown(() => lab.decodeCode(new Float32Array(1))),
      noModel: thrown(() => new wasm.Lab().step()),
      empty: thrown(() => lab.loadCheckpoint(new Uint8Array(0))),
      archive: thrown(() => lab.loadCheckpoint(new TextEncoder().encode("PK\u0003\u0004 archive/data.pkl"))),
      cut: thrown(() => lab.loadCheckpoint(bytes.subarray(0, bytes.length - 4))),
      settings: thrown(() => lab.loadCheckpoint(Uint8Array.from(broken))),
      magic: thrown(() => new wasm.Lab().pushData("testImages", idx("labels", 2))),
      notANumber: Number.isNaN(values.found),
      length32: bytes.length,
    };
  }, broken);
  const error = (code, values) => ({ isError: true, code, values, hasMessage: true });
  expect(found.setting).toEqual(error("notNumber", { name: "learningRate", min: 1e-6, max: 1, found: 2 }));
  expect(found.widths).toEqual(error("notWidths", { name: "model.encoderHidden", maxLayers: 4, maxWidth: 2048, found: [0] }));
  expect(found.type).toEqual(error("wrongType", { name: "pixels", expected: "Uint8Array", found: "Float32Array" }));
  expect(found.form).toEqual(error("malformed", { name: "change" }));
  expect(found.length).toEqual(error("length", { name: "z", expected: 3, found: 1 }));
  expect(found.noModel).toEqual(error("noModel", {}));
  expect(found.empty).toEqual(error("emptyFile", {}));
  expect(found.archive).toEqual(error("otherFile", { kind: "pytorch" }));
  expect(found.cut).toEqual(error("tensorsCut", { needed: found.length32, found: found.length32 - 4 }));
  expect(found.settings).toEqual(error("noMetadata", { key: "vae-lab" }));
  expect(found.magic).toEqual(error("idxMagic", { file: "testImages", kind: "images", expected: "0x00000803", found: "0x00000801" }));
  expect(found.notANumber).toBe(true);
});

test("a helper refuses what is no share, and goes on with what is", async ({ page }) => {
  const found = await page.evaluate(() => {
    const lab = globalThis.lab({ model: { conditional: true, classes: 12 } });
    lab.step();
    const state = lab.replicaState();
    const replica = new wasm.Replica(state);
    lab.beginStep();
    const share = lab.share(1, 2);
    const length = lab.status().parameters;
    /** @type {[string, () => unknown, string][]} */
    const cases = [
      ["no state", () => new wasm.Replica(undefined), "config is not as it should be: "],
      ["state without numbers", () => new wasm.Replica({ ...state, parameters: 1e12 }), "parameters must be of the type Float32Array, got number"],
      ["state too short", () => new wasm.Replica({ ...state, firstMoment: new Float32Array(1) }), "firstMoment must have length "],
      ["updates NaN", () => new wasm.Replica({ ...state, updates: NaN }), "updates must be a whole number from 0 to "],
      ["updates infinite", () => new wasm.Replica({ ...state, updates: Infinity }), "updates must be a whole number from 0 to "],
      ["update too early", () => replica.update(1, [new Float32Array(length)]), "there are no gradients yet: call gradients first"],
      ["no share", () => replica.gradients(undefined), "head is not as it should be: "],
      ["share without labels", () => replica.gradients({ ...share, labels: undefined }), "labels must be of the type Uint8Array, got undefined"],
      ["labels beyond", () => replica.gradients({ ...share, labels: share.labels.map(() => 12) }), "labels must be a whole number from 0 to 11, got 12"],
      ["labels too few", () => replica.gradients({ ...share, labels: new Uint8Array(0) }), "labels must have length 32, got 0"],
      ["ragged pixels", () => replica.gradients({ ...share, x: new Float32Array(783) }), "x must have length 0, got 783"],
      ["noise too short", () => replica.gradients({ ...share, eps: new Float32Array(0) }), "eps must have length 96, got 0"],
      ["batch too small", () => replica.gradients({ ...share, head: { ...share.head, batchImages: 0 } }), "batchImages must be a whole number from 32, got 0"],
      ["into missing", () => replica.copyGradients(null), "into must be of the type Float32Array, got object"],
    ];
    const wrong = cases.flatMap(([name, call, expected]) => {
      const message = error(call);
      return message.startsWith(expected) ? [] : [{ name, message, expected }];
    });
    // What is right still goes, and bad updates leave the good one possible.
    const losses = replica.gradients(share);
    const others = new Float32Array(length);
    const outside = error(() => replica.update(2, [others]));
    const short = error(() => replica.update(1, [new Float32Array(1)]));
    replica.update(1, [others]);
    return { wrong, losses: losses.length, outside, short };
  });
  expect(found.wrong).toEqual([]);
  expect(found.losses).toBe(3);
  expect(found.outside).toBe("index must be a whole number from 0 to 1, got 2");
  expect(found.short).toMatch(/^gradients must have length \d+, got 1$/);
});

test("an evaluation ends with the images that it was made on", async ({ page }) => {
  const found = await page.evaluate(() => {
    const lab = globalThis.lab();
    lab.beginEvaluation({ split: "test", limit: 200 });
    lab.advanceEvaluation(0);
    lab.clearData("trainImages");
    const other = lab.advanceEvaluation(0).done;
    lab.clearData("testImages");
    const gone = error(() => lab.advanceEvaluation(0));
    // A header that promises billions of images is not believed.
    const header = idx("images", 0);
    new DataView(header.buffer).setUint32(4, 0xffff_ffff);
    const promised = error(() => lab.pushData("trainImages", header));
    return { other, gone, promised, step: lab.step() === undefined };
  });
  expect(found.other).toBe(200);
  expect(found.gone).toBe("there is no evaluation under way: call beginEvaluation first");
  expect(found.promised).toMatch(/expected at most \d+ images, found a header that promises 4294967295/);
  expect(found.step).toBe(true);
});
