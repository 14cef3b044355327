/** The shape of a model: 784 - encoderHidden - latentDim - decoderHidden - 784. */
export interface ModelConfig {
  encoderHidden: number[];
  latentDim: number;
  decoderHidden: number[];
  activation: "relu" | "tanh" | "gelu";
  likelihood: "bernoulli" | "gaussian";
  /** Encoder and decoder are told the label. */
  conditional: boolean;
  /** How many labels a conditional model knows: 0 to this minus one. From 2 to 100; 10 where it is missing. */
  classes: number;
  /** false: a plain autoencoder. */
  variational: boolean;
}

/** Everything that decides a run. */
export interface TrainingConfig {
  model: ModelConfig;
  klWeight: number;
  klWarmupEpochs: number;
  freeBits: number;
  reduction: "sum" | "mean";
  l2: number;
  learningRate: number;
  schedule: "constant" | "cosine" | "stages";
  scheduleEpochs: number;
  beta1: number;
  beta2: number;
  epsilon: number;
  batchSize: number;
  seed: number;
  binarization: "none" | "threshold" | "dynamic";
  validationImages: number;
  initialization: "uniform" | "he";
  outputBias: "random" | "dataMean";
  /** What computes the steps. */
  engine: "fused" | "burn";
}

/** What may change while training. */
export interface LiveChange {
  learningRate?: number;
  klWeight?: number;
}

export interface Preset {
  id: string;
  config: TrainingConfig;
}

export type HyperParameter = {
  /** A path into TrainingConfig, for example "model.latentDim". */
  key: string;
  symbol?: string;
  /** Whether it may change while training. */
  live: boolean;
} & (
  | { kind: "integer" | "number"; min: number; max: number }
  | { kind: "choice"; choices: string[] }
  | { kind: "switch" }
  | { kind: "widths"; max: number; maxLayers: number }
);

export type DataPart = "trainImages" | "trainLabels" | "testImages" | "testLabels";

/** Items of an IDX file: images or labels. */
export interface PartStatus {
  received: number;
  expected: number | null;
  complete: boolean;
}

export type DataStatus = Record<DataPart, PartStatus>;

export interface DigitImage {
  pixels: Uint8Array;
  label: number | null;
}

/** What a model file lacked, and what it had beyond what this version knows. */
export interface LoadNotes {
  /** Settings that took their defaults, for example "l2" or "model.activation"; "adam" for moments too coarse to go on from. */
  missing: string[];
  /** Settings and tensors that were passed over. */
  unknown: string[];
}

/** Where a run stands. */
export interface RunStatus {
  step: number;
  epoch: number;
  stepInEpoch: number;
  stepsPerEpoch: number | null;
  imagesSeen: number;
  parameters: number;
}

/** Losses in nats per image; loss is the objective. */
export interface StepMetrics {
  step: number;
  epoch: number;
  recon: number;
  kl: number;
  elbo: number;
  loss: number;
}

export interface TrainingSlice {
  steps: number;
  elapsedMs: number;
  /** The images of the next step have not arrived yet. */
  waiting: boolean;
  /** Means over every 20 steps. */
  points: StepMetrics[];
  last: StepMetrics | null;
  evaluationDue: boolean;
}

export type Split = "train" | "validation" | "test";

export interface EvaluationRequest {
  split: Split;
  /** Only so many images, spread evenly over the split. */
  limit?: number;
  /** Importance samples an image for log p(x). */
  samples?: number;
}

export interface EvaluationResult {
  split: Split;
  step: number;
  epoch: number;
  recon: number;
  kl: number;
  elbo: number;
  images: number;
  /** What the model was asked to reconstruct: numbers of different conventions cannot be compared. */
  convention: "none" | "threshold" | "dynamic";
  klPerDim: number[];
  activeUnits: number;
  logLikelihood: number | null;
  logLikelihoodSe: number | null;
  samples: number;
}

export interface EvaluationProgress {
  done: number;
  total: number;
  result: EvaluationResult | null;
}

/** Posterior parameters row by row; logvar is empty in a plain autoencoder. */
export interface Codes {
  mu: Float32Array;
  logvar: Float32Array;
}

export interface Reconstruction extends Codes {
  pixels: Uint8Array;
  recon: number;
  kl: number;
  /** Nats of each latent dimension; zeros in a plain autoencoder. */
  klPerDim: Float32Array;
  elbo: number;
  /** The label a conditional model was given, or took. */
  label: number | null;
  /** What each hidden layer of the encoder puts out, from the image inwards. */
  encoderActivations: Float32Array[];
  /** What each hidden layer of the decoder puts out, from the code outwards. */
  decoderActivations: Float32Array[];
}

/** What the decoder makes of one code. */
export interface Decoded {
  pixels: Uint8Array;
  decoderActivations: Float32Array[];
}

/** How varied and legible samples are, as a classifier reads them. */
export interface SampleQuality {
  samples: number;
  /** The share read as each class. */
  classShares: number[];
  /** Classes with a share above 1%. */
  coverage: number;
  /** Of the mean class distribution, nats; ln 10 = 2.303 when all classes are equally likely. */
  entropy: number;
  /** The mean probability of the class that a sample is read as. */
  confidence: number;
  /** The share read as the digit asked for; null unless the model is conditional and its classes are the ten digits. */
  agreement: number | null;
}

/** What a helper needs to take part in a run: a copy of all that training changes. */
export interface ReplicaState {
  config: TrainingConfig;
  parameters: Float32Array;
  firstMoment: Float32Array;
  secondMoment: Float32Array;
  updates: number;
}

/** One worker's part of a step. */
export interface Share {
  head: unknown;
  x: Float32Array;
  labels: Uint8Array;
  eps: Float32Array;
}

/** Kinds of files that are no models of VAE Lab. */
export type FileKind =
  | "gitLfs" | "pytorch" | "pytorchPickle" | "pickle" | "hdf5" | "keras" | "gguf" | "gzip" | "bzip2" | "xz" | "zstandard" | "sevenZip"
  | "rar" | "zip" | "zippedModel" | "npy" | "npz" | "idxImages" | "idxLabels" | "png" | "jpeg" | "html" | "markup" | "json";

export type IdxKind = "images" | "labels";

/** What can be wrong: each error that is thrown has a `code` and its `values`, beside an English `message` for logs. */
export type CoreError =
  | { code: "notWhole"; values: { name: string; min: number; max: number; found: number } }
  | { code: "notWholeFrom"; values: { name: string; min: number; found: number } }
  | { code: "notNumber"; values: { name: string; min: number; max: number; found: number } }
  | { code: "notMilliseconds"; values: { name: string; found: number } }
  | { code: "notWidths"; values: { name: string; maxLayers: number; maxWidth: number; found: number[] } }
  | { code: "nothingToLearnFrom"; values: { images: number; found: number } }
  | { code: "noSuchImage"; values: { received: number; found: number } }
  | { code: "wrongType"; values: { name: string; expected: string; found: string } }
  | { code: "noLabel"; values: { max: number } }
  | { code: "noSuchFile"; values: {} }
  | { code: "malformed"; values: { name: string } }
  | { code: "length"; values: { name: string; expected: number; found: number } }
  | { code: "rows"; values: { name: string; width: number; max: number; found: number } }
  | { code: "idxMagic"; values: { file: string; kind: IdxKind; expected: string; found: string } }
  | { code: "idxGzip"; values: { file: string } }
  | { code: "idxSize"; values: { file: string; side: number; axis: "rows" | "columns"; size: number } }
  | { code: "idxTooMany"; values: { file: string; kind: IdxKind; max: number; found: number } }
  | { code: "idxTooLong"; values: { file: string; kind: IdxKind; expected: number; found: number } }
  | { code: "idxLabel"; values: { file: string; max: number; label: number; index: number } }
  | { code: "idxNoMemory"; values: { file: string; bytes: number } }
  | { code: "idxHeaderCut"; values: { file: string; expected: number; found: number } }
  | { code: "idxCut"; values: { file: string; kind: IdxKind; expected: number; found: number } }
  | { code: "otherFile"; values: { kind: FileKind } }
  | { code: "emptyFile"; values: {} }
  | { code: "shortFile"; values: { bytes: number } }
  | { code: "unknownFile"; values: { beginning: string } }
  | { code: "headerCut"; values: { needed: number; found: number } }
  | { code: "headerDamaged"; values: {} }
  | { code: "tensorsCut"; values: { needed: number; found: number } }
  | { code: "tensorsLong"; values: { needed: number; found: number } }
  | { code: "noTensor"; values: { tensor: string } }
  | { code: "tensorShape"; values: { tensor: string; expected: number[]; found: number[] } }
  | { code: "tensorType"; values: { tensor: string; found: string } }
  | { code: "tensorNotFinite"; values: { tensor: string; found: number } }
  | { code: "negativeMoment"; values: { tensors: string; found: number } }
  | { code: "noMetadata"; values: { key: string } }
  | { code: "otherProgram"; values: { key: string; tensor: string } }
  | { code: "noTensors"; values: { key: string } }
  | { code: "otherVersion"; values: { found: string; known: number } }
  | { code: "noVersion"; values: {} }
  | { code: "noSettings"; values: {} }
  | { code: "settingsUnreadable"; values: {} }
  | { code: "settingUnreadable"; values: { name: string; found: string } }
  | { code: "notObject"; values: { name: string; found: string } }
  | { code: "settingRefused"; values: { error: CoreError } }
  | { code: "countTooHigh"; values: { name: string; max: number; found: number } }
  | { code: "placeOutside"; values: { position: number; images: number } }
  | { code: "progressDamaged"; values: {} }
  | { code: "labelsMissing"; values: { set: string; images: number; labels: number } }
  | { code: "labelTooHigh"; values: { set: string; index: number; label: number; classes: number } }
  | { code: "noModel"; values: {} }
  | { code: "noStep"; values: {} }
  | { code: "noGradients"; values: {} }
  | { code: "notShared"; values: {} }
  | { code: "noEvaluation"; values: {} }
  | { code: "nothingToEvaluate"; values: {} }
  | { code: "imagesOnTheirWay"; values: {} }
  | { code: "modelChanged"; values: {} }
  | { code: "imagesChanged"; values: {} }
  | { code: "otherImages"; values: { expected: number; found: number } }
  | { code: "beyondHalfPrecision"; values: { max: number } }
  | { code: "notWritten"; values: {} }
  | { code: "noClock"; values: {} }
  | { code: "noCanvas"; values: {} }
  | { code: "notPainted"; values: {} }
  | { code: "notHandedOver"; values: {} };
