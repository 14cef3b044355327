//! The two terms of the bound, in nats for each image: summed over pixels and latent dimensions, not yet averaged over
//! the batch.
//!
//! log p(x) >= ELBO = E_q[log p(x|z)] - KL(q(z|x) || p(z)), so -ELBO = recon_loss + kl
//! (Kingma and Welling 2013, equation 3).

use burn::tensor::{Tensor, activation};

use super::{Likelihood, Posterior};

/// -log p(x|z) for each image.
///
/// # Shapes
///
/// - logits, x: `[batch, 784]`, x in [0, 1]
/// - output: `[batch]`, nats
pub fn reconstruction(likelihood: Likelihood, logits: Tensor<2>, x: Tensor<2>) -> Tensor<1> {
    assert_eq!(
        logits.dims(),
        x.dims(),
        "logits and x must have the same shape"
    );
    let per_pixel = match likelihood {
        // -[x log s(l) + (1 - x) log(1 - s(l))] = softplus(l) - l x, and softplus(l) = -log s(-l)
        // (Kingma and Welling 2013, appendix C.1). log_sigmoid is stable for every logit.
        Likelihood::Bernoulli => -activation::log_sigmoid(-logits.clone()) - logits * x,
        // -log N(x; s(l), 1/2) = (x - s(l))^2 + log(pi) / 2; the constant is left out.
        Likelihood::Gaussian => (activation::sigmoid(logits) - x).square(),
    };
    sum_over_columns(per_pixel)
}

/// KL(N(mu, diag(exp(logvar))) || N(0, I)) for each image and latent dimension; zero for a plain autoencoder.
///
/// KL = -1/2 (1 + logvar - mu^2 - exp(logvar)) (Kingma and Welling 2013, appendix B).
///
/// # Shapes
///
/// - mu, logvar: `[batch, latent_dim]`
/// - output: `[batch, latent_dim]`, nats
pub fn kl_per_dimension(posterior: &Posterior) -> Tensor<2> {
    let Some(logvar) = &posterior.logvar else {
        return posterior.mu.zeros_like();
    };
    (posterior.mu.clone().square() + logvar.clone().exp() - logvar.clone() - 1.0) * 0.5
}

/// KL for each image, summed over the latent dimensions.
///
/// # Shapes
///
/// - mu, logvar: `[batch, latent_dim]`
/// - output: `[batch]`, nats
pub fn kl(posterior: &Posterior) -> Tensor<1> {
    sum_over_columns(kl_per_dimension(posterior))
}

fn sum_over_columns(values: Tensor<2>) -> Tensor<1> {
    values.sum_dim(1).squeeze_dim(1)
}
