import assert from "node:assert/strict";
import { test } from "node:test";

import { classesOf, mergedLabels } from "../../www/import/classes.js";
import { chosen, walk } from "../../www/import/walk.js";

const set = (labels, classes = null) => ({ images: new Uint8Array(784 * labels.length), labels: Uint8Array.from(labels), classes });

test("digits are ten classes, other labels those that are there", () => {
  const digits = classesOf(set([7, 2, 255]));
  assert.deepEqual([digits.names.length, ...digits.indices], [10, 7, 2, 255]);
  const letters = classesOf(set([3, 26, 255, 3, 14]));
  assert.deepEqual([letters.names, [...letters.indices]], [["3", "14", "26"], [0, 2, 255, 0, 1]]);
  const named = classesOf(set([0, 2, 2], ["A", "B", "C"]));
  assert.deepEqual([named.names, [...named.indices]], [["A", "C"], [0, 1, 1]]);
});

test("two sets join under one naming", () => {
  const merge = (a, b) => {
    const { first, second, classes } = mergedLabels(a, b);
    return [[...first], [...second], classes];
  };
  assert.deepEqual(merge(set([1, 255]), set([9])), [[1, 255], [9], null]);
  assert.deepEqual(merge(set([0, 1], ["A", "B"]), set([0, 1], ["B", "C"])), [[0, 1], [1, 2], ["A", "B", "C"]]);
  // Numbers and names: a number is its own name.
  assert.deepEqual(merge(set([7, 255]), set([0, 1], ["cat", "7"])), [[0, 255], [1, 0], ["7", "cat"]]);
  assert.deepEqual(merge(set([255, 255]), set([0], ["cat"])), [[255, 255], [0], ["cat"]]);
  assert.deepEqual(merge(set([1], ["a", "b"]), set([255])), [[1], [255], ["a", "b"]]);
  assert.deepEqual(merge(set([]), set([4])), [[], [4], null]);
});

/** Folders as a drop gives them; a reader has at most so many entries a time. */
function folder(path, children) {
  return {
    isDirectory: true,
    fullPath: path,
    createReader() {
      let at = 0;
      return { readEntries: (resolve) => setTimeout(() => resolve(children.slice(at, (at += 100)))) };
    },
  };
}
const leaf = (path) => ({ isDirectory: false, fullPath: path, file: (resolve) => resolve(new File([], path.split("/").at(-1))) });

test("dropped folders are walked to their end, in order, with their paths", async () => {
  const many = Array.from({ length: 250 }, (_, i) => leaf(`/digits/7/${i}.png`));
  const broken = { isDirectory: true, fullPath: "/digits/locked", createReader: () => ({ readEntries: (_, reject) => reject(new Error("no")) }) };
  const { files, unreadable } = await walk([folder("/digits", [folder("/digits/7", many), broken, leaf("/digits/a.csv")]), new File([], "one.png")]);
  assert.deepEqual([files.length, files[0].path, files[249].path, files[250].path, files[251].path], [252, "digits/7/0.png", "digits/7/249.png", "digits/a.csv", "one.png"]);
  assert.deepEqual(unreadable, ["digits/locked"]);
  const controller = new AbortController();
  controller.abort();
  await assert.rejects(walk([folder("/digits", many)], { signal: controller.signal }), { name: "AbortError" });
});

test("chosen files carry the path inside their folder", async () => {
  const file = new File([], "0.png");
  Object.defineProperty(file, "webkitRelativePath", { value: "digits/7/0.png" });
  assert.deepEqual((await chosen([file, new File([], "b.csv")])).map(({ path }) => path), ["digits/7/0.png", "b.csv"]);
  const found = [];
  assert.equal((await chosen(new Array(600).fill(file), { onProgress: (count) => found.push(count) })).length, 600);
  assert.deepEqual(found, [250, 500]);
});
