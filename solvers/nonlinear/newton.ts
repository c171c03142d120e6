import { InvalidInputError } from '../../common/errors.js';
import type { Progress } from '../../common/progress.js';
import type { SolveStatus } from '../conjugate-gradient.js';
import { conjugateResiduals } from '../conjugate-residuals.js';
import { type DiscreteSystem, residualOf } from '../discrete-system.js';
import { innerSolve, type SolveState } from '../inner-solve.js';
import { norm } from '../vectors.js';

export interface NewtonLimits {
  /** ‖r‖₂ to reach */
  readonly target: number;
  readonly maximumIterations: number;
  readonly signal?: AbortSignal;
  readonly progress?: Progress;
  /** J z of a field, where it is known; by default by differences of residuals */
  readonly jacobian?: (system: DiscreteSystem, u: Float64Array, z: Float64Array) => Float64Array;
  /**
   * How far a step is solved: a thousandth of the residual, or `quadratic` less than that the smaller the residual is,
   * min(10⁻³, ‖r‖/‖r₀‖), so that the steps converge quadratically (Eisenstat & Walker 1996)
   */
  readonly forcing?: 'thousandth' | 'quadratic';
}

export interface NewtonResult {
  readonly status: SolveStatus;
  readonly reason: string;
  /** Newton steps */
  readonly steps: number;
  /** Conjugate gradient iterations in all */
  readonly iterations: number;
  /** ‖r‖₂, of the returned u */
  readonly residualNorm: number;
  /** ‖r‖₂ at the start and after every step */
  readonly residualNorms: readonly number[];
}

/** Reduction of the linearised residual asked of one Newton step. */
const LINEAR_TOLERANCE = 1e-3;
/** Directions of one linear solve. */
const DIRECTIONS = 12;
/** Reduction of one inner solve with B. */
const INNER_TOLERANCE = 0.01;
const MAXIMUM_STEPS = 40;
/** Halvings of a step that does not reduce the residual. */
const HALVINGS = 10;
const DIFFERENCE = 1e-7;

/**
 * Solves R(u) = b + s c(u) − B u = 0 where B, b and c themselves depend on u, improving `u` in place: Newton's method with
 * products J z, known or ≈ (R(u) − R(u + εz))/ε, and generalised conjugate residuals, preconditioned by inexact solves with B(u),
 * which is J but for the derivative of κ. A step that does not reduce ‖R‖ is halved; one that leaves the range of κ too.
 *
 * @param systemAt the discrete system with B, b and c of a field
 */
export async function newton(
  systemAt: (u: Float64Array) => DiscreteSystem,
  u: Float64Array,
  limits: NewtonLimits,
): Promise<NewtonResult> {
  const { target, maximumIterations, signal, progress, jacobian, forcing = 'thousandth' } = limits;
  const counts: SolveState = {
    status: 'converged',
    reason: '',
    iterations: 0,
    corrections: 0,
    residualHistory: [],
    energyError: null,
  };
  let system = systemAt(u);
  let r = residualOf(system, u);
  let residualNorm = norm(r);
  const residualNorms = [residualNorm];
  let steps = 0;
  const result = (status: SolveStatus, reason: string): NewtonResult => ({
    status,
    reason,
    steps,
    iterations: counts.iterations,
    residualNorm,
    residualNorms,
  });
  while (residualNorm > target) {
    if (signal?.aborted) return result('aborted', 'the signal was aborted');
    if (steps >= MAXIMUM_STEPS)
      return result('maximum-iterations', `no convergence in ${steps} Newton steps`);
    const size = norm(u);
    const current = system;
    const image = (z: Float64Array): Float64Array => {
      if (jacobian) return jacobian(current, u, z);
      const length = Math.max(norm(z), Number.MIN_VALUE);
      const epsilon = DIFFERENCE * Math.max(size / length, 1);
      const moved = u.map((value, i) => value + epsilon * z[i]);
      const shifted = residualOf(systemAt(moved), moved);
      for (let i = 0; i < shifted.length; i++) shifted[i] = (r[i] - shifted[i]) / epsilon;
      return shifted;
    };
    const reduction =
      forcing === 'quadratic'
        ? Math.min(LINEAR_TOLERANCE, residualNorm / residualNorms[0])
        : LINEAR_TOLERANCE;
    const bound = Math.max(0.3 * target, reduction * residualNorm);
    const step = new Float64Array(u.length);
    const remaining = r.slice();
    const residuals = conjugateResiduals(DIRECTIONS);
    let directions = 0;
    while (norm(remaining) > bound && directions < DIRECTIONS) {
      const inner = await innerSolve(system, remaining, norm(remaining), INNER_TOLERANCE, counts, {
        target: 0,
        scale: residualNorm,
        maximumIterations,
        signal,
        progress,
      });
      if (inner.status !== 'converged') return result(inner.status, inner.reason);
      const z = inner.solution;
      if (!residuals.step(z, image(z), step, remaining)) break;
      directions++;
    }
    steps++;
    const accepted = lineSearch(systemAt, u, step, residualNorm);
    if (accepted instanceof InvalidInputError) return result('breakdown', accepted.message);
    if (!accepted) {
      return residualNorm <= 10 * target
        ? result('stagnated', 'the residual no longer falls: the tolerance is below round-off')
        : result('breakdown', 'no step along the Newton direction reduces the residual');
    }
    u.set(accepted.u);
    ({ system, r } = accepted);
    residualNorm = norm(r);
    residualNorms.push(residualNorm);
  }
  return result('converged', 'the true residual meets the tolerance');
}

function lineSearch(
  systemAt: (u: Float64Array) => DiscreteSystem,
  u: Float64Array,
  step: Float64Array,
  residualNorm: number,
) {
  let failure: InvalidInputError | undefined;
  for (let halving = 0, length = 1; halving <= HALVINGS; halving++, length /= 2) {
    const trial = u.map((value, i) => value + length * step[i]);
    try {
      const system = systemAt(trial);
      const r = residualOf(system, trial);
      if (norm(r) < (1 - 1e-4 * length) * residualNorm) return { u: trial, system, r };
      failure = undefined;
    } catch (error) {
      if (!(error instanceof InvalidInputError)) throw error;
      failure = error;
    }
  }
  // κ refuses every field in this direction: that sentence says more than a failed step
  return failure;
}
