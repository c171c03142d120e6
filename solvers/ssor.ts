import { InvalidInputError } from '../common/errors.js';
import { inverseOfDiagonal, type Preconditioner } from './preconditioner.js';
import type { SparseMatrix } from './sparse-matrix.js';

export interface SsorOptions {
  /** ω in (0, 2); 1 is symmetric Gauss–Seidel */
  readonly relaxation?: number;
}

export const SSOR_DEFAULTS = { relaxation: 1 } as const;

/**
 * Symmetric successive over-relaxation. With A = L + D + Lᵀ, z = M⁻¹r is
 *
 *     (D/ω + L) y = r,   (D/ω + Lᵀ) z = c,   c = (2 − ω)/ω D y
 *
 * Nothing is stored but the inverse diagonal. A z = c + (1 − 1/ω) D z + L z is summed in the backward sweep, so that an
 * iteration of conjugate gradients reads each half of the matrix once and costs little more than one with Jacobi
 * (Eisenstat 1981).
 *
 * @throws InvalidInputError on ω outside (0, 2) or a diagonal that is not positive
 */
export function ssor(matrix: SparseMatrix, options: SsorOptions = {}): Preconditioner {
  const omega = options.relaxation ?? SSOR_DEFAULTS.relaxation;
  if (!(omega > 0 && omega < 2)) {
    throw new InvalidInputError(`solvers.ssor: expected relaxation in (0, 2), got ${omega}`);
  }
  const { rows, rowOffsets, columns, values } = matrix;
  const inverse = inverseOfDiagonal('solvers.ssor', matrix);
  const scale = (2 - omega) / omega;
  /** z = (D/ω + L)⁻¹ r */
  const forward = (r: Float64Array, z: Float64Array) => {
    for (let row = 0; row < rows; row++) {
      let sum = r[row];
      for (let entry = rowOffsets[row]; columns[entry] < row; entry++) {
        sum -= values[entry] * z[columns[entry]];
      }
      z[row] = omega * inverse[row] * sum;
    }
  };
  return {
    name: 'ssor',
    apply(r, z) {
      forward(r, z);
      for (let row = rows - 1; row >= 0; row--) {
        let sum = (scale / inverse[row]) * z[row];
        for (let entry = rowOffsets[row + 1] - 1; columns[entry] > row; entry--) {
          sum -= values[entry] * z[columns[entry]];
        }
        z[row] = omega * inverse[row] * sum;
      }
    },
    image: {
      matrix,
      apply(r, z, image) {
        forward(r, z);
        for (let row = rows - 1; row >= 0; row--) {
          const right = (scale / inverse[row]) * z[row];
          let sum = right;
          const last = rowOffsets[row + 1] - 1;
          for (let entry = last; columns[entry] > row; entry--) sum -= values[entry] * z[columns[entry]];
          const value = omega * inverse[row] * sum;
          z[row] = value;
          image[row] = right + ((1 - 1 / omega) / inverse[row]) * value;
          for (let entry = last; columns[entry] > row; entry--)
            image[columns[entry]] += values[entry] * value;
        }
      },
    },
  };
}
