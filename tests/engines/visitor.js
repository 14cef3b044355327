/**
 * A visitor of the page, in whatever browser: the few things that a driver must be able to do, and the words for what a person
 * does with them. Everything is waited for; nothing is a matter of time.
 *
 * @typedef {[number, number]} Point  in CSS pixels of the viewport
 *
 * @typedef {object} Wishes
 * @property {string} site  the address of the page
 * @property {string} locale  of the visitor's desktop, where the engine asks it
 * @property {import("@playwright/test").LaunchOptions} launchOptions  of Chromium
 *
 * @typedef {object} Driver
 * @property {string} version  "Firefox 153.7"
 * @property {number} narrowest  how few pixels wide its window can be
 * @property {readonly string[]} problems  the page's errors so far
 * @property {(path: string) => Promise<void>} open  a page of the site
 * @property {() => Promise<void>} reload
 * @property {(script: Function, ...args: any[]) => Promise<any>} run  runs a function in the page, with arguments that JSON can hold
 * @property {(points: Point[]) => Promise<void>} drag  goes to the first with the mouse, presses, and lets go at the last
 * @property {(...keys: string[]) => Promise<void>} press  keys that are held together
 * @property {(selector: string, files: string[]) => Promise<void>} upload  chooses files for a field
 * @property {(width: number, height: number) => Promise<void>} resize  the page, not the window
 * @property {() => Promise<Buffer>} screenshot
 * @property {() => Promise<unknown>} close
 */

import { expect } from "@playwright/test";

/** How long the slowest engine may take for anything on a busy machine. */
const PATIENCE_MS = 60_000;
/** Between two points of a drawing, in so many moves the hand goes. */
const MOVES = 4;
const HEIGHT = 900;

export class Visitor {
  /** @param {Driver} driver */
  constructor(driver) {
    this.driver = driver;
  }

  /** Opens the page and waits until the model, its program and the test digits are there. */
  async open() {
    await this.driver.open("./");
    await this.ready();
  }

  async reload() {
    await this.driver.reload();
    await this.ready();
  }

  async ready() {
    await this.until("the model works", () => this.property("#step", "disabled"), (disabled) => expect(disabled).toBe(false));
    await this.until("the test digits are there", () => this.attribute('.stage-row[data-stage="test"]', "data-state"), (state) => expect(state).toBe("done"));
  }

  /** Makes the page so wide, or as near to it as this browser's window can. @returns the width it has */
  async width(/** @type {number} */ wanted) {
    const width = Math.max(wanted, this.driver.narrowest);
    await this.driver.resize(width, HEIGHT);
    return width;
  }

  /** @param {string} selector @returns {Promise<string>} */
  text(selector) {
    return this.property(selector, "textContent");
  }

  /** @param {string} selector @param {string} name @returns {Promise<string | null>} */
  attribute(selector, name) {
    return this.driver.run((/** @type {string} */ of, /** @type {string} */ attribute) => document.querySelector(of)?.getAttribute(attribute) ?? null, selector, name);
  }

  /** @param {string} selector */
  label(selector) {
    return this.attribute(selector, "aria-label");
  }

  /** @param {string} selector @param {string} name @returns {Promise<any>} null where there is no such element */
  property(selector, name) {
    return this.driver.run((/** @type {string} */ of, /** @type {string} */ property) => Reflect.get(document.querySelector(of) ?? {}, property) ?? null, selector, name);
  }

  /** The number of optimizer updates done. */
  async steps() {
    return Number((await this.text("#stat-step")).replaceAll(",", ""));
  }

  /** A number under the pictures; not a number while there is none. @param {"recon" | "kl" | "bound"} name */
  async cost(name) {
    return Number((await this.text(`#costs [data-value="${name}"]`)).replace("−", "-"));
  }

  /**
   * Waits until what is asked for again and again passes.
   *
   * @template T
   * @param {string} what  is meant
   * @param {() => Promise<T>} ask
   * @param {(answer: T) => unknown} passes  throws while it does not
   */
  async until(what, ask, passes) {
    await expect(async () => passes(await ask()), what).toPass({ timeout: PATIENCE_MS, intervals: [50, 100, 250] });
  }

  /**
   * Clicks with the mouse on what can be seen and pressed. Where the page moved away under the mouse, a person clicks again.
   *
   * @param {string} selector
   * @param {string} [words]  that stand on it
   */
  async click(selector, words = "") {
    await this.#enter(selector, words);
    const press = async () => {
      const centre = await this.#reach(selector, words, [[0.5, 0.5]]);
      await this.driver.run(watchClick, selector, words);
      await this.driver.drag(centre);
      return this.driver.run(() => Reflect.get(globalThis, "wasClicked"));
    };
    await this.until(`${selector} ${words} is clicked`, press, (clicked) => expect(clicked).toBe(true));
  }

  /** Draws on the pad with the mouse, as a hand does: in many small moves. @param {Point[]} points  in parts of the pad's side */
  async draw(points) {
    const fine = points.flatMap(([x, y], i) => {
      const [fromX, fromY] = points[i - 1] ?? [x, y];
      const count = i === 0 ? 1 : MOVES;
      return Array.from({ length: count }, (_, k) => /** @type {Point} */ ([fromX + ((x - fromX) * (k + 1)) / count, fromY + ((y - fromY) * (k + 1)) / count]));
    });
    await this.driver.drag(await this.#reach("#pad canvas", "", fine));
  }

  /** @param {string} selector */
  async focus(selector) {
    await this.#enter(selector);
    await this.driver.run((/** @type {string} */ of) => /** @type {HTMLElement} */ (document.querySelector(of)).focus(), selector);
  }

  /** Chooses of a list: its menu is the system's, which no driver reaches. @param {string} selector @param {string} value */
  async choose(selector, value) {
    await this.#enter(selector);
    const select = (/** @type {string} */ of, /** @type {string} */ wanted) => {
      const list = /** @type {HTMLSelectElement} */ (document.querySelector(of));
      list.value = wanted;
      list.dispatchEvent(new Event("input", { bubbles: true }));
      list.dispatchEvent(new Event("change", { bubbles: true }));
    };
    await this.driver.run(select, selector, value);
  }

  /** Walks to the room where an element stands, by its tab. @param {string} selector @param {string} [words] */
  async #enter(selector, words = "") {
    const tab = await this.driver.run(closedTab, selector, words);
    if (tab === null) return;
    await this.click(tab);
    await this.until(`the room of ${selector} is open`, () => this.driver.run(closedTab, selector, words), (closed) => expect(closed).toBe(null));
  }

  /** Lets files of the visitor's own join the set. @param {string[]} files @param {RegExp} words  that tell of it */
  async join(files, words) {
    await this.driver.upload("#data-file", files);
    await this.until("what is shown can join", () => this.property("#data-join", "disabled"), (disabled) => expect(disabled).not.toBe(true));
    if ((await this.property("#data-join", "disabled")) === false) await this.click("#data-join");
    await this.until("the images have joined", () => this.text("#data-words"), (text) => expect(text).toMatch(words));
  }

  /**
   * Brings an element into view, waits until it stands still and nothing lies over it, and tells where its points are.
   *
   * @param {string} selector
   * @param {string} words
   * @param {Point[]} parts  of its width and height
   * @returns {Promise<Point[]>}
   */
  async #reach(selector, words, parts) {
    let before = "";
    /** @type {Point[]} */
    let points = [];
    const look = async () => {
      const found = await this.driver.run(findBox, selector, words);
      if (typeof found === "string") return found;
      const { left, top, width, height } = found;
      points = parts.map(([x, y]) => [left + width * x, top + height * y]);
      const now = JSON.stringify(found);
      const stands = now === before;
      before = now;
      return stands ? "within reach" : "still moving";
    };
    await this.until(`${selector} ${words} can be reached`, look, (state) => expect(state).toBe("within reach"));
    return points;
  }
}

/**
 * Runs in the page: the tab of the room where an element stands; null if that is open, or if it stands in none.
 *
 * @param {string} selector
 * @param {string} words
 */
function closedTab(selector, words) {
  const element = [...document.querySelectorAll(selector)].find(({ textContent }) => textContent?.includes(words));
  const room = element?.closest(".room[hidden]");
  return room ? `#${room.getAttribute("aria-labelledby")}` : null;
}

/**
 * Runs in the page: notes whether the next click is one on this element.
 *
 * @param {string} selector
 * @param {string} words
 */
function watchClick(selector, words) {
  const element = [...document.querySelectorAll(selector)].find(({ textContent }) => textContent?.includes(words));
  Reflect.set(globalThis, "wasClicked", false);
  const note = (/** @type {MouseEvent} */ event) => {
    if (element && event.composedPath().includes(element)) Reflect.set(globalThis, "wasClicked", true);
  };
  addEventListener("click", note, { capture: true, once: true });
}

/**
 * Runs in the page: where an element is, or in words why it cannot be clicked.
 *
 * @param {string} selector
 * @param {string} words
 */
function findBox(selector, words) {
  const element = [...document.querySelectorAll(selector)].find(({ textContent }) => textContent?.includes(words));
  if (!element) return "not there";
  element.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
  const { left, top, width, height } = element.getBoundingClientRect();
  if (width === 0 || height === 0) return "not visible";
  if (element.matches(":disabled")) return "disabled";
  const hit = document.elementFromPoint(left + width / 2, top + height / 2);
  if (!hit || !(element === hit || element.contains(hit))) return `covered by ${hit?.outerHTML.slice(0, 80)}`;
  return { left, top, width, height };
}
