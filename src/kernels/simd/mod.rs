//! One vector of `f32` per instruction set, as thin as it can be, and the choice between them.
//!
//! A kernel is written once, as an `#[inline(always)]` function generic over [`Simd`]. The macro `dispatched!` makes the
//! callable function from it: a copy for every instruction set of the target, and the choice of the best at run time.

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
mod portable;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
pub(super) mod wasm;
#[cfg(target_arch = "x86_64")]
pub(super) mod x86;

use super::gemm::Tile;
#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
pub(super) use portable::Portable;

/// Vectors of `f32` of one instruction set.
///
/// A value of an implementing type is the proof that the machine has the instructions, which makes the methods safe.
pub(super) trait Simd: Copy {
    /// `LANES` numbers in one register.
    type F32: Copy;
    const LANES: usize;
    /// Rows of the register tile of a matrix product.
    const TILE_ROWS: usize;
    /// Columns of the register tile of a matrix product, a multiple of `LANES`.
    const TILE_COLUMNS: usize;
    /// A product over lists of non-zero elements beats the packed one below this share of non-zeros (measured).
    const SPARSE_PAYS_BELOW: f32;

    fn splat(self, x: f32) -> Self::F32;
    /// # Safety
    /// `LANES` numbers must be readable at `from`; no alignment is asked for.
    unsafe fn load_pointer(self, from: *const f32) -> Self::F32;
    /// # Safety
    /// `LANES` numbers must be writable at `to`; no alignment is asked for.
    unsafe fn store_pointer(self, x: Self::F32, to: *mut f32);
    fn add(self, a: Self::F32, b: Self::F32) -> Self::F32;
    fn sub(self, a: Self::F32, b: Self::F32) -> Self::F32;
    fn mul(self, a: Self::F32, b: Self::F32) -> Self::F32;
    fn div(self, a: Self::F32, b: Self::F32) -> Self::F32;
    fn min(self, a: Self::F32, b: Self::F32) -> Self::F32;
    fn max(self, a: Self::F32, b: Self::F32) -> Self::F32;
    fn abs(self, x: Self::F32) -> Self::F32;
    fn sqrt(self, x: Self::F32) -> Self::F32;
    /// The nearest whole number, ties to even.
    fn round(self, x: Self::F32) -> Self::F32;
    /// `a * b + c`, rounded once or twice, whichever is faster here.
    fn mul_add(self, a: Self::F32, b: Self::F32, c: Self::F32) -> Self::F32;
    /// `2^n` for whole `n` in -126..=127.
    fn power_of_two(self, n: Self::F32) -> Self::F32;
    /// `yes` where `x > 0`, `no` elsewhere.
    fn if_positive(self, x: Self::F32, yes: Self::F32, no: Self::F32) -> Self::F32;
    /// One register tile of a matrix product, see [`Tile`].
    fn multiply_tile(self, tile: Tile);

    #[inline(always)]
    fn zero(self) -> Self::F32 {
        self.splat(0.0)
    }

    /// The first `LANES` numbers of `from`; where it is shorter, zeros follow.
    #[inline(always)]
    fn load(self, from: &[f32]) -> Self::F32 {
        if from.len() >= Self::LANES {
            // SAFETY: the length was checked.
            unsafe { self.load_pointer(from.as_ptr()) }
        } else {
            let mut lanes = [0.0; 16];
            lanes[..from.len()].copy_from_slice(from);
            // SAFETY: no instruction set here has more than 16 lanes.
            unsafe { self.load_pointer(lanes.as_ptr()) }
        }
    }

    /// Writes `x` to the first `LANES` places of `to`; where it is shorter, the last lanes are dropped.
    #[inline(always)]
    fn store(self, x: Self::F32, to: &mut [f32]) {
        if to.len() >= Self::LANES {
            // SAFETY: the length was checked.
            unsafe { self.store_pointer(x, to.as_mut_ptr()) }
        } else {
            let lanes = self.lanes(x);
            to.copy_from_slice(&lanes[..to.len()]);
        }
    }

    #[inline(always)]
    fn lanes(self, x: Self::F32) -> [f32; 16] {
        let mut lanes = [0.0; 16];
        // SAFETY: no instruction set here has more than 16 lanes.
        unsafe { self.store_pointer(x, lanes.as_mut_ptr()) };
        lanes
    }

    /// The sum of all lanes.
    #[inline(always)]
    fn sum(self, x: Self::F32) -> f32 {
        self.lanes(x)[..Self::LANES].iter().sum()
    }
}

/// How many of `len` numbers fill whole vectors.
///
/// Kernels that matter treat those apart from the rest: on a slice that is known to have `LANES` numbers,
/// [`Simd::load`] and [`Simd::store`] are one instruction, and a loop with both ways in it takes V8 nearly twice the time.
#[inline(always)]
pub(super) fn whole_vectors<S: Simd>(_: S, len: usize) -> usize {
    len / S::LANES * S::LANES
}

/// Makes a plain function of a kernel generic over [`Simd`]: `fn name(arguments) = generic_kernel;`.
macro_rules! dispatched {
    ($(#[$meta:meta])* $vis:vis fn $name:ident($($arg:ident: $type:ty),* $(,)?) $(-> $output:ty)? = $generic:path;) => {
        $(#[$meta])*
        #[allow(clippy::too_many_arguments)]
        $vis fn $name($($arg: $type),*) $(-> $output)? {
            #[cfg(target_arch = "x86_64")]
            {
                #[target_feature(enable = "avx512f")]
                #[allow(clippy::too_many_arguments)]
                fn avx512($($arg: $type),*) $(-> $output)? {
                    $generic(crate::kernels::simd::x86::Avx512::new(), $($arg),*)
                }
                #[target_feature(enable = "avx2,fma")]
                #[allow(clippy::too_many_arguments)]
                fn avx2($($arg: $type),*) $(-> $output)? {
                    $generic(crate::kernels::simd::x86::Avx2::new(), $($arg),*)
                }
                if std::arch::is_x86_feature_detected!("avx512f") {
                    // SAFETY: the machine has the instructions.
                    return unsafe { avx512($($arg),*) };
                }
                if std::arch::is_x86_feature_detected!("avx2") && std::arch::is_x86_feature_detected!("fma") {
                    // SAFETY: the machine has the instructions.
                    return unsafe { avx2($($arg),*) };
                }
                $generic(crate::kernels::simd::Portable, $($arg),*)
            }
            #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
            {
                #[cfg_attr(
                    any(feature = "relaxed-simd", target_feature = "relaxed-simd"),
                    target_feature(enable = "relaxed-simd")
                )]
                #[allow(clippy::too_many_arguments)]
                fn wasm($($arg: $type),*) $(-> $output)? {
                    $generic(crate::kernels::simd::wasm::Wasm, $($arg),*)
                }
                // SAFETY: a wasm module with instructions that the browser lacks is rejected as a whole, before it runs.
                #[allow(unused_unsafe)]
                unsafe { wasm($($arg),*) }
            }
            #[cfg(not(any(target_arch = "x86_64", all(target_arch = "wasm32", target_feature = "simd128"))))]
            $generic(crate::kernels::simd::Portable, $($arg),*)
        }
    };
}

#[inline(always)]
fn name_with<S: Simd>(_: S) -> &'static str {
    std::any::type_name::<S>()
        .rsplit("::")
        .next()
        .unwrap_or("unknown")
}

#[inline(always)]
fn lanes_with<S: Simd>(_: S) -> usize {
    S::LANES
}

#[inline(always)]
fn tile_rows_with<S: Simd>(_: S) -> usize {
    S::TILE_ROWS
}

#[inline(always)]
fn tile_columns_with<S: Simd>(_: S) -> usize {
    S::TILE_COLUMNS
}

#[inline(always)]
fn sparse_pays_below_with<S: Simd>(_: S) -> f32 {
    S::SPARSE_PAYS_BELOW
}

dispatched! {
    /// The instruction set in use: "Wasm", "Avx2", "Avx512" or "Portable".
    pub fn instruction_set() -> &'static str = name_with;
}
dispatched! {
    /// Numbers in a vector.
    pub(super) fn lanes() -> usize = lanes_with;
}
dispatched! {
    /// The width of the packed panels of a left operand.
    pub fn tile_rows() -> usize = tile_rows_with;
}
dispatched! {
    /// The width of the packed panels of a right operand.
    pub fn tile_columns() -> usize = tile_columns_with;
}
dispatched! {
    /// The share of non-zeros below which [`super::sparse`] beats [`super::gemm`].
    pub(super) fn sparse_pays_below() -> f32 = sparse_pays_below_with;
}
