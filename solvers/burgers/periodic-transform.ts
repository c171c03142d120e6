import { fourierTransform } from '../fourier-transform.js';
import { realFourierTransform } from '../real-fourier-transform.js';
import type { Spectrum } from './etdrk4.js';

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

/** Wave numbers below N/3, so that no product of two of them is aliased onto a third. */
export const keptWaves = (points: number) => Math.ceil(points / 3);

/** A plan for all modes or for those below N/3 along every axis. */
export function periodicTransform(
  points: readonly number[],
  columns: number,
  keep: 'all' | 'dealiased',
): PeriodicTransform {
  const axes = points.map((count, axis) => axisModes(count, axis, keep));
  const inner = points.map((_, axis) => points.slice(axis + 1).reduce((a, b) => a * b, columns));
  const real = realFourierTransform(points[0], inner[0]);
  const rows = axes[0].waves.length;
  const modes = axes.reduce((product, { waves }) => product * waves.length, 1);
  const gridSize = (points[0] / 2) * inner[0];

  // per further axis: rows of the transform's one side and views of each; the inverse's stay zero where a mode is cut off
  const plans = points.map((count, axis) => (axis === 0 ? undefined : fourierTransform(count, inner[axis])));
  const rowsOf = () => points.map((count, axis) => rowViews(count, axis === 0 ? 0 : inner[axis]));
  const forwardRows = rowsOf();
  const inverseRows = keep === 'all' ? forwardRows : rowsOf();
  const first = rowViews(rows, inner[0]);

  const toModes = (axis: number, re: Float64Array, im: Float64Array, out: Spectrum, at: number): number => {
    const { rowRe, rowIm, allRe, allIm } = forwardRows[axis];
    plans[axis]!.forward(re, im, allRe, allIm);
    let next = at;
    for (const row of axes[axis].rows) {
      if (axis + 1 === points.length) {
        const fromRe = rowRe[row];
        const fromIm = rowIm[row];
        for (let column = 0; column < columns; column++, next++) {
          out.re[next] = fromRe[column];
          out.im[next] = fromIm[column];
        }
      } else next = toModes(axis + 1, rowRe[row], rowIm[row], out, next);
    }
    return next;
  };
  const toRows = (axis: number, from: Spectrum, at: number, re: Float64Array, im: Float64Array): number => {
    const { rowRe, rowIm, allRe, allIm } = inverseRows[axis];
    let next = at;
    for (const row of axes[axis].rows) {
      if (axis + 1 === points.length) {
        const toRe = rowRe[row];
        const toIm = rowIm[row];
        for (let column = 0; column < columns; column++, next++) {
          toRe[column] = from.re[next];
          toIm[column] = from.im[next];
        }
      } else next = toRows(axis + 1, from, next, rowRe[row], rowIm[row]);
    }
    plans[axis]!.inverse(allRe, allIm, re, im);
    return next;
  };

  return {
    columns,
    modes,
    ...modeTables(points, axes, modes),
    grid: () => ({ even: new Float64Array(gridSize), odd: new Float64Array(gridSize) }),
    spectrum: () => ({ re: new Float64Array(modes * columns), im: new Float64Array(modes * columns) }),
    forward({ even, odd }, out) {
      if (points.length === 1) return real.forward(even, odd, out.re, out.im, rows);
      real.forward(even, odd, first.allRe, first.allIm, rows);
      let at = 0;
      for (let row = 0; row < rows; row++) at = toModes(1, first.rowRe[row], first.rowIm[row], out, at);
    },
    inverse(from, { even, odd }) {
      if (points.length === 1) return real.inverse(from.re, from.im, rows, even, odd);
      let at = 0;
      for (let row = 0; row < rows; row++) at = toRows(1, from, at, first.rowRe[row], first.rowIm[row]);
      real.inverse(first.allRe, first.allIm, rows, even, odd);
    },
  };
}

interface AxisModes {
  /** Signed wave numbers and the row of the full transform that holds each */
  readonly waves: number[];
  readonly rows: number[];
}

function axisModes(points: number, axis: number, keep: 'all' | 'dealiased'): AxisModes {
  const half = points / 2;
  const kept = keep === 'all' ? half + 1 : keptWaves(points);
  const waves = Array.from({ length: kept }, (_, wave) => wave);
  if (axis > 0) {
    const negative = keep === 'all' ? half - 1 : kept - 1;
    for (let wave = -negative; wave < 0; wave++) waves.push(wave);
  }
  return { waves, rows: waves.map((wave) => (wave < 0 ? points + wave : wave)) };
}

function modeTables(points: readonly number[], axes: readonly AxisModes[], modes: number) {
  const waves = axes.map(() => new Float64Array(modes));
  const position = new Uint32Array(modes);
  for (let mode = 0; mode < modes; mode++) {
    let rest = mode;
    let scale = 1;
    for (let axis = axes.length - 1; axis >= 0; axis--) {
      const { waves: values, rows } = axes[axis];
      const index = rest % values.length;
      rest = (rest - index) / values.length;
      waves[axis][mode] = values[index];
      position[mode] += scale * rows[index];
      scale *= points[axis];
    }
  }
  return { waves, position };
}

function rowViews(count: number, size: number) {
  const allRe = new Float64Array(count * size);
  const allIm = new Float64Array(count * size);
  const views = (all: Float64Array) =>
    Array.from({ length: count }, (_, row) => all.subarray(row * size, (row + 1) * size));
  return { allRe, allIm, rowRe: views(allRe), rowIm: views(allIm) };
}
