import { InvalidInputError } from '../common/errors.js';
import { type Progress, silentProgress } from '../common/progress.js';
import {
  CONJUGATE_GRADIENT_DEFAULTS,
  conjugateGradientIteration,
  type SolveStatus,
} from './conjugate-gradient.js';
import { evaluateGuess, type Guess, type GuessReport, guessEnergyErrors, judgeGuess } from './guess.js';
import { type IncompleteCholesky, incompleteCholesky } from './incomplete-cholesky.js';
import { compatibleRightHandSide, removeRowSum, removeVolumeMean } from './neumann-projection.js';
import { correctionOf } from './non-orthogonal-correction.js';
import { assemble, checkedBoundaryValues } from './poisson-operator.js';
import { jacobi, type Preconditioner } from './preconditioner.js';
import type { PoissonProblem } from './problem.js';
import { multiply } from './sparse-matrix.js';
import { norm } from './vectors.js';

export interface SolveOptions {
  readonly guess?: Guess;
  readonly preconditioner?: 'jacobi' | 'incomplete-cholesky';
  /** Bound on the true relative residual */
  readonly relativeTolerance?: number;
  /** Sum over all corrections */
  readonly maximumIterations?: number;
  /** Solve B u = b + c(u) instead of B u = b; see `nonOrthogonalCorrection` */
  readonly nonOrthogonalCorrection?: boolean;
  /** Pure Neumann with Σb ≠ 0: refuse, or spread the imbalance evenly over the volume */
  readonly neumannImbalance?: 'refuse' | 'remove';
  readonly signal?: AbortSignal;
  readonly progress?: Progress;
}

export const SOLVE_DEFAULTS = {
  preconditioner: 'incomplete-cholesky',
  ...CONJUGATE_GRADIENT_DEFAULTS,
  nonOrthogonalCorrection: false,
  neumannImbalance: 'refuse',
} as const satisfies SolveOptions;

type Settings = SolveOptions & Required<Pick<SolveOptions, keyof typeof SOLVE_DEFAULTS>>;

export interface Certificate {
  /** `[cell]` */
  readonly solution: Float64Array;
  readonly status: SolveStatus;
  readonly reason: string;
  readonly iterations: number;
  /** Outer iterations of the non-orthogonal correction; 1 without it */
  readonly corrections: number;
  /** ‖b + c(u) − B u‖₂ of the returned solution, computed anew; c = 0 without the correction */
  readonly residualNorm: number;
  /** residualNorm/‖b + c(0)‖₂ */
  readonly relativeResidual: number;
  readonly residualHistory: Float64Array;
  /** Estimate of ‖u* − u‖_B, u* the exact discrete solution; null when no iteration gave anything to estimate from */
  readonly energyError: number | null;
  /** σ of IC(0), 0 unless its factorisation needed a diagonal shift */
  readonly diagonalShift: number;
  /** Present when a guess was given */
  readonly guess?: GuessReport;
  readonly seconds: { readonly setup: number; readonly guess: number; readonly solve: number };
}

/** Reduction asked of one inner solve: the correction contracts by less, so more would be wasted. */
const INNER_TOLERANCE = 0.05;
/** Outer iterations without progress after which the correction counts as stuck. */
const PATIENCE = 4;
const MILLISECONDS_BETWEEN_YIELDS = 30;

/**
 * Solves −∇·(κ∇u) = q to a computed residual: finite volumes, then conjugate gradients from the guess. A guess whose
 * energy error is larger than that of zero, ‖u* − g‖_B > ‖u*‖_B ⇔ 2bᵀg < gᵀBg, is rejected. (The residual would be the
 * wrong judge: it weighs rough errors by h⁻² and turns away useful predictions.)
 *
 * The certificate refers to the discrete system: B u = b, or B u = b + c(u) with the non-orthogonal correction. It
 * says nothing of the discretisation error. Without Dirichlet faces the solution is the one of zero volume mean, and
 * the residual is that of the balanced right-hand side.
 *
 * @throws InvalidInputError on bad data, options or guess; IllPosedProblemError on an unbalanced Neumann problem
 */
export async function solve(problem: PoissonProblem, options: SolveOptions = {}): Promise<Certificate> {
  const settings: Settings = { ...SOLVE_DEFAULTS, ...withoutUndefined(options) };
  const { signal } = settings;
  const progress = settings.progress ?? silentProgress;
  const started = performance.now();
  const system = prepare(problem, settings);
  const { operator, rightHandSide: b, preconditioner } = system;
  const { matrix } = operator;
  const volumes = operator.singular ? operator.mesh.cellVolumes : undefined;
  const correction = (u: Float64Array) =>
    settings.nonOrthogonalCorrection ? correctionOf(operator, system.boundaryValues, u) : undefined;
  const residualOf = (u: Float64Array) => {
    const r = multiply(matrix, u);
    const c = correction(u);
    for (let i = 0; i < r.length; i++) r[i] = b[i] + (c ? c[i] : 0) - r[i];
    if (volumes) removeRowSum(r, volumes);
    return r;
  };
  const scale = norm(residualOf(new Float64Array(matrix.rows)));
  const target = settings.relativeTolerance * scale;
  const guessStarted = performance.now();

  let u: Float64Array = new Float64Array(matrix.rows);
  const guess =
    settings.guess === undefined ? undefined : await evaluateGuess(problem, settings.guess, operator);
  const judgement = guess && judgeGuess(operator, guess, residualOf(guess), scale);
  if (guess && judgement?.used) u = guess.slice();
  const solveStarted = performance.now();

  let r = residualOf(u);
  let residualNorm = norm(r);
  const history = [residualNorm];
  let status: SolveStatus = 'converged';
  let reason = 'the start meets the tolerance';
  let iterations = 0;
  let corrections = 0;
  let energyError: number | null = null;
  let previousEnergy = Number.POSITIVE_INFINITY;
  let best = residualNorm;
  let sinceBest = 0;
  let lastYield = performance.now();
  while (residualNorm > target) {
    const exact = target / residualNorm;
    const inner = conjugateGradientIteration(matrix, r, {
      preconditioner,
      relativeTolerance: settings.nonOrthogonalCorrection
        ? Math.max(0.5 * exact, INNER_TOLERANCE)
        : 0.999 * exact,
      maximumIterations: settings.maximumIterations - iterations,
      singular: volumes && { volumes },
      signal,
    });
    let step = inner.next();
    while (!step.done) {
      if (performance.now() - lastYield > MILLISECONDS_BETWEEN_YIELDS) {
        const relative = (step.value.relativeResidual * residualNorm) / scale;
        progress.update('solve', iterations + step.value.iteration, settings.maximumIterations, {
          relativeResidual: relative,
        });
        await new Promise((resolve) => setTimeout(resolve, 0));
        lastYield = performance.now();
      }
      step = inner.next();
    }
    const result = step.value;
    for (let i = 0; i < u.length; i++) u[i] += result.solution[i];
    iterations += result.iterations;
    corrections++;
    for (let k = 1; k < result.residualHistory.length; k++) history.push(result.residualHistory[k]);
    r = residualOf(u);
    residualNorm = norm(r);
    history[history.length - 1] = residualNorm;
    if (result.iterations > 0) {
      energyError = settings.nonOrthogonalCorrection
        ? remainingEnergy(result.energyReduction, previousEnergy)
        : result.energyError;
      previousEnergy = result.energyReduction;
    }
    ({ status, reason } = result);
    if (residualNorm <= target) {
      status = 'converged';
      reason = 'the true residual meets the tolerance';
      break;
    }
    if (status !== 'converged') break;
    if (residualNorm < 0.9 * best) {
      best = residualNorm;
      sinceBest = 0;
    } else if (++sinceBest >= PATIENCE) {
      status = 'stagnated';
      reason =
        'the non-orthogonal correction no longer reduces the residual: improve the mesh or relax the tolerance';
      break;
    }
  }
  if (volumes) removeVolumeMean(u, volumes);
  residualNorm = norm(residualOf(u));
  const finished = performance.now();
  return {
    solution: u,
    status,
    reason,
    iterations,
    corrections,
    residualNorm,
    relativeResidual: residualNorm === 0 ? 0 : residualNorm / scale,
    residualHistory: Float64Array.from(history),
    energyError,
    diagonalShift: system.diagonalShift,
    guess: guess &&
      judgement && { ...judgement, ...guessEnergyErrors(operator, iterations > 0 ? u : null, guess) },
    seconds: {
      setup: (guessStarted - started) / 1000,
      guess: (solveStarted - guessStarted) / 1000,
      solve: (finished - solveStarted) / 1000,
    },
  };
}

function prepare(problem: PoissonProblem, settings: Settings) {
  const { operator, rightHandSide } = assemble(problem);
  const volumes = operator.mesh.cellVolumes;
  let b = rightHandSide;
  if (operator.singular) {
    if (settings.neumannImbalance === 'remove') removeRowSum(b, volumes);
    else b = compatibleRightHandSide(b, volumes);
  }
  let preconditioner: Preconditioner;
  let diagonalShift = 0;
  if (settings.preconditioner === 'jacobi') preconditioner = jacobi(operator.matrix);
  else if (settings.preconditioner === 'incomplete-cholesky') {
    const factored: IncompleteCholesky = incompleteCholesky(operator.matrix);
    diagonalShift = factored.diagonalShift;
    preconditioner = factored;
  } else {
    throw new InvalidInputError(
      `solvers.solve: unknown preconditioner '${settings.preconditioner}'; expected 'jacobi' or 'incomplete-cholesky'`,
    );
  }
  const boundaryValues = checkedBoundaryValues(operator, problem.boundaryConditions);
  return { operator, rightHandSide: b, boundaryValues, preconditioner, diagonalShift };
}

/** Sum of the updates still to come, if they keep shrinking as the last two did. */
function remainingEnergy(last: number, previous: number): number {
  const contraction = Math.min(last / previous, 0.9);
  return contraction > 0 ? (last * contraction) / (1 - contraction) : last;
}

function withoutUndefined(options: SolveOptions): SolveOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
