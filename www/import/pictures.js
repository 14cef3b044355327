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
 * @typedef {object} Piece  one image, in every channel that it may be seen in
 * @property {number} width
 * @property {number} height
 * @property {Partial<Record<Channel, Uint8Array<ArrayBuffer>>> & { grey: Uint8Array<ArrayBuffer> }} channels
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
import { SIDE } from "./set.js";
import { smaller } from "./smaller.js";

/** So much more contrast must another channel have before grey is left. */
const CLEARLY = 1.2;
const [BYTE, WORD] = [255, 65_535];
/** Pictures up to this size come to 28 by 28 with the arrays: they may have a margin that is cut off, or fill a box of 20. */
const SMALL = 40;

/**
 * @param {Decoded} decoded
 * @param {{ cut: boolean }} options  cut: also a sheet that is one by its size alone
 * @returns {Material}
 */
export function materialOf({ width, height, planes, white }, { cut }) {
  const sheet = findSheet(planes.grey, width, height);
  const channels = channelsOf(planes);
  const tiles = sheet && (sheet.certain || cut) ? tilesOf(channels, width, height, sheet.layout) : null;
  /** @type {Material} */
  const material = { whole: pieceOf(channels, width, height, (plane) => plane), digit: null, kind: "plain", sheet, tiles, white };
  if (sheet?.certain || (width <= SMALL && height <= SMALL)) return material;
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
 * @returns {{ count: number, width: number, height: number, values: Uint8Array<ArrayBuffer> }}
 */
export function imagesOf(material, decision) {
  const { whole, digit, tiles, white } = material;
  const pieces = decision.cut && tiles ? tiles : [digit && isBoxed(material, decision) ? digit : whole];
  const { width, height } = pieces[0] ?? whole;
  const values = new Uint8Array(pieces.length * width * height);
  pieces.forEach(({ channels }, i) => values.set(channels[decision.channel] ?? channels.grey, i * width * height));
  if (white !== null && white !== decision.white) values.forEach((value, i) => (values[i] = Math.round((value * white) / decision.white)));
  return { count: pieces.length, width, height, values };
}

/** @param {Material} material @param {Decision} decision */
function isBoxed({ digit, tiles, kind }, decision) {
  return digit !== null && !(decision.cut && tiles) && (kind === "photo" ? decision.photos : decision.drawings);
}

/**
 * @param {[Channel, Uint8Array][]} planes
 * @param {number} width
 * @param {number} height
 * @param {(plane: Uint8Array) => Uint8Array} take  the piece's own pixels of a plane
 * @returns {Piece}
 */
function pieceOf(planes, width, height, take) {
  const small = width <= SMALL && height <= SMALL;
  const channels = planes.map(([channel, plane]) => [channel, small ? Uint8Array.from(take(plane)) : smaller(take(plane), width, height)]);
  return { ...(small ? { width, height } : { width: SIDE, height: SIDE }), channels: Object.fromEntries(channels) };
}

/**
 * @param {[Channel, Uint8Array][]} planes
 * @param {number} width
 * @param {number} height
 * @param {import("./cut.js").Layout} layout
 * @returns {Piece[]}
 */
function tilesOf(planes, width, height, layout) {
  const side = sideOf(layout);
  const places = placesOf(planes.map(([, plane]) => plane), width, height, layout);
  return places.map((start) => pieceOf(planes, side, side, (plane) => cutTile(plane, width, layout, start)));
}

/** A picture in every channel that it may be seen in. @param {Planes} planes @returns {[Channel, Uint8Array][]} */
function channelsOf(planes) {
  return (planes.colours ? CHANNELS : CHANNELS.slice(0, 1)).map((channel) => [channel, channelOf(planes, channel)]);
}

/** In the channel that shows the ink best. @param {Planes} planes @param {number} width @param {number} height */
function photoOf(planes, width, height) {
  const grey = inkOfPhoto(planes.grey, width, height);
  const darkest = planes.colours && inkOfPhoto(channelOf(planes, "darkest"), width, height);
  return darkest && darkest.depth > CLEARLY * (grey?.depth ?? 0) ? darkest : grey;
}

/** Ink on the paper that it was found on, so that one inversion fits the whole set. @param {Uint8Array<ArrayBuffer>} digit @param {boolean} dark @returns {Piece} */
function onPaper(digit, dark) {
  return { width: SIDE, height: SIDE, channels: { grey: dark ? digit.map((value) => 255 - value) : digit } };
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
    for (const { channels } of tiles ?? [whole]) {
      if (!channels.red) continue;
      for (const channel of CHANNELS) sums.set(channel, (sums.get(channel) ?? 0) + contrast(channels[channel] ?? channels.grey));
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
