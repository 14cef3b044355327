import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";

import { zipSync } from "fflate";

import { codes, digits, idx, importFiles, labels, npy } from "./helpers.js";

const N = 20;
const images = digits(0, N);
const own = labels(0, N);
const none = new Array(N).fill(255);
const binary = images.map((value) => (value > 127 ? 255 : 0));
const SHAPE = [N, 28, 28];

/** Numbers as bytes of a type, in either byte order. */
function numbers(type, values) {
  const [order, kind, size] = [type[0], type[1], Number(type.slice(2))];
  const out = Buffer.alloc(values.length * size);
  const view = new DataView(out.buffer, out.byteOffset, out.byteLength);
  const little = order !== ">";
  const write = {
    i1: (at, value) => view.setInt8(at, value), u1: (at, value) => view.setUint8(at, value), b1: (at, value) => view.setUint8(at, value),
    i2: (at, value) => view.setInt16(at, value, little), u2: (at, value) => view.setUint16(at, value, little),
    i4: (at, value) => view.setInt32(at, value, little), u4: (at, value) => view.setUint32(at, value, little),
    i8: (at, value) => view.setBigInt64(at, BigInt(value), little), u8: (at, value) => view.setBigUint64(at, BigInt(value), little),
    f4: (at, value) => view.setFloat32(at, value, little), f8: (at, value) => view.setFloat64(at, value, little),
    f2: (at, value) => view.setUint16(at, halfBits(value), little),
  }[`${kind}${size}`];
  values.forEach((value, i) => write(i * size, value));
  return out;
}

/** The nearest number of half precision, for small positive numbers. */
function halfBits(value) {
  if (value === 0) return 0;
  const sign = value < 0 ? 0x8000 : 0;
  const size = Math.abs(value);
  const exponent = Math.max(-14, Math.floor(Math.log2(size)));
  const fraction = Math.round((size / 2 ** exponent - 1) * 1024);
  return size < 2 ** -14 ? sign | Math.round(size * 2 ** 24) : sign | (((exponent + 15) << 10) + fraction);
}

const list = [...images];
const array = (type, shape, values, options) => npy(type, shape, numbers(type, values), options);
/** As MATLAB and Fortran lay out (n, 28, 28): the first index moves fastest. */
const fortran = (values, shape) => {
  const strides = shape.map((_, i) => shape.slice(0, i).reduce((a, b) => a * b, 1));
  const out = new Array(values.length);
  values.forEach((value, at) => {
    let rest = at;
    let to = 0;
    for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
      to += (rest % shape[axis]) * strides[axis];
      rest = Math.floor(rest / shape[axis]);
    }
    out[to] = value;
  });
  return out;
};
/** Images with their axes in another order: from (n, row, column). */
const permuted = (shape, place) => {
  const out = new Array(list.length);
  for (let n = 0; n < N; n += 1) for (let row = 0; row < 28; row += 1) for (let column = 0; column < 28; column += 1) out[place(n, row, column)] = list[n * 784 + row * 28 + column];
  return out;
};
const times = (count) => list.flatMap((value) => new Array(count).fill(value));
const planes = (count) => Array.from({ length: N }, (_, i) => new Array(count).fill(list.slice(i * 784, (i + 1) * 784)).flat()).flat();

/** What the array is, the file, and what comes of it where that is not MNIST itself. */
const ARRAYS = [
  ...["|u1", "<u2", ">u2", "<i2", ">i2", "<i4", ">i4", "<u4", "<i8", ">i8", "<u8", "<f4", ">f4", "<f8", ">f8", "=f4"].map((type) => [`0 to 255 as ${type}`, array(type, SHAPE, list)]),
  ...["<f2", ">f2", "<f4", ">f4", "<f8", ">f8"].map((type) => [`0 to 1 as ${type}`, array(type, SHAPE, list.map((value) => value / 255))]),
  ["truth values", npy("|b1", SHAPE, binary.map((value) => value / 255)), binary],
  ["0 and 255", npy("|u1", SHAPE, binary), binary],
  ["-1 and 1 as whole numbers", array("|i1", SHAPE, list.map((value) => (value > 127 ? 1 : -1))), binary],
  ["-128 to 127", array("|i1", SHAPE, list.map((value) => value - 128))],
  ["signed bytes that were unsigned ones", npy("|i1", SHAPE, images)],
  ["-1 to 1", array("<f4", SHAPE, list.map((value) => value / 127.5 - 1))],
  ["-0.5 to 0.5", array("<f4", SHAPE, list.map((value) => value / 255 - 0.5))],
  ["0 to 65535 by 257", array("<u2", SHAPE, list.map((value) => 257 * value))],
  ["0 to 65280 by 256", array("<u2", SHAPE, list.map((value) => 256 * value))],
  ["0 to 100", array("<f8", SHAPE, list.map((value) => value / 2.55))],
  ["1 to 256", array("<i4", SHAPE, list.map((value) => value + 1))],
  ["a little beyond 1", array("<f4", SHAPE, list.map((value) => (value / 255) * 1.0000002))],
  ["a little below 0", array("<f4", SHAPE, list.map((value) => (value === 0 ? -0.01 : value / 255)))],
  ["a little beyond 255", array("<f4", SHAPE, list.map((value) => (value === 255 ? 255.5 : value === 0 ? -0.3 : value)))],
  ["whole numbers beyond both ends", array("<i2", SHAPE, list.map((value) => (value === 255 ? 270 : value === 0 ? -12 : value)))],
  ["normalised by mean and deviation", array("<f8", SHAPE, list.map((value) => (value / 255 - 0.1307) / 0.3081))],
  ["centred by its mean", array("<f4", SHAPE, list.map((value) => value / 255 - 0.1307))],
  ["of a sum of 1", array("<f8", SHAPE, list.map((value) => value / 255 / 100))],
  ["(n, 784)", npy("|u1", [N, 784], images)],
  ["(784,)", npy("|u1", [784], images.subarray(0, 784)), images.subarray(0, 784)],
  ["(1, 784)", npy("|u1", [1, 784], images.subarray(0, 784)), images.subarray(0, 784)],
  ["(784, 1)", npy("|u1", [784, 1], images.subarray(0, 784)), images.subarray(0, 784)],
  ["(28, 28)", npy("|u1", [28, 28], images.subarray(0, 784)), images.subarray(0, 784)],
  ["(1, 28, 28)", npy("|u1", [1, 28, 28], images.subarray(0, 784)), images.subarray(0, 784)],
  ["(1, 28, 28, 1)", npy("|u1", [1, 28, 28, 1], images.subarray(0, 784)), images.subarray(0, 784)],
  ["(28, 28, 3)", npy("|u1", [28, 28, 3], Uint8Array.from(times(3).slice(0, 2352))), images.subarray(0, 784)],
  ["(n, 1, 28, 28)", npy("|u1", [N, 1, 28, 28], images)],
  ["(n, 28, 28, 1)", npy("|u1", [N, 28, 28, 1], images)],
  ["(1, n, 28, 28)", npy("|u1", [1, N, 28, 28], images)],
  ["(4, 5, 28, 28, 1)", npy("|u1", [4, 5, 28, 28, 1], images)],
  ["(n, 784, 1)", npy("|u1", [N, 784, 1], images)],
  ["(n, 1, 784)", npy("|u1", [N, 1, 784], images)],
  ["(n, 28, 28, 3)", npy("|u1", [N, 28, 28, 3], Uint8Array.from(times(3)))],
  ["(n, 28, 28, 4), covering", npy("|u1", [N, 28, 28, 4], Uint8Array.from(list.flatMap((value) => [value, value, value, 255])))],
  ["(n, 28, 28, 4), ink on nothing", npy("|u1", [N, 28, 28, 4], Uint8Array.from(list.flatMap((value) => [0, 0, 0, value])))],
  ["(n, 28, 28, 3) in red", npy("|u1", [N, 28, 28, 3], Uint8Array.from(list.flatMap((value) => [value, 0, 0])))],
  ["(n, 28, 28, 3) in blue on white", npy("|u1", [N, 28, 28, 3], Uint8Array.from(list.flatMap((value) => [255 - value, 255 - value, 255])))],
  ["(n, 3, 28, 28)", npy("|u1", [N, 3, 28, 28], Uint8Array.from(planes(3)))],
  ["(28, 28, n)", array("|u1", [28, 28, N], permuted(null, (n, row, column) => (row * 28 + column) * N + n))],
  ["(784, n)", array("|u1", [784, N], permuted(null, (n, row, column) => (row * 28 + column) * N + n))],
  ["(28, 28, 1, n)", array("|u1", [28, 28, 1, N], permuted(null, (n, row, column) => (row * 28 + column) * N + n))],
  ["(n × 28, 28)", npy("|u1", [N * 28, 28], images)],
  ["(n, 28, 28) in Fortran order", array("|u1", SHAPE, fortran(list, SHAPE), { order: "True" })],
  ["(n, 28, 28, 1) in Fortran order, floats", array("<f4", [...SHAPE, 1], fortran(list.map((value) => value / 255), [...SHAPE, 1]), { order: "True" })],
  ["version 2", npy("|u1", SHAPE, images, { version: 2 })],
  ["version 3", npy("|u1", SHAPE, images, { version: 3 })],
  ["in gzip", gzipSync(npy("|u1", SHAPE, images))],
  ["black on white", npy("|u1", SHAPE, images.map((value) => 255 - value))],
  ["0 to 1, black on white", array("<f4", SHAPE, list.map((value) => 1 - value / 255))],
];

for (const [what, bytes, right = images] of ARRAYS) {
  test(`an array of NumPy, ${what}`, async () => {
    const { set, problems, doubts } = await importFiles({ "images.npy": bytes });
    assert.deepEqual(problems, []);
    assert.deepEqual(doubts, []);
    assert.equal(set.images.length, right.length);
    const off = Math.max(...set.images.map((value, i) => Math.abs(value - right[i])));
    assert.ok(off <= (/f2|deviation/.test(what) ? 1 : 0), `off by ${off}`);
  });
}

for (const [what, bytes] of [
  ["n", array("<i8", [N], own)],
  ["big-endian", array(">i4", [N], own)],
  ["bytes", array("|u1", [N], own)],
  ["(n, 1)", array("<i8", [N, 1], own)],
  ["(1, n)", array("<i8", [1, N], own)],
  ["floats", array("<f8", [N], own)],
  ["one-hot", array("<f4", [N, 10], own.flatMap((label) => Array.from({ length: 10 }, (_, i) => Number(i === label))))],
  ["one-hot in truth values", array("|b1", [N, 10], own.flatMap((label) => Array.from({ length: 10 }, (_, i) => Number(i === label))))],
  ["one-hot in Fortran order", array("|u1", [N, 10], fortran(own.flatMap((label) => Array.from({ length: 10 }, (_, i) => Number(i === label))), [N, 10]), { order: "True" })],
  ["one-hot from 0.01 to 0.99", array("<f8", [N, 10], own.flatMap((label) => Array.from({ length: 10 }, (_, i) => (i === label ? 0.99 : 0.01))))],
  ["texts of bytes", npy("|S1", [N], Buffer.from(own.join("")))],
  ["texts", npy("<U1", [N], Uint32Array.from(own, (label) => 48 + label))],
]) {
  test(`labels of NumPy: ${what}`, async () => {
    const { set, problems } = await importFiles({ "data/train_images.npy": npy("|u1", SHAPE, images), "data/train_labels.npy": bytes });
    assert.deepEqual(problems, []);
    assert.deepEqual([...set.labels], own);
    assert.equal(set.classes, null);
  });
}

for (const [what, bytes, code] of [
  ["complex numbers", npy("<c8", [N], new Uint8Array(8 * N)), "npyComplex"],
  ["Python's objects", npy("|O", [N], new Uint8Array(9)), "npyObjects"],
  ["a structured type", npy("", [N], new Uint8Array(9), { descr: "[('x', '|u1'), ('y', '<f4')]" }), "npyType"],
  ["dates", npy("<M8[ns]", [N], new Uint8Array(8 * N)), "npyType"],
  ["numbers of 16 bytes", npy("<f16", SHAPE, new Uint8Array(16)), "npyType"],
  ["fewer bytes than its header tells", npy("|u1", SHAPE, images.subarray(0, 9000)), "cutShort"],
  ["nothing but a header", npy("|u1", SHAPE, images).subarray(0, 40), "cutShort"],
  ["no image", npy("|u1", [0, 28, 28], new Uint8Array(0)), "noImages"],
  ["five numbers a row", array("<f4", [N, 5], new Array(5 * N).fill(0.5)), "shape"],
]) {
  test(`an array of NumPy with ${what} is refused with a reason`, async () => {
    const { set, problems } = await importFiles({ "images.npy": bytes });
    assert.deepEqual(codes(problems), [code]);
    assert.equal(set.labels.length, 0);
  });
}

const labelled = list.flatMap((_, i) => (i % 784 === 0 ? [own[i / 784], ...list.slice(i, i + 784)] : []));
for (const [what, bytes] of [
  ["first", array("<i8", [N, 785], labelled)],
  ["last", array("|u1", [N, 785], list.flatMap((value, i) => (i % 784 === 783 ? [value, own[(i - 783) / 784]] : [value])))],
]) {
  test(`a table as an array, labels ${what}`, async () => {
    const { set, problems } = await importFiles({ "train.npy": bytes });
    assert.deepEqual(problems, []);
    assert.deepEqual([...set.labels], own);
    assert.equal(Buffer.compare(set.images, images), 0);
  });
}

for (const [what, bytes] of [
  ["bytes", idx(8, SHAPE, images)],
  ["signed bytes", idx(9, SHAPE, images)],
  ["16 bits", idx(0x0b, SHAPE, numbers(">i2", list))],
  ["32 bits", idx(0x0c, SHAPE, numbers(">i4", list))],
  ["floats", idx(0x0d, SHAPE, numbers(">f4", list.map((value) => value / 255)))],
  ["doubles", idx(0x0e, SHAPE, numbers(">f8", list.map((value) => value / 255)))],
  ["(n, 1, 28, 28)", idx(8, [N, 1, 28, 28], images)],
  ["(n, 28, 28, 1)", idx(8, [N, 28, 28, 1], images)],
  ["(n, 28, 28, 3)", idx(8, [N, 28, 28, 3], Uint8Array.from(times(3)))],
  ["(n, 784)", idx(8, [N, 784], images)],
  ["gzip", gzipSync(idx(8, SHAPE, images))],
  ["three members of gzip", Buffer.concat([0, 1, 2].map((i) => gzipSync(idx(8, SHAPE, images).subarray(i * 6000, i === 2 ? undefined : (i + 1) * 6000))))],
  ["gzip with zeros behind", Buffer.concat([gzipSync(idx(8, SHAPE, images)), Buffer.alloc(512)])],
  ["gzip in gzip", gzipSync(gzipSync(idx(8, SHAPE, images)))],
]) {
  test(`IDX, ${what}`, async () => {
    const { set, problems } = await importFiles({ "images-idx3-ubyte": bytes });
    assert.deepEqual(problems, []);
    assert.equal(Buffer.compare(set.images, images), 0);
    assert.deepEqual([...set.labels], none);
  });
}

for (const [what, bytes] of [
  ["bytes", idx(8, [N], Uint8Array.from(own))],
  ["32 bits", idx(0x0c, [N], numbers(">i4", own))],
  ["floats", idx(0x0d, [N], numbers(">f4", own))],
  ["(n, 1)", idx(8, [N, 1], Uint8Array.from(own))],
  ["one-hot", idx(8, [N, 10], Uint8Array.from(own.flatMap((label) => Array.from({ length: 10 }, (_, i) => Number(i === label)))))],
]) {
  test(`labels in IDX, ${what}`, async () => {
    const { set, problems } = await importFiles({ "train-labels-idx1-ubyte": bytes, "train-images-idx3-ubyte": idx(8, SHAPE, images) });
    assert.deepEqual(problems, []);
    assert.deepEqual([...set.labels], own);
  });
}

for (const [what, bytes, code] of [
  ["cut short", idx(8, SHAPE, images).subarray(0, 5000), "cutShort"],
  ["cut short in its header", idx(8, SHAPE, images).subarray(0, 9), "cutShort"],
  ["with more than its header tells", Buffer.concat([idx(8, SHAPE, images), Buffer.alloc(10)]), "tooLong"],
  ["packed and cut short", gzipSync(idx(8, SHAPE, images)).subarray(0, 2000), "packedDamaged"],
  ["packed and damaged", gzipSync(idx(8, SHAPE, images)).map((byte, i) => (i === 900 ? byte ^ 255 : byte)), "packedDamaged"],
  ["empty", new Uint8Array(0), "empty"],
  ["empty in gzip", gzipSync(Buffer.alloc(0)), "empty"],
]) {
  test(`IDX ${what} is refused with a reason`, async () => {
    const { set, problems } = await importFiles({ "train-images-idx3-ubyte": bytes });
    assert.deepEqual(codes(problems), [code]);
    assert.equal(set.labels.length, 0);
  });
}

const pack = (arrays, options) => zipSync(Object.fromEntries(Object.entries(arrays).map(([name, bytes]) => [`${name}.npy`, new Uint8Array(bytes)])), options);
const x = npy("|u1", SHAPE, images);
const y = array("<i8", [N], own);
const otherX = npy("|u1", SHAPE, digits(100, 120));
const otherY = array("<i8", [N], labels(100, 120));
const LEFT = ["testPartLeft"];

for (const [what, arrays, told = []] of [
  ["images, labels", { images: x, labels: y }],
  ["X, y", { X: x, y }],
  ["y, X", { y, X: x }],
  ["data, target", { data: npy("|u1", [N, 784], images), target: y }],
  ["arr_0, arr_1", { arr_0: x, arr_1: y }],
  ["arr_0, arr_1, labels first", { arr_0: y, arr_1: x }],
  ["train_x, train_y, test_x, test_y", { test_x: otherX, test_y: otherY, train_x: x, train_y: y }, LEFT],
  ["trainX, trainY, testX, testY", { testX: otherX, testY: otherY, trainX: x, trainY: y }, LEFT],
  ["xtrain, ytrain, xtest, ytest", { xtest: otherX, ytest: otherY, xtrain: x, ytrain: y }, LEFT],
  ["X_tr, Y_tr, X_te, Y_te", { X_te: otherX, Y_te: otherY, X_tr: x, Y_tr: y }, LEFT],
  ["x_val, y_val before x_train, y_train", { x_val: otherX, y_val: otherY, x_train: x, y_train: y }, LEFT],
  ["training_images, validation_images", { validation_images: otherX, validation_labels: otherY, training_images: x, training_labels: y }, LEFT],
  ["train, train_labels, test", { test: otherX, test_labels: otherY, train: x, train_labels: y }, LEFT],
  ["x_test alone", { x_test: x, y_test: y }],
  ["a mean beside", { mean_image: npy("|u1", [28, 28], images.subarray(0, 784)), images: x, labels: y }],
  ["numbers of rows beside", { ids: array("<i8", [N], own.map((_, i) => 1000 + i)), images: x, labels: y }],
  ["Python's objects beside", { images: x, labels: y, meta: npy("|O", [], new Uint8Array(20)) }],
  ["a number alone beside", { images: x, labels: y, version: array("<f8", [], [1.5]) }],
  ["labels of one row each", { images: x, labels: array("|u1", [N, 1], own) }],
  ["one-hot labels first", { labels: array("<f8", [N, 10], own.flatMap((label) => Array.from({ length: 10 }, (_, i) => Number(i === label)))), images: x }],
]) {
  for (const level of [0, 6]) {
    test(`NPZ with ${what}${level ? "" : ", stored"}`, async () => {
      const { set, problems, remarks } = await importFiles({ "set.npz": pack(arrays, { level }) });
      assert.deepEqual(problems, []);
      assert.deepEqual([...set.labels], own);
      assert.equal(Buffer.compare(set.images, images), 0);
      assert.deepEqual(codes(remarks), told);
    });
  }
}

test("NPZ of several arrays: each with the labels behind it", async () => {
  const { set, problems } = await importFiles({ "set.npz": pack({ arr_0: x, arr_1: y, arr_2: otherX, arr_3: otherY }) });
  assert.deepEqual(problems, []);
  assert.deepEqual([...set.labels], [...own, ...labels(100, 120)]);
});

test("NPZ with names of its classes", async () => {
  const words = npy("<U5", [10], Uint32Array.from("zero one two three four five six seven eight nine".split(" ").flatMap((word) => [...word.padEnd(5, "\0")].map((letter) => letter.codePointAt(0)))));
  const { set, problems, facts } = await importFiles({ "set.npz": pack({ images: x, labels: y, class_names: words }) });
  assert.deepEqual(problems, []);
  assert.deepEqual(set.classes, "zero one two three four five six seven eight nine".split(" "));
  assert.deepEqual([...set.labels], own);
  assert.equal(facts.classes.find(({ name }) => name === "zero").count, 3);
});

test("NPZ whose labels are fewer than its images tells it", async () => {
  const { set, problems } = await importFiles({ "set.npz": pack({ images: x, labels: array("<i8", [N - 1], own.slice(1)) }) });
  assert.deepEqual(codes(problems), ["labelsOtherCount"]);
  assert.deepEqual([...set.labels], none);
});

test("NPZ without images tells its arrays", async () => {
  const { problems } = await importFiles({ "set.npz": pack({ weights: array("<f4", [5, 3], new Array(15).fill(0.1)), bias: array("<f4", [3], [0.5, 1.5, 2.5]) }) });
  assert.deepEqual(codes(problems), ["noImageArray"]);
});

test("100,000 images in an array of doubles: only those are read that there is room for", async () => {
  const bytes = npy("<f8", [100_000, 28, 28], new Uint8Array(0));
  const body = new Uint8Array(bytes.length + 60_000 * 784 * 8);
  body.set(bytes);
  const { set, remarks, doubts } = await importFiles({ "big.npy": body });
  assert.equal(set.labels.length, 60_000);
  assert.deepEqual(remarks, [{ code: "tooMany", values: { kept: 60_000, leftOut: 40_000 } }]);
  assert.deepEqual(codes(doubts), ["allBlack"]);
});
