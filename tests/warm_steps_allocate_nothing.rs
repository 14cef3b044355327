//! A warm training step allocates nothing, on none of its threads.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};

use vae_lab::data::Digits;
use vae_lab::kernels::{
    Activation, AdamStep, Architecture, Batch, Likelihood, Objective, Team, Workspace,
};
use vae_lab::training::{TrainingSession, preset};

struct Counting;

thread_local! {
    /// Tests run at the same time, each in a thread of its own.
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: all is left to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        // SAFETY: the caller's.
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller's.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// How often all threads of the team have allocated.
fn allocations(team: &Team) -> usize {
    let (everybody, sum) = (Barrier::new(team.threads()), AtomicUsize::new(0));
    team.run(team.threads(), |_| {
        // Whoever has a part waits until all parts have begun, so that each thread has one.
        everybody.wait();
        sum.fetch_add(ALLOCATIONS.get(), Ordering::Relaxed);
    });
    sum.into_inner()
}

/// How often `work` allocates.
fn allocations_of(team: &Team, work: impl FnOnce()) -> usize {
    let before = allocations(team);
    work();
    allocations(team) - before
}

#[test]
fn the_counter_counts_on_all_threads() {
    let team = Team::new(3);
    // Locks and barriers may allocate when they are first used.
    allocations(&team);
    assert_eq!(allocations_of(&team, || ()), 0);
    let work = || team.run(16, |_| drop(std::hint::black_box(Box::new(1))));
    assert_eq!(allocations_of(&team, work), 16);
}

#[test]
fn a_warm_step_of_the_kernels() {
    for threads in [1, 3] {
        check_kernels(&Team::new(threads));
    }
}

fn check_kernels(team: &Team) {
    let architecture = Architecture {
        pixels: 784,
        classes: 0,
        encoder_hidden: vec![40, 30],
        latent: 20,
        decoder_hidden: vec![30],
        activation: Activation::Relu,
        likelihood: Likelihood::Bernoulli,
        variational: true,
    };
    let count = architecture.parameter_count();
    let mut workspace = Workspace::new(&architecture, team.clone());
    let mut parameters: Vec<f32> = (0..count).map(|i| (i as f32).sin() * 0.05).collect();
    let (mut gradients, mut first, mut second) =
        (vec![0.0; count], vec![0.0; count], vec![0.0; count]);
    let x: Vec<f32> = (0..300 * 784)
        .map(|i| f32::from(u8::from(i % 5 == 0)))
        .collect();
    let eps = vec![0.5; 300 * 20];
    let mut recon = [0.0; 300];
    let (mut mu, mut logvar) = ([0.0; 6000], [0.0; 6000]);
    let mut pixels = vec![0.0; 300 * 784];
    let batch = Batch {
        x: &x,
        labels: &[],
        eps: &eps,
    };
    let objective = Objective {
        kl_weight: 1.0,
        free_bits: 0.1,
        recon_scale: 1.0,
        batch_images: 300,
    };
    let mut pass = |step| {
        workspace.loss_and_gradients(&parameters, &batch, &objective, &mut gradients);
        let adam = AdamStep {
            learning_rate: 1e-3,
            beta1: 0.9,
            beta2: 0.999,
            epsilon: 1e-8,
            step,
        };
        workspace.adam(
            &adam,
            0.1,
            &mut parameters,
            &gradients,
            &mut first,
            &mut second,
        );
        workspace.penalty(0.1, &parameters);
        workspace.reconstruction(&parameters, &x, &eps, &[], &mut recon);
        workspace.encode(&parameters, &x, &[], &mut mu, &mut logvar);
        workspace.decode(&parameters, &eps, &[], &mut pixels);
    };
    pass(1);
    for step in 2..=4 {
        assert_eq!(allocations_of(team, || pass(step)), 0);
    }
}

#[test]
fn a_warm_step_of_a_session() {
    let header = [0x803u32, 50, 28, 28].map(u32::to_be_bytes).concat();
    let mut digits = Digits::new("stripes");
    digits.images.push(&header).unwrap();
    digits.images.push(&[0, 255].repeat(50 * 784 / 2)).unwrap();
    let mut config = preset("digits-20d").unwrap().config;
    config.batch_size = 10;
    let team = Team::new(3);
    let mut session = TrainingSession::new(config).unwrap();
    session.use_team(team.clone()).unwrap();
    for _ in 0..2 {
        session.step(&digits).unwrap().unwrap();
    }
    let allocations = allocations_of(&team, || {
        session.step(&digits).unwrap().unwrap();
    });
    assert_eq!(allocations, 0);
}
