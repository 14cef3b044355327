/**
 * What pictures are to a set: each one is looked at by itself (a sheet, a photograph of paper, a drawing), and what is made of it is
 * decided once, for all of them.
 *
 * @typedef {import("./colour.js").Planes} Planes
 * @typedef {import("./colour.js").Channel} Channel
 * @typedef {import("./types.js").Remark} Remark
 *
 * @typedef {object} Decoded
 * @property {number} width
 * @property {number} height
 * @property {Planes} planes
 * @property {number | null} white  of 16 bits: the value that 255 stands for, the highest that the picture has; null: it has 8 bits
 *
 * @typedef {Partial<Record<Channel, Uint8Array<ArrayBuffer>>> & { grey: Uint8Array<ArrayBuffer> }} Piece  one image of 28 by 28, in every channel that it may be seen in
 *
 * @typedef {object} Material  what is kept of a picture until the set has joined
 * @property {Piece} whole  the whole picture
 * @property {Piece | null} digit  its ink in MNIST's form
 * @property {"plain" | "drawing" | "photo"} kind
 * @property {import("./cut.js").Sheet | null} sheet
 * @property {Piece[] | null} tiles  the images of a sheet; null: not cut yet
 * @property {number | null} white
 *
 * @typedef {import("./types.js").Choices & { cut: boolean | null, box: boolean | null }} PictureChoices  cut: sheets are cut; box: ink is brought into MNIST's form
 *
 * @typedef {object} Decision  in force for the whole set
 * @property {boolean} cut       sheets are cut
 * @property {boolean} photos    photographs are brought into MNIST's form
 * @property {boolean} drawings  drawings too
 * @property {Channel} channel
 * @property {number} white      the value of 16 bits that becomes 255
 */

import { CHANNELS, channelOf } from "./colour.js";
import { cutTile, findSheet, placesOf, sideOf } from "./cut.js";
import { drawingOf } from "./drawing.js";
import { inkOfPhoto } from "./photo.js";
import { PIXELS, SIDE } from "./set.js";
import { smaller } from "./smaller.js";

/** So much more contrast must another channel have before grey is left. */
const CLEARLY = 1.2;
const [BYTE, WORD] = [255, 65_535];

/**
 * @param {Decoded} decoded
 * @param {{ cut: boolean }} options  cut: also a sheet that is one by its size alone
 * @returns {Material}
 */
export function materialOf({ width, height, planes, white }, { cut }) {
  const sheet = findSheet(planes.grey, width, height);
  const tiles = sheet && (sheet.certain || cut) ? tilesOf(planes, width, height, sheet.layout) : null;
  /** @type {Material} */
  const material = { whole: pieceOf(planes, (plane) => smaller(plane, width, height)), digit: null, kind: "plain", sheet, tiles, white };
  if (sheet?.certain || (width <= SIDE && height <= SIDE)) return material;
  const drawing = drawingOf(planes.grey, width, height);
  if (drawing) {
    const digit = drawing.inForm ? null : drawing.digit();
    return { ...material, kind: "drawing", digit: digit && onPaper(digit, drawing.dark) };
  }
  const photo = photoOf(planes, width, height);
  return photo ? { ...material, kind: "photo", digit: onPaper(photo.digit, photo.dark) } : material;
}

/**
 * What is done to all pictures of a set, where the visitor has not said it.
 *
 * @param {readonly Material[]} materials
 * @param {PictureChoices} choices
 * @returns {Decision}
 */
export function decide(materials, choices) {
  const cut = choices.cut ?? materials.some(({ sheet }) => sheet?.certain);
  const single = materials.filter((material) => !(cut && material.tiles));
  // A photograph's frame is never wanted; drawings keep theirs where they are among pictures of another kind.
  const photos = choices.box ?? true;
  const drawings = choices.box ?? single.every(({ kind }) => kind !== "plain");
  const highest = materials.reduce((most, { white }) => Math.max(most, white ?? 0), 0);
  const white = choices.stretch === false || highest > WORD / 2 ? WORD : Math.max(BYTE, highest);
  return { cut, photos, drawings, channel: strongest(materials), white };
}

/**
 * Which undoing makes sense, and what is to be told.
 *
 * @param {readonly Material[]} materials
 * @param {Decision} decision
 * @returns {{ applied: { cut: boolean, box: boolean, stretch: boolean }, possible: { cut: boolean, box: boolean, stretch: boolean }, remarks: Remark[] }}
 */
export function tell(materials, decision) {
  const cut = materials.filter(({ tiles }) => decision.cut && tiles);
  const boxed = materials.filter((material) => isBoxed(material, decision));
  const photos = boxed.filter(({ kind }) => kind === "photo").length;
  const dim = materials.filter(({ white }) => white !== null && white <= WORD / 2);
  const stretch = dim.length > 0 && decision.white !== WORD;
  /** @type {Remark[]} */
  const remarks = [];
  if (cut.length > 0) remarks.push({ code: "cut", values: { sheets: cut.length, images: cut.reduce((sum, { tiles }) => sum + (tiles?.length ?? 0), 0) } });
  if (photos > 0) remarks.push({ code: "lightRemoved", values: { count: photos } });
  if (boxed.length > photos) remarks.push({ code: "inkBoxed", values: { count: boxed.length - photos } });
  if (decision.channel !== "grey") remarks.push({ code: "channel", values: { channel: decision.channel } });
  if (stretch) remarks.push({ code: "sixteenBits", values: { highest: decision.white } });
  return {
    applied: { cut: cut.length > 0, box: boxed.length > 0, stretch },
    possible: { cut: materials.some(({ sheet }) => sheet), box: materials.some(({ digit, tiles }) => digit && !(decision.cut && tiles)), stretch: dim.length > 0 },
    remarks,
  };
}

/**
 * The images that a picture is, after the decision.
 *
 * @param {Material} material
 * @param {Decision} decision
 * @returns {{ count: number, values: Uint8Array<ArrayBuffer> }}
 */
export function imagesOf(material, decision) {
  const { whole, digit, tiles, white } = material;
  const pieces = decision.cut && tiles ? tiles : [digit && isBoxed(material, decision) ? digit : whole];
  const values = new Uint8Array(pieces.length * PIXELS);
  pieces.forEach((piece, i) => values.set(piece[decision.channel] ?? piece.grey, i * PIXELS));
  if (white !== null && white !== decision.white) values.forEach((value, i) => (values[i] = Math.round((value * white) / decision.white)));
  return { count: pieces.length, values };
}

/** @param {Material} material @param {Decision} decision */
function isBoxed({ digit, tiles, kind }, decision) {
  return digit !== null && !(decision.cut && tiles) && (kind === "photo" ? decision.photos : decision.drawings);
}

/**
 * @param {Planes} planes
 * @param {(plane: Uint8Array) => Uint8Array<ArrayBuffer>} make
 * @returns {Piece}
 */
function pieceOf(planes, make) {
  /** @type {Piece} */
  const piece = { grey: make(planes.grey) };
  if (planes.colours) for (const channel of CHANNELS.slice(1)) piece[channel] = make(channelOf(planes, channel));
  return piece;
}

/**
 * @param {Planes} planes
 * @param {number} width
 * @param {number} height
 * @param {import("./cut.js").Layout} layout
 * @returns {Piece[]}
 */
function tilesOf(planes, width, height, layout) {
  const channels = planes.colours ? CHANNELS : CHANNELS.slice(0, 1);
  const whole = Object.fromEntries(channels.map((channel) => [channel, channelOf(planes, channel)]));
  const side = sideOf(layout);
  const cut = (/** @type {Uint8Array} */ plane, /** @type {number} */ start) => smaller(cutTile(plane, width, layout, start), side, side);
  return placesOf(Object.values(whole), width, height, layout).map((start) => ({
    grey: cut(planes.grey, start),
    ...Object.fromEntries(Object.entries(whole).slice(1).map(([channel, plane]) => [channel, cut(plane, start)])),
  }));
}

/** In the channel that shows the ink best. @param {Planes} planes @param {number} width @param {number} height */
function photoOf(planes, width, height) {
  const grey = inkOfPhoto(planes.grey, width, height);
  const darkest = planes.colours && inkOfPhoto(channelOf(planes, "darkest"), width, height);
  return darkest && darkest.depth > CLEARLY * (grey?.depth ?? 0) ? darkest : grey;
}

/** Ink on the paper that it was found on, so that one inversion fits the whole set. @param {Uint8Array<ArrayBuffer>} digit @param {boolean} dark @returns {Piece} */
function onPaper(digit, dark) {
  return { grey: dark ? digit.map((value) => 255 - value) : digit };
}

/**
 * The channel with the largest contrast over all coloured pictures of the set.
 *
 * @param {readonly Material[]} materials
 * @returns {Channel}
 */
function strongest(materials) {
  const sums = new Map(CHANNELS.map((channel) => [channel, 0]));
  for (const { whole, tiles } of materials) {
    for (const piece of tiles ?? [whole]) {
      if (!piece.red) continue;
      for (const channel of CHANNELS) sums.set(channel, (sums.get(channel) ?? 0) + contrast(piece[channel] ?? piece.grey));
    }
  }
  const grey = sums.get("grey") ?? 0;
  const [best, most] = [...sums].reduce((winner, entry) => (entry[1] > winner[1] ? entry : winner));
  return most > CLEARLY * grey ? best : "grey";
}

/** @param {Uint8Array} values */
function contrast(values) {
  let [lowest, highest] = [255, 0];
  for (const value of values) {
    if (value < lowest) lowest = value;
    if (value > highest) highest = value;
  }
  return highest - lowest;
}
