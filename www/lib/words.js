/**
 * A little markup inside of texts, turned into elements. It knows five marks, which may stand inside of one another:
 *
 *     _z_            a symbol or a title, in italics
 *     *encoder*      strong: a term where it is explained
 *     `pretrain`     code
 *     [map](#map)    a link
 *     {_μ_|code}     a term of a formula: a button that belongs to the part of the page called "code"
 *
 * A backslash takes the next character as it is. Texts never become HTML: only these elements are made.
 *
 * @typedef {string | Marked} Piece
 * @typedef {{ mark: "i" | "strong" | "code" | "a" | "term", to: string, pieces: Piece[] }} Marked  to: a link's address, a term's part
 */

const TOGGLES = /** @type {const} */ ({ _: "i", "*": "strong", "`": "code" });

/**
 * @param {string} text
 * @returns {Piece[]}
 */
export function parse(text) {
  let at = 0;

  /** @param {string} end  the character that ends these pieces; empty: the end of the text @returns {Piece[]} */
  function pieces(end) {
    /** @type {Piece[]} */
    const found = [];
    let plain = "";
    const keep = () => {
      if (plain) found.push(plain);
      plain = "";
    };
    while (at < text.length && text[at] !== end) {
      const character = text[at++] ?? "";
      if (character === "\\") {
        plain += text[at++] ?? "";
      } else if (character === "_" || character === "*" || character === "`") {
        keep();
        found.push({ mark: TOGGLES[character], to: "", pieces: pieces(character) });
        expect(character);
      } else if (character === "[") {
        keep();
        const inner = pieces("]");
        expect("]");
        expect("(");
        found.push({ mark: "a", to: until(")"), pieces: inner });
      } else if (character === "{") {
        keep();
        const inner = pieces("|");
        expect("|");
        found.push({ mark: "term", to: until("}"), pieces: inner });
      } else {
        plain += character;
      }
    }
    keep();
    return found;
  }

  /** @param {string} character */
  function expect(character) {
    if (text[at++] !== character) throw new Error(`the text must have a "${character}" at place ${at - 1}: ${text}`);
  }

  /** @param {string} end */
  function until(end) {
    const start = at;
    while (at < text.length && text[at] !== end) at += 1;
    expect(end);
    return text.slice(start, at - 1);
  }

  return pieces("");
}

/**
 * Puts a text with its marks into an element, in the place of what was there.
 *
 * @template {Element} T
 * @param {T} element
 * @param {string} text
 * @returns {T}
 */
export function fill(element, text) {
  element.replaceChildren(...parse(text).map(toNode));
  return element;
}

/** @param {Piece} piece @returns {Node | string} */
function toNode(piece) {
  if (typeof piece === "string") return piece;
  const element = document.createElement(piece.mark === "term" ? "button" : piece.mark);
  if (piece.mark === "a") element.setAttribute("href", piece.to);
  if (piece.mark === "term") {
    element.setAttribute("type", "button");
    element.setAttribute("class", "term");
    element.setAttribute("data-part", piece.to);
  }
  element.append(...piece.pieces.map(toNode));
  return element;
}
