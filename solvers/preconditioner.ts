import { InvalidInputError } from '../common/errors.js';
import { diagonal, type SparseMatrix } from './sparse-matrix.js';

/** z = M⁻¹ r with M symmetric positive definite and close to the matrix it was built from. */
export interface Preconditioner {
  readonly name: string;
  /** Writes M⁻¹ r into `z`; both `[row]`, not the same array. */
  apply(r: Float64Array, z: Float64Array): void;
}

/** M = diag(A). Throws {@link InvalidInputError} on a diagonal entry that is not positive, naming the row. */
export function jacobi(matrix: SparseMatrix): Preconditioner {
  const inverse = diagonal(matrix);
  for (let row = 0; row < inverse.length; row++) {
    if (!(inverse[row] > 0)) {
      throw new InvalidInputError(
        `solvers.jacobi: expected a positive diagonal, entry ${row} is ${inverse[row]}`,
      );
    }
    inverse[row] = 1 / inverse[row];
  }
  return {
    name: 'jacobi',
    apply(r, z) {
      for (let row = 0; row < inverse.length; row++) z[row] = inverse[row] * r[row];
    },
  };
}
