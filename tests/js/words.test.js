import assert from "node:assert/strict";
import { test } from "node:test";

import { fill, parse } from "../../www/lib/words.js";

test("plain text stays as it is", () => {
  assert.deepEqual(parse("784 pixels < 20 numbers & more"), ["784 pixels < 20 numbers & more"]);
  assert.deepEqual(parse(""), []);
});

test("each mark is known, also inside of another", () => {
  assert.deepEqual(parse("a _z_ b"), ["a ", { mark: "i", to: "", pieces: ["z"] }, " b"]);
  assert.deepEqual(parse("*code _z_*"), [{ mark: "strong", to: "", pieces: ["code ", { mark: "i", to: "", pieces: ["z"] }] }]);
  assert.deepEqual(parse("`x`"), [{ mark: "code", to: "", pieces: ["x"] }]);
  assert.deepEqual(parse("[the _map_](#map)"), [{ mark: "a", to: "#map", pieces: ["the ", { mark: "i", to: "", pieces: ["map"] }] }]);
  assert.deepEqual(parse("{_μ_|code}"), [{ mark: "term", to: "code", pieces: [{ mark: "i", to: "", pieces: ["μ"] }] }]);
});

test("a link's address keeps its signs, and a backslash takes the next one as it is", () => {
  assert.deepEqual(parse("[a](https://example.org/a_b*c)"), [{ mark: "a", to: "https://example.org/a_b*c", pieces: ["a"] }]);
  assert.deepEqual(parse("2 \\* 3 \\_ \\\\"), ["2 * 3 _ \\"]);
});

test("a mark that nobody closes is named with its text", () => {
  for (const text of ["an _open", "*open", "[open](#map", "[open]", "{open|code", "{open}"]) assert.throws(() => parse(text), /must have a/, text);
});

/** As much of an element as `fill` needs. */
class FakeElement {
  attributes = {};
  children = [];
  constructor(tag) {
    this.tag = tag;
  }
  setAttribute(name, value) {
    this.attributes[name] = value;
  }
  append(...nodes) {
    this.children.push(...nodes);
  }
  replaceChildren(...nodes) {
    this.children = nodes;
  }
}

test("marks become elements, and what looks like HTML stays text", () => {
  const before = globalThis.document;
  globalThis.document = { createElement: (tag) => new FakeElement(tag) };
  try {
    const paragraph = new FakeElement("p");
    paragraph.append("what was there");
    fill(paragraph, "<b> {_μ_|code} [map](#map)");
    const [text, term, , link] = paragraph.children;
    assert.equal(text, "<b> ");
    assert.deepEqual([term.tag, term.attributes, term.children[0].tag], ["button", { type: "button", class: "term", "data-part": "code" }, "i"]);
    assert.deepEqual([link.tag, link.attributes, link.children], ["a", { href: "#map" }, ["map"]]);
  } finally {
    globalThis.document = before;
  }
});
