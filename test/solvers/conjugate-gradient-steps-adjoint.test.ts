import { describe, expect, it } from 'vitest';
import { createRandom } from '../../common/random.js';
import {
  assembleOperator,
  choosePreconditioner,
  conjugateGradient,
  conjugateGradientSteps,
  diagonal,
  differentiableSteps,
  multiply,
  type PoissonOperator,
  type PreconditionerName,
  removeRowSum,
  removeVolumeMean,
  smoothedAggregation,
} from '../../solvers/index.js';
import { jitteredProblem } from './jittered-problem.js';

const { mesh } = jitteredProblem().problem;
const names: PreconditionerName[] = ['jacobi', 'ssor', 'incomplete-cholesky', 'chebyshev', 'amg'];
const kinds = ['mixed', 'neumann'] as const;
const cases = names.flatMap((name) =>
  kinds.map((kind): [PreconditionerName, (typeof kinds)[number]] => [name, kind]),
);

const operators = Object.fromEntries(
  kinds.map((kind) => [
    kind,
    assembleOperator(
      mesh,
      undefined,
      Object.fromEntries(
        mesh.patches.map(
          ({ name }, i) => [name, kind === 'mixed' && i === 0 ? 'dirichlet' : 'neumann'] as const,
        ),
      ),
    ),
  ]),
);
const random = createRandom(9);
const noise = () => Float64Array.from({ length: mesh.cellCount }, () => random.normal());
const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, i) => sum + value * b[i], 0);
const minus = (a: Float64Array, b: Float64Array) => a.map((value, i) => value - b[i]);

/** A hierarchy of several levels also on this small mesh. */
const preconditionerOf = (name: PreconditionerName, { matrix }: PoissonOperator) =>
  name === 'amg' ? smoothedAggregation(matrix, { coarsestRows: 8 }) : choosePreconditioner(matrix, name);
const singularOf = (operator: PoissonOperator) =>
  operator.singular ? { volumes: mesh.cellVolumes } : undefined;

describe.each(cases)('%s, %s boundaries', (name, kind) => {
  const operator = operators[kind];
  const { matrix } = operator;
  const preconditioner = preconditionerOf(name, operator);
  const singular = singularOf(operator);
  const load = noise();
  if (singular) removeRowSum(load, mesh.cellVolumes);
  const guess = noise();

  it('the preconditioner is symmetric, which the reverse mode relies on', () => {
    const [a, b, u, v] = [noise(), noise(), noise(), noise()];
    if (singular) for (const vector of [a, b]) removeRowSum(vector, mesh.cellVolumes);
    preconditioner.apply(a, u);
    preconditioner.apply(b, v);
    expect(Math.abs(dot(b, u) - dot(a, v))).toBeLessThan(1e-11 * Math.abs(dot(a, u)));
  });

  it.each([1, 4])('K = %i: value of the plain steps, derivative of running them again', (steps) => {
    const run = (start: Float64Array) =>
      conjugateGradientSteps(matrix, load, start, steps, preconditioner, { singular });
    const { result, adjoint } = differentiableSteps(matrix, load, guess, steps, preconditioner, { singular });
    expect(result).toEqual(run(guess));
    const [cotangent, direction] = [noise(), noise()];
    const moved = (t: number) => dot(cotangent, run(guess.map((value, i) => value + t * direction[i])));
    const h = 1e-4;
    // fourth order, so that round-off and not the difference limits the comparison
    const numeric = (8 * (moved(h) - moved(-h)) - (moved(2 * h) - moved(-2 * h))) / (12 * h);
    const exact = dot(adjoint(cotangent), direction);
    expect(Math.abs(exact - numeric)).toBeLessThan(1e-7 * Math.max(1, Math.abs(exact)));
  });

  it('a guess that is the answer stays one, with a finite adjoint', () => {
    const { solution } = conjugateGradient(matrix, load, {
      preconditioner,
      relativeTolerance: 1e-13,
      singular,
    });
    const { result, adjoint } = differentiableSteps(matrix, load, solution, 3, preconditioner, { singular });
    expect(Math.sqrt(dot(minus(result, solution), minus(result, solution)))).toBeLessThan(
      1e-9 * Math.sqrt(dot(solution, solution)),
    );
    expect(adjoint(noise()).every(Number.isFinite)).toBe(true);
  });

  it('energies add up (Pythagoras) and the proxy grows with K in the norms of B and of M', () => {
    const { solution } = conjugateGradient(matrix, load, {
      preconditioner,
      relativeTolerance: 1e-13,
      singular,
    });
    const e = minus(solution, guess);
    if (singular) removeVolumeMean(e, mesh.cellVolumes);
    const energy = (x: Float64Array) => dot(x, multiply(matrix, x));
    let last = { energy: 0, diagonal: 0 };
    for (let steps = 1; steps <= 12; steps++) {
      const d = minus(
        conjugateGradientSteps(matrix, load, guess, steps, preconditioner, { singular }),
        guess,
      );
      if (singular) removeVolumeMean(d, mesh.cellVolumes);
      expect(Math.abs(energy(e) - energy(d) - energy(minus(e, d)))).toBeLessThan(1e-10 * energy(e));
      const weights = diagonal(matrix);
      const now = { energy: energy(d), diagonal: d.reduce((sum, v, i) => sum + weights[i] * v * v, 0) };
      expect(now.energy).toBeGreaterThanOrEqual(last.energy * (1 - 1e-12));
      // Hestenes and Stiefel's monotonicity is in the norm of M: diag(B) where M is Jacobi's
      if (name === 'jacobi' && !singular) {
        expect(now.diagonal).toBeGreaterThanOrEqual(last.diagonal * (1 - 1e-12));
      }
      last = now;
    }
    expect(last.energy).toBeLessThanOrEqual(energy(e) * (1 + 1e-10));
  });
});
