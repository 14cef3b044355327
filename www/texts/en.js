/**
 * The words of the page. What never changes is written into the HTML by the build, so that the page paints before any script runs.
 */

/** @param {number} value */
const short = (value) => value.toFixed(2).replace("-", "−");

/** @param {boolean} labelKnown */
const density = (labelKnown) => `log p(x${labelKnown ? " | label" : ""})`;

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

/** @typedef {Record<string, string | number>} Told  the values of what is told */

/** @param {string | number | undefined} value */
const number = (value) => (typeof value === "number" ? value.toLocaleString("en") : String(value));

/** @type {(count: string | number | undefined, one: string, many: string) => string} */
const left = (count, one, many) => (count === 1 ? `1 ${one}` : `${number(count)} ${many}`);

/** What errors speak of, by its id. @type {Record<"files" | "items" | "axes" | "sets" | "downloads", Record<string, string>>} */
const IDS = {
  files: { trainImages: "training images", trainLabels: "training labels", testImages: "test images", testLabels: "test labels" },
  items: { images: "images", labels: "labels" },
  axes: { rows: "rows", columns: "columns" },
  sets: { train: "training", test: "test" },
  downloads: { model: "the model", test: "the test digits", train: "the training digits", models: "the list of models" },
};

const SAVE_WITH_METADATA = 'save_file(tensors, "new.safetensors", metadata=safe_open("original.safetensors", "pt").metadata())';
/** What to do about a file that is no checkpoint. */
const REMEDIES = {
  fetchAgain: "download or copy it again",
  chooseAnother: "choose a .safetensors file saved by VAE Lab",
  mayBeNewer: "it may be of a newer version: reload the page, or choose another .safetensors file",
  unpack: "unpack it, and choose the .safetensors file in it",
  ownData: "it holds data, not a model: bring it in as images of your own, or choose a .safetensors file",
  fetchItself: "download the file itself: its page has a download button, or a link to the raw file",
  fromPytorch: `if its tensors (torch.load) have the names of a file that VAE Lab saved, make them one in Python: ${SAVE_WITH_METADATA}, where original.safetensors is that file`,
};

/** A name that is no id stands for itself. @param {keyof typeof IDS} kind @param {string} id */
function of(kind, id) {
  return IDS[kind][id] ?? id;
}

/** @param {string} what */
function download(what) {
  return IDS.downloads[what] ?? `“${what}”`;
}

/** @param {string} file */
function notIdx(file) {
  return `the file of ${of("files", file)} is not a valid IDX file`;
}

/** @param {string} found @param {string} remedy */
function noCheckpoint(found, remedy) {
  return `this file is not a VAE Lab checkpoint: ${found}. Nothing was changed; ${remedy}`;
}

/** What files are that are no models of VAE Lab, and what to do about them. @type {Record<string, readonly [string, string]>} */
export const FILE_KINDS = {
  gitLfs: ["it is a Git LFS pointer, a few lines of text in the place of the model", "download the file itself: run `git lfs pull`, or use the download button of its page"],
  pytorch: ["it is a PyTorch file (.pt: a ZIP with a pickle)", REMEDIES.fromPytorch],
  pytorchPickle: ["it is a PyTorch file (a pickle)", REMEDIES.fromPytorch],
  pickle: ["it is a Python pickle", REMEDIES.fromPytorch],
  hdf5: ["it is an HDF5 file (.h5), as Keras writes them", REMEDIES.chooseAnother],
  keras: ["it is a Keras model (.keras)", REMEDIES.chooseAnother],
  gguf: ["it is a GGUF file of llama.cpp", REMEDIES.chooseAnother],
  gzip: ["it is compressed with gzip", REMEDIES.unpack],
  bzip2: ["it is compressed with bzip2", REMEDIES.unpack],
  xz: ["it is compressed with xz", REMEDIES.unpack],
  zstandard: ["it is compressed with Zstandard", REMEDIES.unpack],
  sevenZip: ["it is a 7-Zip archive", REMEDIES.unpack],
  rar: ["it is a RAR archive", REMEDIES.unpack],
  zip: ["it is a ZIP", REMEDIES.unpack],
  zippedModel: ["it is a ZIP with a safetensors file in it", REMEDIES.unpack],
  npy: ["it is a NumPy array (.npy)", REMEDIES.ownData],
  npz: ["it is a file of NumPy arrays (.npz)", REMEDIES.ownData],
  idxImages: ["it is an IDX file of images", REMEDIES.ownData],
  idxLabels: ["it is an IDX file of labels", REMEDIES.ownData],
  png: ["it is a picture (PNG)", REMEDIES.ownData],
  jpeg: ["it is a picture (JPEG)", REMEDIES.ownData],
  html: ["it is a web page (HTML), perhaps a message of an error, in the place of the model", REMEDIES.fetchItself],
  markup: ["it is XML or a web page", REMEDIES.fetchItself],
  json: ["it is a JSON text", REMEDIES.chooseAnother],
};

export const TEXTS = {
  head: {
    description: "Train a variational autoencoder on handwritten digits, inside your browser. Draw a digit, see its code and its reconstruction, and watch noise turn into digits while the model learns.",
    skip: "Skip to the drawing pad",
    noScript: "This page is a program that runs in your browser, and JavaScript is switched off: allow it for this site, and reload the page.",
    rooms: "Rooms",
    source: "GitHub",
    downloads: "Downloads",
  },
  draw: {
    title: "Your digit",
    code: "The code",
    answer: "Reconstruction",
    keys: "Arrows move the pen, `Space` puts it down or lifts it, `U` undoes, `C` clears, `T` gives a test digit.",
    nats: "nats",
    undo: "Undo",
    clear: "Clear",
    pad: "drawing pad",
    hint: "Draw a digit here",
    example: "An example: draw your own",
    seen: "the model sees",
    testDigit: "Test digit",
    pen: "Pen",
    encoder: "Encoder",
    decoder: "Decoder",
    ink: "ink: the activation of each unit",
    toPixels: "from the code to pixels",
    codeOfDigit: "Code of the digit",
    codeKeys: "The code: left and right choose a latent number, up and down move it",
    kl: "KL divergence",
    recon: "Reconstruction error",
    klIs: "What the code costs: how far the encoder’s cloud, μ ± σ, lies from plain noise.",
    reconIs: "How badly the reconstruction predicts the pixels of your digit: −log p(x|z), with z sampled.",
    boundIs: "Both together: an upper bound on the nats that it takes to describe your digit. Training makes it small. A nat is 1.44 bits.",
  },
  samples: {
    note: "Points of noise _z_ ~ _N_(0, 1), decoded. The noise stays the same while the model learns, so you see the same codes turn into digits.",
    title: "Samples",
    save: "Save as PNG",
    again: "New noise",
    none: "A grid of 64 samples; the model is not loaded yet",
  },
  variations: {
    note: "What lies around your digit: _z_ = _μ_ + _σ_·_ε_, decoded 24 times.",
    again: "New noise",
    title: "Variations of your digit",
    none: "Draw a digit, and 24 neighbours of it appear here.",
  },
  moments: {
    note: "Samples, map and your digit become what they were at that moment, while training goes on. Weights are kept in half precision, dense at the beginning, where most happens; training on from a moment begins with a fresh optimizer.",
    title: "Time-lapse",
    which: "Moment of the run",
    resume: "Train on from here",
    save: "Save this moment",
    film: "Save all as film",
  },
  runsPanel: {
    note: "A run ends when another model takes its place. Its curve of test digits stays on the charts as a thin line; the number is its last test bound, or in a plain autoencoder its reconstruction error, in nats. The newest six keep their models, and can be brought back.",
    title: "Runs",
    csv: "Runs as CSV",
    table: "Table of runs",
    heads: {
      chart: "Chart",
      name: "Name",
      settings: "Settings",
      steps: "Steps",
      training: "Training",
      test: "Test",
    },
  },
  modelPanel: {
    link: "Link",
    title: "Model",
    layers: "Layers",
    parameters: "Parameters",
    memory: "Memory",
    workers: "Workers that train",
    save: "Save to a file",
    load: "Load a file",
    file: "Model file",
    note: "The file holds weights, optimizer and random state: a loaded model goes on exactly where it stood.",
    python: "Open the file in Python",
    pythonCode: "Python code",
  },
  comparePanel: {
    curve: "Reconstruction",
    curveOf: "of test digits, nats",
    title: "Compare",
    choose: "Compare",
    note: "Two settings learn side by side, from the same seed and digits, on models of their own. Yours rests meanwhile.",
    pairs: {
      variational: "VAE or plain autoencoder",
      beta: "β = 1 or β = 4",
      latent: "2 or 20 latent dimensions",
      mine: "the settings of the form or the first preset’s",
    },
    begin: "Begin",
    end: "End the comparison",
    over: "Draw the comparison over",
    none: "Reconstruction of test digits: no points yet",
  },
  footer: {
    words: "Everything runs on your device: no account, no server, no tracking. [How fast is it?](./bench.html) Digits: MNIST by Y. LeCun, C. Cortes and C. J. C. Burges, [origin and licence (CC BY-SA 3.0)](./data/README.md).",
  },
  bar: {
    title: "Training",
    model: "The model at work",
    step: "Step",
    reset: "Reset",
    steps: "step",
    epochs: "epoch",
    speed: "images/s",
    time: "ms/step",
    speedIs: "By the clock, with everything else the page computes in between",
    timeIs: "Time inside one training step alone",
  },
  trainingPanel: {
    title: "Training",
    over: "Draw the curves over",
    bySteps: "by steps",
    bySeconds: "by seconds",
    charts: "Charts as PNG",
    curves: "Curves as CSV",
  },
  gentlePanel: {
    title: "While it trains",
    share: "Share of the processor",
    hidden: "In a hidden tab",
    goesOn: "training goes on",
    pauses: "training pauses",
    awake: "Keep the screen on while training",
    plateau: "Stop when nothing is learned any more",
  },
  modelsPanel: {
    title: "Pretrained models",
    note: "These come with the page. Load one to draw, sample and explore with it, or to train it further.",
  },
  evaluationPanel: {
    title: "Evaluation",
    note: "Digits that the model never learned from. Training waits while it is examined, and goes on afterwards.",
    images: "Test digits",
    samples: "Importance samples for log p(x)",
    noSamples: "none",
    start: "Evaluate on the test digits",
    cancel: "Cancel",
    progress: "Evaluation: progress",
  },
  benchPage: {
    description: "How fast does this machine train a variational autoencoder inside the browser?",
    pageTitle: "VAE Lab: how fast is my machine?",
    pages: "Pages",
    back: "Back to the lab",
    title: "How fast is my machine?",
    about: "This page trains the lab's network (784 pixels, 400 hidden units, 20 latent dimensions) on made-up digits, and takes the time of every step. Nothing but the program itself is downloaded; it takes about fifteen seconds.",
    training: "Training",
    start: "Measure",
    table: "Table of training times",
    who: "who trains",
    batch: "batch",
    speed: "images/s",
    ms: "ms/step",
    milliseconds: "milliseconds",
    gflops: "GFLOP/s",
    flops: "billions of floating-point operations a second",
    epoch: "s/epoch",
    seconds: "seconds",
    note: "Each number is a median. The batch is how many digits go into a step, and an epoch is one pass over 60,000. Several workers share every step and add up their gradients. Plain Burn is the tensor library underneath, without this page's own kernels.",
    machine: "This machine",
    cores: "processor cores that the browser tells of",
    relaxed: "relaxed SIMD (multiply and add at once)",
    oneDigit: "encode and decode one digit",
    grid: "decode a grid of 20 × 20 digits",
    testSet: "encode 10,000 digits",
  },
  bench: {
    unknown: "unknown",
    yes: "yes",
    no: "no",
    /** @param {number} workers */
    workers: (workers) => (workers === 1 ? "one worker" : `${workers} workers`),
    plainBurn: "plain Burn",
    /** @type {(workers: string, batch: number) => string} */
    training: (workers, batch) => `Training with ${workers}, ${batch} digits a step…`,
    trainingBurn: "Training by plain Burn, the tensor library underneath…",
    inference: "Encoding and decoding…",
    /** @param {string} seconds */
    done: (seconds) => `Done. This machine learns from all 60,000 digits in ${seconds} seconds.`,
    /** @param {string} why */
    failed: (why) => `The measurement broke off: ${why}`,
    again: "Measure again",
  },
  charts: {
    titles: { bound: "Bound", recon: "Reconstruction", kl: "KL", loss: "Objective" },
    units: { bound: "nats", recon: "", kl: "nats", loss: "minimised" },
    series: {
      train: { name: "train", title: "Training batches, averaged over 20 steps" },
      quick: { name: "test", title: "A part of the test digits, every 100 steps" },
      full: { name: "all test", title: "All 10,000 test digits, after each epoch" },
    },
    /** @param {string} step */
    step: (step) => `step ${step}`,
    /** @param {string} title */
    empty: (title) => `${title}: no points yet`,
    /** @type {(title: string, step: string, values: readonly string[]) => string} */
    values: (title, step, [train, quick, full]) => `${title} at step ${step}: training ${train}${full === undefined ? "" : `, test ${quick}, all test images ${full}`}`,
    /** @param {string} word  "Bound" */
    boundTitle: "Training and test bound",
    lossTitle: "Training and test loss",
    hint: "Train, and the curves of training and test digits appear here.",
    notes: "Changes during this run",
    /** @type {(name: string, bound: string) => string} */
    dotted: (name, bound) => `Dotted: ${name} as it came, ${bound}`,
    /** @param {string} names */
    thin: (names) => `Thin lines: ${names}, on test digits`,
    /** @type {(step: string, text: string) => string} */
    change: (step, text) => `Step ${step}: ${text}`,
  },
  compare: {
    names: {
      variational: ["VAE", "Plain autoencoder"],
      beta: ["β = 1", "β = 4"],
      latent: ["2 dimensions", "20 dimensions"],
      mine: ["The settings of the form", "The first preset"],
    },
    began: "The comparison begins; your own model rests.",
    /** @param {string} name */
    taken: (name) => `“${name}” is your model now.`,
    notTaken: "The model was not taken over, and yours is as it was",
    loading: "Loading the digits.",
    pause: "Pause",
    goOn: "Go on",
    solid: "solid line",
    dashed: "dashed line",
    step: "Step",
    seconds: "Seconds of training",
    recon: "Test reconstruction",
    kl: "Test KL",
    /** @param {string} word */
    total: (word) => `Test ${word.toLowerCase()}`,
    take: "Make this my model",
    /** @param {string} name */
    takeName: (name) => `Make this my model: ${name}`,
    /** @type {(of: "samples" | "map", name: string, step: number) => string} */
    picture: (of, name, step) => `${name}: ${of === "samples" ? "32 samples" : "the latent map"} at step ${step.toLocaleString("en")}`,
    /** @param {string} values */
    chart: (values) => `Reconstruction of test digits in nats: ${values}`,
  },
  controls: {
    train: "Train",
    starting: "Starting…",
    waiting: "Waiting…",
    pause: "Pause",
    resume: "Resume",
    erase: "Reset & train",
    speedWaiting: "waiting",
    speedTesting: "testing",
  },
  drawing: {
    sampleLabels: {
      title: "Which digit to write",
      none: "all",
      /** @param {string} name */
      name: (name) => `Write me a ${name}`,
    },
    digitLabels: {
      title: "As which digit to read yours",
      none: "guess",
      /** @param {string} name */
      name: (name) => `Read it as a ${name}`,
    },
    /** @param {string | null} label */
    read: (label) => (label === null ? "Draw a digit to see as what it is read." : `Read as ${label}. Or as another:`),
    /** @type {(images: number, label: string | null, classes: readonly string[], step: string) => string} */
    samples: (images, label, classes, step) =>
      `${images} ${label !== null ? `samples of ${label}` : classes.length > 0 ? `samples, ${classes[0]} to ${classes.at(-1)} by turns` : "samples from noise"}, by the model at step ${step}`,
    /** @type {(images: number, step: string) => string} */
    variations: (images, step) => `${images} variations of your digit, by the model at step ${step}`,
    noVariations: "Variations of your digit: nothing drawn yet",
    /** @param {number | null} label */
    testDigit: (label) => (label === null ? "A test digit is on the pad." : `A test digit is on the pad: a ${label}.`),
    noTestDigit: "There is no test digit to give",
  },
  /** What is wrong, by the code of the error. */
  errors: /** @type {import("../lib/error-words.js").ErrorTexts} */ ({
    notWhole: ({ name, min, max, found }) => `${name} must be a whole number from ${min} to ${max}, got ${found}`,
    notWholeFrom: ({ name, min, found }) => `${name} must be a whole number from ${min}, got ${found}`,
    notNumber: ({ name, min, max, found }) => `${name} must be a number from ${min} to ${max}, got ${found}`,
    notMilliseconds: ({ name, found }) => `${name} must be a number of milliseconds from 0, got ${found}`,
    notWidths: ({ name, maxLayers, maxWidth, found }) => `${name} must be 1 to ${maxLayers} widths, each from 1 to ${maxWidth}, got ${found}`,
    nothingToLearnFrom: ({ images, found }) => `fewer images must be held out for validation than the ${images} that there are, got ${found}`,
    noSuchImage: ({ received, found }) => `the number of an image must be below ${received}, got ${found}`,
    wrongType: ({ name, expected, found }) => `${name} must be of the type ${expected}, got ${found}`,
    noLabel: ({ max }) => `the label must be a whole number from 0 to ${max}, got none`,
    noSuchFile: () => "an image is either a training image or a test image",
    malformed: ({ name }) => `${name} is not as it should be`,
    length: ({ name, expected, found }) => `${name} must have length ${expected}, got ${found}`,
    rows: ({ name, width, max, found }) => `${name} must have as its length 1 to ${max} times ${width}, got ${found}`,
    idxMagic: ({ file, kind, expected, found }) => `${notIdx(file)}: expected the magic number ${expected} of ${of("items", kind)}, found ${found}. Check that this is the right file`,
    idxGzip: ({ file }) => `${notIdx(file)}: it is compressed with gzip. Unpack it first`,
    idxSize: ({ file, side, axis, size }) => `${notIdx(file)}: expected images of ${side} × ${side} pixels, found ${size} ${of("axes", axis)}`,
    idxTooMany: ({ file, kind, max, found }) => `${notIdx(file)}: expected at most ${max} ${of("items", kind)}, found a header that promises ${found}. Check that this is the right file and not damaged`,
    idxTooLong: ({ file, kind, expected, found }) => `${notIdx(file)}: expected ${expected} ${of("items", kind)}, found more bytes than they need (${found}). Check that this is the right file and not damaged`,
    idxLabel: ({ file, max, label, index }) => `${notIdx(file)}: expected labels from 0 to ${max}, found ${label} at index ${index}. Check that this is a file of labels`,
    idxNoMemory: ({ file, bytes }) => `the file of ${of("files", file)} does not fit into memory: it promises ${bytes} bytes. Take fewer images`,
    idxHeaderCut: ({ file, expected, found }) => `${notIdx(file)}: expected a header of ${expected} bytes, found the end of the file after ${found}. It was cut short: download it again`,
    idxCut: ({ file, kind, expected, found }) => `${notIdx(file)}: expected ${expected} ${of("items", kind)}, found the end of the file after ${found}. It was cut short: download it again`,
    otherFile: ({ kind }) => noCheckpoint(...(FILE_KINDS[kind] ?? [kind, REMEDIES.chooseAnother])),
    emptyFile: () => noCheckpoint("it is empty", REMEDIES.fetchAgain),
    shortFile: ({ bytes }) => noCheckpoint(`it has only ${bytes} bytes, too few for a safetensors file`, REMEDIES.chooseAnother),
    unknownFile: ({ beginning }) => noCheckpoint(`it is no safetensors file: it begins with the bytes ${beginning}`, REMEDIES.chooseAnother),
    headerCut: ({ needed, found }) => noCheckpoint(`it is cut: its header needs ${needed} bytes, and ${found} are here`, REMEDIES.fetchAgain),
    headerDamaged: () => noCheckpoint("its header is damaged", REMEDIES.fetchAgain),
    tensorsCut: ({ needed, found }) => noCheckpoint(`it is cut: its tensors need ${needed} bytes, and ${found} are here`, REMEDIES.fetchAgain),
    tensorsLong: ({ needed, found }) => noCheckpoint(`its tensors need ${needed} bytes, and ${found} are here`, REMEDIES.fetchAgain),
    noTensor: ({ tensor }) => noCheckpoint(`the tensor ${tensor} is missing`, REMEDIES.chooseAnother),
    tensorShape: ({ tensor, expected, found }) => noCheckpoint(`the tensor ${tensor} must have the shape ${expected}, found ${found}`, REMEDIES.chooseAnother),
    tensorType: ({ tensor, found }) => noCheckpoint(`the tensor ${tensor} must be I8 with scales, F16, BF16, F32 or F64, found ${found}`, REMEDIES.chooseAnother),
    tensorNotFinite: ({ tensor, found }) => noCheckpoint(`the tensor ${tensor} must be finite, found ${found}`, REMEDIES.chooseAnother),
    negativeMoment: ({ tensors, found }) => noCheckpoint(`a second moment (${tensors}…) must not be negative, found ${found}`, REMEDIES.chooseAnother),
    noMetadata: ({ key }) => noCheckpoint(`it has the tensors of a model, but not its settings, which stand in its metadata as “${key}”`, `save it again in Python with ${SAVE_WITH_METADATA}, where original.safetensors is the file that VAE Lab saved`),
    otherProgram: ({ key, tensor }) => noCheckpoint(`it is a safetensors file of another program: its metadata has no entry “${key}”, and it has tensors such as ${tensor}`, REMEDIES.chooseAnother),
    noTensors: ({ key }) => noCheckpoint(`it is a safetensors file of another program: its metadata has no entry “${key}”, and it has no tensors`, REMEDIES.chooseAnother),
    otherVersion: ({ found, known }) => noCheckpoint(`its version is ${found}, this page reads version ${known}`, REMEDIES.mayBeNewer),
    noVersion: () => noCheckpoint("it does not say its version", REMEDIES.chooseAnother),
    noSettings: () => noCheckpoint("its settings are missing", REMEDIES.chooseAnother),
    settingsUnreadable: () => noCheckpoint("its settings cannot be read", REMEDIES.chooseAnother),
    settingUnreadable: ({ name, found }) => noCheckpoint(`${name} cannot be ${found}`, REMEDIES.mayBeNewer),
    notObject: ({ name, found }) => noCheckpoint(`${name} must be a JSON object, found ${found}`, REMEDIES.chooseAnother),
    settingRefused: ({ error }) => noCheckpoint(error, REMEDIES.chooseAnother),
    countTooHigh: ({ name, max, found }) => noCheckpoint(`${name} must be at most ${max}, found ${found}`, REMEDIES.chooseAnother),
    placeOutside: ({ position, images }) => noCheckpoint(`it stands at image ${position} of an epoch of ${images} images`, REMEDIES.chooseAnother),
    progressDamaged: () => noCheckpoint("the sums of its training curve, or its generator of noise, are damaged", REMEDIES.chooseAnother),
    labelsMissing: ({ set, images, labels }) => `a model with labels needs one for each of the ${images} ${of("sets", set)} images, found ${labels}: add the labels of these images, or choose settings without labels`,
    labelTooHigh: ({ set, index, label, classes }) => `this model knows ${classes} classes, numbered from 0, and the label of ${of("sets", set)} image ${index} is ${label}: start a model with more classes, or leave out the images with such labels`,
    noModel: () => "there is no model yet",
    noStep: () => "no step has begun",
    noGradients: () => "there are no gradients yet",
    notShared: () => "only the fused engine lets several workers train together",
    noEvaluation: () => "no evaluation is under way",
    nothingToEvaluate: () => "there are no images to evaluate on: hold out images for validation first",
    imagesOnTheirWay: () => "the images to evaluate on are still on their way: try again in a moment",
    modelChanged: () => "the model has changed since this evaluation began: begin a new one",
    imagesChanged: () => "the images have changed since this evaluation began: begin a new one",
    otherImages: ({ expected, found }) => `this run has learnt from ${expected} images, and now there are ${found}: choose the images that it began with, or start a new model`,
    beyondHalfPrecision: ({ max }) => `a weight is above ${max}, the most that half precision holds: save the whole run instead`,
    notWritten: () => "the model could not be written as a file: keep the page open and save again",
    noClock: () => "this browser gives no clock",
    noCanvas: () => "this browser gave no canvas to draw on",
    notPainted: () => "the browser refused the picture",
    notHandedOver: () => "a result could not be handed over",
    downloadNotStarted: ({ what, why }) => `The download of ${download(what)} did not start: ${why}. Check the connection and try again`,
    downloadRefused: ({ what, status, file }) => `The download of ${download(what)} failed: the server answered "${status}" for ${file}`,
    downloadBroken: ({ what, received, total, why }) => `The download of ${download(what)} broke off after ${received}${total && ` of ${total}`} MB: ${why}. Try again`,
    notUnpacked: ({ what, why }) => `The file of ${download(what)} could not be unpacked: ${why}. It may have been cut short on the way; try again`,
    notJson: ({ what, beginning }) => `The file of ${download(what)} is not JSON; it begins with “${beginning}”`,
    stalled: ({ seconds }) => `nothing arrived for ${seconds} seconds`,
    programNotLoaded: ({ why }) => `The model’s program did not load: ${why}. Check the connection and try again`,
    noWebAssembly: ({ why }) => `This browser cannot run the model’s program, which needs WebAssembly with SIMD; a current Firefox, Chrome, Edge or Safari can. (${why})`,
    noPresets: () => "the model’s program offers no preset",
    modelNotLoaded: () => "the model is not loaded yet: wait until it is and try again",
    digitsOnTheirWay: () => "the digits are still on their way: try again in a moment",
    noTestLabels: () => "this model is told labels of your own images, and MNIST’s test digits have none of these: evaluate a model without labels, or one of the digits",
    trainDigitsCut: ({ expected, bytes, labels }) => `there must be ${expected} training digits of 784 bytes and as many labels, found ${bytes} bytes and ${labels} labels. The files may have been cut short on the way; try again`,
    setNotHere: () => "the images that this run learns from are not here: add them again, or choose other images to learn from",
    helperFailed: ({ why }) => `a helper failed: ${why}`,
    helperLost: () => "a helper was lost while measuring: measure again",
    helperSilent: ({ milliseconds }) => `a helper was silent for ${milliseconds} ms`,
    scriptNotLoaded: () => "a script of the page did not load: reload the page",
    messageUnreadable: () => "a message could not be read",
    workerGone: () => "the model is not running: restart it first",
    weightsNotThere: () => "not available",
    cardDamaged: ({ field, found }) => `the card of a model is damaged: ${field} is ${found}`,
    modelListDamaged: ({ found }) => `models/index.json must be a list of ids, found ${found}`,
    atWorkElsewhere: ({ run }) => `“${run}” is at work in another tab of this page: go on there, or close that tab first`,
    imagesGone: () => "the images that this run learnt from are not kept any more, so it could not go on",
    runGone: () => "its model is not kept any more",
    needsLabels: ({ images }) => `a model with labels is told the label of every image, and ${images} of yours have none: choose settings without labels, or images that have them`,
    tooManyClasses: ({ classes, most }) => `your images have ${classes} classes, and a model with labels knows at most ${most}: choose settings without labels`,
    otherClasses: () => "beside MNIST, a model with labels learns digits only, and your images have other classes: learn from your images alone, or choose settings without labels",
  }),
  evaluation: {
    /** @type {(done: string, total: string) => string} */
    progress: (done, total) => `${done} of ${total} digits`,
    /** @type {(images: string, step: string) => string} */
    of: (images, step) => `${images} test digits, by the model at step ${step}`,
    notYet: "Not evaluated yet.",
    loading: "The test digits are loading.",
    /** @type {(result: string, convention: string) => string} */
    done: (result, convention) => `Evaluated: ${result}, ${convention}.`,
    stopped: "The evaluation was stopped.",
    failed: "The model could not be evaluated",
    bound: "Bound (−ELBO)",
    recon: "Reconstruction error",
    kl: "KL divergence",
    activeUnits: "Active units",
    /** @type {(active: number, all: number) => string} */
    active: (active, all) => `${active} of ${all}`,
    /** @type {(labelKnown: boolean, samples: string) => string} */
    logLikelihood: (labelKnown, samples) => `${density(labelKnown)}, ${samples} samples`,
    convention: "Input convention",
    /** @param {string} samples */
    classes: (samples) => `Classes among ${samples} samples`,
    /** @type {(classes: number, entropy: string) => string} */
    coverage: (classes, entropy) => `${classes} of 10; entropy ${entropy} of at most 2.30 nats`,
    agreement: "Samples read as the digit asked for",
    readBy: "Read by",
    /** @param {string} accuracy */
    classifier: (accuracy) => `a classifier that is right on ${accuracy} of the test digits`,
    klTitle: "KL of each latent dimension",
    klUnit: "nats, sorted",
    /** @type {(all: number, largest: string, collapsed: number, threshold: number) => string} */
    dimensions: (all, largest, collapsed, threshold) =>
      `${all} latent dimensions, the largest at ${largest} nats; ${collapsed === 0 ? "none has collapsed" : `${collapsed.toLocaleString("en")} collapsed (below ${threshold} nats)`}`,
    /** @param {string} summary */
    klChart: (summary) => `KL divergence of each dimension, sorted: ${summary}`,
    /** @type {(name: string, kl: string, collapsed: boolean) => string} */
    dimension: (name, kl, collapsed) => `${name}: ${kl} nats${collapsed ? ", collapsed" : ""}`,
    numbers: "The same as numbers",
    klList: "KL divergence of each dimension, in nats",
    collapsed: "collapsed",
  },
  evaluations: {
    /** @param {string} word */
    title: (word) => `Test ${word.toLowerCase()} after each epoch`,
    /** @param {string | null} convention */
    how: (convention) => `all test images, nats${convention === null ? "" : `, ${convention}`}`,
    heads: { epoch: "After epoch", recon: "Reconstruction", kl: "KL" },
    none: "Comes after the first pass over the training digits.",
  },
  exports: {
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
  importing: {
    /** Why a file, or a part of it, was not taken. @type {Record<string, (values: Told) => string>} */
    problems: {
      empty: () => "it must hold images or labels, and is empty: download it again, or save it again",
      unknown: () => "it must be a picture, CSV, IDX, NPY, NPZ or ZIP, and begins like none of them: save it as one of these",
      tooDeep: () => "archives lie in one another too deep: unpack it, and choose what is in it",
      cutShort: ({ expected, found }) => `by its header it must have ${number(expected)} bytes, found ${number(found)}: it was cut short, download it again`,
      tooLong: ({ expected, found }) => `by its header it must have ${number(expected)} bytes, found ${number(found)}: it holds something else too, or its header is wrong`,
      packedDamaged: ({ bytes }) => `it is packed, and its ${number(bytes)} bytes cannot be unpacked: it is damaged or was cut short, download it again`,
      tooLarge: ({ megabytes }) => `unpacked it must have ${number(megabytes)} MB at most, and has more: choose a part of it`,
      npyHeader: ({ found }) => `its header must tell type and shape, found “${found}”: save it again with numpy.save`,
      npyObjects: () => "its array must hold numbers, and holds Python objects: convert it with numpy.stack(a).astype(\"uint8\"), and save it again",
      npyComplex: ({ found }) => `its numbers must be real, found complex ones (${found}): save numpy.abs(a) or a.real`,
      npyType: ({ found }) => `its type must be that of whole numbers or fractions, found ${found}: convert it with a.astype("uint8"), and save it again`,
      shape: ({ shape }) => `its shape must be that of images, such as (n, 28, 28) or (n, 784), or of labels, (n); found (${shape}): reshape it, and save it again`,
      noImages: ({ shape }) => `there must be at least one image, found none: the shape is (${shape})`,
      noImageArray: ({ names }) => `one of its arrays must hold images, such as (n, 28, 28), found ${names || "no arrays"}`,
      emptyArchive: ({ files, names }) => `the archive must hold pictures, CSV, IDX or NPY files, found none in ${number(files)} ${files === 1 ? "file" : "files"}${names ? ` (${names})` : ""}`,
      zipLocked: () => "the archive is locked by a password: unpack it, and choose what is in it",
      zipMethod: ({ method, file }) => `“${file}” in the archive is packed by method ${method}, where the page knows 0 and 8: pack it again as a plain ZIP, or unpack it`,
      pytorch: () => "it is a file of PyTorch: in Python, save the tensor of images with numpy.save(\"images.npy\", tensor.numpy()), and choose that",
      pickle: () => "it is a pickle, which only Python can read: in Python, save the images with numpy.save(\"images.npy\", images), and choose that",
      hdf5: () => "it is a file of HDF5: in Python, numpy.save(\"images.npy\", h5py.File(…)[\"images\"][:]) makes an array that the page reads",
      matlab: () => "it is a file of MATLAB: in Python, numpy.save(\"images.npy\", scipy.io.loadmat(…)[\"images\"]) makes an array that the page reads",
      pdf: () => "it is a PDF document: save its pages as PNG pictures",
      columnFile: ({ type }) => `it is a file of ${type}: save its table as CSV, or its images as PNG or NPY`,
      rData: () => "it is a file of R: write.csv(images, \"images.csv\", row.names = FALSE) makes a table that the page reads",
      otherArchive: ({ type }) => `it is packed by ${type}: unpack it, and choose what is in it, or pack it as a ZIP`,
      spreadsheet: () => "it is a spreadsheet: save it as CSV",
      pictureType: ({ type }) => `it is a picture of type ${type}, which browsers do not read: save it as PNG`,
      modelFile: () => "it is a model and holds no images: load it in the room “Models”",
      gitLfs: ({ megabytes }) => `it is a Git LFS pointer and not the data, which has ${number(megabytes)} MB: download the file itself, by “git lfs pull” or the Download button of the site`,
      htmlPage: () => "it is a web page and not the data: the link led to a page that asks or tells something; open it in the browser, and download the file itself",
      json: () => "it is a text in JSON: save the numbers as CSV, one image a line, or as NPY",
      noRows: () => "there must be at least one line of numbers, found none",
      sparseTable: () => "it must hold every pixel of an image, and holds “place:value” pairs (LIBSVM): write it out as a full table, such as X.toarray() saved with numpy.save",
      notTable: ({ columns }) => `it must be a table of numbers, one image a line, and has words in its ${number(columns)} ${columns === 1 ? "column" : "columns"}`,
      columns: ({ columns, lines }) => `its lines must have as many numbers as a square image has pixels (784 for 28 × 28), and a label or not; found ${number(columns)} in each of ${number(lines)} lines`,
      unevenLines: ({ line, expected, found, lines }) => `line ${number(line)} must have ${number(expected)} columns, found ${number(found)}: ${left(lines, "such line was", "such lines were")} left out`,
      notNumber: ({ line, image, column, found, lines }) => `line ${number(line)} (image ${number(image)}, counted from 0): column ${number(column)} must be a number, found ${found === "" ? "none" : `“${found}”`}: ${left(lines, "such image was", "such images were")} left out`,
      notFinite: ({ image, row, column, images }) => `image ${number(image)} (counted from 0) must hold finite numbers only, found one that is not in row ${number(row)}, column ${number(column)}: ${left(images, "such image was", "such images were")} left out`,
      labelsOtherCount: ({ labels, images }) => `there must be as many labels as images: found ${number(labels)} labels for ${number(images)} images, so these labels were not used`,
      labelsAmbiguous: ({ labels }) => `several files have ${number(labels)} images, and none is named like this file of labels: name them alike, such as a-images and a-labels, or choose one pair at a time`,
      labelsAlone: ({ labels }) => `it holds ${number(labels)} labels and no images: choose it together with the images`,
      labelsWithoutNames: ({ labels }) => `it has ${number(labels)} labels, but does not tell which file each belongs to: add a column of file names, or put the pictures into a folder for each class`,
      labelsOfOtherFiles: ({ file }) => `it labels files by name, such as “${file}”, and none of them is among the images: choose them together`,
      tooManyClasses: ({ classes }) => `there must be 255 different labels at most, found ${number(classes)}: the images came in without labels`,
      labelsFractions: () => "labels must be whole numbers or words, found fractions: the images came in without labels",
      brokenPicture: () => "the browser cannot read this picture: it is damaged, or its ending does not fit what is in it; open it in another program, and save it as PNG",
      noDecoder: () => "this browser cannot read pictures in the background: use a newer one, or save the images as CSV or NPY",
      guardedCanvas: () => "this browser changes the pixels that a page reads, as a protection against fingerprinting: allow this page to read its canvas, or save the images as CSV or NPY",
      notRead: ({ why }) => `it could not be read (${why}): choose it again`,
      noRoom: ({ count }) => `there is room for 60,000 images; the last ${number(count)} were left out`,
      others: ({ kinds }) => `${number(kinds)} other problems`,
    },
    /** What was done to a set. @type {Record<string, (values: Told) => string>} */
    remarks: {
      testPartLeft: ({ names, images }) => `The test part was left out (${names}, ${number(images)} images): a model is tested on what it has not seen.`,
      testFilesLeft: ({ names, files }) => `The test part was left out (${names}${Number(files) > 1 ? `, ${number(files)} files` : ""}): a model is tested on what it has not seen.`,
      imageColumns: ({ count }) => `Each of the ${number(count)} columns of the array is one image.`,
      stacked: ({ count }) => `The array is 28 wide: ${number(count)} images below one another.`,
      colour: ({ channels }) => `Colour became grey: ${channels === 1 ? "one channel" : `${channels} channels`}.`,
      labelColumn: ({ column }) => `Column ${column} was taken for the labels.`,
      columnLeft: ({ column }) => `Column ${column} was left out: it counts or names the rows.`,
      cut: ({ sheets, images }) => `${sheets === 1 ? "A sheet was" : `${number(sheets)} sheets were`} cut into ${number(images)} images.`,
      inverted: () => "Black and white were turned around, since the paper was bright: the model expects white ink on black.",
      turned: ({ name }) => `Rows and columns were exchanged: files like “${name}” store their images on their side.`,
      stretched: ({ lowest, highest }) => `Stretched: the lowest number, ${lowest}, became black, and the highest, ${highest}, white.`,
      rangeBits: () => "The numbers are 0 and 1: 1 became white.",
      rangeParts: () => "The numbers go from 0 to 1: 1 became white.",
      rangeSigned: () => "The numbers go from −1 to 1: −1 became black, and 1 white.",
      rangeShifted: ({ lowest, highest }) => `The numbers go from ${lowest} to ${highest}: ${lowest} became black, and ${highest} white.`,
      rangeWrapped: () => "The numbers are bytes that were saved as signed ones: −1 is 255 again.",
      rangeWhite: ({ lowest, highest }) => `${lowest} became black, and ${highest} white.`,
      clipped: ({ lowest, highest }) => `The numbers go from ${lowest} to ${highest}: what is below 0 became black, and what is above 255 white.`,
      clippedParts: ({ lowest, highest }) => `The numbers go from ${lowest} to ${highest}: 0 became black and 1 white, and what is beyond them too.`,
      resized: ({ width, height }) => `Images of ${width} × ${height} were brought to 28 × 28.`,
      boxed: ({ width, height }) => `Images of ${width} × ${height} that fill their picture were put into the middle 20 × 20 of 28 × 28, where MNIST has its digits.`,
      cropped: ({ width, height }) => `Images of ${width} × ${height} had an empty margin around 28 × 28, which was cut off.`,
      lightRemoved: ({ count }) => `${count === 1 ? "A photograph" : `${number(count)} photographs`} of paper: the uneven light was removed, and the ink centred and brought to MNIST’s size.`,
      inkBoxed: ({ count }) => `${count === 1 ? "A drawing was" : `${number(count)} drawings were`} centred and brought to MNIST’s size.`,
      channel: ({ channel }) => `Coloured ink: the ${channel} channel shows it best, and was taken as grey.`,
      sixteenBits: ({ highest }) => `Pictures of 16 bits: ${number(highest)} became white.`,
      tooMany: ({ kept, leftOut }) => `There is room for ${number(kept)} of these images: ${number(leftOut)} were left out.`,
    },
    /** What is asked before a set joins. @type {Record<string, (values: Told) => string>} */
    doubts: {
      nothingAdded: () => "No image was found.",
      tallArray: ({ name, width, height }) => `“${name}” was read as one image, ${number(width)} wide and ${number(height)} high. Is it a table of many?`,
      allBlack: ({ images }) => (images === 1 ? "The image is black all over." : `All ${number(images)} images are black all over.`),
      allEqual: ({ images }) => `All ${number(images)} images are the same.`,
      onePlain: () => "The image is of one colour all over.",
      oneLabel: ({ label, images }) => `All ${number(images)} labels are ${label}. Are they labels?`,
      labelsCount: ({ first, last }) => `The labels count from ${number(first)} to ${number(last)}. Do they count the images?`,
      manyClasses: ({ classes, most }) => `There are ${number(classes)} classes. A model that is told the class takes ${number(most)} at most.`,
    },
    /** Of many files with one trouble the first few names, and what is wrong with the first. @type {(files: readonly string[], count: number, why: string) => string} */
    problem: (files, count, why) => (count === 1 ? `${files[0]}: ${why}.` : `${number(count)} files (${files.join(", ")}${count > files.length ? ", …" : ""}), of which the first: ${why}.`),
  },
  keeping: {
    /** @type {(step: string, age: number) => string} */
    offer: (step, age) => `Your model is still here: step ${step}, ${ago(age)}.`,
    resume: "Resume where you were",
    name: "Your earlier model",
    /** @param {string} step */
    resumed: (step) => `Your model is back at step ${step}.`,
    /** @type {(name: string, why: string) => string} */
    unreadable: (name, why) => `“${name}” is kept, but this version of the page cannot read it, and the model is as it was: ${why} Download the file before you forget it.`,
    download: "Download it",
    forget: "Forget it",
    notForgotten: "The run was not forgotten",
    /** @param {string} why */
    refused: (why) => `This browser does not keep your model for the next visit: save it to a file before you leave. (${why})`,
  },
  learn: {
    title: "How it works",
    lede: "Seven ideas, one small network, and arithmetic that can be followed. The figures compute what this page computes, with your digit and the model above; they follow while you draw and while it trains. Point at a term of a formula, and its part of the page above lights up.",
    autoencoder: {
      title: "An autoencoder",
      text: [
        "Press a picture of 784 pixels through a few numbers, and ask for the picture back. The first half of the network is the *encoder*, the second half the *decoder*, and the few numbers in between are the *code* {_z_|code}. To succeed, the network must find what digits have in common.",
        "The result compresses, but it cannot generate. Most codes that one makes up decode to smudges, because nothing in its training asked the space between the digits to mean anything.",
      ],
    },
    generative: {
      title: "A generative model",
      text: [
        "A generative model describes how the data could have come about: draw a code {_z_|code} from plain noise, then draw a picture {_x_|answer} given _z_. If the description is good, new draws look like the data. The grid [Samples](#samples) is exactly that: noise in, digits out.",
      ],
    },
    vae: {
      title: "A variational autoencoder",
      text: [
        "A VAE is both. Its encoder does not name one code but a small cloud of codes: a normal distribution, with a mean {_μ_|code} and a standard deviation {_σ_|code} for every latent number. Training asks all these clouds together to look like plain noise. So the space has no empty corners, and noise decodes to something like a digit.",
        "Choose *one latent number* in the figure and move it: all others stay, and {_x̂_|answer} shows what this one stands for. Where _σ_ is near 1 and _μ_ near 0, the number is noise and changes nothing. The [map](#map) moves two numbers at a time.",
        "Choose *variational: off* in the settings to train a plain autoencoder, and see its samples fail.",
      ],
      sources: "[D. P. Kingma and M. Welling, 2013](https://arxiv.org/abs/1312.6114); [D. J. Rezende, S. Mohamed and D. Wierstra, 2014](https://arxiv.org/abs/1401.4082)",
    },
    reparameterization: {
      title: "The reparameterization trick",
      text: [
        "For each picture the encoder gives a mean {_μ_|code} and the logarithm of a variance for every latent number. Then a code is drawn from that cloud. A random draw cannot be differentiated, so the randomness is moved aside: take standard noise _ε_, scale it by {_σ_|code}, shift it by _μ_. Noise is now an input like any other, and the gradient passes through _μ_ and log _σ_².",
        "Move the *noise* in the figure. At 0 the code is the mean itself; at 1 it is a draw as in training, like each of the [variations](#variations); beyond that it leaves the cloud.",
        "The decoder turns {_z_|code} into one number for each pixel. For black-and-white ink it is the probability that the pixel is white. (The settings offer squared error instead: each number is then a mean, with Gaussian noise around it.)",
      ],
      sources: "[D. P. Kingma and M. Welling, 2013](https://arxiv.org/abs/1312.6114), section 2.4",
    },
    loss: {
      title: "What training minimises",
      text: [
        "A model of data is good if it gives a high probability _p_(_x_) to pictures that it has never seen. That number cannot be computed, but a lower bound of its logarithm can: the *evidence lower bound*, ELBO. Its negative is the sum of two costs. They are drawn on the [charts](#training), and for your digit they stand [beside it](#costs).",
      ],
      recon: {
        title: "Reconstruction error",
        text: "How badly the decoder predicts the picture from the code, summed over all 784 pixels. With {_x_|pad} as the target and {_x̂_|answer} as the probability of white it is the cross-entropy:",
      },
      kl: {
        title: "KL divergence",
        text: "How far the cloud of one picture is from plain noise: the price, in nats, of telling this picture's code. Summed over the latent numbers it has a closed form:",
      },
      after: [
        "The two pull against each other: codes far apart are easy to decode, codes near plain noise are cheap. All costs are in nats per image; lower is better. An untrained network guesses one half for every pixel, and pays 784 · ln 2 ≈ 543 nats.",
      ],
      beta: {
        title: "Weighing the two: β",
        text: "Training may weigh the KL divergence by a factor _β_. With _β_ = 1 the objective is the bound. A larger one makes codes cheap and pictures blurred; a smaller one makes reconstructions sharp, but the clouds no longer look like plain noise together, and samples suffer. Choose among three small models, trained beforehand, alike in all but _β_:",
      },
      sources: "[I. Higgins et al., 2017](https://openreview.net/forum?id=Sy2fzU9gl)",
    },
    training: {
      title: "Training, step by step",
      text: [
        "A network begins as matrices of random numbers. Each *step* takes a batch of digits, computes the loss, and asks for every weight _θ_ in which direction the loss falls: the gradient _g_, by back-propagation. Then all weights move a little that way. *Adam* chooses the length of each move from a running mean _m_ of the gradient and _v_ of its square. One pass over the training digits is an *epoch*.",
      ],
      steps: [
        ["Prepare", "The data are the 70,000 digits of MNIST. Every file is checked as it arrives: its kind, its size, the range of its labels. Pixels are scaled from 0…255 to 0…1. Your own [drawing](#draw) is brought into the same form: cut to its ink, fitted into a box of 20 × 20, smoothed, and centred by its centre of mass in 28 × 28."],
        ["Split", "60,000 digits are for training, 10,000 others for testing. The model never learns from the test digits, so the test curve tells whether it understood or only remembered. Training digits can be set aside for validation as well."],
        ["Build", "The matrices are drawn from the seed in the settings. Before training, samples are noise."],
        ["Train", "Batches come in shuffled order, each step with new noise _ε_. The same seed gives the same run."],
        ["Evaluate", "Every hundred steps on a part of the test digits, after each epoch on all 10,000, with _z_ drawn at random as in training, so that the bound is honest. The panel [Evaluation](#evaluation) tells more: which latent numbers are in use (*active units*) and which have collapsed onto the noise; and, by weighing many draws of _z_, an estimate of log _p_(_x_) itself. What comes out depends on what the pixels are: grey, cut at one half, or black and white by chance. Numbers of different kinds do not compare, so the kind always stands beside them."],
      ],
      sources: "Adam: [D. P. Kingma and J. Ba, 2015](https://arxiv.org/abs/1412.6980)",
    },
    use: {
      title: "What it is good for",
      text: [
        "*Compress*: encode a digit, and keep the means {_μ_|code} with a few bits each. *Restore*: decode them. *Vary*: decode points of the cloud around them. *Generate*: decode plain noise, and a new [digit](#samples) appears.",
      ],
    },
    sourcesAre: "Source: ",
    /** What the terms of the formulas are. */
    terms: {
      x: "x, your digit",
      given: "x̂, the reconstruction",
      picture: "x, a picture",
      z: "z, the code",
      mu: "μ, the mean of the code",
      sigma: "σ, the standard deviation of the code",
      cloud: "q(z | x), the cloud of your digit",
      bound: "log p(x): the bound is at least −log p(x)",
      recon: "the expected log p(x | z): minus the reconstruction error",
      kl: "the KL divergence of q(z | x) from p(z)",
      kls: "the KL divergence",
      errors: "the reconstruction error",
      step: "θ, the weights, which a step of training moves",
    },
    formulas: {
      encoder: "encoder",
      decoder: "decoder",
      autoencoder: "z is the encoder's output for x; x hat is the decoder's output for z",
      generative: "z is drawn from a standard normal distribution, then x from p of x given z",
      vae: "q of z given x is normal, with mean mu and variance sigma squared",
      reparameterization: "z equals mu plus sigma times epsilon; sigma is exp of one half log sigma squared; epsilon is standard normal",
      bound: "log p of x is at least the expected log p of x given z, minus the KL divergence of q of z given x from p of z",
      recon: "minus the sum over pixels of x log x hat plus one minus x times log of one minus x hat",
      kl: "one half of the sum over latent numbers of mu squared plus sigma squared minus log sigma squared minus one",
      beta: "the objective: reconstruction error plus beta times KL divergence",
      adam: "theta becomes theta minus the learning rate times m over the root of v plus a small number",
    },
    figures: {
      empty: "Draw a digit, and the figure shows it.",
      x: "x, your digit as the model sees it",
      given: "x̂, its reconstruction",
      nothing: "nothing yet",
      code: "z",
      /** @type {(dimensions: string, numbers: string) => string} */
      codeBars: (dimensions, numbers) => `The code of your digit, ${dimensions} numbers: ${numbers}`,
      autoencoder: {
        name: "Your digit through the autoencoder",
        /** @param {string} dimensions */
        caption: (dimensions) => `784 pixels, ${dimensions} numbers, 784 pixels.`,
      },
      generative: {
        name: "Noise and what it decodes to",
        again: "New noise",
        /** @param {number} index */
        picture: (index) => `Digit ${index} decoded from noise`,
        caption: "Below, codes of plain noise; above, what the decoder makes of each.",
      },
      vae: {
        name: "The cloud of your digit, and one latent number",
        /** @type {(dimensions: string, most: string) => string} */
        cloud: (dimensions, most) => `The cloud of your digit: mean and standard deviation of ${dimensions} latent numbers; number ${most} costs most`,
        which: "Latent number",
        /** @param {string} dimensions */
        of: (dimensions) => `of ${dimensions}`,
        value: "Its value",
        back: "Back to μ",
        /** @type {(index: string, mu: string, sigma: string) => string} */
        numbers: (index, mu, sigma) => `μ = ${mu}, σ = ${sigma} for number ${index}`,
        given: "x̂ with this number changed",
        caption: "Each column is a latent number: its mean, and one standard deviation to both sides. The band is plain noise, −1 to 1.",
        plain: "This model is a plain autoencoder: it has codes, but no clouds.",
      },
      reparameterization: {
        name: "Noise added to the code of your digit",
        noise: "Noise",
        /** @param {string} scale */
        scale: (scale) => `${scale} σ`,
        again: "New ε",
        /** @param {string} distance */
        caption: (distance) => `z = μ + noise · σ · ε. The code has moved by ${distance}.`,
        given: "x̂ of the code with noise",
        bars: { mu: "μ", eps: "ε", z: "z" },
        /** @type {(name: string, numbers: string) => string} */
        barsOf: (name, numbers) => `${name}: ${numbers}`,
      },
      loss: {
        name: "What your digit costs",
        errors: "Where the reconstruction errs: bright pixels cost most",
        where: "error of each pixel",
        /** @type {(recon: string, kl: string, sum: string) => string} */
        costs: (recon, kl, sum) => `${recon} + ${kl} = ${sum} nats`,
        recon: "Reconstruction error",
        kl: "KL divergence",
        /** @type {(numbers: string) => string} */
        perNumber: (numbers) => `KL divergence of each latent number, in nats: ${numbers}`,
        perNumberCaption: "KL divergence of each latent number",
        scale: "The whole width is 543 nats, the cost of an untrained network.",
      },
      beta: {
        name: "Three models at three weights of the KL divergence",
        choose: "β",
        wait: "The three small models are loading…",
        /** @param {string} why */
        failed: (why) => `The small models did not arrive: ${why}`,
        given: "Your digit, reconstructed by the chosen model",
        samples: "Samples of the chosen model",
        /** @type {(recon: string, kl: string) => string} */
        own: (recon, kl) => `Your digit: reconstruction error ${recon}, KL divergence ${kl} nats.`,
        /** @type {(beta: string, recon: string, kl: string) => string} */
        test: (beta, recon, kl) => `β = ${beta}: reconstruction ${recon} + KL ${kl}`,
        caption: "Bars: mean costs of the 10,000 test digits, in nats.",
      },
      training: {
        name: "Your digit while the model trains",
        /** @type {(step: string, bound: string) => string} */
        now: (step, bound) => `Step ${step}: your digit costs ${bound} nats.`,
        /** @param {string} step */
        at: (step) => `step ${step}`,
        /** @type {(step: string, bound: string) => string} */
        picture: (step, bound) => `The reconstruction at step ${step}: ${bound} nats`,
        wait: "Press *Train* above, and the way of your digit is kept here: its reconstruction now and then, and its cost.",
        /** @type {(from: string, to: string) => string} */
        curve: (from, to) => `What your digit cost on the way: from ${from} to ${to} nats`,
      },
      use: {
        name: "Your digit compressed and restored",
        bits: "Bits for each number",
        /** @type {(bytes: string, share: string) => string} */
        caption: (bytes, share) => `784 bytes become ${bytes}, about 1 in ${share}.`,
        kept: "What is kept:",
        restored: "restored",
        given: "The digit restored from what is kept",
        generated: "generated",
        generatedIs: "A digit decoded from plain noise",
      },
    },
  },
  language: {
    notChanged: "The language was not changed",
  },
  main: {
    /** @param {string} version */
    version: (version) => `VAE Lab ${version}.`,
  },
  map: {
    note: "Every place is a code _z_, and shows what the decoder makes of it. Numerals are test digits where the encoder puts them; the ring is your digit with its _σ_. Drag, or use the arrow keys. With more than two dimensions, the others stand still, at 0 unless you set them.",
    dots: "Test digits",
    principal: "Principal components",
    save: "Save as PNG",
    title: "Latent map",
    role: "map",
    none: "The map; the model is not loaded yet",
    noDigit: "The digit at the cursor: nothing yet",
    cursor: "The cursor",
    right: "Right",
    up: "Up",
    axisRight: "Dimension to the right",
    axisUp: "Dimension upwards",
    cursorRight: "Cursor, to the right",
    cursorUp: "Cursor, upwards",
    others: "The other dimensions",
    asMine: "As my digit",
    zero: "All to 0",
    /** @param {number} step */
    picture: (step) => `Digits decoded over the plane, by the model at step ${step.toLocaleString("en")}`,
    /** @type {(u: number, v: number) => string} */
    digit: (u, v) => `The digit decoded at ${short(u)}, ${short(v)}`,
    /** @param {number} number */
    name: (number) => `z${number}`,
    /** @param {number} number */
    use: (number) => `KL divergence of z${number}`,
    /** @param {number} use */
    nats: (use) => `${use.toFixed(2)} nats`,
    slider: "What this dimension is set to everywhere on the map.",
    /** @param {number} count */
    rest: (count) => (count === 0 ? "" : count === 1 ? "One more dimension is collapsed: it tells nothing, and the decoder does not listen to it." : `${count} more dimensions are collapsed or hardly used: they tell nothing.`),
    /** @type {(number: number, use: number) => string} */
    dimension: (number, use) => `z${number}, ${use < 0.01 ? "collapsed" : `${use.toFixed(2)} nats`}`,
    /** @type {(cursor: [number, number], mine: { u: number, v: number } | null) => string} */
    stage: ([u, v], mine) =>
      `Latent map. The cursor is at ${short(u)}, ${short(v)}.${mine ? ` Your digit lies at ${short(mine.u)}, ${short(mine.v)}.` : ""} Arrow keys move the cursor, with Shift by larger steps.`,
  },
  measures: {
    bound: "Bound",
    loss: "Loss",
    /** What the bound is, up to its sign. */
    sign: "(−ELBO)",
    /** @type {(word: string, nats: string) => string} */
    test: (word, nats) => `test ${word.toLowerCase()} ${nats} nats`,
    /** @type {(nats: string, measure: string) => string} */
    card: (nats, measure) => `test bound ${nats} nats (${measure})`,
    conventions: { grey: "grey targets", threshold: "threshold at ½", dynamic: "dynamic binarisation" },
    /** @param {string} convention */
    labelKnown: (convention) => `${convention}, label known`,
    /** @param {string} count */
    epochs: (count) => `${count} ${count === "1" ? "epoch" : "epochs"}`,
  },
  model: {
    automatic: "automatic",
    /** @param {number} workers */
    now: (workers) => `${workers} now,`,
    copy: "Copy",
    copied: "Copied",
    copyByHand: "Select the text to copy it",
  },
  models: {
    /** @param {string} name */
    inEightBits: (name) => `${name} (8 bits)`,
    ready: "The model is ready and untrained: press Train.",
    /** @type {(name: string, epochs: string) => string} */
    taken: (name, epochs) => `${name} is ready, trained for ${epochs} epochs. Draw a digit.`,
    /** @param {string} why */
    noneTrained: (why) => `The pretrained model could not be loaded, so this one is untrained: press Train. (${why})`,
    /** @param {string} step */
    restored: (step) => `Restarted. The model is back at step ${step}.`,
    notRestored: "The automatic copy of the model could not be restored",
    restarted: "Restarted with a new model.",
    settingsNotRestored: "The settings could not be restored",
    /** @type {(what: string, step: string) => string} */
    replaced: (what, step) => `${what} took the place of the one at step ${step}.`,
    bringBack: "Bring it back",
    notBroughtBack: "The former model could not be brought back",
    /** @type {(missing: readonly string[], unknown: readonly string[]) => string} */
    otherVersion: (missing, unknown) =>
      [
        "This model comes from another version of the page.",
        ...(missing.length > 0 ? [`It lacks these settings, which have their defaults: ${missing.join(", ")}.`] : []),
        ...(unknown.length > 0 ? [`It has settings that this version does not know and leaves out: ${unknown.join(", ")}.`] : []),
      ].join(" "),
    newOne: "A new model",
    /** @param {string} step */
    earlier: (step) => `The model as it was at step ${step}`,
    /** @param {string} name */
    other: (name) => `“${name}”`,
    notReset: "The model was not reset",
    saved: "The model was saved to a file.",
    notSaved: "The model could not be saved",
    /** @type {(file: string, step: string) => string} */
    loaded: (file, step) => `Loaded ${file}: a model at step ${step}.`,
    /** @param {string} name */
    notLoaded: (name) => `“${name}” was not loaded, and the model is as it was`,
  },
  notices: {
    title: "Notices",
    dismiss: "Dismiss",
    restart: "Restart",
    /** @param {string} why */
    crashed: (why) => `The model stopped working: ${why}. Your drawing is safe, and the newest automatic copy of the model will be restored.`,
  },
  offline: {
    newVersion: "A new version of this page is ready. Your model is kept over the update.",
    update: "Update now",
    notUpdated: "The page was not updated: this browser does not keep your model over a reload. Save it to a file first, then reload the page.",
    ready: "Ready offline.",
  },
  origin: {
    title: "This model",
    erase: "Reset and train",
    trainFurther: "Train it further",
    /** @param {string} name */
    bringBack: (name) => `Bring ${name} back`,
    /** @type {(name: string, epochs: string, bound: string) => string} */
    untouched: (name, epochs, bound) => `${name} is pretrained: ${epochs}, ${bound}.`,
    /** @type {(name: string, bound: string) => string} */
    further: (name, bound) => `${name}, trained further by you. As it came: ${bound}.`,
    own: "You trained this model.",
    untrained: "This model is untrained.",
    /** @type {(name: string, epochs: string, bound: string) => string} */
    before: (name, epochs, bound) => `Before: ${name}, ${epochs}, ${bound}.`,
    /** @type {(name: string, epochs: string) => string} */
    beforeOtherwise: (name, epochs) => `Before: ${name}, ${epochs}; its numbers were taken another way and do not compare.`,
    none: "There is no model at the moment.",
    coming: "A pretrained model is loading.",
    invitation: "This model is untrained: press Train.",
  },
  dataPanel: {
    title: "Data",
    about: "Your own images instead of MNIST, or beside it. They stay on this machine.",
    drop: "Drop files or folders here: pictures (PNG, JPEG, WebP, GIF, BMP, AVIF), IDX, CSV, NPY, NPZ, also in a ZIP. Anything becomes 28 × 28 grey, white on black. Names of folders are labels.",
    chooseFiles: "Choose files",
    chooseFolder: "Choose a folder",
    files: "Files of images",
    folder: "Folder of images",
    addDrawing: "Add my drawing",
    cancel: "Cancel",
    reading: "The files are being read.",
    /** @param {string} found */
    walking: (found) => `Looking for files: ${found} found`,
    /** @type {(files: string, total: string, images: string) => string} */
    progress: (files, total, images) => `${files} of ${total} files read, ${images} images`,
    cancelled: "Reading was cancelled; nothing was added.",
    notRead: "The files were not read",
    unreadable: "What could not be opened",
    /** @type {(names: string, files: number) => string} */
    notOpened: (names, files) => `${files === 1 ? "One file or folder" : `${files} files or folders`} could not be opened: ${names}. Choose them with the buttons instead.`,
    problems: "Files that could not be read",
    doubts: "What to check",
    /** @type {(images: string, doubts: number, problems: number) => string} */
    read: (images, doubts, problems) =>
      `${images} ${images === "1" ? "image" : "images"} read${images === "0" ? "" : ", not in your set yet"}${doubts > 0 ? "; please check them" : ""}${problems > 0 ? `; ${problems} ${problems === 1 ? "file" : "files"} could not be read` : ""}.`,
    /** @param {number} images */
    notYet: (images) => `${images.toLocaleString("en")} ${images === 1 ? "image" : "images"}, not in your set yet`,
    /** @type {(shown: string, images: string, labels: string) => string} */
    shownPictures: (shown, images, labels) => `${shown} of ${images} images, from all over the set${labels ? `, with the labels ${labels}` : ", without labels"}`,
    /** @type {(brightest: string, mean: string) => string} */
    facts: (brightest, mean) => `Brightest value ${brightest} of 255, mean ${mean} (MNIST: 255 and 33).`,
    /** @type {(name: string, images: string) => string} */
    aClass: (name, images) => `${name}: ${images}`,
    /** @type {(classes: number, list: string, others: number, unlabelled: number) => string} */
    classes: (classes, list, others, unlabelled) =>
      classes === 0
        ? "Without labels."
        : `${classes} ${classes === 1 ? "class" : "classes"}: ${list}${others > 0 ? ` and ${others} more` : ""}.${unlabelled > 0 ? ` ${unlabelled.toLocaleString("en")} without a label.` : ""}`,
    remarks: "What was done to them",
    changes: "Change all of them",
    choices: { invert: "Inverted", turn: "Turned", stretch: "Stretched", cut: "Cut up", box: "Centred" },
    isThisRight: "Is this right?",
    join: "Add to my images",
    joinAllTheSame: "Yes, add them",
    leave: "Put aside",
    /** @param {string} images */
    added: (images) => `${images} ${images === "1" ? "image" : "images"} added.`,
    yours: "Your images",
    export: "Download as IDX",
    clear: "Remove all",
    bringBack: "Bring them back",
    /** @type {(shown: number, images: number) => string} */
    preview: (shown, images) => `${shown} of your ${images.toLocaleString("en")} images`,
    /** @type {(images: number, labelled: number) => string} */
    words: (images, labelled) =>
      images === 0 ? "No images of your own yet." : `${images.toLocaleString("en")} ${images === 1 ? "image" : "images"} of your own, ${labelled === 0 ? "without labels" : labelled === images ? "all with labels" : `${labelled.toLocaleString("en")} with labels`}.`,
    trainOn: "Train on",
    sources: { mnist: "MNIST", own: "my images", both: "MNIST and my images" },
    use: "Begin a new model on it",
    small: "The test digits stay MNIST’s. A small set is repeated within an epoch.",
    notUsed: "Training learns from what it learnt from before",
    needsLabels: "This model is told the digit of every image, and not all of yours have labels: choose settings without labels, or a file that has them.",
    /** @param {number} classes */
    tooManyClasses: (classes) => `This model is told the digit of every image and knows ten of them; your images have ${classes} classes: choose settings without labels.`,
    used: { mnist: "A new model begins on MNIST.", own: "A new model begins on your images.", both: "A new model begins on MNIST and your images." },
    now: { mnist: "Training learns from MNIST.", own: "Training learns from your images.", both: "Training learns from MNIST and your images." },
  },
  pad: {
    /** @type {(ink: string, pen: { x: number, y: number, down: boolean } | null) => string} */
    name: (ink, pen) => `Drawing pad: ${ink}${pen ? `. Pen at ${pen.x}, ${pen.y}, ${pen.down ? "down" : "lifted"}` : ""}`,
    empty: "empty",
    /** @param {number | null} label */
    testDigit: (label) => (label === null ? "a test digit" : `a test digit, a ${label}`),
    /** @param {number} strokes */
    strokes: (strokes) => (strokes === 1 ? "one stroke" : `${strokes} strokes`),
    and: " and ",
    loading: "The test digits are still loading",
  },
  runs: {
    now: "now",
    notYet: "Not trained yet.",
    deleted: "The run was deleted.",
    bringBack: "Bring back",
    /** @param {string} name */
    bringBackRun: (name) => `Bring back ${name}`,
    /** @param {string} name */
    broughtBack: (name) => `${name} is at work again.`,
    /** @param {string} name */
    notBroughtBack: (name) => `“${name}” was not brought back, and the model is as it was`,
    inAnotherTab: "at work in another tab",
    notDeleted: "The run was not deleted",
    remove: "Delete",
    /** @param {string} name */
    removeRun: (name) => `Delete ${name}`,
    /** @param {string} name */
    rename: (name) => `Name of ${name}`,
    /** @param {string} name */
    show: (name) => `${name} on the charts`,
  },
  settings: {
    title: "Settings",
    close: "Close",
    presets: "Start from",
    /** @param {string} source */
    source: (source) => `Source: ${source}`,
    live: "live",
    anyTime: "Change at any time",
    rest: "Everything else",
    model: "The model",
    training: "Training and data",
    /** @param {string} changes */
    pending: (changes) => `For a new model: ${changes}`,
    apply: "Apply and restart",
    discard: "Discard",
    own: "Own settings",
    /** @param {number} seed */
    seed: (seed) => `seed ${seed}`,
    /** Of each setting, by its path. */
    words: {
      learningRate: { label: "Learning rate", help: "The size of Adam's steps. Too large and the loss jumps about; too small and nothing happens." },
      klWeight: { label: "KL weight", help: "How much staying close to the prior counts against reconstructing well. 1 trains the bound itself." },
      klWarmupEpochs: { label: "KL warm-up", help: "Over how many epochs the KL weight rises from 0 to its value. 0 switches it off." },
      freeBits: { label: "Free bits", help: "Nats that each latent dimension may use without paying: it keeps dimensions from collapsing." },
      schedule: { label: "Schedule", help: "How the learning rate changes: not at all, falling along a cosine, or in Burda's stages of 3^i epochs." },
      scheduleEpochs: { label: "Schedule length", help: "In how many epochs the cosine schedule reaches its end." },
      "model.latentDim": { label: "Latent size", help: "How many numbers the code z of a digit has." },
      "model.encoderHidden": { label: "Encoder layers", help: "The widths of the encoder's hidden layers, from the image inwards, separated by commas." },
      "model.decoderHidden": { label: "Decoder layers", help: "The widths of the decoder's hidden layers, from the code outwards, separated by commas." },
      "model.activation": { label: "Activation", help: "The non-linearity of the hidden layers." },
      "model.likelihood": { label: "Likelihood", help: "How the error of a pixel is measured: Bernoulli is cross-entropy, Gaussian is squared error." },
      "model.variational": { label: "Variational", help: "On: a VAE. Off: a plain autoencoder, without noise in the code and without KL." },
      "model.conditional": { label: "Conditional", help: "Whether encoder and decoder are told the label, so that you can ask for a digit." },
      reduction: { label: "Reconstruction", help: "Whether the objective sums the error over the pixels, as the bound does, or averages it." },
      l2: { label: "L2", help: "The weight of the sum of squared weights in the objective: it keeps weights small." },
      batchSize: { label: "Batch size", help: "How many images a step averages its gradient over." },
      binarization: { label: "Pixels", help: "Grey as they are (none), black or white by a threshold, or drawn anew each time (dynamic)." },
      validationImages: { label: "Held out", help: "How many images at the end of the training file are kept for validation instead of learnt from." },
      beta1: { label: "Adam beta 1", help: "How slowly Adam's running mean of the gradient forgets." },
      beta2: { label: "Adam beta 2", help: "How slowly Adam's running mean of the squared gradient forgets." },
      epsilon: { label: "Adam epsilon", help: "Keeps Adam from dividing by almost nothing." },
      initialization: { label: "Initialization", help: "How weights start: uniform as in PyTorch, or He's, which keeps signals alive through many layers." },
      outputBias: { label: "Output bias", help: "Where the last layer's bias starts: at random, or at the logit of the mean training image." },
      engine: { label: "Engine", help: "What computes the steps: fused kernels made for this model, or plain Burn, slower, for comparison." },
      seed: { label: "Seed", help: "Decides everything random. The same seed and settings give the same run." },
    },
    /** Of each preset, by its id. */
    presetWords: {
      "digits-20d": {
        name: "Digits 20-D",
        source: "The VAE example of pytorch/examples",
        description: "Twenty latent numbers for a digit: sharp reconstructions and good samples within a few epochs.",
      },
      article: {
        name: "The article",
        source: "An introductory article on VAEs: mean squared error + 0.01 KL + L2 0.001",
        description: "A large code under strong pressure: all latent dimensions collapse. Let the reconstruction be a sum and they come back.",
      },
      "best-mlp": {
        name: "Best MLP",
        source: "Our own recipe, found by measurement: see LEARNING.md",
        description: "The lowest bound that we found with at most 700,000 parameters. Its schedule ends after ten epochs.",
      },
      "map-2d": {
        name: "Map 2-D",
        source: "Our own: two latent numbers, for the map of all digits",
        description: "Only two latent numbers, so that every code is a point on a map. Reconstructions are rougher.",
      },
      conditional: {
        name: "Conditional",
        source: "Sohn, Lee and Yan 2015, the conditional VAE; sizes of Digits 20-D, with a KL weight of 4",
        description: "Told which digit it sees, so that you can ask it to write a 7. The code is left with the style.",
      },
      autoencoder: {
        name: "Autoencoder",
        source: "Digits 20-D without noise in the code and without KL",
        description: "The contrast that explains the VAE: sharper reconstructions, but random codes decode to scribbles.",
      },
      "kingma-welling": {
        name: "Kingma & Welling 2013",
        source: "Kingma and Welling 2013, section 5, with Adam in the place of Adagrad",
        description: "The first VAE: 500 tanh units each way, twenty latent numbers, batches of 100.",
      },
      burda: {
        name: "Burda et al. 2015",
        source: "Burda, Grosse and Salakhutdinov 2015, section 5: the VAE with one stochastic layer",
        description: "The classic to compare log p(x) with: binarised digits, small batches, 3,280 epochs in eight stages.",
      },
    },
    /** Why a field's text says nothing. */
    refused: {
      /** @type {(label: string, found: string) => string} */
      number: (label, found) => `${label} must be a number, got “${found}”`,
      /** @type {(label: string, found: string) => string} */
      integer: (label, found) => `${label} must be a whole number, got “${found}”`,
      /** @type {(label: string, found: string) => string} */
      widths: (label, found) => `${label} must be whole numbers with commas between them, got “${found}”`,
    },
  },
  share: {
    copy: "Copy a link to the settings",
    copied: "Link copied",
    taken: "This link came with settings of its own: press Train.",
    /** @param {readonly string[]} list */
    mended: (list) => `This link came with settings of its own, some of which were mended: ${list.join("; ")}.`,
    /** @param {string} why */
    refused: (why) => `The settings of this link do not go together, so nothing was changed: ${why}`,
    /** What was wrong in a link, and what was done about it. */
    mends: {
      /** @type {(known: number, found: string) => string} */
      version: (known, found) => `the link's version must be ${known}, found “${found}”: what is known of it was read`,
      /** @type {(id: string, taken: string) => string} */
      preset: (id, taken) => `there is no preset “${id}”: ${taken} was taken`,
      /** @param {string} key */
      setting: (key) => `there is no setting “${key}”: it was left out`,
      /** @type {(label: string, choices: string, found: string) => string} */
      choice: (label, choices, found) => `${label} must be one of ${choices}, found “${found}”: it was left out`,
      /** @type {(label: string, found: string) => string} */
      switch: (label, found) => `${label} must be true or false, found “${found}”: it was left out`,
      /** @param {string} why */
      leftOut: (why) => `${why}: it was left out`,
      /** @type {(label: string, was: string, is: string) => string} */
      bounds: (label, was, is) => `${label} was ${was} and is now ${is}, the nearest that is possible`,
    },
  },
  shelf: {
    coming: "The list of pretrained models is loading.",
    none: "No pretrained model could be loaded: train one yourself, or load a file.",
    bound: "Test bound",
    nats: "nats",
    load: "Load",
    loaded: "Loaded",
    /** @type {(action: string, name: string) => string} */
    button: (action, name) => `${action} ${name}`,
    /** @type {(recon: string, kl: string) => string} */
    parts: (recon, kl) => `reconstruction ${recon} + KL ${kl}`,
    /** @param {number} count */
    activeUnits: (count) => `${count} active units`,
    /** @type {(labelKnown: boolean, nats: string, samples: string | null) => string} */
    logLikelihood: (labelKnown, nats, samples) => `${density(labelKnown)} ${nats}${samples === null ? "" : ` with ${samples} samples`}`,
    /** @param {string} bound */
    inEightBits: (bound) => `with weights in 8 bits, as a visit begins, ${bound}`,
    made: "How it was made",
  },
  stages: {
    names: { model: "Model", weights: "Pretrained weights", test: "Test digits", train: "Training digits" },
    /** @param {string} name */
    bar: (name) => `${name}: download`,
    retry: "Retry",
    /** @param {string} name */
    retryName: (name) => `Retry: ${name.toLowerCase()}`,
    waiting: "waiting",
    onDemand: "load when you press Train (9.7 MB)",
    asking: "asking…",
    /** @param {string} megabytes */
    done: (megabytes) => `${megabytes} MB ✓`,
    none: "none",
  },
  film: {
    end: "Stop and save",
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
  stage: {
    seen: "What the model sees: your digit, 28 by 28 pixels",
    nothingSeen: "What the model sees: nothing yet",
    /** @type {(recon: string, kl: string) => string} */
    answer: (recon, kl) => `The reconstruction: reconstruction error ${recon} nats, KL divergence ${kl} nats`,
    movedAnswer: "What the decoder makes of the code that you moved",
    nothingAnswered: "The reconstruction: nothing yet",
    /** @type {(layer: number, units: number) => string} */
    encoderLayer: (layer, units) => `Encoder, hidden layer ${layer}: ${units} activations`,
    /** @type {(layer: number, units: number) => string} */
    decoderLayer: (layer, units) => `Decoder, hidden layer ${layer}: ${units} activations`,
    /** @param {number} number */
    dimension: (number) => `Latent number ${number}`,
    /** @type {(value: number, mu: number, sigma: number | null, kl: number) => string} */
    value: (value, mu, sigma, kl) =>
      sigma === null ? short(value) : `${short(value)}; μ ${short(mu)}, σ ${short(sigma)}, ${kl < 0.01 ? "collapsed" : `KL ${short(kl)} nats`}`,
    /** @type {(number: number, value: string) => string} */
    readout: (number, value) => `z${number} = ${value}`,
    /** @type {(variational: boolean) => string} */
    hint: (variational) =>
      variational
        ? "Bars: μ, sorted by KL; bands: μ ± σ; grey: collapsed. Drag a bar."
        : "A bar is a number of the code. Drag one: the reconstruction follows.",
    movedNote: "You moved the code: the costs are those of the digit’s own.",
    empty: "Draw a digit, and its code appears here.",
    moved: "The code was moved. The picture is what the decoder makes of it.",
    back: "The code of your digit is back.",
  },
  help: {
    /** @param {string} title */
    about: (title) => `About ${title}`,
    more: "More in How it works",
  },
  rooms: {
    home: "VAE Lab: train a generator of handwritten digits in your browser",
    about: {
      play: "Draw a digit, see its reconstruction, and press Train to watch noise turn into digits.",
      explore: "See which digits lie where in the latent space, what lies around yours, and walk between digits.",
      train: "Follow every curve of the run, look back at its earlier moments, and bring earlier runs back.",
      compare: "Let two settings learn side by side from the same seed and digits.",
      data: "Let the model learn from your own images instead of MNIST, or beside it.",
      models: "Load a pretrained model, measure the one at work, save it, and open it in Python.",
      learn: "Read how a variational autoencoder works, from the idea to the formulas.",
    },
    names: { play: "Play", explore: "Explore", train: "Train", compare: "Compare", data: "Data", models: "Models", learn: "Learn" },
    /** @param {"play" | "explore" | "train" | "compare" | "data" | "models" | "learn"} room */
    title: (room) => (room === "play" ? TEXTS.rooms.home : `${TEXTS.rooms.names[room]} · VAE Lab`),
  },
  theme: { system: "System", light: "Light", dark: "Dark", title: "Colours: as the system has them, light, or dark" },
  training: {
    began: "Training.",
    begins: "Training begins with the first digits that arrive.",
    /** @type {(step: string, result: string | null) => string} */
    paused: (step, result) => `Paused at step ${step}${result === null ? "" : `; ${result}`}.`,
    /** @param {string} why */
    stopped: (why) => `Training stopped: ${why}`,
    /** @type {(epoch: string, result: string) => string} */
    epoch: (epoch, result) => `Epoch ${epoch}: ${result}`,
    notErased: "The model was not reset",
    stepWaits: "The digits for this step are still loading; try again in a moment.",
    noStep: "The step could not be done",
    presetNotUsed: "The preset could not be used",
  },
  units: {
    notFinite: "not finite",
    /** @param {string} value */
    nats: (value) => `${value} nats`,
    /** @param {string} value */
    percent: (value) => `${value}%`,
    /** @param {string} value */
    seconds: (value) => `${value} s`,
    /** @param {string} value */
    milliseconds: (value) => `${value} ms`,
    /** @param {string} value */
    microseconds: (value) => `${value} µs`,
    /** @param {string} value */
    megabytes: (value) => `${value} MB`,
    /** @type {(received: string, total: string) => string} */
    megabytesOf: (received, total) => `${received} / ${total} MB`,
  },
  walks: {
    note: "The digits between are not blends of pixels: each is decoded from a code between the codes of the pins. An arc keeps the distance from the centre that codes of many dimensions have; a straight line cuts through the middle.",
    save: "Save as PNG",
    title: "Walks",
    kind: "From code to code",
    spherical: "A to B, spherical",
    linear: "A to B, linear",
    arithmetic: "C to C + (A − B)",
    none: {
      A: "A: nothing pinned yet",
      B: "B: nothing pinned yet",
      C: "C: nothing pinned yet",
    },
    pinMine: {
      A: "Pin your digit as A",
      B: "Pin your digit as B",
      C: "Pin your digit as C",
    },
    pinTest: {
      A: "Pin a test digit as A",
      B: "Pin a test digit as B",
      C: "Pin a test digit as C",
    },
    mineButton: "Your digit",
    testButton: "Test digit",
    noPlayer: "The digit on the way: nothing yet",
    noStrip: "The walk: nothing pinned yet",
    hint: "Pin digits, and the way between them appears here.",
    placeName: "Place on the walk",
    film: "Save as film",
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
  worker: {
    /** What was dropped after an error; the session goes on. */
    failed: {
      /** @param {string} error */
      picture: (error) => `A picture could not be painted: ${error}`,
      /** @param {string} error */
      evaluation: (error) => `The model was not evaluated: ${error}`,
      /** @param {string} error */
      message: (error) => `Something did not work, and the model is as it was: ${error}`,
    },
  },
};

/**
 * What each panel shows, and what its controls and numbers are: the panel's "?" tells it, and each part is told where it stands.
 *
 * @type {Record<string, import("../panels/help/view.js").PanelHelp>}
 */
export const HELP = {
  bar: {
    about: "Steers training.",
    link: "#how-work",
    parts: [
      ["#train", "Train", "Starts training, pauses it, and goes on."],
      ["#step", "Step", "One update of the weights, from one batch of images."],
      ["#reset", "Reset", "A new, untrained model with the settings of the form; the old one can be brought back."],
      ["#model-choice", "The model at work", "Another one that comes with the page may take its place; yours waits in the runs."],
      ["#settings-toggle", "Settings", "What is trained and how: presets first, then every number."],
      ["#back-to-now", "Back to now", "The pictures show an earlier moment; this shows the newest model again."],
      ["#stat-step", "step", "How often the weights have been updated."],
      ["#stat-epoch", "epoch", "How often every training image has been seen."],
      ["#stat-speed", "images/s", "By the clock, with everything else the page computes in between."],
      ["#stat-time", "ms/step", "Time inside one training step alone."],
    ],
  },
  draw: {
    about: "The whole model at work on your digit: the encoder reads it, the code keeps what matters, the decoder makes a picture of the code. All numbers are the model's own.",
    link: "#how-code",
    parts: [
      ["#undo", "Undo", "Takes the last stroke back."],
      ["#clear", "Clear", "Empties the pad."],
      ["#test-digit", "Test digit", "Puts a digit on the pad that the model never learned from."],
      ["#pen-width", "Pen", "How wide the pen draws."],
      ["#seen", "The model sees", "Your drawing as MNIST has digits: fitted into 20 by 20 pixels, smoothed, centred by its mass in 28 by 28."],
      ["#encoder-tiles", "Encoder", "What each hidden unit puts out for your digit, a square a unit, a tile a layer: the more ink, the stronger."],
      ["#code-bars", "The code", "A bar a latent number, the one with the highest KL first. Drag it, or use the arrow keys: the reconstruction follows."],
      ["#code-of-digit", "Code of the digit", "Brings back what the encoder made of your digit."],
      ["#decoder-tiles", "Decoder", "What each hidden unit puts out for the code."],
      ["#answer", "Reconstruction", "The decoder's picture of the code: at first the middle of the cloud that the encoder made of your digit."],
    ],
  },
  map: {
    about: "A plane through the space of codes. Each little picture is what the decoder makes of the code at its place.",
    link: "#how-code",
    parts: [
      [".map-stage", "Map", "Drag, or use the arrow keys, to move the cursor; the digit beside the map follows."],
      ["#map-u", "Right", "Where the cursor is from left to right, in standard deviations of the prior."],
      ["#map-v", "Up", "Where the cursor is from bottom to top."],
      ["#map-axis-u", "Dimension to the right", "Which dimension of the code goes from left to right; the most used are listed first, each with its mean KL divergence."],
      ["#map-axis-v", "Dimension upwards", "Which dimension of the code goes from bottom to top."],
      ["#map-principal", "Principal components", "The two directions in which the codes of test digits differ most, as they are at the moment of choosing."],
      ["#map-mine", "As my digit", "Sets the other dimensions to the code of your digit, so that the map is of its neighbourhood."],
      ["#map-zero", "All to 0", "Sets the other dimensions to the middle of the prior."],
      ["#map-dots", "Test digits", "Shows where the encoder puts 300 test digits."],
      ["#save-map", "Save as PNG", "Saves the map with all that lies on it."],
    ],
  },
  training: {
    about: "How well the model does, on the images it learns from and on test digits it does not.",
    link: "#how-objective",
    parts: [
      ['.chart[data-metric="bound"] h3', "Bound", "Reconstruction error and KL divergence together, in nats per image; lower is better."],
      ['.chart[data-metric="recon"] h3', "Reconstruction", "How badly pixels are predicted from codes."],
      ['.chart[data-metric="kl"] h3', "KL", "How much a code tells beyond noise."],
      ['.chart[data-metric="loss"] h3', "Objective", "What training minimises where that is not the bound itself."],
      ["#charts-by", "By steps or seconds", "What the curves are drawn over."],
      ["#save-charts", "Charts as PNG", "Saves the charts as you see them."],
      ["#save-curves", "Curves as CSV", "Saves every point of the curves as a table."],
    ],
  },
  samples: {
    about: "New digits: codes of noise, decoded.",
    link: "#how-generative",
    parts: [
      ["#new-samples", "New noise", "Draws other codes from the prior."],
      ["#save-samples", "Save as PNG", "Saves the grid three times as large."],
    ],
  },
  variations: {
    about: "Points of the cloud that the encoder makes of your digit, each decoded.",
    link: "#how-code",
    parts: [["#new-variations", "New noise", "Draws other points of the cloud."]],
  },
  model: {
    about: "What is trained, what it takes of your machine, and how to take it along.",
    link: "#how-work",
    parts: [
      ["#fact-layers", "Layers", "How many numbers each layer has, from the picture to the code and back."],
      ["#fact-parameters", "Parameters", "How many numbers are learned."],
      ["#fact-memory", "Memory", "What the program holds: model, optimizer and images."],
      ["#workers", "Workers", "How many processor cores train together; the fastest number is measured when training begins."],
      ["#cpu-share", "Share of the processor", "Training rests for the other part of the time. It changes no result."],
      ["#when-hidden", "In a hidden tab", "What training does while another tab is in front."],
      ["#keep-awake", "Keep the screen on", "Asks the device not to sleep while training."],
      ["#stop-plateau", "Stop when nothing is learned", "Pauses after eight epochs without a better result on the test digits."],
      ["#save", "Save to a file", "The whole model with its optimizer, as safetensors."],
      ["#load", "Load a file", "A model saved here, or weights written by the Python text below."],
      ["#share", "Link to the settings", "The link holds what differs from the defaults, and the seed. It holds no weights."],
      ["#share-link", "The link", "Copy it to anybody."],
      ["#copy-python", "Copy", "Copies the Python text."],
    ],
  },
  walks: {
    about: "What lies between two digits in the space of codes.",
    link: "#how-generative",
    parts: [
      ["#walk-kind", "From code to code", "Along an arc, along a straight line, or C changed by what sets A apart from B."],
      ["[data-pin-mine]", "Your digit", "Pins what is on the pad."],
      ["[data-pin-test]", "Test digit", "Pins a digit that the model never learned from."],
      ["#walk-play", "Play", "Goes along the walk and back."],
      ["#walk-scrub", "Place", "Where on the walk you are."],
      ["#walk-picture", "Save as PNG", "Saves the strip."],
      ["#walk-film", "Save as film", "Saves one way there and back as a video."],
    ],
  },
  "time-lapse": {
    about: "The model as it was at earlier moments of this run.",
    link: "#how-work",
    parts: [
      ["#moment-play", "Play", "Goes through all kept moments."],
      ["#moment-scrub", "Moment", "Which moment all pictures show; at the right end it is now."],
      ["#moment-resume", "Train on from here", "Makes the model of that moment the one at work; the newest can be brought back."],
      ["#moment-save", "Save this moment", "Its weights in half precision, as safetensors."],
      ["#moment-film", "Save all as film", "The samples of every kept moment as a video."],
    ],
  },
  runs: {
    about: "What was trained before, to compare with.",
    link: "#how-work",
    parts: [
      ["#save-runs", "Runs as CSV", "Every point of every run."],
      ["#runs input[type=checkbox]", "Chart", "Shows the run on the charts, or hides it."],
      ["#runs input[type=text]", "Name", "Give the run a name of your own."],
      ["#runs [data-back]", "Bring back", "Puts the model of this run to work again; the models of the newest six runs are kept."],
      ["#runs [data-delete]", "Delete", "Removes the run from table and charts, and its model."],
      ["#runs th:nth-child(6)", "Test", "The last bound on test digits, in nats."],
    ],
  },
  data: {
    about: "What the model learns from.",
    link: "#how-work",
    parts: [
      ["#data-choose", "Choose files", "Images or tables of pixels from your machine."],
      ["#data-choose-folder", "Choose a folder", "Every image of a folder and of the folders in it; their names are the labels."],
      ["#data-drawing", "Add my drawing", "Adds what is on the pad as the model sees it."],
      ["#data-invert", "Inverted", "Black and white turned around; the model expects white ink on black."],
      ["#data-turn", "Turned", "Rows and columns exchanged, for images that lie on their side."],
      ["#data-stretch", "Stretched", "The darkest value becomes black and the brightest white, for the whole set."],
      ["#data-cut", "Cut up", "Pictures that are sheets of images are cut into them."],
      ["#data-box", "Centred", "Ink on paper gets the size and place that MNIST gives its digits."],
      ["#data-join", "Add", "What is shown joins your images."],
      ["#data-export", "Download", "Your images, and their labels, in MNIST's own file format."],
      ["#data-clear", "Remove all", "Forgets your images."],
      ["#data-source", "Train on", "What the next model learns from."],
      ["#data-use", "Begin", "A new model begins on these images; the old one can be brought back."],
    ],
  },
  compare: {
    about: "Two models learn at once, and never more than a moment apart.",
    link: "#how-objective",
    parts: [
      ["#compare-pair", "Compare", "Which two settings."],
      ["#compare-begin", "Begin", "Starts both, each in a worker of its own."],
      ["#compare-run", "Pause", "Pauses both, or goes on."],
      ["#compare-end", "End", "Forgets both models."],
      ["#compare-by", "By steps or seconds", "What the curves are drawn over."],
    ],
  },
  evaluation: {
    about: "How well the model describes digits it never learned from.",
    link: "#how-work",
    parts: [
      ["#evaluate-images", "Test digits", "How many of the 10,000 are looked at."],
      ["#evaluate-samples", "Importance samples", "Codes drawn for each digit to estimate log p(x), which the bound only bounds."],
      ["#evaluate", "Evaluate", "Looks at the test digits; training waits."],
      ["#evaluate-cancel", "Cancel", "Stops the evaluation."],
    ],
  },
  models: {
    about: "Models that were trained before and come with the page.",
    link: "#how-work",
    parts: [["#shelf button", "Load", "Puts this model to work; yours can be brought back."]],
  },
};
