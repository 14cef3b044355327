//! Elementary functions on vectors, to about two units in the last place.

use super::simd::Simd;

/// `c[0] + c[1] x + c[2] x^2 + …`, by Horner's rule.
#[inline(always)]
fn polynomial<S: Simd>(s: S, x: S::F32, coefficients: &[f32]) -> S::F32 {
    let (last, rest) = coefficients
        .split_last()
        .expect("a polynomial has a coefficient");
    let mut sum = s.splat(*last);
    for &c in rest.iter().rev() {
        sum = s.mul_add(sum, x, s.splat(c));
    }
    sum
}

/// `e^x`, for `x` clamped to -87.3..=88.3 (where the result neither underflows nor overflows).
///
/// x = n ln 2 + r with |r| <= ln(2)/2, so e^x = 2^n e^r, and e^r is a polynomial (Cephes `expf`).
#[inline(always)]
pub(super) fn exp<S: Simd>(s: S, x: S::F32) -> S::F32 {
    let x = s.min(s.max(x, s.splat(-87.3)), s.splat(88.3));
    let n = s.round(s.mul(x, s.splat(std::f32::consts::LOG2_E)));
    // ln 2 in two parts, so that n ln 2 is subtracted without a rounding error that matters.
    let r = s.mul_add(n, s.splat(-0.693_359_4), x);
    let r = s.mul_add(n, s.splat(2.121_944_4e-4), r);
    let tail = polynomial(
        s,
        r,
        &[
            0.5,
            1.666_666_5e-1,
            4.166_579_6e-2,
            8.333_452e-3,
            1.398_199_9e-3,
            1.987_569_1e-4,
        ],
    );
    let e_r = s.add(s.mul_add(s.mul(r, r), tail, r), s.splat(1.0));
    s.mul(e_r, s.power_of_two(n))
}

/// `1 / (1 + e^-x)`, and `1 + e^-|x|`, whose logarithm the cross-entropy needs.
#[inline(always)]
pub(super) fn sigmoid<S: Simd>(s: S, x: S::F32) -> (S::F32, S::F32) {
    let one = s.splat(1.0);
    let e = exp(s, s.sub(s.zero(), s.abs(x)));
    let denominator = s.add(one, e);
    (s.div(s.if_positive(x, one, e), denominator), denominator)
}

/// `tanh x` as a rational function of `x` (the one of Eigen and XLA).
#[inline(always)]
pub(super) fn tanh<S: Simd>(s: S, x: S::F32) -> S::F32 {
    let x = s.min(s.max(x, s.splat(-7.905_311)), s.splat(7.905_311));
    let x2 = s.mul(x, x);
    let p = polynomial(
        s,
        x2,
        &[
            4.893_524_6e-3,
            6.372_619_4e-4,
            1.485_722_4e-5,
            5.122_297e-8,
            -8.604_672e-11,
            2.000_188e-13,
            -2.760_768_5e-16,
        ],
    );
    let q = polynomial(
        s,
        x2,
        &[4.893_525e-3, 2.268_434_7e-3, 1.185_347_1e-4, 1.198_258_4e-6],
    );
    s.div(s.mul(x, p), q)
}

/// The error function as a rational function of `x` (the one of Eigen and XLA).
#[inline(always)]
pub(super) fn erf<S: Simd>(s: S, x: S::F32) -> S::F32 {
    let x = s.min(s.max(x, s.splat(-4.0)), s.splat(4.0));
    let x2 = s.mul(x, x);
    let p = polynomial(
        s,
        x2,
        &[
            -1.609_603_3e-2,
            -2.954_6e-3,
            -7.349_906_3e-4,
            -5.692_506_4e-5,
            -2.101_024_1e-6,
            2.770_681_4e-8,
            -2.726_142e-10,
        ],
    );
    let q = polynomial(
        s,
        x2,
        &[
            -1.426_473_9e-2,
            -7.373_329e-3,
            -1.682_827e-3,
            -2.133_740_6e-4,
            -1.456_607_2e-5,
        ],
    );
    s.div(s.mul(x, p), q)
}
