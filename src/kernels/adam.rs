//! Adam in one pass over the parameters.

use super::simd::{Simd, whole_vectors};

/// The numbers of one update of Adam (Kingma and Ba 2015, algorithm 1), as PyTorch's `torch.optim.Adam` applies them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AdamStep {
    /// The size of a step, alpha.
    pub learning_rate: f32,
    /// The share of the first moment that stays.
    pub beta1: f32,
    /// The share of the second moment that stays.
    pub beta2: f32,
    /// Added to the square root of the corrected second moment.
    pub epsilon: f32,
    /// How many updates there have been, this one included: the first is 1.
    pub step: u32,
}

impl AdamStep {
    /// Updates `parameters` and both moments. A penalty `l2 * sum(w^2)` adds `2 l2 w` to the gradient.
    ///
    /// # Shapes
    /// - all four: any, the same
    pub fn apply(
        &self,
        l2: f32,
        parameters: &mut [f32],
        gradients: &[f32],
        first: &mut [f32],
        second: &mut [f32],
    ) {
        let len = parameters.len();
        assert!(
            gradients.len() == len && first.len() == len && second.len() == len,
            "gradients and moments must be as many as parameters, {len}"
        );
        // 1 - beta^step in f64: for beta2 = 0.999 the first steps would lose four digits in f32.
        let correction = |beta: f32| 1.0 - f64::from(beta).powi(self.step as i32);
        let rates = Rates {
            beta1: self.beta1,
            beta2: self.beta2,
            penalty: 2.0 * l2,
            rate: (f64::from(self.learning_rate) / correction(self.beta1)) as f32,
            root_scale: (1.0 / correction(self.beta2).sqrt()) as f32,
            epsilon: self.epsilon,
        };
        update(rates, parameters, gradients, first, second);
    }
}

#[derive(Clone, Copy)]
struct Rates {
    beta1: f32,
    beta2: f32,
    penalty: f32,
    rate: f32,
    root_scale: f32,
    epsilon: f32,
}

dispatched! {
    fn update(rates: Rates, parameters: &mut [f32], gradients: &[f32], first: &mut [f32], second: &mut [f32])
        = update_with;
}
dispatched! {
    /// The sum of the squares of a few thousand numbers, in single precision.
    pub(super) fn sum_of_squares(values: &[f32]) -> f64 = sum_of_squares_with;
}
dispatched! {
    /// `sums += terms`: adds the gradients of another share of the batch.
    ///
    /// # Shapes
    /// - both: any, the same
    pub fn add_assign(sums: &mut [f32], terms: &[f32]) = add_assign_with;
}

#[inline(always)]
fn update_with<S: Simd>(
    s: S,
    rates: Rates,
    parameters: &mut [f32],
    gradients: &[f32],
    first: &mut [f32],
    second: &mut [f32],
) {
    let whole = whole_vectors(s, parameters.len());
    let (parameters, last_parameters) = parameters.split_at_mut(whole);
    let (gradients, last_gradients) = gradients.split_at(whole);
    let (first, last_first) = first.split_at_mut(whole);
    let (second, last_second) = second.split_at_mut(whole);
    let moments = first
        .chunks_exact_mut(S::LANES)
        .zip(second.chunks_exact_mut(S::LANES));
    let places = parameters
        .chunks_exact_mut(S::LANES)
        .zip(gradients.chunks_exact(S::LANES));
    for ((w, g), (m, v)) in places.zip(moments) {
        update_vector(s, &rates, w, g, m, v);
    }
    update_vector(
        s,
        &rates,
        last_parameters,
        last_gradients,
        last_first,
        last_second,
    );
}

/// Added and taken away again, this turns numbers below about 1e-37 into zeros. The moments of a dead unit would shrink to
/// denormal numbers and stay there, and many processors need a hundred cycles for each of those.
const FLUSH: f32 = 1e-30;

#[inline(always)]
fn flush<S: Simd>(s: S, x: S::F32) -> S::F32 {
    s.sub(s.add(x, s.splat(FLUSH)), s.splat(FLUSH))
}

#[inline(always)]
fn update_vector<S: Simd>(
    s: S,
    rates: &Rates,
    w: &mut [f32],
    g: &[f32],
    m: &mut [f32],
    v: &mut [f32],
) {
    let weight = s.load(w);
    let gradient = s.mul_add(s.splat(rates.penalty), weight, s.load(g));
    let square = s.mul(gradient, gradient);
    let mean = s.mul_add(
        s.splat(rates.beta1),
        s.load(m),
        s.mul(s.splat(1.0 - rates.beta1), gradient),
    );
    let variance = s.mul_add(
        s.splat(rates.beta2),
        s.load(v),
        s.mul(s.splat(1.0 - rates.beta2), square),
    );
    let (mean, variance) = (flush(s, mean), flush(s, variance));
    let root = s.mul_add(
        s.sqrt(variance),
        s.splat(rates.root_scale),
        s.splat(rates.epsilon),
    );
    s.store(mean, m);
    s.store(variance, v);
    s.store(
        s.mul_add(s.splat(-rates.rate), s.div(mean, root), weight),
        w,
    );
}

#[inline(always)]
fn add_assign_with<S: Simd>(s: S, sums: &mut [f32], terms: &[f32]) {
    assert_eq!(
        sums.len(),
        terms.len(),
        "sums and terms must have the same length"
    );
    let whole = whole_vectors(s, sums.len());
    let (sums, last_sums) = sums.split_at_mut(whole);
    let (terms, last_terms) = terms.split_at(whole);
    for (sum, term) in sums
        .chunks_exact_mut(S::LANES)
        .zip(terms.chunks_exact(S::LANES))
    {
        s.store(s.add(s.load(sum), s.load(term)), sum);
    }
    s.store(s.add(s.load(last_sums), s.load(last_terms)), last_sums);
}

#[inline(always)]
fn sum_of_squares_with<S: Simd>(s: S, values: &[f32]) -> f64 {
    let mut sum = s.zero();
    for x in values.chunks(S::LANES) {
        let x = s.load(x);
        sum = s.mul_add(x, x, sum);
    }
    f64::from(s.sum(sum))
}
