//! The kernels one by one, and whole steps and passes made of them: `cargo bench`, or `cargo bench -- adam` for some.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use vae_lab::kernels::parts::{
    Block, Buffer, Lists, Panels, Product, SparseProduct, Start, pack_rows, packed_len,
    reconstruction, strips, tile_columns, tile_rows,
};
use vae_lab::kernels::{
    Activation, AdamStep, Architecture, Batch, Likelihood, Objective, Team, Workspace, add_assign,
};

const PIXELS: usize = 784;
/// The shares of numbers that are not zero: of MNIST's pixels, and of a ReLU's outputs.
const INK: f64 = 0.2;
const AWAKE: f64 = 0.5;

fn numbers(count: usize, share: f64) -> Vec<f32> {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(count as u64);
    let number = |_| {
        if rng.random_bool(share) {
            rng.random::<f32>()
        } else {
            0.0
        }
    };
    (0..count).map(number).collect()
}

fn signed(count: usize) -> Vec<f32> {
    numbers(count, 1.0).into_iter().map(|x| x - 0.5).collect()
}

/// A model with everything that its training needs.
struct Model {
    workspace: Workspace,
    parameters: Vec<f32>,
    gradients: Vec<f32>,
    moments: [Vec<f32>; 2],
    x: Vec<f32>,
    eps: Vec<f32>,
    updates: u32,
}

impl Model {
    fn new(hidden: usize, latent: usize, batch: usize, threads: usize) -> Self {
        let architecture = Architecture {
            pixels: PIXELS,
            classes: 0,
            encoder_hidden: vec![hidden],
            latent,
            decoder_hidden: vec![hidden],
            activation: Activation::Relu,
            likelihood: Likelihood::Bernoulli,
            variational: true,
        };
        let count = architecture.parameter_count();
        Self {
            workspace: Workspace::new(&architecture, threads),
            parameters: signed(count).into_iter().map(|x| 0.1 * x).collect(),
            gradients: vec![0.0; count],
            moments: [vec![0.0; count], vec![0.0; count]],
            x: numbers(batch * PIXELS, INK),
            eps: signed(batch * latent),
            updates: 0,
        }
    }

    fn differentiate(&mut self) {
        let objective = Objective {
            kl_weight: 1.0,
            free_bits: 0.0,
            recon_scale: 1.0,
            batch_images: self.x.len() / PIXELS,
        };
        let batch = Batch {
            x: &self.x,
            labels: &[],
            eps: &self.eps,
        };
        black_box(self.workspace.loss_and_gradients(
            &self.parameters,
            &batch,
            &objective,
            &mut self.gradients,
        ));
    }

    fn update(&mut self) {
        self.updates += 1;
        let adam = AdamStep {
            learning_rate: 1e-3,
            beta1: 0.9,
            beta2: 0.999,
            epsilon: 1e-8,
            step: self.updates,
        };
        let [first, second] = &mut self.moments;
        let parameters = &mut self.parameters;
        self.workspace
            .adam(&adam, 0.0, parameters, &self.gradients, first, second);
    }
}

/// Floating-point operations of a step, none taken off for zeros.
fn step_flops(hidden: usize, latent: usize, batch: usize) -> u64 {
    let first = PIXELS * hidden;
    let weights = 2 * first + 3 * hidden * latent;
    (2 * batch * (3 * weights - first)) as u64
}

fn steps(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("step");
    for (hidden, latent, batch) in [
        (400, 20, 128),
        (200, 200, 128),
        (400, 20, 512),
        (400, 20, 64),
    ] {
        group.throughput(Throughput::Elements(step_flops(hidden, latent, batch)));
        for threads in [1, 2, 4, 8] {
            let mut model = Model::new(hidden, latent, batch, threads);
            let name = format!("{hidden}, {latent}, {batch}, {threads} threads");
            group.bench_function(name, |bencher| {
                bencher.iter(|| {
                    model.differentiate();
                    model.update();
                });
            });
        }
    }
    group.finish();
}

fn passes(criterion: &mut Criterion) {
    let mut model = Model::new(400, 20, 128, 1);
    let count = model.parameters.len();
    criterion.bench_function("adam", |bencher| bencher.iter(|| model.update()));
    let terms = signed(count);
    criterion.bench_function("add gradients", |bencher| {
        bencher.iter(|| add_assign(black_box(&mut model.gradients), &terms))
    });
    let (logits, targets) = (signed(128 * PIXELS), numbers(128 * PIXELS, INK));
    let mut gradient = vec![0.0; 128 * PIXELS];
    criterion.bench_function("cross-entropy of 128 images", |bencher| {
        bencher.iter(|| {
            let rows = logits.chunks(PIXELS).zip(targets.chunks(PIXELS));
            for ((logits, targets), gradient) in rows.zip(gradient.chunks_mut(PIXELS)) {
                black_box(reconstruction(
                    Likelihood::Bernoulli,
                    logits,
                    targets,
                    gradient,
                ));
            }
        });
    });
    for images in [1, 10_000] {
        let x = numbers(images * PIXELS, INK);
        let (mut mu, mut logvar) = (vec![0.0; images * 20], vec![0.0; images * 20]);
        criterion.bench_function(&format!("encode {images}"), |bencher| {
            let (workspace, parameters) = (&mut model.workspace, &model.parameters);
            bencher.iter(|| workspace.encode(parameters, &x, &[], &mut mu, &mut logvar));
        });
    }
    for images in [1, 400] {
        let z = signed(images * 20);
        let mut pixels = vec![0.0; images * PIXELS];
        criterion.bench_function(&format!("decode {images}"), |bencher| {
            let (workspace, parameters) = (&mut model.workspace, &model.parameters);
            bencher.iter(|| workspace.decode(parameters, &z, &[], &mut pixels));
        });
    }
}

fn products(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("product");
    for (rows, depth, columns) in [
        (128, 784, 400),
        (128, 400, 784),
        (400, 128, 784),
        (128, 400, 40),
    ] {
        let (left, right) = (signed(rows * depth), signed(depth * columns));
        let mut packed_left = vec![0.0; packed_len(tile_rows(), rows, depth)];
        let tiles = Panels::even(tile_columns());
        let mut packed_right = vec![0.0; tiles.len(depth, columns)];
        let mut destination = vec![0.0; rows * columns];
        let shape = format!("{rows} x {depth} x {columns}");
        group.bench_function(format!("pack {shape}"), |bencher| {
            bencher.iter(|| {
                pack_rows(tile_rows(), depth, &left, &mut packed_left);
                tiles.pack(
                    0..columns.div_ceil(tile_columns()) * depth,
                    columns,
                    &right,
                    &mut packed_right,
                );
            });
        });
        group.throughput(Throughput::Elements((2 * rows * depth * columns) as u64));
        group.bench_function(&shape, |bencher| {
            bencher.iter(|| {
                Product {
                    rows,
                    columns,
                    depth,
                    left: &packed_left,
                    right: &packed_right,
                    start: Start::Zero,
                    destination: Block::new(&mut destination, columns),
                }
                .run();
            });
        });
        group.throughput(Throughput::Elements(0));
    }
    group.finish();
}

fn sparse_products(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("sparse product");
    for (share, rows, depth, columns) in [(INK, 128, 784, 400), (AWAKE, 128, 400, 784)] {
        let left = numbers(rows * depth, share);
        let right = signed(depth * columns);
        let strips = strips();
        let mut packed = Buffer::zeros(strips.len(depth, columns));
        let alone = Team::new(1);
        let mut lists = Lists::with_capacity(rows, depth);
        let mut destination = vec![0.0; rows * columns];
        let shape = format!("{rows} x {depth} x {columns}, {share} not zero");
        group.bench_function(format!("prepare {shape}"), |bencher| {
            bencher.iter(|| {
                strips.pack(
                    0..strips.line_at(depth, columns, strips.len(depth, columns)),
                    columns,
                    &right,
                    &mut packed,
                );
                lists.list_rows(&alone, rows, depth, &left)
            });
        });
        group.bench_function(&shape, |bencher| {
            bencher.iter(|| {
                SparseProduct {
                    columns,
                    left: lists.all(),
                    right: &packed,
                    start: Start::Zero,
                    destination: Block::new(&mut destination, columns),
                }
                .run();
            });
        });
    }
    group.finish();
}

criterion_group!(kernels, steps, passes, products, sparse_products);
criterion_main!(kernels);
