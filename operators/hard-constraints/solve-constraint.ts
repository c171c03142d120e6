import {
  addCotangents,
  type ConstraintCotangents,
  objectiveCotangents,
  solveCotangents,
} from './constraint-cotangents.js';
import { type ConstraintOptions, constraintOptions } from './constraint-options.js';
import { isFailure, type SolveDiagnostics } from './diagnostics.js';
import { type Contribution, type SolveOutcome, solveExperts } from './expert-solves.js';
import { requireAnswers } from './failure-policy.js';
import { type LawProjection, lawProjection } from './laws.js';
import type { ConstraintProblem } from './residual.js';

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
  const { outcomes, contributions, parts } = solveExperts({ problem, basis, columns, options: complete });
  requireAnswers([outcomes.map(({ diagnostics }) => diagnostics)], complete.onFailure);
  const projection = outputProjection(problem, complete, outcomes);
  return {
    field: assembledField(problem, contributions, projection),
    coefficients: coefficientsOf(outcomes, columns, parts.systems.partition.windows.length),
    objective: objectiveOf(outcomes),
    diagnostics: outcomes.map(({ diagnostics }) => diagnostics),
    adjoint: (cotangent) =>
      assembledCotangents(cotangent, complete, projection, (given) => [solveCotangents(parts, given)]),
    objectiveGradient: () => objectiveCotangents(parts),
  };
}

/** c + Σ_k χ_k V_k ω_k, under laws if there is a projection. */
export function assembledField(
  { residual, lifting }: ConstraintProblem,
  contributions: readonly Contribution[],
  projection: LawProjection | undefined,
): Float64Array {
  const field = lifting?.slice() ?? new Float64Array(residual.points);
  for (const { points, values } of contributions) {
    for (let at = 0; at < points.length; at++) field[points[at]] += values[at];
  }
  return projection ? projection.apply(field) : field;
}

/** Cotangents of an answer from those that its solves add. */
export function assembledCotangents(
  cotangent: Float64Array,
  options: ConstraintOptions,
  projection: LawProjection | undefined,
  shares: (given: Float64Array) => readonly ConstraintCotangents[],
): ConstraintCotangents {
  // laws in the solve hold to its round-off; the projection makes that of a sum of it, and its derivative is the identity's
  const projected = options.laws === 'projected' ? projection?.adjoint(cotangent) : undefined;
  const given = projected?.field ?? cotangent;
  const sum = addCotangents(shares(given));
  return {
    ...sum,
    lifting: sum.lifting.map((value, point) => value + given[point]),
    laws: projected?.values ?? sum.laws,
  };
}

/** The projection that an answer goes through, if any. */
export function outputProjection(
  { laws = [], measures, residual: { points } }: ConstraintProblem,
  options: ConstraintOptions,
  outcomes: readonly SolveOutcome[],
): LawProjection | undefined {
  if (options.laws === 'none' || laws.length === 0) return undefined;
  const failed = outcomes.some(({ diagnostics }) => isFailure(diagnostics.status));
  if (options.laws === 'in-solve' && failed) return undefined;
  return lawProjection(laws, measures ?? new Float64Array(points).fill(1 / points));
}

export const objectiveOf = (outcomes: readonly SolveOutcome[]): number =>
  outcomes.reduce(
    (sum, { diagnostics: { status, objective } }) => sum + (isFailure(status) ? 0 : objective),
    0,
  );

function coefficientsOf(outcomes: readonly SolveOutcome[], columns: number, experts: number): Float64Array[] {
  const coefficients = Array.from({ length: experts }, () => new Float64Array(columns));
  for (const { diagnostics, coefficients: found } of outcomes) {
    if (isFailure(diagnostics.status)) continue;
    diagnostics.experts.forEach((expert, at) => {
      coefficients[expert].set(found.subarray(at * columns, (at + 1) * columns));
    });
  }
  return coefficients;
}
