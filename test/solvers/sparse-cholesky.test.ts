import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boxMesh, cornerRemovedSquare, generateMesh } from '../../geometry/index.js';
import { assembleOperator, multiply, solve, sparseCholesky } from '../../solvers/index.js';
import { nestedDissection } from '../../solvers/sparse-cholesky/nested-dissection.js';
import { matrixFromPairs, type SparseMatrix } from '../../solvers/sparse-matrix.js';
import { norm } from '../../solvers/vectors.js';
import { checkerboard, modelMatrix, randomVector } from './model-matrices.js';

function errorOf(matrix: SparseMatrix): number {
  const exact = randomVector(matrix.rows, 3);
  const found = new Float64Array(matrix.rows);
  sparseCholesky(matrix).apply(multiply(matrix, exact), found);
  return norm(exact.map((value, row) => value - found[row])) / norm(exact);
}

describe('sparse Cholesky', () => {
  it.each([
    ['a square of jumping κ', modelMatrix({ cells: [40, 31], conductivity: checkerboard(4) })],
    ['a cube', modelMatrix({ cells: [9, 10, 11] })],
    ['a line', modelMatrix({ cells: [200, 1] })],
    ['one unknown', modelMatrix({ cells: [1, 1] })],
  ])('solves %s to round-off', (_name, matrix) => {
    expect(errorOf(matrix)).toBeLessThan(1e-11);
  });

  it('solves on triangles', () => {
    const mesh = generateMesh(cornerRemovedSquare({ corners: 3, seed: 2 }), { cellCount: 1500 });
    const types = Object.fromEntries(
      mesh.patches.map(({ name }, i) => [name, i ? 'neumann' : 'dirichlet'] as const),
    );
    expect(errorOf(assembleOperator(mesh, 1, types).matrix)).toBeLessThan(1e-10);
  });

  it('several fields at once are each as alone', () => {
    const matrix = modelMatrix({ cells: [13, 17] });
    const { apply, applyBlock } = sparseCholesky(matrix);
    const columns = [1, 2, 3, 4].map((seed) => randomVector(matrix.rows, seed));
    const block = Float64Array.from({ length: 4 * matrix.rows }, (_, at) => columns[at % 4][at >> 2]);
    const together = new Float64Array(block.length);
    applyBlock!(block, together);
    columns.forEach((r, field) => {
      const z = new Float64Array(matrix.rows);
      apply(r, z);
      const own = z.map((_, row) => together[4 * row + field]);
      expect(norm(z.map((value, row) => value - own[row]))).toBeLessThan(1e-13 * norm(z));
    });
  });

  it('random graphs of every shape, connected or not', () => {
    const graph = fc.integer({ min: 1, max: 160 }).chain((rows) =>
      fc.record({
        rows: fc.constant(rows),
        pairs: fc.array(
          fc.tuple(fc.nat(rows - 1), fc.nat(rows - 1), fc.double({ min: 0.1, max: 10, noNaN: true })),
          {
            maxLength: 3 * rows,
          },
        ),
      }),
    );
    fc.assert(
      fc.property(graph, ({ rows, pairs }) => {
        const own = pairs.filter(([i, j]) => i !== j);
        const diagonal = new Float64Array(rows).fill(0.5);
        for (const [i, j, value] of own) {
          diagonal[i] += value;
          diagonal[j] += value;
        }
        const [first, second] = [0, 1].map((at) => Int32Array.from(own, (pair) => pair[at]));
        const matrix = matrixFromPairs(
          diagonal,
          first,
          second,
          Float64Array.from(own, ([, , value]) => value),
        );
        expect([...nestedDissection(matrix)].sort((a, b) => a - b)).toEqual([...diagonal.keys()]);
        expect(errorOf(matrix)).toBeLessThan(1e-11);
      }),
      { seed: 5, numRuns: 200 },
    );
  });

  it('fills as N log N on a square, not as a band', () => {
    const fill = [32, 64, 128].map((n) => {
      const { entries } = sparseCholesky(modelMatrix({ cells: [n, n] }));
      // a band of width n holds n³ entries
      return { perLog: entries / (n * n * Math.log2(n * n)), band: entries / n ** 3 };
    });
    expect(fill[2].perLog / fill[0].perLog).toBeLessThan(1.35);
    expect(fill[2].band).toBeLessThan(0.3);
  });

  it('takes constants in the kernel, and a solve of such a problem', async () => {
    const mesh = boxMesh({ size: [1, 1, 1], cells: [6, 5, 4] });
    const boundaryConditions = Object.fromEntries(
      mesh.patches.map(({ name }) => [name, { type: 'neumann', flux: 0 } as const]),
    );
    const operator = assembleOperator(mesh, 1, boundaryConditions);
    expect(sparseCholesky(operator.matrix).replacedPivots).toBe(1);
    const problem = { mesh, source: ([x]: readonly number[]) => Math.cos(Math.PI * x), boundaryConditions };
    const options = { relativeTolerance: 1e-11, neumannImbalance: 'remove' } as const;
    const direct = await solve(problem, { ...options, preconditioner: 'cholesky' });
    const iterative = await solve(problem, { ...options, preconditioner: 'incomplete-cholesky' });
    expect(direct.status).toBe('converged');
    expect(direct.iterations).toBeLessThan(6);
    expect(norm(direct.solution.map((value, cell) => value - iterative.solution[cell]))).toBeLessThan(1e-9);
  });

  it('refuses what is not positive definite, and factors that would not fit', () => {
    const indefinite = matrixFromPairs(
      Float64Array.of(1, 1),
      Int32Array.of(0),
      Int32Array.of(1),
      Float64Array.of(3),
    );
    expect(() => sparseCholesky(indefinite)).toThrow(/positive definite matrix, a pivot is -8/);
    expect(() => sparseCholesky(modelMatrix({ cells: [30, 30] }), { maximumEntries: 2000 })).toThrow(
      /use 'amg'/,
    );
  });
});
