import fourier from '../kernels/compiled/fourier.js';
import { fourierPlan, halfTurns } from '../kernels/fourier-plan.js';
import type { KernelSpace } from '../kernels/kernel-space.js';
import { placedGrid, placedSpectrum } from '../kernels/placed-spectrum.js';
import type { AxisModes } from './periodic-modes.js';
import type { PeriodicTransform } from './periodic-transform.js';

/** Numbers in a tile of columns of the first axis, one part: two of them and the factors stay in the first cache. */
const TILE = 2048;

/** The arrays and transforms of {@link PeriodicTransform} by kernels, in their space. */
export function vectorPeriodicTransform(
  points: readonly number[],
  columns: number,
  axes: readonly AxisModes[],
  space: KernelSpace,
): Pick<PeriodicTransform, 'grid' | 'spectrum' | 'forward' | 'inverse'> {
  const last = points.length - 1;
  const inner = points.map((_, axis) => points.slice(axis + 1).reduce((a, b) => a * b, columns));
  const rows = axes[0].waves.length;
  const half = points[0] / 2;
  const gridSize = half * inner[0];
  const size = axes.reduce((product, { waves }) => product * waves.length, columns);
  const tile = tileOf(inner[0], half);
  const first = {
    plan: fourierPlan(space, half, tile),
    turns: halfTurns(space, points[0]),
    packed: space.place(2 * ((half + 1) * tile + 2)),
    zeros: space.place(tile),
    width: 8 * inner[0],
    tile: 8 * tile,
  };
  // spectra of the first axis, and of those up to but not with each further one
  const between = axes.slice(0, last).map(({ waves }, axis) => ({
    re: space.place(waves.length * inner[axis]),
    im: space.place(waves.length * inner[axis]),
  }));
  const further = points.slice(1).map((count, index) => {
    const axis = index + 1;
    const { waves } = axes[axis];
    const low = waves.filter((wave) => wave >= 0).length;
    return {
      plan: fourierPlan(space, count, inner[axis]),
      // the inverse's stays zero where a wave number is cut off
      forwardWork: space.place(2 * (count * inner[axis] + 2)),
      inverseWork: space.place(2 * (count * inner[axis] + 2)),
      width: 8 * inner[axis],
      size: 8 * count * inner[axis],
      waves: waves.length,
      low: 8 * low * inner[axis],
      high: 8 * (waves.length - low) * inner[axis],
      kept: axes.slice(axis).reduce((product, each) => product * each.waves.length, 8 * columns),
    };
  });
  const stagedGrid = { even: space.array(gridSize), odd: space.array(gridSize) };
  const stagedSpectrum = { re: space.array(size), im: space.array(size) };
  const kernels = space.functions<'realForward' | 'realInverse' | 'forwardRows' | 'inverseRows'>(fourier);

  /** `count` arrays of axis `axis` and those after it, one after another, to the modes kept */
  const toModes = (axis: number, re: number, im: number, count: number, toRe: number, toIm: number) => {
    const { plan, width, forwardWork, low, high, size: length, waves, kept } = further[axis - 1];
    if (axis === last) {
      kernels().forwardRows(plan, re, im, width, count, forwardWork, toRe, toIm, low, high);
      return;
    }
    const next = between[axis];
    for (let i = 0; i < count; i++) {
      const from = i * length;
      kernels().forwardRows(plan, re + from, im + from, width, 1, forwardWork, next.re, next.im, low, high);
      toModes(axis + 1, next.re, next.im, waves, toRe + i * kept, toIm + i * kept);
    }
  };
  const toRows = (axis: number, re: number, im: number, count: number, toRe: number, toIm: number) => {
    const { plan, width, inverseWork, low, high, size: length, waves, kept } = further[axis - 1];
    if (axis === last) {
      kernels().inverseRows(plan, re, im, low, high, count, inverseWork, toRe, toIm, width);
      return;
    }
    const next = between[axis];
    for (let i = 0; i < count; i++) {
      toRows(axis + 1, re + i * kept, im + i * kept, waves, next.re, next.im);
      const to = i * length;
      kernels().inverseRows(plan, next.re, next.im, low, high, 1, inverseWork, toRe + to, toIm + to, width);
    }
  };

  const place = (values: Float64Array, staged: () => Float64Array) =>
    space.placeOf(values) ?? space.placeOf(staged())!;
  const stage = (values: Float64Array, staged: () => Float64Array) => {
    if (space.placeOf(values) === null) staged().set(values);
    return place(values, staged);
  };
  const unstage = (values: Float64Array, staged: () => Float64Array) => {
    if (space.placeOf(values) === null) values.set(staged());
  };

  return {
    grid: () => placedGrid(space, gridSize),
    spectrum: () => placedSpectrum(space, size),
    forward({ even, odd }, { re, im }) {
      const { plan, turns, packed, width, tile } = first;
      const from = [stage(even, stagedGrid.even), stage(odd, stagedGrid.odd)];
      const toRe = place(re, stagedSpectrum.re);
      const toIm = place(im, stagedSpectrum.im);
      const to = last === 0 ? { re: toRe, im: toIm } : between[0];
      kernels().realForward(plan, turns, packed, from[0], from[1], width, tile, to.re, to.im, rows);
      if (last > 0) toModes(1, to.re, to.im, rows, toRe, toIm);
      unstage(re, stagedSpectrum.re);
      unstage(im, stagedSpectrum.im);
    },
    inverse({ re, im }, { even, odd }) {
      const { plan, turns, packed, zeros, width, tile } = first;
      let from = { re: stage(re, stagedSpectrum.re), im: stage(im, stagedSpectrum.im) };
      if (last > 0) {
        toRows(1, from.re, from.im, rows, between[0].re, between[0].im);
        from = between[0];
      }
      const toEven = place(even, stagedGrid.even);
      const toOdd = place(odd, stagedGrid.odd);
      kernels().realInverse(plan, turns, packed, zeros, from.re, from.im, rows, width, tile, toEven, toOdd);
      unstage(even, stagedGrid.even);
      unstage(odd, stagedGrid.odd);
    },
  };
}

/** An even number of columns, in equal parts of about the tile's size; a single column is a tile by itself. */
function tileOf(columns: number, rows: number): number {
  const most = Math.max(2, Math.floor(TILE / rows));
  const tiles = Math.ceil(columns / most);
  return Math.min(columns, 2 * Math.ceil(columns / tiles / 2));
}
