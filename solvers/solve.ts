import { definedOnly } from '../common/defined-only.js';
import { InvalidInputError } from '../common/errors.js';
import type { Progress } from '../common/progress.js';
import { CONJUGATE_GRADIENT_DEFAULTS, type SolveStatus } from './conjugate-gradient.js';
import { type CoarseSpace, deflation } from './deflation.js';
import { type DiscreteSystem, residualOf } from './discrete-system.js';
import { type Guess, type GuessReport, guessReport, judgeGuess } from './guess.js';
import { compatibleRightHandSide, type NeumannOptions, removeRowSum } from './neumann-projection.js';
import { correctionVanishes } from './non-orthogonal-correction.js';
import { assemble, checkedBoundaryValues } from './poisson-operator.js';
import { choosePreconditioner, type PreconditionerChoice } from './preconditioner-choice.js';
import type { PoissonProblem } from './problem.js';
import { solveSystem } from './solve-system.js';
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
  const settings: Settings = { ...SOLVE_DEFAULTS, ...definedOnly(options) };
  const { neumannImbalance, signal, progress, maximumIterations } = settings;
  const started = performance.now();
  const system = prepare(problem, settings);
  const { operator, preconditioner } = system;
  const scale = norm(residualOf(system, new Float64Array(operator.mesh.cellCount)));
  const guessStarted = performance.now();
  const judged =
    settings.guess === undefined
      ? undefined
      : await judgeGuess(problem, settings.guess, system, scale, { neumannImbalance });
  const solveStarted = performance.now();

  const u = judged?.used && judged.field ? judged.field.slice() : new Float64Array(operator.mesh.cellCount);
  const { state, correctionShare } = await solveSystem(system, u, {
    target: settings.relativeTolerance * scale,
    scale,
    maximumIterations,
    signal,
    progress,
  });
  const residualNorm = state.residualHistory[state.residualHistory.length - 1];
  const finished = performance.now();
  return {
    solution: u,
    status: state.status,
    reason: state.reason,
    iterations: state.iterations,
    corrections: state.corrections,
    nonOrthogonalCorrection: correctionShare,
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

function shiftOf(preconditioner: object): number {
  return 'diagonalShift' in preconditioner ? Number(preconditioner.diagonalShift) : 0;
}
