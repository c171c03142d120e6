import { InvalidInputError } from '../common/errors.js';
import { diagonal, type SparseMatrix } from './sparse-matrix.js';

/** z = M⁻¹ r with M symmetric positive definite and close to the matrix it was built from. */
export interface Preconditioner {
  readonly name: string;
  /** Writes M⁻¹ r into `z`; both `[row]`, not the same array. */
  apply(r: Float64Array, z: Float64Array): void;
  /** Present where A z comes for less than a product: what its last sweep sums up is most of it. */
  readonly image?: {
    /** The A of A z; conjugate gradients on another matrix ignore `image`. */
    readonly matrix: SparseMatrix;
    /** Writes M⁻¹ r into `z` and A z into `image`. */
    apply(r: Float64Array, z: Float64Array, image: Float64Array): void;
  };
  /**
   * Writes into `z` what the solution is corrected by before the first step and at restarts, from the residual r: deflation
   * needs residuals orthogonal to its coarse space.
   */
  start?(r: Float64Array, z: Float64Array): void;
  /** Writes M⁻¹ r into `z` for `BLOCK_WIDTH` fields side by side, `[row][field]`; see `conjugateGradientMany`. */
  applyBlock?(r: Float64Array, z: Float64Array): void;
}

/** 1/a_ii, `[row]`. Throws {@link InvalidInputError} on an entry that is not positive, naming the row. */
export function inverseOfDiagonal(caller: string, matrix: SparseMatrix): Float64Array {
  const inverse = diagonal(matrix);
  for (let row = 0; row < inverse.length; row++) {
    if (!(inverse[row] > 0 && inverse[row] < Number.POSITIVE_INFINITY)) {
      throw new InvalidInputError(`${caller}: expected a positive diagonal, entry ${row} is ${inverse[row]}`);
    }
    inverse[row] = 1 / inverse[row];
  }
  return inverse;
}

/** M = diag(A). Throws {@link InvalidInputError} on a diagonal entry that is not positive, naming the row. */
export function jacobi(matrix: SparseMatrix): Preconditioner {
  const inverse = inverseOfDiagonal('solvers.jacobi', matrix);
  return {
    name: 'jacobi',
    apply(r, z) {
      for (let row = 0; row < inverse.length; row++) z[row] = inverse[row] * r[row];
    },
  };
}
