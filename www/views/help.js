/**
 * Explanations of panels and of their parts. A panel's "?" opens a popover, which pointer, keyboard and touch know how to open and
 * close; each part that it names carries the same words as its own tooltip.
 */

import { make } from "../lib/find.js";
import { TEXTS } from "../texts.js";

/**
 * @typedef {object} PanelHelp
 * @property {string} about
 * @property {string} link  the place below that tells more
 * @property {readonly (readonly [string, string, string])[]} parts  selector, name, what it is
 */

/**
 * @param {HTMLElement} body
 * @param {Record<string, PanelHelp>} panels  by the id of the panel
 */
export function createHelp(body, panels) {
  /** The one that is open. @type {HTMLElement | null} */
  let open = null;
  for (const [id, { about, link, parts }] of Object.entries(panels)) {
    const heading = body.querySelector(`#${id} h2`);
    if (!heading) continue;
    const title = heading.textContent ?? "";
    const popover = make(
      "div",
      { id: `help-${id}`, class: "help-popover", popover: "auto", role: "dialog", "aria-label": TEXTS.help.about(title) },
      make("h3", { text: title }),
      make("p", { text: about }),
      make("dl", {}, ...parts.flatMap(([, name, text]) => [make("dt", { text: name }), make("dd", { text })])),
      make("p", {}, make("a", { href: link, text: TEXTS.help.more })),
    );
    const button = make("button", { type: "button", class: "help-button", text: "?", popovertarget: popover.id, "aria-label": TEXTS.help.about(title), title: TEXTS.help.about(title) });
    // Not "toggle", which is told a while later: Escape may come before it.
    popover.addEventListener("beforetoggle", (event) => {
      if (event.newState === "open") open = popover;
      else if (open === popover) open = null;
    });
    popover.querySelector("a")?.addEventListener("click", () => popover.hidePopover());
    heading.after(button);
    button.after(popover);
  }

  // Before all else that Escape closes: it lies above everything.
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "Escape" || open === null) return;
      event.preventDefault();
      open.hidePopover();
    },
    { capture: true },
  );

  function refresh() {
    for (const { parts } of Object.values(panels)) {
      for (const [selector, , text] of parts) {
        for (const part of body.querySelectorAll(selector)) if (!part.hasAttribute("title")) part.setAttribute("title", text);
      }
    }
  }

  refresh();
  return { refresh };
}
