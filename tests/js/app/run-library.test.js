import assert from "node:assert/strict";
import { test } from "node:test";

import { RunGone } from "../../../www/app/run-library.js";
import { MOST_MODELS, MOST_RUNS } from "../../../www/lib/runs.js";
import { createBrowser, runAt, settled, summary } from "./fakes.js";

const bytes = (buffer) => [...new Uint8Array(buffer)];

test("a run comes back whole, as bytes and not as a Blob", async () => {
  const browser = createBrowser();
  const { library } = browser.tab();
  const snapshots = [{ step: 0, file: new Blob([Uint8Array.of(7)]) }, { step: 20, file: new Blob([Uint8Array.of(8)]) }];
  const name = await library.save(runAt("a", 40, { snapshots }), summary(40), { atWork: true });
  assert.equal(name, "Digits");
  const again = await browser.tab().library.open("a");
  assert.ok(again.checkpoint.file instanceof ArrayBuffer);
  assert.deepEqual(bytes(again.checkpoint.file), [40, 1, 2]);
  assert.equal(again.checkpoint.step, 40);
  const moments = await Promise.all(again.snapshots.map(async ({ step, file }) => [step, ...bytes(await file.arrayBuffer())]));
  assert.deepEqual(moments, [[0, 7], [20, 8]]);
});

test("moments that a run thinned out are not kept, and the others are written once", async () => {
  const { library } = createBrowser().tab();
  const moments = [0, 5, 9].map((step) => ({ step, file: new Blob([Uint8Array.of(step)]) }));
  await library.save(runAt("a", 9, { snapshots: moments }), summary(9), { atWork: true });
  await library.save(runAt("a", 12, { snapshots: [moments[0], moments[2], { step: 12, file: new Blob([Uint8Array.of(12)]) }] }), summary(12), { atWork: true });
  assert.deepEqual((await library.open("a")).snapshots.map(({ step }) => step), [0, 9, 12]);
});

test("two tabs keep runs of their own, and each sees the other's", async () => {
  const browser = createBrowser();
  const [first, second] = [browser.tab(), browser.tab()];
  let heard = 0;
  second.library.onChange(() => (heard += 1));
  assert.ok(await first.library.claim("a"));
  assert.ok(await second.library.claim("b"));
  await first.library.save(runAt("a", 30), summary(30), { atWork: true });
  assert.ok(heard > 0);
  await second.library.save(runAt("b", 50), summary(50), { atWork: true });
  await first.library.save(runAt("a", 60), summary(60), { atWork: true });
  const listed = await second.library.list();
  assert.deepEqual(listed.map(({ id, steps, elsewhere }) => [id, steps, elsewhere]).sort(), [["a", 60, true], ["b", 50, false]]);
  assert.deepEqual(new Set(listed.map(({ name }) => name)).size, 2);
  assert.equal(await second.library.claim("a"), false);
  // The tab is closed, in whatever way: the other hears that its run is free.
  heard = 0;
  first.close();
  await settled();
  assert.ok(heard > 0);
  assert.equal((await second.library.list()).find(({ id }) => id === "a").elsewhere, false);
  assert.ok(await second.library.claim("a"));
});

test("a name and a tick that were changed in another tab stay when the run is kept again", async () => {
  const browser = createBrowser();
  const [first, second] = [browser.tab(), browser.tab()];
  await first.library.save(runAt("a", 10), summary(10), { atWork: true });
  await second.library.change("a", { name: "Mine", shown: false });
  assert.equal(await first.library.save(runAt("a", 20), summary(20), { atWork: true }), "Mine");
  const [{ name, shown, steps }] = await first.library.list();
  assert.deepEqual([name, shown, steps], ["Mine", false, 20]);
});

test("the table is bounded, and a run at work anywhere never makes room", async () => {
  const browser = createBrowser();
  let time = 0;
  const now = () => (time += 1);
  const [first, second] = [browser.tab({ now }), browser.tab({ now })];
  await first.library.claim("live");
  await first.library.save(runAt("live", 1), summary(1), { atWork: true });
  for (let i = 0; i < MOST_RUNS + 3; i += 1) await second.library.save(runAt(`r${i}`, 5), summary(5), { atWork: false });
  const listed = await second.library.list();
  assert.equal(listed.length, MOST_RUNS);
  assert.equal(listed.filter(({ kept }) => kept).length, MOST_MODELS + 1);
  assert.equal((await second.library.open("live")).checkpoint.step, 1);
  await assert.rejects(second.library.open("r0"), RunGone);
});

test("what the storage refuses is told, lasts as long as the page, and is kept as soon as it can be", async () => {
  const { library, storage } = createBrowser().tab();
  const transact = storage.transact.bind(storage);
  storage.transact = (stores, mode, work) => (mode === "readwrite" ? Promise.reject(new DOMException("no room", "NotAllowedError")) : transact(stores, mode, work));
  await assert.rejects(library.save(runAt("a", 3), summary(3), { atWork: true }), /no room/);
  assert.deepEqual((await library.list()).map(({ id, kept }) => [id, kept]), [["a", true]]);
  assert.equal((await library.open("a")).checkpoint.step, 3);
  storage.transact = transact;
  await library.save(runAt("a", 4), summary(4), { atWork: true });
  assert.equal((await library.list()).length, 1);
  assert.equal((await library.open("a")).checkpoint.step, 4);
});

test("in a full storage moments give way, never a model", async () => {
  const { library, storage } = createBrowser().tab();
  await library.save(runAt("old", 3, { snapshots: [{ step: 1, file: new Blob(["x"]) }] }), summary(3), { atWork: false });
  const transact = storage.transact.bind(storage);
  let full = true;
  storage.transact = (stores, mode, work) => {
    if (mode === "readwrite" && stores.length === 1) full = false;
    return full && mode === "readwrite" ? Promise.reject(new DOMException("full", "QuotaExceededError")) : transact(stores, mode, work);
  };
  await library.save(runAt("new", 9, { snapshots: [{ step: 2, file: new Blob(["x"]) }] }), summary(9), { atWork: true });
  assert.equal((await library.open("new")).checkpoint.step, 9);
  const old = await library.open("old");
  assert.equal(old.checkpoint.step, 3);
  assert.deepEqual(old.snapshots, []);
});

test("a connection that the browser ended is opened anew", async () => {
  const { library, storage } = createBrowser().tab();
  await library.save(runAt("a", 3), summary(3), { atWork: true });
  await storage.transact(["runs"], "readonly", async (transaction) => transaction.db.close());
  await library.save(runAt("a", 5), summary(5), { atWork: true });
  assert.equal((await library.open("a")).checkpoint.step, 5);
});

test("images are kept once by what is in them, for as long as a run names them", async () => {
  const browser = createBrowser();
  const { library } = browser.tab();
  const set = { images: new Uint8Array(784).fill(9), labels: Uint8Array.of(3), classes: null };
  const hash = await library.sets.keep(set);
  assert.equal(await library.sets.keep({ ...set }), hash);
  const other = await library.sets.keep({ ...set, labels: Uint8Array.of(4) });
  assert.notEqual(other, hash);
  const data = { kind: "own", hash, images: 1, classes: null };
  await library.save(runAt("a", 3, { data }), summary(3), { atWork: false });
  await library.collect();
  const later = browser.tab().library;
  assert.deepEqual((await later.sets.find(hash)).labels, set.labels);
  assert.equal(await later.sets.find(other), null);
  assert.deepEqual((await later.open("a")).data, data);
  await later.remove("a");
  await later.collect();
  assert.equal(await later.sets.find(hash), null);
});

test("nothing is collected while another tab is at work: what it uses may not be told of yet", async () => {
  const browser = createBrowser();
  const [first, second] = [browser.tab(), browser.tab()];
  await first.library.claim("begun");
  const hash = await first.library.sets.keep({ images: new Uint8Array(784), labels: Uint8Array.of(1), classes: null });
  await second.library.collect();
  assert.notEqual(await second.library.sets.find(hash), null);
});

test("small things are kept by name", async () => {
  const browser = createBrowser();
  await browser.tab().library.keepNote("drawing", [1, 2]);
  assert.deepEqual(await browser.tab().library.note("drawing"), [1, 2]);
  assert.equal(await browser.tab().library.note("other"), undefined);
});
