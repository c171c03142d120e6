import type { ConstraintOptions } from './constraint-options.js';
import type { ConstraintSystems, ExpertSystem } from './constraint-systems.js';
import type { SolveDiagnostics } from './diagnostics.js';
import { momentsOf } from './expert-bases.js';
import { addLawMoments } from './laws.js';
import type { LevenbergMarquardtResult } from './levenberg-marquardt.js';
import type { GroupCotangent, SystemAdjoint } from './reduced-system.js';
import type { ConstraintProblem } from './residual.js';
import { type AdjointHessian, directCotangents, solveAdjoint } from './solve-adjoint.js';
import { spreadOverBasis } from './spread-cotangents.js';

/** One solve with its end. */
export interface SolvedSystem {
  readonly system: ExpertSystem;
  readonly result: LevenbergMarquardtResult;
  readonly diagnostics: SolveDiagnostics;
}

/** A solution with what it was found from. */
export interface SolutionParts {
  readonly problem: ConstraintProblem;
  readonly systems: ConstraintSystems;
  /** Solves that have an answer. */
  readonly solved: readonly SolvedSystem[];
  readonly columns: number;
  readonly options: ConstraintOptions;
}

/** Cotangents of what an answer was made from. */
export interface ConstraintCotangents {
  /** b̄, `[point][N]` */
  readonly basis: Float64Array;
  /** c̄, `[point]` */
  readonly lifting: Float64Array;
  /** ȳ of a stencil residual that says how it depends on y. */
  readonly data?: Float64Array;
  /** s̄ and the targets' ȳ of every row group; of a least-squares adjoint only. */
  readonly groups?: readonly GroupCotangent[];
  /** d̄ of the laws, zero where they take no part. */
  readonly laws: Float64Array;
  /** ε̄ of the ridge. */
  readonly ridge: number;
  /** Behind every solve with an answer; none where nothing had to be solved. */
  readonly hessians: readonly AdjointHessian[];
}

/**
 * What solves add to the cotangents of an answer, for ū as it reaches them, with H λ = ω̄:
 *
 *     V̄_k = (ū − α) ω_kᵀ − β λ_kᵀ,   c̄ = −α (beside ū itself),   and of laws in the solve   Ē = −(ζ ωᵀ + η λᵀ),   ē = ζ
 */
export function solveCotangents(parts: SolutionParts, given: Float64Array): ConstraintCotangents {
  const { problem, systems, solved, options } = parts;
  const { outputs } = systems;
  const { laws = [] } = problem;
  const lawValues = new Float64Array(laws.length);
  const basis = new Float64Array(outputs.points * parts.columns);
  const lifting = new Float64Array(outputs.points);
  let ridge = 0;
  const everyAdjoint: SystemAdjoint[] = [];
  const hessians = solved.map(({ system, result }) => {
    const chosen = { ...outputs, experts: system.experts.map((expert) => outputs.experts[expert]) };
    const found = solveAdjoint(system, result.state, momentsOf(chosen, given), options.hessian);
    everyAdjoint.push(...found.systems);
    const own = found.systems.map(({ alpha, beta, ridge: ofRidge }) => {
      for (let point = 0; point < lifting.length; point++) lifting[point] -= alpha[point];
      return { left: sumOf(-1, alpha, ofRidge?.alpha), right: sumOf(-1, beta, ofRidge?.beta) };
    });
    const output: { left: Float64Array; right: Float64Array } = {
      left: given,
      right: new Float64Array(given.length),
    };
    if (system.equalities) {
      lawValues.set(found.multipliers);
      const zeta = addLawMoments(laws, found.multipliers, new Float64Array(given.length));
      for (let point = 0; point < lifting.length; point++) lifting[point] -= zeta[point];
      output.left = given.map((value, point) => value - zeta[point]);
      output.right = addLawMoments(laws, result.multipliers, output.right).map((value) => -value);
    }
    spreadOverBasis(parts, system, result.state, { own, output, lambdas: found.lambdas }, basis);
    ridge -= ridgeForms(system, result, found.lambdas);
    return found.hessian;
  });
  return {
    basis,
    lifting,
    data: dataSum(everyAdjoint),
    groups: groupSum(everyAdjoint, parts),
    laws: lawValues,
    ridge: perWeight(options, ridge),
    hessians,
  };
}

/** Sums of what several solves add, in their order. */
export function addCotangents(shares: readonly ConstraintCotangents[]): ConstraintCotangents {
  const total = (
    get: (share: ConstraintCotangents) => Float64Array | undefined,
  ): Float64Array | undefined => {
    const known = shares.map(get).filter((values) => values !== undefined);
    if (known.length <= 1) return known[0];
    const sum = known[0].slice();
    for (const values of known.slice(1)) for (let at = 0; at < sum.length; at++) sum[at] += values[at];
    return sum;
  };
  return {
    basis: total(({ basis }) => basis)!,
    lifting: total(({ lifting }) => lifting)!,
    data: total(({ data }) => data),
    groups: shares[0].groups?.map((_, group) => ({
      weights: total(({ groups }) => groups?.[group].weights)!,
      target: total(({ groups }) => groups?.[group].target)!,
    })),
    laws: total(({ laws }) => laws)!,
    ridge: shares.reduce((sum, { ridge }) => sum + ridge, 0),
    hessians: shares.flatMap(({ hessians }) => hessians),
  };
}

/** Of Φ itself: V̄_k = β ω_kᵀ, c̄ = β, d̄ = −η. At its minimum ω has no part in it (variable projection). */
export function objectiveCotangents(parts: SolutionParts): ConstraintCotangents {
  const { problem, systems, solved, options } = parts;
  const { laws = [] } = problem;
  const { points } = systems.outputs;
  const lawValues = new Float64Array(laws.length);
  const basis = new Float64Array(points * parts.columns);
  const lifting = new Float64Array(points);
  let ridge = 0;
  for (const { system, result } of solved) {
    const lambdas = system.systems.map(({ unknowns }) => new Float64Array(unknowns));
    const nothing = new Float64Array(points);
    const own = directCotangents(system, result.state, lambdas).map(({ beta, ridge: ofRidge }) => {
      for (let point = 0; point < points; point++) lifting[point] += beta[point];
      return { left: sumOf(1, beta, ofRidge?.beta), right: nothing };
    });
    const output: { left: Float64Array; right: Float64Array } = { left: nothing, right: nothing };
    if (system.equalities) {
      lawValues.set(result.multipliers.map((value) => -value));
      output.left = addLawMoments(laws, result.multipliers, new Float64Array(points));
      for (let point = 0; point < points; point++) lifting[point] += output.left[point];
    }
    spreadOverBasis(parts, system, result.state, { own, output, lambdas }, basis);
    const coefficients = result.state.states.map((state) => state.coefficients);
    ridge += ridgeForms(system, result, coefficients) / 2;
  }
  return { basis, lifting, laws: lawValues, ridge: perWeight(options, ridge), hessians: [] };
}

function sumOf(sign: 1 | -1, first: Float64Array, second?: Float64Array): Float64Array {
  return first.map((value, point) => sign * (value + (second?.[point] ?? 0)));
}

/** Σ xᵀΛω over a solve's systems. */
function ridgeForms(
  { ridges }: ExpertSystem,
  { state }: LevenbergMarquardtResult,
  x: readonly Float64Array[],
): number {
  let sum = 0;
  ridges.forEach((ridge, index) => {
    if (!ridge) return;
    const { coefficients } = state.states[index];
    const n = coefficients.length;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) sum += x[index][i] * ridge.matrix[i * n + j] * coefficients[j];
    }
  });
  return sum;
}

const perWeight = ({ ridge }: ConstraintOptions, form: number): number =>
  ridge === 'none' ? 0 : form / ridge.weight;

function dataSum(adjoints: readonly SystemAdjoint[]): Float64Array | undefined {
  const known = adjoints.map(({ data }) => data).filter((data) => data !== undefined);
  if (known.length === 0) return undefined;
  return known[0].map((_, at) => known.reduce((sum, data) => sum + data[at], 0));
}

function groupSum(
  adjoints: readonly SystemAdjoint[],
  { problem, options }: SolutionParts,
): GroupCotangent[] | undefined {
  const known = adjoints.map(({ groups }) => groups).filter((groups) => groups !== undefined);
  if (known.length === 0) return undefined;
  return problem.residual.rows.map(({ name, points }, group) => {
    // the options' factors lie between the problem's weights and those of the solve
    const factor = options.weights[name] ?? 1;
    const total = (key: 'weights' | 'target', scale: number) =>
      Float64Array.from(
        points,
        (_, row) => scale * known.reduce((sum, groups) => sum + groups[group][key][row], 0),
      );
    return { weights: total('weights', factor), target: total('target', 1) };
  });
}
