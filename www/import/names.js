/** What the names of files and arrays tell: training or test part, images or labels, and which belong together. */

/** @typedef {"train" | "test" | null} Split  the test part is every part that is not trained on */
/** @typedef {"images" | "labels" | "names" | null} Role */

const TRAIN = /^[xy]?(train|training|trn|tr)[xy]?$/;
const TEST = /^[xy]?(test|testing|tst|te|val|valid|validation|dev|eval|holdout)[xy]?$/;
const LABELS = /^(labels?|lbls?|y|ys|targets?|class|classes|digits?|cls|truth|answers?|(train|test|val|tr|te)y|y(train|test|val|tr|te))$/;
const IMAGES = /^(images?|imgs?|x|xs|data|pixels?|pictures?|features?|samples?|bitmaps?|(train|test|val|tr|te)x|x(train|test|val|tr|te))$/;
const NAMES = /^(names|classnames|labelnames|targetnames|categories|vocab|alphabet)$/;
const ENDINGS = /^(gz|idx|ubyte|npy|npz|csv|tsv|txt|tab|zip|uint|byte|bytes|k)$/;

/** The words of a name, in small letters: csvTrainImages is three. @param {string} name */
function tokensOf(name) {
  return name
    .replace(/idx[1-5](?!\d)/gi, "idx")
    .replace(/\d+k?\s*x\s*\d+/gi, " ")
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^\p{L}\d]+/u)
    .filter(Boolean);
}

/** @param {string} path */
function baseOf(path) {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** @param {string} path */
export function folderOf(path) {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

/**
 * By the name itself first, then by the folders around it.
 *
 * @param {string} path
 * @returns {Split}
 */
export function splitOf(path) {
  for (const part of path.split("/").reverse()) {
    if (/t10k/i.test(part)) return "test";
    const tokens = tokensOf(part);
    if (tokens.some((token) => TRAIN.test(token)) || /train/i.test(part)) return "train";
    if (tokens.some((token) => TEST.test(token) || /^test|test$/.test(token))) return "test";
  }
  return null;
}

/** @param {string} name @returns {Role} */
export function roleOf(name) {
  const tokens = tokensOf(baseOf(name));
  if (tokens.some((token) => NAMES.test(token))) return "names";
  if (tokens.some((token) => LABELS.test(token))) return "labels";
  return tokens.some((token) => IMAGES.test(token)) ? "images" : null;
}

/**
 * What is left of a name without the words for images and labels and without its ending: files of one key belong together.
 *
 * @param {string} path
 */
export function keyOf(path) {
  const tokens = tokensOf(baseOf(path)).map((token) => (/^[xy](?=train|test|val|tr$|te$)/.test(token) ? token.slice(1) : token.replace(/^(train|test|val|tr|te)[xy]$/, "$1")));
  // One letter is x or y only where no word says what the file holds.
  const worded = tokens.some((token) => token.length > 1 && (LABELS.test(token) || IMAGES.test(token)));
  const isRole = (/** @type {string} */ token) => (token.length > 1 || !worded) && (LABELS.test(token) || IMAGES.test(token));
  return tokens.filter((token) => !isRole(token) && !ENDINGS.test(token)).join(" ");
}

/**
 * What lies about in folders and archives and is nobody's data: passed over in silence.
 *
 * @param {string} path
 */
export function isClutter(path) {
  const base = baseOf(path);
  return (
    /(^|\/)(__MACOSX|@eaDir|\$RECYCLE\.BIN|__pycache__|\.git|\.svn|\.ipynb_checkpoints|\.Spotlight-V100|\.Trash[^/]*|\.fseventsd)\//.test(path) ||
    base.startsWith(".") ||
    /^(thumbs\.db|desktop\.ini|ehthumbs.*|icon\r?|~\$.*|sample_?submission.*)$/i.test(base) ||
    /^(readme|licen[sc]e|copying|notice|authors|citation|changelog|changes|credits|about|attribution|(md5|sha\d*)-?sums?)([_-][^.]*)?(\.(txt|md|rst|html?|pdf|docx?|json|cff))?$/i.test(base) ||
    /^(metadata|dataset_?infos?|package)\.json$/i.test(base) ||
    /\.(md|rst|py|ipynb|sh|bat|url|webloc|lnk|log|md5|sha1|sha256|sig|asc|bib|torrent|ini|cfg|ya?ml|toml)$/i.test(base) ||
    /mapping\.txt$/i.test(base)
  );
}
