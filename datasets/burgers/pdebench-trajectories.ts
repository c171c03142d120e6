import { InvalidInputError } from '../../common/errors.js';
import type { Hdf5Source } from '../hdf5/index.js';
import { type ReadPdebenchOptions, readPdebenchFile, writePdebenchFile } from '../hdf5/index.js';
import { checkTrajectories, frameSize, type Trajectories } from '../trajectories.js';

export interface ReadTrajectoriesOptions extends ReadPdebenchOptions {
  /** ν of all samples, which the file does not hold */
  viscosity: number;
}

/** Trajectories from a file in PDEBench's one-dimensional layout; the period is the number of points times their distance. */
export async function readPdebenchTrajectories(
  source: Hdf5Source,
  { viscosity, ...options }: ReadTrajectoriesOptions,
): Promise<Trajectories> {
  const { times, positions, fields } = await readPdebenchFile(source, options);
  const name = 'readPdebenchTrajectories';
  const spacing = evenSpacing(name, 'positions', positions);
  const interval = evenSpacing(name, 'times', times);
  const trajectories = fields.length / (times.length * positions.length);
  return checkTrajectories(
    {
      values: fields,
      trajectories,
      frames: times.length,
      components: 1,
      points: [positions.length],
      length: [spacing * positions.length],
      interval,
      viscosity: new Float64Array(trajectories).fill(viscosity),
    },
    name,
  );
}

/** Writes one-dimensional trajectories in the same layout; `firstPosition` is half a spacing for cell means. */
export async function writePdebenchTrajectories(
  path: string,
  data: Trajectories,
  { firstPosition = 0 }: { firstPosition?: number } = {},
): Promise<void> {
  checkTrajectories(data, 'writePdebenchTrajectories');
  const { points, components, frames, interval, length, trajectories, values } = data;
  if (points.length !== 1 || components !== 1) {
    throw new InvalidInputError(
      `writePdebenchTrajectories: the layout holds one component on one axis, got ${components} on ${points.length}`,
    );
  }
  const size = frames * frameSize(data);
  await writePdebenchFile(path, {
    times: Array.from({ length: frames }, (_, frame) => frame * interval),
    positions: Array.from({ length: points[0] }, (_, i) => firstPosition + (i * length[0]) / points[0]),
    sampleCount: trajectories,
    field: (sample) => values.subarray(sample * size, (sample + 1) * size),
  });
}

/** Coordinates come in single precision: their steps agree to about 1e-4 of a step. */
const UNEVEN = 1e-2;

export function evenSpacing(name: string, what: string, values: Float64Array): number {
  if (values.length < 2)
    throw new InvalidInputError(`${name}: at least two ${what} are needed, got ${values.length}`);
  const step = (values[values.length - 1] - values[0]) / (values.length - 1);
  const uneven = values.findIndex(
    (value, i) => Math.abs(value - values[0] - i * step) > UNEVEN * Math.abs(step),
  );
  if (!(step > 0) || uneven >= 0) {
    throw new InvalidInputError(
      `${name}: ${what} must rise evenly, got ${values[Math.max(0, uneven)]} at ${uneven}`,
    );
  }
  return step;
}
