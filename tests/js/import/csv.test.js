import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";

import { AUTO, codes, csv, digits, grid, importFiles, labels } from "./helpers.js";

const N = 20;
const images = digits(0, N);
const rows = grid(images, 784);
const own = labels(0, N);
const none = new Array(N).fill(255);
const first = rows.map((row, i) => [own[i], ...row]);
const last = rows.map((row, i) => [...row, own[i]]);
const pixels = (prefix, from = 0) => Array.from({ length: 784 }, (_, i) => `${prefix}${from + i}`);
const oneHot = own.map((label) => Array.from({ length: 10 }, (_, i) => Number(i === label)));
const words = own.map((label) => "zero one two three four five six seven eight nine".split(" ")[label]);
const quoted = (list) => list.map((row) => row.map((cell) => `"${cell}"`));
const utf16 = (bytes, big = false) => {
  const body = Buffer.from(`\ufeff${bytes}`, "utf16le");
  return big ? body.swap16() : body;
};
const arff = ["% remark", "@RELATION mnist", ...pixels("pixel", 1).map((name) => `@ATTRIBUTE ${name} REAL`), "@ATTRIBUTE class {0,1,2,3,4,5,6,7,8,9}", "", "@DATA", ...last.map(String)].join("\n");
const mangled = () => {
  // What pandas makes of the first row when it takes it for a header.
  const seen = new Map();
  const header = first[0].map((value) => {
    const times = seen.get(value) ?? 0;
    seen.set(value, times + 1);
    return times === 0 ? `${value}` : `${value}.${times}`;
  });
  return [header, ...first.slice(1)];
};

/** What is in the file, the file, and the labels that are right. */
const KINDS = [
  ["label first, no header", csv(first), own],
  ["label last, no header", csv(last), own],
  ["label first in three rows", csv(first.slice(0, 3)), own.slice(0, 3)],
  ["label last in one row", csv(last.slice(0, 1)), own.slice(0, 1)],
  ["no label, no header", csv(rows), none],
  ["tabs", csv(first, "\t"), own],
  ["tabs in UTF-16, as spreadsheets save Unicode text", utf16(csv([["label", ...pixels("pixel")], ...first], "\t", "\r\n")), own],
  ["UTF-16, big-endian", utf16(csv(first, ";"), true), own],
  ["UTF-16 without a mark", utf16(csv(first)).subarray(2), own],
  ["semicolons, a mark, CRLF", Buffer.concat([Buffer.from("\ufeff"), csv([["y", ...pixels("p")], ...first], ";", "\r\n")]), own],
  ["blanks", csv(first, " "), own],
  ["several blanks, also before", Buffer.from(first.map((row) => row.map((cell) => String(cell).padStart(4)).join("")).join("\n")), own],
  ["comma and blank", csv(first, ", "), own],
  ["bars", csv(first, "|"), own],
  ["returns alone, as on old Macs", csv(first, ",", "\r"), own],
  ["a line that tells the separator", Buffer.concat([Buffer.from("sep=;\r\n"), csv(first, ";", "\r\n")]), own],
  ["quoted numbers", csv(quoted([["label", ...pixels("pixel")], ...first])), own],
  ["blank lines", csv(first, ",", "\n\n"), own],
  ["lines of separators alone", Buffer.concat([csv(first), Buffer.from(`${",".repeat(784)}\n`)]), own],
  ["separators at the end of each line", csv(first.map((row) => [...row, ""])), own],
  ["separators at the end, and a header", csv([["label", ...pixels("pixel"), ""], ...first.map((row) => [...row, ""])]), own],
  ["no newline at the end", csv(first).subarray(0, -1), own],
  ["remarks", Buffer.concat([Buffer.from("# made by hand\n"), csv(first), Buffer.from("# the end\n")]), own],
  ["a header as a remark, as numpy.savetxt has it", csv([["# label", ...pixels("pixel")], ...first]), own],
  ["spaces at the ends of lines", csv(first, ",", "  \n"), own],
  ["the header once more in the middle", csv([["label", ...pixels("pixel")], ...first.slice(0, 5), ["label", ...pixels("pixel")], ...first.slice(5)]), own],
  ["gzip", gzipSync(csv(first)), own],
  ...["label", "Label", "labels", "class", "target", "y", "digit", "Digit", "标签", "数字", "ラベル", "레이블", "étiquette", "класс", "category", "label_id", "y_true", "Ziffer"].map((name) => [`labels first under “${name}”`, csv([[name, ...pixels("pixel")], ...first]), own]),
  ...["class", "标签", "target"].map((name) => [`labels last under “${name}”`, csv([[...pixels("pixel", 1), name], ...last]), own]),
  ["labels in the middle", csv([[...pixels("p").slice(0, 300), "label", ...pixels("p").slice(300)], ...rows.map((row, i) => [...row.slice(0, 300), own[i], ...row.slice(300)])]), own],
  ["labels first under a name that nobody knows", csv([["cyfra", ...pixels("pixel")], ...first]), own],
  ["labels last under a name that nobody knows", csv([[...pixels("pixel"), "cyfra"], ...last]), own],
  ["a header in another script for all columns", csv([["数", ...pixels("画素")], ...first]), own],
  ["names of rows and columns, 1x1 to 28x28", csv([["label", ...pixels("").map((_, i) => `${Math.floor(i / 28) + 1}x${(i % 28) + 1}`)], ...first]), own],
  ...["id", "Id", "ID", "ImageId", "image_id", "", "Unnamed: 0", "index", "idx", "row_id"].map((name) => [`rows counted under “${name}”`, csv([[name, ...pixels("pixel")], ...rows.map((row, i) => [i, ...row])]), none]),
  ...["id", "", "index"].map((name) => [`rows counted under “${name}”, then labels`, csv([[name, "label", ...pixels("pixel")], ...first.map((row, i) => [i, ...row])]), own]),
  ["rows counted, labels last", csv([["id", ...pixels("pixel"), "label"], ...last.map((row, i) => [i + 1, ...row])]), own],
  ["rows counted, without a header", csv(rows.map((row, i) => [i, ...row])), none],
  ["rows counted from 1, then labels, without a header", csv(first.map((row, i) => [i + 1, ...row])), own],
  ["rows counted, labels last, without a header", csv(last.map((row, i) => [i, ...row])), own],
  ["a header of numbers", csv([pixels(""), ...rows]), none],
  ["a header of numbers from 1", csv([pixels("", 1), ...rows]), none],
  ["a header of numbers with a label", csv([["label", ...pixels("")], ...first]), own],
  ["a header of numbers over the label too", csv([[...pixels(""), 784], ...first]), own],
  ["a header of numbers and an index, label first", csv([["", ...pixels(""), 784], ...first.map((row, i) => [i, ...row])]), own],
  ["an index beside a label named last", csv([["", ...pixels(""), "label"], ...last.map((row, i) => [i, ...row])]), own],
  ["R's names of rows, which the header leaves out", csv([["label", ...pixels("V")], ...first.map((row, i) => [`"${i + 1}"`, ...row])]), own],
  ["a first row that pandas took for a header", csv(mangled()), own],
  ["one-hot labels first", csv(rows.map((row, i) => [...oneHot[i], ...row])), own],
  ["one-hot labels last", csv(rows.map((row, i) => [...row, ...oneHot[i]])), own],
  ["one-hot labels under names", csv([[...pixels("pixel"), ...oneHot[0].map((_, i) => `label_${i}`)], ...rows.map((row, i) => [...row, ...oneHot[i]])]), own],
  ["floats with a point", csv(first.map((row) => row.map((cell) => cell.toFixed(1)))), own],
  ["exponents", csv(first.map((row) => row.map((cell) => cell.toExponential(18)))), own],
  ["0 to 1 in full precision", csv(first.map(([label, ...row]) => [label, ...row.map((cell) => cell / 255)])), own],
  ["0 to 1 in four digits", csv(first.map(([label, ...row]) => [label, ...row.map((cell) => (cell / 255).toFixed(4))])), own],
  ["0 to 1 with commas, between semicolons", csv(first.map(([label, ...row]) => [label, ...row.map((cell) => String(cell / 255).replace(".", ","))]), ";"), own],
  ["0 to 1 with commas, between tabs", csv(first.map(([label, ...row]) => [label, ...row.map((cell) => (cell / 255).toFixed(5).replace(".", ","))]), "\t"), own],
  ["0 to 1 with commas, quoted", csv(quoted(first.map(([label, ...row]) => [label, ...row.map((cell) => (cell / 255).toFixed(5).replace(".", ","))]))), own],
  ["-1 to 1", csv(first.map(([label, ...row]) => [label, ...row.map((cell) => (cell / 127.5 - 1).toFixed(6))])), own],
  ["1 to 256", csv(first.map(([label, ...row]) => [label, ...row.map((cell) => cell + 1)])), own],
  ["0.01 to 1, as a network is fed that must not see 0", csv(first.map(([label, ...row]) => [label, ...row.map((cell) => (cell / 255) * 0.99 + 0.01)])), own],
  ["bytes that Java has as signed ones", csv(first.map(([label, ...row]) => [label, ...row.map((cell) => (cell > 127 ? cell - 256 : cell))])), own],
  ["labels with decimals", csv(first.map(([label, ...row]) => [`${label}.0`, ...row])), own],
  ["Weka's ARFF", Buffer.from(arff), own],
  ["one image a column", csv(Array.from({ length: 784 }, (_, pixel) => rows.map((row) => row[pixel]))), none],
];

for (const [what, bytes, right] of KINDS) {
  test(`a table with ${what}`, async () => {
    const { set, problems } = await importFiles({ "table.csv": bytes });
    assert.deepEqual(problems, []);
    assert.deepEqual([...set.labels], right);
    assert.equal(Buffer.compare(set.images, images.subarray(0, 784 * right.length)), 0, "pixels");
    assert.equal(set.classes, null);
  });
}

for (const [what, table] of [
  ["first, no header", csv(rows.map((row, i) => [words[i], ...row]))],
  ["last, no header", csv(rows.map((row, i) => [...row, words[i]]))],
  ["under a name", csv([["label", ...pixels("pixel")], ...rows.map((row, i) => [words[i], ...row])])],
  ["beside a word that says nothing", csv([["id", "label", "set", ...pixels("pixel")], ...rows.map((row, i) => [i, words[i], "a", ...row])])],
]) {
  test(`labels may be words: ${what}`, async () => {
    const { set, problems, facts } = await importFiles({ "table.csv": table });
    assert.deepEqual(problems, []);
    assert.deepEqual([...set.labels].map((label) => set.classes[label]), words);
    assert.equal(Buffer.compare(set.images, images), 0);
    assert.equal(facts.unlabelled, 0);
  });
}

for (const side of [8, 14, 16, 32, 64]) {
  test(`squares of ${side} × ${side} are images`, async () => {
    const table = own.map((label, i) => [label, ...Array.from({ length: side * side }, (_, place) => (place % side === i % side && place >= 2 * side && place < side * (side - 2) ? 255 : 0))]);
    const { set, problems } = await importFiles({ "table.csv": csv(table) });
    assert.deepEqual(problems, []);
    assert.deepEqual([...set.labels], own);
    assert.ok(set.images.some((value) => value > 100));
  });
}

for (const [what, bytes] of [
  ["a column", csv(own.map((label) => [label]))],
  ["a column under a name", csv([["label"], ...own.map((label) => [label])])],
  ["a column without names, in gzip", gzipSync(csv(own.map((label) => [label])))],
  ["rows counted beside them", csv([["ImageId", "Label"], ...own.map((label, i) => [i + 1, label])])],
  ["rows counted beside them, no header", csv(own.map((label, i) => [i, label]))],
  ["one-hot", csv(oneHot)],
  ["floats", csv(own.map((label) => [label.toExponential(18)]))],
  ["one line", csv([own])],
]) {
  test(`labels in a file of their own: ${what}`, async () => {
    const { set, problems } = await importFiles({ "test-images.csv": csv(rows), "test-labels.csv": bytes });
    assert.deepEqual(problems, []);
    assert.deepEqual([...set.labels], own);
  });
}

test("a file of words labels the images beside it", async () => {
  const { set, problems } = await importFiles({ "x.csv": csv(rows), "y.csv": csv(words.map((word) => [word])) });
  assert.deepEqual(problems, []);
  assert.deepEqual([...set.labels].map((label) => set.classes[label]), words);
});

test("a line that is too short, a pixel that is no number, and one that is missing are told and left out", async () => {
  const table = first.map((row) => row.map(String));
  table[3].length = 100;
  table[5][10] = "x";
  table[7][10] = "";
  table[9][10] = "nan";
  const { set, problems } = await importFiles({ "table.csv": csv(table) });
  assert.deepEqual(codes(problems), ["unevenLines", "notNumber"]);
  assert.deepEqual(problems[0].values, { line: 4, expected: 785, found: 100, lines: 1 });
  assert.deepEqual(problems[1].values, { line: 6, image: 4, column: 11, found: "x", lines: 3 });
  assert.deepEqual([...set.labels], own.filter((_, i) => ![3, 5, 7, 9].includes(i)));
});

test("a table cut short tells its last line", async () => {
  const { set, problems } = await importFiles({ "table.csv": csv(first).subarray(0, -500) });
  assert.deepEqual(codes(problems), ["unevenLines"]);
  assert.equal(set.labels.length, N - 1);
});

for (const [what, bytes, code] of [
  ["sentences", Buffer.from("This is no table.\nNot at all, really.\n"), "notTable"],
  ["names of columns alone", csv([["label", ...pixels("pixel")]]), "noRows"],
  ["six columns of numbers", csv(rows.map((row) => row.slice(200, 206))), "columns"],
  ["LIBSVM's pairs", Buffer.from(rows.map((row, i) => `${own[i]} ${row.flatMap((value, place) => (value ? [`${place + 1}:${value}`] : [])).join(" ")}`).join("\n")), "sparseTable"],
  ["JSON", Buffer.from(JSON.stringify(rows)), "json"],
]) {
  test(`${what} are refused with a reason`, async () => {
    const { set, problems } = await importFiles({ "table.csv": bytes });
    assert.deepEqual(codes(problems), [code]);
    assert.equal(set.labels.length, 0);
  });
}

test("one image as a table of 28 by 28", async () => {
  const { set, problems } = await importFiles({ "digit.csv": csv(grid(images.subarray(0, 784), 28)) });
  assert.deepEqual(problems, []);
  assert.equal(Buffer.compare(set.images, images.subarray(0, 784)), 0);
});

test("60,000 lines come in within seconds, and more are cut", async () => {
  const lines = csv(first);
  const table = Buffer.concat(new Array(3001).fill(lines));
  const before = performance.now();
  const { set, remarks } = await importFiles({ "train.csv": table }, AUTO);
  assert.ok(performance.now() - before < 8000, `${performance.now() - before} ms`);
  assert.equal(set.labels.length, 60_000);
  assert.deepEqual([...set.labels.subarray(59_980)], own);
  assert.deepEqual(remarks.at(-1), { code: "tooMany", values: { kept: 60_000, leftOut: 20 } });
});

for (const [what, bytes] of [
  ["under pandas' name 0", csv([[0], ...own.map((label) => [label])])],
  ["under pandas' names, with an index", csv([["", 0], ...own.map((label, i) => [i, label])])],
]) {
  test(`labels in a file of their own, ${what}`, async () => {
    const { set, problems } = await importFiles({ "x.csv": csv([pixels(""), ...rows]), "y.csv": bytes });
    assert.deepEqual(problems, []);
    assert.deepEqual([...set.labels], own);
  });
}

const small = rows.map((row) => Array.from({ length: 256 }, (_, i) => row[(6 + (i >> 4)) * 28 + 6 + (i & 15)]));
for (const [what, text, told] of [
  ["semeion.data: 256 bits and ten columns", small.map((row, i) => `${row.map((value) => (value > 127 ? 1 : 0).toFixed(4)).join(" ")} ${oneHot[i].join(" ")} \r\n`).join(""), ["labelColumn", "rangeBits", "boxed"]],
  ["zip.train: a label and -1 to 1", small.map((row, i) => `${own[i].toFixed(4)} ${row.map((value) => (value / 127.5 - 1).toFixed(4)).join(" ")} \n`).join(""), ["labelColumn", "rangeSigned", "boxed"]],
  ["mnist_train.amat: blanks, label last", rows.map((row, i) => `  ${[...row.map((value) => (value / 255).toExponential(7)), own[i].toExponential(7)].join("  ")}\n`).join(""), ["labelColumn", "rangeParts"]],
]) {
  test(`a table known by its name, ${what}`, async () => {
    const { set, problems, remarks, facts } = await importFiles({ [what.split(":")[0]]: Buffer.from(text) });
    assert.deepEqual(problems, []);
    assert.deepEqual([...set.labels], own);
    assert.deepEqual(codes(remarks), told);
    assert.equal(facts.brightest, 255);
  });
}

test("one image as a number a line", async () => {
  const { set, problems } = await importFiles({ "digit.txt": csv([...images.subarray(0, 784)].map((value) => [value])) });
  assert.deepEqual(problems, []);
  assert.equal(Buffer.compare(set.images, images.subarray(0, 784)), 0);
});
