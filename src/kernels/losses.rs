//! The reconstruction term of the ELBO for one image, and its gradient, in one pass over the logits.

use super::architecture::Likelihood;
use super::math;
use super::simd::Simd;

impl Likelihood {
    /// `-log p(x|z)` of one image in nats, summed over its pixels; replaces the logits by `scale` times its gradient.
    ///
    /// # Shapes
    /// - `logits`, `targets`: `[pixels]`, targets in 0..=1
    pub(super) fn loss_and_gradient(self, logits: &mut [f32], targets: &[f32], scale: f32) -> f32 {
        assert_eq!(
            logits.len(),
            targets.len(),
            "an image must have as many logits as pixels"
        );
        match self {
            Likelihood::Bernoulli => bernoulli(logits, targets, scale),
            Likelihood::Gaussian => gaussian(logits, targets, scale),
        }
    }
}

dispatched! {
    fn bernoulli(logits: &mut [f32], targets: &[f32], scale: f32) -> f32 = bernoulli_with;
}
dispatched! {
    fn gaussian(logits: &mut [f32], targets: &[f32], scale: f32) -> f32 = gaussian_with;
}

/// Kingma and Welling 2013, equation 11, on logits l: loss = max(l, 0) - l x + ln(1 + e^-|l|), gradient sigmoid(l) - x.
#[inline(always)]
fn bernoulli_with<S: Simd>(s: S, logits: &mut [f32], targets: &[f32], scale: f32) -> f32 {
    let scale = s.splat(scale);
    let mut sum = s.zero();
    let whole = logits.len() / S::LANES * S::LANES;
    let (logits, last_logits) = logits.split_at_mut(whole);
    let (targets, last_targets) = targets.split_at(whole);
    for (l, x) in logits
        .chunks_exact_mut(S::LANES)
        .zip(targets.chunks_exact(S::LANES))
    {
        let (loss, gradient) = bernoulli_vector(s, s.load(l), s.load(x));
        sum = s.add(sum, loss);
        s.store(s.mul(gradient, scale), l);
    }
    let mut total = s.sum(sum);
    if !last_logits.is_empty() {
        let (loss, gradient) = bernoulli_vector(s, s.load(last_logits), s.load(last_targets));
        total += s.lanes(loss)[..last_logits.len()].iter().sum::<f32>();
        s.store(s.mul(gradient, scale), last_logits);
    }
    total
}

#[inline(always)]
fn bernoulli_vector<S: Simd>(s: S, l: S::F32, x: S::F32) -> (S::F32, S::F32) {
    let (p, e) = math::sigmoid(s, l);
    let linear = s.sub(s.max(l, s.zero()), s.mul(l, x));
    (s.add(linear, math::ln_1p(s, e)), s.sub(p, x))
}

/// A normal distribution around p = sigmoid(l) with variance 1/2, without its constant: loss = (p - x)^2, gradient
/// 2 (p - x) p (1 - p).
#[inline(always)]
fn gaussian_with<S: Simd>(s: S, logits: &mut [f32], targets: &[f32], scale: f32) -> f32 {
    let scale = s.splat(2.0 * scale);
    let mut sum = s.zero();
    let whole = logits.len() / S::LANES * S::LANES;
    let (logits, last_logits) = logits.split_at_mut(whole);
    let (targets, last_targets) = targets.split_at(whole);
    for (l, x) in logits
        .chunks_exact_mut(S::LANES)
        .zip(targets.chunks_exact(S::LANES))
    {
        let (loss, gradient) = gaussian_vector(s, s.load(l), s.load(x));
        sum = s.add(sum, loss);
        s.store(s.mul(gradient, scale), l);
    }
    let mut total = s.sum(sum);
    if !last_logits.is_empty() {
        let (loss, gradient) = gaussian_vector(s, s.load(last_logits), s.load(last_targets));
        total += s.lanes(loss)[..last_logits.len()].iter().sum::<f32>();
        s.store(s.mul(gradient, scale), last_logits);
    }
    total
}

#[inline(always)]
fn gaussian_vector<S: Simd>(s: S, l: S::F32, x: S::F32) -> (S::F32, S::F32) {
    let (p, _) = math::sigmoid(s, l);
    let error = s.sub(p, x);
    let slope = s.mul(p, s.sub(s.splat(1.0), p));
    (s.mul(error, error), s.mul(error, slope))
}
