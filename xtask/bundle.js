// Joins modules into few files: `node xtask/bundle.js SOURCE OUT`. A visitor far away pays for every file with a round trip.

import { relative, resolve } from "node:path";

import { build } from "esbuild";

const [source, out] = process.argv.slice(2).map((folder) => resolve(folder));
if (!source || !out) throw new Error("name two folders: node xtask/bundle.js SOURCE OUT");

/** What begins by itself. Of one line are those that the front page runs: what they share is a file of its own. A worker shares nothing. */
const ENTRIES = [["first.js", "main.js"], ["bench.js"], ["worker/main.js"], ["worker/helper-worker.js"], ["import/worker.js"], ["bench-worker.js"]];
/** These stay files of their own: one tells by its own place where all others are, and the model's program has two parts that belong together. */
const APART = /[\\/](?:lib[\\/]addresses\.js|pkg[\\/].*)$/;

for (const entries of ENTRIES) {
  // All files of a line stand in one folder, so that what stays apart has one relative address.
  const folder = entries[0]?.includes("/") ? entries[0].replace(/\/[^/]*$/, "") : ".";
  /** @type {import("esbuild").Plugin} */
  const apart = {
    name: "apart",
    setup({ onResolve }) {
      onResolve({ filter: /^\.{1,2}\// }, ({ path, resolveDir }) => {
        const file = resolve(resolveDir, path);
        if (!APART.test(file)) return null;
        const address = relative(resolve(source, folder), file).replaceAll("\\", "/");
        return { path: address.startsWith("../") ? address : `./${address}`, external: true };
      });
    },
  };
  await build({
    absWorkingDir: source,
    entryPoints: entries.map((entry) => resolve(source, entry)),
    outdir: resolve(out, folder),
    bundle: true,
    // What is imported when it is wanted, such as another language, is a file of its own.
    splitting: true,
    chunkNames: "shared-[hash]",
    format: "esm",
    target: "es2022",
    charset: "utf8",
    legalComments: "inline",
    logLevel: "warning",
    plugins: [apart],
  });
}
