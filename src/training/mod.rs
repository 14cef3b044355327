//! Training, step by step, and evaluation on images that were not learnt from. A run as a file: see [`crate::files`].

mod burn_engine;
mod config;
mod engine;
mod evaluation;
mod fused_engine;
mod hyper_parameters;
mod metrics;
mod presets;
mod schedule;
mod session;

pub use burn_engine::BurnEngine;
pub use config::{EngineKind, LiveChange, OutputBias, Reduction, TrainingConfig};
pub use engine::{Activations, Batch, Codes, Engine, EngineState, Losses};
pub use evaluation::{Evaluation, EvaluationProgress, EvaluationRequest, EvaluationResult};
pub use fused_engine::FusedEngine;
pub use hyper_parameters::{HYPER_PARAMETERS, HyperParameter, Kind};
pub use metrics::StepMetrics;
pub use presets::{Preset, preset, presets};
pub use schedule::{Schedule, StepSettings};
pub use session::{EVALUATION_INTERVAL, POINT_INTERVAL, Progress, Share, TrainingSession};
