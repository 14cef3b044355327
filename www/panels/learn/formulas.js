/**
 * The formulas, in MathML. Each is a row of pieces: what is only read, and terms, which are buttons: they light up the part of the page
 * that they are about.
 */

import { make } from "../../lib/find.js";
import { TEXTS } from "../../texts.js";

const MATHML = "http://www.w3.org/1998/Math/MathML";

/** @typedef {Element | string} Child */
/** @typedef {(Element | { part: string, label: string, math: Element[] })[]} Pieces */

/** @param {string} tag @param {...Child} children */
function m(tag, ...children) {
  const element = document.createElementNS(MATHML, tag);
  element.append(...children);
  return element;
}

/** @param {string} name */
const i = (name) => m("mi", name);
/** @param {string} number */
const n = (number) => m("mn", number);

/**
 * A sign. Pieces are cut where terms begin, so a sign between two things may stand first, and has to be told what it is.
 *
 * @param {string} sign
 * @param {"infix" | "prefix"} [form]
 */
function o(sign, form = "infix") {
  const element = m("mo", sign);
  if (/[()[\]|‖]/.test(sign)) element.setAttribute("stretchy", "false");
  else element.setAttribute("form", form);
  return element;
}

/** With room before what it is of, which pieces apart would not have. */
function log() {
  const room = m("mspace");
  room.setAttribute("width", "0.17em");
  return m("mrow", i("log"), room);
}

/** @param {string} text */
function word(text) {
  return m("mtext", text);
}

function hat() {
  return m("mover", i("x"), o("^"));
}

function half() {
  return m("mfrac", n("1"), n("2"));
}

/** @param {string} name */
function squared(name) {
  return m("msup", i(name), n("2"));
}

/** With an index and squared. @param {string} name */
function squaredAt(name) {
  return m("msubsup", i(name), i("j"), n("2"));
}

/** @param {string} part @param {string} label @param {...Element} math */
function term(part, label, ...math) {
  return { part, label, math };
}

/** @typedef {"autoencoder" | "generative" | "vae" | "reparameterization" | "bound" | "recon" | "kl" | "beta" | "adam"} FormulaName */

/** What the formulas are made of, by name. @type {Record<FormulaName, () => Pieces>} */
const PIECES = {
  autoencoder() {
    const { terms, formulas } = TEXTS.learn;
    const x = term("pad", terms.x, i("x"));
    const z = () => term("code", terms.z, i("z"));
    return [
      ...[z(), o("="), word(formulas.encoder), o("("), x, o(")"), m("mspace")],
      ...[term("answer", terms.given, hat()), o("="), word(formulas.decoder), o("("), z(), o(")")],
    ];
  },
  generative() {
    const { terms } = TEXTS.learn;
    return [
      ...[term("code", terms.z, i("z")), o("∼"), i("N"), o("("), n("0"), o(","), i("I"), o(")"), m("mspace")],
      ...[term("answer", terms.picture, i("x")), o("∼"), i("p"), o("("), i("x"), o("|"), i("z"), o(")")],
    ];
  },
  vae() {
    const { terms } = TEXTS.learn;
    return [
      term("code", terms.cloud, i("q"), o("("), i("z"), o("|"), i("x"), o(")")),
      ...[o("="), i("N"), o("(")],
      term("code", terms.mu, i("μ"), o("("), i("x"), o(")")),
      o(","),
      term("code", terms.sigma, squared("σ"), o("("), i("x"), o(")")),
      o(")"),
    ];
  },
  reparameterization() {
    const { terms } = TEXTS.learn;
    return [
      term("code", terms.z, i("z")),
      o("="),
      term("code", terms.mu, i("μ")),
      o("+"),
      term("code", terms.sigma, i("σ")),
      ...[o("·"), i("ε"), m("mspace"), i("σ"), o("="), i("exp"), o("("), half(), log(), squared("σ"), o(")"), m("mspace")],
      ...[i("ε"), o("∼"), i("N"), o("("), n("0"), o(","), i("I"), o(")")],
    ];
  },
  bound() {
    const { terms } = TEXTS.learn;
    const [q, given] = [[i("q"), o("("), i("z"), o("|"), i("x"), o(")")], [i("p"), o("("), i("x"), o("|"), i("z"), o(")")]];
    return [
      term("bound", terms.bound, log(), i("p"), o("("), i("x"), o(")")),
      o("≥"),
      term("recon", terms.recon, m("msub", i("E"), m("mrow", ...q)), o("["), log(), ...given, o("]")),
      o("−"),
      term("kl", terms.kl, i("KL"), o("("), i("q"), o("("), i("z"), o("|"), i("x"), o(")"), o("‖"), i("p"), o("("), i("z"), o(")"), o(")")),
    ];
  },
  recon() {
    const { terms } = TEXTS.learn;
    const x = () => term("pad", terms.x, m("msub", i("x"), i("i")));
    const given = () => term("answer", terms.given, m("msub", hat(), i("i")));
    return [
      o("−", "prefix"),
      m("munderover", o("∑"), m("mrow", i("i"), o("="), n("1")), n("784")),
      ...[o("["), x(), log(), given(), o("+"), o("("), n("1"), o("−"), x(), o(")"), log(), o("("), n("1"), o("−"), given(), o(")"), o("]")],
    ];
  },
  kl() {
    const { terms } = TEXTS.learn;
    const sigma = () => term("code", terms.sigma, squaredAt("σ"));
    return [half(), m("munder", o("∑"), i("j")), o("("), term("code", terms.mu, squaredAt("μ")), o("+"), sigma(), o("−"), log(), sigma(), o("−"), n("1"), o(")")];
  },
  beta() {
    const { terms, loss } = TEXTS.learn;
    return [term("recon", terms.errors, word(loss.recon.title)), o("+"), i("β"), o("·"), term("kl", terms.kls, word(loss.kl.title))];
  },
  adam() {
    const root = m("mrow", m("msqrt", i("v")), o("+"), i("δ"));
    return [term("train", TEXTS.learn.terms.step, i("θ")), o("←"), i("θ"), o("−"), i("η"), o("·"), m("mfrac", i("m"), root)];
  },
};

/** @param {FormulaName} name */
export function formula(name) {
  const row = make("div", { class: "formula", role: "group", "aria-label": TEXTS.learn.formulas[name] });
  /** What is only read, side by side. @type {Element[]} */
  let plain = [];
  const keep = () => {
    if (plain.length > 0) row.append(m("math", m("mrow", ...plain)));
    plain = [];
  };
  for (const piece of PIECES[name]()) {
    if (piece instanceof Element && piece.localName !== "mspace") {
      plain.push(piece);
      continue;
    }
    keep();
    if (piece instanceof Element) row.append(make("span", { class: "gap" }));
    else row.append(make("button", { type: "button", class: "term", "data-part": piece.part, title: piece.label }, m("math", m("mrow", ...piece.math))));
  }
  keep();
  return row;
}
