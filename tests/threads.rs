//! The number of threads changes no result, not in the last bit.

mod common;

use common::{mnist_test, mnist_train, small};
use vae_lab::data::{Digits, Split};
use vae_lab::model::{Activation, Likelihood};
use vae_lab::sampling::sample_prior;
use vae_lab::training::{
    EngineState, EvaluationRequest, EvaluationResult, StepMetrics, TrainingConfig, TrainingSession,
};

const STEPS: usize = 200;
const THREADS: [usize; 5] = [2, 3, 4, 7, 8];

/// Everything that a run computes.
type Outcome = (Vec<StepMetrics>, EngineState, EvaluationResult, Vec<u8>);

fn run(config: &TrainingConfig, threads: usize, train: &Digits, test: &Digits) -> Outcome {
    let mut session = TrainingSession::new(config.clone()).unwrap();
    session.use_team(threads).unwrap();
    let losses = (0..STEPS)
        .map(|_| session.step(train).unwrap().unwrap())
        .collect();
    let request = EvaluationRequest {
        split: Split::Test,
        limit: Some(130),
        samples: 3,
    };
    let mut evaluation = session.begin_evaluation(request, train, test).unwrap();
    let evaluation = loop {
        let progress = session.advance_evaluation(&mut evaluation, train, test);
        if let Some(result) = progress.unwrap().result {
            break result;
        }
    };
    let grid = sample_prior(session.engine(), &config.model, 200, 1, None);
    (losses, session.state().unwrap(), evaluation, grid)
}

fn check(config: &TrainingConfig) {
    let (train, test) = (mnist_train(), mnist_test());
    for batch_size in [1, 7, 128] {
        let config = TrainingConfig {
            batch_size,
            ..config.clone()
        };
        let alone = run(&config, 1, &train, &test);
        for threads in THREADS {
            let together = run(&config, threads, &train, &test);
            // A message with all numbers would be of no use.
            assert!(
                alone == together,
                "batches of {batch_size} on {threads} threads: losses end with {:?}, not {:?}",
                together.0.last(),
                alone.0.last()
            );
        }
    }
}

#[test]
fn bernoulli() {
    check(&small());
}

#[test]
fn gaussian() {
    let mut config = small();
    config.model.likelihood = Likelihood::Gaussian;
    config.model.activation = Activation::Gelu;
    config.l2 = 1e-4;
    check(&config);
}

#[test]
fn conditional() {
    let mut config = small();
    config.model.conditional = true;
    config.free_bits = 0.1;
    check(&config);
}

#[test]
fn autoencoder() {
    let mut config = small();
    config.model.variational = false;
    check(&config);
}
