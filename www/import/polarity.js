/** Whether a set is ink on bright paper. Decided once for the whole set, and carefully: a set turned over by mistake is a silent fault. */

/** A border is of one colour if so much of it is. */
const NEARLY_ALL = 0.95;
/** So many images are enough to see it. */
const MOST_LOOKED_AT = 4000;
/** Where no border is of one colour, paper that is so bright all around is still paper. */
const BRIGHT_ALL_AROUND = 0.75;

/**
 * Letters may fill their picture, so that ink stands at the border: only images with a whole border of one colour have a vote. Where
 * there are none, the border of all of them decides, if it is bright beyond doubt.
 *
 * @param {readonly { raw: import("./types.js").RawImages, shade: (value: number) => number }[]} files
 */
export function isOnPaper(files) {
  const total = files.reduce((sum, { raw }) => sum + raw.count, 0);
  const step = Math.max(1, Math.floor(total / MOST_LOOKED_AT));
  let [bright, dark, seen, sum, place] = [0, 0, 0, 0, 0];
  for (const { raw, shade } of files) {
    for (let image = 0; image < raw.count; image += 1, place += 1) {
      if (place % step !== 0) continue;
      const share = brightBorder(raw, image, shade);
      // One plain colour is no picture, and has no vote.
      if (share === null) continue;
      seen += 1;
      sum += share;
      if (share >= NEARLY_ALL) bright += 1;
      if (share <= 1 - NEARLY_ALL) dark += 1;
    }
  }
  if (bright + dark >= seen / 10) return bright > dark;
  return seen > 0 && sum / seen > BRIGHT_ALL_AROUND;
}

/**
 * How much of the border is bright; null for an image of one colour.
 *
 * @param {import("./types.js").RawImages} raw
 * @param {number} image
 * @param {(value: number) => number} shade
 */
function brightBorder({ values, width, height }, image, shade) {
  const at = image * width * height;
  const first = values[at];
  let [bright, border, plain] = [0, 0, true];
  for (let row = 0, i = at; row < height; row += 1) {
    for (let column = 0; column < width; column += 1, i += 1) {
      const value = /** @type {number} */ (values[i]);
      if (value !== first) plain = false;
      if (row !== 0 && column !== 0 && row !== height - 1 && column !== width - 1) continue;
      border += 1;
      if (shade(value) > 127) bright += 1;
    }
  }
  return plain || border === 0 ? null : bright / border;
}
