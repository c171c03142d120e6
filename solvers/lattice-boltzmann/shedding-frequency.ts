import { InvalidInputError } from '../../common/errors.js';

/** Times at which an oscillation crosses its mean upwards, each placed between samples by linear interpolation. */
export function upwardCrossings(signal: ArrayLike<number>, interval: number): number[] {
  let mean = 0;
  for (let i = 0; i < signal.length; i++) mean += signal[i] / signal.length;
  const crossings: number[] = [];
  for (let i = 1; i < signal.length; i++) {
    const [before, after] = [signal[i - 1] - mean, signal[i] - mean];
    if (before < 0 && after >= 0) crossings.push((i - 1 + before / (before - after)) * interval);
  }
  return crossings;
}

/**
 * Mean frequency of an oscillation from its first to its last upward crossing of its mean. Of the lift in units of d and U
 * it is the Strouhal number.
 *
 * @throws InvalidInputError for a signal with fewer than three upward crossings
 */
export function sheddingFrequency(signal: ArrayLike<number>, interval: number): number {
  const crossings = upwardCrossings(signal, interval);
  if (crossings.length < 3) {
    throw new InvalidInputError(
      `sheddingFrequency: the signal crosses its mean upwards ${crossings.length} times, 3 are needed; record longer`,
    );
  }
  return (crossings.length - 1) / (crossings[crossings.length - 1] - crossings[0]);
}

/**
 * Williamson's fit of the Strouhal number of laminar shedding, 0.212 (1 − 21.2/Re), for 50 < Re < 180 in an unbounded flow.
 * Source: Williamson, J. Fluid Mech. 206 (1989) 579.
 */
export const laminarStrouhalNumber = (reynolds: number): number => 0.212 * (1 - 21.2 / reynolds);
