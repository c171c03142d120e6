import { upwardCrossings } from '../../solvers/index.js';

/**
 * How late an oscillation is against a reference that it started with, in cycles of the reference: one number for every
 * upward crossing of the mean that both have, in their order. Positive is late, so a frequency too low gives growing
 * numbers. Empty where one of them never crosses.
 */
export function phaseErrors(
  predicted: ArrayLike<number>,
  reference: ArrayLike<number>,
  interval: number,
): number[] {
  const ours = upwardCrossings(predicted, interval);
  const theirs = upwardCrossings(reference, interval);
  if (ours.length === 0 || theirs.length < 2) return [];
  const period = (theirs[theirs.length - 1] - theirs[0]) / (theirs.length - 1);
  // a crossing right at the start may lie on the one side of it for one of the two
  if (ours[0] - theirs[0] > period / 2) theirs.shift();
  else if (theirs[0] - ours[0] > period / 2) ours.shift();
  const both = Math.min(ours.length, theirs.length);
  return Array.from({ length: both }, (_, k) => (ours[k] - theirs[k]) / period);
}
