import { InvalidInputError } from '../../common/errors.js';
import { readPdebenchFile, type Trajectories } from '../../datasets/index.js';
import type { StepperCard } from '../../training/index.js';

export interface ReadTrajectoriesOptions {
  /** Trajectories to read, the first ones; all by default */
  readonly samples?: number;
  readonly steps: number;
  readonly spaceStride: number;
  /** ν; that of training by default */
  readonly viscosity?: number;
}

/** Relative difference of an interval to a multiple of another that is rounding. */
const ROUNDING = 1e-4;

/**
 * Trajectories of a PDEBench file at the interval of a stepper, `steps` + 1 frames of each.
 *
 * @throws InvalidInputError where the file's interval does not divide the stepper's, or it has too few frames or samples
 */
export async function readTrajectories(
  path: string,
  card: StepperCard,
  { samples, steps, spaceStride, viscosity = card.trained.viscosity[0] }: ReadTrajectoriesOptions,
): Promise<Trajectories> {
  if (card.components !== 1 || card.trained.points.length !== 1) {
    throw new InvalidInputError(
      `rollout: a PDEBench file holds one component on one axis, the stepper has ${card.components} on ${card.trained.points.length}`,
    );
  }
  const { times, sampleCount } = await readPdebenchFile(path, { samples: [0], spaceStride });
  const interval = times[1] - times[0];
  const timeStride = Math.round(card.interval / interval);
  if (!(timeStride >= 1 && Math.abs(timeStride * interval - card.interval) <= ROUNDING * card.interval)) {
    throw new InvalidInputError(
      `rollout: ${path} has frames every ${interval}, which does not divide the stepper's interval of ${card.interval}`,
    );
  }
  const frames = Math.floor((times.length - 1) / timeStride) + 1;
  if (steps >= frames) {
    throw new InvalidInputError(
      `rollout: ${path} has ${frames - 1} steps of ${card.interval} to compare with, --steps asks for ${steps}`,
    );
  }
  if (samples !== undefined && samples > sampleCount) {
    throw new InvalidInputError(`rollout: ${path} has ${sampleCount} samples, --samples asks for ${samples}`);
  }
  const trajectories = samples ?? sampleCount;
  const { fields, positions } = await readPdebenchFile(path, {
    samples: Array.from({ length: trajectories }, (_, sample) => sample),
    timeStride,
    spaceStride,
  });
  const points = positions.length;
  const values = new Float32Array(trajectories * (steps + 1) * points);
  for (let sample = 0; sample < trajectories; sample++) {
    const first = sample * frames * points;
    values.set(fields.subarray(first, first + (steps + 1) * points), sample * (steps + 1) * points);
  }
  return {
    values,
    trajectories,
    frames: steps + 1,
    components: 1,
    points: [points],
    // cell centres: the domain is one spacing longer than from the first to the last
    length: [points * (positions[1] - positions[0])],
    interval: card.interval,
    viscosity: new Float64Array(trajectories).fill(viscosity),
  };
}
