import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../../common/errors.js';
import { createRandom } from '../../common/random.js';
import {
  assembleOperator,
  choosePreconditioner,
  conjugateGradientSteps,
  conjugateGradientStepsMany,
  smoothedAggregation,
} from '../../solvers/index.js';
import { jitteredProblem } from './jittered-problem.js';

const { mesh } = jitteredProblem().problem;
const random = createRandom(3);
const noise = () => Float64Array.from({ length: mesh.cellCount }, () => random.normal());

describe.each(['mixed', 'neumann'] as const)('K steps on many right-hand sides, %s boundaries', (kind) => {
  const operator = assembleOperator(
    mesh,
    undefined,
    Object.fromEntries(
      mesh.patches.map(
        ({ name }, i) => [name, kind === 'mixed' && i === 0 ? 'dirichlet' : 'neumann'] as const,
      ),
    ),
  );
  const { matrix } = operator;
  const singular = operator.singular ? { volumes: mesh.cellVolumes } : undefined;

  it.each(['jacobi', 'incomplete-cholesky', 'ssor', 'amg'] as const)('%s: as one by one', (name) => {
    const preconditioner =
      name === 'amg' ? smoothedAggregation(matrix, { coarsestRows: 8 }) : choosePreconditioner(matrix, name);
    for (const count of [1, 3, 4, 7]) {
      const loads = Array.from({ length: count }, noise);
      const guesses = Array.from({ length: count }, noise);
      const many = conjugateGradientStepsMany(matrix, loads, guesses, 5, preconditioner, { singular });
      many.forEach((field, s) => {
        const one = conjugateGradientSteps(matrix, loads[s], guesses[s], 5, preconditioner, { singular });
        field.forEach((value, i) => {
          expect(value).toBeCloseTo(one[i], 9);
        });
      });
    }
  });

  it('a field that has nothing left to reduce stays, beside others that move', () => {
    const preconditioner = choosePreconditioner(matrix, 'jacobi');
    const zero = new Float64Array(mesh.cellCount);
    const results = conjugateGradientStepsMany(
      matrix,
      [zero, noise(), zero],
      [zero, noise(), zero],
      4,
      preconditioner,
      { singular },
    );
    expect(results[0]).toEqual(zero);
    expect(results[2]).toEqual(zero);
    expect(results[1].every(Number.isFinite)).toBe(true);
  });

  it('guesses that do not fit are refused', () => {
    const preconditioner = choosePreconditioner(matrix, 'jacobi');
    expect(() => conjugateGradientStepsMany(matrix, [noise()], [], 2, preconditioner)).toThrow(
      InvalidInputError,
    );
  });
});
