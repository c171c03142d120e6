import type { SolveStatus } from './diagnostics.js';
import { equalityDefects, equalityFactor, feasibleMove, projectedGradient } from './equality-solve.js';
import { type JointState, type JointSystem, jointGradient, jointMatrix, jointState } from './joint-system.js';
import { diagonalScales } from './symmetric-factor.js';

export interface LevenbergMarquardtOptions {
  readonly maximumIterations: number;
  /** Ends at |G_j|/‖J_j‖ below this share of ‖ρ‖ at the start. */
  readonly gradientTolerance: number;
  /** Ends at steps below this share of the coefficients, in scaled unknowns. */
  readonly stepTolerance: number;
  /**
   * Ends as stalled where eight iterations together made Φ smaller by no more than this share: rows with kinks have minima at which
   * no gradient vanishes.
   */
  readonly objectiveTolerance: number;
  /** τ of the first damping μ = τ · diag(JᵀJ). */
  readonly firstDamping: number;
  /** Undamped steps with the full Hessian after convergence, as long as they make the gradient smaller. */
  readonly polishSteps: number;
  /**
   * A step after which more than this share of the gradient is left is followed by one with the full Hessian, as in Newton's method: rows that
   * cannot vanish let Gauss–Newton converge linearly only. 1 or more never does.
   */
  readonly slowness: number;
}

export const LEVENBERG_MARQUARDT_DEFAULTS: LevenbergMarquardtOptions = {
  maximumIterations: 50,
  gradientTolerance: 1e-10,
  stepTolerance: 1e-14,
  objectiveTolerance: 1e-5,
  firstDamping: 1e-3,
  polishSteps: 2,
  slowness: 0.2,
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

/** Steps that go by after one with the full Hessian was of no use, for the first time; twice as many every further time. */
const NEWTON_PAUSE = 3;

/** Iterations that have to show for themselves, see `objectiveTolerance`. */
const STALL_WINDOW = 8;

/** Where an iteration stands. */
interface Point {
  readonly state: JointState;
  readonly gradient: Float64Array;
  /** A = JᵀJ + Λ */
  readonly matrix: Float64Array;
  /** Lengths of J's columns. */
  readonly scales: Float64Array;
  /** Of the gradient, what the laws leave, in scaled unknowns; with their η. */
  readonly projected: ReturnType<typeof projectedGradient>;
  /** Its largest entry. */
  readonly size: number;
}

/**
 * Minimises Φ(ω) = ½‖ρ(ω)‖² + ½ωᵀΛω under Eω = e by the method of Levenberg and Marquardt with Nielsen's damping (Madsen, Nielsen,
 * Tingleff, Methods for Non-Linear Least Squares Problems, 2004, §3.2): with A = JᵀJ + Λ,
 *
 *     (A + μ diag A) δ + Eᵀη = −G,   E δ = 0
 *
 * A step is taken if Φ falls; then μ ← μ · max(⅓, 1 − (2ϱ − 1)³), ϱ the fall over the predicted one, and else μ grows ever faster.
 * Unknowns are scaled by the columns' lengths. Where that converges slowly, steps with the full Hessian are tried between. A linear system
 * needs one undamped solve.
 */
export function levenbergMarquardt(
  system: JointSystem,
  start: Float64Array,
  options: LevenbergMarquardtOptions,
): LevenbergMarquardtResult {
  const first = jointState(system, start);
  const without = (status: SolveStatus, state: JointState): LevenbergMarquardtResult => ({
    state,
    multipliers: new Float64Array(system.equalities?.values.length ?? 0),
    status,
    iterations: 0,
    gradientNorm: Number.NaN,
    rank: 0,
    conditionEstimate: Number.NaN,
  });
  if (!Number.isFinite(first.objective)) return without('not-finite', first);
  let point = pointAt(system, first);
  if (!Number.isFinite(point.size + largest(point.matrix))) return without('not-finite', first);
  if (system.equalities) {
    const move = feasibleMove(system.equalities, point.scales, start);
    const state = jointState(system, moved(first, move));
    if (!Number.isFinite(state.objective)) return without('not-finite', state);
    if (!obeys(system, state)) return without('infeasible', state);
    point = pointAt(system, state);
  }
  const reference = system.systems.every(({ norm }) => norm === 'ritz')
    ? point.size
    : Math.sqrt(2 * point.state.objective);
  const relative = ({ size }: Point): number => (reference > 0 ? size / reference : 0);
  const linear = system.systems.every(({ linear: own }) => own);
  const found = linear
    ? refined(system, point, (at) => relative(at) <= options.gradientTolerance * 1e-3)
    : iterated(system, point, options, (at) => relative(at) <= options.gradientTolerance);
  if (!Number.isFinite(found.point.state.objective)) return without('not-finite', found.point.state);
  const { state, matrix, projected } = found.point;
  const { rank, conditionEstimate } = equalityFactor(matrix, start.length, system.equalities)!;
  return {
    state,
    multipliers: projected.multipliers,
    status: found.status,
    iterations: found.iterations,
    gradientNorm: relative(found.point),
    rank,
    conditionEstimate,
  };
}

interface Found {
  readonly point: Point;
  readonly status: SolveStatus;
  readonly iterations: number;
}

/** A linear system's answer, refined while that makes the gradient smaller. */
function refined(system: JointSystem, start: Point, reached: (point: Point) => boolean): Found {
  const { equalities } = system;
  const { matrix, scales } = start;
  const factor = equalityFactor(matrix, scales.length, equalities)!;
  let point = start;
  let iterations = 0;
  while (iterations <= REFINEMENTS && !(iterations > 0 && reached(point))) {
    const { x } = factor.solve(
      negative(point.gradient),
      equalities && negative(equalityDefects(equalities, point.state.coefficients)),
    );
    const next = pointAt(system, jointState(system, moved(point.state, x)), { matrix, scales });
    // the first solve answers; refinements have to prove themselves
    if (iterations > 0 && !(next.size < point.size)) break;
    point = next;
    iterations++;
  }
  return { point, status: 'converged', iterations };
}

function iterated(
  system: JointSystem,
  start: Point,
  options: LevenbergMarquardtOptions,
  reached: (point: Point) => boolean,
): Found {
  let point = start;
  let status: SolveStatus = 'maximum-iterations';
  let damping = options.firstDamping;
  let growth = 2;
  let iterations = 0;
  let newtonFrom = 0;
  let pause = NEWTON_PAUSE;
  let slow = false;
  const objectives: number[] = [];
  const stalls = (): boolean => {
    const { objective } = point.state;
    const before = objectives[iterations - STALL_WINDOW];
    return before !== undefined && before - objective <= options.objectiveTolerance * Math.abs(objective);
  };
  while (iterations < options.maximumIterations && !reached(point)) {
    if (damping > LARGEST_DAMPING || stalls()) {
      status = 'stalled';
      break;
    }
    objectives[iterations] = point.state.objective;
    iterations++;
    if (slow && iterations >= newtonFrom) {
      const next = newtonPoint(system, point, 'definite');
      if (next && next.size < point.size && !(fallOf(point, next.state) < 0)) point = next;
      else {
        newtonFrom = iterations + pause;
        pause *= 2;
      }
      continue;
    }
    const factor = equalityFactor(point.matrix, start.scales.length, system.equalities, damping);
    const step = factor?.solve(negative(point.gradient)).x;
    const state = step && jointState(system, moved(point.state, step));
    const fall = state ? fallOf(point, state) : Number.NaN;
    if (!(step && state && fall >= 0)) {
      damping *= growth;
      growth *= 2;
      continue;
    }
    const ratio = fall / predictedFall(point.matrix, point.gradient, step);
    const next = pointAt(system, state);
    const short =
      scaledLength(step, point.scales) <=
      options.stepTolerance * scaledLength(state.coefficients, point.scales);
    slow = next.size > options.slowness * point.size;
    point = next;
    damping *= Math.max(1 / 3, 1 - (2 * ratio - 1) ** 3);
    growth = 2;
    if (short && !reached(point)) {
      status = damping < 1 ? 'converged' : 'stalled';
      break;
    }
  }
  if (reached(point)) status = 'converged';
  for (let pass = 0; pass < options.polishSteps && status !== 'maximum-iterations'; pass++) {
    const next = newtonPoint(system, point, 'any');
    if (!next || !(next.size < point.size)) break;
    point = next;
    if (reached(point)) status = 'converged';
  }
  return { point, status, iterations };
}

/** An undamped step with the full Hessian; `definite` keeps away from saddles. */
function newtonPoint(
  system: JointSystem,
  { state, gradient }: Point,
  kind: 'definite' | 'any',
): Point | undefined {
  const factor = equalityFactor(jointMatrix(system, state, 'full'), gradient.length, system.equalities);
  if (!factor || (kind === 'definite' && factor.kind !== 'definite')) return undefined;
  const next = jointState(system, moved(state, factor.solve(negative(gradient)).x));
  return Number.isFinite(next.objective) ? pointAt(system, next) : undefined;
}

function pointAt(
  system: JointSystem,
  state: JointState,
  known?: { readonly matrix: Float64Array; readonly scales: Float64Array },
): Point {
  const matrix = known?.matrix ?? jointMatrix(system, state, 'gauss-newton');
  const scales = known?.scales ?? diagonalScales(matrix, state.coefficients.length);
  const gradient = jointGradient(system, state);
  const projected = projectedGradient(gradient, scales, system.equalities);
  return { state, gradient, matrix, scales, projected, size: largest(projected.scaled) };
}

/** How much smaller Φ becomes, 0 where that is round-off. */
function fallOf({ state }: Point, next: JointState): number {
  const fall = state.objective - next.objective;
  return Math.abs(fall) <= ROUND_OFF * Math.abs(state.objective) ? 0 : fall;
}

const negative = (x: Float64Array): Float64Array => x.map((value) => -value);

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
