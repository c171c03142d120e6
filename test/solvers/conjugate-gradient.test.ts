import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../../common/errors.js';
import {
  assemble,
  conjugateGradient,
  conjugateGradientSteps,
  conjugateGradientStepsBatch,
  diagonal,
  incompleteCholesky,
  jacobi,
  multiply,
  type SparseMatrix,
} from '../../solvers/index.js';
import { jitteredProblem } from './jittered-problem.js';
import { structuredMesh } from './structured-mesh.js';

const { random, problem } = jitteredProblem();
const { operator, rightHandSide } = assemble(problem);
const { matrix } = operator;
const exact = denseCholeskySolve(matrix, rightHandSide);
const guess = Float64Array.from(exact, (value) => value + 0.1 * random.normal());

const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, i) => sum + value * b[i], 0);
const minus = (a: Float64Array, b: Float64Array) => a.map((value, i) => value - b[i]);
const energy = (x: Float64Array) => dot(x, multiply(matrix, x));
const largest = (x: Float64Array) => x.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

describe('conjugate gradients', () => {
  it.each([jacobi(matrix), incompleteCholesky(matrix)])(
    'agree with a dense factorisation, %o',
    (preconditioner) => {
      const result = conjugateGradient(matrix, rightHandSide, { preconditioner, relativeTolerance: 1e-12 });
      expect(result.status).toBe('converged');
      expect(largest(minus(result.solution, exact))).toBeLessThan(1e-9);
      const r = minus(rightHandSide, multiply(matrix, result.solution));
      expect(result.residualNorm).toBe(Math.sqrt(dot(r, r)));
      expect(result.energyReduction).toBeCloseTo(Math.sqrt(energy(exact)), 9);
    },
  );

  it('needs fewer iterations with IC(0) than with Jacobi', () => {
    const iterations = [jacobi(matrix), incompleteCholesky(matrix)].map(
      (preconditioner) => conjugateGradient(matrix, rightHandSide, { preconditioner }).iterations,
    );
    expect(iterations[1]).toBeLessThan(0.6 * iterations[0]);
  });

  it('estimate the energy error of what they return', () => {
    for (const maximumIterations of [15, 25, 35]) {
      const result = conjugateGradient(matrix, rightHandSide, {
        preconditioner: incompleteCholesky(matrix),
        maximumIterations,
      });
      const ratio = result.energyError! / Math.sqrt(energy(minus(exact, result.solution)));
      expect(ratio).toBeGreaterThan(0.2);
      expect(ratio).toBeLessThan(5);
    }
  });

  it('start at the solution without a step, and return zero for zero', () => {
    const preconditioner = jacobi(matrix);
    expect(conjugateGradient(matrix, rightHandSide, { preconditioner, guess: exact })).toMatchObject({
      iterations: 0,
      status: 'converged',
    });
    const zero = conjugateGradient(matrix, new Float64Array(matrix.rows), { preconditioner });
    expect(zero).toMatchObject({ iterations: 0, status: 'converged', relativeResidual: 0 });
    const back = conjugateGradient(matrix, new Float64Array(matrix.rows), { preconditioner, guess });
    expect(back.status).toBe('converged');
    expect(largest(back.solution)).toBe(0);
  });

  it('never call unattainable accuracy convergence', () => {
    const result = conjugateGradient(matrix, rightHandSide, {
      preconditioner: incompleteCholesky(matrix),
      relativeTolerance: 1e-18,
    });
    expect(result.status).toBe('stagnated');
    expect(result.relativeResidual).toBeLessThan(1e-13);
  });

  it('report an indefinite matrix, a cap and an abort', () => {
    const indefinite: SparseMatrix = { ...matrix, values: matrix.values.map((value) => -value) };
    const preconditioner = jacobi(matrix);
    expect(conjugateGradient(indefinite, rightHandSide, { preconditioner }).status).toBe('breakdown');
    expect(conjugateGradient(matrix, rightHandSide, { preconditioner, maximumIterations: 3 })).toMatchObject({
      iterations: 3,
      status: 'maximum-iterations',
    });
    expect(
      conjugateGradient(matrix, rightHandSide, { preconditioner, signal: AbortSignal.abort() }).status,
    ).toBe('aborted');
    expect(() => jacobi(indefinite)).toThrow(InvalidInputError);
  });

  it('refuse NaN, naming where', () => {
    const bad = rightHandSide.slice();
    bad[5] = Number.NaN;
    expect(() => conjugateGradient(matrix, bad, { preconditioner: jacobi(matrix) })).toThrow(
      /rightHandSide\[5\] is NaN/,
    );
  });
});

describe('K steps', () => {
  const preconditioner = jacobi(matrix);
  const steps = (k: number) => conjugateGradientSteps(matrix, rightHandSide, guess, k, preconditioner);

  it('split the energy of the error (Pythagoras), which bounds the proxy', () => {
    const e = minus(exact, guess);
    for (const k of [1, 5, 20, 40]) {
      const d = minus(steps(k), guess);
      const rest = minus(e, d);
      expect(Math.abs(energy(e) - energy(d) - energy(rest))).toBeLessThan(1e-10 * energy(e));
    }
  });

  it('grow monotonically in the norm of the preconditioner, up to the error', () => {
    const p = diagonal(matrix);
    const size = (x: Float64Array) => Math.sqrt(x.reduce((sum, value, i) => sum + p[i] * value * value, 0));
    let last = 0;
    for (let k = 1; k <= 40; k++) {
      const now = size(minus(steps(k), guess));
      expect(now).toBeGreaterThanOrEqual(last * (1 - 1e-12));
      last = now;
    }
    expect(last).toBeLessThanOrEqual(size(minus(exact, guess)) * (1 + 1e-9));
  });

  it('are the same for −A u = −b', () => {
    const negated: SparseMatrix = { ...matrix, values: matrix.values.map((value) => -value) };
    const negatedJacobi = {
      name: 'jacobi',
      apply: (r: Float64Array, z: Float64Array) => {
        preconditioner.apply(r, z);
        for (let i = 0; i < z.length; i++) z[i] = -z[i];
      },
    };
    // −A is what NPSolver stores: run its recurrence as published
    const theirs = publishedIteration(
      negated,
      rightHandSide.map((value) => -value),
      guess,
      20,
      negatedJacobi,
    );
    expect(largest(minus(steps(20), theirs))).toBeLessThan(1e-12);
  });

  it('leave an exact guess alone and a batch independent of its members', () => {
    const still = conjugateGradientSteps(matrix, rightHandSide, exact, 40, preconditioner);
    expect(largest(minus(still, exact))).toBeLessThan(1e-12);
    const small = assemble({ ...problem, mesh: structuredMesh({ columns: 3, rows: 2 }) });
    const other = {
      matrix: small.operator.matrix,
      rightHandSide: small.rightHandSide,
      guess: new Float64Array(6),
      preconditioner: jacobi(small.operator.matrix),
    };
    const batch = conjugateGradientStepsBatch([other, { matrix, rightHandSide, guess, preconditioner }], 7);
    expect(batch[1]).toEqual(steps(7));
    expect(batch[0].every(Number.isFinite)).toBe(true);
  });
});

describe('incomplete Cholesky', () => {
  it('is exact where no fill occurs, and shifts a singular chain', () => {
    const chain = (right: 'dirichlet' | 'neumann') =>
      assemble({
        mesh: structuredMesh({ columns: 6, rows: 1 }),
        source: 0,
        boundaryConditions: {
          left: { type: 'neumann', flux: 0 },
          right: right === 'dirichlet' ? { type: right, value: 1 } : { type: right, flux: 0 },
          bottom: { type: 'neumann', flux: 0 },
          top: { type: 'neumann', flux: 0 },
        },
      }).operator.matrix;
    const definite = chain('dirichlet');
    const z = new Float64Array(6);
    const r = Float64Array.of(1, -2, 3, 0.5, 2, 1);
    const factored = incompleteCholesky(definite);
    factored.apply(r, z);
    expect(factored.diagonalShift).toBe(0);
    expect(largest(minus(multiply(definite, z), r))).toBeLessThan(1e-12);
    expect(incompleteCholesky(chain('neumann')).diagonalShift).toBeGreaterThan(0);
  });
});

function publishedIteration(
  a: SparseMatrix,
  b: Float64Array,
  start: Float64Array,
  steps: number,
  preconditioner: { apply(r: Float64Array, z: Float64Array): void },
): Float64Array {
  const x = start.slice();
  const r = minus(b, multiply(a, x));
  const z = new Float64Array(x.length);
  preconditioner.apply(r, z);
  let p = z.slice();
  let rho = dot(r, z);
  for (let k = 0; k < steps; k++) {
    const q = multiply(a, p);
    const alpha = rho / dot(p, q);
    for (let i = 0; i < x.length; i++) {
      x[i] += alpha * p[i];
      r[i] -= alpha * q[i];
    }
    preconditioner.apply(r, z);
    const next = dot(r, z);
    p = z.map((value, i) => value + (next / rho) * p[i]);
    rho = next;
  }
  return x;
}

function denseCholeskySolve(sparse: SparseMatrix, b: Float64Array): Float64Array {
  const n = sparse.rows;
  const l = Array.from({ length: n }, () => new Float64Array(n));
  for (let i = 0; i < n; i++) {
    for (let k = sparse.rowOffsets[i]; k < sparse.rowOffsets[i + 1]; k++)
      l[i][sparse.columns[k]] = sparse.values[k];
    for (let j = 0; j <= i; j++) {
      let sum = l[i][j];
      for (let k = 0; k < j; k++) sum -= l[i][k] * l[j][k];
      l[i][j] = i === j ? Math.sqrt(sum) : sum / l[j][j];
    }
  }
  const x = b.slice();
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) x[i] -= l[i][k] * x[k];
    x[i] /= l[i][i];
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i] -= l[k][i] * x[k];
    x[i] /= l[i][i];
  }
  return x;
}
