import { InvalidInputError } from '../../common/errors.js';
import type { SplitGrid } from './periodic-transform.js';

/** States of several trajectories, `[trajectory][component][points…]`; one component in 1D, one per axis above. */
export type BurgersState = Float64Array | Float32Array;

export interface PeriodicShape {
  readonly points: readonly number[];
  readonly components: number;
  /** Numbers in one trajectory's state */
  readonly size: number;
}

export function periodicShape(points: readonly number[]): PeriodicShape {
  const components = points.length;
  return { points, components, size: points.reduce((a, b) => a * b, components) };
}

/** Number of trajectories in `state`, checked for length and for finite values. */
export function countTrajectories(
  name: string,
  state: BurgersState,
  { size, points }: PeriodicShape,
): number {
  const count = state.length / size;
  if (!Number.isInteger(count) || count < 1) {
    throw new InvalidInputError(
      `${name}: a state of ${points.join(' × ')} points has ${size} numbers per trajectory, ` +
        `got ${state.length}, which is no multiple`,
    );
  }
  for (let at = 0; at < state.length; at++) {
    if (!Number.isFinite(state[at])) {
      throw new InvalidInputError(
        `${name}: trajectory ${Math.floor(at / size)} holds ${state[at]} at position ${at % size}`,
      );
    }
  }
  return count;
}

/** Copies the chosen trajectories into grid columns, column `component · count + i`. */
export function packColumns(
  state: BurgersState,
  chosen: readonly number[],
  { points, components, size }: PeriodicShape,
  { even, odd }: SplitGrid,
): void {
  const columns = components * chosen.length;
  const inner = size / components / points[0];
  for (let component = 0; component < components; component++) {
    for (let i = 0; i < chosen.length; i++) {
      let from = chosen[i] * size + (component * size) / components;
      const column = component * chosen.length + i;
      for (let row = 0; row < points[0]; row++) {
        const side = row % 2 === 0 ? even : odd;
        let to = (row >> 1) * inner * columns + column;
        for (let k = 0; k < inner; k++, to += columns) side[to] = state[from++];
      }
    }
  }
}

/** The inverse of {@link packColumns}. */
export function unpackColumns(
  { even, odd }: SplitGrid,
  chosen: readonly number[],
  { points, components, size }: PeriodicShape,
  out: Float64Array,
): void {
  const columns = components * chosen.length;
  const inner = size / components / points[0];
  for (let component = 0; component < components; component++) {
    for (let i = 0; i < chosen.length; i++) {
      let to = chosen[i] * size + (component * size) / components;
      const column = component * chosen.length + i;
      for (let row = 0; row < points[0]; row++) {
        const side = row % 2 === 0 ? even : odd;
        let from = (row >> 1) * inner * columns + column;
        for (let k = 0; k < inner; k++, from += columns) out[to++] = side[from];
      }
    }
  }
}

/** Largest |u| and, per component, range of one trajectory's values. */
export function extremes(state: BurgersState, trajectory: number, { size, components }: PeriodicShape) {
  let speed = 0;
  let range = 0;
  const block = size / components;
  for (let component = 0; component < components; component++) {
    let [low, high] = [Infinity, -Infinity];
    const start = trajectory * size + component * block;
    for (let at = start; at < start + block; at++) {
      if (state[at] < low) low = state[at];
      if (state[at] > high) high = state[at];
    }
    speed = Math.max(speed, -low, high);
    range = Math.max(range, high - low);
  }
  return { speed, range };
}

/**
 * Refuses data whose ends do not meet: along some axis the step from the last point back to the first is several times
 * the largest between neighbours.
 */
export function refuseNonPeriodic(
  name: string,
  state: BurgersState,
  trajectory: number,
  { points, components, size }: PeriodicShape,
): void {
  const block = size / components;
  let stride = block;
  for (let axis = 0; axis < points.length; axis++) {
    const count = points[axis];
    stride /= count;
    let inside = 0;
    let across = 0;
    for (let at = 0; at < size; at++) {
      const index = Math.floor((at % block) / stride) % count;
      const here = state[trajectory * size + at];
      if (index + 1 < count)
        inside = Math.max(inside, Math.abs(state[trajectory * size + at + stride] - here));
      else {
        const first = state[trajectory * size + at - (count - 1) * stride];
        across = Math.max(across, Math.abs(first - here));
      }
    }
    if (across > NON_PERIODIC_RATIO * inside && across > 0) {
      throw new InvalidInputError(
        `${name}: trajectory ${trajectory} is not periodic along axis ${axis}: it jumps by ${across.toPrecision(3)} ` +
          `from the last point to the first and by at most ${inside.toPrecision(3)} between neighbours; ` +
          'burgersFiniteVolumes takes data with boundaries',
      );
    }
  }
}

const NON_PERIODIC_RATIO = 4;
