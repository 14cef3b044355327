/** Which labels belong to which images: by the names of their files and their count, and never by order alone. */

import { folderOf, keyOf, splitOf } from "./names.js";

/** @typedef {import("./types.js").RawImages} RawImages */
/** @typedef {import("./types.js").FoundLabels} FoundLabels */
/** @typedef {import("./types.js").FoundProblem} FoundProblem */

/** Folders of these names are parts of a set and no classes. */
const PLAIN_FOLDER = /^(train(ing)?|test(ing)?|val(id(ation)?)?|dev|images?|imgs?|data(set)?|pictures?|pics|png|jpe?g|samples?)$/i;

/**
 * Gives labels to the images that have none.
 *
 * @param {readonly RawImages[]} images
 * @param {readonly FoundLabels[]} labels
 * @returns {{ paired: RawImages[], problems: FoundProblem[] }}
 */
export function pairLabels(images, labels) {
  /** @type {Map<RawImages, import("./types.js").Labels>} */
  const given = new Map();
  const byFile = labels.filter((one) => one.files !== null);
  const unfound = byFile.filter((one) => giveByFile(images, one, one.files ?? [], given) === 0);
  const free = () => images.filter((raw) => !raw.labels && !given.has(raw));
  /** @param {readonly FoundLabels[]} list */
  const match = (list) => {
    let open = [...list];
    for (const belongs of RULES) {
      open = open.filter((one) => {
        const [own, another] = free().filter((raw) => totalOf(raw) === one.labels.length && belongs(raw, one, open));
        if (!own || another) return true;
        given.set(own, one.labels);
        return false;
      });
    }
    return open;
  };
  let open = match(labels.filter((one) => one.files === null));
  open = match(open.map((one) => (one.headed && free().some((raw) => totalOf(raw) === one.labels.length - 1) ? { ...one, labels: one.labels.slice(1) } : one)));
  // Numbers that stand for the rows may be the names of pictures: 1 is 1.png.
  open = open.filter((one) => !one.ids || giveByFile(images, one, one.ids, given) === 0);
  return {
    paired: images.map((raw) => (given.has(raw) ? { ...raw, labels: given.get(raw) ?? null } : raw)),
    problems: [
      ...open.map((one) => whyNot(one, images)),
      ...unfound.map((one) => problem(one, "labelsOfOtherFiles", { file: one.files?.[0] ?? "" })),
    ],
  };
}

/**
 * From the surest on: the same name in the same folder, the same name, the same part of the set, and at last the only ones of that
 * count.
 *
 * @type {((raw: RawImages, one: FoundLabels, open: readonly FoundLabels[]) => boolean)[]}
 */
const RULES = [
  (raw, one) => keyOf(raw.name) === keyOf(one.name) && folderOf(raw.name) === folderOf(one.name),
  (raw, one) => keyOf(raw.name) === keyOf(one.name),
  (raw, one) => splitOf(raw.name) !== null && splitOf(raw.name) === splitOf(one.name),
  (raw, one, open) => {
    const [a, b] = [splitOf(raw.name), splitOf(one.name)];
    return (a === b || a === null || b === null) && open.filter((other) => other.labels.length === one.labels.length).length === 1;
  },
];

/** @param {RawImages} raw */
function totalOf(raw) {
  return raw.total ?? raw.count;
}

/**
 * A table that names the file of each label.
 *
 * @param {readonly RawImages[]} images
 * @param {FoundLabels} one
 * @param {readonly string[]} files
 * @param {Map<RawImages, import("./types.js").Labels>} given
 * @returns {number} how many images it knows
 */
function giveByFile(images, one, files, given) {
  /** @type {Map<string, number>} */
  const places = new Map();
  files.forEach((file, i) => places.set(file.replaceAll("\\", "/").replace(/^(\.?\/)+/, ""), i));
  let known = 0;
  for (const raw of images) {
    const place = raw.labels || raw.count !== 1 ? undefined : placeOf(raw.name, places);
    if (place === undefined) continue;
    given.set(raw, [one.labels[place] ?? null]);
    known += 1;
  }
  return known;
}

/**
 * The path may be longer than the table tells, and the table may leave out the ending.
 *
 * @param {string} path
 * @param {ReadonlyMap<string, number>} places
 */
function placeOf(path, places) {
  const parts = path.split("/");
  for (let i = 0; i < parts.length; i += 1) {
    const rest = parts.slice(i).join("/");
    const place = places.get(rest) ?? places.get(rest.replace(/\.\w+$/, ""));
    if (place !== undefined) return place;
  }
  return undefined;
}

/** @param {FoundLabels} one @param {readonly RawImages[]} images */
function whyNot(one, images) {
  const count = one.labels.length;
  const free = images.filter((raw) => !raw.labels);
  if (images.length === 0) return problem(one, "labelsAlone", { labels: count });
  if (images.filter((raw) => totalOf(raw) === count).length > 1) return problem(one, "labelsAmbiguous", { labels: count });
  const total = free.reduce((sum, raw) => sum + totalOf(raw), 0);
  if (total === count && free.every((raw) => raw.count === 1)) return problem(one, "labelsWithoutNames", { labels: count });
  return problem(one, "labelsOtherCount", { labels: count, images: total || images.reduce((sum, raw) => sum + totalOf(raw), 0) });
}

/**
 * @param {FoundLabels} one
 * @param {string} code
 * @param {import("./types.js").Values} values
 * @returns {FoundProblem}
 */
function problem({ name }, code, values) {
  return { kind: "problem", name, code, values };
}

/**
 * The names of folders as labels, where single images lie in folders of their class. A common folder of all of them is none,
 * unless it is named by a digit.
 *
 * @param {readonly RawImages[]} images
 * @returns {{ labelled: RawImages[], byFolder: boolean }}
 */
export function labelByFolder(images) {
  const single = images.filter((raw) => !raw.labels && totalOf(raw) === 1);
  const folders = single.map((raw) => folderOf(raw.name).split("/"));
  const [first = [], ...rest] = folders;
  let common = 0;
  while (common < first.length && rest.every((parts) => parts[common] === first[common])) common += 1;
  const classes = new Map(single.map((raw, i) => [raw, classOf((folders[i] ?? []).slice(common))]));
  const alone = single.length > 0 && [...classes.values()].every((name) => name === null) ? classOf(first) : null;
  const digit = alone !== null && /^\d$/.test(alone) ? Number(alone) : null;
  const known = new Set(classes.values());
  if (digit === null && (known.size < 2 || [...known].every((name) => name === null))) return { labelled: [...images], byFolder: false };
  const labelled = images.map((raw) => (classes.has(raw) ? { ...raw, labels: [numberOf(digit ?? classes.get(raw) ?? null)] } : raw));
  return { labelled, byFolder: true };
}

/** The nearest folder that is no part of every set. @param {readonly string[]} parts */
function classOf(parts) {
  return parts.findLast((part) => part !== "" && !PLAIN_FOLDER.test(part)) ?? null;
}

/** @param {string | number | null} name */
function numberOf(name) {
  return typeof name === "string" && /^\d{1,3}$/.test(name) ? Number(name) : name;
}
