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

/**
 * Solves a small dense convex quadratic or linear program. Where H is singular, as in a linear program, by proximal steps
 *
 *     x ← argmin ½ xᵀHx + gᵀx + ½ δ|x − x_old|²,
 *
 * which end at a solution of a linear program after finitely many; each is solved by Goldfarb and Idnani's dual active set
 * method (Math. Program. 27, 1983), which needs no feasible start and stops with a proof where there is none.
 *
 * Variables are expected to be of order one; the scales of objective and rows do not matter.
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
  const lengths = program.rows.map(({ normal }) => Math.sqrt(dot(normal, normal)));
  const rows = program.rows.map(({ normal, bound }, i) => {
    const scale = lengths[i] || 1;
    return { normal: normal.map((value) => value / scale), bound: bound / scale };
  });
  const delta = smallestPivot(hessian, n, size) > PROXIMAL ? 0 : PROXIMAL;
  const scaled = hessian.map((value) => value / size);
  for (let i = 0; i < n; i++) scaled[i * n + i] += delta;
  const factor = choleskyFactor(scaled, n);
  let x: Float64Array<ArrayBufferLike> = start?.slice() ?? new Float64Array(n);
  let result = { status: 'optimal' as QuadraticProgramResult['status'], x, multipliers: new Float64Array(0) };
  for (let step = 0; step < (delta > 0 ? PROXIMAL_STEPS : 1); step++) {
    const linear = gradient.map((value, i) => value / size - delta * x[i]);
    result = dualActiveSet(factor, n, linear, rows);
    if (result.status !== 'optimal') break;
    const moved = largest(
      result.x.map((value, i) => value - x[i]),
      0,
    );
    x = result.x;
    if (moved <= 1e-11 * (1 + largest(x, 0))) break;
  }
  const multipliers = result.multipliers.map((value, i) =>
    lengths[i] > 0 ? (value * size) / lengths[i] : 0,
  );
  let value = dot(gradient, result.x);
  for (let i = 0; i < n; i++)
    value += 0.5 * result.x[i] * dot(hessian.subarray(i * n, (i + 1) * n), result.x);
  return { status: result.status, x: result.x, multipliers, value };
}

/**
 * One strictly convex program with H = LLᵀ. In the coordinates Lᵀx the active normals w = L⁻¹a span QR; a violated one moves
 * x along its part w⊥ outside of that span, and the multipliers of the active ones by −R⁻¹Qᵀw.
 */
function dualActiveSet(factor: Float64Array, n: number, linear: Float64Array, rows: readonly LinearRow[]) {
  const x = backward(factor, n, forward(factor, n, linear)).map((value) => -value);
  const multipliers = new Float64Array(rows.length);
  const active: number[] = [];
  let span = orthogonal([]);
  const done = (status: QuadraticProgramResult['status']) => ({ status, x, multipliers });
  const limit = 50 * (n + 10) + 4 * rows.length;
  for (let iteration = 0; iteration < limit; iteration++) {
    const entering = mostViolated(rows, x, multipliers);
    if (entering < 0) return done('optimal');
    const { normal, bound } = rows[entering];
    const w = forward(factor, n, normal);
    const length = dot(w, w);
    for (let partial = 0; ; partial++) {
      if (partial > limit) return done('maximum-iterations');
      const { rest, coefficients } = split(span, w);
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
        span = orthogonal(active.map((row) => forward(factor, n, rows[row].normal)));
        break;
      }
      multipliers[active[blocking]] = 0;
      active.splice(blocking, 1);
      span = orthogonal(active.map((row) => forward(factor, n, rows[row].normal)));
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
  readonly q: readonly Float64Array[];
  readonly r: readonly Float64Array[];
}

function orthogonal(columns: readonly Float64Array[]): Span {
  const q: Float64Array[] = [];
  const r: Float64Array[] = [];
  for (const column of columns) {
    const { rest, projections } = project(q, column);
    const length = Math.sqrt(dot(rest, rest)) || Number.MIN_VALUE;
    q.push(rest.map((value) => value / length));
    r.push(Float64Array.of(...projections, length));
  }
  return { q, r };
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

function split({ q, r }: Span, w: Float64Array): { rest: Float64Array; coefficients: Float64Array } {
  const { rest, projections: coefficients } = project(q, w);
  for (let k = q.length - 1; k >= 0; k--) {
    for (let j = k + 1; j < q.length; j++) coefficients[k] -= r[j][k] * coefficients[j];
    coefficients[k] /= r[k][k];
  }
  return { rest, coefficients };
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

/** Smallest squared pivot of the Cholesky factor of H/size; 0 where it is singular. */
function smallestPivot(hessian: Float64Array, n: number, size: number): number {
  const shifted = hessian.map((value) => value / size);
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
