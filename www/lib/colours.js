/** The style's colours for what is drawn on canvases. They are asked for with every stroke, and the style answers slowly. */

/** By name, until the style changes. @type {Map<string, string>} */
const known = new Map();
for (const query of ["(prefers-color-scheme: dark)", "(forced-colors: active)"]) {
  matchMedia(query).addEventListener("change", () => known.clear());
}

/** Who has drawn with colours that are no longer true. @type {Set<() => void>} */
const painters = new Set();

/** Calls back when the visitor chooses other colours. @param {() => void} redraw */
export function onColours(redraw) {
  painters.add(redraw);
}

/** The visitor chose other colours. */
export function forgetColours() {
  known.clear();
  for (const redraw of painters) redraw();
}

/** @param {string} name  "--accent" */
export function colour(name) {
  const before = known.get(name);
  if (before) return before;
  const now = getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  known.set(name, now);
  return now;
}
