/** Joins what was found in all files of one choice: one rule of brightness, one inversion, one turn, one allocation, one pass. */

import { doubtsOf, factsOf } from "./facts.js";
import { createWriter, framesOf, sizeOf } from "./frame.js";
import { joinLabels } from "./labels.js";
import { turn } from "./orientation.js";
import { labelByFolder, pairLabels } from "./pairing.js";
import { isOnPaper } from "./polarity.js";
import { grouped, told } from "./problems.js";
import { rangeOf, rule, rulesOf, shadeBy, stretched } from "./ranges.js";
import { MOST_IMAGES, PIXELS, SIDE, UNKNOWN } from "./set.js";

/** @typedef {import("./types.js").RawImages} RawImages */
/** @typedef {import("./types.js").Remark} Remark */
/** @typedef {import("./types.js").FoundProblem} FoundProblem */

/**
 * @param {readonly import("./types.js").Found[]} found
 * @param {import("./types.js").Choices} choices
 * @param {object} [options]
 * @param {number} [options.most]  how many images there is room for
 * @returns {import("./types.js").Imported}
 */
export function assemble(found, choices, { most = MOST_IMAGES } = {}) {
  const pairs = pairLabels(
    found.flatMap((one) => (one.kind === "images" ? [one.raw] : [])),
    found.flatMap((one) => (one.kind === "labels" ? [one] : [])),
  );
  const { labelled: raws, byFolder } = labelByFolder(pairs.paired);
  const shaded = shadeAll(raws, choices);
  const taken = takeAll(shaded.files, most);
  const names = joinLabels(taken.map(({ raw, images }) => ({ count: images.length, labels: labelsAt(raw, images), classes: raw.classes ?? null })));
  const turned = turnedOf(raws, choices.turn);
  const frames = framesOf(shaded.files);
  const set = { images: write(taken, frames, turned), labels: names.labels, classes: names.classes };
  const facts = factsOf(set);
  const kept = set.labels.length;
  const leftOut = raws.reduce((sum, raw) => sum + (raw.total ?? raw.count), 0) - shaded.files.reduce((sum, { holes }) => sum + holes.size, 0) - kept;
  const some = kept > 0;
  return {
    set,
    applied: { invert: shaded.inverted, turn: turned.size > 0, stretch: shaded.stretched },
    possible: { invert: some, turn: some, stretch: shaded.stretched || (facts.brightest > 0 && facts.brightest < 255) || shaded.darkest > 0 },
    remarks: told([
      ...found.flatMap((one) => (one.kind === "remark" ? [one.remark] : [])),
      ...raws.flatMap((raw) => raw.remarks),
      ...shaded.remarks,
      ...(shaded.inverted ? [{ code: "inverted", values: {} }] : []),
      ...(turned.size > 0 ? [{ code: "turned", values: { name: [...turned][0]?.name ?? "" } }] : []),
      ...frameRemarks(raws, frames),
      ...(leftOut > 0 ? [{ code: "tooMany", values: { kept, leftOut } }] : []),
    ]),
    doubts: doubtsOf(set, facts, raws, byFolder),
    problems: grouped([...found.flatMap((one) => (one.kind === "problem" ? [one] : [])), ...pairs.problems, ...shaded.problems, ...labelProblems(names, raws)]),
    facts,
  };
}

/**
 * @typedef {object} ShadedFile
 * @property {RawImages} raw
 * @property {(value: number) => number} shade
 * @property {boolean} inverted
 * @property {Set<number>} holes  images with a number that is none: they are left out
 */

/**
 * Numbers to shades from black to white, for all files together.
 *
 * @param {readonly RawImages[]} raws
 * @param {import("./types.js").Choices} choices
 */
function shadeAll(raws, choices) {
  const ranges = raws.map((raw) => ({ raw, range: rangeOf(raw) }));
  const decided = rulesOf(ranges);
  const useful = decided.rules.map((own) => (choices.stretch === false && own.stretched ? rule(0, 255, null) : own));
  const rules = choices.stretch === true ? stretchedRules(ranges, decided.rules) : useful;
  const files = ranges.map(({ raw, range }, i) => ({ raw, shade: shadeBy(rules[i] ?? rule(0, 255, null)), holes: new Set(range.holes.map(({ image }) => image)) }));
  const voters = files.filter(({ raw }) => !raw.whiteOnBlack);
  const paper = isOnPaper(voters);
  const inverted = choices.invert ?? paper;
  /** @type {FoundProblem[]} */
  const problems = ranges.flatMap(({ raw, range }) => {
    const [hole] = range.holes;
    return hole ? [{ kind: /** @type {const} */ ("problem"), name: raw.name, code: "notFinite", values: { ...hole, images: range.holes.length } }] : [];
  });
  return {
    // Ink that is known to be white stays so, unless a visitor turns over what was right as it was.
    files: files.map((file) => ({ ...file, inverted: inverted && (!file.raw.whiteOnBlack || !paper) })),
    inverted,
    stretched: rules.some((own) => own.stretched),
    remarks: [...new Set(rules)].flatMap(({ remark }) => (remark ? [remark] : [])),
    problems,
    darkest: files.reduce((lowest, { shade }, i) => Math.min(lowest, shade(ranges[i]?.range.min ?? 0)), 255),
  };
}

/**
 * The lowest number black and the highest white, file by file of one rule together.
 *
 * @param {readonly { raw: RawImages, range: import("./ranges.js").Range }[]} ranges
 * @param {readonly import("./ranges.js").Rule[]} rules
 */
function stretchedRules(ranges, rules) {
  /** @type {Map<import("./ranges.js").Rule, { min: number, max: number }>} */
  const ends = new Map();
  ranges.forEach(({ range }, i) => {
    const own = rules[i];
    if (!own) return;
    const before = ends.get(own) ?? { min: Infinity, max: -Infinity };
    ends.set(own, { min: Math.min(before.min, range.min), max: Math.max(before.max, range.max) });
  });
  const wide = new Map([...ends].map(([own, { min, max }]) => [own, own.wrapped || !(max >= min) ? own : stretched(min, max)]));
  return rules.map((own) => wide.get(own) ?? own);
}

/**
 * Which images there is room for.
 *
 * @param {readonly ShadedFile[]} files
 * @param {number} most
 */
function takeAll(files, most) {
  let room = most;
  return files.map((file) => {
    const images = Array.from({ length: file.raw.count }, (_, i) => i).filter((i) => !file.holes.has(i)).slice(0, Math.max(0, room));
    room -= images.length;
    return { ...file, images };
  });
}

/** @param {RawImages} raw @param {readonly number[]} images */
function labelsAt({ labels, count }, images) {
  if (!labels || images.length === count) return labels;
  return labels instanceof Uint8Array ? Uint8Array.from(images, (i) => labels[i] ?? UNKNOWN) : images.map((i) => labels[i] ?? null);
}

/**
 * Those known to lie on their side; where a visitor turns a set of which nothing is known, all of them.
 *
 * @param {readonly RawImages[]} raws
 * @param {boolean | null} choice
 */
function turnedOf(raws, choice) {
  const known = raws.filter(({ transposed }) => transposed);
  if (choice === false) return new Set();
  return new Set(choice === true && known.length === 0 ? raws : known);
}

/**
 * @param {readonly (ShadedFile & { images: number[] })[]} taken
 * @param {ReadonlyMap<string, import("./frame.js").Frame>} frames
 * @param {ReadonlySet<RawImages>} turned
 */
function write(taken, frames, turned) {
  const out = new Uint8Array(PIXELS * taken.reduce((sum, { images }) => sum + images.length, 0));
  let at = 0;
  for (const file of taken) {
    const writeImage = createWriter(file, frames.get(sizeOf(file.raw)) ?? "whole");
    for (const image of file.images) {
      writeImage(image, out, at);
      if (turned.has(file.raw)) turn(out, at);
      at += PIXELS;
    }
  }
  return out;
}

/**
 * What became of images of another size; of pictures one expects it.
 *
 * @param {readonly RawImages[]} raws
 * @param {ReadonlyMap<string, import("./frame.js").Frame>} frames
 * @returns {Remark[]}
 */
function frameRemarks(raws, frames) {
  const codes = { whole: "resized", box: "boxed", crop: "cropped" };
  return raws.flatMap((raw) => {
    const frame = frames.get(sizeOf(raw)) ?? "whole";
    const plain = (raw.width === SIDE && raw.height === SIDE) || (raw.from === "picture" && frame === "whole");
    return plain ? [] : [{ code: codes[frame], values: { width: raw.width, height: raw.height } }];
  });
}

/**
 * @param {ReturnType<typeof joinLabels>} names
 * @param {readonly RawImages[]} raws
 * @returns {FoundProblem[]}
 */
function labelProblems({ tooMany, fractions }, raws) {
  const name = raws.find((raw) => raw.labels !== null)?.name ?? "";
  if (tooMany > 0) return [{ kind: "problem", name, code: "tooManyClasses", values: { classes: tooMany } }];
  return fractions ? [{ kind: "problem", name, code: "labelsFractions", values: {} }] : [];
}
