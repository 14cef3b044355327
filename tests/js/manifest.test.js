import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const manifest = JSON.parse(readFileSync(new URL("../../www/manifest.webmanifest", import.meta.url), "utf8"));

/**
 * What a browser takes for the application's identity: `id` is resolved against the origin of the start address, and not against
 * the manifest's own; without one the start address is taken (W3C, Web Application Manifest, "Processing the id member").
 *
 * @param {string} address  of the manifest
 */
function identity(address) {
  const start = new URL(manifest.start_url, address);
  const id = manifest.id ? new URL(manifest.id, start.origin) : start;
  return id.href;
}

test("every project at one origin has its own identity, start and scope", () => {
  const [one, two] = ["https://user.github.io/vae-lab/", "https://user.github.io/fork/"];
  assert.equal(identity(`${one}manifest.webmanifest`), one);
  assert.equal(identity(`${two}manifest.webmanifest`), two);
  assert.equal(new URL(manifest.scope, `${one}manifest.webmanifest`).href, one);
});
