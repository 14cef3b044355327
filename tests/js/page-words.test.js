import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { parse } from "../../www/lib/words.js";
import { TEXTS } from "../../www/texts/en.js";

/** @typedef {{ tag: string, attributes: Record<string, string>, words: string, own: string }} Element  own: the text that stands in it directly */

const VOID = ["meta", "link", "input", "img", "path", "circle"];
const ATTRIBUTES = { "data-text-label": "aria-label", "data-text-role": "aria-roledescription", "data-text-title": "title", "data-text-content": "content" };
/** What scripts write as soon as they run: HTML has the words of the moment before. */
const WRITTEN = ["moment-words", "evaluate-words", "bound-title", "bound-name", "bound-sign", "version", "cpu-share-text"];
/** Names and symbols. */
const NAMES = /^(VAE Lab|中文|[xzABC]|x̂|[–\d.,% ]+|-)$/;

/** The elements of a page, each with all text that it holds. @param {string} name @returns {Element[]} */
function elements(name) {
  const html = readFileSync(new URL(`../../www/${name}`, import.meta.url), "utf8").replace(/<!doctype[^>]*>|<noscript>.*?<\/noscript>/g, "");
  /** @type {Element[]} */
  const all = [];
  /** @type {Element[]} */
  const open = [];
  for (const [, closing, tag = "", inner = "", text = ""] of html.matchAll(/<(\/?)([\w-]+)((?:"[^"]*"|[^<>"])*)>|([^<]+)/g)) {
    if (tag === "") {
      for (const element of open) element.words += text;
      const last = open.at(-1);
      if (last) last.own += text;
    } else if (closing) open.pop();
    else {
      const attributes = Object.fromEntries([...inner.matchAll(/([\w-]+)(?:="([^"]*)")?/g)].map(([, key = "", value = ""]) => [key, value]));
      const element = { tag, attributes, words: "", own: "" };
      all.push(element);
      if (!VOID.includes(tag) && !inner.endsWith("/")) open.push(element);
    }
  }
  return all;
}

/** @param {string} key */
function wordsOf(key) {
  /** @type {any} */
  let words = TEXTS;
  for (const part of key.split(".")) words = words?.[part];
  return words;
}

/** A text without its marks. @param {readonly import("../../www/lib/words.js").Piece[]} pieces @returns {string} */
function bare(pieces) {
  return pieces.map((piece) => (typeof piece === "string" ? piece : bare(piece.pieces))).join("");
}

for (const page of ["index.html", "bench.html"]) {
  const all = elements(page);

  test(`${page}: the words that have a key are those of the English texts`, () => {
    let compared = 0;
    for (const { attributes, words } of all) {
      const key = attributes["data-text"];
      if (key !== undefined) {
        const text = wordsOf(key);
        assert.equal(words, "data-marks" in attributes ? bare(parse(text)) : text, key);
        compared += 1;
      }
      for (const [name, attribute] of Object.entries(ATTRIBUTES)) {
        const named = attributes[name];
        if (named === undefined) continue;
        // What has no words yet gets them from the script.
        if (attributes[attribute] !== undefined) assert.equal(attributes[attribute], wordsOf(named), named);
        assert.equal(typeof wordsOf(named), "string", named);
        compared += 1;
      }
    }
    assert.ok(compared > 20, `${page} must have more than 20 words with a key, found ${compared}`);
  });

  test(`${page}: all words have a key, but for names and for what scripts write`, () => {
    const known = /** @type {(element: Element) => boolean} */ (({ attributes }) => "data-text" in attributes || WRITTEN.includes(attributes["id"] ?? "") || WRITTEN.includes(attributes["class"] ?? ""));
    const title = all.find(({ tag }) => tag === "title");
    if (page === "index.html") assert.equal(title?.words, TEXTS.rooms.title("play"));
    const left = all.filter((element) => element.own.trim() !== "" && !known(element) && !NAMES.test(element.own.trim()));
    // Marks of a text are elements of their own.
    const inside = (/** @type {Element} */ { tag, attributes }) => ["i", "code"].includes(tag) || (tag === "a" && !("id" in attributes));
    assert.deepEqual(left.filter((element) => !inside(element) && element.attributes["class"] !== "label" && element !== title).map(({ tag, own }) => `<${tag}> ${own.trim()}`), []);
    const unnamed = all.flatMap(({ attributes }) =>
      Object.entries(ATTRIBUTES)
        .filter(([name, attribute]) => attribute !== "content" && attributes[attribute] !== undefined && !(name in attributes))
        .map(([, attribute]) => `${attribute}="${attributes[attribute]}"`),
    );
    assert.deepEqual(unnamed.filter((words) => !/What the model sees|The reconstruction: nothing yet/.test(words)), []);
  });
}
