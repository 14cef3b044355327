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
  tour: {
    /** @param {string} title */
    about: (title) => `About ${title}`,
    more: "More in How it works",
    /** @type {(step: number, of: number) => string} */
    place: (step, of) => `${step} of ${of}.`,
    next: "Next",
    done: "Done",
    steps: [
      { panel: "draw", text: "Draw a digit on the pad: the model reads it and draws it again from what it kept." },
      { panel: "bar", text: "Erase what the model has learned and train it yourself: digits emerge within seconds." },
      { panel: "map", text: "Drag over the map: every place is a code, and the decoder draws what it stands for." },
    ],
  },
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
  },  compare: {
    names: {
      variational: ["VAE", "Plain autoencoder"],
      beta: ["β = 1", "β = 4"],
      latent: ["2 dimensions", "20 dimensions"],
      mine: ["The settings above", "The first preset"],
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
  offline: {
    newVersion: "A new version of this page is ready. Your model is kept over the update.",
    update: "Update now",
    notUpdated: "The page was not updated: this browser does not keep your model over a reload. Save it to a file first, then reload the page.",
    ready: "Ready offline.",
  },
  ownData: {
    notUsed: "Training learns from what it learnt from before",
    labelFile: "The file of labels",
    tooMany: "Too many images",
    /** @param {number} count */
    leftOut: (count) => `there is room for 60,000; the last ${count.toLocaleString("en")} were left out`,
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

/**
 * What each panel shows, and what its controls and numbers are: the panel's "?" tells it, and each part is told where it stands.
 *
 * @type {Record<string, import("./views/help.js").PanelHelp>}
 */
export const HELP = {
  bar: {
    about: "Steers training.",
    link: "#how-work",
    parts: [
      ["#train", "Train", "Starts training, pauses it, and goes on."],
      ["#step", "Step", "One update of the weights, from one batch of images."],
      ["#reset", "Reset", "A new model that knows nothing, with the settings of the form; the old one can be brought back."],
      ["#settings-toggle", "Settings", "What is trained and how: presets first, then every number."],
      ["#back-to-now", "Back to now", "The pictures show an earlier moment; this shows the newest model again."],
      ["#stat-step", "step", "How often the weights have been updated."],
      ["#stat-epoch", "epoch", "How often every training image has been seen."],
      ["#stat-speed", "images/s", "By the clock, with everything else the page computes in between."],
      ["#stat-time", "ms/step", "Time inside one training step alone."],
    ],
  },
  draw: {
    about: "Your digit goes in on top; below is what the model makes of it, and what that costs.",
    link: "#how-code",
    parts: [
      ["#undo", "Undo", "Takes the last stroke back."],
      ["#clear", "Clear", "Empties the pad."],
      ["#test-digit", "Test digit", "Puts a digit on the pad that the model never learned from."],
      ["#pen-width", "Pen", "How wide the pen draws."],
      ["#mirror figure:first-of-type", "The model sees", "Your drawing as MNIST has digits: fitted into 20 by 20 pixels, smoothed, centred by its mass in 28 by 28."],
      ["#mirror figure:last-of-type", "It gives back", "The decoder's picture of the middle of the cloud that the encoder made of your digit."],
      ["#costs div:nth-child(1) dd", "Reconstruction error", "How badly the picture given back predicts your pixels, in nats."],
      ["#costs div:nth-child(2) dd", "KL divergence", "What the code costs: how far the cloud is from plain noise, in nats."],
      ["#costs div:nth-child(3) dd", "Bound", "Both together: an upper bound on the nats it takes to describe your digit (the negative ELBO)."],
    ],
  },
  map: {
    about: "A plane through the space of codes. Each little picture is what the decoder makes of the code at its place.",
    link: "#how-code",
    parts: [
      [".map-stage", "Map", "Drag, or use the arrow keys, to move the cursor; the digit below follows."],
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
    about: "Digits that nobody wrote: noise, decoded.",
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
      ["#runs tbody .button", "Delete", "Removes the run from table and charts."],
      ["#runs th:nth-child(6)", "Test", "The last bound on test digits, in nats."],
    ],
  },
  data: {
    about: "What the model learns from.",
    link: "#how-work",
    parts: [
      ["#data-choose", "Choose files", "Images or tables of pixels from your machine."],
      ["#data-choose-folder", "Choose a folder", "Every image of a folder."],
      ["#data-drawing", "Add my drawing", "Adds what is on the pad as the model sees it."],
      ["#data-cut", "Cut sheets", "A picture whose sides are multiples of 28 is cut into its images."],
      ["#data-invert", "Invert all", "Turns black and white around; the model expects white ink on black."],
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
