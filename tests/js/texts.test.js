import assert from "node:assert/strict";
import { test } from "node:test";

import * as en from "../../www/texts/en.js";
import * as zh from "../../www/texts/zh.js";

/** How a tree of words is made: the path of every end, with what stands there. @param {any} words @param {string} path @returns {[string, any][]} */
function ends(words, path = "") {
  if (typeof words !== "object" || words === null) return [[path, words]];
  return Object.entries(words).flatMap(([key, value]) => ends(value, path ? `${path}.${key}` : key));
}

/**
 * Something that can stand for any value: a text, a number, a list, an object. Put into a text, it leaves its name there.
 *
 * @param {string} name
 * @returns {any}
 */
function marker(name) {
  const text = `‹${name}›`;
  /** @type {any} */
  const proxy = new Proxy(/** @type {any} */ ({}), {
    get(_target, key) {
      if (key === Symbol.toPrimitive || key === "toString") return () => text;
      if (key === Symbol.iterator) return () => [0, 1, 2].map((i) => marker(`${name}.${i}`))[Symbol.iterator]();
      if (["toFixed", "toLocaleString", "toLowerCase", "join", "replace"].includes(String(key))) return () => proxy;
      if (key === "at") return (/** @type {number} */ i) => marker(`${name}.at${i}`);
      if (key === "length") return 3;
      return typeof key === "string" ? marker(`${name}.${key}`) : undefined;
    },
  });
  return proxy;
}

/** The values that a sentence names, and how many numbers it computes of them. @param {string} text */
function named(text) {
  return [...new Set(text.match(/‹[^›]*›|NaN/g))].sort();
}

/**
 * The calls that are compared: all values are there, or one of them is none, no, yes, 0, 1 or 5.
 *
 * @param {(...values: any[]) => unknown} sentence
 */
function calls(sentence) {
  const all = Array.from({ length: sentence.length }, (_, i) => marker(String(i)));
  const others = all.flatMap((_, i) => [null, false, true, 0, 1, 5].map((value) => all.with?.(i, value) ?? Object.assign([...all], { [i]: value })));
  return [all, ...others];
}

/** @param {(...values: any[]) => unknown} sentence @param {any[]} values @returns {string | null} null: this sentence takes no such value */
function said(sentence, values) {
  try {
    return String(sentence(...values));
  } catch {
    return null;
  }
}

for (const part of /** @type {const} */ (["TEXTS", "HELP"])) {
  const [english, chinese] = [new Map(ends(en[part])), new Map(ends(zh[part]))];

  test(`${part}: both languages have the same keys`, () => {
    assert.deepEqual([...chinese.keys()].sort(), [...english.keys()].sort());
    assert.ok(english.size > 50, `${part} must have more than 50 texts, found ${english.size}`);
  });

  test(`${part}: both languages have texts where the other has texts, and sentences with as many values`, () => {
    const kinds = (/** @type {Map<string, any>} */ words) => [...words].map(([path, value]) => `${path}: ${typeof value === "function" ? `${value.length} values` : typeof value}`).sort();
    assert.deepEqual(kinds(chinese), kinds(english));
  });
}

test("a sentence names the same values in both languages", () => {
  const chinese = new Map(ends(zh.TEXTS));
  let compared = 0;
  for (const [path, sentence] of ends(en.TEXTS)) {
    if (typeof sentence !== "function") continue;
    assert.notEqual(said(sentence, calls(sentence)[0] ?? []), null, `${path} must take any values`);
    for (const values of calls(sentence)) {
      const [first, second] = [said(sentence, values), said(chinese.get(path), values)];
      if (first === null || second === null) continue;
      // English writes one thing as a word, and an article beside it; Chinese may count it.
      const one = values.includes(1);
      const [inEnglish, inChinese] = [named(first), named(second)];
      assert.deepEqual(one ? inChinese.filter((name) => inEnglish.includes(name)) : inChinese, inEnglish, `${path} says “${first}” and “${second}”`);
      compared += 1;
    }
  }
  assert.ok(compared > 300, `more than 300 sentences must be compared, found ${compared}`);
});

test("Chinese is Chinese: what has no Chinese character is a name, a number or a formula", () => {
  const plain = ends({ TEXTS: zh.TEXTS, HELP: zh.HELP })
    .map(([path, value]) => /** @type {const} */ ([path, typeof value === "function" ? (said(value, calls(value)[0] ?? []) ?? "") : String(value)]))
    .filter(([path, text]) => !/\p{Script=Han}/u.test(text) && !/\.(link|panel|parts\.\d+\.0)$/.test(path));
  const words = plain.map(([path, text]) => `${path}: ${text.replaceAll(/‹[^›]*›|undefined/g, "")}`).filter((text) => /: .*[a-z]{3,}/.test(text));
  const names = /: (VAE Lab .*|Kingma & Welling 2013|Burda et al\. 2015|Adam .|Adam ..)$|\.sources: /;
  assert.deepEqual(
    words.filter((text) => !names.test(text)),
    [],
  );
});
