/**
 * The visitor's language: what the address asks for (`?lang=zh`), else what was chosen in this browser, else what the browser
 * says. English where none of them is there.
 */

import { writeWords } from "../lib/fixed-words.js";
import { prefer, readPreferences } from "../lib/preferences.js";
import { LANGUAGES, language, useLanguage } from "../texts.js";

/** @typedef {import("../texts.js").Language} Language */

/**
 * The language that is meant by a name such as "zh", "zh-CN" or "en-GB"; null if the page does not have it.
 *
 * @param {string | null | undefined} name
 */
export function languageOf(name) {
  const spoken = name?.toLowerCase().split(/[-_]/)[0];
  const known = /** @type {Language[]} */ (Object.keys(LANGUAGES));
  return known.find((tag) => tag.split("-")[0] === spoken) ?? null;
}

/**
 * @param {object} asked
 * @param {string} asked.search  of the address
 * @param {string | null} asked.remembered
 * @param {readonly string[]} asked.languages  of the browser, the one liked best first
 */
export function preferredLanguage({ search, remembered, languages }) {
  const names = [new URLSearchParams(search).get("lang"), remembered, ...languages];
  return names.map(languageOf).find((tag) => tag !== null) ?? "en";
}

/** Begins in the visitor's language. If its words do not come, the page speaks English. */
export async function beginLanguage() {
  const wanted = preferredLanguage({ search: location.search, remembered: readPreferences().language, languages: navigator.languages });
  if (wanted === language()) return;
  try {
    await speak(wanted);
  } catch (error) {
    console.info(`The words of ${wanted} did not come: ${error instanceof Error ? error.message : error}`);
  }
}

/** Changes the language for this visit and the next ones. @param {Language} wanted */
export async function chooseLanguage(wanted) {
  await speak(wanted);
  prefer({ language: wanted });
  // The address would ask for the other one at the next reload.
  const address = new URL(location.href);
  if (!address.searchParams.has("lang")) return;
  address.searchParams.delete("lang");
  history.replaceState(history.state, "", address);
}

/** @param {Language} wanted */
async function speak(wanted) {
  await useLanguage(wanted);
  document.documentElement.lang = language();
  writeWords(document);
}
