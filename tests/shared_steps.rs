//! Steps that several workers share: the same parameters everywhere, and those of a run in one piece.

mod common;

use common::{mnist_train, small};
use vae_lab::kernels::Losses;
use vae_lab::training::{Engine, FusedEngine, TrainingConfig, TrainingSession};

const STEPS: usize = 5;

fn session(config: &TrainingConfig) -> TrainingSession {
    let mut session = TrainingSession::new(config.clone()).unwrap();
    // The first step may still change the start.
    session.step(&mnist_train()).unwrap().unwrap();
    session
}

/// Trains with so many workers, all in this thread; the state of each.
fn train_shared(config: &TrainingConfig, count: usize) -> Vec<Vec<f32>> {
    let train = mnist_train();
    let mut lead = session(config);
    let state = lead.state().unwrap();
    let mut helpers: Vec<FusedEngine> = (1..count)
        .map(|_| FusedEngine::new(&config.model, state.clone(), 1))
        .collect();
    for _ in 0..STEPS {
        assert!(lead.begin_step(&train).unwrap());
        let settings = lead.share(0, count).unwrap().settings;
        let mut losses = lead.gradients(0, count).unwrap();
        let mut gradients = vec![lead.fused().unwrap().gradient().to_vec()];
        for (place, helper) in helpers.iter_mut().enumerate() {
            let share = lead.share(place + 1, count).unwrap();
            let more = helper.gradients(share.batch, share.batch_images, &share.settings);
            losses = Losses {
                recon: losses.recon + more.recon,
                kl: losses.kl + more.kl,
                priced_kl: losses.priced_kl + more.priced_kl,
            };
            gradients.push(helper.gradient().to_vec());
        }
        let read_without = |own: usize| {
            let others: Vec<&Vec<f32>> = (0..count)
                .filter(|&index| index != own)
                .map(|index| &gradients[index])
                .collect();
            move |other: usize, start: usize, into: &mut [f32]| {
                into.copy_from_slice(&others[other][start..start + into.len()]);
            }
        };
        lead.finish_step(&losses, count - 1, read_without(0))
            .unwrap();
        for (place, helper) in helpers.iter_mut().enumerate() {
            helper.update_with(&settings, place + 1, count - 1, read_without(place + 1));
        }
    }
    let helpers = helpers
        .iter()
        .map(|helper| helper.state().unwrap().parameters);
    std::iter::once(lead.state().unwrap().parameters)
        .chain(helpers)
        .collect()
}

#[test]
fn every_worker_arrives_at_the_same_parameters() {
    let mut config = small();
    config.l2 = 1e-4;
    // Not divisible by the number of workers.
    config.batch_size = 50;
    let train = mnist_train();
    let mut alone = session(&config);
    for _ in 0..STEPS {
        alone.step(&train).unwrap().unwrap();
    }
    let expected = alone.state().unwrap().parameters;
    for count in [1, 2, 3, 4] {
        let states = train_shared(&config, count);
        for state in &states {
            assert_eq!(state, &states[0], "{count} workers");
        }
        let furthest = expected
            .iter()
            .zip(&states[0])
            .fold(0f32, |most, (a, b)| most.max((a - b).abs()));
        // Adam's first steps are as long for tiny gradients, whose rounding decides their sign, as for large ones.
        assert!(
            furthest < 2.1 * STEPS as f32 * config.learning_rate as f32,
            "{furthest}"
        );
        let mean = expected
            .iter()
            .zip(&states[0])
            .map(|(a, b)| (a - b).abs())
            .sum::<f32>()
            / expected.len() as f32;
        assert!(mean < 1e-6, "{count} workers: {mean}");
        assert_eq!(
            states,
            train_shared(&config, count),
            "{count} workers, again"
        );
    }
}

#[test]
fn a_shared_step_needs_the_fused_engine_and_a_beginning() {
    let mut config = small();
    let mut fused = session(&config);
    assert!(fused.share(0, 2).is_err() && fused.gradients(0, 2).is_err());
    assert!(fused.begin_step(&mnist_train()).unwrap());
    for (index, count) in [(0, 0), (2, 2), (0, 1025)] {
        assert!(fused.share(index, count).is_err() && fused.gradients(index, count).is_err());
    }
    config.engine = vae_lab::training::EngineKind::Burn;
    let mut burn = session(&config);
    assert!(burn.begin_step(&mnist_train()).unwrap());
    let message = burn.gradients(0, 2).unwrap_err().to_string();
    assert!(message.contains("fused"), "{message}");
}
