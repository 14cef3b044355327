import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { afterEach, test } from "node:test";

import { CodedError, told, untold } from "../../www/lib/coded-error.js";
import { wordsOfError } from "../../www/lib/error-words.js";
import { useLanguage } from "../../www/texts.js";
import * as en from "../../www/texts/en.js";
import * as zh from "../../www/texts/zh.js";

afterEach(() => useLanguage("en"));

const read = (/** @type {string} */ path) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

/** The names of an enumeration in Rust, as they leave it. @param {string} source @param {string} name */
function variants(source, name) {
  const [, after = ""] = source.split(`pub enum ${name} {\n`);
  const [body = ""] = after.split("\n}\n");
  return [...body.matchAll(/^ {4}([A-Z]\w*)/gm)].map(([, variant = ""]) => variant.charAt(0).toLowerCase() + variant.slice(1));
}

const codes = variants(read("src/error.rs"), "Error");
const scriptCodes = [...read("www/lib/coded-error.js").matchAll(/\{ code: "(\w+)"/g)].map(([, code = ""]) => code);

for (const [language, words] of /** @type {const} */ ([["en", en], ["zh", zh]])) {
  test(`${language}: every error of the core and of the scripts has words, and nothing else has`, () => {
    assert.ok(codes.length > 50 && scriptCodes.length > 20, `found ${codes.length} and ${scriptCodes.length} codes`);
    assert.deepEqual(Object.keys(words.TEXTS.errors).sort(), [...codes, ...scriptCodes].sort());
  });

  test(`${language}: every kind of file that is no model has words, and nothing else has`, () => {
    const kinds = variants(read("src/files/kind.rs"), "FileKind");
    assert.ok(kinds.length > 20, `found ${kinds.length} kinds`);
    assert.deepEqual(Object.keys(words.FILE_KINDS).sort(), kinds.sort());
  });
}

test("no script but those two knows words for an error that a visitor may see: what is thrown there is a code", () => {
  for (const file of ["worker/handlers", "worker/program", "worker/data-sets", "worker/evaluator", "worker/idx", "lib/download", "lib/module", "lib/models", "app/client", "app/model-switch", "panels/models/index", "bench-worker"]) {
    const sentences = [...read(`www/${file}.js`).matchAll(/new Error\((["'`])(.*?)\1/g)].map(([, , words = ""]) => words);
    // A page that offers a run with neither, or a step without its images, is a mistake in the program itself.
    const mistakes = ["a run must have settings or a file, and has neither", "a step must find its images, and did not", "the classifier has weights and a card"];
    assert.deepEqual(sentences.filter((words) => !mistakes.includes(words) && !words.startsWith("models/classifier")), [], file);
  }
});

test("values are words of the language: numbers, settings, errors in errors", async () => {
  const refused = { message: "…", code: "notNumber", values: { name: "learningRate", min: 1e-6, max: 1, found: -1 } };
  const whole = { message: "…", code: "notWhole", values: { name: "columns * rows", min: 1, max: 10_000, found: NaN } };
  const inFile = { message: "…", code: "settingRefused", values: { error: refused } };
  const shape = { message: "…", code: "tensorShape", values: { tensor: "w", expected: [1000, 2], found: [] } };
  assert.equal(wordsOfError(refused), "Learning rate must be a number from 0.000001 to 1, got -1");
  assert.equal(wordsOfError(whole), "columns * rows must be a whole number from 1 to 10,000, got NaN");
  assert.equal(wordsOfError(inFile), "this file is not a VAE Lab checkpoint: Learning rate must be a number from 0.000001 to 1, got -1. Nothing was changed; choose a .safetensors file saved by VAE Lab");
  assert.match(wordsOfError(shape), /the shape \[1,000, 2\], found \[\]/);
  assert.match(wordsOfError({ code: "otherFile", values: { kind: "gitLfs" } }), /it is a Git LFS pointer.*git lfs pull/);
  await useLanguage("zh-Hans");
  assert.equal(wordsOfError(refused), "学习率必须是 0.000001 到 1 的数，实际为 -1");
  assert.match(wordsOfError(inFile), /^此文件不是 VAE Lab 的检查点：学习率必须是/);
});

test("an error that crosses a boundary keeps its code and values", () => {
  const first = new CodedError("downloadRefused", { what: "test", status: "503", file: "t.gz" });
  const across = structuredClone(told(first));
  assert.deepEqual(across, { message: first.message, code: "downloadRefused", values: { what: "test", status: "503", file: "t.gz" } });
  assert.deepEqual(told(untold(across)), across);
  assert.equal(wordsOfError(across), 'The download of the test digits failed: the server answered "503" for t.gz');
  const broken = new CodedError("downloadBroken", { what: "Small", received: "0.1", total: "", why: told(new CodedError("stalled", { seconds: 30 })) });
  assert.equal(wordsOfError(structuredClone(told(broken))), "The download of “Small” broke off after 0.1 MB: nothing arrived for 30 seconds. Try again");
});

test("what has no code, or one that the page does not know, says its message", () => {
  assert.equal(wordsOfError(new TypeError("Failed to fetch.")), "Failed to fetch");
  assert.equal(wordsOfError(new DOMException("gone", "AbortError")), "gone");
  assert.equal(wordsOfError("text"), "text");
  assert.equal(wordsOfError(undefined), "undefined");
  assert.equal(wordsOfError({ message: "new in the next version", code: "toString", values: {} }), "new in the next version");
  assert.equal(wordsOfError({ message: "new in the next version", code: "brandNew", values: {} }), "new in the next version");
});
