/** What was read, before it joins the set: some of the pictures, what they are like, what was done to them, and how to undo that. */

import { SIDE, UNKNOWN } from "../../import/set.js";
import { find, make } from "../../lib/find.js";
import { rename, tell, telling } from "../../lib/fixed-words.js";
import { count } from "../../lib/format.js";
import { TEXTS } from "../../texts.js";
import { paintPictures } from "../../ui/picture.js";
import { pictureOf, sample } from "./pictures.js";
import { tellDoubt, tellRemark } from "./words.js";

const SAYS = TEXTS.dataPanel;
/** So many pictures are shown. */
const PICTURES = 32;
/** So many classes are listed; the others are counted. */
const CLASSES = 40;

/** @typedef {import("../../import/importer.js").Shown} Shown */
/** @typedef {keyof import("../../import/job.js").AllSwitches} Choice */

const CHOICES = /** @type {const} */ (["invert", "turn", "stretch", "cut", "box"]);

/**
 * @param {HTMLElement} element  the panel
 * @param {object} handlers
 * @param {(choice: Choice) => void} handlers.onChoice  it is to be the other way round
 * @param {() => void} handlers.onJoin
 * @param {() => void} handlers.onLeave
 */
export function createReview(element, { onChoice, onJoin, onLeave }) {
  const title = make("h3", { id: "data-review-title" });
  const pictures = make("div", { id: "data-shown", role: "img" });
  const facts = make("p", { id: "data-facts" });
  const classes = make("p", { id: "data-classes", class: "note" });
  const remarks = make("ul", { id: "data-remarks", "data-text-label": "dataPanel.remarks" });
  const buttons = CHOICES.map((name) => {
    const button = make("button", { type: "button", class: "button small", id: `data-${name}`, "data-text": `dataPanel.choices.${name}`, "aria-pressed": "false" });
    button.addEventListener("click", () => onChoice(name));
    return { name, button };
  });
  const question = make("p", { id: "data-question", "data-text": "dataPanel.isThisRight" });
  const doubts = make("ul", { "aria-labelledby": "data-question" });
  const doubtful = make("div", { id: "data-doubts", role: "group", "aria-labelledby": "data-question" }, question, doubts);
  const join = make("button", { type: "button", class: "button primary", id: "data-join", "data-text": "dataPanel.join", disabled: "" });
  const leave = make("button", { type: "button", class: "button", id: "data-leave", "data-text": "dataPanel.leave" });
  join.addEventListener("click", onJoin);
  leave.addEventListener("click", onLeave);
  const review = make(
    "div",
    { id: "data-review", role: "group", "aria-labelledby": "data-review-title", hidden: "" },
    title,
    pictures,
    facts,
    classes,
    remarks,
    make("div", { class: "tools", role: "group", "data-text-label": "dataPanel.changes" }, ...buttons.map(({ button }) => button)),
    doubtful,
    make("div", { class: "tools" }, join, leave),
  );
  find(element, "#data-words", HTMLElement).before(review);

  /** @param {Shown["set"]} set */
  function paint({ images, labels, classes: names }) {
    const named = sample(labels.length, PICTURES).map((index) => {
      const label = labels[index] ?? UNKNOWN;
      return { index, name: label === UNKNOWN ? "" : names?.[label] ?? String(label) };
    });
    pictures.replaceChildren(
      ...named.map(({ index, name }) => {
        const canvas = make("canvas", { width: String(SIDE), height: String(SIDE) });
        paintPictures(canvas, [pictureOf(images, index)], SIDE);
        return make("figure", {}, canvas, ...(name ? [make("figcaption", { text: name })] : []));
      }),
    );
    const shownLabels = named.map(({ name }) => name).filter(Boolean).join(", ");
    tell(pictures, () => SAYS.shownPictures(count(named.length), count(labels.length), shownLabels), "aria-label");
  }

  return {
    /** @param {Shown | null} shown  null: there is nothing to show */
    show(shown) {
      const hadFocus = review.contains(document.activeElement);
      review.hidden = shown === null;
      join.disabled = shown === null;
      if (!shown) {
        pictures.replaceChildren();
        if (hadFocus) find(element, "#data-choose", HTMLButtonElement).focus();
        return;
      }
      const { set, applied, possible, facts: found } = shown;
      tell(title, () => SAYS.notYet(set.labels.length));
      paint(set);
      tell(facts, () => SAYS.facts(count(found.brightest), found.mean.toFixed(1)));
      const listed = found.classes.slice(0, CLASSES);
      const list = () => listed.map(({ name, count: images }) => SAYS.aClass(name, count(images))).join(", ");
      tell(classes, () => SAYS.classes(found.classes.length, list(), found.classes.length - listed.length, found.unlabelled));
      remarks.replaceChildren(...shown.remarks.map((remark) => telling(make("li"), () => tellRemark(remark))));
      remarks.hidden = shown.remarks.length === 0;
      for (const { name, button } of buttons) {
        button.hidden = !possible[name];
        button.setAttribute("aria-pressed", String(applied[name]));
      }
      doubtful.hidden = shown.doubts.length === 0;
      doubts.replaceChildren(...shown.doubts.map((doubt) => telling(make("li"), () => tellDoubt(doubt))));
      rename(join, shown.doubts.length === 0 ? "dataPanel.join" : "dataPanel.joinAllTheSame");
    },
    /** The set is made again by another choice: until then nothing else can be asked for. @param {boolean} busy */
    setBusy(busy) {
      review.setAttribute("aria-busy", String(busy));
    },
  };
}
