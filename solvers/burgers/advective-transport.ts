import { type KernelSpace, kernelSpace } from '../kernels/kernel-space.js';
import type { SemilinearProblem, Spectrum } from './etdrk4.js';
import { periodicTransform } from './periodic-transform.js';
import { planeKernels } from './plane-kernels.js';

/**
 * u_t + (u·∇)u = νΔu with d components on d axes, in Fourier space and free of aliasing by the 2/3 rule along each axis.
 * By (u·∇)u_i = ∂_i |u|²/2 + Σ_j u_j ω_ji, ω_ji = ∂_j u_i − ∂_i u_j, which without aliasing holds to round-off, this takes
 * (d + 1)(d + 2)/2 transforms, where products with the gradient take d(d + 2):
 *
 *     𝒩_i = −ik_i P F[|u|²/2] − P F[Σ_j u_j ω_ji],   u_i = F⁻¹ P û_i,   ω_ji = F⁻¹ P (ik_j û_i − ik_i û_j)
 *     (𝒩' δ)_i = −ik_i P F[Σ_j u_j δ_j] − P F[Σ_j δ_j ω_ji + u_j ω_ji(δ)]
 *     (𝒩'ᵀ w)_i = P F[u_i Σ_j ∂_j w_j − Σ_j w_j ω_ij] + Σ_j ik_j P F[w_i u_j − w_j u_i]
 *
 * Columns are `field · trajectories + trajectory`; the fields are u first, then ω_ab of the pairs a < b, and those of the
 * products a vector and a scalar.
 */
export function advectiveTransport(
  points: readonly number[],
  length: readonly number[],
  viscosity: number,
  trajectories: number,
  space: KernelSpace | null = kernelSpace(),
): SemilinearProblem {
  const d = points.length;
  const columns = d * trajectories;
  const pairs = pairsOf(d);
  const turningColumns = columns + pairs.length * trajectories;
  const productColumns = columns + trajectories;
  const turning = periodicTransform(points, turningColumns, 'dealiased', space);
  const product = periodicTransform(points, productColumns, 'dealiased', space);
  const transport = d === 2 ? transportInPlane : transportInSpace;
  const { modes } = turning;
  const wave = turning.waves.map((integers, axis) => integers.map((k) => (2 * Math.PI * k) / length[axis]));
  const total = points.reduce((a, b) => a * b, 1);
  const [base, other] = [turning.grid(), turning.grid()];
  const products = product.grid();
  const turningSpectrum = turning.spectrum();
  const productSpectrum = product.spectrum();
  const gridPoints = total / 2;
  const plane =
    space && d === 2 ? planeKernels({ space, wave, trajectories, gridPoints, scale: -1 / total }) : undefined;

  /** u and ω_ab on the grid. */
  const toGrid = ({ re, im }: Spectrum, grid: typeof base) => {
    const { re: toRe, im: toIm } = turningSpectrum;
    for (let mode = 0; mode < modes; mode++) {
      const from = mode * columns;
      const to = mode * turningColumns;
      for (let column = 0; column < columns; column++) {
        toRe[to + column] = re[from + column];
        toIm[to + column] = im[from + column];
      }
      for (let pair = 0; pair < pairs.length; pair++) {
        const { a, b } = pairs[pair];
        const ka = wave[a][mode];
        const kb = wave[b][mode];
        let ua = from + a * trajectories;
        let ub = from + b * trajectories;
        let at = to + columns + pair * trajectories;
        for (const end = at + trajectories; at < end; at++, ua++, ub++) {
          toRe[at] = kb * im[ua] - ka * im[ub];
          toIm[at] = ka * re[ub] - kb * re[ua];
        }
      }
    }
    turning.inverse(turningSpectrum, grid);
  };

  /** Products of the last `transport`s to the spectrum, with the gradient of the last of them. */
  const toSpectrum = (out: Spectrum) => {
    product.forward(products, productSpectrum);
    addGradient(out);
  };
  const addGradient = (out: Spectrum) => {
    const { re: toRe, im: toIm } = out;
    const { re, im } = productSpectrum;
    for (let mode = 0; mode < modes; mode++) {
      const from = mode * productColumns;
      const gradient = from + columns;
      for (let axis = 0; axis < d; axis++) {
        const k = wave[axis][mode];
        const to = mode * columns + axis * trajectories;
        const at = from + axis * trajectories;
        for (let t = 0; t < trajectories; t++) {
          toRe[to + t] = re[at + t] - k * im[gradient + t];
          toIm[to + t] = im[at + t] + k * re[gradient + t];
        }
      }
    }
  };
  const clearProducts = () => {
    products.even.fill(0);
    products.odd.fill(0);
  };

  return {
    modes,
    columns,
    space,
    linear: wave[0].map((_, mode) => -viscosity * wave.reduce((sum, k) => sum + k[mode] * k[mode], 0)),
    evaluate(v, out) {
      if (plane?.turning(v, turningSpectrum)) {
        turning.inverse(turningSpectrum, base);
        plane.products(base.even, products.even);
        plane.products(base.odd, products.odd);
        product.forward(products, productSpectrum);
        if (!plane.gradient(productSpectrum, out)) addGradient(out);
        return;
      }
      toGrid(v, base);
      clearProducts();
      transport(base.even, base.even, products.even, trajectories, -1 / total);
      transport(base.odd, base.odd, products.odd, trajectories, -1 / total);
      toSpectrum(out);
    },
    tangent(direction, out) {
      toGrid(direction, other);
      clearProducts();
      transport(other.even, base.even, products.even, trajectories, -1 / total);
      transport(base.even, other.even, products.even, trajectories, -1 / total);
      transport(other.odd, base.odd, products.odd, trajectories, -1 / total);
      transport(base.odd, other.odd, products.odd, trajectories, -1 / total);
      toSpectrum(out);
    },
    adjoint(cotangent, out) {
      const { re: wr, im: wi } = productSpectrum;
      for (let mode = 0; mode < modes; mode++) {
        const divergence = mode * productColumns + columns;
        wr.fill(0, divergence, divergence + trajectories);
        wi.fill(0, divergence, divergence + trajectories);
        for (let axis = 0; axis < d; axis++) {
          const k = wave[axis][mode] / total;
          const from = mode * columns + axis * trajectories;
          const to = mode * productColumns + axis * trajectories;
          for (let t = 0; t < trajectories; t++) {
            const real = cotangent.re[from + t];
            const imaginary = cotangent.im[from + t];
            wr[to + t] = real / total;
            wi[to + t] = imaginary / total;
            wr[divergence + t] -= k * imaginary;
            wi[divergence + t] += k * real;
          }
        }
      }
      product.inverse(productSpectrum, products);
      const sizes = { d, trajectories, gridPoints };
      adjointProducts(base.even, products.even, other.even, sizes);
      adjointProducts(base.odd, products.odd, other.odd, sizes);
      turning.forward(other, turningSpectrum);
      const { re, im } = turningSpectrum;
      for (let mode = 0; mode < modes; mode++) {
        const from = mode * turningColumns;
        const to = mode * columns;
        for (let column = 0; column < columns; column++) {
          out.re[to + column] = re[from + column];
          out.im[to + column] = im[from + column];
        }
        for (let pair = 0; pair < pairs.length; pair++) {
          const { a, b } = pairs[pair];
          const at = from + columns + pair * trajectories;
          const toA = to + a * trajectories;
          const toB = to + b * trajectories;
          for (let t = 0; t < trajectories; t++) {
            out.re[toB + t] -= wave[a][mode] * im[at + t];
            out.im[toB + t] += wave[a][mode] * re[at + t];
            out.re[toA + t] += wave[b][mode] * im[at + t];
            out.im[toA + t] -= wave[b][mode] * re[at + t];
          }
        }
      }
    },
  };
}

/** Adds s (Σ_j u_j ω_ji(v), u·v/2) to the products. */
function transportInPlane(
  u: Float64Array,
  v: Float64Array,
  out: Float64Array,
  trajectories: number,
  s: number,
): void {
  const second = trajectories;
  const third = 2 * trajectories;
  for (let start = 0; start < out.length; start += 3 * trajectories) {
    let at = start;
    for (const end = start + trajectories; at < end; at++) {
      const [u0, u1] = [u[at], u[at + second]];
      const turn = s * v[at + third];
      out[at] -= turn * u1;
      out[at + second] += turn * u0;
      out[at + third] += 0.5 * s * (u0 * v[at] + u1 * v[at + second]);
    }
  }
}

/** The same with three components. */
function transportInSpace(
  u: Float64Array,
  v: Float64Array,
  out: Float64Array,
  trajectories: number,
  s: number,
): void {
  for (let from = 0, to = 0; to < out.length; from += 6 * trajectories, to += 4 * trajectories) {
    for (let t = 0; t < trajectories; t++) {
      const at = from + t;
      const [u0, u1, u2] = [u[at], u[at + trajectories], u[at + 2 * trajectories]];
      const turn01 = s * v[at + 3 * trajectories];
      const turn02 = s * v[at + 4 * trajectories];
      const turn12 = s * v[at + 5 * trajectories];
      out[to + t] -= turn01 * u1 + turn02 * u2;
      out[to + t + trajectories] += turn01 * u0 - turn12 * u2;
      out[to + t + 2 * trajectories] += turn02 * u0 + turn12 * u1;
      out[to + t + 3 * trajectories] +=
        0.5 * s * (u0 * v[at] + u1 * v[at + trajectories] + u2 * v[at + 2 * trajectories]);
    }
  }
}

/** u_i ∇·w − Σ_j w_j ω_ij in the place of u_i, and w_b u_a − w_a u_b in that of ω_ab. */
function adjointProducts(
  base: Float64Array,
  w: Float64Array,
  out: Float64Array,
  { d, trajectories, gridPoints }: { d: number; trajectories: number; gridPoints: number },
): void {
  const pairs = pairsOf(d);
  const columns = d * trajectories;
  const fieldColumns = columns + pairs.length * trajectories;
  const weightColumns = columns + trajectories;
  for (let point = 0; point < gridPoints; point++) {
    const field = point * fieldColumns;
    const weight = point * weightColumns;
    for (let column = 0; column < columns; column++) {
      out[field + column] = base[field + column] * w[weight + columns + (column % trajectories)];
    }
    for (let pair = 0; pair < pairs.length; pair++) {
      const a = pairs[pair].a * trajectories;
      const b = pairs[pair].b * trajectories;
      const turn = field + columns + pair * trajectories;
      for (let t = 0; t < trajectories; t++) {
        const [wa, wb] = [w[weight + a + t], w[weight + b + t]];
        out[field + a + t] -= wb * base[turn + t];
        out[field + b + t] += wa * base[turn + t];
        out[turn + t] = wb * base[field + a + t] - wa * base[field + b + t];
      }
    }
  }
}

/** The pairs a < b of d axes. */
function pairsOf(d: number): { a: number; b: number }[] {
  const pairs: { a: number; b: number }[] = [];
  for (let a = 0; a < d; a++) for (let b = a + 1; b < d; b++) pairs.push({ a, b });
  return pairs;
}
