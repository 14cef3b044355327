//! Training, step by step, and evaluation on images that were not learnt from.

mod burn_engine;
mod checkpoint;
mod config;
mod engine;
mod evaluation;
mod fused_engine;
mod hyper_parameters;
mod metrics;
mod presets;
mod session;

pub use burn_engine::BurnEngine;
pub use config::{EngineKind, LiveChange, Reduction, TrainingConfig};
pub use engine::{Batch, Codes, Engine, EngineState, LossSums, Losses};
pub use evaluation::{Evaluation, EvaluationProgress, EvaluationResult};
pub use fused_engine::FusedEngine;
pub use hyper_parameters::{HYPER_PARAMETERS, HyperParameter, Kind};
pub use metrics::StepMetrics;
pub use presets::{Preset, preset, presets};
pub use session::{EVALUATION_INTERVAL, POINT_INTERVAL, Progress, TrainingSession};
