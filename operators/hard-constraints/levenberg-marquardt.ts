import type { SolveStatus } from './diagnostics.js';
import { equalityDefects, equalityFactor, feasibleMove, projectedGradient } from './equality-solve.js';
import {
  type JointState,
  type JointSystem,
  jointGradient,
  jointMatrix,
  jointState,
  unknownsOf,
} from './joint-system.js';
import { diagonalScales } from './symmetric-factor.js';

export interface LevenbergMarquardtOptions {
  readonly maximumIterations: number;
  /** Ends at |G_j|/‖J_j‖ below this share of ‖ρ‖ at the start. */
  readonly gradientTolerance: number;
  /** Ends at steps below this share of the coefficients, in scaled unknowns. */
  readonly stepTolerance: number;
  /** τ of the first damping μ = τ · diag(JᵀJ). */
  readonly firstDamping: number;
  /** Undamped steps with the full Hessian after convergence, as long as they make the gradient smaller. */
  readonly polishSteps: number;
}

export const LEVENBERG_MARQUARDT_DEFAULTS: LevenbergMarquardtOptions = {
  maximumIterations: 50,
  gradientTolerance: 1e-10,
  stepTolerance: 1e-14,
  firstDamping: 1e-3,
  polishSteps: 2,
};

export interface LevenbergMarquardtResult {
  readonly state: JointState;
  /** η of the equalities, from the stationarity G + Eᵀη = 0. */
  readonly multipliers: Float64Array;
  readonly status: SolveStatus;
  readonly iterations: number;
  readonly gradientNorm: number;
  readonly rank: number;
  readonly conditionEstimate: number;
}

/** Refinements of a linear answer, each one product with J; what the normal equations lose of it comes back. */
const REFINEMENTS = 3;

/** Equalities are met to this share of what they add up. */
const FEASIBLE = 1e-8;

/** Beyond it, steps are too short to change anything. */
const LARGEST_DAMPING = 1e16;

/** A change of Φ below this share is round-off and no reason to refuse a step. */
const ROUND_OFF = 1e-14;

/**
 * Minimises Φ(ω) = ½‖ρ(ω)‖² + ½ωᵀΛω under Eω = e by the method of Levenberg and Marquardt with Nielsen's damping (Madsen, Nielsen,
 * Tingleff, Methods for Non-Linear Least Squares Problems, 2004, §3.2): with A = JᵀJ + Λ,
 *
 *     (A + μ diag A) δ + Eᵀη = −G,   E δ = 0
 *
 * A step is taken if Φ falls; then μ ← μ · max(⅓, 1 − (2ϱ − 1)³), ϱ the fall over the predicted one, and else μ grows ever faster.
 * Unknowns are scaled by the columns' lengths. A linear system needs one undamped solve.
 */
export function levenbergMarquardt(
  system: JointSystem,
  start: Float64Array,
  options: LevenbergMarquardtOptions,
): LevenbergMarquardtResult {
  const n = unknownsOf(system);
  const { equalities } = system;
  let state = jointState(system, start);
  const give = (status: SolveStatus, more: Partial<LevenbergMarquardtResult> = {}) => ({
    state,
    multipliers: new Float64Array(equalities?.values.length ?? 0),
    status,
    iterations: 0,
    gradientNorm: Number.NaN,
    rank: 0,
    conditionEstimate: Number.NaN,
    ...more,
  });
  if (!Number.isFinite(state.objective)) return give('not-finite');
  let matrix = jointMatrix(system, state, 'gauss-newton');
  let scales = diagonalScales(matrix, n);
  if (equalities) {
    const move = feasibleMove(equalities, scales, state.coefficients);
    state = jointState(system, moved(state, move));
    if (!Number.isFinite(state.objective)) return give('not-finite');
    if (!obeys(system, state)) return give('infeasible');
    matrix = jointMatrix(system, state, 'gauss-newton');
    scales = diagonalScales(matrix, n);
  }
  let projected = projectedGradient(jointGradient(system, state), scales, equalities);
  const reference = system.systems.every(({ norm }) => norm === 'ritz')
    ? largest(projected.scaled)
    : Math.sqrt(2 * state.objective);
  const relative = (): number => (reference > 0 ? largest(projected.scaled) / reference : 0);
  if (!Number.isFinite(largest(projected.scaled) + largest(matrix))) return give('not-finite');

  let iterations = 0;
  let status: SolveStatus = 'converged';
  if (system.systems.every(({ linear }) => linear)) {
    const factor = equalityFactor(matrix, n, equalities)!;
    for (let pass = 0; pass <= REFINEMENTS; pass++) {
      const { x } = factor.solve(
        jointGradient(system, state).map((value) => -value),
        equalities && equalityDefects(equalities, state.coefficients).map((value) => -value),
      );
      const next = jointState(system, moved(state, x));
      const left = projectedGradient(jointGradient(system, next), scales, equalities);
      // the first solve answers; refinements have to prove themselves
      if (pass > 0 && !(largest(left.scaled) < largest(projected.scaled))) break;
      iterations++;
      state = next;
      projected = left;
      if (relative() <= options.gradientTolerance * 1e-3) break;
    }
    if (!Number.isFinite(state.objective)) return give('not-finite');
    const { rank, conditionEstimate } = factor;
    const { multipliers } = projected;
    return give(status, { multipliers, iterations, gradientNorm: relative(), rank, conditionEstimate });
  }

  let damping = options.firstDamping;
  let growth = 2;
  status = 'maximum-iterations';
  while (iterations < options.maximumIterations) {
    if (relative() <= options.gradientTolerance) {
      status = 'converged';
      break;
    }
    if (damping > LARGEST_DAMPING) {
      status = 'stalled';
      break;
    }
    iterations++;
    const gradient = jointGradient(system, state);
    const factor = equalityFactor(matrix, n, equalities, damping);
    const step = factor?.solve(gradient.map((value) => -value)).x;
    const next = step && jointState(system, moved(state, step));
    const fall = next ? state.objective - next.objective : Number.NaN;
    const predicted = step ? predictedFall(matrix, gradient, step) : Number.NaN;
    if (step && next && (fall > 0 || Math.abs(fall) <= ROUND_OFF * state.objective)) {
      const ratio = fall / predicted;
      const short =
        scaledLength(step, scales) <= options.stepTolerance * scaledLength(next.coefficients, scales);
      state = next;
      matrix = jointMatrix(system, state, 'gauss-newton');
      scales = diagonalScales(matrix, n);
      projected = projectedGradient(jointGradient(system, state), scales, equalities);
      damping *= Math.max(1 / 3, 1 - (2 * ratio - 1) ** 3);
      growth = 2;
      if (short && relative() > options.gradientTolerance) {
        status = damping < 1 ? 'converged' : 'stalled';
        break;
      }
    } else {
      damping *= growth;
      growth *= 2;
    }
  }
  if (status === 'maximum-iterations' && relative() <= options.gradientTolerance) status = 'converged';

  for (let pass = 0; pass < options.polishSteps && status !== 'maximum-iterations'; pass++) {
    const factor = equalityFactor(jointMatrix(system, state, 'full'), n, equalities);
    if (!factor) break;
    const { x } = factor.solve(jointGradient(system, state).map((value) => -value));
    const next = jointState(system, moved(state, x));
    const left = projectedGradient(jointGradient(system, next), scales, equalities);
    if (!(largest(left.scaled) < largest(projected.scaled))) break;
    state = next;
    projected = left;
    if (status === 'stalled' && relative() <= options.gradientTolerance) status = 'converged';
  }
  matrix = jointMatrix(system, state, 'gauss-newton');
  const { rank, conditionEstimate } = equalityFactor(matrix, n, equalities)!;
  const { multipliers } = projected;
  return give(status, { multipliers, iterations, gradientNorm: relative(), rank, conditionEstimate });
}

const moved = ({ coefficients }: JointState, step: Float64Array): Float64Array =>
  coefficients.map((value, j) => value + step[j]);

function obeys({ equalities }: JointSystem, { coefficients }: JointState): boolean {
  if (!equalities) return true;
  const n = coefficients.length;
  return equalityDefects(equalities, coefficients).every((defect, law) => {
    let scale = Math.abs(equalities.values[law]);
    for (let j = 0; j < n; j++) scale += Math.abs(equalities.matrix[law * n + j] * coefficients[j]);
    return Math.abs(defect) <= FEASIBLE * scale;
  });
}

/** −Gᵀδ − ½δᵀAδ, what a quadratic model of Φ loses */
function predictedFall(matrix: Float64Array, gradient: Float64Array, step: Float64Array): number {
  const n = step.length;
  let sum = 0;
  for (let i = 0; i < n; i++) {
    let product = 0;
    for (let j = 0; j < n; j++) product += matrix[i * n + j] * step[j];
    sum -= step[i] * (gradient[i] + product / 2);
  }
  return sum;
}

function scaledLength(x: Float64Array, scales: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < x.length; j++) sum += (x[j] * scales[j]) ** 2;
  return Math.sqrt(sum);
}

function largest(x: Float64Array): number {
  let most = 0;
  for (const value of x) {
    if (Number.isNaN(value)) return value;
    most = Math.max(most, Math.abs(value));
  }
  return most;
}
