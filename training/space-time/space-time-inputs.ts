import { InvalidInputError } from '../../common/errors.js';
import type { ConstraintProblem } from '../../operators/index.js';

/** A sample of a problem in space and time: where it starts, one value a point of space. */
export interface SpaceTimeSample {
  readonly initial: ArrayLike<number>;
}

/** Channels of {@link spaceTimeInputs}: a coordinate for each axis and the initial state. */
export const spaceTimeChannels = ({ dimension }: Pick<ConstraintProblem, 'dimension'>): number =>
  dimension + 1;

/**
 * What a network on a grid of space and time reads, `[point][channel]`: the coordinates, each as its share of the axis' largest, and the
 * initial state, the same at every frame.
 *
 * @throws InvalidInputError for problems without a grid, or an initial state that is not of one frame
 */
export function spaceTimeInputs(
  { coordinates, dimension, grid, residual: { points } }: ConstraintProblem,
  { initial }: SpaceTimeSample,
): Float32Array {
  if (!grid || points / grid[0] !== initial.length) {
    throw new InvalidInputError(
      `spaceTimeInputs: expected a grid with time as its first axis and an initial state of its other points, got ` +
        `${grid ? grid.join(' × ') : 'no grid'} and ${initial.length} values`,
    );
  }
  const largest = new Float64Array(dimension).fill(Number.MIN_VALUE);
  coordinates.forEach((value, at) => {
    largest[at % dimension] = Math.max(largest[at % dimension], Math.abs(value));
  });
  const channels = dimension + 1;
  const out = new Float32Array(points * channels);
  for (let point = 0; point < points; point++) {
    for (let axis = 0; axis < dimension; axis++) {
      out[point * channels + axis] = coordinates[point * dimension + axis] / largest[axis];
    }
    out[point * channels + dimension] = initial[point % initial.length];
  }
  return out;
}
