import assert from "node:assert/strict";
import { test } from "node:test";

import { isSound } from "../../../www/worker/soundness.js";
import { fileOf } from "./fake.js";

test("a file with a number that is none cannot be read again", () => {
  for (const [value, sound] of [[1, true], [0, true], [-1e38, true], [NaN, false], [Infinity, false], [-Infinity, false]]) {
    assert.equal(isSound(fileOf("a", 1, { value }).buffer), sound, String(value));
  }
});

test("numbers are found wherever the header ends", () => {
  const file = new Uint8Array(8 + 3 + 4);
  const view = new DataView(file.buffer);
  view.setBigUint64(0, 3n, true);
  view.setFloat32(11, NaN, true);
  assert.equal(isSound(file.buffer), false);
  view.setFloat32(11, 2, true);
  assert.equal(isSound(file.buffer), true);
});
