/**
 * Gives the page a language that `Intl` takes. Some systems name none, or one of another standard ("C", "en-US@posix"): uPlot hands
 * `navigator.language` to `Intl` while it is loaded, which would throw, and no module that imports it would run. So this module is
 * the first that the page imports.
 */

if (!isUsable(navigator.language)) Object.defineProperty(navigator, "language", { value: "en", configurable: true });

/** @param {string | undefined} language */
function isUsable(language) {
  try {
    new Intl.NumberFormat(language);
    return true;
  } catch {
    return false;
  }
}
