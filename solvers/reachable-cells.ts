import { IllPosedProblemError } from '../common/errors.js';
import type { Mesh } from '../geometry/mesh.js';
import type { SparseMatrix } from './sparse-matrix.js';

/**
 * Whether constants are in the kernel of the operator. A connected part of the mesh without a Dirichlet or Robin face
 * or a reaction has an undetermined constant; only a whole mesh may (by projection).
 *
 * @throws IllPosedProblemError when that holds for a part of the mesh beside others
 */
export function requireDetermined(
  mesh: Mesh,
  matrix: SparseMatrix,
  boundaryCoefficients: Float64Array,
  reaction: Float64Array | undefined,
): boolean {
  const { cellCount, internalFaceCount, owner } = mesh;
  const reached = new Uint8Array(cellCount);
  const stack = new Int32Array(cellCount);
  let depth = 0;
  let count = 0;
  const visit = (cell: number) => {
    if (reached[cell]) return;
    reached[cell] = 1;
    stack[depth++] = cell;
    count++;
  };
  boundaryCoefficients.forEach((coefficient, i) => {
    if (coefficient > 0) visit(owner[internalFaceCount + i]);
  });
  reaction?.forEach((value, cell) => {
    if (value > 0) visit(cell);
  });
  const singular = count === 0;
  if (singular && cellCount > 0) visit(0);
  while (depth > 0) {
    const cell = stack[--depth];
    for (let k = matrix.rowOffsets[cell]; k < matrix.rowOffsets[cell + 1]; k++) visit(matrix.columns[k]);
  }
  if (count === cellCount) return singular;
  throw new IllPosedProblemError(
    `solvers.assembleOperator: ${cellCount - count} of ${cellCount} cells (the first is cell ${reached.indexOf(0)}) ` +
      'belong to a disconnected part without a Dirichlet or Robin face or a reaction, where the solution is ' +
      'undetermined; mesh and solve the parts apart or fix a value there',
  );
}
