import { removeRowSum, removeVolumeMean } from '../../solvers/index.js';
import { type DistanceValue, distance, type Measure } from './distance.js';
import type { SupervisionSample } from './supervision.js';

type Fields = readonly (readonly Float64Array[])[];

/**
 * Distance of û to targets ũ. Where the operator is singular, both are compared at zero volume mean, so that the free
 * constant counts for nothing.
 */
export function targetLoss(
  samples: readonly SupervisionSample[],
  fields: Fields,
  targets: Fields,
  measure: Measure,
): DistanceValue {
  const loss = distance(samples, withoutMeans(samples, fields), withoutMeans(samples, targets), measure);
  return {
    value: loss.value,
    cotangents: adjointOfMeans(samples, loss.cotangents),
    targetCotangents: () => adjointOfMeans(samples, loss.targetCotangents()),
  };
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

/** In place. */
function adjointOfMeans(samples: readonly SupervisionSample[], cotangents: Fields): Fields {
  cotangents.forEach((sources, b) => {
    const { operator } = samples[b];
    if (operator.singular) for (const vector of sources) removeRowSum(vector, operator.mesh.cellVolumes);
  });
  return cotangents;
}
