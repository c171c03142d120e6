import { type KernelSpace, kernelSpace } from '../kernels/kernel-space.js';
import type { Spectrum } from './etdrk4.js';
import { axisModes, modeTables } from './periodic-modes.js';
import { scriptPeriodicTransform } from './script-periodic-transform.js';
import { vectorPeriodicTransform } from './vector-periodic-transform.js';

export { keptWaves } from './periodic-modes.js';

/** Real fields `[points…][column]` on a periodic grid as two arrays, the even and the odd rows of the first axis. */
export interface SplitGrid {
  readonly even: Float64Array;
  readonly odd: Float64Array;
}

/**
 * Fourier transform of real fields on a periodic grid of one to three axes, restricted to the modes kept:
 *
 *     u(x) = Σ_k û_k e^{ik·x},   û_k = 1/N Σ_x u(x) e^{−ik·x}
 *
 * `[mode][column]` with the modes in row-major order, the first axis 0 … K − 1 (the others follow by û_{−k} = û*_k),
 * every other axis 0 … K − 1, −(K − 1) … −1 (or, when all are kept, 0 … N − 1 in the usual order).
 */
export interface PeriodicTransform {
  readonly columns: number;
  readonly modes: number;
  /** Integer wave numbers `[axis][mode]` */
  readonly waves: readonly Float64Array[];
  /** Position of each mode among all modes of the same grid, `[mode]` */
  readonly position: Uint32Array;
  grid(): SplitGrid;
  spectrum(): Spectrum;
  /** û without the factor 1/N */
  forward(grid: SplitGrid, out: Spectrum): void;
  inverse(spectrum: Spectrum, out: SplitGrid): void;
}

/**
 * A plan for all modes or for those below N/3 along every axis, in WebAssembly where there is one. Grids and spectra that it
 * makes before the first use lie in the space where the kernels work; others are copied there and back. `null` for the
 * space is the plan without WebAssembly.
 */
export function periodicTransform(
  points: readonly number[],
  columns: number,
  keep: 'all' | 'dealiased',
  space: KernelSpace | null = kernelSpace(),
): PeriodicTransform {
  const axes = points.map((count, axis) => axisModes(count, axis, keep));
  const modes = axes.reduce((product, { waves }) => product * waves.length, 1);
  return {
    columns,
    modes,
    ...modeTables(points, axes, modes),
    ...(space
      ? vectorPeriodicTransform(points, columns, axes, space)
      : scriptPeriodicTransform(points, columns, axes)),
  };
}
