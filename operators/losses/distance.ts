import { multiply, type SparseMatrix } from '../../solvers/index.js';
import { dot } from '../../solvers/vectors.js';
import type { LossValue } from './supervision.js';

type Fields = readonly (readonly Float64Array[])[];

/**
 * How far a prediction is from its target:
 * `rms` √(Σd²/N) and `norm` √Σd² over all cells of the batch (NPSolver's, unweighted by volume),
 * `relative` the mean over fields of ‖d‖/‖target‖ with volume weights,
 * `energy` the mean over fields of √(dᵀBd / targetᵀB target).
 */
export type Measure = 'rms' | 'norm' | 'relative' | 'energy';

/** √(Σ v²/N) or √Σ v² of all vectors together, with the derivative with respect to them; zero at zero. */
export function pooledNorm(vectors: Fields, measure: 'rms' | 'norm'): LossValue {
  let sum = 0;
  let count = 0;
  for (const vector of vectors.flat()) {
    count += vector.length;
    for (const value of vector) sum += value * value;
  }
  const divisor = measure === 'rms' ? count : 1;
  const value = Math.sqrt(sum / divisor);
  const scale = value > 0 ? 1 / (divisor * value) : 0;
  return {
    value,
    cotangents: vectors.map((sources) => sources.map((vector) => vector.map((v) => v * scale))),
  };
}

/**
 * Mean over fields of √(dᵀWd / tᵀWt), d = field − target, W the volumes or B; a field whose target is zero or met
 * contributes no cotangent.
 */
export function meanRelativeNorm(
  fields: Fields,
  targets: Fields,
  weigh: (sample: number, vector: Float64Array) => Float64Array,
): LossValue {
  const count = fields.reduce((sum, sources) => sum + sources.length, 0);
  let total = 0;
  const cotangents = fields.map((sources, sample) =>
    sources.map((field, s) => {
      const target = targets[sample][s];
      const difference = field.map((value, cell) => value - target[cell]);
      const weighted = weigh(sample, difference);
      const scale = dot(target, weigh(sample, target));
      const distance = Math.sqrt(Math.max(0, dot(difference, weighted)));
      if (!(scale > 0) || distance === 0) return new Float64Array(field.length);
      const size = Math.sqrt(scale);
      total += distance / size;
      return weighted.map((value) => value / (distance * size * count));
    }),
  );
  return { value: total / count, cotangents };
}

/** r = b − B u */
export function residual(
  matrix: SparseMatrix,
  rightHandSide: Float64Array,
  field: Float64Array,
): Float64Array {
  const result = multiply(matrix, field);
  for (let row = 0; row < result.length; row++) result[row] = rightHandSide[row] - result[row];
  return result;
}
