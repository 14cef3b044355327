import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const source = readFileSync(new URL("../../www/start.js", import.meta.url), "utf8");
const code = source.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");

test("the start's watcher is written so that a browser without modules can read it, to say that it needs another one", () => {
  for (const [newer, pattern] of Object.entries({
    "an arrow function": /=>/,
    "let or const": /\b(?:let|const) /,
    "a template": /`/,
    "optional chaining": /\?\.|\?\?/,
    "a comma after the last argument": /,\s*\)/,
    "async or await": /\b(?:async|await)\b/,
    "a module": /^\s*(?:import|export)\b|\bimport\(/m,
    "a spread": /\.\.\./,
  })) {
    assert.doesNotMatch(code, pattern, newer);
  }
});
