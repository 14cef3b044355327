/** Light, dark, or as the system has it: chosen by the button in the header, and remembered. */

import { forgetColours } from "../lib/colours.js";
import { find } from "../lib/find.js";
import { rename } from "../lib/fixed-words.js";
import { prefer, readPreferences } from "../lib/preferences.js";

/** Each press leads to the next. @type {readonly import("../lib/preferences.js").Theme[]} */
const THEMES = ["system", "light", "dark"];

export function createTheme() {
  const button = find(document.body, "#theme", HTMLButtonElement);
  let { theme } = readPreferences();

  button.addEventListener("click", () => {
    theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? "system";
    prefer({ theme });
    show();
  });

  function show() {
    if (theme === "system") delete document.documentElement.dataset["theme"];
    else document.documentElement.dataset["theme"] = theme;
    rename(button, `theme.${theme}`);
    forgetColours();
  }

  show();
}
