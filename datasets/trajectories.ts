import { FieldsmithError, InvalidInputError } from '../common/errors.js';

/** Solutions of a time-dependent PDE on a uniform grid at equal intervals, several trajectories of one shape. */
export interface Trajectories {
  /** `[trajectory][frame][component][points…]`, frame 0 the initial state */
  readonly values: Float32Array;
  readonly trajectories: number;
  readonly frames: number;
  readonly components: number;
  /** How many of them, the last ones, never change along a trajectory: given to a model, not predicted; 0 by default */
  readonly constants?: number;
  readonly points: readonly number[];
  /** Length of the domain along each axis */
  readonly length: readonly number[];
  /** Time between frames */
  readonly interval: number;
  /** ν of each trajectory */
  readonly viscosity: Float64Array;
}

/** Numbers in one frame of one trajectory. */
export const frameSize = ({ components, points }: Pick<Trajectories, 'components' | 'points'>): number =>
  points.reduce((a, b) => a * b, components);

/** A view of one frame, not a copy. */
export function frameOf(data: Trajectories, trajectory: number, frame: number): Float32Array {
  const { trajectories, frames, values } = data;
  if (!(trajectory >= 0 && trajectory < trajectories && frame >= 0 && frame < frames)) {
    throw new InvalidInputError(
      `frameOf: trajectory ${trajectory}, frame ${frame} of ${trajectories} trajectories of ${frames} frames`,
    );
  }
  const size = frameSize(data);
  const start = (trajectory * frames + frame) * size;
  return values.subarray(start, start + size);
}

/** Data that holds values that are no numbers. */
export class NonFiniteDataError extends FieldsmithError {
  constructor(
    message: string,
    readonly trajectory: number,
    readonly frame: number,
  ) {
    super(message);
  }
}

/**
 * Returns the data if its length fits its shape and every value is finite.
 * @throws NonFiniteDataError naming the first trajectory and frame that hold NaN or infinity, and how many frames do
 */
export function checkTrajectories<Data extends Trajectories>(data: Data, name = 'checkTrajectories'): Data {
  const { values, trajectories, frames, points, components } = data;
  const size = frameSize(data);
  if (values.length !== trajectories * frames * size) {
    throw new InvalidInputError(
      `${name}: ${trajectories} trajectories of ${frames} frames of ${components} × ${points.join(' × ')} are ` +
        `${trajectories * frames * size} numbers, got ${values.length}`,
    );
  }
  let first: { trajectory: number; frame: number; place: number; value: number } | undefined;
  let bad = 0;
  for (let block = 0; block < trajectories * frames; block++) {
    for (let at = block * size; at < (block + 1) * size; at++) {
      if (Number.isFinite(values[at])) continue;
      bad++;
      first ??= {
        trajectory: Math.floor(block / frames),
        frame: block % frames,
        place: at - block * size,
        value: values[at],
      };
      break;
    }
  }
  if (first) {
    const others = bad > 1 ? `, as do ${bad - 1} more frames` : '';
    throw new NonFiniteDataError(
      `${name}: trajectory ${first.trajectory}, frame ${first.frame} holds ${first.value} at position ` +
        `${first.place}${others}; leave the trajectory out or cut it before that frame`,
      first.trajectory,
      first.frame,
    );
  }
  return data;
}
