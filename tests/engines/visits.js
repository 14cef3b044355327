/** What visitors do, written once for all engines. */

import { fileURLToPath } from "node:url";

import { expect } from "@playwright/test";

import { THREE } from "../e2e/fixture.js";
import { keptSteps } from "../e2e/kept.js";

/** @typedef {import("./visitor.js").Visitor} Visitor */

/** @param {string} name */
const fixture = (name) => fileURLToPath(new URL(`../fixtures/cases/${name}`, import.meta.url));

/** @param {Visitor} visitor */
async function pause(visitor) {
  await visitor.click("#train");
  await visitor.until("training rests", () => visitor.text("#train .label"), (text) => expect(text).toMatch(/Resume|Train/));
}

/** Waits until the browser holds the model as it is at this step. @param {Visitor} visitor @param {number} step */
async function keptAt(visitor, step) {
  await visitor.until(`the model is kept at step ${step}`, () => visitor.driver.run(keptSteps), (steps) => expect(steps).toContain(step));
}

/** @param {Visitor} visitor */
async function start(visitor) {
  await visitor.open();
  await visitor.until("the trained model is at work", () => visitor.text("#origin"), (text) => expect(text).toContain("is pretrained"));
  await visitor.until("samples are painted", () => visitor.label("#samples-grid"), (label) => expect(label).toContain("64 samples"));
  expect(await visitor.text("#notices")).toBe("");
}

/** @param {Visitor} visitor */
async function draw(visitor) {
  await visitor.click("#clear");
  await visitor.until("the pad is empty", () => visitor.label("#pad canvas"), (label) => expect(label).toContain("empty"));
  await visitor.draw(/** @type {import("./visitor.js").Point[]} */ (THREE));
  await visitor.until("the model looks at the drawing", () => visitor.cost("bound"), (bound) => expect(bound).toBeGreaterThan(20));
  expect(await visitor.label("#pad canvas")).toContain("one stroke");
}

/** @param {number} wanted  pixels wide */
function walk(wanted) {
  return async (/** @type {Visitor} */ visitor) => {
    const width = await visitor.width(wanted);
    await start(visitor);
    await draw(visitor);

    await visitor.click('[data-pin="A"] [data-pin-mine]');
    await visitor.click('[data-pin="B"] [data-pin-test]');
    await visitor.until("the walk is there", () => visitor.label("#walk-strip"), (label) => expect(label).toContain("9 digits along the walk"));
    await visitor.until("the map shows the drawing", () => visitor.label(".map-stage"), (label) => expect(label).toContain("Your digit lies at"));
    await visitor.focus(".map-stage");
    await visitor.driver.press("Shift", "ArrowRight");
    await visitor.until("the cursor moves", () => visitor.property("#map-u", "value"), (value) => expect(value).toBe("0.50"));

    await visitor.click("#train");
    await visitor.until("a new model begins", () => visitor.steps(), (steps) => expect(steps).toBeLessThan(1_000));
    await visitor.until("it trains", () => visitor.steps(), (steps) => expect(steps).toBeGreaterThan(60));
    await pause(visitor);
    await visitor.focus("#moment-scrub");
    await visitor.driver.press("Home");
    await visitor.until("the first moment is shown", () => visitor.text("#moment-words"), (text) => expect(text).toContain("as it was at step 0"));
    await visitor.click("#back-to-now");
    await visitor.until("the model of now is shown", () => visitor.property("#back-to-now", "hidden"), (hidden) => expect(hidden).toBe(true));
    await visitor.click('[aria-label="About Samples"]');
    const isOpen = () => visitor.driver.run(() => document.querySelector("#help-samples")?.matches(":popover-open"));
    await visitor.until("the help is open", isOpen, (open) => expect(open).toBe(true));
    await visitor.driver.press("Escape");
    await visitor.until("the help is closed", isOpen, (open) => expect(open).toBe(false));
    expect(await visitor.driver.run(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  };
}

/** @param {Visitor} visitor */
async function keep(visitor) {
  await visitor.width(1440);
  await start(visitor);
  await visitor.click("#train");
  await visitor.until("a new model begins", () => visitor.steps(), (steps) => expect(steps).toBeLessThan(1_000));
  await visitor.until("it trains", () => visitor.steps(), (steps) => expect(steps).toBeGreaterThanOrEqual(60));
  await pause(visitor);
  const step = await visitor.steps();
  await keptAt(visitor, step);
  await visitor.reload();
  await visitor.until("the run is offered", () => visitor.text("#notices"), (text) => expect(text).toContain(`Your model is still here: step ${step}`));
  await visitor.click("#notices button", "Resume where you were");
  await visitor.until("the run is back", () => visitor.steps(), (steps) => expect(steps).toBe(step));
  await visitor.click("#train");
  await visitor.until("it trains on", () => visitor.steps(), (steps) => expect(steps).toBeGreaterThan(step));
  await pause(visitor);
}

/** @param {Visitor} visitor */
async function importOwn(visitor) {
  await visitor.width(1440);
  await start(visitor);
  await visitor.join([fixture("c01-kaggle-train.csv")], /^20 images of your own, (all|20) with labels/);
  await visitor.join([fixture("p14-mnist-png-folder/7/0.png")], /^21 images of your own, 20 with labels/);
  await visitor.choose("#data-source", "own");
  await visitor.click("#data-use");
  await visitor.until("they are learnt from", () => visitor.text("#data-now"), (text) => expect(text).toContain("Training learns from your images"));
  await visitor.until("a new model begins", () => visitor.steps(), (steps) => expect(steps).toBe(0));
  await visitor.click("#train");
  await visitor.until("it trains", () => visitor.steps(), (steps) => expect(steps).toBeGreaterThanOrEqual(20));
  await pause(visitor);
  await visitor.reload();
  await visitor.until("the images are still there", () => visitor.text("#data-words"), (text) => expect(text).toMatch(/^21 images of your own, 20 with labels/));
}

/**
 * @typedef {object} Visit
 * @property {string} name
 * @property {(visitor: Visitor) => Promise<void>} visit
 * @property {string} [desktop]  the locale, where it is not American English
 */

/** @type {readonly Visit[]} */
export const VISITS = [
  { name: "finds the page at work", visit: start },
  { name: "whose desktop has no language finds the page at work", desktop: "C.UTF-8", visit: start },
  { name: "draws, trains, looks back, walks and explores, 1440 pixels wide", visit: walk(1440) },
  { name: "draws, trains, looks back, walks and explores, 360 pixels wide", visit: walk(360) },
  { name: "leaves, and finds the run again", visit: keep },
  { name: "brings images, and they are learnt from", visit: importOwn },
];
