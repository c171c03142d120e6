import type { Preconditioner } from './preconditioner.js';
import { multiply, type SparseMatrix } from './sparse-matrix.js';
import { dot } from './vectors.js';

/** The direction p of conjugate gradients with Ap, z = M⁻¹r and, where the preconditioner gives it, Az. All `[row]`. */
export interface SearchDirection {
  readonly z: Float64Array;
  readonly p: Float64Array;
  /** A p */
  readonly q: Float64Array;
  /** z ← M⁻¹ r */
  precondition(r: Float64Array): void;
  /** p ← z + βp and q ← Ap; returns pᵀAp. With β = 0 the old p is not read. */
  advance(beta: number): number;
}

/** Vectors in {@link searchDirection}'s work space, of `rows` numbers each. */
export const SEARCH_VECTORS = 4;

/**
 * With `preconditioner.image` of this matrix, q ← Az + βq saves the product Ap. The recurrence gathers round-off that the
 * product does not; what is called converged is the true residual in either case.
 */
export function searchDirection(
  matrix: SparseMatrix,
  preconditioner: Preconditioner,
  workspace: Float64Array = new Float64Array(SEARCH_VECTORS * matrix.rows),
): SearchDirection {
  const n = matrix.rows;
  const [z, p, q, imageOfZ] = [0, 1, 2, 3].map((k) => workspace.subarray(k * n, (k + 1) * n));
  const image = preconditioner.image?.matrix === matrix ? preconditioner.image : undefined;
  return {
    z,
    p,
    q,
    precondition(r) {
      if (image) image.apply(r, z, imageOfZ);
      else preconditioner.apply(r, z);
    },
    advance(beta) {
      if (beta === 0) {
        p.set(z);
        if (image) q.set(imageOfZ);
        else multiply(matrix, p, q);
        return dot(p, q);
      }
      if (image) return combine(beta, z, imageOfZ, p, q);
      for (let i = 0; i < n; i++) p[i] = z[i] + beta * p[i];
      multiply(matrix, p, q);
      return dot(p, q);
    },
  };
}

/** p ← z + βp, q ← Az + βq; returns pᵀq. */
function combine(
  beta: number,
  z: Float64Array,
  imageOfZ: Float64Array,
  p: Float64Array,
  q: Float64Array,
): number {
  let curvature = 0;
  for (let i = 0; i < p.length; i++) {
    const direction = z[i] + beta * p[i];
    const image = imageOfZ[i] + beta * q[i];
    p[i] = direction;
    q[i] = image;
    curvature += direction * image;
  }
  return curvature;
}
