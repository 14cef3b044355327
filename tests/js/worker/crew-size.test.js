import assert from "node:assert/strict";
import { test } from "node:test";

import { measureCrewSize } from "../../../www/worker/crew-size.js";
import { CONFIG, trap } from "./fake.js";

/** A model whose replicas cannot be made: the crew fails at once, for a reason of its own or by a trap. */
function createLab(error, freed) {
  return {
    pushData() {},
    finishData() {},
    start() {},
    step() {},
    free: () => freed.push(true),
    replicaState() {
      throw error;
    },
  };
}

test("a trap while several workers are measured is not taken for a lack of helpers", async () => {
  const freed = [];
  const options = { module: null, config: CONFIG, most: 2 };
  await assert.rejects(measureCrewSize({ ...options, createLab: () => createLab(trap(), freed) }), WebAssembly.RuntimeError);
  assert.equal(freed.length, 1, "the one of the measurement that succeeded");
  assert.equal(await measureCrewSize({ ...options, createLab: () => createLab(new Error("no worker"), freed) }), 1);
  assert.equal(freed.length, 3);
});
