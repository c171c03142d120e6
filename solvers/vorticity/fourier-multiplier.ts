import { periodicTransform } from '../burgers/periodic-transform.js';

/** A linear operator that multiplies Fourier coefficients, for real fields side by side, `[points…][column]`. */
export interface FourierMultiplier {
  apply(fields: Float64Array, columns: number): Float64Array;
  /** The adjoint in the Euclidean inner product of the grid values: by the conjugate factors. */
  applyTransposed(fields: Float64Array, columns: number): Float64Array;
}

/** A factor of the coefficient of e^{ik·x}, k in radians per unit of length; factors of k and −k are conjugate. */
export type WaveFactor = (...wave: number[]) => { readonly re?: number; readonly im?: number };

/**
 * û_k ↦ m(k) û_k on a periodic grid of one to three axes. At the wave number N/2 of an axis, of which the grid sees the cosine
 * alone, an imaginary factor is taken as 0.
 */
export function fourierMultiplier(
  points: readonly number[],
  length: readonly number[],
  factorOf: WaveFactor,
): FourierMultiplier {
  const plans = new Map<number, ReturnType<typeof planOf>>();
  const planOf = (columns: number) => {
    const transform = periodicTransform(points, columns, 'all');
    const total = points.reduce((a, b) => a * b, 1);
    const re = new Float64Array(transform.modes);
    const im = new Float64Array(transform.modes);
    for (let mode = 0; mode < transform.modes; mode++) {
      const waves = transform.waves.map((wave) => wave[mode]);
      const factor = factorOf(...waves.map((k, axis) => (2 * Math.PI * k) / length[axis]));
      const unpaired = waves.some((k, axis) => 2 * Math.abs(k) === points[axis]);
      re[mode] = (factor.re ?? 0) / total;
      im[mode] = unpaired ? 0 : (factor.im ?? 0) / total;
    }
    return { transform, re, im, spectrum: transform.spectrum(), grid: transform.grid() };
  };
  const multiply = (fields: Float64Array, columns: number, sign: 1 | -1): Float64Array => {
    const plan = plans.get(columns) ?? planOf(columns);
    plans.set(columns, plan);
    const { transform, re, im, spectrum, grid } = plan;
    const row = fields.length / points[0];
    for (let i = 0; i < points[0]; i++) {
      const side = i % 2 === 0 ? grid.even : grid.odd;
      side.set(fields.subarray(i * row, (i + 1) * row), (i >> 1) * row);
    }
    transform.forward(grid, spectrum);
    for (let mode = 0, at = 0; mode < transform.modes; mode++) {
      const [a, b] = [re[mode], sign * im[mode]];
      for (const end = at + columns; at < end; at++) {
        const [x, y] = [spectrum.re[at], spectrum.im[at]];
        spectrum.re[at] = a * x - b * y;
        spectrum.im[at] = a * y + b * x;
      }
    }
    transform.inverse(spectrum, grid);
    const out = new Float64Array(fields.length);
    for (let i = 0; i < points[0]; i++) {
      const side = i % 2 === 0 ? grid.even : grid.odd;
      out.set(side.subarray((i >> 1) * row, ((i >> 1) + 1) * row), i * row);
    }
    return out;
  };
  return {
    apply: (fields, columns) => multiply(fields, columns, 1),
    applyTransposed: (fields, columns) => multiply(fields, columns, -1),
  };
}

/** û = i k_y ŵ/|k|², v̂ = −i k_x ŵ/|k|²: the velocity whose rotation is w less its mean, of mean 0 itself. */
export function biotSavart(
  points: readonly number[],
  length: readonly number[],
): Readonly<Record<'u' | 'v', FourierMultiplier>> {
  const over = (value: number, x: number, y: number) => (value === 0 ? 0 : value / (x * x + y * y));
  return {
    u: fourierMultiplier(points, length, (x, y) => ({ im: over(y, x, y) })),
    v: fourierMultiplier(points, length, (x, y) => ({ im: -over(x, x, y) })),
  };
}
