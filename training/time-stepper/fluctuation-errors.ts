import { InvalidInputError } from '../../common/errors.js';
import { frameOf, frameSize, type Trajectories } from '../../datasets/index.js';
import { LARGEST_ERROR, requireSameLayout } from './rollout-errors.js';

/**
 * ‖û^n − u^n‖ / rms_m ‖u^m − ū‖ of every trajectory and frame, `[trajectory][frame]`, with mean ū and rms over one
 * recording of the reference flow: the mean flow, which every forecast has, makes no error look small. √2 is what two
 * states of independent phases are apart. Constants are left out; numbers that are none count as 10³.
 */
export function fluctuationErrors(
  predicted: Trajectories,
  reference: Trajectories,
  recording: Trajectories,
): Float64Array[] {
  requireSameLayout(predicted, reference, 'fluctuationErrors');
  const { components, constants = 0 } = reference;
  const size = frameSize(reference);
  if (frameSize(recording) !== size || recording.trajectories !== 1) {
    throw new InvalidInputError(
      `fluctuationErrors: expected a recording of one trajectory with frames of ${size} numbers, ` +
        `got ${recording.trajectories} of ${frameSize(recording)}`,
    );
  }
  const count = size - (constants * size) / components;
  const scale = Math.sqrt(meanFluctuation(recording, count));
  return Array.from({ length: predicted.trajectories }, (_, trajectory) =>
    Float64Array.from({ length: predicted.frames }, (_, frame) => {
      const [a, b] = [frameOf(predicted, trajectory, frame), frameOf(reference, trajectory, frame)];
      let difference = 0;
      for (let i = 0; i < count; i++) difference += (a[i] - b[i]) ** 2;
      const error = Math.sqrt(difference) / scale;
      return Number.isNaN(error) ? LARGEST_ERROR : Math.min(error, LARGEST_ERROR);
    }),
  );
}

/** mean_m ‖u^m − ū‖² */
function meanFluctuation(recording: Trajectories, count: number): number {
  const mean = new Float64Array(count);
  const frames = Array.from({ length: recording.frames }, (_, frame) => frameOf(recording, 0, frame));
  for (const frame of frames) for (let i = 0; i < count; i++) mean[i] += frame[i] / frames.length;
  let sum = 0;
  for (const frame of frames) for (let i = 0; i < count; i++) sum += (frame[i] - mean[i]) ** 2;
  return sum / frames.length;
}
