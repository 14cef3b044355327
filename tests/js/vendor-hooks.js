const NODE_MODULES = new URL("../../node_modules/", import.meta.url);
/** The place in the site, and the file in node_modules: as in xtask/src/site.rs. @type {Record<string, string>} */
const VENDORED = { "fflate/browser.js": "fflate/esm/browser.js", "idb/index.js": "idb/build/index.js" };

/** Node's hook: where an import leads. */
export function resolve(specifier, context, next) {
  const file = VENDORED[/\/vendor\/(.+)$/.exec(specifier)?.[1] ?? ""];
  return file ? { url: new URL(file, NODE_MODULES).href, format: "module", shortCircuit: true } : next(specifier, context);
}
