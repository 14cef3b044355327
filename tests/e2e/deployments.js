/**
 * Tests about several versions of the site, and several sites at one origin: a server of their own, which gives what was put up
 * last, with the headers of GitHub Pages. A version is made from dist/, and its code says which one it is.
 */

import { readdir, readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

import { test as base } from "./fixture.js";

export { expect } from "./fixture.js";

const DIST = fileURLToPath(new URL("../../dist/", import.meta.url));
const BASE = "/vae-lab/";
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".json": "application/json", ".wasm": "application/wasm", ".svg": "image/svg+xml", ".webmanifest": "application/manifest+json" };
/** Scripts that are no modules, or that no page loads. */
const UNMARKED = /(?:^|\/)(?:service-worker|site-files|start)\.js$/;

/** The files of dist/ by their names. @returns {Promise<Map<string, Buffer>>} */
async function published() {
  const entries = await readdir(DIST, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => `${entry.parentPath ?? entry.path}${sep}${entry.name}`);
  const names = files.map((file) => relative(DIST, file).replaceAll(sep, "/"));
  return new Map(await Promise.all(names.map(async (name) => [name, await readFile(DIST + name)])));
}

/**
 * The site as another version of it: its own version's name is put in place of the real one wherever that stands, and every module
 * notes in `globalThis.versions` that it was loaded.
 *
 * @param {Map<string, Buffer>} files
 * @param {string} version  eight hexadecimal digits
 */
function asVersion(files, version) {
  const real = /"version":"(\w+)"/.exec(String(files.get("site-files.js")))[1];
  const isText = (name) => /\.(?:html|js|css)$/.test(name);
  const mark = (name) => (name.endsWith(".js") && !UNMARKED.test(name) ? `(globalThis.versions ??= new Set()).add("${version}");` : "");
  return new Map(
    [...files].map(([name, bytes]) => [name.replaceAll(real, version), isText(name) ? Buffer.from(mark(name) + String(bytes).replaceAll(real, version)) : bytes]),
  );
}

export const test = base.extend({
  /** The server; what it gives is chosen by `deploy`. */
  deployments: async ({}, use) => {
    const dist = await published();
    /** @type {Map<string, Buffer>} */
    let files = new Map();
    /** Names of the files that were asked for and are there, in order. @type {string[]} */
    const asked = [];
    const server = createServer((request, response) => {
      const { pathname } = new URL(request.url, "http://here");
      const name = pathname.startsWith(BASE) ? pathname.slice(BASE.length) || "index.html" : null;
      // Another project at the same origin.
      const body = name === null ? Buffer.from("<!doctype html><title>Another project</title>") : files.get(name);
      if (name !== null) asked.push(name);
      response.writeHead(body ? 200 : 404, { "content-type": name === null ? "text/html" : (TYPES[extname(name)] ?? "application/octet-stream"), "cache-control": "max-age=600" });
      response.end(body ?? "404");
    });
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    const origin = `http://127.0.0.1:${server.address().port}`;
    await use({
      origin,
      site: origin + BASE,
      asked,
      /** Puts up a version in place of the one before. @param {string} version @param {(files: Map<string, Buffer>) => void} [change] */
      deploy(version, change = () => {}) {
        files = asVersion(dist, version);
        change(files);
      },
    });
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  },

  baseURL: async ({ deployments }, use) => {
    await use(deployments.site);
  },
});

/**
 * The versions of the code that runs in a page and in each of its workers; none while the page is being left.
 *
 * @param {import("@playwright/test").Page} page
 */
export async function versionsIn(page) {
  const read = () => [...(globalThis.versions ?? [])];
  try {
    const all = await Promise.all([page.evaluate(read), ...page.workers().map((worker) => worker.evaluate(read))]);
    return [...new Set(all.flat())];
  } catch {
    return [];
  }
}
