//! Where tensors live: the only file that names a Burn backend.

use burn::tensor::Device;

/// The backend that computes: burn-ndarray, or burn-flex with the cargo feature `flex`.
#[cfg(not(feature = "flex"))]
#[allow(deprecated)] // burn-ndarray is deprecated in 0.22, the last release that has it.
pub fn default_device() -> Device {
    Device::ndarray()
}

/// The backend that computes: burn-ndarray, or burn-flex with the cargo feature `flex`.
#[cfg(feature = "flex")]
pub fn default_device() -> Device {
    Device::flex()
}
