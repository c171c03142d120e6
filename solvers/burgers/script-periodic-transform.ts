import { fourierTransform } from '../fourier-transform.js';
import { realFourierTransform } from '../real-fourier-transform.js';
import type { Spectrum } from './etdrk4.js';
import type { AxisModes } from './periodic-modes.js';
import type { PeriodicTransform } from './periodic-transform.js';

/** The arrays and transforms of {@link PeriodicTransform} without WebAssembly. */
export function scriptPeriodicTransform(
  points: readonly number[],
  columns: number,
  axes: readonly AxisModes[],
): Pick<PeriodicTransform, 'grid' | 'spectrum' | 'forward' | 'inverse'> {
  const inner = points.map((_, axis) => points.slice(axis + 1).reduce((a, b) => a * b, columns));
  const real = realFourierTransform(points[0], inner[0]);
  const rows = axes[0].waves.length;
  const modes = axes.reduce((product, { waves }) => product * waves.length, 1);
  const gridSize = (points[0] / 2) * inner[0];

  // per further axis: rows of the transform's one side and views of each; the inverse's stay zero where a mode is cut off
  const plans = points.map((count, axis) => (axis === 0 ? undefined : fourierTransform(count, inner[axis])));
  const rowsOf = () => points.map((count, axis) => rowViews(count, axis === 0 ? 0 : inner[axis]));
  const forwardRows = rowsOf();
  const inverseRows = rowsOf();
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

function rowViews(count: number, size: number) {
  const allRe = new Float64Array(count * size);
  const allIm = new Float64Array(count * size);
  const views = (all: Float64Array) =>
    Array.from({ length: count }, (_, row) => all.subarray(row * size, (row + 1) * size));
  return { allRe, allIm, rowRe: views(allRe), rowIm: views(allIm) };
}
