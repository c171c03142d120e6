import { describe, expect, it } from 'vitest';
import { conjugateGradientIteration } from '../../solvers/conjugate-gradient.js';
import {
  conjugateGradient,
  incompleteCholesky,
  jacobi,
  multiply,
  smoothedAggregation,
} from '../../solvers/index.js';
import { dot } from '../../solvers/vectors.js';
import { checkerboard, modelMatrix, randomVector, scattered } from './model-matrices.js';

const systems = {
  plane: modelMatrix({ cells: [40, 40] }),
  cube: modelMatrix({ cells: [14, 14, 14], boundary: 'first axis' }),
  jumps: modelMatrix({ cells: [40, 40], conductivity: checkerboard(5) }),
  scattered: modelMatrix({ cells: [30, 30], conductivity: scattered(1) }),
};

describe.each(Object.entries(systems))('bounds of the energy error, %s', (_name, matrix) => {
  const exact = randomVector(matrix.rows, 1);
  const b = multiply(matrix, exact);

  it.each(Object.entries({ jacobi, incompleteCholesky, smoothedAggregation }))(
    'hold the true error, %s',
    (_preconditioner, setup) => {
      const preconditioner = setup(matrix);
      // ‖x* − x_k‖_A of every iterate, from runs that are cut off there
      const iterate = (maximumIterations: number) =>
        conjugateGradient(matrix, b, { preconditioner, maximumIterations, relativeTolerance: 1e-9 });
      const last = iterate(10_000).iterations;
      const errors = new Map<number, number>();
      const trueError = (k: number) => {
        let known = errors.get(k);
        if (known === undefined) {
          const { solution } = iterate(k);
          const error = exact.map((value, row) => value - solution[row]);
          known = Math.sqrt(dot(error, multiply(matrix, error)));
          errors.set(k, known);
        }
        return known;
      };
      const stride = Math.ceil(last / 12);
      let checked = 0;
      const iteration = conjugateGradientIteration(matrix, b, { preconditioner, relativeTolerance: 1e-9 });
      for (const { iteration: k, energyErrorBounds } of iteration) {
        if (k % stride !== 0) continue;
        const bounds = energyErrorBounds()!;
        expect(bounds.lower).toBeLessThanOrEqual(trueError(bounds.iteration) * (1 + 1e-6));
        // an estimate until the slowest part of the error has shown itself; a V-cycle has no slow part
        const slack =
          setup === smoothedAggregation ? 1 + 1e-6 : k > 0.75 * last ? 1.2 : Number.POSITIVE_INFINITY;
        expect(bounds.upper * slack).toBeGreaterThanOrEqual(trueError(bounds.iteration));
        expect(bounds.lastUpper * slack).toBeGreaterThanOrEqual(trueError(k));
        if (k > 0.75 * last) expect(bounds.lastUpper).toBeLessThan(30 * trueError(k));
        checked++;
      }
      expect(checked).toBeGreaterThan(3);
    },
  );

  it('are bounds from the first step where a lower bound of the spectrum is given', () => {
    // M⁻¹A of a V-cycle has its spectrum in (0, 1]; its smallest part from a run without end
    const preconditioner = smoothedAggregation(matrix);
    const smallestEigenvalue = 0.999 * smallestOf(matrix, preconditioner);
    const iteration = conjugateGradientIteration(matrix, b, { preconditioner, smallestEigenvalue });
    for (const { iteration: k, energyErrorBounds } of iteration) {
      const { solution } = conjugateGradient(matrix, b, { preconditioner, maximumIterations: k });
      const error = exact.map((value, row) => value - solution[row]);
      const size = Math.sqrt(dot(error, multiply(matrix, error)));
      expect(energyErrorBounds()!.lastUpper).toBeGreaterThanOrEqual(size * (1 - 1e-6));
    }
  });
});

/** λ_min(M⁻¹A) by the power method on I − M⁻¹A, whose eigenvalues lie in [0, 1). */
function smallestOf(
  matrix: (typeof systems)['plane'],
  preconditioner: ReturnType<typeof smoothedAggregation>,
): number {
  let x = randomVector(matrix.rows, 9);
  const z = new Float64Array(matrix.rows);
  let rate = 0;
  for (let k = 0; k < 400; k++) {
    preconditioner.apply(multiply(matrix, x), z);
    const next = x.map((value, row) => value - z[row]);
    const energy = (v: Float64Array) => dot(v, multiply(matrix, v));
    rate = Math.sqrt(energy(next) / energy(x));
    const scale = 1 / Math.sqrt(energy(next));
    x = next.map((value) => value * scale);
  }
  return 1 - rate;
}
