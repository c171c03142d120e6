import { CellLocator, type Place } from './cell-locator.js';
import type { CellSet } from './cell-set.js';

export interface StreamlineOptions {
  /** `[seed][3]` where lines start; those outside the cells give none */
  readonly seeds: Float64Array;
  /** Length of a step, in units of the points */
  readonly step: number;
  /** Steps in each direction, at most */
  readonly maximumSteps?: number;
}

export const STREAMLINE_DEFAULTS = { maximumSteps: 500 } as const;

/** Lines one after the other: points of line l are `offsets[l] .. offsets[l + 1])`. */
export interface Streamlines {
  readonly offsets: Int32Array;
  /** `[point][3]` */
  readonly positions: Float64Array;
  /** `[point]` places that the points lie at, to read other fields there */
  readonly places: readonly Place[];
}

/**
 * Lines along a vector field v given at the points, dx/ds = v/|v|, from each seed forwards and backwards: the classical
 * Runge–Kutta method of fourth order with a fixed step, until a line leaves the cells, v vanishes or the steps are used up.
 *
 * @param vectors `[point][3]`
 */
export function streamlines(
  cells: CellSet,
  vectors: Float64Array,
  options: StreamlineOptions,
  locator = new CellLocator(cells),
): Streamlines {
  const { seeds, step, maximumSteps } = { ...STREAMLINE_DEFAULTS, ...options };
  const offsets = [0];
  const positions: number[] = [];
  const places: Place[] = [];
  const direction = [0, 0, 0];

  /** Unit vector at a place of space; false where there is none. */
  const directionAt = (x: number, y: number, z: number): Place | undefined => {
    const place = locator.find(x, y, z);
    if (!place) return undefined;
    direction.fill(0);
    for (let k = 0; k < place.points.length; k++)
      for (let axis = 0; axis < 3; axis++)
        direction[axis] += place.weights[k] * vectors[3 * place.points[k] + axis];
    const length = Math.hypot(direction[0], direction[1], direction[2]);
    if (!(length > 0) || !Number.isFinite(length)) return undefined;
    for (let axis = 0; axis < 3; axis++) direction[axis] /= length;
    return place;
  };

  const trace = (seed: readonly number[], h: number) => {
    const line: { position: number[]; place: Place }[] = [];
    let position = [...seed];
    for (let i = 0; i <= maximumSteps; i++) {
      const place = directionAt(position[0], position[1], position[2]);
      if (!place) break;
      line.push({ position, place });
      const sum = [0, 0, 0];
      let inside = true;
      for (const [weight, reach] of [
        [1, 0.5],
        [2, 0.5],
        [2, 1],
        [1, 0],
      ]) {
        const k = [...direction];
        for (let axis = 0; axis < 3; axis++) sum[axis] += (weight / 6) * k[axis];
        if (reach === 0) break;
        const [x, y, z] = position.map((value, axis) => value + reach * h * k[axis]);
        if (!directionAt(x, y, z)) {
          inside = false;
          break;
        }
      }
      if (!inside) break;
      position = position.map((value, axis) => value + h * sum[axis]);
    }
    return line;
  };

  for (let s = 0; s + 2 < seeds.length; s += 3) {
    const seed = [seeds[s], seeds[s + 1], seeds[s + 2]];
    const line = [...trace(seed, -step).reverse(), ...trace(seed, step).slice(1)];
    if (line.length < 2) continue;
    for (const { position, place } of line) {
      positions.push(...position);
      places.push(place);
    }
    offsets.push(places.length);
  }
  return { offsets: Int32Array.from(offsets), positions: Float64Array.from(positions), places };
}
