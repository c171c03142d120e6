import { removeRowSum, removeVolumeMean } from './neumann-projection.js';
import type { Preconditioner } from './preconditioner.js';
import { SEARCH_VECTORS, searchDirection } from './search-direction.js';
import { multiply, requireRows, type SparseMatrix } from './sparse-matrix.js';
import { dot } from './vectors.js';

export interface StepsOptions {
  /** Given when constants are in the kernel: steps stay in the fields of zero volume mean. */
  readonly singular?: { readonly volumes: Float64Array };
  /** Where the result goes, `[row]`; may be the guess itself. */
  readonly out?: Float64Array;
  /** Scratch of `5 × rows` numbers, to be reused between calls. */
  readonly scratch?: Float64Array;
}

/**
 * ũ = exactly `steps` steps of preconditioned conjugate gradients on B u = b from `guess`, `[row]`: the target of
 * NPSolver's supervision (arXiv 2605.25786). No tolerance; it ends early only where nothing is left to reduce, so an
 * exact guess is returned as it is. Σb need not vanish with `singular`: the part that cannot be met is projected out,
 * and the guess's mean is removed.
 *
 * @throws InvalidInputError on wrong lengths
 */
export function conjugateGradientSteps(
  matrix: SparseMatrix,
  rightHandSide: Float64Array,
  guess: Float64Array,
  steps: number,
  preconditioner: Preconditioner,
  options: StepsOptions = {},
): Float64Array {
  requireRows('solvers.conjugateGradientSteps', 'rightHandSide', matrix, rightHandSide);
  requireRows('solvers.conjugateGradientSteps', 'guess', matrix, guess);
  const x = options.out ?? new Float64Array(matrix.rows);
  if (x !== guess) x.set(guess);
  takeSteps({ matrix, rightHandSide, preconditioner, ...options }, x, steps);
  return x;
}

/** What one step computed; the vectors are the recursion's own and change with the next step. */
export interface StepRecord {
  /** z = M⁻¹ r, of zero volume mean where constants are in the kernel */
  readonly z: Float64Array;
  readonly p: Float64Array;
  /** A p */
  readonly q: Float64Array;
  /** ρ = rᵀz, β = ρ/ρ_before (0 in the first step), α = ρ/pᵀq */
  readonly rho: number;
  readonly beta: number;
  readonly alpha: number;
}

/** The recursion of {@link conjugateGradientSteps} from `x`, in place; `record` sees every step it takes. */
export function takeSteps(
  problem: Pick<StepsSample, 'matrix' | 'rightHandSide' | 'preconditioner' | 'singular' | 'scratch'>,
  x: Float64Array,
  steps: number,
  record?: (step: StepRecord) => void,
): void {
  const { matrix, rightHandSide, preconditioner } = problem;
  const n = matrix.rows;
  const volumes = problem.singular?.volumes;
  const scratch = problem.scratch ?? new Float64Array((1 + SEARCH_VECTORS) * n);
  const r = scratch.subarray(0, n);
  const search = searchDirection(matrix, preconditioner, scratch.subarray(n));
  const { z, p, q } = search;
  if (volumes) removeVolumeMean(x, volumes);
  multiply(matrix, x, r);
  for (let i = 0; i < n; i++) r[i] = rightHandSide[i] - r[i];
  let rho = 0;
  let smallest = 0;
  for (let step = 0; step < steps; step++) {
    if (volumes) removeRowSum(r, volumes);
    search.precondition(r);
    if (volumes) removeVolumeMean(z, volumes);
    const previousRho = rho;
    rho = dot(r, z);
    // below the square of round-off the recursive residual is noise
    if (step === 0) smallest = 1e-32 * rho;
    if (!(rho > smallest)) break;
    const beta = step === 0 ? 0 : rho / previousRho;
    const curvature = search.advance(beta);
    if (!(curvature > 0)) break;
    const alpha = rho / curvature;
    record?.({ z, p, q, rho, beta, alpha });
    for (let i = 0; i < n; i++) {
      x[i] += alpha * p[i];
      r[i] -= alpha * q[i];
    }
  }
}

export interface StepsSample extends StepsOptions {
  readonly matrix: SparseMatrix;
  readonly rightHandSide: Float64Array;
  readonly guess: Float64Array;
  readonly preconditioner: Preconditioner;
}

/** {@link conjugateGradientSteps} on each mesh of a batch with its own α and β: one mesh never slows another. */
export function conjugateGradientStepsBatch(samples: readonly StepsSample[], steps: number): Float64Array[] {
  const rows = samples.reduce((most, sample) => Math.max(most, sample.matrix.rows), 0);
  const shared = new Float64Array((1 + SEARCH_VECTORS) * rows);
  return samples.map((sample) =>
    conjugateGradientSteps(sample.matrix, sample.rightHandSide, sample.guess, steps, sample.preconditioner, {
      scratch: shared,
      ...sample,
    }),
  );
}
