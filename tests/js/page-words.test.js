import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { parse } from "../../www/lib/words.js";
import * as en from "../../www/texts/en.js";
import * as zh from "../../www/texts/zh.js";
import { ATTRIBUTES } from "../../www/lib/fixed-words.js";
import { withWords } from "../../xtask/src/site/words.js";

/** @typedef {{ tag: string, attributes: Record<string, string>, words: string, own: string }} Element  own: the text that stands in it directly */

const VOID = ["meta", "link", "input", "img", "path", "circle"];
/** Names and symbols, which have no key. */
const NAMES = /^(VAE Lab|中文|[xzABC]|x̂|[–\d.,% ]+|-)$/;

/** The elements of a page, each with all text that it holds. @param {string} page  its HTML @returns {Element[]} */
function elements(page) {
  const html = page.replace(/<!doctype[^>]*>/g, "");
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

/** @param {string} key @param {object} texts */
function wordsOf(key, texts) {
  /** @type {any} */
  let words = texts;
  for (const part of key.split(".")) words = words?.[part];
  return words;
}

/** @param {string} html */
function unescaped(html) {
  return html.replaceAll("&lt;", "<").replaceAll("&quot;", '"').replaceAll("&amp;", "&");
}

/** A text without its marks. @param {readonly import("../../www/lib/words.js").Piece[]} pieces @returns {string} */
function bare(pieces) {
  return pieces.map((piece) => (typeof piece === "string" ? piece : bare(piece.pieces))).join("");
}

for (const page of ["index.html", "bench.html"]) {
  const source = readFileSync(new URL(`../../www/${page}`, import.meta.url), "utf8");
  const written = elements(withWords(source));

  test(`${page}: no word stands in the source, only keys`, () => {
    const all = elements(source);
    assert.deepEqual(all.filter(({ own }) => own.trim() !== "" && !NAMES.test(own.trim())).map(({ tag, own }) => `<${tag}> ${own.trim()}`), []);
    // Of a meta element only the description is for people.
    const attributes = all.flatMap(({ tag, attributes }) => Object.values(ATTRIBUTES).flatMap((name) => (attributes[name] && tag !== "meta" ? [`${name}="${attributes[name]}"`] : [])));
    assert.deepEqual(attributes, []);
    assert.ok(!all.some(({ tag, attributes }) => tag === "meta" && attributes["name"] === "description" && "content" in attributes));
  });

  test(`${page}: what is published has exactly the English words, and Chinese ones where it says so`, () => {
    let compared = 0;
    for (const { attributes, words } of written) {
      const texts = attributes["lang"] === "zh-Hans" ? zh.TEXTS : en.TEXTS;
      const key = attributes["data-text"];
      if (key !== undefined) {
        const text = wordsOf(key, texts);
        assert.equal(unescaped(words), "data-marks" in attributes ? bare(parse(text)) : text, key);
        compared += 1;
      }
      for (const [name, attribute] of Object.entries(ATTRIBUTES)) {
        const named = attributes[name];
        if (named === undefined) continue;
        assert.equal(unescaped(attributes[attribute] ?? ""), wordsOf(named, texts), named);
        compared += 1;
      }
    }
    assert.ok(compared > 20, `${page} must have more than 20 words with a key, found ${compared}`);
  });
}

test("the title is that of the room that a fresh visit begins in", () => {
  assert.equal(en.TEXTS.rooms.home, en.TEXTS.rooms.title("play"));
  assert.equal(zh.TEXTS.rooms.home, zh.TEXTS.rooms.title("play"));
});

test("words with marks of HTML stay words", () => {
  assert.equal(withWords('<p data-text="measures.sign" data-text-title="controls.erase"></p>'), '<p data-text="measures.sign" data-text-title="controls.erase" title="Reset &amp; train">(−ELBO)</p>');
});
