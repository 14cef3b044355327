import assert from "node:assert/strict";
import { test } from "node:test";

import { sourceAddress } from "../../www/lib/source-address.js";

test("a site on GitHub Pages knows its source", () => {
  assert.equal(sourceAddress(new URL("https://someone.github.io/vae-lab/")), "https://github.com/someone/vae-lab");
  assert.equal(sourceAddress(new URL("https://someone.github.io/")), "https://github.com/someone/someone.github.io");
});

test("elsewhere nothing tells where the source is", () => {
  assert.equal(sourceAddress(new URL("http://localhost:8000/vae-lab/")), null);
  assert.equal(sourceAddress(new URL("https://example.org/github.io/")), null);
  assert.equal(sourceAddress(new URL("https://someone.github.io.example.org/")), null);
});
