import spectralSteps from '../kernels/compiled/spectral-steps.js';
import { type KernelSpace, kernelSpace } from '../kernels/kernel-space.js';
import type { SemilinearProblem, Spectrum } from './etdrk4.js';
import { periodicTransform } from './periodic-transform.js';

/**
 * u_t + (u²/2)_x = ν u_xx in Fourier space, the products free of aliasing by the 2/3 rule:
 *
 *     𝒩(û) = −½ ik P F[(F⁻¹ P û)²],   𝒩'(û) δ = −ik P F[u · F⁻¹ P δ],   𝒩'(û)ᵀ w = P F[u · F⁻¹ ik P w]
 *
 * The mean is left exactly as it is.
 */
export function conservativeAdvection(
  points: number,
  length: number,
  viscosity: number,
  columns: number,
  space: KernelSpace | null = kernelSpace(),
): SemilinearProblem {
  const transform = periodicTransform([points], columns, 'dealiased', space);
  const { modes } = transform;
  const base = transform.grid();
  const work = transform.grid();
  const wave = transform.waves[0].map((integer) => (2 * Math.PI * integer) / length);
  const derivative = transform.spectrum();
  const half = (points / 2) * columns;
  const products = space ? vectorProducts(space, wave, columns) : undefined;

  /** (re, im) ← i k s (re, im) */
  const differentiate = (
    re: Float64Array,
    im: Float64Array,
    toRe: Float64Array,
    toIm: Float64Array,
    s: number,
  ) => {
    for (let mode = 0, at = 0; mode < modes; mode++) {
      const factor = s * wave[mode];
      for (const end = at + columns; at < end; at++) {
        const real = re[at];
        toRe[at] = -factor * im[at];
        toIm[at] = factor * real;
      }
    }
  };
  const timesBase = () => {
    const { even: be, odd: bo } = base;
    const { even: we, odd: wo } = work;
    for (let at = 0; at < half; at++) {
      we[at] *= be[at];
      wo[at] *= bo[at];
    }
  };

  return {
    modes,
    columns,
    space,
    linear: wave.map((k) => -viscosity * k * k),
    evaluate(v, out) {
      transform.inverse(v, base);
      const { even: be, odd: bo } = base;
      const { even: we, odd: wo } = work;
      if (products) {
        products.square(be, we);
        products.square(bo, wo);
      } else {
        for (let at = 0; at < half; at++) {
          we[at] = be[at] * be[at];
          wo[at] = bo[at] * bo[at];
        }
      }
      transform.forward(work, out);
      if (products?.differentiate(out, -0.5 / points)) return;
      differentiate(out.re, out.im, out.re, out.im, -0.5 / points);
    },
    tangent(direction, out) {
      transform.inverse(direction, work);
      timesBase();
      transform.forward(work, out);
      differentiate(out.re, out.im, out.re, out.im, -1 / points);
    },
    adjoint(cotangent, out) {
      differentiate(cotangent.re, cotangent.im, derivative.re, derivative.im, 1 / points);
      transform.inverse(derivative, work);
      timesBase();
      transform.forward(work, out);
    },
  };
}

/** The products of `evaluate` by kernels. */
function vectorProducts(space: KernelSpace, wave: Float64Array, columns: number) {
  const waves = space.table(wave);
  const kernels = space.functions<'square' | 'differentiate'>(spectralSteps);
  return {
    square: (x: Float64Array, out: Float64Array) =>
      kernels().square(x.byteOffset, out.byteOffset, x.byteLength),
    /** In place; false for spectra outside of the space */
    differentiate({ re, im }: Spectrum, scale: number): boolean {
      const [toRe, toIm] = [space.placeOf(re), space.placeOf(im)];
      if (toRe === null || toIm === null) return false;
      kernels().differentiate(toRe, toIm, waves, scale, wave.length, 8 * columns);
      return true;
    },
  };
}
