import { dot } from '../solvers/vectors.js';
import { type LinearRow, quadraticProgram } from './quadratic-program.js';

/** f(y) ≥ offset + gradientᵀy for every y. */
export interface Cut {
  readonly offset: number;
  readonly gradient: Float64Array;
}

/** A convex function by its value and affine functions below it, one of which at least touches it at x. */
export type ConvexFunction = (x: Float64Array) => { readonly value: number; readonly cuts: readonly Cut[] };

/** Minimise ½xᵀHx + gᵀx + Σ_k weight_k f_k(x) subject to the box, aᵀx ≤ b and h_l(x) ≤ level_l; x of order one. */
export interface ConvexProgram {
  /** H, row-major `[n][n]`, positive semi-definite */
  readonly hessian: Float64Array;
  readonly gradient: Float64Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
  readonly rows: readonly LinearRow[];
  readonly objectives: readonly { readonly weight: number; readonly f: ConvexFunction }[];
  readonly constraints: readonly { readonly level: number; readonly f: ConvexFunction }[];
  /** What constraints may be missed by, in their unit */
  readonly tolerance: number;
}

export interface ConvexProgramResult {
  readonly status: 'optimal' | 'infeasible' | 'maximum-iterations';
  readonly x: Float64Array;
  /** The objective at x */
  readonly value: number;
  /** No admissible point has a smaller one */
  readonly lowerBound: number;
  /** Quadratic programs solved */
  readonly iterations: number;
}

const MAXIMUM_ITERATIONS = 400;
const RELATIVE_GAP = 1e-9;
/** Cuts from one evaluation of one function. */
const CUTS_AT_ONCE = 12;

/**
 * Kelley's cutting planes (J. SIAM 8, 1960) with the quadratic part kept as it is: each round solves the program with the
 * functions replaced by the largest of the cuts known so far, evaluates them where that has its solution, and adds what is
 * cut off there. Maxima over cells are piecewise linear, so that it ends at their optimum after finitely many rounds, in
 * practice some five to fifteen. A relaxation without an admissible point proves that the program has none.
 */
export function convexProgram(program: ConvexProgram, start?: Float64Array): ConvexProgramResult {
  const { hessian, gradient, low, high, objectives, constraints, tolerance } = program;
  const n = gradient.length;
  const size = n + objectives.length;
  const rows = [...boxRows(low, high, size), ...program.rows.map((row) => widened(row, size))];
  const first = start?.slice() ?? low.map((value, i) => 0.5 * (value + high[i]));
  const evaluate = (x: Float64Array) => ({
    objectives: objectives.map(({ f }) => f(x)),
    constraints: constraints.map(({ f }) => f(x)),
  });
  let known = evaluate(first);
  // epigraph variables in units of what the functions change by over the box
  const origins = known.objectives.map(({ value }) => value);
  const scales = known.objectives.map(({ cuts }) => Math.max(...cuts.map(steepness)) || 1);
  const addCuts = () => {
    known.objectives.forEach(({ cuts }, k) => {
      for (const { offset, gradient: slope } of cuts.slice(0, CUTS_AT_ONCE)) {
        const normal = new Float64Array(size);
        normal.set(slope);
        normal[n + k] = -scales[k];
        rows.push({ normal, bound: origins[k] - offset });
      }
    });
    known.constraints.forEach(({ cuts }, k) => {
      for (const { offset, gradient: slope } of cuts.slice(0, CUTS_AT_ONCE)) {
        const normal = new Float64Array(size);
        normal.set(slope);
        rows.push({ normal, bound: constraints[k].level - offset });
      }
    });
  };
  addCuts();
  const fullHessian = new Float64Array(size * size);
  for (let i = 0; i < n; i++) fullHessian.set(hessian.subarray(i * n, (i + 1) * n), i * size);
  const fullGradient = new Float64Array(size);
  fullGradient.set(gradient);
  objectives.forEach(({ weight }, k) => {
    fullGradient[n + k] = weight * scales[k];
  });
  const constant = objectives.reduce((sum, { weight }, k) => sum + weight * origins[k], 0);
  let best: { x: Float64Array; value: number } | undefined;
  let lowerBound = Number.NEGATIVE_INFINITY;
  let guess: Float64Array = Float64Array.of(...first, ...objectives.map(() => 0));
  for (let iteration = 1; iteration <= MAXIMUM_ITERATIONS; iteration++) {
    const solved = quadraticProgram({ hessian: fullHessian, gradient: fullGradient, rows }, guess);
    if (solved.status === 'infeasible') {
      return {
        status: 'infeasible',
        x: best?.x ?? first,
        value: Number.POSITIVE_INFINITY,
        lowerBound: Number.POSITIVE_INFINITY,
        iterations: iteration,
      };
    }
    guess = solved.x;
    const x = solved.x.slice(0, n);
    lowerBound = Math.max(lowerBound, solved.value + constant);
    known = evaluate(x);
    const value =
      quadratic(hessian, gradient, x) +
      objectives.reduce((sum, { weight }, k) => sum + weight * known.objectives[k].value, 0);
    const admissible = known.constraints.every(({ value: h }, k) => h <= constraints[k].level + tolerance);
    if (admissible && !(best && best.value <= value)) best = { x, value };
    const enough = RELATIVE_GAP * (Math.abs(value) + Math.abs(lowerBound) + weightOf(objectives, scales));
    if (best && best.value - lowerBound <= enough) {
      return { status: 'optimal', ...best, lowerBound, iterations: iteration };
    }
    addCuts();
  }
  const x = best?.x ?? guess.slice(0, n);
  return {
    status: 'maximum-iterations',
    x,
    value: best?.value ?? Number.POSITIVE_INFINITY,
    lowerBound,
    iterations: MAXIMUM_ITERATIONS,
  };
}

/** What proves that constraints cannot all be met. */
export interface LeastExcess {
  /** The point that comes closest */
  readonly x: Float64Array;
  /** min over the box and rows of max_l (h_l − level_l), from above by x and from below by the multipliers */
  readonly upperBound: number;
  readonly lowerBound: number;
  /** Σ y_k (offset_k + gradient_kᵀx) ≥ lowerBound for every admissible x; the y_k sum to 1 */
  readonly certificate: readonly {
    readonly weight: number;
    readonly constraint: number;
    readonly cut: Cut;
  }[];
}

/**
 * Phase one: the least largest excess over the levels. The bound from below is computed from the multipliers y, μ of the last
 * program alone, min over the box of Σ y_k cut_k(x) + Σ μ_j (a_jᵀx − b_j), so that it holds whatever the solver did.
 */
export function leastExcess(program: ConvexProgram): LeastExcess {
  const { low, high, constraints } = program;
  const n = low.length;
  const cutsOf: { constraint: number; cut: Cut }[] = [];
  const rows = [...boxRows(low, high, n + 1), ...program.rows.map((row) => widened(row, n + 1))];
  const given = rows.length;
  let x: Float64Array = low.map((value, i) => 0.5 * (value + high[i]));
  let bestX = x;
  let [upperBound, lowerBound] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let certificate: LeastExcess['certificate'] = [];
  let scale = 0;
  let guess = new Float64Array(n + 1);
  for (let iteration = 0; iteration < MAXIMUM_ITERATIONS; iteration++) {
    const known = constraints.map(({ f }) => f(x));
    const excess = Math.max(...known.map(({ value }, k) => value - constraints[k].level));
    if (excess < upperBound) [bestX, upperBound] = [x, excess];
    scale ||= Math.max(...known.flatMap(({ cuts }) => cuts.map(steepness))) || 1;
    if (upperBound - lowerBound <= 1e-9 * (scale + Math.abs(upperBound))) break;
    known.forEach(({ cuts }, constraint) => {
      for (const cut of cuts.slice(0, CUTS_AT_ONCE)) {
        const normal = new Float64Array(n + 1);
        normal.set(cut.gradient);
        normal[n] = -scale;
        rows.push({ normal, bound: constraints[constraint].level - cut.offset });
        cutsOf.push({ constraint, cut });
      }
    });
    const gradient = new Float64Array(n + 1);
    gradient[n] = scale;
    const solved = quadraticProgram({ hessian: new Float64Array((n + 1) ** 2), gradient, rows }, guess);
    if (solved.status === 'infeasible') {
      // the rows themselves leave nothing
      return {
        x: bestX,
        upperBound: Number.POSITIVE_INFINITY,
        lowerBound: Number.POSITIVE_INFINITY,
        certificate: [],
      };
    }
    guess = Float64Array.from(solved.x);
    x = solved.x.slice(0, n);
    const bound = boundFrom(program, cutsOf, solved.multipliers, given);
    if (bound.value > lowerBound) [lowerBound, certificate] = [bound.value, bound.certificate];
  }
  return { x: bestX, upperBound, lowerBound, certificate };
}

/** The Lagrangian's least value over the box, with the multipliers of cuts scaled to a sum of 1. */
function boundFrom(
  { low, high, rows, constraints }: ConvexProgram,
  cuts: readonly { constraint: number; cut: Cut }[],
  multipliers: Float64Array,
  given: number,
): { value: number; certificate: LeastExcess['certificate'] } {
  const n = low.length;
  const weights = cuts.map((_, k) => Math.max(0, multipliers[given + k]));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (!(total > 0)) return { value: Number.NEGATIVE_INFINITY, certificate: [] };
  const slope = new Float64Array(n);
  let value = 0;
  cuts.forEach(({ constraint, cut }, k) => {
    value += (weights[k] / total) * (cut.offset - constraints[constraint].level);
    for (let i = 0; i < n; i++) slope[i] += (weights[k] / total) * cut.gradient[i];
  });
  rows.forEach(({ normal, bound }, j) => {
    const multiplier = Math.max(0, multipliers[2 * n + j]) / total;
    value -= multiplier * bound;
    for (let i = 0; i < n; i++) slope[i] += multiplier * normal[i];
  });
  for (let i = 0; i < n; i++) value += Math.min(slope[i] * low[i], slope[i] * high[i]);
  const certificate = cuts.flatMap((each, k) =>
    weights[k] > 0 ? [{ ...each, weight: weights[k] / total }] : [],
  );
  return { value, certificate };
}

function boxRows(low: Float64Array, high: Float64Array, size: number): LinearRow[] {
  const rows: LinearRow[] = [];
  low.forEach((least, i) => {
    const [up, down] = [new Float64Array(size), new Float64Array(size)];
    up[i] = 1;
    down[i] = -1;
    rows.push({ normal: up, bound: high[i] }, { normal: down, bound: -least });
  });
  return rows;
}

function widened({ normal, bound }: LinearRow, size: number): LinearRow {
  const wide = new Float64Array(size);
  wide.set(normal);
  return { normal: wide, bound };
}

function quadratic(hessian: Float64Array, gradient: Float64Array, x: Float64Array): number {
  const n = x.length;
  let value = dot(gradient, x);
  for (let i = 0; i < n; i++) value += 0.5 * x[i] * dot(hessian.subarray(i * n, (i + 1) * n), x);
  return value;
}

const steepness = ({ gradient }: Cut) => gradient.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

const weightOf = (objectives: ConvexProgram['objectives'], scales: readonly number[]) =>
  1e-3 * objectives.reduce((sum, { weight }, k) => sum + weight * scales[k], 0);
