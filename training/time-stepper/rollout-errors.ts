import { InvalidInputError } from '../../common/errors.js';
import { frameOf, type Trajectories } from '../../datasets/index.js';

/** Errors beyond it, and values that are no numbers, count as this. */
export const LARGEST_ERROR = 1e3;
/** Where a roll-out counts as lost. */
const BLOW_UP = 1;

/** @throws InvalidInputError unless both have the same trajectories on the same grid; frames may be fewer */
export function requireSameLayout(predicted: Trajectories, reference: Trajectories, name: string): void {
  const layout = ({ trajectories, components, points }: Trajectories) =>
    `${trajectories} trajectories of ${components} × ${points.join(' × ')}`;
  if (layout(predicted) !== layout(reference) || predicted.frames > reference.frames) {
    throw new InvalidInputError(
      `${name}: the roll-out has ${layout(predicted)} and ${predicted.frames} frames, ` +
        `the reference ${layout(reference)} and ${reference.frames}; they should agree`,
    );
  }
}

/** e_n = ‖û^n − u^n‖₂/‖u^n‖₂ of every trajectory and frame, at most 10³: `[trajectory][frame]`, as many frames as `predicted` has. */
export function relativeErrors(predicted: Trajectories, reference: Trajectories): Float64Array[] {
  requireSameLayout(predicted, reference, 'relativeErrors');
  return Array.from({ length: predicted.trajectories }, (_, trajectory) =>
    Float64Array.from({ length: predicted.frames }, (_, frame) => {
      const [a, b] = [frameOf(predicted, trajectory, frame), frameOf(reference, trajectory, frame)];
      let [difference, size] = [0, 0];
      for (let i = 0; i < b.length; i++) {
        difference += (a[i] - b[i]) ** 2;
        size += b[i] * b[i];
      }
      const error = Math.sqrt(difference / size);
      return Number.isNaN(error) ? LARGEST_ERROR : Math.min(error, LARGEST_ERROR);
    }),
  );
}

/** Middle and mean over the trajectories, for every frame. */
export function errorCurve(errors: readonly Float64Array[]): { median: Float64Array; mean: Float64Array } {
  const frames = errors[0].length;
  const at = (frame: number) => errors.map((curve) => curve[frame]).sort((a, b) => a - b);
  const middle = (sorted: number[]) => (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
  return {
    median: Float64Array.from({ length: frames }, (_, frame) => middle(at(frame))),
    mean: Float64Array.from(
      { length: frames },
      (_, frame) => at(frame).reduce((sum, error) => sum + error, 0) / errors.length,
    ),
  };
}

/** Quartiles over the trajectories, for every frame. */
export function errorQuartiles(errors: readonly Float64Array[]): {
  lower: Float64Array;
  median: Float64Array;
  upper: Float64Array;
} {
  const at = (share: number) =>
    Float64Array.from({ length: errors[0].length }, (_, frame) => {
      const sorted = errors.map((curve) => curve[frame]).sort((a, b) => a - b);
      const place = share * (sorted.length - 1);
      const [below, rest] = [Math.floor(place), place % 1];
      return sorted[below] + rest * ((sorted[below + 1] ?? sorted[below]) - sorted[below]);
    });
  return { lower: at(0.25), median: at(0.5), upper: at(0.75) };
}

/** exp of the mean logarithm over all trajectories and frames but the first, which has no error. */
export function geometricMeanError(errors: readonly Float64Array[]): number {
  const values = errors.flatMap((curve) => [...curve.subarray(1)]);
  return Math.exp(values.reduce((sum, error) => sum + Math.log(error), 0) / values.length);
}

/** Frames before the first whose error exceeds `bound`, a trajectory each; all frames where none does. */
export const usefulHorizons = (errors: readonly Float64Array[], bound = 0.1): number[] =>
  errors.map((curve) => {
    const lost = curve.findIndex((error) => error > bound);
    return lost < 0 ? curve.length : lost;
  });

/** Share of the trajectories whose error ever exceeds 1, or which hold a value that is no number. */
export const blowUpRate = (errors: readonly Float64Array[], bound = BLOW_UP): number =>
  errors.filter((curve) => curve.some((error) => error > bound)).length / errors.length;
