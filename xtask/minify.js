// Makes every script in a folder smaller, in place: `node xtask/minify.js FOLDER`. Names of files and what they import stay.

import { readdirSync } from "node:fs";
import { join } from "node:path";

import { build } from "esbuild";

const folder = process.argv[2];
if (!folder) throw new Error("name the folder: node xtask/minify.js FOLDER");

const entryPoints = readdirSync(folder, { recursive: true })
  .map(String)
  .filter((name) => name.endsWith(".js"))
  .map((name) => join(folder, name));
await build({ entryPoints, outdir: folder, outbase: folder, allowOverwrite: true, minify: true, charset: "utf8", legalComments: "inline", logLevel: "warning" });
