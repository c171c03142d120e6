import { describe, expect, it } from 'vitest';
import {
  assemble,
  conjugateGradient,
  heatBalance,
  jacobi,
  multiply,
  nonOrthogonalCorrection,
  solve,
} from '../../solvers/index.js';
import { jitteredProblem } from './jittered-problem.js';
import { kuhnTetrahedra } from './mesh-families.js';
import { structuredMesh } from './structured-mesh.js';

const { mesh, problem } = jitteredProblem();
const { operator, rightHandSide } = assemble(problem);
const { matrix } = operator;
const plain = { nonOrthogonalCorrection: false } as const;
const exact = conjugateGradient(matrix, rightHandSide, {
  preconditioner: jacobi(matrix),
  relativeTolerance: 1e-14,
}).solution;

const minus = (a: Float64Array, b: Float64Array) => a.map((value, i) => value - b[i]);
const energyNorm = (x: Float64Array) =>
  Math.sqrt(multiply(matrix, x).reduce((sum, value, i) => sum + value * x[i], 0));
const norm = (x: Float64Array) => Math.sqrt(x.reduce((sum, value) => sum + value * value, 0));
const largest = (x: Float64Array) => x.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

describe('a certificate', () => {
  it.each(['auto', 'jacobi', 'ssor', 'chebyshev', 'incomplete-cholesky', 'amg', 'cholesky'] as const)(
    'states the true residual of the corrected system, %s',
    async (preconditioner) => {
      const answer = await solve(problem, { preconditioner, relativeTolerance: 1e-10 });
      const c = nonOrthogonalCorrection(operator, problem.boundaryConditions, answer.solution);
      const image = multiply(matrix, answer.solution);
      const residual = rightHandSide.map((value, i) => value + c[i] - image[i]);
      expect(answer.status).toBe('converged');
      expect(answer.nonOrthogonalCorrection).toBe(1);
      expect(answer.residualNorm).toBeCloseTo(norm(residual), 14);
      expect(answer.relativeResidual).toBeLessThanOrEqual(1e-10);
    },
  );

  it('estimates the energy error within a factor of twenty, corrected or not', async () => {
    for (const nonOrthogonalCorrection of [false, true]) {
      const best = await solve(problem, { nonOrthogonalCorrection, relativeTolerance: 1e-13 });
      for (const relativeTolerance of [1e-3, 1e-5, 1e-7]) {
        const answer = await solve(problem, {
          nonOrthogonalCorrection,
          relativeTolerance,
          preconditioner: 'incomplete-cholesky',
        });
        const error = energyNorm(minus(answer.solution, best.solution));
        expect(answer.energyError).toBeGreaterThan(error / 20);
        expect(answer.energyError).toBeLessThan(20 * error);
      }
    }
  });

  it('closes the heat balance to round-off at any tolerance', async () => {
    for (const relativeTolerance of [1e-2, 1e-8]) {
      for (const nonOrthogonalCorrection of [false, true, 0.5]) {
        const answer = await solve(problem, { relativeTolerance, nonOrthogonalCorrection });
        expect(heatBalance(problem, answer).relativeImbalance).toBeLessThan(1e-14);
      }
    }
  });

  it('asks nothing of the correction where the mesh is orthogonal', async () => {
    const square = { ...problem, mesh: structuredMesh({ columns: 12, rows: 12 }) };
    const answer = await solve(square);
    expect(answer).toMatchObject({ nonOrthogonalCorrection: 0, corrections: 1, status: 'converged' });
  });

  it('takes a preconditioner set up before', async () => {
    const answer = await solve(problem, { preconditioner: jacobi(matrix) });
    expect(answer).toMatchObject({ preconditioner: 'jacobi', status: 'converged' });
    await expect(solve(problem, { preconditioner: 'none' as 'jacobi' })).rejects.toThrow(
      /unknown preconditioner 'none'.*jacobi/,
    );
  });

  it('survives an abort with a finite field', async () => {
    const answer = await solve(problem, { signal: AbortSignal.abort() });
    expect(answer.status).toBe('aborted');
    expect(answer.solution.every(Number.isFinite)).toBe(true);
  });

  it('never lets the residual grow while correcting, on jittered tetrahedra of anisotropy 100 : 1', async () => {
    const tetrahedra = kuhnTetrahedra(5, 0.15);
    const answer = await solve(
      {
        mesh: tetrahedra,
        conductivity: [68.5, 46.1, 0.3, 32.5, 0.2, 2],
        source: ([x, y, z]) => 1 + x * y - z,
        boundaryConditions: Object.fromEntries(
          tetrahedra.patches.map(({ name }) => [name, { type: 'dirichlet', value: ([x]) => x }]),
        ),
      },
      { relativeTolerance: 1e-9 },
    );
    expect(answer).toMatchObject({ status: 'converged', nonOrthogonalCorrection: 1 });
    expect(answer.corrections).toBeGreaterThan(10);
  });
});

describe('a guess', () => {
  const near = exact.map((value) => 0.999 * value);

  it('that is good is used and saves iterations, about as many as reported', async () => {
    const cold = await solve(problem, plain);
    const warm = await solve(problem, { ...plain, guess: async () => near });
    expect(warm.guess?.used).toBe(true);
    expect(warm.guess?.energyError).toBeCloseTo(energyNorm(minus(exact, near)), 7);
    const saved = cold.iterations - warm.iterations;
    expect(saved).toBeGreaterThan(0);
    expect(Math.abs((warm.guess?.iterationsSaved ?? 0) - saved)).toBeLessThan(0.5 * cold.iterations);
    expect(largest(minus(warm.solution, cold.solution))).toBeLessThan(1e-6);
  });

  it('of the uncorrected system helps the corrected one', async () => {
    const cold = await solve(problem);
    const warm = await solve(problem, { guess: exact });
    expect(warm.guess).toMatchObject({ used: true });
    expect(warm.iterations).toBeLessThan(cold.iterations);
    expect(largest(minus(warm.solution, cold.solution))).toBeLessThan(1e-6);
  });

  it('that is worse than zero is rejected', async () => {
    const answer = await solve(problem, { ...plain, guess: exact.map((value) => -5 * value) });
    expect(answer.status).toBe('converged');
    expect(answer.guess).toMatchObject({ used: false, iterationsSaved: 0 });
    expect(answer.guess?.relativeEnergyError).toBeCloseTo(6, 5);
  });

  it('that is a field with NaN or of the wrong length is refused', async () => {
    await expect(solve(problem, { guess: exact.map(() => Number.NaN) })).rejects.toThrow(/guess\[0\] is NaN/);
    await expect(solve(problem, { guess: new Float64Array(2) })).rejects.toThrow(/guess to have 288 values/);
  });

  it.each([
    ['gives NaN', () => exact.map(() => Number.NaN), /guess\[0\] is NaN/],
    ['gives another mesh’s field', () => new Float64Array(3), /288 values.*got 3/],
    [
      'throws',
      () => {
        throw new Error('out of memory');
      },
      /out of memory/,
    ],
    ['rejects', () => Promise.reject(new Error('device lost')), /device lost/],
    ['gives nothing', () => undefined as unknown as Float64Array, /guess failed/],
  ] as const)('that %s is reported, and the solve starts from zero', async (_, guess, reason) => {
    const cold = await solve(problem);
    const answer = await solve(problem, { guess });
    expect(answer.status).toBe('converged');
    expect(answer.guess).toMatchObject({ used: false, relativeResidual: null, iterationsSaved: 0 });
    expect(answer.guess?.reason).toMatch(reason);
    expect(answer.solution).toEqual(cold.solution);
  });

  it('accepted on its residual claims no energy error, its own or the solution’s', async () => {
    const answer = await solve(problem, { ...plain, guess: exact, relativeTolerance: 1e-6 });
    expect(answer).toMatchObject({ status: 'converged', iterations: 0, energyError: null });
    expect(answer.guess).toMatchObject({ used: true, energyError: null, relativeEnergyError: null });
  });

  it.each([false, true])(
    'stopped before the first step claims none either, correction %s',
    async (correct) => {
      for (const stop of [{ signal: AbortSignal.abort() }, { maximumIterations: 0 }]) {
        const answer = await solve(problem, { guess: near, nonOrthogonalCorrection: correct, ...stop });
        expect(answer).toMatchObject({ iterations: 0, energyError: null });
        expect(answer.guess).toMatchObject({ energyError: null, relativeEnergyError: null });
      }
    },
  );

  it('is told what the solve does with an imbalance', async () => {
    const told: unknown[] = [];
    const insulated = Object.fromEntries(
      mesh.patches.map(({ name }) => [name, { type: 'neumann', flux: 0 }] as const),
    );
    await solve(
      { mesh, source: 1, boundaryConditions: insulated },
      {
        neumannImbalance: 'remove',
        guess: (_, options) => {
          told.push(options);
          return new Float64Array(mesh.cellCount);
        },
      },
    );
    expect(told).toMatchObject([{ neumannImbalance: 'remove' }]);
  });
});
