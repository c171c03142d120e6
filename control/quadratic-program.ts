import { InvalidInputError } from '../common/errors.js';
import { choleskyFactor } from '../operators/reduced-basis/cholesky.js';
import { dot } from '../solvers/vectors.js';

/** Minimise ½ xᵀHx + gᵀx subject to aᵢᵀx ≤ bᵢ. */
export interface QuadraticProgram {
  /** H, row-major `[n][n]`, symmetric positive semi-definite */
  readonly hessian: Float64Array;
  /** g, `[n]` */
  readonly gradient: Float64Array;
  readonly rows: readonly LinearRow[];
}

/** aᵀx ≤ b. */
export interface LinearRow {
  /** a, `[n]` */
  readonly normal: Float64Array;
  readonly bound: number;
}

export interface QuadraticProgramResult {
  readonly status: 'optimal' | 'infeasible' | 'maximum-iterations';
  /** `[n]` */
  readonly x: Float64Array;
  /** λᵢ ≥ 0 with Hx + g + Σ λᵢ aᵢ = 0, `[row]` */
  readonly multipliers: Float64Array;
  /** ½ xᵀHx + gᵀx */
  readonly value: number;
}

/** A row counts as met up to this part of its length, with the objective and x of order one. */
const FEASIBLE = 1e-12;
/** A normal whose part outside of the active ones is less than this is a combination of them. */
const DEPENDENT = 1e-11;
/** δ of the proximal steps over the size of the objective: small enough for two or three, large enough for ten digits. */
const PROXIMAL = 1e-4;
const PROXIMAL_STEPS = 40;
const MOST_UNIT = 1e9;

/**
 * Solves a small dense convex quadratic or linear program. Where H is singular, as in a linear program, by proximal steps
 *
 *     x ← argmin ½ xᵀHx + gᵀx + ½ δ|x − x_old|²,
 *
 * which end at a solution of a linear program after finitely many; each is solved by Goldfarb and Idnani's dual active set
 * method (Math. Program. 27, 1983), which needs no feasible start and stops with a proof where there is none.
 *
 * Variables are expected to be of order one but for those without curvature (slacks, epigraphs), which are measured by their
 * weight in the objective; the scales of objective and rows do not matter.
 *
 * @throws InvalidInputError when H is indefinite or a value is not finite
 */
export function quadraticProgram(program: QuadraticProgram, start?: Float64Array): QuadraticProgramResult {
  const n = program.gradient.length;
  const { hessian, gradient } = program;
  for (const values of [hessian, gradient, ...program.rows.map(({ normal }) => normal)]) {
    if (values.every(Number.isFinite)) continue;
    throw new InvalidInputError('quadraticProgram: expected finite coefficients');
  }
  const size = largest(hessian, largest(gradient, 0)) || 1;
  // x = unit · y
  const units = gradient.map((slope, i) =>
    hessian[i * n + i] === 0 && slope !== 0 ? Math.min(MOST_UNIT, size / Math.abs(slope)) : 1,
  );
  const rows = program.rows.map(({ normal, bound }) => {
    const inUnits = normal.map((value, i) => value * units[i]);
    const length = Math.sqrt(dot(inUnits, inUnits)) || 1;
    return { normal: inUnits.map((value) => value / length), bound: bound / length, length };
  });
  const scaled = hessian.map((value, at) => (value / size) * units[Math.floor(at / n)] * units[at % n]);
  const linear = gradient.map((value, i) => (value / size) * units[i]);
  const delta = smallestPivot(scaled, n) > PROXIMAL ? 0 : PROXIMAL;
  const shifted = scaled.slice();
  for (let i = 0; i < n; i++) shifted[i * n + i] += delta;
  const factor = choleskyFactor(shifted, n);
  let y = gradient.map((_, i) => (start?.[i] ?? 0) / units[i]);
  let result = {
    status: 'optimal' as QuadraticProgramResult['status'],
    x: y,
    multipliers: new Float64Array(rows.length),
  };
  const images: Float64Array[] = [];
  for (let step = 0; step < (delta > 0 ? PROXIMAL_STEPS : 1); step++) {
    const about = linear.map((value, i) => value - delta * y[i]);
    const found = dualActiveSet(factor, n, about, rows, images);
    result = { ...found, x: Float64Array.from(found.x) };
    if (result.status !== 'optimal') break;
    const moved = largest(
      result.x.map((value, i) => value - y[i]),
      0,
    );
    y = result.x;
    if (moved <= 1e-11 * (1 + largest(y, 0))) break;
  }
  const x = result.x.map((value, i) => value * units[i]);
  let value = dot(gradient, x);
  for (let i = 0; i < n; i++) value += 0.5 * x[i] * dot(hessian.subarray(i * n, (i + 1) * n), x);
  const multipliers = result.multipliers.map((each, row) => (each * size) / rows[row].length);
  return { status: result.status, x, multipliers, value };
}

/**
 * One strictly convex program with H = LLᵀ. In the coordinates Lᵀx the active normals w = L⁻¹a span QR; a violated one moves
 * x along its part w⊥ outside of that span, and the multipliers of the active ones by −R⁻¹Qᵀw.
 *
 * @param images L⁻¹a by row, filled as they are needed
 */
function dualActiveSet(
  factor: Float64Array,
  n: number,
  linear: Float64Array,
  rows: readonly LinearRow[],
  images: Float64Array[],
) {
  const x = backward(factor, n, forward(factor, n, linear)).map((value) => -value);
  const multipliers = new Float64Array(rows.length);
  const active: number[] = [];
  const span: Span = { q: [], r: [] };
  const done = (status: QuadraticProgramResult['status']) => ({ status, x, multipliers });
  const limit = 50 * (n + 10) + 4 * rows.length;
  for (let iteration = 0; iteration < limit; iteration++) {
    const entering = mostViolated(rows, x, multipliers);
    if (entering < 0) return done('optimal');
    const { normal, bound } = rows[entering];
    images[entering] ??= forward(factor, n, normal);
    const w = images[entering];
    const length = dot(w, w);
    for (let partial = 0; ; partial++) {
      if (partial > limit) return done('maximum-iterations');
      const { rest, projections } = project(span.q, w);
      const coefficients = triangularSolve(span, projections);
      const along = dot(rest, rest);
      const [blocking, dualStep] = firstToLeave(active, coefficients, multipliers);
      const violation = dot(normal, x) - bound;
      const primalStep = along > DEPENDENT * length ? violation / along : Number.POSITIVE_INFINITY;
      const step = Math.min(dualStep, primalStep);
      if (step === Number.POSITIVE_INFINITY) return done('infeasible');
      if (primalStep < Number.POSITIVE_INFINITY) {
        const direction = backward(factor, n, rest);
        for (let i = 0; i < n; i++) x[i] -= step * direction[i];
      }
      active.forEach((row, k) => {
        multipliers[row] -= step * coefficients[k];
      });
      multipliers[entering] += step;
      if (step === primalStep) {
        active.push(entering);
        extend(span, rest, projections);
        break;
      }
      multipliers[active[blocking]] = 0;
      active.splice(blocking, 1);
      span.q.length = blocking;
      span.r.length = blocking;
      for (const row of active.slice(blocking)) {
        const again = project(span.q, images[row]);
        extend(span, again.rest, again.projections);
      }
    }
  }
  return done('maximum-iterations');
}

function mostViolated(rows: readonly LinearRow[], x: Float64Array, multipliers: Float64Array): number {
  let worst = -1;
  let most = FEASIBLE * (1 + largest(x, 0));
  rows.forEach(({ normal, bound }, row) => {
    if (multipliers[row] > 0) return;
    const violation = dot(normal, x) - bound;
    if (violation > most) [worst, most] = [row, violation];
  });
  return worst;
}

/** The active row whose multiplier reaches zero first, and the step at which it does. */
function firstToLeave(
  active: readonly number[],
  coefficients: Float64Array,
  multipliers: Float64Array,
): [number, number] {
  let [blocking, least] = [-1, Number.POSITIVE_INFINITY];
  active.forEach((row, k) => {
    if (!(coefficients[k] > 0)) return;
    const step = multipliers[row] / coefficients[k];
    if (step < least) [blocking, least] = [k, step];
  });
  return [blocking, least];
}

/** W = QR, columns of Q and, per column, those of R. */
interface Span {
  readonly q: Float64Array[];
  readonly r: Float64Array[];
}

/** Adds a column by its part outside of the span and its projections on it. */
function extend({ q, r }: Span, rest: Float64Array, projections: Float64Array): void {
  const length = Math.sqrt(dot(rest, rest)) || Number.MIN_VALUE;
  q.push(rest.map((value) => value / length));
  r.push(Float64Array.of(...projections, length));
}

/** w = Q Qᵀw + rest, twice for the sake of round-off. */
function project(q: readonly Float64Array[], w: Float64Array) {
  const rest = w.slice();
  const projections = new Float64Array(q.length);
  for (let pass = 0; pass < 2; pass++) {
    q.forEach((direction, k) => {
      const part = dot(direction, rest);
      projections[k] += part;
      for (let i = 0; i < rest.length; i++) rest[i] -= part * direction[i];
    });
  }
  return { rest, projections };
}

/** R⁻¹ b */
function triangularSolve({ r }: Span, b: Float64Array): Float64Array {
  const solution = b.slice();
  for (let k = r.length - 1; k >= 0; k--) {
    for (let j = k + 1; j < r.length; j++) solution[k] -= r[j][k] * solution[j];
    solution[k] /= r[k][k];
  }
  return solution;
}

/** L⁻¹ b */
function forward(factor: Float64Array, n: number, b: Float64Array): Float64Array {
  const x = b.slice();
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) x[i] -= factor[i * n + k] * x[k];
    x[i] /= factor[i * n + i];
  }
  return x;
}

/** L⁻ᵀ b */
function backward(factor: Float64Array, n: number, b: Float64Array): Float64Array {
  const x = b.slice();
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i] -= factor[k * n + i] * x[k];
    x[i] /= factor[i * n + i];
  }
  return x;
}

/** Smallest squared pivot of the Cholesky factor of H; 0 where it is singular. */
function smallestPivot(hessian: Float64Array, n: number): number {
  const shifted = hessian.slice();
  const shift = 1e-9;
  for (let i = 0; i < n; i++) shifted[i * n + i] += shift;
  let factor: Float64Array;
  try {
    factor = choleskyFactor(shifted, n);
  } catch {
    throw new InvalidInputError('quadraticProgram: expected a positive semi-definite Hessian');
  }
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < n; i++) least = Math.min(least, factor[i * n + i] ** 2);
  return least - shift;
}

function largest(values: Float64Array, floor: number): number {
  let most = floor;
  for (const value of values) most = Math.max(most, Math.abs(value));
  return most;
}
