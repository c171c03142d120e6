import { dot } from '../solvers/vectors.js';
import { absoluteCostAt } from './control-cost.js';
import { clamp } from './control-space.js';
import { type ControlTask, limitExcess, objectiveOf } from './control-task.js';
import type { FieldModel } from './field-model.js';
import { type Linearisation, linearise, valueRange } from './linearise.js';
import { type LinearRow, type QuadraticProgramResult, quadraticProgram } from './quadratic-program.js';

export interface SequentialOptions {
  /** K by which limits are kept */
  readonly margin: number;
  readonly maximumSteps: number;
  readonly signal?: AbortSignal;
  /** Largest change of a parameter over its range in one step, to begin with */
  readonly radius?: number;
  readonly onStep?: (step: SequentialStep) => void;
}

export interface SequentialStep {
  readonly p: Float64Array;
  readonly fields: readonly Float64Array[];
  readonly objective: number;
  /** Of the limits, K; negative where they hold */
  readonly excess: number;
}

export interface SequentialResult extends SequentialStep {
  readonly converged: boolean;
  readonly steps: number;
}

const LEAST_RADIUS = 1e-8;
/** Of the penalty on limits, over what the objective may change by for each K. */
const FIRST_PENALTY = 0.1;
const MOST_PENALTY = 1e7;
const ENOUGH = 1e-7;
const ROUNDING = 1e-6;

/**
 * Sequential quadratic programming in a trust region for fields that are not affine in the controls, or whose columns nobody
 * has: in each step the limits and peaks of the hottest places are linearised with one adjoint each,
 *
 *     min ½ dᵀ(H + B) d + gᵀd + Σ w t + ν σ,   u_i + ∇u_iᵀd ≤ limit + σ,  |d| ≤ Δ,  p + d admissible,
 *
 * with the exact H of the cost and B ≥ 0 a quasi-Newton (BFGS) matrix of the rest of the Lagrangian. A step is taken when it
 * reduces objective + ν · excess by a part of what the program promised. Local: of several minima it finds one.
 */
export async function sequentialProgram(
  task: ControlTask,
  model: FieldModel,
  start: Float64Array,
  options: SequentialOptions,
): Promise<SequentialResult> {
  const { space } = task;
  const { margin, signal, onStep } = options;
  const widths = space.high.map((high, j) => high - space.low[j] || 1);
  const at = async (p: Float64Array): Promise<SequentialStep> => {
    const fields = await model.fields(p);
    return { p, fields, objective: objectiveOf(task, fields, p), excess: limitExcess(task, fields) };
  };
  const merit = ({ objective, excess }: SequentialStep, penalty: number) =>
    objective + penalty * Math.max(0, excess + margin);
  let current = await at(admissible(task, start, widths));
  onStep?.(current);
  let radius = options.radius ?? 0.5;
  let curvature = new Float64Array(space.count * space.count);
  let linearisation = await linearise(task, model, current, widths);
  const unit = penaltyUnit(task, linearisation, current.fields, widths);
  let penalty = FIRST_PENALTY * unit;
  for (let step = 1; step <= options.maximumSteps; step++) {
    signal?.throwIfAborted();
    let solved = subproblem(task, linearisation, {
      widths,
      curvature,
      penalty,
      radius,
      margin,
      p: current.p,
    });
    // the penalty has to outweigh the multipliers of the limits
    while (solved.slack > 1e-9 && penalty < MOST_PENALTY * unit) {
      const harder = subproblem(task, linearisation, {
        widths,
        curvature,
        penalty: 10 * penalty,
        radius,
        margin,
        p: current.p,
      });
      if (!(harder.slack < solved.slack - 1e-9)) break;
      penalty *= 10;
      solved = harder;
    }
    penalty = Math.max(penalty, Math.min(MOST_PENALTY * unit, 2 * solved.pressure));
    const promised = merit(current, penalty) - solved.merit(penalty);
    const length = solved.d.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const size = Math.abs(current.objective) + linearisation.scale;
    // what is over a limit has to go, however little of the objective it is
    const part = current.excess > 0 ? ROUNDING : 1;
    if (!(promised > part * ENOUGH * size) || length < part * LEAST_RADIUS) {
      return { ...current, converged: true, steps: step };
    }
    const next = await at(
      current.p.map((value, j) => clamp(value + widths[j] * solved.d[j], space.low[j], space.high[j])),
    );
    const ratio = (merit(current, penalty) - merit(next, penalty)) / promised;
    if (ratio > 0.1) {
      const found = await linearise(task, model, next, widths, solved.multipliers);
      curvature = updated(curvature, solved.d, difference(found.lagrangian!, solved.lagrangian));
      linearisation = found;
      current = next;
      onStep?.(current);
      if (ratio > 0.7 && length > 0.8 * radius) radius = Math.min(1, 2 * radius);
    } else {
      radius = Math.min(radius, length) / 4;
      // gradients are asked for where fields were computed last
      await model.fields(current.p);
    }
    if (radius < ROUNDING * LEAST_RADIUS) return { ...current, converged: true, steps: step };
  }
  return { ...current, converged: false, steps: options.maximumSteps };
}

/** What the objective may change by over the bounds, for each K of the field's range. */
function penaltyUnit(
  { square, space }: ControlTask,
  { gradient, epigraphs }: Linearisation,
  fields: readonly Float64Array[],
  widths: Float64Array,
): number {
  const range = Math.max(...fields.map((u) => valueRange(u)));
  let change = gradient.reduce((sum, slope) => sum + Math.abs(slope), 0);
  for (let j = 0; j < space.count; j++) {
    change += square.weight * square.hessian[j * space.count + j] * widths[j] ** 2;
  }
  return change / (range || 1) + epigraphs.reduce((sum, { weight }) => sum + weight, 0) || 1;
}

/** The nearest admissible point. */
export function admissible(
  { space, rows }: ControlTask,
  p: Float64Array,
  widths: Float64Array,
): Float64Array {
  const n = space.count;
  const clamped = p.map((value, j) => clamp(value, space.low[j], space.high[j]));
  if (rows.every(({ normal, bound }) => dot(normal, clamped) <= bound)) return clamped;
  const identity = new Float64Array(n * n);
  for (let i = 0; i < n; i++) identity[i * n + i] = 1;
  const { x } = quadraticProgram({
    hessian: identity,
    gradient: new Float64Array(n),
    rows: stepRows(space, rows, clamped, widths, Number.POSITIVE_INFINITY, n),
  });
  return clamped.map((value, j) => clamp(value + widths[j] * x[j], space.low[j], space.high[j]));
}

/** p + W d in the box and the rows, |d| ≤ radius, as rows of `size` variables of which d are the first. */
function stepRows(
  { count, low, high }: ControlTask['space'],
  given: readonly LinearRow[],
  p: Float64Array,
  widths: Float64Array,
  radius: number,
  size: number,
): LinearRow[] {
  const rows: LinearRow[] = [];
  for (let j = 0; j < count; j++) {
    for (const [sign, room] of [
      [1, (high[j] - p[j]) / widths[j]],
      [-1, (p[j] - low[j]) / widths[j]],
    ]) {
      const normal = new Float64Array(size);
      normal[j] = sign;
      rows.push({ normal, bound: Math.min(room, radius) });
    }
  }
  for (const { normal, bound } of given) {
    const wide = new Float64Array(size);
    normal.forEach((value, j) => {
      wide[j] = value * widths[j];
    });
    rows.push({ normal: wide, bound: bound - dot(normal, p) });
  }
  return rows;
}

interface SubproblemOptions {
  readonly p: Float64Array;
  readonly widths: Float64Array;
  readonly curvature: Float64Array;
  readonly penalty: number;
  readonly radius: number;
  readonly margin: number;
}

function subproblem(task: ControlTask, linearisation: Linearisation, options: SubproblemOptions) {
  const { space, square } = task;
  const { p, widths, curvature, penalty, radius, margin } = options;
  const { gradient, value, epigraphs, limits } = linearisation;
  const n = space.count;
  // d, epigraph variables, the absolute cost, the slack
  const absolute = n + epigraphs.length;
  const size = absolute + 2;
  const hessian = new Float64Array(size * size);
  const linear = new Float64Array(size);
  for (let i = 0; i < n; i++) {
    linear[i] = gradient[i];
    for (let j = 0; j < n; j++) {
      const cost = square.weight * square.hessian[i * n + j] * widths[i] * widths[j];
      hessian[i * size + j] = cost + curvature[i * n + j];
    }
  }
  epigraphs.forEach(({ weight }, k) => {
    linear[n + k] = weight;
  });
  linear[absolute] = task.absoluteWeight;
  linear[size - 1] = penalty;
  const rows = stepRows(space, task.rows, p, widths, radius, size);
  const firstCut = rows.length;
  const owners: { cut: number; epigraph: number }[] = [];
  epigraphs.forEach(({ cuts }, epigraph) => {
    cuts.forEach(({ value: at, gradient: slope }, cut) => {
      const normal = new Float64Array(size);
      normal.set(slope);
      normal[n + epigraph] = -1;
      rows.push({ normal, bound: epigraphs[epigraph].origin - at });
      owners.push({ cut, epigraph });
    });
  });
  const firstLimit = rows.length;
  for (const { value: excess, gradient: slope } of limits) {
    const normal = new Float64Array(size);
    normal.set(slope);
    normal[size - 1] = -1;
    rows.push({ normal, bound: -excess - margin });
  }
  const nonNegative = new Float64Array(size);
  nonNegative[size - 1] = -1;
  rows.push({ normal: nonNegative, bound: 0 });
  const { x, multipliers } = withAbsoluteCost(task, options, absolute, { hessian, gradient: linear, rows });
  const d = x.slice(0, n);
  const slack = Math.max(0, x[size - 1]);
  let model = value + dot(gradient, d) + task.absoluteWeight * x[absolute];
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) model += 0.5 * hessian[i * size + j] * d[i] * d[j];
  }
  epigraphs.forEach(({ weight }, k) => {
    model += weight * x[n + k];
  });
  const cutWeights = owners.map(({ cut, epigraph }, k) => ({
    cut,
    epigraph,
    weight: multipliers[firstCut + k],
  }));
  const limitWeights = limits.map((_, k) => multipliers[firstLimit + k]);
  // of the part of the Lagrangian whose curvature is not known
  const lagrangian = linearisation.smoothGradient.slice();
  const addTo = (slope: Float64Array, weight: number) => {
    for (let i = 0; i < n; i++) lagrangian[i] += weight * slope[i];
  };
  for (const { cut, epigraph, weight } of cutWeights) addTo(epigraphs[epigraph].cuts[cut].gradient, weight);
  limits.forEach(({ gradient: slope }, k) => {
    addTo(slope, limitWeights[k]);
  });
  return {
    d,
    slack,
    pressure: limitWeights.reduce((sum, weight) => sum + weight, 0),
    merit: (nu: number) => model + nu * slack,
    lagrangian,
    multipliers: [
      ...cutWeights.map(({ cut, epigraph, weight }) => ({ ...epigraphs[epigraph].cuts[cut], weight })),
      ...limits.map((limit, k) => ({ ...limit, weight: limitWeights[k] })),
    ],
  };
}

const ABSOLUTE_CUTS = 60;

/** Solves with the variable of the absolute cost above as many of its cuts as count. */
function withAbsoluteCost(
  { space, absoluteWeight }: ControlTask,
  { p, widths }: SubproblemOptions,
  variable: number,
  program: { hessian: Float64Array; gradient: Float64Array; rows: LinearRow[] },
): QuadraticProgramResult {
  let at = p;
  for (let round = 0; ; round++) {
    if (absoluteWeight > 0) {
      const { value, gradient } = absoluteCostAt(space, at);
      const normal = new Float64Array(program.gradient.length);
      let bound = -value;
      gradient.forEach((slope, j) => {
        normal[j] = slope * widths[j];
        bound += slope * (at[j] - p[j]);
      });
      normal[variable] = -1;
      program.rows.push({ normal, bound });
    } else {
      const normal = new Float64Array(program.gradient.length);
      normal[variable] = -1;
      program.rows.push({ normal, bound: 0 });
    }
    const solved = quadraticProgram(program);
    at = p.map((value, j) => value + widths[j] * solved.x[j]);
    const cost = absoluteWeight > 0 ? absoluteCostAt(space, at).value : 0;
    if (cost - solved.x[variable] <= 1e-9 * (1 + cost) || round === ABSOLUTE_CUTS) return solved;
  }
}

const difference = (a: Float64Array, b: Float64Array) => a.map((value, i) => value - b[i]);

/** BFGS with whatever positive curvature was met; from B = 0 the first update is yyᵀ/yᵀs. */
function updated(matrix: Float64Array, s: Float64Array, y: Float64Array): Float64Array<ArrayBuffer> {
  const n = s.length;
  const along = dot(y, s);
  const result = Float64Array.from(matrix);
  if (!(along > 1e-10 * Math.sqrt(dot(y, y) * dot(s, s)))) return result;
  const image = Float64Array.from({ length: n }, (_, i) => dot(matrix.subarray(i * n, (i + 1) * n), s));
  const old = dot(image, s);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      result[i * n + j] += (y[i] * y[j]) / along;
      if (old > 1e-14 * along) result[i * n + j] -= (image[i] * image[j]) / old;
    }
  }
  return result;
}
