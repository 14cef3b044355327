/**
 * Does something when what has just changed has been painted. A page that is not seen paints nothing, and goes on at once.
 *
 * @param {() => void} work
 */
export function afterPaint(work) {
  if (document.visibilityState === "hidden") work();
  else requestAnimationFrame(() => setTimeout(work));
}
