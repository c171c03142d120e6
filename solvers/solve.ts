import { InvalidInputError } from '../common/errors.js';
import type { Progress } from '../common/progress.js';
import { CONJUGATE_GRADIENT_DEFAULTS, type SolveStatus } from './conjugate-gradient.js';
import { deferredCorrection } from './deferred-correction.js';
import { type CoarseSpace, deflation } from './deflation.js';
import { type DiscreteSystem, imageOf, residualOf } from './discrete-system.js';
import { type Guess, type GuessReport, guessReport, judgeGuess } from './guess.js';
import { innerSolve, type SolveLimits, type SolveState } from './inner-solve.js';
import {
  compatibleRightHandSide,
  type NeumannOptions,
  removeRowSum,
  removeVolumeMean,
} from './neumann-projection.js';
import { correctionVanishes } from './non-orthogonal-correction.js';
import { assemble, checkedBoundaryValues } from './poisson-operator.js';
import { choosePreconditioner, type PreconditionerChoice } from './preconditioner-choice.js';
import type { PoissonProblem } from './problem.js';
import type { SparseMatrix } from './sparse-matrix.js';
import { norm } from './vectors.js';

export interface SolveOptions extends NeumannOptions {
  readonly guess?: Guess;
  readonly preconditioner?: PreconditionerChoice;
  /** Fields whose span the preconditioner need not care for, as of a reduced basis: see `deflation` */
  readonly deflation?: CoarseSpace;
  /** Bound on the true relative residual */
  readonly relativeTolerance?: number;
  /** Sum over all corrections */
  readonly maximumIterations?: number;
  /**
   * Solve B u = b + s c(u), see `nonOrthogonalCorrection`: true for s = 1, false for s = 0 (the plain two-point flux, which
   * training and surrogates use), or a share between. Nothing is done where mesh and κ need no correction.
   */
  readonly nonOrthogonalCorrection?: boolean | number;
  readonly signal?: AbortSignal;
  readonly progress?: Progress;
}

export const SOLVE_DEFAULTS = {
  preconditioner: 'auto',
  ...CONJUGATE_GRADIENT_DEFAULTS,
  nonOrthogonalCorrection: true,
  neumannImbalance: 'refuse',
} as const satisfies SolveOptions;

type Settings = SolveOptions & Required<Pick<SolveOptions, keyof typeof SOLVE_DEFAULTS>>;

export interface Certificate {
  /** `[cell]` */
  readonly solution: Float64Array;
  readonly status: SolveStatus;
  readonly reason: string;
  readonly iterations: number;
  /** Outer steps of the non-orthogonal correction; 1 without it */
  readonly corrections: number;
  /** s of the system solved: less than asked for only where the correction had to be limited, which `reason` says */
  readonly nonOrthogonalCorrection: number;
  /** ‖b + s c(u) − B u‖₂ of the returned solution, computed anew */
  readonly residualNorm: number;
  /** residualNorm/‖b + s c(0)‖₂ */
  readonly relativeResidual: number;
  readonly residualHistory: Float64Array;
  /** Estimate of ‖u* − u‖_B, u* the exact discrete solution; null when no iteration gave anything to estimate from */
  readonly energyError: number | null;
  /** Name of the one used */
  readonly preconditioner: string;
  /** σ of IC(0), 0 unless its factorisation needed a diagonal shift */
  readonly diagonalShift: number;
  /** Present when a guess was given */
  readonly guess?: GuessReport;
  readonly seconds: { readonly setup: number; readonly guess: number; readonly solve: number };
}

/** Where even the accelerated correction stalls above this relative residual, half of it is tried. */
const LIMITED_ABOVE = 1e-6;
/** Times that a solve goes on to a quarter of its target for the sake of the heat balance. */
const BALANCE_ATTEMPTS = 3;
/** Least share tried. */
const LEAST_SHARE = 0.25;

/**
 * Solves −∇·(κ∇u) + c u = q to a computed residual: finite volumes, then conjugate gradients from the guess. A guess
 * whose energy error is larger than that of zero, ‖u* − g‖_B > ‖u*‖_B ⇔ 2bᵀg < gᵀBg, is rejected. (The residual would be
 * the wrong judge: it weighs rough errors by h⁻² and turns away useful predictions.) So is one that throws or is not
 * finite; the report says why.
 *
 * The certificate refers to the discrete system: B u = b, or B u = b + c(u) with the non-orthogonal correction. It
 * says nothing of the discretisation error. Without a fixed value the solution is the one of zero volume mean, and
 * the residual is that of the balanced right-hand side. The heat balance closes to round-off: the last step is the one
 * along constants that makes Σr = 0, which cannot increase the energy error.
 *
 * @throws InvalidInputError on bad data or options; IllPosedProblemError on an unbalanced Neumann problem
 */
export async function solve(problem: PoissonProblem, options: SolveOptions = {}): Promise<Certificate> {
  const settings: Settings = { ...SOLVE_DEFAULTS, ...withoutUndefined(options) };
  const { neumannImbalance, signal, progress, maximumIterations } = settings;
  const started = performance.now();
  let system = prepare(problem, settings);
  const { operator, preconditioner } = system;
  const scale = norm(residualOf(system, new Float64Array(operator.mesh.cellCount)));
  const guessStarted = performance.now();
  const judged =
    settings.guess === undefined
      ? undefined
      : await judgeGuess(problem, settings.guess, system, scale, { neumannImbalance });
  const solveStarted = performance.now();

  const u = judged?.used && judged.field ? judged.field.slice() : new Float64Array(operator.mesh.cellCount);
  const startNorm = norm(residualOf(system, u));
  const state: SolveState = {
    status: 'converged',
    reason: 'the start meets the tolerance',
    iterations: 0,
    corrections: 0,
    residualHistory: [startNorm],
    energyError: null,
  };
  const limits: SolveLimits = {
    target: settings.relativeTolerance * scale,
    scale,
    maximumIterations,
    signal,
    progress,
  };
  await iterate(system, u, state, limits);
  while (mustLimit(system, state, scale)) {
    system = { ...system, correctionShare: system.correctionShare / 2 };
    await iterate(system, u, state, limits);
    state.reason += `; limited to ${system.correctionShare} of the non-orthogonal correction, which did not converge: improve the mesh`;
  }
  for (let attempt = 1; !balance(system, u, limits.target) && attempt <= BALANCE_ATTEMPTS; attempt++) {
    const { status, reason } = state;
    if (status !== 'converged') break;
    await iterate(system, u, state, { ...limits, target: limits.target / 4 ** attempt });
    Object.assign(state, { status, reason });
  }
  const residualNorm = norm(residualOf(system, u));
  state.residualHistory[state.residualHistory.length - 1] = residualNorm;
  const finished = performance.now();
  return {
    solution: u,
    status: state.status,
    reason: state.reason,
    iterations: state.iterations,
    corrections: state.corrections,
    nonOrthogonalCorrection: system.correctionShare,
    residualNorm,
    relativeResidual: residualNorm === 0 ? 0 : residualNorm / scale,
    residualHistory: Float64Array.from(state.residualHistory),
    energyError: state.energyError,
    preconditioner: preconditioner.name,
    diagonalShift: shiftOf(preconditioner),
    ...(judged && { guess: guessReport(judged, operator, u, state.iterations, state.energyError) }),
    seconds: {
      setup: (guessStarted - started) / 1000,
      guess: (solveStarted - guessStarted) / 1000,
      solve: (finished - solveStarted) / 1000,
    },
  };
}

function prepare(problem: PoissonProblem, settings: Settings): DiscreteSystem {
  const share = Number(settings.nonOrthogonalCorrection);
  if (!(share >= 0 && share <= 1)) {
    throw new InvalidInputError(
      `solvers.solve: expected nonOrthogonalCorrection to be true, false or a share in [0, 1], got ${share}`,
    );
  }
  const { operator, rightHandSide } = assemble(problem);
  const volumes = operator.mesh.cellVolumes;
  let b = rightHandSide;
  if (operator.singular) {
    if (settings.neumannImbalance === 'remove') removeRowSum(b, volumes);
    else b = compatibleRightHandSide(b, volumes);
  }
  const preconditioner = choosePreconditioner(operator.matrix, settings.preconditioner);
  return {
    operator,
    rightHandSide: b,
    boundaryValues: checkedBoundaryValues(operator, problem.boundaryConditions),
    preconditioner: settings.deflation
      ? deflation(coarseSpaceOf(settings.deflation, operator.matrix), preconditioner)
      : preconditioner,
    correctionShare: share > 0 && correctionVanishes(operator) ? 0 : share,
  };
}

/** The coarse space was made for another assembly of, one hopes, the same problem. */
function coarseSpaceOf(coarse: CoarseSpace, matrix: SparseMatrix): CoarseSpace {
  const other = coarse.matrix.values;
  if (
    other.length === matrix.values.length &&
    other.every((value, entry) => value === matrix.values[entry])
  ) {
    return coarse;
  }
  throw new InvalidInputError(
    'solvers.solve: the coarse space of `deflation` belongs to another matrix; it holds for one mesh, one κ and one set of ' +
      'boundary types, make it anew',
  );
}

function iterate(
  system: DiscreteSystem,
  u: Float64Array,
  state: SolveState,
  limits: SolveLimits,
): Promise<void> {
  return (system.correctionShare === 0 ? plainSolve : deferredCorrection)(system, u, state, limits);
}

/** Conjugate gradients on B u = b, again from the true residual should that miss the target. */
async function plainSolve(
  system: DiscreteSystem,
  u: Float64Array,
  state: SolveState,
  limits: SolveLimits,
): Promise<void> {
  let r = residualOf(system, u);
  let residualNorm = norm(r);
  while (residualNorm > limits.target) {
    const inner = await innerSolve(
      system,
      r,
      residualNorm,
      0.999 * (limits.target / residualNorm),
      state,
      limits,
    );
    for (let i = 0; i < u.length; i++) u[i] += inner.solution[i];
    const before = residualNorm;
    r = residualOf(system, u);
    residualNorm = norm(r);
    if (inner.iterations > 0 && inner.energyError !== null) {
      // of a run that goes on from another the estimate is coarse: the error falls about as ‖r‖ does
      const continued = (state.energyError ?? Number.POSITIVE_INFINITY) * (residualNorm / before);
      state.energyError = Math.min(continued, inner.energyError);
    }
    if (residualNorm <= limits.target) {
      state.status = 'converged';
      state.reason = 'the true residual meets the tolerance';
    } else if (inner.status === 'converged' && !(residualNorm < 0.5 * before)) {
      state.status = 'stagnated';
      state.reason = 'the true residual no longer falls: the tolerance is below round-off';
    }
    if (state.status !== 'converged') return;
  }
}

function mustLimit(system: DiscreteSystem, state: SolveState, scale: number): boolean {
  const reached = state.residualHistory[state.residualHistory.length - 1];
  return (
    state.status === 'stagnated' && reached > LIMITED_ABOVE * scale && system.correctionShare > LEAST_SHARE
  );
}

/**
 * u ← u + α with Σ(r − α A1) = 0, unless that takes the residual above the target; where constants are free, removes the
 * mean. Says whether it was done.
 */
function balance(system: DiscreteSystem, u: Float64Array, target: number): boolean {
  const { operator } = system;
  if (operator.singular) {
    removeVolumeMean(u, operator.mesh.cellVolumes);
    return true;
  }
  const image = imageOf(system, new Float64Array(u.length).fill(1));
  const r = residualOf(system, u);
  const step = total(r) / total(image);
  let squared = 0;
  for (let i = 0; i < r.length; i++) squared += (r[i] - step * image[i]) ** 2;
  if (!(Math.sqrt(squared) <= Math.max(target, norm(r)))) return false;
  for (let i = 0; i < u.length; i++) u[i] += step;
  return true;
}

function total(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function shiftOf(preconditioner: object): number {
  return 'diagonalShift' in preconditioner ? Number(preconditioner.diagonalShift) : 0;
}

function withoutUndefined(options: SolveOptions): SolveOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
