import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { gzipSync } from "node:zlib";

import { byMeasure, comparable, conventionText, downloadWeights, listModels, readCard, readConvention } from "../../www/lib/models.js";
import { PYTORCH_SNIPPET } from "../../www/lib/pytorch.js";
import { boundWord } from "../../www/lib/settings.js";
import { sortedKl } from "../../www/lib/units.js";
import { MNIST } from "../../www/app/run.js";
import { initialState, reduce, untouchedCard } from "../../www/app/store.js";
import { originText } from "../../www/panels/training/origin.js";

const json = (change = {}) => ({ preset: "p", name: "Name", epochs: 10, seed: 1, command: "c", test: { elbo: -104.2, convention: "grey" }, ...change });
const folder = new URL("http://127.0.0.1/site/models/");
const serve = (files) => async (url) => {
  const name = String(url).split("/models/")[1];
  return name in files ? new Response(files[name], { headers: { "content-length": String(files[name].length) } }) : new Response("", { status: 404, statusText: "Not Found" });
};

const begun = { id: "b", name: "B", data: MNIST, origin: { kind: "new", step: 0 } };

const damaged = (field, found) => ({ code: "cardDamaged", values: { field, found } });

test("a card is read whole, and what it may leave out is null", () => {
  const card = readCard("id", json());
  assert.equal(card.id, "id");
  assert.deepEqual(card.test, { elbo: -104.2, recon: null, kl: null, activeUnits: null, logLikelihood: null, samples: null, convention: "grey" });
  assert.throws(() => readCard("id", json({ epochs: "ten" })), damaged("id.epochs", '"ten"'));
  assert.throws(() => readCard("id", { ...json(), test: null }), damaged("id.test", "null"));
  assert.throws(() => readCard("id", json({ test: { elbo: -1, convention: "blue" } })), damaged("test.convention", '"blue"'));
});

test("Rust's name for grey targets and the cards' are the same convention", () => {
  assert.equal(readConvention("none"), "grey");
  assert.equal(conventionText("none"), conventionText("grey"));
  assert.notEqual(conventionText("dynamic"), conventionText("threshold"));
});

test("models are listed in their order; a card that is damaged is left out", async () => {
  const files = { "index.json": '["a","b","c"]', "a.json": JSON.stringify(json({ name: "A" })), "b.json": "{", "c.json": JSON.stringify(json({ name: "C" })) };
  assert.deepEqual((await listModels(folder, { fetcher: serve(files) })).map(({ name }) => name), ["A", "C"]);
  await assert.rejects(listModels(folder, { fetcher: serve({}) }), { code: "downloadRefused", values: { what: "models", status: "404 Not Found", file: "index.json" } });
  await assert.rejects(listModels(folder, { fetcher: serve({ "index.json": '["../a"]' }) }), { code: "modelListDamaged", values: { found: '["../a"]' } });
  await assert.rejects(listModels(folder, { fetcher: serve({ "index.json": "<html>" }) }), { code: "notJson", values: { what: "models", beginning: "<html>" } });
});

test("weights come with their progress in bytes", async () => {
  const told = [];
  const card = readCard("a", json());
  const bytes = await downloadWeights(folder, card, { onProgress: (received) => told.push(received), fetcher: serve({ "a.safetensors": "12345" }) });
  assert.equal(bytes.length, 5);
  assert.equal(told.at(-1), 5);
});

test("a card tells of its weights in eight bits, with the numbers of exactly those; they come unpacked", async () => {
  assert.equal(readCard("a", json()).quick, null);
  const card = readCard("a", json({ quick: { file: "a.8bit.safetensors.gz", test: { elbo: -104.5, convention: "grey" } } }));
  assert.equal(card.test.elbo, -104.2);
  assert.equal(card.quick.test.elbo, -104.5);
  assert.throws(() => readCard("a", json({ quick: "a.gz" })), damaged("a.quick", '"a.gz"'));
  assert.throws(() => readCard("a", json({ quick: { test: {} } })), damaged("a.quick.file", "undefined"));
  const fetcher = serve({ [card.quick.file]: gzipSync("whole") });
  const bytes = await downloadWeights(folder, card, { name: card.quick.file, onProgress: () => {}, fetcher });
  assert.equal(new TextDecoder().decode(bytes), "whole");
});

test("what the page asks for before all else are the weights of the first model that comes with it", () => {
  const read = (name) => readFileSync(new URL(`../../www/${name}`, import.meta.url), "utf8");
  const [first] = JSON.parse(read("models/index.json"));
  const { quick } = readCard(first, JSON.parse(read(`models/${first}.json`)));
  const asked = /FIRST_WEIGHTS = new URL\("([^"]+)", MODELS\)/.exec(read("first.js"))?.[1];
  assert.equal(asked, quick?.file);
});

test("numbers of different conventions are grouped apart and never compared", () => {
  const grey = readCard("a", json());
  const dynamic = readCard("b", json({ test: { elbo: -90, convention: "dynamic" } }));
  const last = readCard("c", json());
  const told = readCard("d", json({ preset: "conditional" }));
  assert.deepEqual(byMeasure([grey, dynamic, last, told]).map(({ measure, cards }) => [measure, cards.map(({ id }) => id)]), [
    ["grey targets", ["a", "c"]],
    ["dynamic binarisation", ["b"]],
    ["grey targets, label known", ["d"]],
  ]);
  const config = { binarization: "none", model: { variational: true, conditional: false, likelihood: "bernoulli" } };
  assert.equal(comparable(told, config), false);
  assert.equal(comparable(grey, config), true);
  assert.equal(comparable(dynamic, config), false);
  assert.equal(comparable(grey, { ...config, model: { ...config.model, variational: false } }), false);
  assert.equal(comparable(grey, { ...config, model: { ...config.model, likelihood: "gaussian" } }), false);
});

test("a shipped model is untouched until its first step, and is remembered after it was erased", () => {
  const card = readCard("a", json());
  const config = { binarization: "none", model: { variational: true, conditional: false, likelihood: "bernoulli" } };
  const status = (step) => ({ step, epoch: 0, stepInEpoch: 0, stepsPerEpoch: 469, imagesSeen: 0, parameters: 1 });
  const loaded = reduce(initialState(), { type: "sessionReplaced", session: { config, status: status(50) }, run: { id: "a", name: "A", data: MNIST, origin: { kind: "shipped", card, step: 50 } } });
  assert.equal(untouchedCard(loaded), card);
  assert.match(originText(loaded), /^Name is pretrained: 10 epochs, test bound 104.2 nats \(grey targets\)/);
  const further = reduce(loaded, { type: "training", running: true, waiting: false, evaluating: false, status: status(51), last: null, points: [], rate: null, memoryBytes: 1 });
  assert.equal(untouchedCard(further), null);
  assert.match(originText(further), /trained further by you/);
  const erased = reduce(loaded, { type: "sessionReplaced", session: { config, status: status(0) }, run: begun });
  assert.equal(erased.shipped, null);
  assert.equal(erased.before, card);
  assert.match(originText(erased), /is untrained. Before: Name, 10 epochs, test bound 104.2/);
  const other = reduce(loaded, { type: "sessionReplaced", session: { config: { ...config, binarization: "dynamic" }, status: status(0) }, run: begun });
  assert.doesNotMatch(originText(other), /104/);
});

test("an evaluation has progress, an end, and is forgotten with its model", () => {
  const began = reduce(initialState(), { type: "evaluationBegan", total: 1000 });
  assert.deepEqual(reduce(began, { type: "evaluationProgress", done: 300, total: 1000 }).evaluation, { done: 300, total: 1000 });
  // Progress that arrives after the end is late news.
  assert.equal(reduce(initialState(), { type: "evaluationProgress", done: 300, total: 1000 }).evaluation, null);
  const result = { elbo: -1 };
  const ended = reduce(began, { type: "evaluationEnded", result });
  assert.equal(ended.evaluated, result);
  assert.equal(reduce(ended, { type: "evaluationEnded", result: null }).evaluated, result);
  const session = { config: {}, status: { step: 0 } };
  assert.equal(reduce(ended, { type: "sessionReplaced", session, run: begun }).evaluated, null);
});

test("dimensions are sorted by their KL, and those that say nothing are marked", () => {
  assert.deepEqual(sortedKl([0.5, 0.0099, 2, 0.01]), [
    { unit: 2, kl: 2, collapsed: false },
    { unit: 0, kl: 0.5, collapsed: false },
    { unit: 3, kl: 0.01, collapsed: false },
    { unit: 1, kl: 0.0099, collapsed: true },
  ]);
});

test("only a variational model has a bound", () => {
  assert.equal(boundWord({ model: { variational: true } }), "Bound");
  assert.equal(boundWord({ model: { variational: false } }), "Loss");
  assert.equal(boundWord(null), "Bound");
});

test("the Python text reads the key that the files have", () => {
  assert.match(PYTORCH_SNIPPET, /metadata\(\)\["vae-lab"\]/);
});
