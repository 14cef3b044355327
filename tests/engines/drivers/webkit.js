/**
 * WebKit, the engine of Safari, as Debian builds it: its MiniBrowser on a screen that nobody sees, driven by plain WebDriver
 * (https://www.w3.org/TR/webdriver2/). No further library is needed.
 */

import { once } from "node:events";
import { createInterface } from "node:readline";

import { onPath } from "./places.js";
import { end, freePort, start, until } from "./processes.js";
import { startWitness } from "./witness.js";

/** Large enough for the widest page and the browser's own bars. */
const SCREEN = "1600x1200x24";
/** WebDriver's name of an element (section 12.1). */
const ELEMENT = "element-6066-11e4-a52e-4f735466cecf";
/** WebDriver's names of keys (section 17.4.2). @type {Record<string, string>} */
const KEYS = { Escape: "\uE00C", Shift: "\uE008", Home: "\uE011", ArrowLeft: "\uE012", ArrowRight: "\uE014", Delete: "\uE017" };
/** Between two moves of a drawing hand. */
const MOVE_MS = 10;
/** How long a page, or a script in it, may take. */
const PATIENCE_MS = 60_000;

/** What this machine lacks for it, in words; null where nothing is missing. */
export function missing() {
  return onPath("WebKitWebDriver") && onPath("Xvfb") ? null : "there is no WebKitWebDriver or no Xvfb here; `apt-get install webkit2gtk-driver xvfb` brings them";
}

/** Its window does not become narrower: the buttons of its own bar need this much. */
const NARROWEST = 447;

/**
 * Opens a browser that nobody has used before.
 *
 * @param {import("../visitor.js").Wishes} wishes
 * @returns {Promise<import("../visitor.js").Driver>}
 */
export async function launch({ site, locale }) {
  /** What is to be ended, the newest first. @type {(() => unknown)[]} */
  const endings = [];
  const close = async () => {
    for (const ending of endings.splice(0)) await ending();
  };
  try {
    const screen = start("Xvfb", ["-displayfd", "3", "-screen", "0", SCREEN, "-nolisten", "tcp"], { stdio: ["ignore", "ignore", "ignore", "pipe"] });
    endings.unshift(() => end(screen));
    // It chooses a free number by itself, and tells it when it is ready.
    const number = await firstLine(screen, 3);
    const port = await freePort();
    const driver = start("WebKitWebDriver", [`--port=${port}`], { env: environment(`:${number}`, locale), stdio: "ignore" });
    endings.unshift(() => end(driver));
    const call = caller(`http://127.0.0.1:${port}`);
    await until("WebKitWebDriver", () => call("GET", "/status"));
    const { sessionId, capabilities } = await call("POST", "/session", { capabilities: {} });
    /** @param {string} method @param {string} path @param {object} [body] */
    const session = (method, path, body) => call(method, `/session/${sessionId}${path}`, body);
    endings.unshift(() => session("DELETE", "").catch(() => {}));
    await session("POST", "/timeouts", { script: PATIENCE_MS, pageLoad: PATIENCE_MS });
    /** @type {string[]} */
    const problems = [];
    const witness = await startWitness(site, problems);
    endings.unshift(witness.close);
    return { version: `WebKit ${capabilities.browserVersion}`, narrowest: NARROWEST, problems, ...verbs(session, witness.site), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * @param {(method: string, path: string, body?: object) => Promise<any>} session
 * @param {string} site
 */
function verbs(session, site) {
  /** Runs a function in the page. @param {Function} script @param {unknown[]} args */
  const run = (script, ...args) => session("POST", "/execute/sync", { script: `return (${script})(...arguments)`, args });
  return {
    run,
    open: (/** @type {string} */ path) => session("POST", "/url", { url: new URL(path, site).href }),
    reload: () => session("POST", "/refresh", {}),
    screenshot: async () => Buffer.from(await session("GET", "/screenshot"), "base64"),

    /** @param {number} width @param {number} height */
    async resize(width, height) {
      // The window is larger than the page by the browser's own bars.
      const rect = await session("GET", "/window/rect");
      const inner = await run(() => [innerWidth, innerHeight]);
      await session("POST", "/window/rect", { x: 0, y: 0, width: width + rect.width - inner[0], height: height + rect.height - inner[1] });
      await until(`a window of ${width} pixels`, () => run((/** @type {number} */ wanted) => innerWidth === wanted, width));
    },

    /** @param {import("../visitor.js").Point[]} points */
    async drag(points) {
      const moves = points.map(([x, y]) => ({ type: "pointerMove", duration: MOVE_MS, origin: "viewport", x: Math.round(x), y: Math.round(y) }));
      const [first, ...others] = moves;
      const actions = [first, { type: "pointerDown", button: 0 }, ...others, { type: "pointerUp", button: 0 }];
      await session("POST", "/actions", { actions: [{ type: "pointer", id: "mouse", parameters: { pointerType: "mouse" }, actions }] });
    },

    /** @param {string[]} keys */
    async press(...keys) {
      const values = keys.map((key) => KEYS[key] ?? key);
      const actions = [...values.map((value) => ({ type: "keyDown", value })), ...values.reverse().map((value) => ({ type: "keyUp", value }))];
      await session("POST", "/actions", { actions: [{ type: "key", id: "keyboard", actions }] });
    },

    /** @param {string} selector @param {string[]} files */
    async upload(selector, files) {
      const element = await session("POST", "/element", { using: "css selector", value: selector });
      await session("POST", `/element/${element[ELEMENT]}/value`, { text: files.join("\n") });
    },
  };
}

/** @param {string} display @param {string} locale */
function environment(display, locale) {
  // The sandbox needs rights that a container rarely has, and what draws the picture is not the test's concern: the software that
  // stands in for a graphics processor may crash under a worker's canvas, so pictures are made without one.
  const { WAYLAND_DISPLAY: _screen, ...rest } = process.env;
  return { ...rest, DISPLAY: display, LANG: locale, LC_ALL: locale, LIBGL_ALWAYS_SOFTWARE: "1", WEBKIT_SKIA_ENABLE_CPU_RENDERING: "1", WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: "1" };
}

/** @param {import("node:child_process").ChildProcess} child @param {number} stream */
async function firstLine(child, stream) {
  const pipe = /** @type {import("node:stream").Readable} */ (child.stdio[stream]);
  const [line] = await Promise.race([
    once(createInterface(pipe), "line"),
    once(child, "exit").then(([code]) => Promise.reject(new Error(`${child.spawnfile} must stay, and ended with ${code}`))),
  ]);
  return line;
}

/** @param {string} address */
function caller(address) {
  /** @param {string} method @param {string} path @param {object} [body] @returns {Promise<any>} */
  return async (method, path, body) => {
    const response = await fetch(address + path, { method, headers: { "content-type": "application/json" }, body: body && JSON.stringify(body) });
    const { value } = /** @type {{ value: any }} */ (await response.json());
    if (value?.error) throw new Error(`${method} ${path}: ${value.error}: ${value.message}`);
    return value;
  };
}
