//! WebAssembly's 128-bit vectors; with relaxed SIMD, multiply and add are one instruction on machines that have it.

use super::Simd;
use crate::kernels::gemm::{Tile, multiply_tile};
use core::arch::wasm32::*;

#[derive(Clone, Copy)]
pub(crate) struct Wasm;

impl Simd for Wasm {
    type F32 = v128;
    const LANES: usize = 4;
    // V8 on x64 has 15 vector registers: 8 sums, 2 of the right operand, 1 of the left, and room for a product. Taller
    // tiles spill.
    const TILE_ROWS: usize = 4;
    const TILE_COLUMNS: usize = 8;
    const SPARSE_PAYS_BELOW: f32 = 0.6;

    #[inline(always)]
    fn splat(self, x: f32) -> v128 {
        f32x4_splat(x)
    }
    #[inline(always)]
    unsafe fn load_pointer(self, from: *const f32) -> v128 {
        // SAFETY: the caller's.
        unsafe { v128_load(from.cast()) }
    }
    #[inline(always)]
    unsafe fn store_pointer(self, x: v128, to: *mut f32) {
        // SAFETY: the caller's.
        unsafe { v128_store(to.cast(), x) }
    }
    #[inline(always)]
    fn add(self, a: v128, b: v128) -> v128 {
        f32x4_add(a, b)
    }
    #[inline(always)]
    fn sub(self, a: v128, b: v128) -> v128 {
        f32x4_sub(a, b)
    }
    #[inline(always)]
    fn mul(self, a: v128, b: v128) -> v128 {
        f32x4_mul(a, b)
    }
    #[inline(always)]
    fn div(self, a: v128, b: v128) -> v128 {
        f32x4_div(a, b)
    }
    // The `p` forms are one instruction on x64; the others treat NaN and -0 with more.
    #[inline(always)]
    fn min(self, a: v128, b: v128) -> v128 {
        f32x4_pmin(a, b)
    }
    #[inline(always)]
    fn max(self, a: v128, b: v128) -> v128 {
        f32x4_pmax(a, b)
    }
    #[inline(always)]
    fn abs(self, x: v128) -> v128 {
        f32x4_abs(x)
    }
    #[inline(always)]
    fn sqrt(self, x: v128) -> v128 {
        f32x4_sqrt(x)
    }
    #[inline(always)]
    fn round(self, x: v128) -> v128 {
        f32x4_nearest(x)
    }
    #[cfg(any(feature = "relaxed-simd", target_feature = "relaxed-simd"))]
    #[inline(always)]
    fn mul_add(self, a: v128, b: v128, c: v128) -> v128 {
        // SAFETY: only a module whose every user has the instruction is built this way.
        #[allow(unused_unsafe)]
        unsafe {
            f32x4_relaxed_madd(a, b, c)
        }
    }
    #[cfg(not(any(feature = "relaxed-simd", target_feature = "relaxed-simd")))]
    #[inline(always)]
    fn mul_add(self, a: v128, b: v128, c: v128) -> v128 {
        f32x4_add(f32x4_mul(a, b), c)
    }
    #[inline(always)]
    fn power_of_two(self, n: v128) -> v128 {
        // 1.5 * 2^23 + n has n in its lowest bits; a conversion to integers would be eight instructions on x64.
        let bits = f32x4_add(n, f32x4_splat(12_582_912.0));
        i32x4_add(i32x4_shl(bits, 23), i32x4_splat(127 << 23))
    }
    #[inline(always)]
    fn if_positive(self, x: v128, yes: v128, no: v128) -> v128 {
        v128_bitselect(yes, no, f32x4_gt(x, f32x4_splat(0.0)))
    }
    #[inline(always)]
    fn multiply_tile(self, tile: Tile) {
        multiply_tile::<Self, 4, 2>(self, tile)
    }
}
