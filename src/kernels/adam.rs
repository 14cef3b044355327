//! Adam in one pass over the parameters.

use super::simd::Simd;

/// The numbers of one update of Adam (Kingma and Ba 2015, algorithm 1), as PyTorch's `torch.optim.Adam` applies them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AdamStep {
    pub learning_rate: f32,
    pub beta1: f32,
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
    let (keep1, keep2) = (s.splat(rates.beta1), s.splat(rates.beta2));
    let (take1, take2) = (s.splat(1.0 - rates.beta1), s.splat(1.0 - rates.beta2));
    let (penalty, epsilon) = (s.splat(rates.penalty), s.splat(rates.epsilon));
    let (rate, root_scale) = (s.splat(-rates.rate), s.splat(rates.root_scale));
    let moments = first.chunks_mut(S::LANES).zip(second.chunks_mut(S::LANES));
    let places = parameters
        .chunks_mut(S::LANES)
        .zip(gradients.chunks(S::LANES));
    for ((w, g), (m, v)) in places.zip(moments) {
        let weight = s.load(w);
        let gradient = s.mul_add(penalty, weight, s.load(g));
        let mean = s.mul_add(keep1, s.load(m), s.mul(take1, gradient));
        let square = s.mul_add(keep2, s.load(v), s.mul(take2, s.mul(gradient, gradient)));
        let root = s.mul_add(s.sqrt(square), root_scale, epsilon);
        s.store(mean, m);
        s.store(square, v);
        s.store(s.mul_add(rate, s.div(mean, root), weight), w);
    }
}

#[inline(always)]
fn add_assign_with<S: Simd>(s: S, sums: &mut [f32], terms: &[f32]) {
    assert_eq!(
        sums.len(),
        terms.len(),
        "sums and terms must have the same length"
    );
    for (sum, term) in sums.chunks_mut(S::LANES).zip(terms.chunks(S::LANES)) {
        s.store(s.add(s.load(sum), s.load(term)), sum);
    }
}
