import { InvalidInputError } from '../common/errors.js';
import { BLOCK_WIDTH, multiplyBlock, putField, takeField } from './block-multiply.js';
import { advanceBlock, blockDot, blockPreconditioner, descendBlock, projectBlock } from './block-vectors.js';
import { conjugateGradientSteps, type StepsOptions } from './conjugate-gradient-steps.js';
import { removeRowSum, removeVolumeMean } from './neumann-projection.js';
import type { Preconditioner } from './preconditioner.js';
import { requireRows, type SparseMatrix } from './sparse-matrix.js';

/**
 * {@link conjugateGradientSteps} from `guesses[s]` for `rightHandSides[s]`, four at a time, each with its own α and β,
 * while matrix and preconditioner are read once for the four. The results are the single ones up to round-off.
 *
 * @throws InvalidInputError on wrong lengths
 */
export function conjugateGradientStepsMany(
  matrix: SparseMatrix,
  rightHandSides: readonly Float64Array[],
  guesses: readonly Float64Array[],
  steps: number,
  preconditioner: Preconditioner,
  options: Pick<StepsOptions, 'singular'> = {},
): Float64Array[] {
  const caller = 'solvers.conjugateGradientStepsMany';
  if (guesses.length !== rightHandSides.length) {
    throw new InvalidInputError(
      `${caller}: expected ${rightHandSides.length} guesses, one per right-hand side, got ${guesses.length}`,
    );
  }
  rightHandSides.forEach((b, s) => {
    requireRows(caller, `rightHandSides[${s}]`, matrix, b);
    requireRows(caller, `guesses[${s}]`, matrix, guesses[s]);
  });
  const results: Float64Array[] = [];
  for (let first = 0; first < guesses.length; first += BLOCK_WIDTH) {
    const loads = rightHandSides.slice(first, first + BLOCK_WIDTH);
    const starts = guesses.slice(first, first + BLOCK_WIDTH);
    // a block that is half empty costs as much as a full one
    if (loads.length > BLOCK_WIDTH / 2) {
      results.push(...blockSteps(matrix, loads, starts, steps, preconditioner, options));
      continue;
    }
    loads.forEach((b, s) => {
      results.push(conjugateGradientSteps(matrix, b, starts[s], steps, preconditioner, options));
    });
  }
  return results;
}

function blockSteps(
  matrix: SparseMatrix,
  rightHandSides: readonly Float64Array[],
  guesses: readonly Float64Array[],
  steps: number,
  preconditioner: Preconditioner,
  { singular }: Pick<StepsOptions, 'singular'>,
): Float64Array[] {
  const n = matrix.rows;
  const fields = guesses.length;
  const applyBlock = blockPreconditioner(preconditioner, n);
  const [x, r, z, p, q] = Array.from({ length: 5 }, () => new Float64Array(BLOCK_WIDTH * n));
  const field = new Float64Array(n);
  const project = (block: Float64Array, projection: typeof removeRowSum) => {
    if (singular) projectBlock(block, fields, singular.volumes, projection, field);
  };
  guesses.forEach((guess, s) => {
    putField(x, s, guess);
    putField(r, s, rightHandSides[s]);
  });
  project(x, removeVolumeMean);
  multiplyBlock(matrix, x, q);
  for (let i = 0; i < r.length; i++) r[i] -= q[i];
  const rho = [0, 0, 0, 0];
  const smallest = [0, 0, 0, 0];
  const active = guesses.map(() => true);
  for (let step = 0; step < steps && active.includes(true); step++) {
    project(r, removeRowSum);
    applyBlock(r, z);
    project(z, removeVolumeMean);
    const products = blockDot(r, z);
    const beta = [0, 0, 0, 0];
    for (let s = 0; s < fields; s++) {
      // below the square of round-off the recursive residual is noise
      if (step === 0) smallest[s] = 1e-32 * products[s];
      if (!(products[s] > smallest[s])) active[s] = false;
      if (step > 0 && active[s]) beta[s] = products[s] / rho[s];
      rho[s] = products[s];
    }
    advanceBlock(beta, z, p);
    multiplyBlock(matrix, p, q);
    const curvatures = blockDot(p, q);
    const alpha = [0, 0, 0, 0];
    for (let s = 0; s < fields; s++) {
      if (!(curvatures[s] > 0)) active[s] = false;
      if (active[s]) alpha[s] = rho[s] / curvatures[s];
    }
    descendBlock(alpha, p, q, x, r);
  }
  return guesses.map((_, s) => {
    const result = new Float64Array(n);
    takeField(x, s, result);
    return result;
  });
}
