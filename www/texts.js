/** What scripts say on the page, in one place, so that it can be translated. Texts that never change stand in index.html. */

/** @param {number} value */
const short = (value) => value.toFixed(2).replace("-", "−");

/** @param {number} milliseconds */
function ago(milliseconds) {
  const minutes = Math.round(milliseconds / 60_000);
  if (minutes < 1) return "less than a minute ago";
  if (minutes < 60) return minutes === 1 ? "a minute ago" : `${minutes} minutes ago`;
  const hours = Math.round(minutes / 60);
  if (hours < 24) return hours === 1 ? "an hour ago" : `${hours} hours ago`;
  const days = Math.round(hours / 24);
  return days === 1 ? "yesterday" : `${days} days ago`;
}

export const TEXTS = {
  keeping: {
    /** @type {(step: string, age: number) => string} */
    offer: (step, age) => `Your model is still here: step ${step}, ${ago(age)}.`,
    resume: "Resume where you were",
    /** @param {string} step */
    resumed: (step) => `Your model is back at step ${step}.`,
    failed: "The kept model could not be brought back",
    /** @param {string} why */
    refused: (why) => `This browser does not keep your model for the next visit: save it to a file before you leave. (${why})`,
  },
  map: {
    /** @param {number} step */
    picture: (step) => `Digits decoded over the plane, by the model at step ${step.toLocaleString("en")}`,
    /** @type {(u: number, v: number) => string} */
    digit: (u, v) => `The digit decoded at ${short(u)}, ${short(v)}`,
    /** @type {(number: number, use: number) => string} */
    dimension: (number, use) => `z${number}, ${use < 0.01 ? "collapsed" : `${use.toFixed(2)} nats`}`,
    /** @type {(cursor: [number, number], mine: { u: number, v: number } | null) => string} */
    stage: ([u, v], mine) =>
      `Latent map. The cursor is at ${short(u)}, ${short(v)}.${mine ? ` Your digit lies at ${short(mine.u)}, ${short(mine.v)}.` : ""} Arrow keys move the cursor, with Shift by larger steps.`,
  },  exports: {
    failed: "The file could not be made",
  },
  gentle: {
    wentOn: "Training went on while this tab was hidden, as long as it stays open.",
    pauseNextTime: "Pause it when hidden",
    /** @type {(patience: number, variational: boolean) => string} */
    plateau: (patience, variational) =>
      `Training has stopped: in ${patience} evaluations the ${variational ? "test bound" : "reconstruction of test digits"} got no better by half a thousandth.`,
    goOn: "Go on",
    /** @param {number} share */
    share: (share) => `${Math.round(share * 100)} %`,
  },
  offline: {
    newVersion: "A new version of this page is ready. Your model is kept over the update.",
    update: "Update now",
    ready: "Ready offline.",
  },
  ownData: {
    notUsed: "Training learns from what it learnt from before",
    labelFile: "The file of labels",
    /** @type {(labels: number, images: number) => string} */
    otherCount: (labels, images) => `it has ${labels} labels, and there are ${images} images beside it: choose both files at once`,
    /** @type {(images: string, problems: number) => string} */
    added: (images, problems) => `${images} ${images === "1" ? "image" : "images"} added${problems > 0 ? `, ${problems} files could not be read` : ""}.`,
    needsLabels: "This model is told the digit of every image, and not all of yours have labels: choose settings without labels, or a file that has them.",
    used: { mnist: "A new model begins on MNIST.", own: "A new model begins on your images.", both: "A new model begins on MNIST and your images." },
    now: { mnist: "Training learns from MNIST.", own: "Training learns from your images.", both: "Training learns from MNIST and your images." },
    /** @param {number} shown */
    preview: (shown) => `The first ${shown} of your images`,
    /** @type {(images: number, labelled: number) => string} */
    words: (images, labelled) =>
      images === 0 ? "No images of your own yet." : `${images.toLocaleString("en")} ${images === 1 ? "image" : "images"} of your own, ${labelled === 0 ? "without labels" : labelled === images ? "all with labels" : `${labelled} with labels`}.`,
  },
  runs: {
    now: "now",
    notYet: "Not trained yet.",
    deleted: "The run was deleted.",
    remove: "Delete",
    /** @param {string} name */
    removeRun: (name) => `Delete ${name}`,
    /** @param {string} name */
    rename: (name) => `Name of ${name}`,
    /** @param {string} name */
    show: (name) => `${name} on the charts`,
  },
  share: {
    copy: "Copy a link to the settings",
    copied: "Link copied",
    taken: "This link came with settings of its own: press Train.",
    /** @param {readonly string[]} list */
    mended: (list) => `This link came with settings of its own, some of which were mended: ${list.join("; ")}.`,
    /** @param {string} why */
    refused: (why) => `The settings of this link do not go together, so the page begins with its own: ${why}`,
  },
  timeLapse: {
    play: "Play",
    pause: "Pause",
    now: "now",
    /** @param {number} step */
    at: (step) => `step ${step.toLocaleString("en")}`,
    /** @param {number} step */
    caption: (step) => `VAE Lab, step ${step.toLocaleString("en")}`,
    /** @param {number} step */
    back: (step) => `Step ${step.toLocaleString("en")}: back to now`,
    /** @type {(moments: number, step: string) => string} */
    live: (moments, step) =>
      moments < 2 ? "Train, and moments of the run are kept here." : `${moments} moments are kept. You see the model as it is now, at step ${step}.`,
    /** @type {(past: number, step: string) => string} */
    shown: (past, step) => `You see the model as it was at step ${past.toLocaleString("en")}, everywhere on this page. It has gone on to step ${step}.`,
    /** @param {number} step */
    resumed: (step) => `The model is back at step ${step.toLocaleString("en")}.`,
    notShown: "That moment could not be shown",
    notSaved: "The moment could not be taken",
  },
  walks: {
    play: "Play",
    pause: "Pause",
    mine: "your digit",
    /** @param {number | null} label */
    test: (label) => (label === null ? "a test digit" : `a test digit, a ${label}`),
    /** @type {(index: number, name: string) => string} */
    pin: (index, name) => `${"ABC"[index]}: ${name}`,
    /** @type {(index: number, name: string) => string} */
    pinned: (index, name) => `${name} is pinned as ${"ABC"[index]}.`,
    /** @param {number} place */
    place: (place) => `${Math.round(100 * place)} % of the way`,
    /** @param {number} place */
    player: (place) => `The digit at ${Math.round(100 * place)} % of the way`,
    /** @type {(digits: number, step: number) => string} */
    strip: (digits, step) => `${digits} digits along the walk, decoded by the model at step ${step.toLocaleString("en")}`,
    noTestDigit: "There is no test digit to pin",
    failed: "The walk could not be made",
    notSaved: "The walk could not be saved",
  },
};
