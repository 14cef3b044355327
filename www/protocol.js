/**
 * The messages between the page and the training worker. Nothing here runs except two small lists: the file
 * is the one place where both sides read what may be said. Pixels are transferred, not copied; models are files of safetensors, as
 * blobs, whose megabytes the page's main thread never touches.
 *
 * @typedef {import("./pkg/vae_lab.js").TrainingConfig} TrainingConfig
 * @typedef {import("./pkg/vae_lab.js").Preset} Preset
 * @typedef {import("./pkg/vae_lab.js").HyperParameter} HyperParameter
 * @typedef {import("./pkg/vae_lab.js").StepMetrics} StepMetrics
 * @typedef {import("./pkg/vae_lab.js").EvaluationResult} EvaluationResult
 * @typedef {import("./pkg/vae_lab.js").SampleQuality & { accuracy: number }} JudgedSamples  accuracy: the classifier's own, on the test digits
 * @typedef {EvaluationResult & { quality: JudgedSamples | null }} FullEvaluation  quality: null when there is no classifier
 * @typedef {import("./pkg/vae_lab.js").SessionStatus} SessionStatus
 * @typedef {import("./pkg/vae_lab.js").Codes} Codes
 */

/**
 * What is downloaded, in the order in which it is wanted.
 * @typedef {"model" | "test" | "train"} Stage
 */

/**
 * The stages of the worker, and the trained weights, which the page downloads itself.
 * @typedef {Stage | "weights"} Download
 */

/** @type {readonly Download[]} */
export const STAGES = ["model", "weights", "test", "train"];

/** Every MNIST digit is a square of this many pixels. */
export const DIGIT_SIDE = 28;

/** More workers than this were never faster: what each of them receives every step grows with their number. */
export const MOST_WORKERS = 8;

/**
 * One grid of digits: its shape, and the seed of its noise.
 * @typedef {object} GridView
 * @property {number} columns
 * @property {number} rows
 * @property {number} seed
 */

/**
 * A grid of digits decoded from codes that the page chose: `z` holds columns * rows codes, row by row. `labels` holds one a code
 * for a conditional model, and is null for others.
 * @typedef {object} CodeGrid
 * @property {number} columns
 * @property {number} rows
 * @property {Float32Array} z
 * @property {Uint8Array | null} labels
 */

/**
 * What the visitor put on the pad. Ink is coverage, one byte a pixel (0 is paper); a test digit is sent as it is.
 * @typedef {{ kind: "empty" }
 *   | { kind: "ink", ink: Uint8Array<ArrayBuffer>, width: number, height: number }
 *   | { kind: "digit", pixels: Uint8Array<ArrayBuffer> }} Drawing
 */

/**
 * How fast training goes. `imagesPerSecond` is by the clock, with everything else the worker does in between;
 * `msPerStep` is the time inside the training steps alone.
 * @typedef {object} Rate
 * @property {number} imagesPerSecond
 * @property {number} msPerStep
 */

/**
 * Messages that expect no reply.
 * @typedef {{ type: "boot" }
 *   | { type: "loadStage", stage: Stage }
 *   | { type: "train" }
 *   | { type: "pause" }
 *   | { type: "draw", serial: number, drawing: Drawing }
 *   | { type: "view", samples: GridView, variations: GridView, sampleLabel: number | null, digitLabel: number | null, paintEveryMs: number }
 *   | { type: "codes", name: string, grid: CodeGrid | null }
 *   | { type: "cancelEvaluation" }
 *   | { type: "pace", share: number }
 *   | { type: "limit", step: number }
 *   | { type: "workers", count: number | null }} Command
 *
 * `codes` asks for a grid of codes that is painted anew whenever the model changes, until a null takes it back.
 * `limit` lets training wait at a step until the limit is raised; a slice may overshoot it by a step or two.
 * `pace` says what part of its time training takes: after a slice of work the worker rests for the other part.
 * `workers` says how many train together; null is the fastest number, which a short measurement finds.
 *
 * The labels of a view are for conditional models. Without them samples are of all digits by turns, and the visitor's digit is
 * read as what explains it best.
 */

/**
 * Messages that are answered once, by a reply with the same id.
 * @typedef {{ type: "checkConfig", id: number, config: TrainingConfig }
 *   | { type: "start", id: number, config: TrainingConfig }
 *   | { type: "setHyper", id: number, values: { learningRate?: number, klWeight?: number } }
 *   | { type: "step", id: number }
 *   | { type: "digit", id: number, split: "train" | "test", index: number | null }
 *   | { type: "save", id: number }
 *   | { type: "load", id: number, file: Blob }
 *   | { type: "snapshot", id: number }
 *   | { type: "show", id: number, file: Blob | null }
 *   | { type: "encode", id: number, pixels: Uint8Array<ArrayBuffer>, labels: Uint8Array<ArrayBuffer> | null }
 *   | { type: "decode", id: number, z: Float32Array, labels: Uint8Array<ArrayBuffer> | null }
 *   | { type: "testCodes", id: number, limit: number }
 *   | { type: "trainOn", id: number, images: Uint8Array<ArrayBuffer>, labels: Uint8Array<ArrayBuffer>, withMnist: boolean }
 *   | { type: "evaluate", id: number, limit: number | null, samples: number }} Request
 *
 * `trainOn` changes what training learns from: these images, MNIST, or both.
 *
 * `encode`, `decode` and `testCodes` ask the model that the pictures show: the one that trains, or the one of `show`.
 */

/**
 * What each request is answered with.
 * @typedef {object} Answers
 * @property {TrainingConfig} checkConfig
 * @property {Session} start
 * @property {TrainingConfig} setHyper
 * @property {StepMetrics | null} step  null: the images it needs have not arrived yet
 * @property {{ index: number, pixels: Uint8Array<ArrayBuffer>, label: number | null }} digit
 * @property {Blob} save
 * @property {Session} load
 * @property {Blob} snapshot  the weights alone, in half precision; `load` and `show` take it
 * @property {number} show  the step of the model that the pictures show from now on
 * @property {Codes} encode
 * @property {Uint8Array<ArrayBuffer>} decode  784 bytes a code
 * @property {Codes & { labels: Uint8Array }} testCodes
 * @property {number} trainOn  how many images there are to learn from now
 * @property {FullEvaluation | null} evaluate  null: it was cancelled, or the model changed meanwhile
 */

/** @typedef {{ config: TrainingConfig, status: SessionStatus }} Session */

/** @typedef {Command | Request} ToWorker */

/**
 * @typedef {{ type: "reply", id: number, ok: true, value: Answers[keyof Answers] }
 *   | { type: "reply", id: number, ok: false, error: string }} Reply
 */

/**
 * What the worker tells unasked.
 * @typedef {{ type: "stageProgress", stage: Stage, received: number, total: number | null }
 *   | { type: "stageDone", stage: Stage, received: number }
 *   | { type: "stageFailed", stage: Stage, error: string }
 *   | { type: "booted", version: string, presets: Preset[], hyperParameters: HyperParameter[], session: Session }
 *   | { type: "training", running: boolean, waiting: boolean, evaluating: boolean, status: SessionStatus,
 *       last: StepMetrics | null, points: StepMetrics[], rate: Rate | null, memoryBytes: number, workers: number }
 *   | { type: "evaluated", result: EvaluationResult, full: boolean }
 *   | { type: "evaluationProgress", done: number, total: number }
 *   | { type: "grid", grid: "samples" | "variations", bitmap: ImageBitmap, step: number, serial: number }
 *   | { type: "codes", name: string, bitmap: ImageBitmap, step: number }
 *   | { type: "reconstruction", serial: number, step: number, shown: Shown | null }
 *   | { type: "checkpoint", step: number, file: Blob }
 *   | { type: "stopped", error: string }
 *   | { type: "crashed", reason: string }} WorkerEvent
 */

/**
 * The visitor's digit: what the model sees, what it gives back, and what that costs in nats.
 * @typedef {object} Shown
 * @property {Uint8Array<ArrayBuffer>} seen
 * @property {Uint8Array<ArrayBuffer>} given
 * @property {Float32Array} mu
 * @property {Float32Array} logvar  empty in a plain autoencoder
 * @property {number} recon
 * @property {number} kl
 * @property {number} elbo
 * @property {number | null} label  what a conditional model read it as, or was told to
 */

/** @typedef {Reply | WorkerEvent} FromWorker */
