/** What `cargo xtask build` made: the folders in dist/ whose names change with their contents. */

import { readFileSync } from "node:fs";

const { version, models } = JSON.parse(/SITE = (.*);/.exec(readFileSync(new URL("../dist/site-files.js", import.meta.url), "utf8"))?.[1] ?? "{}");

/** Where the page's code lies, from the top of the site. */
export const CODE = `v-${version}/`;
/** Where the models lie that come with the page. */
export const MODELS = `${models}/models/`;
