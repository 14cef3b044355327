/** Where browsers and their drivers are found on a machine. */

import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** The first of these files that is there. @param {(string | undefined)[]} files */
export function firstFile(...files) {
  return files.find((file) => file && existsSync(file));
}

/** A program by its name, as a shell finds it. @param {string} name */
export function onPath(name) {
  const folders = (process.env.PATH ?? "").split(delimiter).filter(Boolean);
  return firstFile(...folders.map((folder) => join(folder, name)));
}
