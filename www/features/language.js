/** The button that changes the language: it bears the name of the one that it leads to. */

import { chooseLanguage } from "../app/language.js";
import { find } from "../lib/find.js";
import { LANGUAGES, TEXTS, language, onLanguage } from "../texts.js";

/** @typedef {import("../texts.js").Language} Language */

/** @param {import("../app/laboratory.js").Laboratory} lab */
export function createLanguageFeature({ complain }) {
  const button = find(document.body, "#language", HTMLButtonElement);
  const all = /** @type {Language[]} */ (Object.keys(LANGUAGES));

  function next() {
    return /** @type {Language} */ (all[(all.indexOf(language()) + 1) % all.length]);
  }

  function paint() {
    const tag = next();
    button.textContent = LANGUAGES[tag].name;
    button.lang = tag;
    button.hidden = false;
  }

  button.addEventListener("click", async () => {
    try {
      await chooseLanguage(next());
    } catch (error) {
      complain(() => TEXTS.language.notChanged, error);
    }
  });
  onLanguage(paint);
  paint();
}
