import { removeRowSum } from './neumann-projection.js';
import { correctionOf } from './non-orthogonal-correction.js';
import type { PoissonOperator } from './poisson-operator.js';
import type { Preconditioner } from './preconditioner.js';
import { multiply } from './sparse-matrix.js';

/** B u = b + s c(u), what is solved; s = 0 without the non-orthogonal correction, 1 with all of it. */
export interface DiscreteSystem {
  readonly operator: PoissonOperator;
  /** `[cell]`, balanced where the operator is singular */
  readonly rightHandSide: Float64Array;
  readonly boundaryValues: Float64Array;
  readonly preconditioner: Preconditioner;
  /** s */
  readonly correctionShare: number;
}

/** b + s c(u) − B u, `[cell]`; without its sum where constants are in the kernel. */
export function residualOf(system: DiscreteSystem, u: Float64Array): Float64Array {
  const { operator, rightHandSide, boundaryValues, correctionShare } = system;
  const r = multiply(operator.matrix, u);
  for (let i = 0; i < r.length; i++) r[i] = rightHandSide[i] - r[i];
  if (correctionShare > 0) {
    const c = correctionOf(operator, boundaryValues, u);
    for (let i = 0; i < r.length; i++) r[i] += correctionShare * c[i];
  }
  if (operator.singular) removeRowSum(r, operator.mesh.cellVolumes);
  return r;
}

/** A z = B z − s (c(z) − c(0)), `[cell]`: what moving u by z takes off the residual. */
export function imageOf(system: DiscreteSystem, z: Float64Array): Float64Array {
  const { operator, boundaryValues, correctionShare } = system;
  const image = multiply(operator.matrix, z);
  if (correctionShare > 0) {
    const c = correctionOf(operator, new Float64Array(boundaryValues.length), z);
    for (let i = 0; i < image.length; i++) image[i] -= correctionShare * c[i];
  }
  if (operator.singular) removeRowSum(image, operator.mesh.cellVolumes);
  return image;
}
