/**
 * Where the parts of the site stand. Every other module asks here: only the code knows its own neighbours by relative addresses,
 * since the build lays it into a folder of its version (`v-1a2b3c4d/`). It writes other values into this file then; see
 * `xtask/src/site/arrange.rs`. What is here holds while the page is served from its source.
 */

/** The top of the site: pages and service worker. */
export const SITE = new URL("../", import.meta.url);
/** The digits. They never change, and stay at one address in every version. */
export const DATA = new URL("data/", SITE);
/** The models that come with the page, in a folder named by their own contents when published. */
export const MODELS = new URL("models/", SITE);
/** The page's code of this version: `pkg/`, `lib/` and all other modules. */
export const CODE = new URL("../", import.meta.url);
/** The version of the page; empty while it is served from its source. */
export const VERSION = "";
