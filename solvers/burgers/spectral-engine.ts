import { placedSpectrum } from '../kernels/placed-spectrum.js';
import { etdrk4, type SemilinearProblem, type Spectrum } from './etdrk4.js';
import { type BurgersState, type PeriodicShape, packColumns, unpackColumns } from './periodic-state.js';
import { keptWaves, periodicTransform } from './periodic-transform.js';

/** Working memory and plans that advance a fixed number of trajectories of a problem together. */
export interface SpectralEngine {
  load(state: BurgersState, chosen: readonly number[]): void;
  store(out: Float64Array, chosen: readonly number[]): void;
  advance(interval: number, steps: number): void;
  /** Advances the loaded state and writes J · direction. */
  advanceTangent(
    direction: BurgersState,
    chosen: readonly number[],
    interval: number,
    steps: number,
    out: Float64Array,
  ): void;
  /** Advances the loaded state and writes Jᵀ · cotangent. */
  pullBack(
    cotangent: BurgersState,
    chosen: readonly number[],
    interval: number,
    steps: number,
    out: Float64Array,
  ): void;
  /** Per loaded trajectory, the energy above 0.6 of the largest kept wave number over that of all but the mean. */
  tailShares(): Float64Array;
}

/** Part of the kept wave numbers, along any axis, beyond which energy counts as tail. */
const TAIL_START = 0.6;

export function spectralEngine(
  shape: PeriodicShape,
  length: readonly number[],
  viscosity: number,
  problem: SemilinearProblem,
): SpectralEngine {
  const { points, components } = shape;
  const { columns } = problem;
  const trajectories = columns / components;
  const all = periodicTransform(points, columns, 'all');
  const kept = periodicTransform(points, columns, 'dealiased');
  const stepper = etdrk4(problem);
  const grid = all.grid();
  const state = all.spectrum();
  const v = placedSpectrum(null, kept.modes * columns);
  const w = placedSpectrum(null, kept.modes * columns);
  const total = points.reduce((a, b) => a * b, 1);
  const decay = decayRates(all.waves, length, viscosity);
  const isKept = new Uint8Array(all.modes);
  for (const mode of kept.position) isKept[mode] = 1;
  const tail = tailModes(all.waves, points);

  const transform = (values: BurgersState, chosen: readonly number[], to: Spectrum) => {
    packColumns(values, chosen, shape, grid);
    all.forward(grid, to);
    const { re, im } = to;
    for (let at = 0; at < re.length; at++) {
      re[at] /= total;
      im[at] /= total;
    }
  };
  const write = (from: Spectrum, out: Float64Array, chosen: readonly number[]) => {
    all.inverse(from, grid);
    unpackColumns(grid, chosen, shape, out);
  };
  /** Modes that no product reaches decay exactly. */
  const decayOthers = ({ re, im }: Spectrum, interval: number) => {
    for (let mode = 0; mode < all.modes; mode++) {
      if (isKept[mode]) continue;
      const factor = Math.exp(-decay[mode] * interval);
      for (let at = mode * columns, end = at + columns; at < end; at++) {
        re[at] *= factor;
        im[at] *= factor;
      }
    }
  };

  return {
    load: (values, chosen) => transform(values, chosen, state),
    store: (out, chosen) => write(state, out, chosen),
    advance(interval, steps) {
      gather(state, kept.position, columns, v);
      stepper.advance(v, interval / steps, steps);
      scatter(v, kept.position, columns, state);
      decayOthers(state, interval);
    },
    advanceTangent(direction, chosen, interval, steps, out) {
      gather(state, kept.position, columns, v);
      transform(direction, chosen, state);
      gather(state, kept.position, columns, w);
      stepper.advanceTangent(v, w, interval / steps, steps);
      scatter(w, kept.position, columns, state);
      decayOthers(state, interval);
      write(state, out, chosen);
    },
    pullBack(cotangent, chosen, interval, steps, out) {
      gather(state, kept.position, columns, v);
      transform(cotangent, chosen, state);
      gather(state, kept.position, columns, w);
      stepper.pullBack(v, w, interval / steps, steps);
      scatter(w, kept.position, columns, state);
      decayOthers(state, interval);
      write(state, out, chosen);
    },
    tailShares() {
      const sums = new Float64Array(trajectories);
      const tails = new Float64Array(trajectories);
      const { re, im } = state;
      for (let mode = 0; mode < all.modes; mode++) {
        if (all.waves.every((wave) => wave[mode] === 0)) continue;
        // the first axis stores one of each pair ±k
        const twice = all.waves[0][mode] > 0 && all.waves[0][mode] < points[0] / 2 ? 2 : 1;
        for (let column = 0; column < columns; column++) {
          const at = mode * columns + column;
          const energy = twice * (re[at] * re[at] + im[at] * im[at]);
          sums[column % trajectories] += energy;
          if (tail[mode]) tails[column % trajectories] += energy;
        }
      }
      return tails.map((value, trajectory) => (value > 0 ? value / sums[trajectory] : 0));
    },
  };
}

/** ν|k|² per mode */
function decayRates(
  waves: readonly Float64Array[],
  length: readonly number[],
  viscosity: number,
): Float64Array {
  return waves[0].map((_, mode) =>
    waves.reduce((sum, wave, axis) => sum + viscosity * ((2 * Math.PI * wave[mode]) / length[axis]) ** 2, 0),
  );
}

function tailModes(waves: readonly Float64Array[], points: readonly number[]): Uint8Array {
  return Uint8Array.from(waves[0], (_, mode) =>
    waves.some((wave, axis) => Math.abs(wave[mode]) > TAIL_START * (keptWaves(points[axis]) - 1)) ? 1 : 0,
  );
}

function gather(from: Spectrum, position: Uint32Array, columns: number, to: Spectrum): void {
  const { re: fr, im: fi } = from;
  const { re: tr, im: ti } = to;
  for (let mode = 0, at = 0; mode < position.length; mode++) {
    for (let source = position[mode] * columns, end = source + columns; source < end; source++, at++) {
      tr[at] = fr[source];
      ti[at] = fi[source];
    }
  }
}

function scatter(from: Spectrum, position: Uint32Array, columns: number, to: Spectrum): void {
  const { re: fr, im: fi } = from;
  const { re: tr, im: ti } = to;
  for (let mode = 0, at = 0; mode < position.length; mode++) {
    for (let target = position[mode] * columns, end = target + columns; target < end; target++, at++) {
      tr[target] = fr[at];
      ti[target] = fi[at];
    }
  }
}
