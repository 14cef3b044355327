/** The table of runs: the one at work first, then earlier ones, which can be renamed, hidden from the charts, and deleted. */

import { find, findAll, make } from "../lib/find.js";
import { count, nats } from "../lib/format.js";
import { TEXTS } from "../texts.js";

const SAYS = TEXTS.runs;

/**
 * @typedef {import("../app/run-library.js").ListedRun} ListedRun
 * @typedef {import("../lib/runs.js").Summary} Summary
 */

/**
 * @param {HTMLElement} element
 * @param {object} handlers
 * @param {(id: string, shown: boolean) => void} handlers.onShow
 * @param {(id: string, name: string) => void} handlers.onRename
 * @param {(id: string) => void} handlers.onBringBack
 * @param {(id: string) => void} handlers.onDelete
 * @param {() => void} handlers.onExport
 */
export function createRuns(element, { onShow, onRename, onBringBack, onDelete, onExport }) {
  const body = find(element, "tbody", HTMLElement);
  const save = find(element, "#save-runs", HTMLButtonElement);
  const current = make("tr", { class: "run-now" });
  /** @type {readonly ListedRun[] | null} */
  let painted = null;

  save.addEventListener("click", onExport);

  /** @param {ListedRun} run */
  function row(run) {
    const shown = make("input", { type: "checkbox", "aria-label": SAYS.show(run.name) });
    shown.checked = run.shown;
    shown.addEventListener("change", () => onShow(run.id, shown.checked));
    const name = make("input", { type: "text", value: run.name, "aria-label": SAYS.rename(run.name), maxlength: "60" });
    name.addEventListener("change", () => onRename(run.id, name.value.trim() || run.name));
    const back = make("button", { type: "button", class: "button small", text: SAYS.bringBack, "data-back": "", "aria-label": SAYS.bringBackRun(run.name) });
    back.addEventListener("click", () => onBringBack(run.id));
    const remove = make("button", { type: "button", class: "button small", text: SAYS.remove, "data-delete": "", "aria-label": SAYS.removeRun(run.name) });
    remove.addEventListener("click", () => onDelete(run.id));
    // What is at work in another tab is that tab's.
    const buttons = run.elsewhere ? make("span", { text: SAYS.inAnotherTab }) : make("div", { class: "tools" }, ...(run.kept ? [back] : []), remove);
    return make("tr", { "data-run": run.id }, make("td", {}, shown), make("td", {}, name), ...numbers(run), make("td", {}, buttons));
  }

  return {
    /**
     * @param {readonly ListedRun[]} runs
     * @param {Summary | null} now  the run at work; null: not trained yet
     */
    update(runs, now) {
      if (now) current.replaceChildren(make("td"), make("td", { text: SAYS.now }), ...numbers(now), make("td"));
      else current.replaceChildren(make("td"), make("td", { text: SAYS.now }), make("td", { colspan: "5", text: SAYS.notYet }));
      save.disabled = now === null && runs.length === 0;
      if (painted === runs) return;
      painted = runs;
      // Whoever works in the table by keyboard stays there.
      const inside = body.contains(document.activeElement);
      const focused = document.activeElement?.getAttribute("aria-label");
      body.replaceChildren(current, ...runs.map(row));
      if (!inside) return;
      const same = findAll(body, "input, button", HTMLElement).find((control) => control.getAttribute("aria-label") === focused);
      (same ?? save).focus();
    },
  };
}

/** @param {Summary} summary */
function numbers({ settings, steps, seconds, curve, variational }) {
  const last = curve.at(-1);
  const result = last ? `${nats(variational ? last.bound : last.recon)}` : "–";
  return [make("td", { class: "run-settings", text: settings }), ...[count(steps), TEXTS.units.seconds(seconds.toFixed(1)), result].map((text) => make("td", { class: "number", text }))];
}
