import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";

import { TEXTS } from "../../../www/texts.js";

const FOLDER = new URL("../../../www/import/", import.meta.url);
const PANEL = new URL("../../../www/panels/data/", import.meta.url);
const codeOf = (folder) => readdirSync(folder).filter((name) => name.endsWith(".js")).map((name) => readFileSync(new URL(name, folder), "utf8")).join("\n");
const source = codeOf(FOLDER) + codeOf(PANEL);
const { problems, remarks, doubts } = TEXTS.importing;
const known = { ...problems, ...remarks, ...doubts };

test("every code that is thrown or told has words", () => {
  const told = [
    ...source.matchAll(/new ReadError\(\s*"(\w+)"/g),
    ...source.matchAll(/code: "(\w+)"/g),
    ...source.matchAll(/code: [^,"]*\? "(\w+)"/g),
    ...source.matchAll(/code: [^,"]*\? "\w+" : "(\w+)"/g),
    ...source.matchAll(/problem\(one, "(\w+)"/g),
    ...source.matchAll(/rule\([^"\n]*"(\w+)"/g),
    ...source.matchAll(/\/, "(\w+)", \{/g),
  ].map(([, code]) => code);
  assert.ok(told.length > 60, `${told.length}`);
  assert.deepEqual(told.filter((code) => !(code in known)), []);
});

test("no words wait for a code that nobody tells", () => {
  assert.deepEqual(Object.keys(known).filter((code) => !source.includes(`"${code}"`)), []);
});

test("a code means one thing only", () => {
  assert.equal(Object.keys(known).length, [problems, remarks, doubts].reduce((sum, list) => sum + Object.keys(list).length, 0));
});

test("many files with one trouble are one sentence", () => {
  assert.equal(TEXTS.importing.problem(["a.txt"], 1, "it is empty"), "a.txt: it is empty.");
  assert.equal(TEXTS.importing.problem(["a", "b"], 312, "it is empty"), "312 files (a, b, …), of which the first: it is empty.");
});
