import assert from "node:assert/strict";
import { test } from "node:test";

import { takeOverFormerVisit } from "../../../www/app/former-visit.js";
import { RunHistory } from "../../../www/lib/history.js";
import { openDB } from "../../../www/vendor/idb/index.js";
import { config, createBrowser } from "./fakes.js";

const open = () => openDB("vae-lab", 1, { upgrade: (database) => void database.createObjectStore("kept") });

/** What the version before this one kept. */
function kept(id, step, savedAt = 5) {
  const curves = { ...new RunHistory().plain(), id };
  return { file: Uint8Array.of(step).buffer, step, config, savedAt, curves };
}

test("what an earlier version kept is taken over, once", async () => {
  const { library } = createBrowser().tab();
  const old = await open();
  const line = { id: "past", name: "Past", settings: "words", steps: 12, seconds: 3, variational: true, curve: [], shown: false, kept: true };
  await old.put("kept", kept("last", 30), "run");
  await old.put("kept", [line, { ...line, id: "bare", kept: false }], "runs");
  await old.put("kept", kept("past", 12), "run past");
  await old.put("kept", { images: new Uint8Array(784), labels: Uint8Array.of(4), source: "own" }, "data");
  await old.put("kept", [1, 2], "drawing");
  await old.put("kept", config, "settings");
  await takeOverFormerVisit((former) => library.adopt(former));

  const runs = (await library.list()).map(({ id, steps, kept: model, atWork, shown }) => [id, steps, model, atWork, shown]);
  assert.deepEqual(runs.sort(), [["bare", 12, false, false, false], ["last", 30, true, true, true], ["past", 12, true, false, false]]);
  const last = await library.open("last");
  assert.equal(new Uint8Array(last.checkpoint.file)[0], 30);
  assert.equal(last.data.kind, "own");
  assert.deepEqual((await library.sets.find(last.data.hash)).labels, Uint8Array.of(4));
  assert.deepEqual(await library.note("drawing"), [1, 2]);
  assert.equal((await library.note("own set")).images.length, 784);
  assert.deepEqual(await old.getAllKeys("kept"), []);

  let again = 0;
  await takeOverFormerVisit(async () => void (again += 1));
  assert.equal(again, 0);
});

test("a run that an old tab went on with is taken over anew, and what is here and newer stays", async () => {
  const { library } = createBrowser().tab();
  const old = await open();
  await old.put("kept", kept("last", 30, 5), "run");
  await takeOverFormerVisit(async (former) => {
    await library.adopt(former);
    await old.put("kept", kept("last", 50, 9), "run");
  });
  assert.deepEqual(await old.getAllKeys("kept"), ["run"]);
  await takeOverFormerVisit((former) => library.adopt(former));
  assert.equal((await library.open("last")).checkpoint.step, 50);
  await old.put("kept", kept("last", 10, 1), "run");
  await takeOverFormerVisit((former) => library.adopt(former));
  assert.equal((await library.open("last")).checkpoint.step, 50);
});

test("nothing is left behind where there was nothing", async () => {
  createBrowser();
  await takeOverFormerVisit(() => assert.fail("there is nothing to take over"));
  assert.deepEqual(await indexedDB.databases(), []);
});

test("what could not be taken over stays where it was", async () => {
  createBrowser();
  const old = await open();
  await old.put("kept", kept("last", 30), "run");
  await assert.rejects(takeOverFormerVisit(() => Promise.reject(new Error("no room"))), /no room/);
  assert.deepEqual(await old.getAllKeys("kept"), ["run"]);
});
