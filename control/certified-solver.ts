import { FieldsmithError, IllPosedProblemError } from '../common/errors.js';
import { type DiscreteSystem, residualOf } from '../solvers/discrete-system.js';
import {
  assembleOperator,
  assembleRightHandSide,
  type BoundaryConditions,
  choosePreconditioner,
  conjugateGradientMany,
  type PoissonProblem,
} from '../solvers/index.js';
import { correctionVanishes } from '../solvers/non-orthogonal-correction.js';
import { checkedBoundaryValues } from '../solvers/poisson-operator.js';
import { solveSystem } from '../solvers/solve-system.js';
import { norm } from '../solvers/vectors.js';

/** A field with the residual that was computed of it. */
export interface CertifiedField {
  /** u, `[cell]` */
  readonly field: Float64Array;
  /** ‖b + s c(u) − B u‖₂/‖b + s c(0)‖₂ */
  readonly relativeResidual: number;
  /** Bound on |u − u*| in every cell; an estimate where the non-orthogonal correction is on */
  errorBound(): number;
  readonly iterations: number;
}

export interface SolverSettings {
  readonly relativeTolerance: number;
  readonly nonOrthogonalCorrection: boolean;
  readonly signal?: AbortSignal;
}

/** One matrix, its preconditioner and the pointwise bound, for any number of sources and boundary values. */
export interface CertifiedSolver {
  readonly operator: DiscreteSystem['operator'];
  readonly preconditioner: DiscreteSystem['preconditioner'];
  /** s of the system solved */
  readonly correctionShare: 0 | 1;
  /**
   * Fields of several right-hand sides at once.
   *
   * @throws FieldsmithError where one does not converge; the signal's reason when it aborts
   */
  solve(loads: readonly Load[], guesses?: readonly Float64Array[]): Promise<CertifiedField[]>;
}

/** What differs from one right-hand side to the next. */
export interface Load {
  readonly source: PoissonProblem['source'];
  readonly conditions: BoundaryConditions;
}

const MAXIMUM_ITERATIONS = 20_000;
/** Fields that one call of the multiple solver takes: the event loop gets room in between. */
const GROUP = 4;
/** Unknowns by dimension up to which a factor of B pays for the dozens of solves of a plan. */
const FACTORISED: Readonly<Record<number, number>> = { 2: 200_000, 3: 10_000 };
/** (B − s c')⁻¹ is not as positive as B⁻¹ is. */
const CORRECTED_FACTOR = 3;

/**
 * Solves for fields of one operator to a computed residual. Since B is an M-matrix, B⁻¹ ≥ 0, an error obeys
 *
 *     |u − u*| = |B⁻¹r| ≤ max_P (|r_P|/V_P) · w,   B w = V,
 *
 * which turns the residual into a bound in every cell.
 *
 * @throws IllPosedProblemError where temperatures are fixed up to a constant only: no limit on them means anything
 */
export async function certifiedSolver(
  { mesh, conductivity, reaction, contactResistances }: PoissonProblem,
  conditions: BoundaryConditions,
  settings: SolverSettings,
): Promise<CertifiedSolver> {
  const operator = assembleOperator(mesh, conductivity, conditions, { reaction, contactResistances });
  if (operator.singular) {
    throw new IllPosedProblemError(
      'controlBoundary: no temperature is fixed anywhere (no dirichlet or robin patch, no reaction), so that the field is ' +
        'known up to a constant only; fix one, or give a patch a heat transfer coefficient',
    );
  }
  const factorised = operator.matrix.rows <= FACTORISED[mesh.dimension];
  const preconditioner = choosePreconditioner(operator.matrix, factorised ? 'cholesky' : 'auto');
  const correctionShare = settings.nonOrthogonalCorrection && !correctionVanishes(operator) ? 1 : 0;
  let reach: number | undefined;
  /** max w, found when it is first asked for */
  const reachOf = () => {
    reach ??=
      1.01 *
      conjugateGradientMany(operator.matrix, [mesh.cellVolumes.slice()], {
        preconditioner,
        relativeTolerance: 1e-6,
      })[0].solution.reduce((most, value) => Math.max(most, value), 0);
    return reach;
  };
  const systemOf = ({ source, conditions: data }: Load): DiscreteSystem => ({
    operator,
    preconditioner,
    correctionShare,
    rightHandSide: assembleRightHandSide(operator, source, data),
    boundaryValues: checkedBoundaryValues(operator, data),
  });
  const certified = (system: DiscreteSystem, field: Float64Array, scale: number, iterations: number) => {
    const residual = residualOf(system, field);
    let density = 0;
    residual.forEach((value, cell) => {
      density = Math.max(density, Math.abs(value) / mesh.cellVolumes[cell]);
    });
    const relativeResidual = scale > 0 ? norm(residual) / scale : 0;
    // a tolerance that round-off does not let through is met as far as it goes
    if (!(relativeResidual <= Math.max(10 * settings.relativeTolerance, 1e-9))) {
      throw new FieldsmithError(
        `controlBoundary: a solve ended at a relative residual of ${relativeResidual.toExponential(1)} in place of ` +
          `${settings.relativeTolerance}; improve the mesh, or ask for less with relativeTolerance`,
      );
    }
    const factor = correctionShare > 0 ? CORRECTED_FACTOR : 1;
    return { field, relativeResidual, iterations, errorBound: () => reachOf() * density * factor };
  };
  return {
    operator,
    preconditioner,
    correctionShare,
    solve: async (loads, guesses) => {
      const results: CertifiedField[] = [];
      for (let first = 0; first < loads.length; first += GROUP) {
        settings.signal?.throwIfAborted();
        await pause();
        const systems = loads.slice(first, first + GROUP).map(systemOf);
        const scales = systems.map((system) => norm(residualOf(system, new Float64Array(mesh.cellCount))));
        // without any load the field is zero, which no tolerance relative to it would say of a guess
        const starts = guesses
          ?.slice(first, first + GROUP)
          .map((guess, s) => (scales[s] > 0 ? guess : new Float64Array(mesh.cellCount)));
        const fields = correctionShare > 0 ? corrected : plain;
        const solved = await fields(systems, scales, starts, settings);
        settings.signal?.throwIfAborted();
        systems.forEach((system, s) => {
          results.push(certified(system, solved[s].field, scales[s], solved[s].iterations));
        });
      }
      return results;
    },
  };
}

const MILLISECONDS_BETWEEN_PAUSES = 30;
let lastPause = 0;

/** Gives the event loop room now and then, for progress and aborts. */
async function pause(): Promise<void> {
  if (performance.now() - lastPause < MILLISECONDS_BETWEEN_PAUSES) return;
  await new Promise((resolve) => setTimeout(resolve, 0));
  lastPause = performance.now();
}

type Solved = readonly { readonly field: Float64Array; readonly iterations: number }[];

async function plain(
  systems: readonly DiscreteSystem[],
  _scales: readonly number[],
  guesses: readonly Float64Array[] | undefined,
  { relativeTolerance, signal }: SolverSettings,
): Promise<Solved> {
  const [{ operator, preconditioner }] = systems;
  const sides = systems.map(({ rightHandSide }) => rightHandSide);
  return conjugateGradientMany(operator.matrix, sides, {
    preconditioner,
    relativeTolerance,
    maximumIterations: MAXIMUM_ITERATIONS,
    signal,
    guesses,
  }).map(({ solution, iterations }) => ({ field: solution, iterations }));
}

async function corrected(
  systems: readonly DiscreteSystem[],
  scales: readonly number[],
  guesses: readonly Float64Array[] | undefined,
  { relativeTolerance, signal }: SolverSettings,
): Promise<Solved> {
  const solved: { field: Float64Array; iterations: number }[] = [];
  for (const [s, system] of systems.entries()) {
    const field = guesses?.[s]?.slice() ?? new Float64Array(system.rightHandSide.length);
    const scale = scales[s];
    const limits = {
      target: relativeTolerance * scale,
      scale,
      maximumIterations: MAXIMUM_ITERATIONS,
      signal,
    };
    const { state } = await solveSystem(system, field, limits);
    solved.push({ field, iterations: state.iterations });
  }
  return solved;
}
