import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

const WWW = new URL("../../www/", import.meta.url);
const MOST_LINES = 400;
const MOST_VARIABLES = 12;

/** @param {string} ending */
function files(ending) {
  return readdirSync(WWW, { recursive: true })
    .map((name) => String(name).replaceAll("\\", "/"))
    .filter((name) => name.endsWith(ending))
    .map((name) => ({ name, lines: readFileSync(new URL(name, WWW), "utf8").trimEnd().split("\n") }));
}

/** The words of the page, which are as many as they are. @param {{ name: string }} file */
function isText({ name }) {
  return name === "texts.js" || name.startsWith("texts/");
}

/**
 * The names that a module declares for all its functions. What stands at the left edge is the module's own: everything else is
 * indented.
 *
 * @param {readonly string[]} lines
 */
function moduleVariables(lines) {
  const code = lines.join("\n");
  return [...code.matchAll(/^(?:export )?(?:const|let|var) (\{[^}]*\}|\[[^\]]*\]|[\w$]+)/gm)].flatMap(([, names]) =>
    names.startsWith("{") || names.startsWith("[") ? names.slice(1, -1).split(",").filter((name) => name.trim() !== "") : [names],
  );
}

test("module-level variables are counted as they are meant", () => {
  const module = ["export const ONE = 1;", "let two;", "const { three, four: five } = f();", "const [six, seven] = g();", "function f() {", "  const local = 1;", "}"];
  assert.equal(moduleVariables(module).length, 6);
});

test("no file of the page has more than 400 lines, texts apart", () => {
  const all = [...files(".js"), ...files(".css")];
  assert.ok(all.length > 50, `www must have more than 50 files of code and style, found ${all.length}`);
  const long = all.filter((file) => file.lines.length > MOST_LINES && !isText(file));
  assert.deepEqual(
    long.map(({ name, lines }) => `${name}: ${lines.length} lines`),
    [],
  );
});

test("only one module asks where it stands: the build joins modules, and lays them elsewhere", () => {
  const asking = files(".js").filter(({ lines }) => lines.some((line) => line.includes("import.meta")));
  assert.deepEqual(asking.map(({ name }) => name), ["lib/addresses.js"]);
});

test("no module of the page has more than 12 variables of its own", () => {
  const full = files(".js")
    .map(({ name, lines }) => ({ name, variables: moduleVariables(lines) }))
    .filter(({ name, variables }) => variables.length > MOST_VARIABLES);
  assert.deepEqual(
    full.map(({ name, variables }) => `${name}: ${variables.length} variables`),
    [],
  );
});
