import { definedOnly } from '../common/defined-only.js';
import { InvalidInputError } from '../common/errors.js';
import {
  type EnergyErrorBounds,
  type EnergyRecord,
  energyErrorBounds,
  energyErrorEstimate,
} from './energy-error.js';
import { compatibleRightHandSide, removeRowSum, removeVolumeMean } from './neumann-projection.js';
import type { Preconditioner } from './preconditioner.js';
import { requireFinite } from './problem.js';
import { searchDirection } from './search-direction.js';
import { multiply, requireRows, type SparseMatrix } from './sparse-matrix.js';
import { dot, norm } from './vectors.js';

/**
 * - `converged`: the true residual, computed as b − A x at the end, meets the tolerance
 * - `maximum-iterations`, `aborted`: stopped before; the solution is the best so far in the energy norm
 * - `stagnated`: restarts from the true residual no longer reduce it (the tolerance is below round-off)
 * - `breakdown`: matrix or preconditioner is not positive definite, or numbers overflowed
 */
export type SolveStatus = 'converged' | 'maximum-iterations' | 'breakdown' | 'stagnated' | 'aborted';

export interface ConjugateGradientOptions {
  readonly preconditioner: Preconditioner;
  /** Start, `[row]`; zero by default. Not modified. */
  readonly guess?: Float64Array;
  /** Bound on ‖b − A x‖₂/‖b‖₂ */
  readonly relativeTolerance?: number;
  readonly maximumIterations?: number;
  /** Given when constants are in the kernel: the solution is the one of zero volume mean, by projection. */
  readonly singular?: { readonly volumes: Float64Array };
  /** A number known not to exceed λ_min(M⁻¹A): makes the upper energy bound one for certain */
  readonly smallestEigenvalue?: number;
  readonly signal?: AbortSignal;
}

export const CONJUGATE_GRADIENT_DEFAULTS = { relativeTolerance: 1e-8, maximumIterations: 10_000 } as const;

export interface SolveResult {
  /** `[row]` */
  readonly solution: Float64Array;
  readonly iterations: number;
  /** ‖b − A x‖₂ of the returned solution, computed anew at the end */
  readonly residualNorm: number;
  /** residualNorm/‖b‖₂; 0 when both are zero */
  readonly relativeResidual: number;
  /** ‖r‖₂ before the first iteration and after each; the last is the true one */
  readonly residualHistory: Float64Array;
  readonly status: SolveStatus;
  /** Why it stopped, for people. */
  readonly reason: string;
  /** (Σ_k α_k r_kᵀz_k)^½ ≤ ‖x* − guess‖_A, equal to it up to the final error (Hestenes & Stiefel 1952) */
  readonly energyReduction: number;
  /** Estimate of ‖x* − x‖_A, from the last steps' energy; null without a step. See `energyErrorEstimate` */
  readonly energyError: number | null;
  /** Lower and upper bound of ‖x* − x_k‖_A a few iterations before the end, and an upper one at it; null without a step */
  readonly energyErrorBounds: EnergyErrorBounds | null;
}

/** What the iteration reports after each step. */
export interface IterationState {
  readonly iteration: number;
  readonly relativeResidual: number;
  /** x so far, `[row]`: the iteration's own, which changes with the next step */
  readonly solution: Float64Array;
  /** {@link SolveResult.energyErrorBounds} so far, computed when asked for. */
  energyErrorBounds(): EnergyErrorBounds | null;
}

/**
 * Preconditioned conjugate gradients for A x = b, A symmetric positive (semi-)definite:
 *
 *     α = rᵀz/pᵀAp,  x ← x + αp,  r ← r − αAp,  z = M⁻¹r,  β = rᵀz/(rᵀz)_old,  p ← z + βp
 *
 * When the recursive residual meets the tolerance the true one is computed; if that one does not, the iteration
 * restarts from it. With `singular`, r is kept orthogonal to constants and z of zero volume mean.
 *
 * A preconditioner that gives A z with z saves the product: Ap ← Az + β Ap.
 *
 * @throws InvalidInputError on wrong lengths and on values in b or the guess that are not finite
 * @throws IllPosedProblemError when `singular` and Σb is not zero to round-off
 */
export function conjugateGradient(
  matrix: SparseMatrix,
  rightHandSide: Float64Array,
  options: ConjugateGradientOptions,
): SolveResult {
  const iteration = conjugateGradientIteration(matrix, rightHandSide, options);
  for (;;) {
    const step = iteration.next();
    if (step.done) return step.value;
  }
}

/** {@link conjugateGradient} one step at a time, so that a caller can leave the event loop room in between. */
export function* conjugateGradientIteration(
  matrix: SparseMatrix,
  rightHandSide: Float64Array,
  options: ConjugateGradientOptions,
): Generator<IterationState, SolveResult, void> {
  const { preconditioner, singular, signal } = options;
  const { relativeTolerance, maximumIterations } = {
    ...CONJUGATE_GRADIENT_DEFAULTS,
    ...definedOnly(options),
  };
  checkInput(matrix, rightHandSide, options.guess, relativeTolerance, maximumIterations);
  const n = matrix.rows;
  const volumes = singular?.volumes;
  const b = volumes ? compatibleRightHandSide(rightHandSide, volumes) : rightHandSide;
  const x = options.guess ? options.guess.slice() : new Float64Array(n);
  if (volumes) removeVolumeMean(x, volumes);
  const r = new Float64Array(n);
  const search = searchDirection(matrix, preconditioner);
  const { z, p, q } = search;
  const scale = norm(b);
  // the solution is zero, and no relative tolerance can be met from anywhere else
  if (scale === 0) x.fill(0);
  const target = relativeTolerance * scale;
  const history: number[] = [];
  const energies: number[] = [];
  let record: EnergyRecord = { steps: [], ratios: [], products: [] };
  let recordStart = 0;
  const bounds = () => {
    const found = energyErrorBounds(record, options.smallestEigenvalue);
    return found && { ...found, iteration: recordStart + found.iteration };
  };
  let iterations = 0;
  const correctStart = () => {
    preconditioner.start?.(r, z);
    if (preconditioner.start) for (let i = 0; i < n; i++) x[i] += z[i];
    return trueResidual(matrix, b, x, r);
  };
  let lastTrueNorm = trueResidual(matrix, b, x, r);
  if (preconditioner.start && lastTrueNorm > target) lastTrueNorm = correctStart();
  let residualNorm = lastTrueNorm;
  history.push(residualNorm);

  const finish = (status: SolveStatus, reason: string): SolveResult => {
    if (volumes) removeVolumeMean(x, volumes);
    const finalNorm = trueResidual(matrix, b, x, r);
    history[history.length - 1] = finalNorm;
    return {
      solution: x,
      iterations,
      residualNorm: finalNorm,
      relativeResidual: finalNorm === 0 ? 0 : finalNorm / scale,
      residualHistory: Float64Array.from(history),
      status,
      reason,
      energyReduction: Math.sqrt(energies.reduce((sum, energy) => sum + energy, 0)),
      energyError: energyErrorEstimate(energies),
      energyErrorBounds: bounds(),
    };
  };

  if (!(residualNorm > target)) return finish('converged', 'the start meets the tolerance');
  let direction = false;
  let rho = 0;
  while (iterations < maximumIterations) {
    if (signal?.aborted) return finish('aborted', 'the signal was aborted');
    if (volumes) removeRowSum(r, volumes);
    search.precondition(r);
    if (volumes) removeVolumeMean(z, volumes);
    const previousRho = rho;
    rho = dot(r, z);
    if (!(rho > 0 && rho < Number.POSITIVE_INFINITY)) {
      return finish('breakdown', `rᵀM⁻¹r is ${rho}: the preconditioner is not positive definite`);
    }
    const beta = direction ? rho / previousRho : 0;
    direction = true;
    const curvature = search.advance(beta);
    if (!(curvature > 0 && curvature < Number.POSITIVE_INFINITY)) {
      return finish('breakdown', `pᵀAp is ${curvature}: the matrix is not positive definite`);
    }
    const alpha = rho / curvature;
    let squared = 0;
    for (let i = 0; i < n; i++) {
      x[i] += alpha * p[i];
      const value = r[i] - alpha * q[i];
      r[i] = value;
      squared += value * value;
    }
    residualNorm = Math.sqrt(squared);
    energies.push(alpha * rho);
    record.steps.push(alpha);
    record.ratios.push(beta);
    record.products.push(rho);
    history.push(residualNorm);
    iterations++;
    if (!(residualNorm > target)) {
      residualNorm = trueResidual(matrix, b, x, r);
      if (residualNorm <= target) return finish('converged', 'the true residual meets the tolerance');
      if (!(residualNorm < 0.5 * lastTrueNorm)) {
        return finish('stagnated', 'the true residual no longer falls: the tolerance is below round-off');
      }
      lastTrueNorm = residualNorm;
      if (preconditioner.start) residualNorm = correctStart();
      direction = false;
      record = { steps: [], ratios: [], products: [] };
      recordStart = iterations;
    }
    yield {
      iteration: iterations,
      relativeResidual: residualNorm / scale,
      solution: x,
      energyErrorBounds: bounds,
    };
  }
  const final = finish('maximum-iterations', `${maximumIterations} iterations did not reach the tolerance`);
  return final.residualNorm <= target
    ? { ...final, status: 'converged', reason: 'at the last iteration' }
    : final;
}

/** Writes b − A x into `r` and returns its norm. */
function trueResidual(matrix: SparseMatrix, b: Float64Array, x: Float64Array, r: Float64Array): number {
  multiply(matrix, x, r);
  let squared = 0;
  for (let i = 0; i < r.length; i++) {
    const value = b[i] - r[i];
    r[i] = value;
    squared += value * value;
  }
  return Math.sqrt(squared);
}

function checkInput(
  matrix: SparseMatrix,
  b: Float64Array,
  guess: Float64Array | undefined,
  tolerance: number,
  maximum: number,
): void {
  const caller = 'solvers.conjugateGradient';
  requireRows(caller, 'rightHandSide', matrix, b);
  requireFinite(caller, 'rightHandSide', b);
  if (guess) {
    requireRows(caller, 'guess', matrix, guess);
    requireFinite(caller, 'guess', guess);
  }
  if (!(tolerance >= 0 && tolerance < 1)) {
    throw new InvalidInputError(`${caller}: expected relativeTolerance in [0, 1), got ${tolerance}`);
  }
  if (!(maximum >= 0)) {
    throw new InvalidInputError(`${caller}: expected maximumIterations >= 0, got ${maximum}`);
  }
}
