import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { gzipSync, inflateSync } from "node:zlib";

import { zipSync } from "fflate";

import { assemble } from "../../../www/import/assemble.js";
import { readFile } from "../../../www/import/read.js";
import { ReadError } from "../../../www/import/types.js";
import { AUTO, codes, csv, digits, grid, idx, importFiles, labels, npy } from "./helpers.js";

const N = 20;
const images = digits(0, N);
const own = labels(0, N);
const none = new Array(N).fill(255);
const idxImages = (from, to) => idx(8, [to - from, 28, 28], digits(from, to));
const idxLabels = (from, to) => idx(8, [to - from], Uint8Array.from(labels(from, to)));
const floats = (values) => npy("<f4", [values.length / 784, 28, 28], Float32Array.from(values));

/** Pictures that are their own bytes: a letter, width, height, pixels. */
const picture = (values, width = 28, height = 28) => Uint8Array.from([0x89, 0x50, 0x4e, 0x47, width, height, ...values]);
const helpers = {
  readPicture: async (bytes, name) => {
    if (bytes.length < 10) throw new ReadError("pictureBroken", {});
    const [width, height] = [bytes[4], bytes[5]];
    return { count: 1, width, height, values: bytes.slice(6), labels: null, transposed: false, from: "picture", name, remarks: [] };
  },
};
const pictures = (list) => Object.fromEntries(list.map(([path, i]) => [path, picture(digits(i, i + 1))]));

test("labels belong to the images of the same name, whatever the order", async () => {
  const files = {
    "a/t10k-labels-idx1-ubyte": idxLabels(100, 120),
    "a/train-labels-idx1-ubyte": idxLabels(0, 20),
    "a/train-images-idx3-ubyte": idxImages(0, 20),
    "a/t10k-images-idx3-ubyte": idxImages(100, 120),
  };
  const { set, problems } = await importFiles(files);
  assert.deepEqual(problems, []);
  assert.deepEqual([...set.labels], [...own, ...labels(100, 120)]);
});

test("labels belong to the images of their own folder", async () => {
  const files = { "b/labels.npy": npy("|u1", [N], Uint8Array.from(labels(40, 60))), "a/labels.npy": npy("|u1", [N], Uint8Array.from(own)), "a/images.npy": npy("|u1", [N, 28, 28], images), "b/images.npy": npy("|u1", [N, 28, 28], digits(40, 60)) };
  const { set, problems } = await importFiles(files);
  assert.deepEqual(problems, []);
  assert.deepEqual([...set.labels], [...own, ...labels(40, 60)]);
});

test("labels whose images cannot be told are not used, and it is told", async () => {
  const { set, problems } = await importFiles({ "one.idx": idxImages(0, 20), "two.idx": idxImages(20, 40), "three.idx": idxLabels(20, 40) });
  assert.deepEqual(codes(problems), ["labelsAmbiguous"]);
  assert.deepEqual([...set.labels], [...none, ...none]);
});

test("labels of another count, and labels alone, are told", async () => {
  const other = await importFiles({ "train-images": idxImages(0, 20), "train-labels": idxLabels(0, 19) });
  assert.deepEqual(other.problems.map(({ code, values }) => [code, values]), [["labelsOtherCount", { labels: 19, images: 20 }]]);
  assert.deepEqual([...other.set.labels], none);
  const alone = await importFiles({ "train-labels": idxLabels(0, 19) });
  assert.deepEqual(codes(alone.problems), ["labelsAlone"]);
  assert.deepEqual(codes(alone.doubts), ["nothingAdded"]);
});

test("a table names the picture of each label", async () => {
  for (const list of [["x.png", "y.png"], ["x", "y"], ["pictures/x.png", "pictures/y.png"]]) {
    const { set, problems } = await importFiles({ ...pictures([["set/pictures/x.png", 3], ["set/pictures/y.png", 4]]), "set/labels.csv": csv([["filename", "label"], [list[1], 4], [list[0], 0]]) }, AUTO, {}, helpers);
    assert.deepEqual(problems, []);
    assert.deepEqual([...set.labels], [0, 4]);
  }
  const { problems } = await importFiles({ ...pictures([["a.png", 3]]), "labels.csv": csv([["filename", "label"], ["z.png", 4], ["v.png", 5]]) }, AUTO, {}, helpers);
  assert.deepEqual(codes(problems), ["labelsOfOtherFiles"]);
});

test("folders of digits are labels, and a folder around all is none", async () => {
  const { set, doubts } = await importFiles(pictures(own.map((label, i) => [`mnist_png/training/${label}/${i}.png`, i])), AUTO, {}, helpers);
  assert.deepEqual([...set.labels], own);
  assert.equal(set.classes, null);
  assert.deepEqual(doubts, []);
  const flat = await importFiles(pictures([["digits/1.png", 0], ["digits/2.png", 1]]), AUTO, {}, helpers);
  assert.deepEqual([...flat.set.labels], [255, 255]);
  const split = await importFiles(pictures([["set/train/1.png", 0], ["set/test/2.png", 1]]), AUTO, {}, helpers);
  assert.deepEqual([...split.set.labels], [255, 255]);
  const seven = await importFiles(pictures([["7/1.png", 0], ["7/2.png", 17]]), AUTO, {}, helpers);
  assert.deepEqual([...seven.set.labels], [7, 7]);
});

test("folders of words are classes", async () => {
  const { set, facts } = await importFiles(pictures([["set/cat/1.png", 0], ["set/dog/2.png", 1], ["set/cat/3.png", 2], ["set/4.png", 3]]), AUTO, {}, helpers);
  assert.deepEqual(set.classes, ["cat", "dog"]);
  assert.deepEqual([...set.labels], [0, 1, 0, 255]);
  assert.deepEqual(facts.classes, [{ name: "cat", count: 2 }, { name: "dog", count: 1 }]);
  assert.equal(facts.unlabelled, 1);
});

test("digits and words together are classes in their order", async () => {
  const { set } = await importFiles(pictures([["s/10/1.png", 0], ["s/b/2.png", 1], ["s/9/3.png", 2]]), AUTO, {}, helpers);
  assert.deepEqual(set.classes, ["9", "10", "b"]);
});

test("a ZIP of pictures in folders, with what lies about in it", async () => {
  const bytes = zipSync({
    ...pictures(own.map((label, i) => [`mnist/${label}/${i}.png`, i])),
    "mnist/.DS_Store": new Uint8Array(9), "mnist/3/Thumbs.db": new Uint8Array(9), "__MACOSX/mnist/._1.png": new Uint8Array(9),
    "mnist/README.md": new Uint8Array(9), "mnist/LICENSE": new Uint8Array(9), "mnist/empty/": new Uint8Array(0),
  });
  const { set, problems, remarks } = await importFiles({ "mnist.zip": bytes }, AUTO, {}, helpers);
  assert.deepEqual(problems, []);
  assert.deepEqual(remarks, []);
  assert.deepEqual([...set.labels], own);
  assert.equal(Buffer.compare(set.images, images), 0);
});

test("what lies about in folders is passed over in silence", async () => {
  const clutter = [".DS_Store", "a/Thumbs.db", "desktop.ini", "LICENSE.txt", "readme.txt", "README", "a/.git/config", "__MACOSX/x.csv", "MD5SUMS", "sample_submission.csv", "load.py", "~$labels.xlsx"];
  const { set, problems } = await importFiles({ "1.idx": idxImages(0, 1), ...Object.fromEntries(clutter.map((name) => [name, Buffer.from("any")])) });
  assert.deepEqual(problems, []);
  assert.equal(set.labels.length, 1);
});

const table = (from, to) => csv([["label", ...Array.from({ length: 784 }, (_, i) => `pixel${i}`)], ...grid(digits(from, to), 784).map((row, i) => [labels(from, to)[i], ...row])]);
for (const [what, files, told] of [
  ["Kaggle's digits", { "sample_submission.csv": csv([["ImageId", "Label"], ...own.map((_, i) => [i + 1, 0])]), "test.csv": csv(grid(digits(100, 120), 784)), "train.csv": table(0, 20) }, ["testFilesLeft"]],
  ["IDX", { "t10k-images-idx3-ubyte": idxImages(100, 120), "t10k-labels-idx1-ubyte": idxLabels(100, 120), "train-images-idx3-ubyte": idxImages(0, 20), "train-labels-idx1-ubyte": idxLabels(0, 20) }, ["testFilesLeft"]],
  ["IDX in gzip", { "raw/train-labels-idx1-ubyte.gz": gzipSync(idxLabels(0, 20)), "raw/train-images-idx3-ubyte.gz": gzipSync(idxImages(0, 20)) }, []],
  ["one table", { "mnist.csv": table(0, 20) }, []],
  ["NPY in folders", { "d/x.npy": npy("|u1", [N, 28, 28], images), "d/y.npy": npy("|u1", [N], Uint8Array.from(own)) }, []],
  ["a ZIP in a ZIP", { "inner.zip": zipSync({ "train.csv": new Uint8Array(table(0, 20)) }) }, []],
]) {
  test(`a ZIP of ${what}`, async () => {
    const bytes = zipSync(Object.fromEntries(Object.entries(files).map(([name, body]) => [name, new Uint8Array(body)])));
    const { set, problems, remarks } = await importFiles({ "archive.zip": bytes });
    assert.deepEqual(problems, []);
    assert.deepEqual([...set.labels], own);
    assert.equal(Buffer.compare(set.images, images), 0);
    assert.deepEqual(codes(remarks), told);
  });
}

test("a ZIP that is damaged, empty, locked or packed in another way is refused with a reason", async () => {
  const good = zipSync({ "a.csv": new Uint8Array(table(0, 3)) });
  const locked = good.slice();
  locked[6] |= 1;
  const strange = good.slice();
  strange[strange.length - 22 - 51 + 10] = 12;
  for (const [bytes, code] of [[good.subarray(0, 900), "packedDamaged"], [zipSync({ "README.md": new Uint8Array(3) }), "emptyArchive"], [zipSync({}), "emptyArchive"], [locked, "zipLocked"], [strange, "zipMethod"]]) {
    assert.deepEqual(codes((await importFiles({ "a.zip": bytes })).problems), [code]);
  }
});

test("parts of a ZIP that cannot be read are told, and the others come in", async () => {
  const { set, problems } = await importFiles({ "a.zip": zipSync({ "x/1.png": picture(digits(0, 1)), "x/2.png": Uint8Array.from([0x89, 0x50, 0x4e, 0x47]), "x/notes.txt": Buffer.from("some words, and more of them\nand more") }) }, AUTO, {}, helpers).catch((error) => assert.fail(error));
  assert.equal(set.labels.length, 1);
  assert.deepEqual(codes(problems), ["pictureBroken", "notTable"]);
});

const start = (text, more = 600) => Buffer.concat([Buffer.from(text, "latin1"), Buffer.alloc(more)]);
for (const [name, bytes, code] of [
  ["train.csv", Buffer.from("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 35461855\n"), "gitLfs"],
  ["train.csv", Buffer.from("\n<!DOCTYPE html>\n<html><head>"), "htmlPage"],
  ["mnist.npz", Buffer.from("<html lang=en>"), "htmlPage"],
  ["data.xml", Buffer.from('<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>'), "htmlPage"],
  ["images.json", Buffer.from('{"images": [[0, 1]]}'), "json"],
  ["training.pt", zipSync({ "archive/data.pkl": new Uint8Array(9), "archive/data/0": new Uint8Array(99) }), "pytorch"],
  ["old.pt", start("\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19."), "pytorch"],
  ["mnist.pkl", start("\x80\x04\x95"), "pickle"],
  ["mnist.pkl.gz", gzipSync(start("\x80\x02}q")), "pickle"],
  ["old.pkl", Buffer.from("(lp0\ncnumpy.core.multiarray\n"), "pickle"],
  ["mnist.h5", start("\x89HDF\r\n\x1a\n"), "hdf5"],
  ["mnist.mat", start("MATLAB 5.0 MAT-file, Platform"), "matlab"],
  ["new.mat", start("MATLAB 7.3 MAT-file, Platform"), "matlab"],
  ["scan.pdf", start("%PDF-1.7"), "pdf"],
  ["train-00000.parquet", start("PAR1"), "columnFile"],
  ["data.feather", start("ARROW1"), "columnFile"],
  ["mnist.tfrecord", start("\x10\x02\0\0", 90), "columnFile"],
  ["mnist.rds", gzipSync(start("RDX3\nX\n")), "rData"],
  ["mnist.tar", Buffer.concat([Buffer.alloc(257), Buffer.from("ustar"), Buffer.alloc(250)]), "otherArchive"],
  ["mnist.tar.gz", gzipSync(Buffer.concat([Buffer.alloc(257), Buffer.from("ustar"), Buffer.alloc(250)])), "otherArchive"],
  ["mnist.7z", start("7z\xbc\xaf\x27\x1c"), "otherArchive"],
  ["mnist.rar", start("Rar!\x1a\x07"), "otherArchive"],
  ["mnist.csv.bz2", start("BZh91AY&SY"), "otherArchive"],
  ["mnist.csv.xz", start("\xfd7zXZ\0"), "otherArchive"],
  ["mnist.zst", start("\x28\xb5\x2f\xfd"), "otherArchive"],
  ["table.xlsx", zipSync({ "[Content_Types].xml": new Uint8Array(3), "xl/workbook.xml": new Uint8Array(9) }), "spreadsheet"],
  ["table.xls", start("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "spreadsheet"],
  ["IMG_1.HEIC", start("\0\0\0\x24ftypheic"), "pictureType"],
  ["scan.tif", start("II*\0"), "pictureType"],
  ["digit.svg", Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 28 28"/>'), "pictureType"],
  ["digit.svg", Buffer.from('<?xml version="1.0" encoding="UTF-8"?>\n<!-- drawn -->\n<svg/>'), "pictureType"],
  ["model.safetensors", start('\x40\0\0\0\0\0\0\0{"__metadata__":{}}'), "modelFile"],
  ["noise.bin", start("\x07\x99\x01\xfe"), "unknown"],
]) {
  test(`${name} is told for what it is: ${code}`, async () => {
    const { problems, set } = await importFiles({ [name]: bytes });
    assert.deepEqual(codes(problems), [code]);
    assert.equal(set.labels.length, 0);
  });
}

test("one rule for all files of a kind: a file of faint images is not made brighter than the others", async () => {
  const values = [...images].map((value) => (value / 255 - 0.1307) / 0.3081);
  const faint = values.slice(0, 784).map((value) => Math.min(value, 0.5));
  const { set, remarks } = await importFiles({ "a.npy": floats(faint), "b.npy": floats(values.slice(784)) });
  assert.equal(Buffer.compare(set.images.subarray(784), images.subarray(784)), 0);
  assert.ok(Math.max(...set.images.subarray(0, 784)) < 80);
  assert.deepEqual(codes(remarks), ["stretched"]);
  // A thousand arrays of one image each, one of them empty.
  const parts = Object.fromEntries(Array.from({ length: N }, (_, i) => [`${i}.npy`, floats([...digits(i, i + 1)].map((value) => value / 255))]));
  const many = await importFiles({ ...parts, "empty.npy": floats(new Array(784).fill(0)) });
  assert.equal(Buffer.compare(many.set.images.subarray(0, N * 784), images), 0);
});

test("bytes and parts of 1, chosen together, are both brought to 0 to 255", async () => {
  const { set } = await importFiles({ "a.idx": idxImages(0, 20), "b.npy": floats([...images].map((value) => value / 255)), "c.npy": npy("|u1", [1, 28, 28], digits(0, 1).map((value) => Number(value > 127))) });
  assert.equal(Buffer.compare(set.images.subarray(0, N * 784), images), 0);
  assert.equal(Buffer.compare(set.images.subarray(N * 784, 2 * N * 784), images), 0);
  assert.equal(Math.max(...set.images.subarray(2 * N * 784)), 255);
});

test("an image of zeros in the middle stays, and infinite numbers are named", async () => {
  const values = [...images].map((value) => value / 255);
  values.fill(0, 5 * 784, 6 * 784);
  values[7 * 784 + 30] = Infinity;
  const { set, problems } = await importFiles({ "train-images.npy": floats(values), "train-labels.npy": npy("|u1", [N], Uint8Array.from(own)) });
  assert.equal(set.labels.length, N - 1);
  assert.deepEqual([...set.labels], own.filter((_, i) => i !== 7));
  assert.ok(set.images.subarray(5 * 784, 6 * 784).every((value) => value === 0));
  assert.deepEqual(problems[0].values, { image: 7, row: 1, column: 2, images: 1 });
});

test("ink on paper is turned over once for the whole set, and the visitor may choose", async () => {
  const paper = images.map((value) => 255 - value);
  const file = { "a.npy": npy("|u1", [N, 28, 28], paper) };
  const auto = await importFiles(file);
  assert.deepEqual([auto.applied.invert, codes(auto.remarks)], [true, ["inverted"]]);
  assert.equal(Buffer.compare(auto.set.images, images), 0);
  const kept = await importFiles(file, { ...AUTO, invert: false });
  assert.deepEqual([kept.applied.invert, kept.remarks], [false, []]);
  assert.equal(Buffer.compare(kept.set.images, paper), 0);
  const turned = await importFiles({ "a.npy": npy("|u1", [N, 28, 28], images) }, { ...AUTO, invert: true });
  assert.equal(Buffer.compare(turned.set.images, paper), 0);
});

test("ink that is known to be white is left alone by the vote of the others", async () => {
  const one = { count: 1, width: 28, height: 28, labels: null, transposed: false, from: "picture", name: "a", remarks: [] };
  const raws = [{ ...one, values: digits(0, 1), whiteOnBlack: true }, { ...one, values: digits(1, 2).map((value) => 255 - value) }];
  const found = raws.map((raw) => ({ kind: "images", raw }));
  assert.equal(Buffer.compare(assemble(found, AUTO).set.images, digits(0, 2)), 0);
  const all = assemble(found.slice(0, 1), { ...AUTO, invert: true });
  assert.equal(Buffer.compare(all.set.images, digits(0, 1).map((value) => 255 - value)), 0);
});

/** The grey values of a PNG of 8 bits. */
function png(bytes) {
  const parts = [];
  let [at, width, height] = [8, 0, 0];
  while (at < bytes.length) {
    const length = bytes.readUInt32BE(at);
    const type = bytes.toString("latin1", at + 4, at + 8);
    const body = bytes.subarray(at + 8, at + 8 + length);
    if (type === "IHDR") {
      [width, height] = [body.readUInt32BE(0), body.readUInt32BE(4)];
      assert.deepEqual([body[8], body[9]], [8, 0]);
    }
    if (type === "IDAT") parts.push(body);
    at += length + 12;
  }
  const lines = inflateSync(Buffer.concat(parts));
  const grey = new Uint8Array(width * height);
  for (let row = 0; row < height; row += 1) {
    const filter = lines[row * (width + 1)];
    for (let column = 0; column < width; column += 1) {
      const left = column > 0 ? grey[row * width + column - 1] : 0;
      const above = row > 0 ? grey[(row - 1) * width + column] : 0;
      const corner = row > 0 && column > 0 ? grey[(row - 1) * width + column - 1] : 0;
      const guess = left + above - corner;
      const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - above), Math.abs(guess - corner)];
      const paeth = a <= b && a <= c ? left : b <= c ? above : corner;
      grey[row * width + column] = lines[row * (width + 1) + 1 + column] + [0, left, above, (left + above) >> 1, paeth][filter];
    }
  }
  return { count: 1, width, height, values: grey, labels: null, transposed: false, from: "picture", remarks: [] };
}
const walk = (base) => readdirSync(base, { recursive: true, withFileTypes: true }).filter((one) => one.isFile()).map((one) => `${one.parentPath ?? one.path}/${one.name}`);
const CASES = new URL("../../fixtures/cases/", import.meta.url).pathname;
const chosen = (folder) => Object.fromEntries(walk(`${CASES}${folder}`).sort().map((path) => [path.slice(CASES.length), readFileSync(path)]));
const decoder = { readPicture: async (bytes, name) => ({ ...png(Buffer.from(bytes)), name }) };

test("letters that fill their picture, white on black, are not turned over", async () => {
  const { set, applied, problems, remarks } = await importFiles(chosen("p13-notmnist-letters"), AUTO, {}, decoder);
  assert.equal(applied.invert, false);
  assert.deepEqual([problems, remarks], [[], []]);
  assert.deepEqual(set.classes, [..."ABCDEFGHIJ"]);
  assert.equal(set.labels.length, 40);
});

test("a folder of pictures has nothing to complain of", async () => {
  const { set, problems, doubts } = await importFiles(chosen("p14-mnist-png-folder"), AUTO, {}, decoder);
  assert.deepEqual([problems, doubts], [[], []]);
  const at = own.map((label, i) => [`${label}/${i}.png`, i]).sort(([a], [b]) => (a < b ? -1 : 1)).map(([, i]) => i);
  assert.deepEqual([...set.labels], at.map((i) => own[i]));
  at.forEach((i, place) => assert.equal(Buffer.compare(set.images.subarray(place * 784, (place + 1) * 784), digits(i, i + 1)), 0));
});

test("images on their side are turned by the name, or by the visitor, and back", async () => {
  const side = new Uint8Array(images.length);
  for (let i = 0; i < N; i += 1) for (let row = 0; row < 28; row += 1) for (let column = 0; column < 28; column += 1) side[i * 784 + column * 28 + row] = images[i * 784 + row * 28 + column];
  const emnist = { "emnist-letters-train.csv": csv(grid(side, 784).map((row, i) => [own[i], ...row])) };
  const auto = await importFiles(emnist);
  assert.deepEqual([auto.applied.turn, Buffer.compare(auto.set.images, images)], [true, 0]);
  const kept = await importFiles(emnist, { ...AUTO, turn: false });
  assert.deepEqual([kept.applied.turn, Buffer.compare(kept.set.images, side)], [false, 0]);
  const other = await importFiles({ "x.npy": npy("|u1", [N, 28, 28], side) }, { ...AUTO, turn: true });
  assert.equal(Buffer.compare(other.set.images, images), 0);
});

test("stretching is offered for dark images, and undone where it was a guess", async () => {
  const dark = { "a.npy": npy("|u1", [N, 28, 28], images.map((value) => Math.round(value * 0.7))) };
  const auto = await importFiles(dark);
  assert.deepEqual([auto.applied.stretch, auto.possible.stretch, auto.facts.brightest], [false, true, 179]);
  const stretched = await importFiles(dark, { ...AUTO, stretch: true });
  assert.deepEqual([stretched.applied.stretch, stretched.facts.brightest, codes(stretched.remarks)], [true, 255, ["stretched"]]);
  const normal = { "a.npy": floats([...images].map((value) => (value / 255 - 0.1307) / 0.3081)) };
  const undone = await importFiles(normal, { ...AUTO, stretch: false });
  assert.deepEqual([undone.applied.stretch, undone.possible.stretch, undone.facts.brightest], [false, true, 3]);
  const faint = await importFiles({ "a.npy": npy("|u1", [N, 28, 28], images.map((value) => value >> 2)) });
  assert.deepEqual([faint.applied.stretch, faint.facts.brightest], [true, 255]);
});

test("images of 32 by 32 with an empty margin lose the margin, others are made smaller", async () => {
  const padded = new Uint8Array(N * 1024);
  for (let i = 0; i < N; i += 1) for (let row = 0; row < 28; row += 1) padded.set(images.subarray(i * 784 + row * 28, i * 784 + row * 28 + 28), i * 1024 + (row + 2) * 32 + 2);
  const cropped = await importFiles({ "a.npy": npy("|u1", [N, 32, 32], padded) });
  assert.deepEqual(codes(cropped.remarks), ["cropped"]);
  assert.equal(Buffer.compare(cropped.set.images, images), 0);
  const wide = await importFiles({ "a.npy": npy("|u1", [N, 32, 32], padded.map((_, i) => (i % 32 > 3 && i % 32 < 28 && (i >> 5) % 32 > 9 && (i >> 5) % 32 < 20 ? 255 : 0))) });
  assert.deepEqual(codes(wide.remarks), ["resized"]);
});

test("what looks like a mistake is asked", async () => {
  const ask = async (files) => codes((await importFiles(files)).doubts);
  assert.deepEqual(await ask({ "a.csv": Buffer.alloc(0) }), ["nothingAdded"]);
  assert.deepEqual(await ask({ "a.npy": npy("|u1", [3, 28, 28], new Uint8Array(3 * 784)) }), ["allBlack"]);
  assert.deepEqual(await ask({ "a.npy": npy("|u1", [1, 28, 28], new Uint8Array(784).fill(200)) }), ["onePlain"]);
  assert.deepEqual(await ask({ "a.npy": npy("|u1", [3, 28, 28], Buffer.concat([digits(0, 1), digits(0, 1), digits(0, 1)])) }), ["allEqual"]);
  assert.deepEqual(await ask({ "a.npy": npy("|u1", [300, 30], Uint8Array.from({ length: 9000 }, (_, i) => i % 255)) }), ["tallArray"]);
  assert.deepEqual(await ask({ "x.npy": npy("|u1", [N, 28, 28], images), "y.npy": npy("|u1", [N], new Uint8Array(N).fill(3)) }), ["oneLabel"]);
  assert.deepEqual(await ask({ "x.npy": npy("|u1", [N, 28, 28], images), "y.npy": npy("|u1", [N], Uint8Array.from({ length: N }, (_, i) => i)) }), ["labelsCount"]);
  assert.deepEqual(await ask({ "x.npy": npy("|u1", [120, 28, 28], digits(0, 120)), "y.npy": npy("|u1", [120], Uint8Array.from({ length: 120 }, (_, i) => 119 - i)) }), ["manyClasses"]);
});

test("labels that a byte cannot hold become classes with names, or are told", async () => {
  const x = npy("|u1", [N, 28, 28], images);
  const big = await importFiles({ "x.npy": x, "y.npy": npy("<i4", [N], Int32Array.from(own, (label) => 1000 * label - 3000)) });
  assert.deepEqual([...big.set.labels].map((label) => big.set.classes[label]), own.map((label) => String(1000 * label - 3000)));
  const unknown = await importFiles({ "x.npy": x, "y.npy": npy("<i4", [N], Int32Array.from(own, (label) => (label === 9 ? -1 : label))) });
  assert.deepEqual([...unknown.set.labels], own.map((label) => (label === 9 ? 255 : label)));
  const many = await importFiles({ "x.npy": npy("|u1", [300, 28, 28], digits(0, 300)), "y.npy": npy("<i4", [300], Int32Array.from({ length: 300 }, (_, i) => 7 * i)) });
  assert.deepEqual([codes(many.problems), many.facts.unlabelled], [["tooManyClasses"], 300]);
});

test("problems are a short list, and remarks are not repeated", async () => {
  const bad = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`${i}.bin`, start("\x07\x99")]));
  const kinds = { a: "", b: "<html>", c: "{}", d: "%PDF-1", e: "PAR1", f: "Rar!", g: "\x89HDF\r\n", h: "\x80\x04a", i: "MATLAB 5", j: "\xd0\xcf\x11\xe0" };
  const colours = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`c${i}.npy`, npy("|u1", [1, 28, 28, 3], new Uint8Array(2352).map((_, at) => at + i))]));
  const { problems, remarks } = await importFiles({ ...bad, ...Object.fromEntries(Object.entries(kinds).map(([name, text]) => [name, Buffer.from(text, "latin1")])), ...colours });
  assert.equal(problems.length, 8);
  assert.deepEqual([problems[0].code, problems[0].count, problems[0].files.length], ["unknown", 300, 4]);
  assert.equal(problems.reduce((sum, { count }) => sum + count, 0), 310);
  assert.ok(remarks.length <= 3);
});

test("100,000 images and 10,000 pictures are joined in one pass", async () => {
  const raw = { count: 100_000, width: 28, height: 28, values: new Uint8Array(100_000 * 784).map((_, i) => i), labels: new Uint8Array(100_000).map((_, i) => i % 10), transposed: false, from: "array", name: "a", remarks: [] };
  const before = performance.now();
  const { set, remarks } = assemble([{ kind: "images", raw }], AUTO);
  assert.equal(set.labels.length, 60_000);
  assert.deepEqual(remarks, [{ code: "tooMany", values: { kept: 60_000, leftOut: 40_000 } }]);
  const single = Array.from({ length: 10_000 }, (_, i) => ({ kind: "images", raw: { ...raw, count: 1, values: raw.values.subarray(i * 784, (i + 1) * 784), labels: null, from: "picture", name: `set/${i % 10}/${i}.png` } }));
  assert.equal(assemble(single, AUTO).set.labels.length, 10_000);
  assert.ok(performance.now() - before < 6000, `${performance.now() - before} ms`);
});

test("there is room for so many", async () => {
  const { set, remarks } = await importFiles({ "a.idx": idxImages(0, 20), "b.idx": idxImages(20, 40) }, AUTO, { most: 25 });
  assert.equal(Buffer.compare(set.images, digits(0, 25)), 0);
  assert.deepEqual(remarks, [{ code: "tooMany", values: { kept: 25, leftOut: 15 } }]);
});

test("in labels of bytes, 255 says that there is none: so the page exports them", async () => {
  const partly = own.map((label, i) => (i === 4 ? 255 : label));
  const again = await importFiles({ "own-images-idx3-ubyte": idxImages(0, 20), "own-labels-idx1-ubyte": idx(8, [N], Uint8Array.from(partly)) });
  assert.deepEqual([...again.set.labels], partly);
  assert.deepEqual([again.set.classes, again.facts.unlabelled], [null, 1]);
});

test("a reader's fault is no problem of the file", async () => {
  await assert.rejects(readFile("a.png", picture([1, 2, 3, 4, 5, 6]), { readPicture: () => Promise.reject(new TypeError("a fault")) }), TypeError);
});

test("KMNIST has images and labels in two NPZ files", async () => {
  const files = Object.fromEntries([["kmnist-test-labels", npy("|u1", [N], Uint8Array.from(labels(40, 60)))], ["kmnist-train-imgs", npy("|u1", [N, 28, 28], images)], ["kmnist-train-labels", npy("|u1", [N], Uint8Array.from(own))], ["kmnist-test-imgs", npy("|u1", [N, 28, 28], digits(40, 60))]].map(([name, bytes]) => [`${name}.npz`, zipSync({ "arr_0.npy": new Uint8Array(bytes) })]));
  const { set, problems } = await importFiles(files);
  assert.deepEqual(problems, []);
  assert.deepEqual([...set.labels], [...own, ...labels(40, 60)]);
});

test("labels that say several things at once are no images", async () => {
  const several = npy("|u1", [N, 14], Uint8Array.from({ length: N * 14 }, (_, i) => Number(i % 3 === 0)));
  const { set, problems } = await importFiles({ "chest.npz": zipSync({ "train_images.npy": new Uint8Array(npy("|u1", [N, 784], images)), "train_labels.npy": new Uint8Array(several) }) });
  assert.deepEqual(problems, []);
  assert.deepEqual([...set.labels], none);
});

test("pictures are labelled by a table of their numbers, or of their names without endings", async () => {
  const numbered = await importFiles({ ...pictures([["train/2.png", 1], ["train/1.png", 0], ["train/3.png", 2]]), "trainLabels.csv": csv([["id", "label"], [1, "seven"], [2, "two"], [3, "one"]]) }, AUTO, {}, helpers);
  assert.deepEqual(numbered.problems, []);
  assert.deepEqual([...numbered.set.labels].map((label) => numbered.set.classes[label]), ["two", "seven", "one"]);
  const hashed = await importFiles({ ...pictures([["a0f.png", 1], ["b1c.png", 0]]), "labels.csv": csv([["id", "breed"], ["b1c", "pug"], ["a0f", "dingo"]]) }, AUTO, {}, helpers);
  assert.deepEqual(hashed.problems, []);
  assert.deepEqual([...hashed.set.labels].map((label) => hashed.set.classes[label]), ["dingo", "pug"]);
  const meta = await importFiles({ ...pictures([["d/a.png", 1], ["d/b.png", 0]]), "d/metadata.csv": csv([["file_name", "label"], ["a.png", 2], ["b.png", 7]]) }, AUTO, {}, helpers);
  assert.deepEqual([...meta.set.labels], [2, 7]);
});

test("images as blocks of lines, 28 numbers in each", async () => {
  const blocks = Array.from({ length: 3 }, (_, i) => `# Array slice ${i}\n${grid(digits(i, i + 1), 28).map((row) => row.map((value) => value.toExponential(3)).join(" ")).join("\n")}\n`).join("\n");
  const { set, problems, remarks } = await importFiles({ "three.txt": Buffer.from(blocks) });
  assert.deepEqual([problems, codes(remarks)], [[], ["stacked"]]);
  assert.equal(Buffer.compare(set.images, digits(0, 3)), 0);
});

test("labels as Python writes bytes", async () => {
  const { set } = await importFiles({ "mnist.csv": csv([[...Array.from({ length: 784 }, (_, i) => `pixel${i + 1}`), "class"], ...grid(images, 784).map((row, i) => [...row, `b'${own[i]}'`])]) });
  assert.deepEqual([...set.labels], own);
  assert.equal(set.classes, null);
});

test("the Arabic digits of Kaggle: four tables with sizes in their names", async () => {
  const side = (from, to) => {
    const upright = digits(from, to);
    return upright.map((_, at) => upright[Math.floor(at / 784) * 784 + (at % 28) * 28 + Math.floor((at % 784) / 28)]);
  };
  const column = (list) => csv(list.map((label) => [label]));
  const { set, problems } = await importFiles({
    "csvTestImages 10k x 784.csv": csv(grid(side(20, 40), 784)), "csvTestLabel 10k x 1.csv": column(labels(20, 40)),
    "csvTrainImages 60k x 784.csv": csv(grid(side(0, 20), 784)), "csvTrainLabel 60k x 1.csv": column(own),
  });
  assert.deepEqual(problems, []);
  assert.deepEqual([...set.labels], [...labels(20, 40), ...own]);
  assert.equal(Buffer.compare(set.images, Buffer.concat([digits(20, 40), images])), 0);
});
