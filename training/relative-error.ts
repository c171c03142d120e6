import { InvalidInputError } from '../common/errors.js';

/**
 * ‖û − u‖₂ / (‖u‖₂ + 1e-8) over the cell vectors, unweighted: the figure NPSolver reports.
 *
 * A gauge-free comparison (pure Neumann, where u is fixed up to a constant) removes the weighted mean of both fields
 * first: pass the cell volumes as `gaugeVolumes`.
 */
export function relativeL2(
  prediction: ArrayLike<number>,
  reference: ArrayLike<number>,
  { gaugeVolumes }: { gaugeVolumes?: ArrayLike<number> } = {},
): number {
  const difference = squareSums(prediction, reference, undefined, gaugeVolumes);
  return Math.sqrt(difference.error) / (Math.sqrt(difference.reference) + 1e-8);
}

/** √(Σ V (û − u)²) / √(Σ V u²): the L² norm of the fields, independent of how cells crowd. */
export function volumeWeightedRelativeL2(
  prediction: ArrayLike<number>,
  reference: ArrayLike<number>,
  volumes: ArrayLike<number>,
  { gaugeFree = false }: { gaugeFree?: boolean } = {},
): number {
  const sums = squareSums(prediction, reference, volumes, gaugeFree ? volumes : undefined);
  return sums.reference > 0 ? Math.sqrt(sums.error / sums.reference) : Math.sqrt(sums.error);
}

/** √(Σ (û − u)² / N), in the units of u; gauge-free as in {@link relativeL2}. */
export function rootMeanSquareError(
  prediction: ArrayLike<number>,
  reference: ArrayLike<number>,
  { gaugeVolumes }: { gaugeVolumes?: ArrayLike<number> } = {},
): number {
  const sums = squareSums(prediction, reference, undefined, gaugeVolumes);
  return Math.sqrt(sums.error / reference.length);
}

function squareSums(
  prediction: ArrayLike<number>,
  reference: ArrayLike<number>,
  weights: ArrayLike<number> | undefined,
  gauge: ArrayLike<number> | undefined,
): { error: number; reference: number } {
  if (prediction.length !== reference.length) {
    throw new InvalidInputError(
      `relativeL2: prediction and reference must have one value per cell, got ${prediction.length} and ${reference.length}`,
    );
  }
  const predictionMean = gauge ? weightedMean(prediction, gauge) : 0;
  const referenceMean = gauge ? weightedMean(reference, gauge) : 0;
  let error = 0;
  let size = 0;
  for (let i = 0; i < reference.length; i++) {
    const weight = weights ? weights[i] : 1;
    const exact = reference[i] - referenceMean;
    const difference = prediction[i] - predictionMean - exact;
    error += weight * difference * difference;
    size += weight * exact * exact;
  }
  return { error, reference: size };
}

function weightedMean(values: ArrayLike<number>, weights: ArrayLike<number>): number {
  let sum = 0;
  let total = 0;
  for (let i = 0; i < values.length; i++) {
    sum += values[i] * weights[i];
    total += weights[i];
  }
  return sum / total;
}
