//! Sampling the latent code, and the KL term of the ELBO, for one image.

use super::math;
use super::simd::Simd;

dispatched! {
    /// The reparameterization `z = mu + exp(logvar / 2) eps` (Kingma and Welling 2013, section 2.4); returns
    /// `KL = -1/2 sum(1 + logvar - mu^2 - exp(logvar))` in nats (appendix B).
    ///
    /// # Shapes
    /// - `heads`: `[2 * latent]`, mu then logvar
    /// - `eps`, `z`: `[latent]`
    pub(super) fn sample(heads: &[f32], eps: &[f32], z: &mut [f32]) -> f32 = sample_with;
}
dispatched! {
    /// The gradients by mu and logvar: `dmu = dz + kl_scale mu` and
    /// `dlogvar = dz eps exp(logvar / 2) / 2 + kl_scale (exp(logvar) - 1) / 2`, each dimension with its own scale.
    ///
    /// # Shapes
    /// - `heads`, `head_deltas`: `[2 * latent]`, mu then logvar
    /// - `eps`, `z_deltas`, `kl_scales`: `[latent]`
    pub(super) fn backward(
        heads: &[f32],
        eps: &[f32],
        z_deltas: &[f32],
        kl_scales: &[f32],
        head_deltas: &mut [f32],
    ) = backward_with;
}

#[inline(always)]
fn sample_with<S: Simd>(s: S, heads: &[f32], eps: &[f32], z: &mut [f32]) -> f32 {
    let (mu, logvar) = heads.split_at(z.len());
    let mut kl = s.zero();
    let places = z.chunks_mut(S::LANES).zip(eps.chunks(S::LANES));
    for ((mu, logvar), (z, eps)) in mu.chunks(S::LANES).zip(logvar.chunks(S::LANES)).zip(places) {
        // Lanes past the end are mu = logvar = 0, whose KL is 0.
        let (mu, logvar) = (s.load(mu), s.load(logvar));
        let std = math::exp(s, s.mul(logvar, s.splat(0.5)));
        s.store(s.mul_add(std, s.load(eps), mu), z);
        let spread = s.sub(s.sub(s.mul(std, std), s.splat(1.0)), logvar);
        kl = s.add(kl, s.mul_add(mu, mu, spread));
    }
    0.5 * s.sum(kl)
}

#[inline(always)]
fn backward_with<S: Simd>(
    s: S,
    heads: &[f32],
    eps: &[f32],
    z_deltas: &[f32],
    kl_scales: &[f32],
    head_deltas: &mut [f32],
) {
    let latent = z_deltas.len();
    let half = s.splat(0.5);
    for from in (0..latent).step_by(S::LANES) {
        let to = latent.min(from + S::LANES);
        let (mu, logvar) = (
            s.load(&heads[from..to]),
            s.load(&heads[latent + from..latent + to]),
        );
        let scale = s.load(&kl_scales[from..to]);
        let (dz, eps) = (s.load(&z_deltas[from..to]), s.load(&eps[from..to]));
        let std = math::exp(s, s.mul(logvar, half));
        let d_mu = s.mul_add(scale, mu, dz);
        let d_kl = s.mul(scale, s.sub(s.mul(std, std), s.splat(1.0)));
        let d_logvar = s.mul(half, s.mul_add(s.mul(dz, eps), std, d_kl));
        s.store(d_mu, &mut head_deltas[from..to]);
        s.store(d_logvar, &mut head_deltas[latent + from..latent + to]);
    }
}

/// Adds the KL of each dimension of one image to `sums`.
///
/// # Shapes
/// - all: any, the same
pub(super) fn add_kl(mu: &[f32], logvar: &[f32], sums: &mut [f32]) {
    for ((sum, mu), logvar) in sums.iter_mut().zip(mu).zip(logvar) {
        *sum += 0.5 * (mu * mu + logvar.exp() - logvar - 1.0);
    }
}
