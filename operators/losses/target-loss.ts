import { multiply, removeRowSum, removeVolumeMean } from '../../solvers/index.js';
import { type Measure, meanRelativeNorm, pooledNorm } from './distance.js';
import type { LossValue, SupervisionSample } from './supervision.js';

type Fields = readonly (readonly Float64Array[])[];

/**
 * Distance of û to targets ũ held constant. Where the operator is singular, both are compared at zero volume mean, so
 * that the free constant counts for nothing.
 */
export function targetLoss(
  samples: readonly SupervisionSample[],
  fields: Fields,
  targets: Fields,
  measure: Measure,
): LossValue {
  const predicted = withoutMeans(samples, fields);
  const wanted = withoutMeans(samples, targets);
  const loss = distance(samples, predicted, wanted, measure);
  // adjoint of the removal of the mean
  loss.cotangents.forEach((sources, b) => {
    const { operator } = samples[b];
    if (operator.singular) for (const vector of sources) removeRowSum(vector, operator.mesh.cellVolumes);
  });
  return loss;
}

function distance(
  samples: readonly SupervisionSample[],
  fields: Fields,
  targets: Fields,
  measure: Measure,
): LossValue {
  if (measure === 'relative') {
    return meanRelativeNorm(fields, targets, (b, vector) => {
      const { cellVolumes } = samples[b].operator.mesh;
      return vector.map((value, cell) => value * cellVolumes[cell]);
    });
  }
  if (measure === 'energy') {
    return meanRelativeNorm(fields, targets, (b, vector) => multiply(samples[b].operator.matrix, vector));
  }
  const differences = fields.map((sources, b) =>
    sources.map((field, s) => field.map((value, cell) => value - targets[b][s][cell])),
  );
  return pooledNorm(differences, measure);
}

function withoutMeans(samples: readonly SupervisionSample[], fields: Fields): Fields {
  return fields.map((sources, b) => {
    const { operator } = samples[b];
    if (!operator.singular) return sources;
    return sources.map((field) => {
      const shifted = field.slice();
      removeVolumeMean(shifted, operator.mesh.cellVolumes);
      return shifted;
    });
  });
}
