import { describe, expect, it } from 'vitest';
import {
  assemble,
  conjugateGradient,
  conjugateGradientSteps,
  jacobi,
  multiply,
  type SparseMatrix,
} from '../../solvers/index.js';
import { structuredMesh } from './structured-mesh.js';

// three unit cells in a row, left value 2, otherwise insulated, q = 1 (npsolver.md §1.7 worked out by hand)
const mesh = structuredMesh({ columns: 3, rows: 1, width: 3, height: 1 });
const { operator, rightHandSide } = assemble({
  mesh,
  source: 1,
  boundaryConditions: {
    left: { type: 'dirichlet', value: 2 },
    right: { type: 'neumann', flux: 0 },
    bottom: { type: 'neumann', flux: 0 },
    top: { type: 'neumann', flux: 0 },
  },
});
const matrix = operator.matrix;

function dense(sparse: SparseMatrix): number[][] {
  return Array.from({ length: sparse.rows }, (_, column) => {
    const unit = new Float64Array(sparse.rows);
    unit[column] = 1;
    return Array.from(multiply(sparse, unit));
  });
}

const rootMeanSquare = (x: Float64Array) => Math.sqrt(x.reduce((sum, v) => sum + v * v, 0) / x.length);

describe('three cells in a row', () => {
  it('has the matrix and right-hand side worked out by hand', () => {
    expect(dense(matrix)).toEqual([
      [3, -1, 0],
      [-1, 2, -1],
      [0, -1, 1],
    ]);
    expect(Array.from(rightHandSide)).toEqual([5, 1, 1]);
    expect(Array.from(operator.dirichlet).filter((flag) => flag).length).toBe(1);
  });

  it.each([
    [1, [2.28682171, 0.68604651, 1.37209302], 1.5898482729],
    [2, [3.31620643, 3.92462653, 2.90289724], 3.407185096],
    [3, [3.5, 5.5, 6.5], 5.3150729064],
  ])('takes the published iterates of Jacobi-PCG, %i steps', (steps, expected, proxy) => {
    const x = conjugateGradientSteps(matrix, rightHandSide, new Float64Array(3), steps, jacobi(matrix));
    expected.forEach((value, i) => {
      expect(x[i]).toBeCloseTo(value, 7);
    });
    expect(rootMeanSquare(x)).toBeCloseTo(proxy, 9);
  });

  it('is solved in three iterations with the true residual', () => {
    const result = conjugateGradient(matrix, rightHandSide, { preconditioner: jacobi(matrix) });
    expect(result.status).toBe('converged');
    expect(result.iterations).toBe(3);
    [3.5, 5.5, 6.5].forEach((value, i) => {
      expect(result.solution[i]).toBeCloseTo(value, 12);
    });
    const alpha = 1.372093023255814;
    expect(result.residualHistory[0]).toBeCloseTo(Math.sqrt(27), 12);
    const first = [5 / 3, 1 / 2, 1].map((value) => alpha * value);
    const residual = [
      5 - 3 * first[0] + first[1],
      1 + first[0] - 2 * first[1] + first[2],
      1 + first[1] - first[2],
    ];
    expect(result.residualHistory[1]).toBeCloseTo(Math.hypot(...residual), 10);
  });
});
