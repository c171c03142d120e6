import { diagonal, type SparseMatrix } from '../../solvers/index.js';
import { multiplyPanels, type Panels } from './panels.js';

/** ω of damped Jacobi: D⁻¹B has its spectrum in [0, 2], the upper half is damped to a third or better. */
const DAMPING = 2 / 3;

/** Anything with the matrix B. */
interface SmoothedOperator {
  readonly matrix: SparseMatrix;
}

/** S^k X with S = I − ω D⁻¹B, as in smoothed aggregation. */
export function smooth(operator: SmoothedOperator, x: Panels, steps: number): Panels {
  return steps > 0 ? power(smootherOf(operator).forward, x, steps) : x;
}

/** (Sᵀ)^k X with Sᵀ = I − ω B D⁻¹: the adjoint of {@link smooth}. */
export function smoothTransposed(operator: SmoothedOperator, x: Panels, steps: number): Panels {
  return steps > 0 ? power(smootherOf(operator).transposed, x, steps) : x;
}

function power(matrix: SparseMatrix, x: Panels, steps: number): Panels {
  let result = x;
  for (let step = 0; step < steps; step++) result = multiplyPanels(matrix, result);
  return result;
}

interface Smoother {
  readonly forward: SparseMatrix;
  readonly transposed: SparseMatrix;
}

const known = new WeakMap<SmoothedOperator, Smoother>();

/**
 * S and Sᵀ on the entries of B: one sparse product a step, a quarter of the time of product, scaling and difference
 * apart. Kept as long as the operator.
 */
function smootherOf(operator: SmoothedOperator): Smoother {
  let smoother = known.get(operator);
  if (!smoother) {
    const { matrix } = operator;
    const scale = diagonal(matrix).map((value) => DAMPING / value);
    smoother = {
      forward: identityMinus(matrix, (row) => scale[row]),
      transposed: identityMinus(matrix, (_, column) => scale[column]),
    };
    known.set(operator, smoother);
  }
  return smoother;
}

/** I − (scale ∘ B), on B's entries. */
function identityMinus(matrix: SparseMatrix, scale: (row: number, column: number) => number): SparseMatrix {
  const values = new Float64Array(matrix.values.length);
  for (let row = 0; row < matrix.rows; row++) {
    for (let entry = matrix.rowOffsets[row]; entry < matrix.rowOffsets[row + 1]; entry++) {
      const column = matrix.columns[entry];
      values[entry] = (row === column ? 1 : 0) - scale(row, column) * matrix.values[entry];
    }
  }
  return { ...matrix, values };
}
