import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { PYTORCH_SNIPPET } from "../../www/lib/pytorch.js";

test("the page offers docs/pytorch.py, the text that PyTorch runs in the tests", () => {
  const file = readFileSync(new URL("../../docs/pytorch.py", import.meta.url), "utf8");
  assert.equal(PYTORCH_SNIPPET, file);
});

test("the text is short enough to read beside the download", () => {
  const lines = PYTORCH_SNIPPET.split("\n");
  assert.ok(lines.every((line) => line.length <= 120));
  assert.ok(lines.length <= 30);
});
