// The wasm module as the page uses it. `tests/wasm-contract` proves these types against the real module;
// the type check itself needs no build, which is why they are written down here.

// Errors are many: they are taken from the declarations that the module is built with.
export type { CoreError } from "../../../src/wasm/types.d.ts";

export type Part = "trainImages" | "trainLabels" | "testImages" | "testLabels";
export type Split = "test" | "validation" | "train";
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export interface TrainingConfig {
  model: {
    encoderHidden: number[];
    latentDim: number;
    decoderHidden: number[];
    activation: "relu" | "tanh" | "gelu";
    likelihood: "bernoulli" | "gaussian";
    /** Encoder and decoder are told the label. */
    conditional: boolean;
    /** How many labels a conditional model knows: 0 to this minus one. From 2 to 100; 10 where it is missing. */
    classes: number;
    variational: boolean;
  };
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
  engine: "fused" | "burn";
  batchSize: number;
  seed: number;
  binarization: "none" | "threshold" | "dynamic";
  validationImages: number;
  initialization: "uniform" | "he";
  outputBias: "random" | "dataMean";
}

export interface Preset {
  id: string;
  config: TrainingConfig;
}

export interface HyperParameter {
  key: string;
  kind: "integer" | "number" | "choice" | "switch" | "widths";
  min?: number;
  max?: number;
  maxLayers?: number;
  choices?: string[];
  live: boolean;
  symbol?: string;
}

/** Nats per image. elbo is the bound itself, -(recon + kl); loss is what training minimises. */
export interface StepMetrics {
  step: number;
  epoch: number;
  recon: number;
  kl: number;
  elbo: number;
  loss: number;
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

/** What a model file lacked, and what it had beyond what this version knows. */
export interface LoadNotes {
  /** Settings that took their defaults, for example "l2" or "model.activation"; "adam" for moments too coarse to go on from. */
  missing: string[];
  /** Settings and tensors that were passed over. */
  unknown: string[];
}

export interface SessionStatus {
  step: number;
  epoch: number;
  stepInEpoch: number;
  stepsPerEpoch: number | null;
  imagesSeen: number;
  parameters: number;
}

export interface PartStatus {
  received: number;
  expected: number | null;
  complete: boolean;
}

/** Posterior parameters row by row; logvar is empty in a plain autoencoder. */
export interface Codes {
  mu: Float32Array<ArrayBuffer>;
  logvar: Float32Array<ArrayBuffer>;
}

export interface Reconstruction extends Codes {
  pixels: Uint8Array<ArrayBuffer>;
  recon: number;
  kl: number;
  /** Nats of each latent dimension; zeros in a plain autoencoder. */
  klPerDim: Float32Array<ArrayBuffer>;
  elbo: number;
  /** The label that a conditional model was given, or took. */
  label: number | null;
  /** What each hidden layer of the encoder puts out, from the image inwards. */
  encoderActivations: Float32Array<ArrayBuffer>[];
  /** What each hidden layer of the decoder puts out, from the code outwards. */
  decoderActivations: Float32Array<ArrayBuffer>[];
}

/** What the decoder makes of one code. */
export interface Decoded {
  pixels: Uint8Array<ArrayBuffer>;
  decoderActivations: Float32Array<ArrayBuffer>[];
}

export interface TrainingSlice {
  steps: number;
  elapsedMs: number;
  waiting: boolean;
  points: StepMetrics[];
  last: StepMetrics | null;
  evaluationDue: boolean;
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
  /** The share read as the digit asked for; null unless the model is conditional. */
  agreement: number | null;
}

/** What a helper needs to take part in a run: a copy of all that training changes. */
export interface ReplicaState {
  config: TrainingConfig;
  parameters: Float32Array<ArrayBuffer>;
  firstMoment: Float32Array<ArrayBuffer>;
  secondMoment: Float32Array<ArrayBuffer>;
  updates: number;
}

/** One worker's part of a step. */
export interface Share {
  head: unknown;
  x: Float32Array<ArrayBuffer>;
  labels: Uint8Array<ArrayBuffer>;
  eps: Float32Array<ArrayBuffer>;
}

export class Lab {
  constructor();
  free(): void;
  pushData(part: Part, bytes: Uint8Array): void;
  finishData(part: Part): void;
  clearData(part: Part): void;
  dataStatus(): Record<Part, PartStatus>;
  digit(split: "train" | "test", index: number): { pixels: Uint8Array<ArrayBuffer>; label: number | null };
  start(config: TrainingConfig): void;
  hasSession(): boolean;
  config(): TrainingConfig;
  setHyper(values: { learningRate?: number; klWeight?: number }): void;
  status(): SessionStatus;
  step(): StepMetrics | undefined;
  trainFor(budgetMs: number): TrainingSlice;
  beginStep(): boolean;
  share(index: number, count: number): Share;
  gradients(index: number, count: number): Float64Array;
  copyGradients(into: Float32Array): void;
  finishStep(others: Float32Array[], losses: Float64Array): TrainingSlice;
  replicaState(): ReplicaState;
  beginEvaluation(options: { split: Split; limit?: number; samples?: number }): void;
  advanceEvaluation(budgetMs: number): { done: number; total: number; result: EvaluationResult | null };
  encode(pixels: Uint8Array, labels?: Uint8Array): Codes;
  decode(z: Float32Array, labels?: Uint8Array): Uint8Array<ArrayBuffer>;
  decodeCode(z: Float32Array, label?: number): Decoded;
  reconstruct(pixels: Uint8Array, seed: number, label?: number): Reconstruction;
  samplePrior(count: number, seed: number, label?: number): Uint8Array<ArrayBuffer>;
  sampleQuality(classifier: Uint8Array, count: number, seed: number): SampleQuality;
  variations(pixels: Uint8Array, count: number, seed: number, label?: number): Uint8Array<ArrayBuffer>;
  paintSamples(canvas: OffscreenCanvas, columns: number, rows: number, seed: number, label?: number): void;
  paintVariations(canvas: OffscreenCanvas, columns: number, rows: number, pixels: Uint8Array, seed: number, label?: number): void;
  paintCodes(canvas: OffscreenCanvas, columns: number, rows: number, z: Float32Array, labels?: Uint8Array): void;
  saveCheckpoint(): Uint8Array<ArrayBuffer>;
  exportModel(): Uint8Array<ArrayBuffer>;
  loadCheckpoint(bytes: Uint8Array): LoadNotes;
}

export class Replica {
  constructor(state: ReplicaState);
  free(): void;
  gradients(share: Share): Float64Array;
  copyGradients(into: Float32Array): void;
  update(index: number, others: Float32Array[]): void;
}

export function presets(): Preset[];
export function hyperParameters(): HyperParameter[];
export function checkConfig(config: TrainingConfig): TrainingConfig;
export function prepareDrawing(ink: Uint8Array, width: number, height: number): Uint8Array<ArrayBuffer> | undefined;
export function version(): string;
export default function init(options: {
  module_or_path: string | URL | Response | Promise<Response> | WebAssembly.Module;
}): Promise<{ memory: WebAssembly.Memory }>;
