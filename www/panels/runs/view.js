/** The table of runs: the one at work first, then earlier ones, which can be renamed, hidden from the charts, and deleted. */

import { find, make } from "../../lib/find.js";
import { count, nats } from "../../lib/format.js";
import { TEXTS, onLanguage } from "../../texts.js";

const SAYS = TEXTS.runs;

/**
 * @typedef {import("../../app/run-library.js").ListedRun} ListedRun
 * @typedef {import("../../lib/runs.js").Summary} Summary
 * @typedef {{ row: HTMLTableRowElement, update: (run: ListedRun) => void }} Row
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
  /** A run keeps its row, since the list is read anew every few seconds, also while a name is typed. @type {Map<string, Row>} */
  let rows = new Map();
  /** @type {readonly ListedRun[] | null} */
  let painted = null;
  onLanguage(() => (painted = null));

  body.append(current);
  save.addEventListener("click", onExport);

  /** @param {string} id @returns {Row} */
  function createRow(id) {
    const shown = make("input", { type: "checkbox" });
    shown.addEventListener("change", () => onShow(id, shown.checked));
    const name = make("input", { type: "text", maxlength: "60" });
    let known = "";
    name.addEventListener("change", () => {
      name.value = name.value.trim() || known;
      onRename(id, name.value);
    });
    const back = make("button", { type: "button", class: "button small", "data-text": "runs.bringBack", "data-back": "" });
    back.addEventListener("click", () => onBringBack(id));
    const remove = make("button", { type: "button", class: "button small", "data-text": "runs.remove", "data-delete": "" });
    remove.addEventListener("click", () => onDelete(id));
    const buttons = make("div", { class: "tools" }, back, remove);
    // What is at work in another tab is that tab's.
    const elsewhere = make("span", { "data-text": "runs.inAnotherTab" });
    const last = make("td", {}, buttons, elsewhere);
    const row = make("tr", { "data-run": id }, make("td", {}, shown), make("td", {}, name), last);
    /** @type {HTMLElement[]} */
    let told = [];
    return {
      row,
      update(run) {
        known = run.name;
        shown.checked = run.shown;
        shown.setAttribute("aria-label", SAYS.show(run.name));
        if (document.activeElement !== name) name.value = run.name;
        name.setAttribute("aria-label", SAYS.rename(run.name));
        back.hidden = !run.kept;
        back.setAttribute("aria-label", SAYS.bringBackRun(run.name));
        remove.setAttribute("aria-label", SAYS.removeRun(run.name));
        buttons.hidden = run.elsewhere;
        elsewhere.hidden = !run.elsewhere;
        for (const cell of told) cell.remove();
        told = numbers(run);
        last.before(...told);
      },
    };
  }

  /** @param {readonly ListedRun[]} runs */
  function list(runs) {
    const focused = document.activeElement instanceof HTMLElement && body.contains(document.activeElement) ? document.activeElement : null;
    const before = rows;
    rows = new Map(runs.map((run) => [run.id, before.get(run.id) ?? createRow(run.id)]));
    for (const run of runs) rows.get(run.id)?.update(run);
    const gone = [...before].filter(([id]) => !rows.has(id)).map(([, { row }]) => row);
    // Whoever works in the table by keyboard stays there, in the next row if their own is gone.
    const left = gone.find((row) => row.contains(focused));
    const next = left?.nextElementSibling ?? left?.previousElementSibling;
    for (const row of gone) row.remove();
    let place = current.nextElementSibling;
    for (const { row } of rows.values()) {
      if (row === place) place = place.nextElementSibling;
      else body.insertBefore(row, place);
    }
    if (!focused || focused === document.activeElement) return;
    const heir = next?.querySelector("[data-delete]");
    (focused.isConnected ? focused : heir instanceof HTMLElement ? heir : save).focus();
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
      list(runs);
    },
  };
}

/** @param {Summary} summary */
function numbers({ settings, steps, seconds, curve, variational }) {
  const last = curve.at(-1);
  const result = last ? `${nats(variational ? last.bound : last.recon)}` : "–";
  return [make("td", { class: "run-settings", text: settings }), ...[count(steps), TEXTS.units.seconds(seconds.toFixed(1)), result].map((text) => make("td", { class: "number", text }))];
}
