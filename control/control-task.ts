import { InvalidInputError } from '../common/errors.js';
import type { Mesh } from '../geometry/mesh.js';
import type { PoissonProblem } from '../solvers/index.js';
import { cellValues } from '../solvers/problem.js';
import { absoluteCostAt, type SquareCost, squareCost, squareCostAt } from './control-cost.js';
import type { ControlSpace } from './control-space.js';
import {
  excessOf,
  type FieldFunction,
  largestValue,
  meanValue,
  smoothLargestValue,
  squaredDistance,
  variance,
} from './field-functions.js';
import type { Budget, ControlGoal, ObjectiveTerm, Region } from './options.js';
import { CONTROL_DEFAULTS } from './options.js';
import { type LinearRow, quadraticProgram } from './quadratic-program.js';

export interface CompiledCase {
  readonly name: string;
  /** q, `[cell]` */
  readonly source: Float64Array;
  readonly probability: number;
}

/** A goal in numbers: what is minimised, and what must hold. */
export interface ControlTask {
  readonly mesh: Mesh;
  readonly space: ControlSpace;
  readonly cases: readonly CompiledCase[];
  readonly robust: 'worst' | 'expectation';
  /** Parts of the objective that depend on the field of a case, penalties among them */
  readonly terms: readonly { readonly weight: number; readonly f: FieldFunction }[];
  /** f(u) ≤ level in every case */
  readonly limits: readonly { readonly level: number; readonly f: FieldFunction }[];
  /** Largest temperature where the limit holds, or in the part */
  readonly peak: FieldFunction;
  readonly square: SquareCost & { readonly weight: number };
  readonly absoluteWeight: number;
  /** aᵀp ≤ b: bounds of smooth controls, and budgets */
  readonly rows: readonly LinearRow[];
}

/** @throws InvalidInputError for goals without a meaning: regions without a cell, limits out of order, negative weights */
export function controlTask(problem: PoissonProblem, space: ControlSpace, goal: ControlGoal): ControlTask {
  const { mesh } = problem;
  const { limit, objective = [{ kind: 'cost' }], budgets = [], robust = CONTROL_DEFAULTS.robust } = goal;
  const terms: { weight: number; f: FieldFunction }[] = [];
  const limits: { level: number; f: FieldFunction }[] = [];
  let [squareWeight, absoluteWeight] = [0, 0];
  for (const term of objective) {
    const { weight = 1 } = term;
    if (!(weight >= 0 && Number.isFinite(weight))) {
      throw invalid(
        `the weight of '${term.kind}' must be ≥ 0, got ${weight}; a negative one has no least value`,
      );
    }
    if (term.kind === 'cost') {
      if (term.measure === 'absolute') absoluteWeight += weight;
      else squareWeight += weight;
    } else terms.push({ weight, f: termFunction(mesh, term) });
  }
  if (objective.length === 0)
    throw invalid('objective is empty; leave it out to minimise the cost of control');
  const cells = regionCells(mesh, limit?.region);
  if (limit) {
    const { maximum, minimum, form = 'constraint' } = limit;
    if (maximum === undefined && minimum === undefined) throw invalid('limit needs a maximum or a minimum');
    if (minimum !== undefined && maximum !== undefined && !(minimum < maximum)) {
      throw invalid(`limit: the minimum ${minimum} is not below the maximum ${maximum}`);
    }
    for (const [value, sign] of [
      [maximum, 1],
      [minimum, -1],
    ] as const) {
      if (value === undefined) continue;
      if (!Number.isFinite(value)) throw invalid(`limit: expected finite temperatures, got ${value}`);
      const f = largestValue(mesh, cells, sign);
      if (form === 'constraint') limits.push({ level: sign * value, f });
      else terms.push({ weight: form.penalty, f: excessOf(f, sign * value) });
    }
  }
  const rows = [...space.rows, ...budgets.flatMap((budget) => budgetRows(space, budget))];
  requirePoint(space, rows);
  return {
    mesh,
    space,
    cases: compiledCases(problem, goal),
    robust,
    terms,
    limits,
    peak: largestValue(mesh, cells, 1),
    square: { ...squareCost(space), weight: squareWeight },
    absoluteWeight,
    rows,
  };
}

/** Σ of the terms of one case. */
export const caseObjective = ({ terms }: ControlTask, u: Float64Array) =>
  terms.reduce((sum, { weight, f }) => sum + weight * f.value(u), 0);

/** Cost of control in the objective. */
export function weightedCost({ space, square, absoluteWeight }: ControlTask, p: Float64Array): number {
  return (
    square.weight * squareCostAt(space, square, p) +
    (absoluteWeight > 0 ? absoluteWeight * absoluteCostAt(space, p).value : 0)
  );
}

/** The objective of the fields of all cases, `[case][cell]`. */
export function objectiveOf(task: ControlTask, fields: readonly Float64Array[], p: Float64Array): number {
  const values = fields.map((u) => caseObjective(task, u));
  const robust =
    task.robust === 'worst'
      ? Math.max(...values)
      : values.reduce((sum, value, s) => sum + task.cases[s].probability * value, 0);
  return robust + weightedCost(task, p);
}

/** By how much the worst limit is exceeded in the worst case, K; negative where all hold, −∞ without any. */
export function limitExcess({ limits }: ControlTask, fields: readonly Float64Array[]): number {
  let excess = Number.NEGATIVE_INFINITY;
  for (const u of fields) for (const { f, level } of limits) excess = Math.max(excess, f.value(u) - level);
  return excess;
}

/** Largest temperature of all cases. */
export const peakOf = ({ peak }: ControlTask, fields: readonly Float64Array[]) =>
  Math.max(...fields.map(peak.value));

function termFunction(mesh: Mesh, term: Exclude<ObjectiveTerm, { kind: 'cost' }>): FieldFunction {
  const cells = regionCells(mesh, term.region);
  if (term.kind === 'peak') {
    if (term.smoothing === undefined) return largestValue(mesh, cells, 1);
    if (!(term.smoothing > 0))
      throw invalid(`smoothing must be a positive temperature, got ${term.smoothing}`);
    return smoothLargestValue(cells, term.smoothing);
  }
  const total = cells.reduce((sum, cell) => sum + mesh.cellVolumes[cell], 0);
  const shares = Float64Array.from(cells, (cell) => mesh.cellVolumes[cell] / total);
  if (term.kind === 'mean') return meanValue(cells, shares);
  if (term.kind === 'uniformity') return variance(cells, shares);
  return squaredDistance(cells, shares, cellValues(mesh, 'objective.field', term.field));
}

function regionCells(mesh: Mesh, region: Region | undefined): Int32Array {
  const { cellCount, dimension, cellCentroids, regionNames = [], cellRegions } = mesh;
  const all = Int32Array.from({ length: cellCount }, (_, cell) => cell);
  if (region === undefined) return all;
  let inside: (cell: number) => boolean;
  if (typeof region === 'string') {
    const index = regionNames.indexOf(region);
    if (index < 0 || !cellRegions) {
      throw invalid(
        `the mesh has no region '${region}'; its regions are ${regionNames.join(', ') || 'none'}`,
      );
    }
    inside = (cell) => cellRegions[cell] === index;
  } else if (typeof region === 'function') {
    inside = (cell) => region(Array.from(cellCentroids.subarray(cell * dimension, (cell + 1) * dimension)));
  } else {
    if (region.length !== cellCount)
      throw invalid(`a region needs ${cellCount} values, one per cell, got ${region.length}`);
    inside = (cell) => region[cell] !== 0;
  }
  const cells = all.filter(inside);
  if (cells.length === 0) throw invalid('a region holds no cell of the mesh');
  return cells;
}

function compiledCases({ mesh, source }: PoissonProblem, { loadCases }: ControlGoal): CompiledCase[] {
  const given = loadCases ?? [{ source }];
  if (given.length === 0) throw invalid('loadCases is empty; leave it out for the source of the problem');
  const weights = given.map(({ probability = 1 }) => probability);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (!weights.every((weight) => weight >= 0) || !(total > 0))
    throw invalid('probabilities must be ≥ 0, and one positive');
  return given.map((each, s) => ({
    name: ('name' in each ? each.name : undefined) ?? (given.length > 1 ? `load case ${s + 1}` : 'load'),
    source: cellValues(mesh, `loadCases[${s}].source`, each.source),
    probability: weights[s] / total,
  }));
}

/** Budgets are kept by this part of theirs: what rounding may add. */
const BUDGET_RESERVE = 1e-10;

function budgetRows(
  { count, blocks }: ControlSpace,
  { controls, of, minimum, maximum }: Budget,
): LinearRow[] {
  const unknown = controls?.find((name) => !blocks.some((block) => block.name === name));
  if (unknown !== undefined) {
    throw invalid(
      `a budget names the control '${unknown}'; there are ${blocks.map(({ name }) => name).join(', ')}`,
    );
  }
  if (minimum === undefined && maximum === undefined) throw invalid('a budget needs a minimum or a maximum');
  const chosen = blocks.filter(({ name }) => !controls || controls.includes(name));
  const area = chosen.reduce((sum, block) => sum + block.area, 0);
  const normal = new Float64Array(count);
  for (const { first, shapes, shares, area: own } of chosen) {
    shapes.forEach((shape, j) => {
      const share = shares.reduce((sum, value, f) => sum + value * shape[f], 0);
      normal[first + j] = (share * own) / (of === 'mean' ? area : 1);
    });
  }
  const rows: LinearRow[] = [];
  if (maximum !== undefined) rows.push({ normal, bound: maximum - BUDGET_RESERVE * Math.abs(maximum) });
  if (minimum !== undefined) {
    rows.push({
      normal: normal.map((value) => -value),
      bound: -minimum - BUDGET_RESERVE * Math.abs(minimum),
    });
  }
  return rows;
}

/** Refuses budgets that no controls within bounds meet. */
function requirePoint({ count, low, high }: ControlSpace, rows: readonly LinearRow[]): void {
  if (rows.length === 0) return;
  const hessian = new Float64Array(count * count);
  for (let j = 0; j < count; j++) hessian[j * count + j] = 1;
  const widths = low.map((value, j) => high[j] - value || 1);
  const unit = (j: number, value: number) =>
    Float64Array.from({ length: count }, (_, k) => (k === j ? value : 0));
  const inUnits = rows.map(({ normal, bound }) => ({
    normal: normal.map((value, j) => value * widths[j]),
    bound: bound - normal.reduce((sum, value, j) => sum + value * low[j], 0),
  }));
  const box = Array.from(low, (_, j) => [
    { normal: unit(j, 1), bound: (high[j] - low[j]) / widths[j] },
    { normal: unit(j, -1), bound: 0 },
  ]).flat();
  const { status } = quadraticProgram({
    hessian,
    gradient: new Float64Array(count),
    rows: [...box, ...inUnits],
  });
  if (status === 'infeasible')
    throw invalid('budgets and bounds leave no admissible controls; widen one of them');
}

const invalid = (text: string) => new InvalidInputError(`controlBoundary: ${text}`);
