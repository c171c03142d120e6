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

  // arrays from outside of the space go through copies in it
  const copyIn = (values: Float64Array, staged: () => Float64Array): number => {
    staged().set(values);
    return staged().byteOffset;
  };

  return {
    grid: () => placedGrid(space, gridSize),
    spectrum: () => placedSpectrum(space, size),
    forward({ even, odd }, { re, im }) {
      const { plan, turns, packed, width, tile } = first;
      const fromEven = space.placeOf(even) ?? copyIn(even, stagedGrid.even);
      const fromOdd = space.placeOf(odd) ?? copyIn(odd, stagedGrid.odd);
      const [placeRe, placeIm] = [space.placeOf(re), space.placeOf(im)];
      const toRe = placeRe ?? stagedSpectrum.re().byteOffset;
      const toIm = placeIm ?? stagedSpectrum.im().byteOffset;
      const to = last === 0 ? { re: toRe, im: toIm } : between[0];
      kernels().realForward(plan, turns, packed, fromEven, fromOdd, width, tile, to.re, to.im, rows);
      if (last > 0) toModes(1, to.re, to.im, rows, toRe, toIm);
      if (placeRe === null) re.set(stagedSpectrum.re());
      if (placeIm === null) im.set(stagedSpectrum.im());
    },
    inverse({ re, im }, { even, odd }) {
      const { plan, turns, packed, zeros, width, tile } = first;
      let fromRe = space.placeOf(re) ?? copyIn(re, stagedSpectrum.re);
      let fromIm = space.placeOf(im) ?? copyIn(im, stagedSpectrum.im);
      if (last > 0) {
        toRows(1, fromRe, fromIm, rows, between[0].re, between[0].im);
        fromRe = between[0].re;
        fromIm = between[0].im;
      }
      const [placeEven, placeOdd] = [space.placeOf(even), space.placeOf(odd)];
      const toEven = placeEven ?? stagedGrid.even().byteOffset;
      const toOdd = placeOdd ?? stagedGrid.odd().byteOffset;
      kernels().realInverse(plan, turns, packed, zeros, fromRe, fromIm, rows, width, tile, toEven, toOdd);
      if (placeEven === null) even.set(stagedGrid.even());
      if (placeOdd === null) odd.set(stagedGrid.odd());
    },
  };
}

/** An even number of columns, in equal parts of about the tile's size; a single column is a tile by itself. */
function tileOf(columns: number, rows: number): number {
  const most = Math.max(2, Math.floor(TILE / rows));
  const tiles = Math.ceil(columns / most);
  return Math.min(columns, 2 * Math.ceil(columns / tiles / 2));
}
