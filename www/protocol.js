/**
 * The messages between the page and the training worker. Nothing here runs except two small lists: the file
 * is the one place where both sides read what may be said. Pixels and models (files of safetensors) are transferred, not copied:
 * the page's main thread never touches their megabytes.
 *
 * Order: the worker takes messages strictly in the order in which they were sent, commands and requests alike: one is begun when the
 * one before has been done. Only the answers to `evaluate` and `figure` come later, by themselves (they are begun in order). Every event that tells of a
 * model carries the id of its run; the page drops what is told of another run than the one at work.
 *
 * @typedef {import("./pkg/vae_lab.js").TrainingConfig} TrainingConfig
 * @typedef {import("./pkg/vae_lab.js").Preset} Preset
 * @typedef {import("./pkg/vae_lab.js").HyperParameter} HyperParameter
 * @typedef {import("./pkg/vae_lab.js").StepMetrics} StepMetrics
 * @typedef {import("./pkg/vae_lab.js").EvaluationResult} EvaluationResult
 * @typedef {import("./pkg/vae_lab.js").SampleQuality & { accuracy: number }} JudgedSamples  accuracy: the classifier's own, on the test digits
 * @typedef {EvaluationResult & { quality: JudgedSamples | null }} FullEvaluation  quality: null when there is no classifier
 * @typedef {import("./pkg/vae_lab.js").SessionStatus} SessionStatus
 * @typedef {import("./pkg/vae_lab.js").LoadNotes} LoadNotes  settings that an older file lacks, or a newer one has besides
 * @typedef {import("./pkg/vae_lab.js").Codes} Codes
 * @typedef {import("./lib/coded-error.js").ToldError} ToldError  an error without words
 */

/**
 * What training learns from: MNIST, the visitor's images, or both. `hash` names the visitor's images; null for MNIST.
 * @typedef {{ kind: "mnist" | "own" | "both", hash: string | null, digits: boolean }} DataKey  digits: its classes are MNIST's ten
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
 * Messages that expect no reply, by name.
 *
 * `codes` asks for a grid of codes that is painted anew whenever the model changes, until a null takes it back.
 * `code` is a code that the visitor chose in place of the digit's; it is decoded anew whenever the model changes, until a null takes it
 * back. Of several only the newest counts. Its label is for conditional models.
 * `limit` lets training wait at a step until the limit is raised; a slice may overshoot it by a step or two.
 * `pace` says what part of its time training takes: after a slice of work the worker rests for the other part.
 * `workers` says how many train together; null is the fastest number, which a short measurement finds.
 *
 * A grid of a view that is null is not painted: its room is closed.
 * The labels of a view are for conditional models. Without them samples are of all digits by turns, and the visitor's digit is
 * read as what explains it best.
 *
 * @typedef {object} Commands
 * @property {{}} boot
 * @property {{ stage: Stage }} loadStage
 * @property {{}} train
 * @property {{}} pause
 * @property {{ serial: number, drawing: Drawing }} draw
 * @property {{ samples: GridView | null, variations: GridView | null, sampleLabel: number | null, digitLabel: number | null, paintEveryMs: number }} view
 * @property {{ name: string, grid: CodeGrid | null }} codes
 * @property {{ serial: number, z: Float32Array | null, label: number | null }} code
 * @property {{}} cancelEvaluation
 * @property {{ share: number }} pace
 * @property {{ step: number }} limit
 * @property {{ count: number | null }} workers
 */

/**
 * @template {keyof Commands} [K=keyof Commands]
 * @typedef {{ [P in K]: { type: P } & Commands[P] }[K]} Command
 */

/**
 * Messages that are answered once, by name: what is asked, and what answers it.
 *
 * `start` and `load` put another model in the place of the one before, under the id of its run, with what it learns from. They are
 * refused whole: on an error nothing has changed. `provideSet` hands over the visitor's images before a `start` or `load` names
 * them; the newest two sets are kept until the worker ends. Their labels are class indices below `classes`, all 0 where there are none.
 *
 * `encode`, `decode` and `testCodes` ask the model that the pictures show: the one that trains, or the one of `show`.
 *
 * @typedef {object} Requests
 * @property {{ ask: { config: TrainingConfig }, answer: TrainingConfig }} checkConfig
 * @property {{ ask: { run: string, config: TrainingConfig, data: DataKey }, answer: Session }} start
 * @property {{ ask: { run: string, file: ArrayBuffer, data: DataKey }, answer: Session }} load
 * @property {{ ask: ProvidedSet, answer: null }} provideSet
 * @property {{ ask: { values: { learningRate?: number, klWeight?: number } }, answer: TrainingConfig }} setHyper
 * @property {{ ask: {}, answer: StepMetrics | null }} step  null: the images it needs have not arrived yet
 * @property {{ ask: { split: "train" | "test", index: number | null }, answer: { index: number, pixels: Uint8Array<ArrayBuffer>, label: number | null } }} digit
 * @property {{ ask: {}, answer: SavedModel & { sound: boolean } }} save  the whole run as a file; sound: it can be read again, for the model has not diverged
 * @property {{ ask: {}, answer: SavedModel }} snapshot  the weights alone, in half precision; `load` and `show` take it
 * @property {{ ask: { file: ArrayBuffer | null }, answer: number }} show  the step of the model that the pictures show from now on
 * @property {{ ask: { pixels: Uint8Array<ArrayBuffer>, labels: Uint8Array<ArrayBuffer> | null }, answer: Codes }} encode
 * @property {{ ask: { z: Float32Array, labels: Uint8Array<ArrayBuffer> | null }, answer: Uint8Array<ArrayBuffer> }} decode  784 bytes a code
 * @property {{ ask: { limit: number }, answer: Codes & { labels: Uint8Array<ArrayBuffer> } }} testCodes
 * @property {{ ask: { limit: number | null, samples: number }, answer: { run: string, result: FullEvaluation } | null }} evaluate  null: it was cancelled, or the model was replaced
 * @property {{ ask: { model: string, pixels: Uint8Array<ArrayBuffer> | null }, answer: FigureAnswer }} figure  a small model of the article, by its file's name
 */

/** @typedef {{ hash: string, images: Uint8Array<ArrayBuffer>, labels: Uint8Array<ArrayBuffer>, classes: number }} ProvidedSet  784 bytes an image */
/**
 * What a small model makes of noise, 784 bytes a sample, and of the visitor's digit, if there is one.
 * @typedef {{ klWeight: number, samples: Uint8Array<ArrayBuffer>, own: { given: Uint8Array<ArrayBuffer>, recon: number, kl: number } | null }} FigureAnswer
 */
/** @typedef {{ run: string, step: number, file: ArrayBuffer }} SavedModel */
/** @typedef {{ run: string, config: TrainingConfig, status: SessionStatus, notes: LoadNotes }} Session */

/**
 * @template {keyof Requests} [K=keyof Requests]
 * @typedef {{ [P in K]: { type: P, id: number, ask: Requests[P]["ask"] } }[K]} Request
 */

/** @typedef {Command | Request} ToWorker */

/**
 * Why a request was refused, where the page can do something about it. "file": the file of `load` cannot be read, at least not by
 * this version; "data": the set that `data` names was not provided, or MNIST could not be downloaded.
 * @typedef {"file" | "data" | null} RefusalReason
 */

/**
 * @typedef {{ type: "reply", id: number, ok: true, value: Requests[keyof Requests]["answer"] }
 *   | { type: "reply", id: number, ok: false, error: ToldError, reason: RefusalReason }} Reply
 */

/**
 * What the worker tells unasked. `failed` is an ordinary error outside a request: that piece of work is dropped, and the session
 * goes on. `stopped` is one in training. `crashed` is a trap of the model's program, which ends the worker.
 *
 * @typedef {{ type: "stageProgress", stage: Stage, received: number, total: number | null }
 *   | { type: "stageDone", stage: Stage, received: number }
 *   | { type: "stageFailed", stage: Stage, error: ToldError }
 *   | { type: "booted", version: string, presets: Preset[], hyperParameters: HyperParameter[], session: Session }
 *   | { type: "training", run: string, running: boolean, waiting: boolean, evaluating: boolean, status: SessionStatus,
 *       last: StepMetrics | null, points: StepMetrics[], rate: Rate | null, memoryBytes: number, workers: number }
 *   | { type: "evaluated", run: string, result: EvaluationResult, full: boolean }
 *   | { type: "evaluationProgress", run: string, done: number, total: number }
 *   | { type: "grid", run: string, grid: "samples" | "variations", bitmap: ImageBitmap, step: number, serial: number }
 *   | { type: "codes", run: string, name: string, bitmap: ImageBitmap, step: number }
 *   | { type: "reconstruction", run: string, serial: number, step: number, shown: Shown | null }
 *   | { type: "answer", run: string, serial: number, step: number, answer: Answer }
 *   | { type: "checkpoint", run: string, step: number, file: ArrayBuffer }
 *   | { type: "failed", run: string, what: "picture" | "evaluation" | "message", error: ToldError }
 *   | { type: "stopped", run: string, error: ToldError }
 *   | { type: "crashed", reason: ToldError }} WorkerEvent
 */

/**
 * What the decoder makes of a code: the picture, and what each of its hidden layers puts out.
 * @typedef {object} Answer
 * @property {Uint8Array<ArrayBuffer>} given
 * @property {Float32Array[]} decoderActivations
 */

/**
 * The visitor's digit: what the model sees, its reconstruction, and what that costs in nats.
 * @typedef {Answer & Encoded} Shown
 *
 * @typedef {object} Encoded
 * @property {Uint8Array<ArrayBuffer>} seen
 * @property {Float32Array[]} encoderActivations
 * @property {Float32Array} mu
 * @property {Float32Array} logvar  empty in a plain autoencoder
 * @property {number} recon
 * @property {number} kl
 * @property {Float32Array} klPerDim
 * @property {number} elbo
 * @property {number | null} label  what a conditional model read it as, or was told to
 */

/** @typedef {Reply | WorkerEvent} FromWorker */
