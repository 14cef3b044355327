/**
 * What the page has to say that needs an answer: a refused file, a stopped training, a crash with its restart.
 */

import { make } from "../lib/find.js";
import { TEXTS } from "../texts.js";

const SAYS = TEXTS.notices;

/**
 * @param {HTMLElement} element
 * @param {object} handlers
 * @param {() => void} handlers.onRestart
 * @param {Record<import("../store.js").NoticeAction, () => void>} handlers.onAction
 * @param {(id: number) => void} handlers.onDismiss
 */
export function createNotices(element, { onRestart, onAction, onDismiss }) {
  let shown = "";

  /**
   * @param {"info" | "error"} tone
   * @param {string} text
   * @param {{ label: string, run: () => void }[]} actions
   */
  function notice(tone, text, actions) {
    const buttons = actions.map(({ label, run }) => {
      const button = make("button", { type: "button", class: "button small", text: label });
      button.addEventListener("click", run);
      return button;
    });
    return make(
      "div",
      { class: "notice", "data-tone": tone, role: tone === "error" ? "alert" : "status" },
      make("p", { text }),
      make("div", { class: "tools" }, ...buttons),
    );
  }

  return {
    /** @param {import("../store.js").State} state */
    update({ notices, phase, failure }) {
      const key = JSON.stringify([notices, phase === "failed" && failure]);
      if (key === shown) return;
      shown = key;
      const list = notices.map(({ id, tone, text, action }) =>
        notice(tone, text, [
          ...(action ? [{ label: action.label, run: onAction[action.name] }] : []),
          { label: SAYS.dismiss, run: () => onDismiss(id) },
        ]),
      );
      if (phase === "failed" && failure !== null) {
        list.push(notice("error", SAYS.crashed(failure), [{ label: SAYS.restart, run: onRestart }]));
      }
      element.replaceChildren(...list);
    },
  };
}
