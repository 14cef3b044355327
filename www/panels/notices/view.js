/**
 * What the page has to say that needs an answer: a refused file, a stopped training, a crash with its restart. A notice is the same
 * element as long as it stands: a screen reader hears it once, and whoever is in it with the keyboard stays there.
 */

import { wordsOfError } from "../../lib/error-words.js";
import { make } from "../../lib/find.js";
import { writeWordsOf } from "../../lib/fixed-words.js";
import { said } from "../../lib/said.js";
import { TEXTS, onLanguage } from "../../texts.js";

const SAYS = TEXTS.notices;
/** The key of the notice that the model has stopped. */
const CRASH = "crash";

/**
 * @typedef {object} Wanted
 * @property {string} key  two notices of the same key are the same, whatever the language
 * @property {import("../../app/store.js").Notice["tone"]} tone
 * @property {string} text
 * @property {{ label: string, run: () => void | Promise<void> }[]} actions  the last one is the usual answer
 */

/** @typedef {Wanted & { root: HTMLElement, answer: HTMLButtonElement, write: (wanted: Wanted) => void }} Shown */

/**
 * @param {HTMLElement} element
 * @param {object} handlers
 * @param {() => void} handlers.onRestart
 * @param {Record<import("../../app/store.js").NoticeAction, () => void | Promise<void>>} handlers.onAction
 * @param {(id: number) => void} handlers.onDismiss
 * @param {(text: string) => void} handlers.onSay  a notice that is no alert, which would speak for itself, is to be read out
 */
export function createNotices(element, { onRestart, onAction, onDismiss, onSay }) {
  /** In the order of the page. @type {Shown[]} */
  let shown = [];
  /** Where the keyboard was before it came to the notices. @type {HTMLElement | null} */
  let cameFrom = null;

  element.setAttribute("role", "region");
  element.setAttribute("data-text-label", "notices.title");
  writeWordsOf(element);
  element.hidden = true;
  element.addEventListener("focusin", ({ relatedTarget }) => {
    if (relatedTarget instanceof Node && element.contains(relatedTarget)) return;
    cameFrom = relatedTarget instanceof HTMLElement ? relatedTarget : null;
  });

  /**
   * @param {import("../../app/store.js").State} state
   * @returns {Wanted[]}
   */
  function wantedBy({ notices, phase, failure }) {
    const wanted = notices.map(({ id, tone, text, actions }) => ({
      key: String(id),
      tone,
      text: said(text),
      actions: [...actions.map(({ label, name }) => ({ label: said(label), run: onAction[name] })), { label: SAYS.dismiss, run: () => onDismiss(id) }],
    }));
    if (phase !== "failed" || failure === null) return wanted;
    const text = SAYS.crashed(wordsOfError(failure));
    return [...wanted, { key: CRASH, tone: "error", text, actions: [{ label: SAYS.restart, run: onRestart }] }];
  }

  /** @param {Wanted} wanted @returns {Shown} */
  function show(wanted) {
    const { tone, text, actions } = wanted;
    const buttons = actions.map(({ label, run }) => {
      const button = make("button", { type: "button", class: "button small", text: label });
      button.addEventListener("click", () => void once(button, run));
      return button;
    });
    const line = make("p", { text });
    const root = make("div", { class: "notice", "data-tone": tone }, line, make("div", { class: "tools" }, ...buttons));
    if (tone === "error") root.setAttribute("role", "alert");
    else onSay(text);
    return {
      ...wanted,
      root,
      answer: /** @type {HTMLButtonElement} */ (buttons.at(-1)),
      write(again) {
        if (line.textContent !== again.text) line.textContent = again.text;
        buttons.forEach((button, i) => (button.textContent = again.actions[i]?.label ?? ""));
      },
    };
  }

  /**
   * Moves the keyboard out of a notice that is about to go.
   *
   * @param {Shown} leaving
   * @param {readonly Shown[]} staying
   */
  function moveFocus(leaving, staying) {
    const place = shown.indexOf(leaving);
    const heir =
      staying.find(({ text }) => text === leaving.text) ??
      staying.find((notice) => shown.indexOf(notice) > place) ??
      staying.findLast((notice) => shown.includes(notice)) ??
      staying[0];
    const target = heir?.answer ?? (cameFrom && canHaveFocus(cameFrom) ? cameFrom : null);
    // Whoever points with a mouse does not want the page to move under it.
    target?.focus({ preventScroll: !document.activeElement?.matches(":focus-visible") });
  }

  /** The state that is shown. @type {import("../../app/store.js").State | null} */
  let latest = null;
  onLanguage(() => {
    const again = latest ? wantedBy(latest) : [];
    shown.forEach((notice, i) => again[i] && notice.write(again[i]));
  });

  return {
    /** @param {import("../../app/store.js").State} state */
    update(state) {
      latest = state;
      const wanted = wantedBy(state);
      if (wanted.length === shown.length && wanted.every(({ key }, i) => key === shown[i]?.key)) return;
      if (wanted.length > 0) element.hidden = false;
      const staying = wanted.map((notice) => shown.find(({ key }) => key === notice.key) ?? show(notice));
      const leaving = shown.filter((notice) => !staying.includes(notice));
      staying.forEach(({ root }, i) => {
        const before = staying[i - 1];
        if (root.parentElement !== element) element.insertBefore(root, before ? before.root.nextSibling : element.firstChild);
      });
      const left = leaving.find(({ root }) => root.contains(document.activeElement));
      if (left) moveFocus(left, staying);
      for (const { root } of leaving) root.remove();
      element.hidden = staying.length === 0;
      shown = staying;
    },
  };
}

/**
 * Runs what a button is for; until that is done, pressing it again does nothing. It is not disabled, which would take the
 * keyboard away from it.
 *
 * @param {HTMLButtonElement} button
 * @param {() => void | Promise<void>} run
 */
async function once(button, run) {
  if (button.getAttribute("aria-disabled") === "true") return;
  button.setAttribute("aria-disabled", "true");
  try {
    await run();
  } finally {
    button.removeAttribute("aria-disabled");
  }
}

/** @param {HTMLElement} element */
function canHaveFocus(element) {
  return element.isConnected && !element.matches(":disabled") && element.getClientRects().length > 0;
}
