import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";

import { codes, digits, importFiles, labels } from "./helpers.js";

const CASES = new URL("../../fixtures/cases/", import.meta.url);
const file = (name) => readFileSync(new URL(name, CASES));
/** A folder as a visitor chooses it. */
const folder = (name) => Object.fromEntries(readdirSync(new URL(`${name}/`, CASES)).map((one) => [`${name}/${one}`, file(`${name}/${one}`)]));
const one = (name) => ({ [name]: file(name) });

const twenty = { images: digits(0, 20), labels: labels(0, 20) };
const unlabelled = (count) => new Array(count).fill(255);
const none = unlabelled(20);
const binary = digits(0, 20).map((value) => (value > 127 ? 255 : 0));

/** Files, images, labels, and the codes of what is told. */
const EXACT = [
  ["c01-kaggle-train.csv", twenty.images, twenty.labels, []],
  ["c02-kaggle-test-no-label.csv", twenty.images, none, []],
  ["c03-openml-label-last.csv", twenty.images, twenty.labels, []],
  ["c04b-kannada-test-id-column-8rows.csv", digits(0, 8), unlabelled(8), []],
  ["c05-pandas-index-and-numeric-header.csv", twenty.images, none, []],
  ["c07-excel-semicolon-bom-crlf.csv", twenty.images, twenty.labels, []],
  ["c09-floats-0-to-1.csv", twenty.images, twenty.labels, ["rangeParts"]],
  ["c10-numpy-savetxt-default.csv", digits(0, 8), labels(0, 8), ["labelColumn"]],
  ["c12-binary-0-1.csv", binary, none, ["rangeBits"]],
  ["c13-a-z-labels-0-to-25.csv", twenty.images, [0, 1, 2, 3, 5, 6, 7, 9, 10, 11, 13, 14, 15, 17, 18, 19, 21, 22, 23, 25], ["labelColumn"]],
  ["c14-ahdd-pair/", twenty.images, twenty.labels, ["turned"]],
  ["i01-emnist-letters/", twenty.images, Array.from({ length: 20 }, (_, i) => i + 1), ["turned"]],
  ["i05-two-pairs-small/", digits(0, 30), labels(0, 30), []],
  ["i06-gzip-two-members.idx3-ubyte.gz", twenty.images, none, []],
  ["n01-quickdraw-bitmaps.npy", twenty.images, none, []],
  ["n04-fortran-order.npy", twenty.images, none, []],
  ["n06-python2-long-shape.npy", twenty.images, none, []],
  ["n07-one-image-28-28-1.npy", digits(0, 1), [255], []],
  ["n08-columns-784-n.npy", twenty.images, none, ["imageColumns"]],
  ["n11-binary-u1-0-1.npy", binary, none, ["rangeBits"]],
  ["n13-rgb-n-28-28-3.npy", twenty.images, none, ["colour"]],
  ["n15-pair/", twenty.images, twenty.labels, []],
  ["z01-keras-mnist.npz", twenty.images, twenty.labels, ["testPartLeft"]],
  ["z02-same-count-test-first.npz", twenty.images, twenty.labels, ["testPartLeft"]],
  ["z03-medmnist-labels-n-1.npz", twenty.images, twenty.labels, ["testPartLeft"]],
  ["z05-one-hot-y-train-first.npz", twenty.images, twenty.labels, []],
  ["z07-with-class-names.npz", twenty.images, twenty.labels, []],
  ["z09-kaggle-archive.zip", twenty.images, twenty.labels, []],
];

for (const [name, images, own, told] of EXACT) {
  test(`${name} comes in byte for byte`, async () => {
    const { set, problems, remarks, doubts } = await importFiles(name.endsWith("/") ? folder(name.slice(0, -1)) : one(name));
    assert.deepEqual(problems, []);
    assert.deepEqual(doubts, []);
    assert.deepEqual([...set.labels], own);
    assert.equal(set.classes, null);
    assert.equal(Buffer.compare(set.images, images), 0);
    assert.deepEqual(codes(remarks), told);
  });
}

test("what was normalised by mean and deviation is stretched, and told", async () => {
  const { set, remarks, applied } = await importFiles(one("n03-mean-std-normalised-f4.npy"));
  assert.ok(set.images.every((value, i) => Math.abs(value - twenty.images[i]) <= 1));
  assert.deepEqual(codes(remarks), ["stretched"]);
  assert.equal(applied.stretch, true);
});

test("an image that is not all numbers is named and left out", async () => {
  const { set, problems, remarks } = await importFiles(one("n12-one-nan-pixel-f4.npy"));
  assert.equal(Buffer.compare(set.images, digits(0, 19)), 0);
  assert.deepEqual(codes(remarks), ["rangeParts"]);
  const [{ code, values }] = problems;
  assert.deepEqual([code, values], ["notFinite", { image: 19, row: 27, column: 14, images: 1 }]);
});

test("four files of MNIST at once: every image keeps its own label, and what is too much is told", async () => {
  const { set, remarks, problems } = await importFiles(folder("i04-all-four-files"));
  assert.equal(set.labels.length, 60_000);
  for (let i = 0; i < 60_000; i += 1) assert.equal(set.images[i * 784 + 400], 25 * set.labels[i]);
  assert.deepEqual(remarks, [{ code: "tooMany", values: { kept: 60_000, leftOut: 10_000 } }]);
  assert.deepEqual(problems, []);
});

test("61,000 images: the first 60,000 with their labels", async () => {
  const { set, remarks, problems } = await importFiles(folder("i08-61000-images"));
  assert.equal(set.labels.length, 60_000);
  for (let i = 0; i < 60_000; i += 1) assert.equal(set.images[i * 784], 25 * set.labels[i]);
  assert.deepEqual(remarks, [{ code: "tooMany", values: { kept: 60_000, leftOut: 1000 } }]);
  assert.deepEqual(problems, []);
});

/** How alike two images are. */
function correlation(a, b) {
  const mean = (list) => list.reduce((sum, value) => sum + value, 0) / list.length;
  const [ma, mb] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  a.forEach((value, i) => {
    ab += (value - ma) * (b[i] - mb);
    aa += (value - ma) ** 2;
    bb += (b[i] - mb) ** 2;
  });
  return ab / Math.sqrt(aa * bb);
}

for (const [name, own, range] of [
  ["c17-optdigits-64-label-last.tra", twenty.labels, "rangeWhite"],
  ["n10-sklearn-digits-images-n-8-8.npy", none, "rangeWhite"],
  ["n16-usps-16x16-minus1-to-1.npy", none, "rangeSigned"],
]) {
  test(`${name} is enlarged into the box of 20 by 20`, async () => {
    const { set, remarks, problems, facts } = await importFiles(one(name));
    assert.deepEqual(problems, []);
    assert.deepEqual([...set.labels], own);
    assert.ok(codes(remarks).includes(range) && codes(remarks).includes("boxed"), codes(remarks).join());
    assert.ok(facts.brightest > 240, `brightest ${facts.brightest}`);
    const alike = Array.from({ length: 20 }, (_, i) => correlation([...set.images.subarray(i * 784, (i + 1) * 784)], [...digits(i, i + 1)]));
    const least = Math.min(...alike);
    assert.ok(least > (name.startsWith("n16") ? 0.88 : 0.3), `least alike: ${least}`);
  });
}

test("a Git LFS pointer is told with what to do", async () => {
  const { set, problems, doubts } = await importFiles(one("o01-git-lfs-pointer.npz"));
  assert.equal(set.labels.length, 0);
  assert.deepEqual(codes(problems), ["gitLfs"]);
  assert.deepEqual(codes(doubts), ["nothingAdded"]);
});
