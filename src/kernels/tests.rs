//! Against naive loops in f64, and against central differences.

use super::{
    Activation, AdamStep, Architecture, Batch, Likelihood, Losses, Objective, Team, Workspace,
};
use std::collections::HashMap;

/// A small deterministic generator (SplitMix64), so that tests need no crate.
struct Random(u64);

impl Random {
    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
    fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1u64 << 53) as f64
    }
    fn below(&mut self, bound: usize) -> usize {
        (self.bits() % bound as u64) as usize
    }
    fn normal(&mut self) -> f64 {
        (-2.0 * (1.0 - self.unit()).ln()).sqrt() * (std::f64::consts::TAU * self.unit()).cos()
    }
    fn normals(&mut self, count: usize, scale: f64) -> Vec<f32> {
        (0..count).map(|_| (self.normal() * scale) as f32).collect()
    }
    /// Pixels of which about `share` are not zero.
    fn pixels(&mut self, count: usize, share: f64) -> Vec<f32> {
        (0..count)
            .map(|_| {
                if self.unit() < share {
                    self.unit() as f32
                } else {
                    0.0
                }
            })
            .collect()
    }
}

/// The naive model: every formula once more, in f64, image by image.
mod naive {
    use super::*;

    /// By Simpson's rule.
    fn erf(x: f64) -> f64 {
        let steps = 2000;
        let h = x / f64::from(steps);
        let f = |i: i32| (-(h * f64::from(i)).powi(2)).exp();
        let inner: f64 = (1..steps)
            .map(|i| f(i) * if i % 2 == 1 { 4.0 } else { 2.0 })
            .sum();
        (f(0) + inner + f(steps)) * h / 3.0 * 2.0 / std::f64::consts::PI.sqrt()
    }

    pub fn activation(activation: Activation, x: f64) -> (f64, f64) {
        match activation {
            Activation::Identity => (x, 1.0),
            Activation::Relu => (x.max(0.0), if x > 0.0 { 1.0 } else { 0.0 }),
            Activation::Tanh => (x.tanh(), 1.0 - x.tanh().powi(2)),
            Activation::Gelu => {
                let distribution = 0.5 * (1.0 + erf(x / 2f64.sqrt()));
                let density = (-x * x / 2.0).exp() / std::f64::consts::TAU.sqrt();
                (x * distribution, distribution + x * density)
            }
        }
    }

    /// `-log p(x|z)` of one pixel and its derivative by the logit.
    pub fn pixel(likelihood: Likelihood, l: f64, x: f64) -> (f64, f64) {
        let p = 1.0 / (1.0 + (-l).exp());
        match likelihood {
            Likelihood::Bernoulli => (l.max(0.0) - l * x + (-l.abs()).exp().ln_1p(), p - x),
            Likelihood::Gaussian => ((p - x).powi(2), 2.0 * (p - x) * p * (1.0 - p)),
        }
    }

    pub struct Model<'a> {
        pub architecture: &'a Architecture,
        pub parameters: &'a [f32],
    }

    /// Losses, and gradients of one objective, summed over the images.
    pub struct Outcome {
        pub recon: Vec<f64>,
        pub kl: Vec<f64>,
        pub gradients: Vec<f64>,
    }

    impl Model<'_> {
        fn tensor(&self, name: &str) -> std::ops::Range<usize> {
            let all = self.architecture.parameters();
            all.into_iter()
                .find(|p| p.name == name)
                .expect("the parameter exists")
                .range
        }

        fn dense(&self, name: &str, input: &[f64]) -> Vec<f64> {
            let weight = &self.parameters[self.tensor(&format!("{name}.weight"))];
            let bias = &self.parameters[self.tensor(&format!("{name}.bias"))];
            let mut sums: Vec<f64> = bias.iter().map(|&b| f64::from(b)).collect();
            for (line, &x) in weight.chunks_exact(bias.len()).zip(input) {
                for (sum, &w) in sums.iter_mut().zip(line) {
                    *sum += x * f64::from(w);
                }
            }
            sums
        }

        fn dense_backward(
            &self,
            name: &str,
            input: &[f64],
            delta: &[f64],
            gradients: &mut [f64],
        ) -> Vec<f64> {
            let (weight, bias) = (
                self.tensor(&format!("{name}.weight")),
                self.tensor(&format!("{name}.bias")),
            );
            for (sum, d) in gradients[bias].iter_mut().zip(delta) {
                *sum += d;
            }
            let mut back = vec![0.0; input.len()];
            for (i, x) in input.iter().enumerate() {
                for (o, d) in delta.iter().enumerate() {
                    let at = weight.start + i * delta.len() + o;
                    gradients[at] += x * d;
                    back[i] += d * f64::from(self.parameters[at]);
                }
            }
            back
        }

        /// Forward and backward through hidden layers; returns inputs of each layer and slopes.
        fn hidden(
            &self,
            part: &str,
            count: usize,
            mut input: Vec<f64>,
        ) -> (Vec<Vec<f64>>, Vec<Vec<f64>>) {
            let (mut inputs, mut slopes) = (Vec::new(), Vec::new());
            for i in 0..count {
                let sums = self.dense(&format!("{part}.hidden.{i}"), &input);
                let pairs = sums
                    .iter()
                    .map(|&x| activation(self.architecture.activation, x));
                let (output, slope) = pairs.unzip();
                inputs.push(std::mem::replace(&mut input, output));
                slopes.push(slope);
            }
            inputs.push(input);
            (inputs, slopes)
        }

        fn hidden_backward(
            &self,
            part: &str,
            inputs: &[Vec<f64>],
            slopes: &[Vec<f64>],
            mut delta: Vec<f64>,
            gradients: &mut [f64],
        ) -> Vec<f64> {
            for i in (0..slopes.len()).rev() {
                for (d, s) in delta.iter_mut().zip(&slopes[i]) {
                    *d *= s;
                }
                delta = self.dense_backward(
                    &format!("{part}.hidden.{i}"),
                    &inputs[i],
                    &delta,
                    gradients,
                );
            }
            delta
        }

        fn with_label(&self, values: &[f32], label: Option<u8>) -> Vec<f64> {
            let mut input: Vec<f64> = values.iter().map(|&x| f64::from(x)).collect();
            input.extend(
                (0..self.architecture.classes).map(|c| f64::from(u8::from(label == Some(c as u8)))),
            );
            input
        }

        pub fn image(
            &self,
            x: &[f32],
            eps: &[f32],
            label: Option<u8>,
            kl_weight: f64,
            scale: f64,
            out: &mut Outcome,
        ) {
            let a = self.architecture;
            let (inputs, slopes) =
                self.hidden("encoder", a.encoder_hidden.len(), self.with_label(x, label));
            let top = inputs.last().unwrap();
            let mu = self.dense("encoder.mu", top);
            let logvar = if a.variational {
                self.dense("encoder.logvar", top)
            } else {
                vec![]
            };
            let mut z: Vec<f64> = mu.clone();
            for (i, v) in logvar.iter().enumerate() {
                z[i] += (v / 2.0).exp() * f64::from(eps[i]);
            }
            let kl = mu
                .iter()
                .zip(&logvar)
                .map(|(m, v)| -0.5 * (1.0 + v - m * m - v.exp()))
                .sum();
            z.extend((0..a.classes).map(|c| f64::from(u8::from(label == Some(c as u8)))));
            let (d_inputs, d_slopes) = self.hidden("decoder", a.decoder_hidden.len(), z);
            let logits = self.dense("decoder.output", d_inputs.last().unwrap());
            let pixels = logits
                .iter()
                .zip(x)
                .map(|(&l, &x)| pixel(a.likelihood, l, f64::from(x)));
            let (nats, delta): (Vec<f64>, Vec<f64>) = pixels.map(|(n, d)| (n, d * scale)).unzip();
            out.recon.push(nats.iter().sum());
            out.kl.push(kl);

            let g = &mut out.gradients;
            let delta = self.dense_backward("decoder.output", d_inputs.last().unwrap(), &delta, g);
            let dz = self.hidden_backward("decoder", &d_inputs, &d_slopes, delta, g);
            let variational = f64::from(u8::from(a.variational));
            let d_mu: Vec<f64> = mu
                .iter()
                .zip(&dz)
                .map(|(m, d)| d + variational * kl_weight * m)
                .collect();
            let mut delta = self.dense_backward("encoder.mu", top, &d_mu, g);
            if a.variational {
                let d_logvar: Vec<f64> = (0..a.latent)
                    .map(|i| {
                        let noise = dz[i] * f64::from(eps[i]) * (logvar[i] / 2.0).exp() / 2.0;
                        noise + kl_weight * (logvar[i].exp() - 1.0) / 2.0
                    })
                    .collect();
                let other = self.dense_backward("encoder.logvar", top, &d_logvar, g);
                delta.iter_mut().zip(other).for_each(|(d, o)| *d += o);
            }
            self.hidden_backward("encoder", &inputs, &slopes, delta, g);
        }
    }
}

/// A model with a batch that fits it.
struct Case {
    architecture: Architecture,
    parameters: Vec<f32>,
    x: Vec<f32>,
    labels: Vec<u8>,
    eps: Vec<f32>,
}

impl Case {
    fn new(architecture: Architecture, images: usize, share: f64, seed: u64) -> Self {
        let mut random = Random(seed);
        let mut parameters = Vec::new();
        for p in architecture.parameters() {
            let scale = if p.is_weight() {
                (1.0 / p.shape[0] as f64).sqrt()
            } else {
                0.1
            };
            parameters.extend(random.normals(p.range.len(), scale));
        }
        Self {
            parameters,
            x: random.pixels(images * architecture.pixels, share),
            labels: (0..images.min(images * architecture.classes))
                .map(|_| random.below(architecture.classes) as u8)
                .collect(),
            eps: random.normals(images * architecture.latent, 1.0),
            architecture,
        }
    }

    fn images(&self) -> usize {
        self.x.len() / self.architecture.pixels
    }

    fn batch(&self) -> Batch<'_> {
        Batch {
            x: &self.x,
            labels: &self.labels,
            eps: &self.eps,
        }
    }

    fn naive(&self, kl_weight: f64, scale: f64) -> naive::Outcome {
        let model = naive::Model {
            architecture: &self.architecture,
            parameters: &self.parameters,
        };
        let gradients = vec![0.0; self.parameters.len()];
        let mut outcome = naive::Outcome {
            recon: vec![],
            kl: vec![],
            gradients,
        };
        let a = &self.architecture;
        for i in 0..self.images() {
            let (x, eps) = (
                &self.x[i * a.pixels..][..a.pixels],
                &self.eps[i * a.latent..][..a.latent],
            );
            model.image(
                x,
                eps,
                self.labels.get(i).copied(),
                kl_weight,
                scale,
                &mut outcome,
            );
        }
        outcome
    }

    /// Losses, every gradient tensor and the evaluation of each image against the naive model.
    fn check(&self) {
        let (kl_weight, recon_scale) = (0.7, 0.5);
        let objective = Objective {
            kl_weight,
            free_bits: 0.0,
            recon_scale,
            batch_images: self.images(),
        };
        let mut workspace = Workspace::new(&self.architecture, 1);
        // Whatever was there must be overwritten.
        let mut gradients = vec![f32::NAN; self.parameters.len()];
        let losses = workspace.loss_and_gradients(
            &self.parameters,
            &self.batch(),
            &objective,
            &mut gradients,
        );
        let expected = self.naive(f64::from(kl_weight), f64::from(recon_scale));
        let images = self.images() as f64;
        close(
            "recon",
            losses.recon,
            expected.recon.iter().sum::<f64>() / images,
            2e-6,
        );
        close(
            "kl",
            losses.kl,
            expected.kl.iter().sum::<f64>() / images,
            2e-6,
        );
        for p in self.architecture.parameters() {
            let expected: Vec<f64> = expected.gradients[p.range.clone()]
                .iter()
                .map(|g| g / images)
                .collect();
            close_all(&p.name, &gradients[p.range], &expected, 1e-5);
        }

        let (mut recon, mut kl) = (vec![f32::NAN; self.images()], vec![f32::NAN; self.images()]);
        image_losses(
            &mut workspace,
            &self.parameters,
            &self.batch(),
            &mut recon,
            &mut kl,
        );
        close_all("recon of each image", &recon, &expected.recon, 2e-6);
        close_all("kl of each image", &kl, &expected.kl, 1e-5);
    }
}

/// Reconstruction loss and KL of each image, as evaluation puts them together.
fn image_losses(
    workspace: &mut Workspace,
    parameters: &[f32],
    batch: &Batch,
    recon: &mut [f32],
    kl: &mut [f32],
) {
    let Architecture {
        latent,
        variational,
        ..
    } = *workspace.architecture();
    let mut mu = vec![0.0; recon.len() * latent];
    let mut logvar = vec![0.0; if variational { mu.len() } else { 0 }];
    workspace.encode(parameters, batch.x, batch.labels, &mut mu, &mut logvar);
    let mut z = mu.clone();
    kl.fill(0.0);
    for (index, logvar) in logvar.iter().enumerate() {
        z[index] += (logvar / 2.0).exp() * batch.eps[index];
        kl[index / latent] += 0.5 * (mu[index].powi(2) + logvar.exp() - logvar - 1.0);
    }
    workspace.reconstruction(parameters, batch.x, &z, batch.labels, recon);
}

fn close(what: &str, found: f64, expected: f64, tolerance: f64) {
    let bound = tolerance * expected.abs().max(0.1);
    assert!(
        (found - expected).abs() <= bound,
        "{what}: expected {expected}, found {found}"
    );
}

/// Relative to the largest number of the tensor: a sum that cancels cannot be exact to its own size.
fn close_all(what: &str, found: &[f32], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len(), "{what}: length");
    let largest = expected.iter().fold(1e-6, |m: f64, e| m.max(e.abs()));
    for (i, (&f, e)) in found.iter().zip(expected).enumerate() {
        let error = (f64::from(f) - e).abs();
        assert!(
            error <= tolerance * largest,
            "{what}[{i}]: expected {e}, found {f}, largest {largest}"
        );
    }
}

fn architecture(
    pixels: usize,
    encoder: &[usize],
    latent: usize,
    decoder: &[usize],
) -> Architecture {
    Architecture {
        pixels,
        classes: 0,
        encoder_hidden: encoder.to_vec(),
        latent,
        decoder_hidden: decoder.to_vec(),
        activation: Activation::Relu,
        likelihood: Likelihood::Bernoulli,
        variational: true,
    }
}

const ACTIVATIONS: [Activation; 4] = [
    Activation::Identity,
    Activation::Relu,
    Activation::Tanh,
    Activation::Gelu,
];
const LIKELIHOODS: [Likelihood; 2] = [Likelihood::Bernoulli, Likelihood::Gaussian];

#[test]
fn gradients_agree_for_every_activation_and_likelihood() {
    for activation in ACTIVATIONS {
        for likelihood in LIKELIHOODS {
            for variational in [true, false] {
                let shape = architecture(61, &[33, 17], 5, &[19, 34]);
                let shape = Architecture {
                    activation,
                    likelihood,
                    variational,
                    ..shape
                };
                Case::new(shape, 9, 0.3, 1).check();
            }
        }
    }
}

#[test]
fn gradients_agree_for_every_batch_size() {
    for images in [1, 2, 7, 127, 128, 129, 300, 512] {
        Case::new(
            architecture(50, &[21], 3, &[23]),
            images,
            0.2,
            images as u64,
        )
        .check();
    }
}

#[test]
fn gradients_agree_for_dense_and_for_empty_images() {
    for share in [0.0, 0.05, 0.5, 1.0] {
        Case::new(architecture(70, &[40], 4, &[40]), 16, share, 7).check();
    }
}

#[test]
fn gradients_agree_for_a_conditional_model() {
    for hidden in [&[24][..], &[]] {
        let shape = architecture(30, hidden, 2, hidden);
        Case::new(
            Architecture {
                classes: 10,
                ..shape
            },
            140,
            0.3,
            3,
        )
        .check();
    }
}

#[test]
fn gradients_agree_for_random_shapes() {
    let mut random = Random(11);
    for seed in 0..40 {
        let widths = |random: &mut Random| {
            (0..random.below(3))
                .map(|_| 1 + random.below(70))
                .collect::<Vec<_>>()
        };
        let (encoder, decoder) = (widths(&mut random), widths(&mut random));
        let shape = architecture(
            1 + random.below(90),
            &encoder,
            1 + random.below(20),
            &decoder,
        );
        let shape = Architecture {
            activation: ACTIVATIONS[random.below(4)],
            likelihood: LIKELIHOODS[random.below(2)],
            variational: random.below(4) > 0,
            classes: random.below(2) * random.below(5),
            ..shape
        };
        let (images, share) = (1 + random.below(40), random.unit());
        Case::new(shape, images, share, seed).check();
    }
}

/// Long enough for several blocks of every kind, and not a multiple of any vector.
#[test]
fn gradients_agree_for_the_real_size() {
    Case::new(architecture(784, &[400], 20, &[400]), 3, 0.2, 6).check();
    Case::new(architecture(784, &[], 20, &[1100]), 3, 0.9, 6).check();
}

/// All that the kernels compute for a batch.
fn everything(case: &Case, threads: usize) -> Vec<Vec<u32>> {
    let mut workspace = Workspace::new(&case.architecture, threads);
    let mut w = case.parameters.clone();
    let (mut g, mut m, mut v) = (vec![0.0; w.len()], vec![0.0; w.len()], vec![0.0; w.len()]);
    let objective = Objective {
        kl_weight: 0.7,
        free_bits: 0.05,
        recon_scale: 0.5,
        batch_images: case.images(),
    };
    let mut losses = Vec::new();
    for step in 1..=3 {
        let Losses {
            recon,
            kl,
            priced_kl,
        } = workspace.loss_and_gradients(&w, &case.batch(), &objective, &mut g);
        for loss in [recon, kl, priced_kl, workspace.penalty(0.1, &w)] {
            losses.extend([loss.to_bits() as u32, (loss.to_bits() >> 32) as u32]);
        }
        let adam = AdamStep {
            learning_rate: 1e-2,
            beta1: 0.9,
            beta2: 0.999,
            epsilon: 1e-8,
            step,
        };
        workspace.adam(&adam, 0.05, &mut w, &g, &mut m, &mut v);
    }
    let (mut recon, mut kl) = (vec![0.0; case.images()], vec![0.0; case.images()]);
    image_losses(&mut workspace, &w, &case.batch(), &mut recon, &mut kl);
    let mut pixels = vec![0.0; case.x.len()];
    workspace.decode(&w, &case.eps, &case.labels, &mut pixels);
    let bits = |values: Vec<f32>| values.into_iter().map(f32::to_bits).collect();
    let mut all: Vec<Vec<u32>> = [w, g, m, v, recon, kl, pixels].map(bits).into();
    all.push(losses);
    all
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let mut random = Random(21);
    for round in 0..24 {
        let shape = architecture(
            1 + random.below(200),
            &[1 + random.below(150), 1 + random.below(40)][..random.below(3)],
            1 + random.below(20),
            &[1 + random.below(150), 1 + random.below(40)][..random.below(3)],
        );
        let shape = Architecture {
            activation: ACTIVATIONS[round % 4],
            likelihood: LIKELIHOODS[round / 4 % 2],
            variational: round % 5 > 0,
            classes: [0, 10][round % 2],
            ..shape
        };
        let images = [1, 7, 50, 128, 140][round % 5];
        let case = Case::new(shape, images, [0.2, 0.9][round / 2 % 2], round as u64);
        let alone = everything(&case, 1);
        for threads in [2, 3, 4, 7, 8, 64] {
            assert!(
                everything(&case, threads) == alone,
                "{threads} threads, {:?}",
                case.architecture
            );
        }
    }
}

#[test]
fn products_agree_for_random_shapes() {
    use super::parts::{self, Block, Buffer, Lists, Panels, Product, SparseProduct, Start};
    let mut random = Random(12);
    for round in 0..60 {
        let longest = [5, 40, 1200][round % 3];
        let (rows, columns) = (1 + random.below(30), 1 + random.below(150));
        let depth = 1 + random.below(longest);
        let share = random.unit();
        let left = random.pixels(rows * depth, share);
        let right = random.normals(depth * columns, 1.0);
        let bias = random.normals(columns, 1.0);
        let before = random.normals(rows * columns, 1.0);
        for start in [Start::Zero, Start::Bias(&bias), Start::Accumulate] {
            let expected: Vec<f64> = (0..rows * columns)
                .map(|i| {
                    let (row, column) = (i / columns, i % columns);
                    let terms = (0..depth).map(|k| {
                        f64::from(left[row * depth + k]) * f64::from(right[k * columns + column])
                    });
                    let first = match start {
                        Start::Zero => 0.0,
                        Start::Bias(bias) => f64::from(bias[column]),
                        Start::Accumulate => f64::from(before[i]),
                    };
                    first + terms.sum::<f64>()
                })
                .collect();

            let (height, width) = (parts::tile_rows(), parts::tile_columns());
            let mut packed_left = Buffer::zeros(parts::packed_len(height, rows, depth));
            let pack_right = |panels: Panels| {
                let mut packed = Buffer::zeros(panels.len(depth, columns));
                let lines = panels.line_at(depth, columns, packed.len());
                // In two goes, as two threads do it.
                for lines in [0..lines / 3, lines / 3..lines] {
                    let place = panels.place(depth, columns, lines.start);
                    panels.pack(lines, columns, &right, &mut packed[place..]);
                }
                packed
            };
            let packed_right = pack_right(Panels::even(width));
            parts::pack_rows(height, depth, &left, &mut packed_left);
            let mut found = before.clone();
            Product {
                rows,
                columns,
                depth,
                left: &packed_left,
                right: &packed_right,
                start,
                destination: Block::new(&mut found, columns),
            }
            .run();
            close_all("packed product", &found, &expected, 2e-6);

            let mut lists = Lists::with_capacity(rows, depth);
            lists.list_rows(&Team::new(1), rows, depth, &left);
            let strips = pack_right(parts::strips());
            let mut found = before.clone();
            SparseProduct {
                columns,
                left: lists.all(),
                right: &strips,
                start,
                destination: Block::new(&mut found, columns),
            }
            .run();
            close_all("product of lists", &found, &expected, 2e-6);

            // X^T dY from the lists of X^T's rows, made by transposing twice.
            let places = |rows: usize| (vec![[0; 2]; rows], vec![Default::default(); left.len()]);
            let (mut by_column, mut by_row) = (places(depth), places(rows));
            let transposed = lists
                .all()
                .transpose(0..depth, &mut by_column.0, &mut by_column.1);
            let mut found = before.clone();
            SparseProduct {
                columns,
                left: transposed.transpose(0..rows, &mut by_row.0, &mut by_row.1),
                right: &strips,
                start,
                destination: Block::new(&mut found, columns),
            }
            .run();
            close_all("product of transposed lists", &found, &expected, 2e-6);
        }
    }
}

#[test]
fn gradients_agree_with_central_differences() {
    let case = Case::new(
        Architecture {
            activation: Activation::Tanh,
            ..architecture(20, &[9], 3, &[11])
        },
        6,
        0.4,
        5,
    );
    let objective = Objective {
        kl_weight: 1.3,
        free_bits: 0.0,
        recon_scale: 1.0,
        batch_images: 6,
    };
    let mut workspace = Workspace::new(&case.architecture, 1);
    let mut gradients = vec![0.0; case.parameters.len()];
    workspace.loss_and_gradients(&case.parameters, &case.batch(), &objective, &mut gradients);
    let mut value = |parameters: &[f32]| {
        let mut unused = vec![0.0; parameters.len()];
        let Losses { recon, kl, .. } =
            workspace.loss_and_gradients(parameters, &case.batch(), &objective, &mut unused);
        recon + 1.3 * kl
    };
    for (i, &gradient) in gradients.iter().enumerate() {
        let mut moved = case.parameters.clone();
        moved[i] = case.parameters[i] + 1e-2;
        let above = value(&moved);
        moved[i] = case.parameters[i] - 1e-2;
        let slope = (above - value(&moved)) / 2e-2;
        assert!(
            (slope - f64::from(gradient)).abs() < 2e-3,
            "parameter {i}: expected {slope}, found {gradient}"
        );
    }
}

#[test]
fn shares_of_a_batch_add_up() {
    let case = Case::new(architecture(40, &[16], 4, &[16]), 20, 0.3, 2);
    let objective = Objective {
        kl_weight: 1.0,
        free_bits: 0.0,
        recon_scale: 1.0,
        batch_images: 20,
    };
    let mut workspace = Workspace::new(&case.architecture, 1);
    let mut whole = vec![0.0; case.parameters.len()];
    let losses =
        workspace.loss_and_gradients(&case.parameters, &case.batch(), &objective, &mut whole);
    let (mut sums, mut part) = (vec![0.0; whole.len()], vec![0.0; whole.len()]);
    let mut recon = 0.0;
    for images in [0..13, 13..20, 20..20] {
        let share = Batch {
            x: &case.x[images.start * 40..images.end * 40],
            labels: &[],
            eps: &case.eps[images.start * 4..images.end * 4],
        };
        recon += workspace
            .loss_and_gradients(&case.parameters, &share, &objective, &mut part)
            .recon;
        super::add_assign(&mut sums, &part);
    }
    close("recon", recon, losses.recon, 1e-6);
    let whole: Vec<f64> = whole.iter().map(|&g| f64::from(g)).collect();
    close_all("gradients", &sums, &whole, 1e-6);
}

#[test]
fn a_second_step_remembers_nothing_of_the_first() {
    let case = Case::new(architecture(40, &[16], 4, &[16]), 20, 0.3, 2);
    let other = Case::new(case.architecture.clone(), 7, 0.9, 4);
    let objective = Objective {
        kl_weight: 1.0,
        free_bits: 0.0,
        recon_scale: 1.0,
        batch_images: 20,
    };
    let (mut first, mut second) = (
        vec![0.0; case.parameters.len()],
        vec![0.0; case.parameters.len()],
    );
    let mut workspace = Workspace::new(&case.architecture, 1);
    workspace.loss_and_gradients(&case.parameters, &case.batch(), &objective, &mut first);
    workspace.loss_and_gradients(&other.parameters, &other.batch(), &objective, &mut second);
    workspace.loss_and_gradients(&case.parameters, &case.batch(), &objective, &mut second);
    assert_eq!(first, second);
}

#[test]
fn encode_and_decode_agree_with_the_losses() {
    for images in [1, 130] {
        let case = Case::new(architecture(40, &[16], 4, &[18]), images, 0.3, 2);
        let mut workspace = Workspace::new(&case.architecture, 1);
        let (mut mu, mut logvar) = (vec![0.0; images * 4], vec![0.0; images * 4]);
        workspace.encode(&case.parameters, &case.x, &[], &mut mu, &mut logvar);
        let z = mu
            .iter()
            .zip(&logvar)
            .zip(&case.eps)
            .map(|((m, v), e)| m + (v / 2.0).exp() * e);
        let mut p = vec![0.0; images * 40];
        workspace.decode(&case.parameters, &z.collect::<Vec<_>>(), &[], &mut p);
        let cross_entropy = |(p, x): (&f32, &f32)| {
            let (p, x) = (f64::from(*p), f64::from(*x));
            -(x * p.ln() + (1.0 - x) * (1.0 - p).ln())
        };
        let recon: f64 = p.iter().zip(&case.x).map(cross_entropy).sum();
        let kl: f64 = mu
            .iter()
            .zip(&logvar)
            .map(|(m, v)| -0.5 * f64::from(1.0 + v - m * m - v.exp()))
            .sum();
        let (mut recons, mut kls) = (vec![0.0; images], vec![0.0; images]);
        image_losses(
            &mut workspace,
            &case.parameters,
            &case.batch(),
            &mut recons,
            &mut kls,
        );
        close(
            "recon",
            recons.iter().map(|&r| f64::from(r)).sum(),
            recon,
            1e-5,
        );
        close("kl", kls.iter().map(|&r| f64::from(r)).sum(), kl, 1e-5);
    }
}

#[test]
fn values_known_by_hand() {
    let shape = architecture(784, &[], 2, &[]);
    let parameters = vec![0.0; shape.parameter_count()];
    let x = vec![0.3; 784];
    let mut workspace = Workspace::new(&shape, 1);
    let (mut recon, mut kl) = ([0.0], [0.0]);
    image_losses(
        &mut workspace,
        &parameters,
        &Batch {
            x: &x,
            labels: &[],
            eps: &[0.5, -0.5],
        },
        &mut recon,
        &mut kl,
    );
    close("784 ln 2", f64::from(recon[0]), 784.0 * 2f64.ln(), 1e-6);
    assert_eq!(kl, [0.0]);

    // mu's bias is 1: half a nat per dimension.
    let mut parameters = parameters;
    let mu = shape
        .parameters()
        .into_iter()
        .find(|p| p.name == "encoder.mu.bias")
        .unwrap();
    parameters[mu.range].fill(1.0);
    image_losses(
        &mut workspace,
        &parameters,
        &Batch {
            x: &x,
            labels: &[],
            eps: &[0.5, -0.5],
        },
        &mut recon,
        &mut kl,
    );
    close("kl", f64::from(kl[0]), 1.0, 1e-6);
}

#[test]
fn losses_are_accurate_for_extreme_logits() {
    let mut random = Random(8);
    for scale in [1e-3, 1.0, 10.0, 80.0] {
        let (logits, targets) = (random.normals(787, scale), random.pixels(787, 0.5));
        for likelihood in LIKELIHOODS {
            let pairs = logits.iter().zip(&targets);
            let expected =
                pairs.map(|(&l, &x)| naive::pixel(likelihood, f64::from(l), f64::from(x)));
            let (nats, slopes): (Vec<f64>, Vec<f64>) = expected.unzip();
            let mut gradient = vec![f32::NAN; logits.len()];
            let found = likelihood.loss_and_gradient(&logits, &targets, 1.0, &mut gradient);
            close("loss", found, nats.iter().sum(), 1e-6);
            close_all("gradient", &gradient, &slopes, 1e-6);
        }
    }
}

#[test]
fn parameters_have_their_order_and_names() {
    let shape = Architecture {
        classes: 10,
        ..architecture(784, &[400], 20, &[300])
    };
    let parameters = shape.parameters();
    let names: Vec<&str> = parameters.iter().map(|p| p.name.as_str()).collect();
    let expected = [
        "encoder.hidden.0",
        "encoder.mu",
        "encoder.logvar",
        "decoder.hidden.0",
        "decoder.output",
    ];
    let expected: Vec<String> = expected
        .iter()
        .flat_map(|n| [format!("{n}.weight"), format!("{n}.bias")])
        .collect();
    assert_eq!(names, expected);
    let shapes: HashMap<&str, &[usize]> = parameters
        .iter()
        .map(|p| (p.name.as_str(), &p.shape[..]))
        .collect();
    assert_eq!(shapes["encoder.hidden.0.weight"], [794, 400]);
    assert_eq!(shapes["encoder.logvar.weight"], [400, 20]);
    assert_eq!(shapes["decoder.hidden.0.weight"], [30, 300]);
    assert_eq!(shapes["decoder.output.bias"], [784]);
    assert_eq!(
        parameters.last().unwrap().range.end,
        shape.parameter_count()
    );
}

#[test]
fn moments_do_not_linger_as_denormal_numbers() {
    let (mut w, mut m, mut v) = ([1.0; 21], [1e-30; 21], [1e-36; 21]);
    for step in 1..5000 {
        let adam = AdamStep {
            learning_rate: 1e-3,
            beta1: 0.9,
            beta2: 0.999,
            epsilon: 1e-8,
            step,
        };
        adam.apply(0.0, &mut w, &[0.0; 21], &mut m, &mut v);
    }
    for x in [m, v].concat() {
        assert!(x == 0.0 || x.is_normal(), "{x:e} is a denormal number");
    }
}

#[test]
fn the_penalty_is_for_weights_only() {
    let shape = architecture(30, &[7], 3, &[8]);
    let parameters = Random(9).normals(shape.parameter_count(), 1.0);
    let weights = shape.parameters().into_iter().filter(|p| p.is_weight());
    let squares = weights.flat_map(|p| {
        parameters[p.range]
            .iter()
            .map(|&w| f64::from(w).powi(2))
            .collect::<Vec<_>>()
    });
    let found = Workspace::new(&shape, 3).penalty(0.5, &parameters);
    close("penalty", found, 0.5 * squares.sum::<f64>(), 1e-6);
}

/// `torch.optim.Adam` written out in f64.
#[test]
fn adam_agrees_with_its_formula() {
    let shape = architecture(13, &[7], 3, &[5]);
    let count = shape.parameter_count();
    let mut random = Random(4);
    let (mut w, mut m, mut v) = (
        random.normals(count, 1.0),
        vec![0.0; count],
        vec![0.0; count],
    );
    let mut exact: Vec<[f64; 3]> = w.iter().map(|&w| [f64::from(w), 0.0, 0.0]).collect();
    let penalised: Vec<bool> = shape
        .parameters()
        .iter()
        .flat_map(|p| vec![p.is_weight(); p.range.len()])
        .collect();
    let workspace = Workspace::new(&shape, 1);
    for step in 1..=20 {
        let g = random.normals(count, 0.1);
        let adam = AdamStep {
            learning_rate: 1e-2,
            beta1: 0.9,
            beta2: 0.999,
            epsilon: 1e-8,
            step,
        };
        workspace.adam(&adam, 0.05, &mut w, &g, &mut m, &mut v);
        for ((state, &g), &penalised) in exact.iter_mut().zip(&g).zip(&penalised) {
            let [w, m, v] = state;
            let g = f64::from(g) + if penalised { 2.0 * 0.05 * *w } else { 0.0 };
            *m = 0.9 * *m + 0.1 * g;
            *v = 0.999 * *v + 0.001 * g * g;
            let (m_hat, v_hat) = (
                *m / (1.0 - 0.9f64.powi(step as i32)),
                *v / (1.0 - 0.999f64.powi(step as i32)),
            );
            *w -= 1e-2 * m_hat / (v_hat.sqrt() + 1e-8);
        }
    }
    let exact: Vec<f64> = exact.iter().map(|s| s[0]).collect();
    close_all("parameters", &w, &exact, 2e-6);
}
