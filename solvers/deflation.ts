import type { Preconditioner } from './preconditioner.js';
import { multiply, type SparseMatrix } from './sparse-matrix.js';

/** The span of few fields Z that an error is taken out of at once: Q = Z (ZᵀAZ)⁻¹ Zᵀ, as a learned basis offers it. */
export interface CoarseSpace {
  readonly name: string;
  /** A */
  readonly matrix: SparseMatrix;
  /** Writes Q r into `z`; both `[row]`, not the same array. */
  correct(r: Float64Array, z: Float64Array): void;
}

/**
 * Two-level preconditioner A-DEF2 of conjugate gradients: what M⁻¹ leaves of the residual is answered in the coarse space,
 *
 *     z = M⁻¹r + Q (r − A M⁻¹r) = (I − QA) M⁻¹r + Q r,   from x₀ = Q b
 *
 * On residuals orthogonal to the coarse space, as all are after that start, it is symmetric; the condition number that counts
 * is the one of M⁻¹A on the complement. One Q and one product with A more than M⁻¹ in each iteration.
 *
 * Source: Tang, Nabben, Vuik, Erlangga, Comparison of two-level preconditioners derived from deflation, domain decomposition
 * and multigrid methods, J. Sci. Comput. 39 (2009): A-DEF2 is the cheapest of those that bear an inexact Q.
 */
export function deflation(coarse: CoarseSpace, preconditioner: Preconditioner): Preconditioner {
  const { matrix } = coarse;
  const rest = new Float64Array(matrix.rows);
  const correction = new Float64Array(matrix.rows);
  return {
    name: `${coarse.name} + ${preconditioner.name}`,
    apply(r, z) {
      preconditioner.apply(r, z);
      multiply(matrix, z, rest);
      for (let i = 0; i < rest.length; i++) rest[i] = r[i] - rest[i];
      coarse.correct(rest, correction);
      for (let i = 0; i < z.length; i++) z[i] += correction[i];
    },
    start: (r, z) => coarse.correct(r, z),
  };
}
