import { InvalidInputError } from '../../common/errors.js';
import type { ConstraintOptions } from './constraint-options.js';
import type { Equalities } from './equality-solve.js';
import { type ExpertBasis, momentsOf, type SystemBasis, wholeBasis, windowedBases } from './expert-bases.js';
import type { JointSystem } from './joint-system.js';
import { addLawMoments, lawDefects } from './laws.js';
import { type ExpertWindow, type Partition, partition } from './partition.js';
import type { SystemRows } from './pointwise-chunks.js';
import { pointwiseSystems } from './pointwise-system.js';
import type { ReducedSystem } from './reduced-system.js';
import type { ConstraintProblem, Residual, RowGroup } from './residual.js';
import { ridgeTerm } from './ridge.js';
import { ritzSystem } from './ritz-system.js';
import { rowsOfExperts, rowsTogether } from './row-selection.js';
import { stencilSystem } from './stencil-system.js';

/** One joint system to solve and the experts whose coefficients it finds, in order. */
export interface ExpertSystem extends JointSystem {
  readonly experts: readonly number[];
}

/** A problem with a basis, ready to be solved. */
export interface ConstraintSystems {
  readonly partition: Partition;
  readonly lifting: Float64Array;
  readonly measures: Float64Array;
  /** What an expert's coefficients multiply in u, of every expert. */
  readonly outputs: SystemBasis;
  /** Of the experts asked for. */
  readonly solves: readonly ExpertSystem[];
}

/**
 * Splits a problem among experts and sets up what each has to solve. Laws in the solve make one system of all.
 *
 * @param basis b, `[point][N]`
 * @param only experts that solve for themselves, all by default; see `solveForThemselves`
 * @throws InvalidInputError where sizes do not fit
 */
export function constraintSystems(
  problem: ConstraintProblem,
  basis: Float64Array,
  columns: number,
  options: ConstraintOptions,
  only?: readonly number[],
): ConstraintSystems {
  const { points } = problem.residual;
  checkSizes(problem, basis, columns);
  const residual = weighted(problem.residual, options.weights);
  const lifting = problem.lifting ?? new Float64Array(points);
  const measures = problem.measures ?? new Float64Array(points).fill(1 / points);
  const parts = partition(problem, options);
  const { windows } = parts;
  const chosen = only ?? windows.map((_, expert) => expert);
  const { outputs, systems } =
    options.mode === 'coupled'
      ? coupled(problem, residual, lifting, basis, columns, parts, options)
      : independent(problem, residual, lifting, basis, columns, parts, options, chosen);
  const ridges = systems.map((system, index) => {
    const counted = options.mode === 'coupled' ? measures : within(measures, windows[chosen[index]]);
    return ridgeTerm(options.ridge, system.basis, counted);
  });
  const equalities = options.laws === 'in-solve' ? lawEqualities(problem, lifting, outputs) : undefined;
  const together = options.mode === 'coupled' || equalities !== undefined;
  const solves = together
    ? [{ systems, ridges, equalities, experts: chosen }]
    : systems.map((system, at) => ({ systems: [system], ridges: [ridges[at]], experts: [chosen[at]] }));
  return { partition: parts, lifting, measures, outputs, solves };
}

/** Whether experts solve one by one, so that each may do so elsewhere. */
export const solveForThemselves = ({ laws }: ConstraintProblem, options: ConstraintOptions): boolean =>
  options.mode === 'independent' && !(options.laws === 'in-solve' && laws !== undefined && laws.length > 0);

type Built = { readonly outputs: SystemBasis; readonly systems: readonly ReducedSystem[] };

function coupled(
  { envelope, data = new Float64Array(0) }: ConstraintProblem,
  residual: Residual,
  lifting: Float64Array,
  basis: Float64Array,
  columns: number,
  parts: Partition,
  options: ConstraintOptions,
): Built {
  const { points } = residual;
  const outputs = {
    points,
    columns,
    experts: windowedBases(basis, points, columns, parts.windows, envelope),
  };
  if (options.norm === 'ritz') {
    return { outputs, systems: [ritzSystem(stencilOnly(residual), data, lifting, outputs)] };
  }
  const rows = { basis: outputs, selected: rowsTogether(residual.rows, parts, options) };
  return { outputs, systems: leastSquares(residual, data, lifting, [rows]) };
}

function independent(
  { envelope, data = new Float64Array(0) }: ConstraintProblem,
  residual: Residual,
  lifting: Float64Array,
  basis: Float64Array,
  columns: number,
  parts: Partition,
  options: ConstraintOptions,
  chosen: readonly number[],
): Built {
  const { points } = residual;
  const whole = wholeBasis(basis, points, columns, envelope);
  const own = { points, columns, experts: [whole] };
  const outputs = {
    points,
    columns,
    experts: parts.windows.map((window) => seenThrough(whole, columns, window)),
  };
  if (options.norm === 'ritz') {
    return { outputs, systems: [ritzSystem(stencilOnly(residual), data, lifting, own)] };
  }
  const selected = rowsOfExperts(residual.rows, parts, options, chosen);
  const systems = selected.map((rows) => ({ basis: own, selected: rows }));
  return { outputs, systems: leastSquares(residual, data, lifting, systems) };
}

function leastSquares(
  residual: Residual,
  data: Float64Array,
  lifting: Float64Array,
  systems: readonly SystemRows[],
): ReducedSystem[] {
  if (residual.kind === 'pointwise') return pointwiseSystems(residual, lifting, systems);
  return systems.map((system) => stencilSystem(residual, data, lifting, system));
}

/** χ ⊙ V on the window's points. */
function seenThrough(
  { values }: ExpertBasis,
  columns: number,
  { points, weights }: ExpertWindow,
): ExpertBasis {
  const own = new Float64Array(points.length * columns);
  points.forEach((point, at) => {
    for (let j = 0; j < columns; j++) own[at * columns + j] = weights[at] * values[point * columns + j];
  });
  return { points, values: own };
}

function within(measures: Float64Array, { points }: ExpertWindow): Float64Array {
  const result = new Float64Array(measures.length);
  for (const point of points) result[point] = measures[point];
  return result;
}

/** E = C V, e = d − C c. */
function lawEqualities(
  { laws = [] }: ConstraintProblem,
  lifting: Float64Array,
  outputs: SystemBasis,
): Equalities | undefined {
  if (laws.length === 0) return undefined;
  const unknowns = outputs.columns * outputs.experts.length;
  const matrix = new Float64Array(laws.length * unknowns);
  laws.forEach((law, index) => {
    const row = addLawMoments([law], Float64Array.of(1), new Float64Array(outputs.points));
    matrix.set(momentsOf(outputs, row), index * unknowns);
  });
  return { matrix, values: lawDefects(laws, lifting).map((defect) => -defect) };
}

function weighted(residual: Residual, factors: Readonly<Record<string, number>>): Residual {
  const names = residual.rows.map(({ name }) => name);
  const unknown = Object.keys(factors).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new InvalidInputError(
      `hard constraints: there are no rows '${unknown}' to weigh; the residual has ${names.join(', ')}`,
    );
  }
  if (Object.keys(factors).length === 0) return residual;
  const scale = <Group extends RowGroup>(group: Group): Group => {
    const factor = factors[group.name] ?? 1;
    const { weights } = group;
    return {
      ...group,
      weights: typeof weights === 'number' ? factor * weights : weights.map((weight) => factor * weight),
    };
  };
  return residual.kind === 'pointwise'
    ? { ...residual, rows: residual.rows.map(scale) }
    : { ...residual, rows: residual.rows.map(scale) };
}

function stencilOnly(residual: Residual) {
  if (residual.kind === 'stencil') return residual;
  throw new InvalidInputError(
    "hard constraints: the norm 'ritz' needs a stencil residual; use 'least-squares' for one that is pointwise in terms",
  );
}

function checkSizes(problem: ConstraintProblem, basis: Float64Array, columns: number): void {
  const { points } = problem.residual;
  if (basis.length !== points * columns) {
    throw new InvalidInputError(
      `hard constraints: expected ${points} points × ${columns} basis fields, got ${basis.length} values`,
    );
  }
  for (const name of ['lifting', 'measures'] as const) {
    const given = problem[name];
    if (given && given.length !== points) {
      throw new InvalidInputError(
        `hard constraints: ${name} should have ${points} values, one a point, got ${given.length}`,
      );
    }
  }
  if (problem.coordinates.length !== points * problem.dimension) {
    throw new InvalidInputError(
      `hard constraints: expected ${points} × ${problem.dimension} coordinates, got ${problem.coordinates.length}`,
    );
  }
}
