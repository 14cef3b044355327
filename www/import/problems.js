/** What is told of many files: a short list, in which all files of one trouble are one entry. */

/** @typedef {import("./types.js").Problem} Problem */
/** @typedef {import("./types.js").Remark} Remark */

const MOST_GROUPS = 8;
const MOST_NAMES = 4;
/** Of remarks that differ in their values alone, the first ones are told. */
const MOST_ALIKE = 3;

/**
 * The troubles with the most files first; the values are those of the first file.
 *
 * @param {Iterable<import("./types.js").FoundProblem>} found
 * @returns {Problem[]}
 */
export function grouped(found) {
  /** @type {Map<string, Problem>} */
  const groups = new Map();
  for (const { name, code, values } of found) {
    const group = groups.get(code);
    if (!group) groups.set(code, { code, values, files: [name], count: 1 });
    else {
      group.count += 1;
      if (group.files.length < MOST_NAMES && !group.files.includes(name)) group.files.push(name);
    }
  }
  const list = [...groups.values()].sort((a, b) => b.count - a.count);
  if (list.length <= MOST_GROUPS) return list;
  const rest = list.slice(MOST_GROUPS - 1);
  const files = rest.flatMap((group) => group.files).slice(0, MOST_NAMES);
  return [...list.slice(0, MOST_GROUPS - 1), { code: "others", values: { kinds: rest.length }, files, count: rest.reduce((sum, { count }) => sum + count, 0) }];
}

/**
 * Every remark once, and of one code the first few.
 *
 * @param {Iterable<Remark>} remarks
 * @returns {Remark[]}
 */
export function told(remarks) {
  /** @type {Map<string, Remark[]>} */
  const codes = new Map();
  for (const remark of remarks) {
    const alike = codes.get(remark.code) ?? [];
    codes.set(remark.code, alike);
    if (alike.length < MOST_ALIKE && !alike.some((other) => JSON.stringify(other.values) === JSON.stringify(remark.values))) alike.push(remark);
  }
  return [...codes.values()].flat();
}
