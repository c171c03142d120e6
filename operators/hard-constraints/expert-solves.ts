import {
  type ConstraintCotangents,
  type SolutionParts,
  type SolvedSystem,
  solveCotangents,
} from './constraint-cotangents.js';
import type { ConstraintOptions } from './constraint-options.js';
import { type ConstraintSystems, constraintSystems, type ExpertSystem } from './constraint-systems.js';
import { describeSolve, isFailure, type SolveDiagnostics, type SolveStatus } from './diagnostics.js';
import { addCombination } from './expert-bases.js';
import { jointState, unknownsOf } from './joint-system.js';
import {
  LEVENBERG_MARQUARDT_DEFAULTS,
  type LevenbergMarquardtResult,
  levenbergMarquardt,
} from './levenberg-marquardt.js';
import type { ConstraintProblem } from './residual.js';

/** A problem with a basis and what is to be done with it. */
export interface ExpertTask {
  readonly problem: ConstraintProblem;
  /** b, `[point][N]` */
  readonly basis: Float32Array | Float64Array;
  readonly columns: number;
  readonly options: ConstraintOptions;
  /** Experts to solve for where they solve for themselves; all by default. */
  readonly only?: readonly number[];
}

/** The end of one solve as plain data, from which its adjoint can be taken up elsewhere. */
export interface SolveOutcome {
  readonly diagnostics: SolveDiagnostics;
  /** ω of its experts behind one another. */
  readonly coefficients: Float64Array;
  /** η of laws in the solve. */
  readonly multipliers: Float64Array;
}

/** χ_k V_k ω_k of one expert, `[point of its window]`. */
export interface Contribution {
  readonly expert: number;
  readonly points: Int32Array;
  readonly values: Float64Array;
}

export interface ExpertSolves {
  readonly outcomes: readonly SolveOutcome[];
  /** Of the experts that have an answer. */
  readonly contributions: readonly Contribution[];
  readonly parts: SolutionParts;
}

/** Solves for experts; a failed solve is told of by its outcome. */
export function solveExperts(task: ExpertTask): ExpertSolves {
  const systems = systemsOf(task);
  return finished(
    task,
    systems,
    systems.solves.map((system) => solveSystem(system, task.options)),
  );
}

/** Takes solves up where `solveExperts` ended, with one evaluation of the rows. */
export function resumeExperts(task: ExpertTask, outcomes: readonly SolveOutcome[]): ExpertSolves {
  const systems = systemsOf(task);
  const solved = systems.solves.map((system, index) => {
    const { diagnostics, coefficients, multipliers } = outcomes[index];
    const { iterations, gradientNorm, rank, conditionEstimate } = diagnostics;
    const state = jointState(system, coefficients);
    const result: LevenbergMarquardtResult = {
      state,
      multipliers,
      status: 'converged',
      iterations,
      gradientNorm,
      rank,
      conditionEstimate,
    };
    return { system, result, diagnostics };
  });
  return finished(task, systems, solved);
}

/** The cotangents that solves of `resumeExperts` add. */
export const resumedCotangents = (
  task: ExpertTask,
  outcomes: readonly SolveOutcome[],
  given: Float64Array,
): ConstraintCotangents => solveCotangents(resumeExperts(task, outcomes).parts, given);

const systemsOf = ({ problem, basis, columns, options, only }: ExpertTask): ConstraintSystems =>
  constraintSystems(
    problem,
    basis instanceof Float64Array ? basis : new Float64Array(basis),
    columns,
    options,
    only,
  );

function finished(
  { problem, columns, options }: ExpertTask,
  systems: ConstraintSystems,
  solved: readonly SolvedSystem[],
): ExpertSolves {
  const { outputs } = systems;
  const answered = solved.filter(({ diagnostics }) => !isFailure(diagnostics.status));
  return {
    outcomes: solved.map(({ result, diagnostics }) => ({
      diagnostics,
      coefficients: result.state.coefficients,
      multipliers: result.multipliers,
    })),
    // a failed expert's basis may hold NaN, which 0 · NaN would carry into u
    contributions: answered.flatMap(({ system, result }) =>
      system.experts.map((expert, at) => {
        const { points, values } = outputs.experts[expert];
        const own = Int32Array.from(points.keys());
        const omega = result.state.coefficients.subarray(at * columns, (at + 1) * columns);
        const local = { points: points.length, columns, experts: [{ points: own, values }] };
        return { expert, points, values: addCombination(local, omega, new Float64Array(points.length)) };
      }),
    ),
    parts: { problem, systems, solved: answered, columns, options },
  };
}

function solveSystem(system: ExpertSystem, options: ConstraintOptions): SolvedSystem {
  const unknowns = unknownsOf(system);
  const rows = system.systems.reduce((sum, own) => sum + own.rows, 0);
  const found = levenbergMarquardt(system, new Float64Array(unknowns).fill(options.start), {
    ...LEVENBERG_MARQUARDT_DEFAULTS,
    ...options.solver,
  });
  const status = statusOf(found, rows, unknowns, options.ridge !== 'none');
  const { iterations, gradientNorm, rank, conditionEstimate } = found;
  const { objective } = found.state;
  const figures = { unknowns, rows, rank, iterations, objective, gradientNorm, conditionEstimate };
  const sentence = describeSolve(status, figures);
  return { system, result: found, diagnostics: { experts: system.experts, status, sentence, ...figures } };
}

function statusOf(
  { status, rank }: LevenbergMarquardtResult,
  rows: number,
  unknowns: number,
  ridged: boolean,
): SolveStatus {
  if (rows === 0) return 'empty';
  if (status !== 'converged') return status;
  if (rows < unknowns && !ridged) return 'underdetermined';
  return rank < unknowns ? 'rank-deficient' : 'converged';
}
