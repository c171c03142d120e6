import type { SemilinearProblem, Spectrum } from '../burgers/etdrk4.js';
import { type PeriodicTransform, periodicTransform } from '../burgers/periodic-transform.js';

/**
 * w_t + ∇·(u w) = νΔw with u = K w, the Biot–Savart law of a periodic plane, in Fourier space and free of aliasing by the
 * 2/3 rule: 3 transforms to the grid (u, v, w) and 2 back (u w, v w).
 *
 *     𝒩(w) = −∇·(K w · w),   û = i k_y ŵ/|k|²,   v̂ = −i k_x ŵ/|k|²
 *     𝒩'(w) δ = −∇·(K w · δ + K δ · w),   𝒩'(w)ᵀ z = K w·∇z + Kᵀ(w ∇z)
 *
 * The truncated equation keeps energy and enstrophy where ν is 0. Columns are trajectories; grids hold `field · trajectories +
 * trajectory`.
 */
export function vorticityTransport(
  points: readonly number[],
  length: readonly number[],
  viscosity: number,
  trajectories: number,
): SemilinearProblem {
  const three = periodicTransform(points, 3 * trajectories, 'dealiased');
  const two = periodicTransform(points, 2 * trajectories, 'dealiased');
  const { modes } = three;
  const total = points.reduce((a, b) => a * b, 1);
  const [kx, ky] = three.waves.map((wave, axis) => wave.map((k) => (2 * Math.PI * k) / length[axis]));
  const squares = kx.map((k, mode) => k * k + ky[mode] * ky[mode]);
  const inverseSquares = squares.map((value) => (value > 0 ? 1 / value : 0));
  const [base, other] = [three.grid(), three.grid()];
  const products = two.grid();
  const threeSpectrum = three.spectrum();
  const twoSpectrum = two.spectrum();

  /** u, v and w on the grid. */
  const toGrid = ({ re, im }: Spectrum, grid: typeof base) => {
    for (let mode = 0; mode < modes; mode++) {
      const x = kx[mode] * inverseSquares[mode];
      const y = ky[mode] * inverseSquares[mode];
      for (let t = 0; t < trajectories; t++) {
        const from = mode * trajectories + t;
        const to = mode * 3 * trajectories + t;
        threeSpectrum.re[to] = -y * im[from];
        threeSpectrum.im[to] = y * re[from];
        threeSpectrum.re[to + trajectories] = x * im[from];
        threeSpectrum.im[to + trajectories] = -x * re[from];
        threeSpectrum.re[to + 2 * trajectories] = re[from];
        threeSpectrum.im[to + 2 * trajectories] = im[from];
      }
    }
    three.inverse(threeSpectrum, grid);
  };
  /** −∇· of the products on the grid */
  const divergence = (out: Spectrum) => {
    two.forward(products, twoSpectrum);
    const { re, im } = twoSpectrum;
    for (let mode = 0; mode < modes; mode++) {
      const [x, y] = [kx[mode] / total, ky[mode] / total];
      for (let t = 0; t < trajectories; t++) {
        const from = mode * 2 * trajectories + t;
        const to = mode * trajectories + t;
        out.re[to] = x * im[from] + y * im[from + trajectories];
        out.im[to] = -x * re[from] - y * re[from + trajectories];
      }
    }
  };
  const sides = ['even', 'odd'] as const;

  return {
    modes,
    columns: trajectories,
    linear: squares.map((value) => -viscosity * value),
    evaluate(v, out) {
      toGrid(v, base);
      for (const side of sides) {
        products[side].fill(0);
        addCarried(base[side], base[side], products[side], trajectories);
      }
      divergence(out);
    },
    tangent(direction, out) {
      toGrid(direction, other);
      for (const side of sides) {
        products[side].fill(0);
        addCarried(base[side], other[side], products[side], trajectories);
        addCarried(other[side], base[side], products[side], trajectories);
      }
      divergence(out);
    },
    adjoint(cotangent, out) {
      gradient(cotangent, twoSpectrum, kx, ky, trajectories);
      two.inverse(twoSpectrum, products);
      for (const side of sides) adjointProducts(base[side], products[side], other[side], trajectories);
      three.forward(other, threeSpectrum);
      const { re, im } = threeSpectrum;
      for (let mode = 0; mode < modes; mode++) {
        const x = kx[mode] * inverseSquares[mode];
        const y = ky[mode] * inverseSquares[mode];
        for (let t = 0; t < trajectories; t++) {
          const to = mode * trajectories + t;
          const u = mode * 3 * trajectories + t;
          const v = u + trajectories;
          const w = v + trajectories;
          // Kᵀ has the conjugate factors of K
          out.re[to] = (re[w] + y * im[u] - x * im[v]) / total;
          out.im[to] = (im[w] - y * re[u] + x * re[v]) / total;
        }
      }
    },
  };
}

/** Adds (u, v)(carrier) w(carried) to the products. */
function addCarried(
  carrier: Float64Array,
  carried: Float64Array,
  out: Float64Array,
  trajectories: number,
): void {
  for (let from = 0, to = 0; to < out.length; from += 3 * trajectories, to += 2 * trajectories) {
    for (let t = 0; t < trajectories; t++) {
      const w = carried[from + 2 * trajectories + t];
      out[to + t] += carrier[from + t] * w;
      out[to + trajectories + t] += carrier[from + trajectories + t] * w;
    }
  }
}

/** w z_x, w z_y and u z_x + v z_y from (u, v, w) and (z_x, z_y). */
function adjointProducts(base: Float64Array, z: Float64Array, out: Float64Array, trajectories: number): void {
  for (let at = 0, from = 0; from < z.length; at += 3 * trajectories, from += 2 * trajectories) {
    for (let t = 0; t < trajectories; t++) {
      const [u, v, w] = [base[at + t], base[at + trajectories + t], base[at + 2 * trajectories + t]];
      const [zx, zy] = [z[from + t], z[from + trajectories + t]];
      out[at + t] = w * zx;
      out[at + trajectories + t] = w * zy;
      out[at + 2 * trajectories + t] = u * zx + v * zy;
    }
  }
}

function gradient(
  z: Spectrum,
  out: ReturnType<PeriodicTransform['spectrum']>,
  kx: Float64Array,
  ky: Float64Array,
  trajectories: number,
): void {
  for (let mode = 0; mode < kx.length; mode++) {
    for (let t = 0; t < trajectories; t++) {
      const from = mode * trajectories + t;
      const to = mode * 2 * trajectories + t;
      out.re[to] = -kx[mode] * z.im[from];
      out.im[to] = kx[mode] * z.re[from];
      out.re[to + trajectories] = -ky[mode] * z.im[from];
      out.im[to + trajectories] = ky[mode] * z.re[from];
    }
  }
}
