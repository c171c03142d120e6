import { FieldsmithError } from '../../common/errors.js';
import {
  type ConstraintCotangents,
  objectiveCotangents,
  type SolvedSystem,
  solutionCotangents,
} from './constraint-cotangents.js';
import { type ConstraintOptions, constraintOptions } from './constraint-options.js';
import { type ConstraintSystems, constraintSystems, type ExpertSystem } from './constraint-systems.js';
import { describeSolve, isFailure, type SolveDiagnostics, type SolveStatus } from './diagnostics.js';
import { addCombination } from './expert-bases.js';
import { unknownsOf } from './joint-system.js';
import { type LawProjection, lawProjection } from './laws.js';
import {
  type LevenbergMarquardtOptions,
  type LevenbergMarquardtResult,
  levenbergMarquardt,
} from './levenberg-marquardt.js';
import type { ConstraintProblem } from './residual.js';

/** A solve has no answer and the policy is to stop. */
export class UnsolvedConstraintError extends FieldsmithError {
  constructor(
    message: string,
    readonly diagnostics: readonly SolveDiagnostics[],
  ) {
    super(message);
  }
}

export interface ConstraintSolution {
  /** u, `[point]` */
  readonly field: Float64Array;
  /** ω, `[expert][N]`; zero for experts without an answer */
  readonly coefficients: readonly Float64Array[];
  /** Σ Φ of all solves that have an answer. */
  readonly objective: number;
  /** Of every solve: one an expert, or one for all. */
  readonly diagnostics: readonly SolveDiagnostics[];
  /** Cotangents of everything u was made from, for ū; exact where the solves converged. */
  adjoint(cotangent: Float64Array): ConstraintCotangents;
  /** The same for the objective: at its minimum ω has no part in it, so that there is nothing to solve. */
  objectiveGradient(): ConstraintCotangents;
}

/**
 * Solves a constraint for the coefficients of a basis, u = c + Σ_k χ_k E b ω_k, and keeps what the adjoint needs. Float64 throughout;
 * plain TypeScript, the same in Node and in browsers.
 *
 * @param basis b, row-major `[point][N]`
 * @throws InvalidInputError for sizes and options that do not fit; UnsolvedConstraintError by policy
 */
export function solveConstraint(
  problem: ConstraintProblem,
  basis: Float32Array | Float64Array,
  columns: number,
  options: Partial<ConstraintOptions> = {},
): ConstraintSolution {
  const complete = constraintOptions(options);
  const systems = constraintSystems(problem, Float64Array.from(basis), columns, complete);
  const solved = systems.solves.map((system) => solveSystem(system, complete));
  const failed = solved.filter(({ diagnostics }) => isFailure(diagnostics.status));
  if (failed.length > 0 && complete.onFailure === 'stop') {
    const [{ diagnostics }] = failed;
    throw new UnsolvedConstraintError(
      `solveConstraint: ${failed.length} of ${solved.length} solves have no answer; experts ${diagnostics.experts.join(', ')}: ` +
        `${diagnostics.status}, ${diagnostics.sentence}`,
      solved.map((one) => one.diagnostics),
    );
  }
  const coefficients = coefficientsOf(systems, solved);
  const combined = combination(systems, coefficients, solved);
  const projection = projectionOf(problem, systems, complete, failed.length);
  const answered = solved.filter(({ diagnostics }) => !isFailure(diagnostics.status));
  const parts = { problem, systems, solved: answered, columns, options: complete, projection };
  return {
    field: projection ? projection.apply(combined) : combined,
    coefficients,
    objective: answered.reduce((sum, { result }) => sum + result.state.objective, 0),
    diagnostics: solved.map(({ diagnostics }) => diagnostics),
    adjoint: (cotangent) => solutionCotangents(parts, cotangent),
    objectiveGradient: () => objectiveCotangents(parts),
  };
}

function solveSystem(
  system: ExpertSystem,
  { start, solver, ridge }: ConstraintOptions & { readonly solver: LevenbergMarquardtOptions },
): SolvedSystem {
  const unknowns = unknownsOf(system);
  const first = new Float64Array(unknowns).fill(start);
  const rows = system.systems.reduce((sum, own) => sum + own.rows, 0);
  const found = levenbergMarquardt(system, first, solver);
  const status = statusOf(found, rows, unknowns, ridge !== 'none');
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

function coefficientsOf({ outputs }: ConstraintSystems, solved: readonly SolvedSystem[]): Float64Array[] {
  const { columns } = outputs;
  const coefficients = outputs.experts.map(() => new Float64Array(columns));
  for (const { system, result, diagnostics } of solved) {
    if (isFailure(diagnostics.status)) continue;
    system.experts.forEach((expert, at) => {
      coefficients[expert].set(result.state.coefficients.subarray(at * columns, (at + 1) * columns));
    });
  }
  return coefficients;
}

/** c + Σ_k O_k ω_k over the experts that have an answer: a basis that is not finite must not reach u by way of 0 · NaN. */
function combination(
  { lifting, outputs }: ConstraintSystems,
  coefficients: readonly Float64Array[],
  solved: readonly SolvedSystem[],
): Float64Array {
  const field = lifting.slice();
  for (const { system, diagnostics } of solved) {
    if (isFailure(diagnostics.status)) continue;
    for (const expert of system.experts) {
      addCombination({ ...outputs, experts: [outputs.experts[expert]] }, coefficients[expert], field);
    }
  }
  return field;
}

/** Laws in the solve hold to round-off of the solve: the projection makes it that of a sum, and its derivative is then the identity's. */
function projectionOf(
  { laws = [] }: ConstraintProblem,
  { measures }: ConstraintSystems,
  options: ConstraintOptions,
  failures: number,
): LawProjection | undefined {
  if (options.laws === 'none' || laws.length === 0) return undefined;
  if (options.laws === 'in-solve' && failures > 0) return undefined;
  return lawProjection(laws, measures);
}
