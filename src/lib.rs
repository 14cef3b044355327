//! VAE Lab: a variational autoencoder that trains and generates inside the browser.
