//! The reconstruction term of the ELBO for one image, and its gradient, in one pass over the logits.

use super::architecture::Likelihood;
use super::math;
use super::simd::Simd;

impl Likelihood {
    /// `-log p(x|z)` of one image in nats, summed over its pixels; `gradient` gets `scale` times its gradient by the
    /// logits.
    ///
    /// # Shapes
    /// - `logits`, `targets`, `gradient`: `[pixels]`, targets in 0..=1
    pub(super) fn loss_and_gradient(
        self,
        logits: &[f32],
        targets: &[f32],
        scale: f32,
        gradient: &mut [f32],
    ) -> f64 {
        let pixels = targets.len();
        assert!(
            logits.len() == pixels && gradient.len() == pixels,
            "logits and gradient must have {pixels} pixels"
        );
        match self {
            Likelihood::Bernoulli => bernoulli(logits, targets, scale, gradient),
            Likelihood::Gaussian => gaussian(logits, targets, scale, gradient),
        }
    }
}

dispatched! {
    fn bernoulli(logits: &[f32], targets: &[f32], scale: f32, gradient: &mut [f32]) -> f64 = bernoulli_with;
}
dispatched! {
    fn gaussian(logits: &[f32], targets: &[f32], scale: f32, gradient: &mut [f32]) -> f64 = gaussian_with;
}

/// So many factors in 1..=2 are multiplied before their logarithm is taken: on 16 lanes, 2^512 at most.
const FACTORS: usize = 32;

/// Kingma and Welling 2013, equation 11, on logits l: loss = max(l, 0) - l x + ln(1 + e^-|l|), gradient sigmoid(l) - x.
///
/// The sum of the logarithms is the logarithm of the product: one logarithm for many pixels.
#[inline(always)]
fn bernoulli_with<S: Simd>(
    s: S,
    logits: &[f32],
    targets: &[f32],
    scale: f32,
    gradient: &mut [f32],
) -> f64 {
    let scale_vector = s.splat(scale);
    let whole = logits.len() / S::LANES * S::LANES;
    let mut linear = s.zero();
    let mut nats = 0.0;
    for from in (0..whole).step_by(FACTORS * S::LANES) {
        let range = from..whole.min(from + FACTORS * S::LANES);
        let mut product = s.splat(1.0);
        let places = gradient[range.clone()].chunks_exact_mut(S::LANES);
        let pairs = logits[range.clone()]
            .chunks_exact(S::LANES)
            .zip(targets[range].chunks_exact(S::LANES));
        for ((l, x), place) in pairs.zip(places) {
            let (l, x) = (s.load(l), s.load(x));
            let (p, denominator) = math::sigmoid(s, l);
            linear = s.add(linear, s.sub(s.max(l, s.zero()), s.mul(l, x)));
            product = s.mul(product, denominator);
            s.store(s.mul(s.sub(p, x), scale_vector), place);
        }
        nats += s.lanes(product)[..S::LANES]
            .iter()
            .map(|&factor| f64::from(factor))
            .product::<f64>()
            .ln();
    }
    for i in whole..logits.len() {
        let (l, x) = (logits[i], targets[i]);
        let e = (-l.abs()).exp();
        nats += f64::from(l.max(0.0) - l * x + e.ln_1p());
        gradient[i] = (if l > 0.0 { 1.0 } else { e } / (1.0 + e) - x) * scale;
    }
    nats + f64::from(s.sum(linear))
}

/// A normal distribution around p = sigmoid(l) with variance 1/2, without its constant: loss = (p - x)^2, gradient
/// 2 (p - x) p (1 - p).
#[inline(always)]
fn gaussian_with<S: Simd>(
    s: S,
    logits: &[f32],
    targets: &[f32],
    scale: f32,
    gradient: &mut [f32],
) -> f64 {
    let (one, scale) = (s.splat(1.0), s.splat(2.0 * scale));
    let mut sum = s.zero();
    let mut nats = 0.0;
    let pairs = logits.chunks(S::LANES).zip(targets.chunks(S::LANES));
    for ((l, x), place) in pairs.zip(gradient.chunks_mut(S::LANES)) {
        let (p, _) = math::sigmoid(s, s.load(l));
        let error = s.sub(p, s.load(x));
        let square = s.mul(error, error);
        if place.len() == S::LANES {
            sum = s.add(sum, square);
        } else {
            nats += s.lanes(square)[..place.len()]
                .iter()
                .map(|&x| f64::from(x))
                .sum::<f64>();
        }
        s.store(s.mul(s.mul(error, scale), s.mul(p, s.sub(one, p))), place);
    }
    nats + f64::from(s.sum(sum))
}
