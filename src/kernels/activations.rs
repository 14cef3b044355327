//! Activation functions and their derivatives, in place, right after a product while its result is in the cache.

use super::math;
use super::simd::Simd;

/// What a layer applies to `x W + b`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activation {
    /// Nothing.
    Identity,
    /// `max(x, 0)`, with derivative 0 at 0.
    Relu,
    /// The hyperbolic tangent.
    Tanh,
    /// The exact form `x (1 + erf(x / sqrt 2)) / 2` (Hendrycks and Gimpel 2016, section 2), not its tanh approximation.
    Gelu,
}

impl Activation {
    /// Whether the derivative cannot be had from the output alone, so that the forward pass must keep it.
    pub(super) fn keeps_slopes(self) -> bool {
        self == Activation::Gelu
    }

    /// Whether many outputs are exactly zero.
    pub(super) fn makes_zeros(self) -> bool {
        self == Activation::Relu
    }

    /// Applies the activation in place. For an activation that keeps slopes, `slopes` gets the derivatives.
    ///
    /// # Shapes
    /// - `values`, and `slopes` if kept: any, the same
    pub(super) fn apply(self, values: &mut [f32], slopes: &mut [f32]) {
        match self {
            Activation::Identity => {}
            Activation::Relu => relu(values),
            Activation::Tanh => tanh(values),
            Activation::Gelu => gelu(values, &mut slopes[..values.len()]),
        }
    }

    /// Multiplies `deltas`, the loss's gradient by the outputs, by the derivative at the same places.
    ///
    /// # Shapes
    /// - `outputs`, `deltas`, and `slopes` if kept: any, the same
    pub(super) fn backward(self, outputs: &[f32], slopes: &[f32], deltas: &mut [f32]) {
        match self {
            Activation::Identity => {}
            Activation::Relu => relu_backward(outputs, deltas),
            Activation::Tanh => tanh_backward(outputs, deltas),
            Activation::Gelu => multiply(&slopes[..deltas.len()], deltas),
        }
    }
}

dispatched! {
    fn relu(values: &mut [f32]) = relu_with;
}
dispatched! {
    fn relu_backward(outputs: &[f32], deltas: &mut [f32]) = relu_backward_with;
}
dispatched! {
    fn tanh(values: &mut [f32]) = tanh_with;
}
dispatched! {
    fn tanh_backward(outputs: &[f32], deltas: &mut [f32]) = tanh_backward_with;
}
dispatched! {
    fn gelu(values: &mut [f32], slopes: &mut [f32]) = gelu_with;
}
dispatched! {
    fn multiply(factors: &[f32], values: &mut [f32]) = multiply_with;
}
dispatched! {
    /// Replaces logits by probabilities, `1 / (1 + e^-x)`.
    pub(super) fn sigmoid(values: &mut [f32]) = sigmoid_with;
}

#[inline(always)]
fn relu_with<S: Simd>(s: S, values: &mut [f32]) {
    for x in values.chunks_mut(S::LANES) {
        s.store(s.max(s.load(x), s.zero()), x);
    }
}

#[inline(always)]
fn relu_backward_with<S: Simd>(s: S, outputs: &[f32], deltas: &mut [f32]) {
    for (y, d) in outputs.chunks(S::LANES).zip(deltas.chunks_mut(S::LANES)) {
        s.store(s.if_positive(s.load(y), s.load(d), s.zero()), d);
    }
}

#[inline(always)]
fn tanh_with<S: Simd>(s: S, values: &mut [f32]) {
    for x in values.chunks_mut(S::LANES) {
        s.store(math::tanh(s, s.load(x)), x);
    }
}

/// tanh' = 1 - tanh^2
#[inline(always)]
fn tanh_backward_with<S: Simd>(s: S, outputs: &[f32], deltas: &mut [f32]) {
    for (y, d) in outputs.chunks(S::LANES).zip(deltas.chunks_mut(S::LANES)) {
        let y = s.load(y);
        s.store(s.mul(s.load(d), s.sub(s.splat(1.0), s.mul(y, y))), d);
    }
}

/// With the normal distribution function Phi and its density phi: gelu = x Phi(x), gelu' = Phi(x) + x phi(x).
#[inline(always)]
fn gelu_with<S: Simd>(s: S, values: &mut [f32], slopes: &mut [f32]) {
    let half = s.splat(0.5);
    for (place, slope) in values.chunks_mut(S::LANES).zip(slopes.chunks_mut(S::LANES)) {
        let x = s.load(place);
        let distribution = s.mul_add(
            math::erf(s, s.mul(x, s.splat(std::f32::consts::FRAC_1_SQRT_2))),
            half,
            half,
        );
        let density = s.mul(
            math::exp(s, s.mul(s.mul(x, x), s.splat(-0.5))),
            s.splat(0.398_942_3),
        );
        s.store(s.mul(x, distribution), place);
        s.store(s.mul_add(x, density, distribution), slope);
    }
}

#[inline(always)]
fn multiply_with<S: Simd>(s: S, factors: &[f32], values: &mut [f32]) {
    for (a, x) in factors.chunks(S::LANES).zip(values.chunks_mut(S::LANES)) {
        s.store(s.mul(s.load(a), s.load(x)), x);
    }
}

#[inline(always)]
fn sigmoid_with<S: Simd>(s: S, values: &mut [f32]) {
    for x in values.chunks_mut(S::LANES) {
        s.store(math::sigmoid(s, s.load(x)).0, x);
    }
}
