import { removeRowSum } from '../../solvers/index.js';
import type { ProjectionOperator } from './projection.js';

/** An all-Neumann problem answers only loads without a net source: what is left of it is spread evenly over the volume. */
export function compatibleLoads(
  operator: ProjectionOperator,
  rightHandSides: readonly Float64Array[],
): readonly Float64Array[] {
  if (!operator.singular) return rightHandSides;
  return rightHandSides.map((rightHandSide) => {
    const load = rightHandSide.slice();
    removeRowSum(load, operator.mesh.cellVolumes);
    return load;
  });
}
