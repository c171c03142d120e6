import { multiply, type SparseMatrix } from '../../solvers/index.js';
import { dot } from '../../solvers/vectors.js';
import type { LossValue, SupervisionSample } from './supervision.js';

type Fields = readonly (readonly Float64Array[])[];

/**
 * How far a prediction is from its target, d = û − target.
 *
 * Pooled over the batch, so that fields of large error weigh most and the gradient has a constant size:
 * `rms` √(Σd²/N) over the N values of all fields and `norm` √Σd² (NPSolver's, unweighted by volume),
 * `volume` √(mean over fields of Σ V d²/ΣV), `energy-norm` √(mean over fields of dᵀBd).
 *
 * Mean over fields, each by its own size: `relative` ‖d‖/‖target‖ with volume weights,
 * `energy` √(dᵀBd / targetᵀB target).
 */
export type Measure = (typeof MEASURES)[number];

export const MEASURES = ['rms', 'norm', 'volume', 'energy-norm', 'relative', 'energy'] as const;

/** W v of one sample, W symmetric and positive (semi-)definite. */
export type Weigh = (sample: number, vector: Float64Array) => Float64Array;

/** √(Σ vᵀWv / divisor) over all vectors, with the derivative with respect to them; zero at zero. */
export function pooledNorm(vectors: Fields, weigh: Weigh, divisor: number): LossValue {
  const weighted = vectors.map((sources, b) => sources.map((vector) => weigh(b, vector)));
  let sum = 0;
  vectors.forEach((sources, b) => {
    sources.forEach((vector, s) => {
      sum += dot(vector, weighted[b][s]);
    });
  });
  const value = Math.sqrt(Math.max(0, sum) / divisor);
  const scale = value > 0 ? 1 / (divisor * value) : 0;
  return {
    value,
    cotangents: weighted.map((sources) => sources.map((vector) => vector.map((v) => v * scale))),
  };
}

/** Loss and cotangents of fields and of their targets. */
export interface DistanceValue extends LossValue {
  /** Written out only where gradients follow the targets. */
  targetCotangents(): readonly (readonly Float64Array[])[];
}

/**
 * Mean over fields of √(dᵀWd / tᵀWt), d = field − target; a field whose target is zero or met contributes no cotangent.
 */
export function meanRelativeNorm(fields: Fields, targets: Fields, weigh: Weigh): DistanceValue {
  const count = countFields(fields);
  let total = 0;
  const parts = fields.map((sources, b) =>
    sources.map((field, s) => {
      const target = targets[b][s];
      const difference = field.map((value, cell) => value - target[cell]);
      const weighted = weigh(b, difference);
      const image = weigh(b, target);
      const size = Math.sqrt(Math.max(0, dot(target, image)));
      const distance = Math.sqrt(Math.max(0, dot(difference, weighted)));
      if (!(size > 0) || distance === 0) return undefined;
      total += distance / size;
      return { weighted, image, size, distance };
    }),
  );
  const cotangents = parts.map((sources, b) =>
    sources.map((part, s) => {
      if (!part) return new Float64Array(fields[b][s].length);
      return part.weighted.map((value) => value / (part.distance * part.size * count));
    }),
  );
  return {
    value: total / count,
    cotangents,
    targetCotangents: () =>
      parts.map((sources, b) =>
        sources.map((part, s) => {
          const own = cotangents[b][s];
          if (!part) return own.slice();
          const shrink = part.distance / (part.size ** 3 * count);
          return own.map((value, cell) => -value - shrink * part.image[cell]);
        }),
      ),
  };
}

/** The distance of fields from targets in a measure; see {@link Measure}. */
export function distance(
  samples: readonly SupervisionSample[],
  fields: Fields,
  targets: Fields,
  measure: Measure,
): DistanceValue {
  const byEnergy: Weigh = (b, vector) => multiply(samples[b].operator.matrix, vector);
  if (measure === 'energy') return meanRelativeNorm(fields, targets, byEnergy);
  if (measure === 'relative') return meanRelativeNorm(fields, targets, volumeShares(samples));
  const differences = fields.map((sources, b) =>
    sources.map((field, s) => field.map((value, cell) => value - targets[b][s][cell])),
  );
  const pooled = pooledDistance(samples, differences, measure, byEnergy);
  const targetCotangents = () =>
    pooled.cotangents.map((sources) => sources.map((vector) => vector.map((value) => -value)));
  return { ...pooled, targetCotangents };
}

function pooledDistance(
  samples: readonly SupervisionSample[],
  differences: Fields,
  measure: Exclude<Measure, 'relative' | 'energy'>,
  byEnergy: Weigh,
): LossValue {
  if (measure === 'volume') return pooledNorm(differences, volumeShares(samples), countFields(differences));
  if (measure === 'energy-norm') return pooledNorm(differences, byEnergy, countFields(differences));
  return pooledNorm(differences, unweighted, measure === 'rms' ? countValues(differences) : 1);
}

export const unweighted: Weigh = (_, vector) => vector;

/** V/ΣV of the sample's mesh */
export function volumeShares(samples: readonly SupervisionSample[]): Weigh {
  const totals = samples.map(({ operator }) => operator.mesh.cellVolumes.reduce((sum, v) => sum + v, 0));
  return (b, vector) => {
    const { cellVolumes } = samples[b].operator.mesh;
    return vector.map((value, cell) => (value * cellVolumes[cell]) / totals[b]);
  };
}

export const countFields = (fields: Fields): number => fields.reduce((sum, { length }) => sum + length, 0);

export const countValues = (fields: Fields): number =>
  fields.flat().reduce((sum, { length }) => sum + length, 0);

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
