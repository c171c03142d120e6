import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../../common/errors.js';
import {
  conjugateGradient,
  conjugateGradientSteps,
  diagonal,
  jacobi,
  multiply,
  type SparseMatrix,
  smoothedAggregation,
} from '../../solvers/index.js';
import { galerkinProduct } from '../../solvers/smoothed-aggregation/galerkin-product.js';
import { dot, norm } from '../../solvers/vectors.js';
import { checkerboard, denseRows, modelMatrix, randomVector, scattered } from './model-matrices.js';

const iterationsOf = (matrix: SparseMatrix) => {
  const preconditioner = smoothedAggregation(matrix);
  const result = conjugateGradient(matrix, randomVector(matrix.rows, 5), { preconditioner });
  expect(result.status).toBe('converged');
  return result.iterations;
};

const matrices: Record<string, SparseMatrix> = {
  plane: modelMatrix({ cells: [40, 30] }),
  cube: modelMatrix({ cells: [12, 11, 10], boundary: 'first axis' }),
  jumps: modelMatrix({ cells: [33, 31], conductivity: checkerboard(5) }),
  scattered: modelMatrix({ cells: [30, 30], conductivity: scattered(2) }),
  stretched: modelMatrix({ cells: [30, 30], stretch: [1, 1e-4] }),
  insulated: modelMatrix({ cells: [30, 20], boundary: 'neumann' }),
};

describe.each(Object.entries(matrices))('one V-cycle, %s', (_name, matrix) => {
  const preconditioner = smoothedAggregation(matrix, { coarsestRows: 20 });
  const apply = (r: Float64Array) => {
    const z = new Float64Array(r.length);
    preconditioner.apply(r, z);
    return z;
  };

  it('is symmetric and positive definite', () => {
    expect(preconditioner.levelRows.length).toBeGreaterThan(2);
    for (let seed = 0; seed < 5; seed++) {
      const x = randomVector(matrix.rows, 2 * seed);
      const y = randomVector(matrix.rows, 2 * seed + 1);
      const [left, right] = [dot(apply(x), y), dot(x, apply(y))];
      expect(Math.abs(left - right)).toBeLessThan(1e-11 * norm(apply(x)) * norm(y));
      expect(dot(x, apply(x))).toBeGreaterThan(0);
    }
  });

  it('contracts in the energy norm: 0 < xᵀAM⁻¹Ax ≤ xᵀAx', () => {
    for (let seed = 0; seed < 5; seed++) {
      const image = multiply(matrix, randomVector(matrix.rows, seed));
      const energy = dot(randomVector(matrix.rows, seed), image);
      const corrected = dot(image, apply(image));
      expect(corrected).toBeGreaterThan(0);
      expect(corrected).toBeLessThanOrEqual(energy * (1 + 1e-12));
    }
  });

  it('gives A z with z', () => {
    const r = randomVector(matrix.rows, 3);
    const [z, image] = [new Float64Array(r.length), new Float64Array(r.length)];
    preconditioner.image!.apply(r, z, image);
    expect(z).toEqual(apply(r));
    const product = multiply(matrix, z);
    const difference = product.map((value, row) => value - image[row]);
    expect(norm(difference)).toBeLessThan(1e-12 * norm(product.map(Math.abs)) + 1e-12 * norm(r));
  });

  it('does the same to four fields side by side', () => {
    const fields = [0, 1, 2, 3].map((seed) => randomVector(matrix.rows, seed));
    const block = Float64Array.from({ length: 4 * matrix.rows }, (_, i) => fields[i % 4][i >> 2]);
    const answer = new Float64Array(block.length);
    preconditioner.applyBlock!(block, answer);
    fields.forEach((field, s) => {
      const alone = apply(field);
      for (let row = 0; row < matrix.rows; row++) {
        expect(Math.abs(answer[4 * row + s] - alone[row])).toBeLessThan(1e-11 * norm(alone));
      }
    });
  });
});

describe('the hierarchy', () => {
  it.each(Object.entries(matrices))('has Galerkin products on every level, %s', (_name, matrix) => {
    const { levels, coarsest } = smoothedAggregation(matrix, { coarsestRows: 20 }).hierarchy;
    levels.forEach(({ matrix: fine, prolongator: p }, index) => {
      const coarse = index + 1 < levels.length ? levels[index + 1].matrix : coarsest;
      // xᵀA_c y against (Px)ᵀA(Py), the products formed apart
      const prolong = (x: Float64Array) => {
        const out = new Float64Array(p.rows);
        for (let row = 0; row < p.rows; row++) {
          for (let k = p.rowOffsets[row]; k < p.rowOffsets[row + 1]; k++)
            out[row] += p.values[k] * x[p.columns[k]];
        }
        return out;
      };
      const [x, y] = [randomVector(coarse.rows, 1), randomVector(coarse.rows, 2)];
      const [fineX, fineY] = [prolong(x), prolong(y)];
      const scale = norm(multiply(fine, fineX)) * norm(fineY);
      expect(Math.abs(dot(multiply(coarse, x), y) - dot(multiply(fine, fineX), fineY))).toBeLessThan(
        1e-12 * scale,
      );
      for (let row = 0; row < coarse.rows; row++) {
        const columns = coarse.columns.subarray(coarse.rowOffsets[row], coarse.rowOffsets[row + 1]);
        expect(columns.every((column, k) => k === 0 || column > columns[k - 1])).toBe(true);
      }
    });
  });

  it('interpolates constants exactly wherever the matrix annihilates them', () => {
    for (const matrix of Object.values(matrices)) {
      for (const { matrix: fine, prolongator: p } of smoothedAggregation(matrix, { coarsestRows: 20 })
        .hierarchy.levels) {
        const ones = multiply(fine, new Float64Array(fine.rows).fill(1));
        const scale = diagonal(fine);
        for (let row = 0; row < fine.rows; row++) {
          if (Math.abs(ones[row]) > 1e-10 * scale[row]) continue;
          let sum = 0;
          for (let k = p.rowOffsets[row]; k < p.rowOffsets[row + 1]; k++) sum += p.values[k];
          expect(Math.abs(sum - 1)).toBeLessThan(1e-9);
        }
      }
    }
  });

  it('has the Galerkin product of dense matrices, for any prolongator', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 9 }),
        fc.integer({ min: 1, max: 4 }),
        fc.integer(),
        (rows, coarse, seed) => {
          const matrix = modelMatrix({ cells: [rows], conductivity: scattered(seed) });
          const dense = denseRows(matrix);
          // every third entry is missing
          const weights = randomVector(rows * coarse, seed);
          const [columns, values, rowOffsets]: number[][] = [[], [], [0]];
          for (let row = 0; row < rows; row++) {
            for (let column = 0; column < coarse; column++) {
              if ((row + column) % 3 === 2) weights[row * coarse + column] = 0;
              else {
                columns.push(column);
                values.push(weights[row * coarse + column]);
              }
            }
            rowOffsets.push(columns.length);
          }
          const product = denseRows(
            galerkinProduct(matrix, {
              rows,
              coarseRows: coarse,
              rowOffsets: Int32Array.from(rowOffsets),
              columns: Int32Array.from(columns),
              values: Float64Array.from(values),
            }),
          );
          for (let i = 0; i < coarse; i++) {
            for (let j = 0; j < coarse; j++) {
              let expected = 0;
              let size = 0;
              for (let k = 0; k < rows; k++) {
                for (let l = 0; l < rows; l++) {
                  const term = weights[k * coarse + i] * dense[k][l] * weights[l * coarse + j];
                  expected += term;
                  size += Math.abs(term);
                }
              }
              expect(Math.abs(product[i][j] - expected)).toBeLessThanOrEqual(1e-13 * size);
            }
          }
        },
      ),
      { numRuns: 50, seed: 1 },
    );
  });

  it('is the same after update() with the same matrix, and fits another', () => {
    const first = smoothedAggregation(matrices.jumps);
    const again = first.update(matrices.jumps);
    expect(again.hierarchy.coarsest).toEqual(first.hierarchy.coarsest);
    const r = randomVector(matrices.jumps.rows, 1);
    const [z, w] = [new Float64Array(r.length), new Float64Array(r.length)];
    first.apply(r, z);
    again.apply(r, w);
    expect(w).toEqual(z);
    const kappa = checkerboard(5);
    const nearby = modelMatrix({
      cells: [33, 31],
      conductivity: (i, j) => kappa(i, j) * (1 + 0.3 * Math.sin(i + j)),
    });
    const updated = first.update(nearby);
    expect(updated.levelRows).toEqual(first.levelRows);
    const result = conjugateGradient(nearby, r, { preconditioner: updated });
    expect(result.status).toBe('converged');
    expect(result.iterations).toBeLessThanOrEqual(iterationsOf(nearby) + 3);
    expect(() => first.update(matrices.plane)).toThrow(/expected 1023 rows/);
  });

  it('counts its memory', () => {
    const { bytes, operatorComplexity } = smoothedAggregation(matrices.cube);
    expect(operatorComplexity).toBeLessThan(2.5);
    expect(bytes / matrices.cube.rows).toBeLessThan(300);
  });
});

describe('iterations to 1e-8', () => {
  // from 1e3 to 1e5 cells a hundredfold: a method of order h⁻¹ would grow tenfold in 2D, fourfold in 3D
  it.each([
    ['2D', [32, 32], [316, 316]],
    ['3D', [10, 10, 10], [46, 46, 46]],
  ])('hardly grow with the mesh, %s', (_name, small, large) => {
    const [few, many] = [small, large].map((cells) => iterationsOf(modelMatrix({ cells })));
    expect(many).toBeLessThanOrEqual(25);
    expect(many / few).toBeLessThan(1.8);
  });

  it.each([
    ['checkerboard, 2D', { cells: [200, 200], conductivity: checkerboard(28) }],
    ['checkerboard, 3D', { cells: [40, 40, 40], conductivity: checkerboard(5) }],
    ['conducting plates held at the boundary', { cells: [26, 26, 26], conductivity: checkerboard(5) }],
    ['insulating layers', { cells: [40, 40, 40], conductivity: (i: number) => (i % 7 === 3 ? 1e-4 : 1) }],
    [
      'conducting inclusions',
      {
        cells: [40, 40, 40],
        conductivity: (i: number, j: number, k: number) => (i % 12 < 5 && j % 12 < 6 && k % 12 < 7 ? 1e4 : 1),
      },
    ],
    ['scattered, 2D', { cells: [200, 200], conductivity: scattered(3) }],
    ['scattered, 3D', { cells: [40, 40, 40], conductivity: scattered(4) }],
  ])('stay below 40 with κ jumping by 1e4: %s', (_name, options) => {
    expect(iterationsOf(modelMatrix(options))).toBeLessThanOrEqual(40);
  });

  it.each([
    ['2D', [200, 200], [1, 1e-3]],
    ['2D, mild', [200, 200], [1, 0.3]],
    ['3D, one axis weak', [36, 36, 36], [1, 1, 1e-4]],
    ['3D, one axis strong', [36, 36, 36], [1e-2, 1e-2, 1]],
  ])('stay below 30 on stretched cells: %s', (_name, cells, stretch) => {
    expect(iterationsOf(modelMatrix({ cells, stretch }))).toBeLessThanOrEqual(30);
  });

  it('are as few where constants are free, and the answer has zero mean', () => {
    const matrix = modelMatrix({ cells: [150, 150], boundary: 'neumann' });
    const volumes = new Float64Array(matrix.rows).fill(1);
    const b = multiply(matrix, randomVector(matrix.rows, 1));
    const result = conjugateGradient(matrix, b, {
      preconditioner: smoothedAggregation(matrix),
      singular: { volumes },
    });
    expect(result.status).toBe('converged');
    expect(result.iterations).toBeLessThanOrEqual(25);
    expect(Math.abs(result.solution.reduce((sum, value) => sum + value, 0))).toBeLessThan(1e-6);
  });

  it.each([[[32, 32]], [[120, 120]]])(
    'come closer in three steps of supervision than in forty with Jacobi, %j',
    (cells) => {
      const matrix = modelMatrix({ cells });
      const exact = randomVector(matrix.rows, 8);
      // smooth, as the error of a trained network is
      for (let sweep = 0; sweep < 50; sweep++) {
        const image = multiply(matrix, exact);
        for (let row = 0; row < exact.length; row++) exact[row] -= image[row] / 12;
      }
      const b = multiply(matrix, exact);
      const [near, far] = [
        conjugateGradientSteps(matrix, b, new Float64Array(b.length), 3, smoothedAggregation(matrix)),
        conjugateGradientSteps(matrix, b, new Float64Array(b.length), 40, jacobi(matrix)),
      ].map((field) => {
        const error = exact.map((value, row) => value - field[row]);
        return dot(error, multiply(matrix, error));
      });
      expect(near).toBeLessThan(far);
    },
  );
});

describe('odd matrices', () => {
  it('of one row, of a diagonal alone, with a cut-off row and a dominant one are solved', () => {
    const diagonalOnly: SparseMatrix = {
      rows: 3,
      rowOffsets: Int32Array.of(0, 1, 2, 3),
      columns: Int32Array.of(0, 1, 2),
      values: Float64Array.of(2, 1e-8, 1e8),
    };
    const dominant = modelMatrix({ cells: [30, 30] });
    const values = dominant.values.slice();
    values[dominant.columns.findIndex((column, k) => column === 300 && k >= dominant.rowOffsets[300])] *= 1e6;
    for (const matrix of [modelMatrix({ cells: [1] }), diagonalOnly, { ...dominant, values }]) {
      const b = randomVector(matrix.rows, 1);
      const result = conjugateGradient(matrix, b, {
        preconditioner: smoothedAggregation(matrix, { coarsestRows: 1 }),
      });
      expect(result.status).toBe('converged');
    }
  });

  it('and options out of range are refused', () => {
    const negative: SparseMatrix = {
      ...matrices.plane,
      values: matrices.plane.values.map((value) => -value),
    };
    expect(() => smoothedAggregation(negative)).toThrow(InvalidInputError);
    expect(() => smoothedAggregation(matrices.plane, { strengthThreshold: 1 })).toThrow(/strengthThreshold/);
    expect(() => smoothedAggregation(matrices.plane, { coarsestRows: 0 })).toThrow(/coarsestRows/);
  });
});
