import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../../common/errors.js';
import {
  chebyshev,
  conjugateGradient,
  conjugateGradientMany,
  IllPosedProblemError,
  incompleteCholesky,
  jacobi,
  multiply,
  type Preconditioner,
  type SparseMatrix,
  smoothedAggregation,
  sparseCholesky,
  ssor,
} from '../../solvers/index.js';
import { dot, norm } from '../../solvers/vectors.js';
import { checkerboard, denseRows, modelMatrix, randomVector } from './model-matrices.js';

const matrix = modelMatrix({ cells: [25, 20], conductivity: checkerboard(4) });

const preconditioners: Record<string, (matrix: SparseMatrix) => Preconditioner> = {
  jacobi,
  ssor,
  'ssor, ω = 1.6': (of) => ssor(of, { relaxation: 1.6 }),
  'ssor, ω = 0.7': (of) => ssor(of, { relaxation: 0.7 }),
  chebyshev,
  'chebyshev of degree 1': (of) => chebyshev(of, { degree: 1 }),
  'incomplete Cholesky': incompleteCholesky,
  'smoothed aggregation': smoothedAggregation,
  'sparse Cholesky': sparseCholesky,
};

const apply = (preconditioner: Preconditioner, r: Float64Array) => {
  const z = new Float64Array(r.length);
  preconditioner.apply(r, z);
  return z;
};

describe.each(Object.entries(preconditioners))('%s', (_name, setup) => {
  const preconditioner = setup(matrix);

  it('is symmetric positive definite', () => {
    for (let seed = 0; seed < 4; seed++) {
      const [x, y] = [randomVector(matrix.rows, seed), randomVector(matrix.rows, seed + 100)];
      const [zx, zy] = [apply(preconditioner, x), apply(preconditioner, y)];
      expect(Math.abs(dot(zx, y) - dot(x, zy))).toBeLessThan(1e-11 * norm(zx) * norm(y));
      expect(dot(x, zx)).toBeGreaterThan(0);
    }
  });

  it('solves, and A z given with z is A z', () => {
    const exact = randomVector(matrix.rows, 4);
    const result = conjugateGradient(matrix, multiply(matrix, exact), {
      preconditioner,
      relativeTolerance: 1e-12,
    });
    expect(result.status).toBe('converged');
    expect(norm(exact.map((value, row) => value - result.solution[row]))).toBeLessThan(1e-6 * norm(exact));
    if (!preconditioner.image) return;
    const r = randomVector(matrix.rows, 5);
    const [z, image] = [new Float64Array(r.length), new Float64Array(r.length)];
    preconditioner.image.apply(r, z, image);
    expect(norm(z.map((value, row) => value - apply(preconditioner, r)[row]))).toBeLessThan(1e-13 * norm(z));
    expect(norm(multiply(matrix, z).map((value, row) => value - image[row]))).toBeLessThan(1e-11 * norm(r));
  });

  it('serves another matrix than its own', () => {
    const other: SparseMatrix = { ...matrix, values: matrix.values.map((value) => 2 * value) };
    const exact = randomVector(matrix.rows, 6);
    const result = conjugateGradient(other, multiply(other, exact), {
      preconditioner,
      relativeTolerance: 1e-10,
    });
    expect(result.status).toBe('converged');
    expect(norm(exact.map((value, row) => value - result.solution[row]))).toBeLessThan(1e-5 * norm(exact));
  });

  it('refuses a diagonal that is not positive', () => {
    expect(() => setup({ ...matrix, values: matrix.values.map((value) => -value) })).toThrow(
      InvalidInputError,
    );
  });
});

describe('SSOR', () => {
  it('is the product of triangular matrices it is defined by', () => {
    const small = modelMatrix({ cells: [4, 3] });
    const dense = denseRows(small);
    const omega = 1.3;
    const preconditioner = ssor(small, { relaxation: omega });
    const z = randomVector(small.rows, 1);
    // M z with M = (2/ω − 1)⁻¹ (D/ω + L) D⁻¹ (D/ω + Lᵀ)
    const upper = z.map((value, i) =>
      dense[i].reduce((sum, a, j) => sum + (j > i ? a * z[j] : 0), (dense[i][i] / omega) * value),
    );
    const scaled = upper.map((value, i) => value / dense[i][i]);
    const r = scaled.map(
      (value, i) =>
        dense[i].reduce((sum, a, j) => sum + (j < i ? a * scaled[j] : 0), (dense[i][i] / omega) * value) /
        (2 / omega - 1),
    );
    expect(norm(apply(preconditioner, r).map((value, i) => value - z[i]))).toBeLessThan(1e-13 * norm(z));
    expect(() => ssor(small, { relaxation: 2 })).toThrow(/relaxation in \(0, 2\)/);
  });
});

describe('Chebyshev', () => {
  it('reduces errors more the higher its degree', () => {
    const iterations = [1, 2, 4, 8].map((degree) => {
      const preconditioner = chebyshev(matrix, { degree });
      return conjugateGradient(matrix, randomVector(matrix.rows, 1), { preconditioner }).iterations;
    });
    for (let k = 1; k < iterations.length; k++) expect(iterations[k]).toBeLessThan(0.75 * iterations[k - 1]);
    expect(() => chebyshev(matrix, { degree: 1.5 })).toThrow(/degree/);
    expect(() => chebyshev(matrix, { ratio: 1 })).toThrow(/ratio/);
  });
});

describe('many right-hand sides', () => {
  const rightHandSides = [1, 2, 3, 4, 5, 6, 7].map((seed) => randomVector(matrix.rows, seed));
  rightHandSides[2].fill(0);

  it.each(Object.entries(preconditioners))('are answered as one by one, %s', (_name, setup) => {
    const preconditioner = setup(matrix);
    const together = conjugateGradientMany(matrix, rightHandSides, { preconditioner });
    rightHandSides.forEach((b, s) => {
      const alone = conjugateGradient(matrix, b, { preconditioner });
      expect(together[s].status).toBe('converged');
      const r = multiply(matrix, together[s].solution).map((value, row) => b[row] - value);
      expect(norm(r)).toBeLessThanOrEqual(1e-8 * norm(b));
      expect(together[s].residualNorm).toBeCloseTo(norm(r), 12);
      expect(Math.abs(together[s].iterations - alone.iterations)).toBeLessThanOrEqual(2);
      expect(together[s].residualHistory.length).toBe(together[s].iterations + 1);
      if (alone.energyReduction > 0) {
        expect(together[s].energyReduction / alone.energyReduction).toBeCloseTo(1, 8);
        expect(together[s].energyErrorBounds!.lower).toBeGreaterThan(0);
      }
    });
  });

  it('start from guesses, end at the cap or an abort, and keep to zero mean without Dirichlet faces', () => {
    const preconditioner = smoothedAggregation(matrix);
    const exact = [1, 2, 3].map((seed) => randomVector(matrix.rows, seed));
    const right = exact.map((x) => multiply(matrix, x));
    const near = exact.map((x) => x.map((value) => value * (1 + 1e-3)));
    const settings = { preconditioner, guesses: near };
    const fromNear = conjugateGradientMany(matrix, right, settings);
    fromNear.forEach((result, s) => {
      expect(result.iterations).toBeLessThan(
        conjugateGradient(matrix, right[s], { preconditioner }).iterations,
      );
    });
    for (const result of conjugateGradientMany(matrix, right, { preconditioner, maximumIterations: 2 })) {
      expect(result).toMatchObject({ status: 'maximum-iterations', iterations: 2 });
      expect(result.reason).toMatch(/^2 iterations/);
    }
    for (const result of conjugateGradientMany(matrix, right, {
      preconditioner,
      signal: AbortSignal.abort(),
    })) {
      expect(result).toMatchObject({ status: 'aborted', iterations: 0 });
    }
    const free = modelMatrix({ cells: [20, 20], boundary: 'neumann' });
    const singular = { volumes: new Float64Array(free.rows).fill(1) };
    const balanced = [1, 2].map((seed) => multiply(free, randomVector(free.rows, seed)));
    for (const result of conjugateGradientMany(free, balanced, {
      preconditioner: smoothedAggregation(free),
      singular,
    })) {
      expect(result.status).toBe('converged');
      expect(Math.abs(result.solution.reduce((sum, value) => sum + value, 0))).toBeLessThan(1e-9);
    }
    const unbalanced = balanced.map((b) => b.map((value) => value + 1));
    expect(() => conjugateGradientMany(free, unbalanced, { preconditioner: jacobi(free), singular })).toThrow(
      IllPosedProblemError,
    );
  });

  it('refuse wrong lengths and values, naming which', () => {
    const preconditioner = jacobi(matrix);
    const bad = [rightHandSides[0], rightHandSides[1].slice(1)];
    expect(() => conjugateGradientMany(matrix, bad, { preconditioner })).toThrow(/rightHandSides\[1\]/);
    const nan = rightHandSides.map((b, s) => (s === 3 ? b.map(() => Number.NaN) : b));
    expect(() => conjugateGradientMany(matrix, nan, { preconditioner })).toThrow(
      /rightHandSides\[3\]\[0\] is NaN/,
    );
    expect(() => conjugateGradientMany(matrix, rightHandSides, { preconditioner, guesses: [] })).toThrow(
      /7 guesses/,
    );
  });
});
