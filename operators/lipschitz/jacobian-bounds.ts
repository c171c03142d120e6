import { geluSlope, geluSlopeRange, geluValue } from './gelu-slope.js';
import { applyAffine, type PreparedNetwork } from './network-chain.js';
import { applyConvolution } from './periodic-convolution.js';
import {
  eigenvalueBound,
  gram,
  largestEigenpair,
  matrixNormBound,
  nonnegativeNormBound,
  norm,
} from './spectral-norm.js';

/** Float64 rounding in the products that make up a Jacobian, relative to the bound, with room. */
const MARGIN = 1e-9;

/** States y around a state x: ‖y − x‖₂ ≤ radius, or |y_i − x_i| ≤ radius for every value. */
export interface Neighbourhood {
  readonly region: 'ball' | 'box';
  readonly radius: number;
}

export interface LipschitzBounds {
  /** ‖J(x)‖₂ by power iteration: what ‖J v‖ of a unit vector shows, so never above the truth. */
  readonly lower: number;
  /** ‖JᵀJ v − σ² v‖/σ² of that iteration */
  readonly residual: number;
  /** No smaller than ‖J(y)‖₂ of any y of the neighbourhood */
  readonly upper: number;
  /** J̄, the Jacobian with every slope in the middle of its range, `[row][column]` */
  readonly middle: Float64Array;
  /** No smaller than ‖J(y) − J̄‖₂ of these y */
  readonly spread: number;
  /** J(x) */
  readonly jacobian: Float64Array;
}

/**
 * Bounds on the Jacobian of F(x) = x + K(x) over a neighbourhood of a state, for a network K of affine maps and GELUs. With z_k
 * the field before GELU k, slopes D_k = diag(gelu′(z_k)) in the range D̄_k ± diag(r_k) over the neighbourhood, Z̄_k = ∂z_k/∂x
 * and S̄_k = ∂K/∂gelu(z_k) with the middles D̄ of all slopes,
 *
 *     ‖J − J̄‖₂ ≤ Σ_k ( ‖ |S̄_k| diag(r_k) |Z̄_k| ‖₂ + σ_k ‖diag(r_k) Z̄_k‖₂ ),     σ_k ≥ ‖S_k − S̄_k‖₂,
 *
 * and instead of the first norm ‖S̄_k diag(r_k/s_k)‖₂ ‖diag(s_k) Z̄_k‖₂ with the scaling s_k that balances the two, where
 * that is smaller; or ‖S̄_k diag(r_k)‖₂ times what Z_k can be wrong by in place of all the second terms. σ_k follows from the
 * last GELU to the first, with ‖S̄_k diag(r_k)‖₂ for each and the maps' norms between them.
 *
 * The ranges come on the way forward: |z_k,i(y) − z_k,i(x)| ≤ radius · sup ‖∇z_k,i‖ by the mean value theorem (the 2-norm for a
 * ball, the 1-norm for a box), the gradient being row i of Z̄_k and what the slopes before it can change of it, bounded row by
 * row and in the 2-norm, whichever is less, in each of four shells of the neighbourhood.
 * So the upper bound falls to ‖J(x)‖₂ as the radius goes to zero, with an error in proportion to it. A radius of Infinity gives
 * a bound for all states.
 *
 * Norms are verified (see `eigenvalueBound`); rounding of the products is covered by enlarging the result by 10⁻⁹ of itself.
 */
export function lipschitzBounds(
  network: PreparedNetwork,
  state: Float64Array,
  neighbourhood: Neighbourhood,
): LipschitzBounds {
  const size = state.length;
  const forward = forwardPass(network, state, neighbourhood);
  const exact = sum(exactJacobian(network, state), identity(size));
  const middle = sum(forward.middle, identity(size));
  const pair = largestEigenpair(gram(exact, size, size), size);
  const spread = Math.min(forward.error, backwardPass(network, forward.sites, size)) * (1 + MARGIN);
  return {
    lower: stretched(exact, size, pair.vector),
    residual: pair.residual,
    upper: (matrixNormBound(middle, size, size) + spread) * (1 + MARGIN),
    middle,
    spread,
    jacobian: exact,
  };
}

/** ‖J v‖/‖v‖ */
function stretched(jacobian: Float64Array, n: number, v: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < n; i++) {
    let dot = 0;
    for (let j = 0; j < n; j++) dot += jacobian[i * n + j] * v[j];
    sum += dot * dot;
  }
  return Math.sqrt(sum) / norm(v);
}

/** A GELU with what the ball makes of its slopes. */
interface Site {
  /** Z̄, `[value][column]` */
  readonly gradients: Float64Array;
  readonly middle: Float64Array;
  readonly half: Float64Array;
  /** ‖diag(half) Z̄‖₂, an upper bound */
  readonly disturbance: number;
  /** ‖Z − Z̄‖₂ over the neighbourhood, an upper bound */
  readonly error: number;
}

/** How far a field's Jacobian can be from V̄: ‖E‖₂ and the norms of its rows. */
interface TangentError {
  readonly norm: number;
  readonly rows: Float64Array;
}

/** A field, V̄, and its errors within the shells of the neighbourhood, the innermost first. */
interface Tangent {
  readonly values: Float64Array;
  readonly jacobian: Float64Array;
  readonly errors: readonly TangentError[];
}

/**
 * Neighbourhoods of 1/4, 2/4, 3/4 and all of the radius: the gradient along a way out of the state is wrong by the error of the
 * shell it is in, and not all the way by that of the last one.
 */
const SHELLS = 4;

function forwardPass(network: PreparedNetwork, state: Float64Array, neighbourhood: Neighbourhood) {
  const { points, steps } = network;
  const columns = state.length;
  const sites: Site[] = [];
  const exact = { norm: 0, rows: new Float64Array(columns) };
  let now: Tangent = { values: state, jacobian: identity(columns), errors: Array(SHELLS).fill(exact) };
  let kept = now;
  for (const step of steps) {
    if (step.kind === 'keep') kept = now;
    else if (step.kind === 'add') {
      const before = kept;
      now = {
        values: sum(now.values, before.values),
        jacobian: sum(now.jacobian, before.jacobian),
        errors: now.errors.map((error, shell) => ({
          norm: error.norm + before.errors[shell].norm,
          rows: sum(error.rows, before.errors[shell].rows),
        })),
      };
    } else if (step.kind === 'affine') {
      const { map, sizes, rowNorms, norm: largest } = step;
      now = {
        values: applyAffine(map, now.values, points),
        jacobian: applyConvolution(map, now.jacobian, points, columns),
        errors: now.errors.map((error) => {
          const rows = applyConvolution(sizes, error.rows, points, 1).map((value, i) =>
            Math.min(value, rowNorms[i % map.outputs] * error.norm),
          );
          return { norm: Math.min(largest * error.norm, norm(rows)), rows };
        }),
      };
    } else {
      const { site, after } = passSite(now, columns, neighbourhood);
      sites.push(site);
      now = after;
    }
  }
  return { sites, middle: now.jacobian, error: now.errors[SHELLS - 1].norm };
}

function passSite(
  before: Tangent,
  columns: number,
  { region, radius }: Neighbourhood,
): { site: Site; after: Tangent } {
  const { values, jacobian, errors } = before;
  const count = values.length;
  const lengths = rowLengths(jacobian, columns);
  // a box lies in the ball of √n times its radius
  const around = region === 'ball' ? radius : Math.sqrt(columns) * radius;
  const sums = region === 'ball' ? lengths : rowSums(jacobian, columns);
  const ranges = errors.map((_, shell) => {
    const part = (shell + 1) / SHELLS;
    return Array.from({ length: count }, (_, i) => {
      if (radius === Number.POSITIVE_INFINITY) return geluSlopeRange(-radius, radius);
      let widening = 0;
      for (let inner = 0; inner <= shell; inner++) widening += errors[inner].rows[i] / SHELLS;
      const first = part * Math.min(radius * sums[i], around * lengths[i]);
      const reach = (first + around * widening) * (1 + MARGIN);
      return geluSlopeRange(values[i] - reach, values[i] + reach);
    });
  });
  const middle = Float64Array.from(ranges[SHELLS - 1], (range) => range.middle);
  const after = jacobian.slice();
  for (let i = 0; i < count; i++) {
    for (let j = 0, at = i * columns; j < columns; j++, at++) after[at] *= middle[i];
  }
  const shells = ranges.map((own, shell) => {
    // around the middle of the last shell's range, which all share
    const half = middle.map((centre, i) => Math.abs(own[i].middle - centre) + own[i].half);
    const squares = half.map((r) => r * r);
    const disturbance = Math.sqrt(eigenvalueBound(gram(jacobian, count, columns, squares), columns));
    const steepest = middle.reduce((most, centre, i) => Math.max(most, Math.abs(centre) + half[i]), 0);
    const rows = half.map((r, i) => (Math.abs(middle[i]) + r) * errors[shell].rows[i] + r * lengths[i]);
    const error = { norm: Math.min(steepest * errors[shell].norm + disturbance, norm(rows)), rows };
    return { half, disturbance, error };
  });
  const { half, disturbance } = shells[SHELLS - 1];
  return {
    site: { gradients: jacobian, middle, half, disturbance, error: errors[SHELLS - 1].norm },
    after: { values: values.map(geluValue), jacobian: after, errors: shells.map(({ error }) => error) },
  };
}

function rowSums(matrix: Float64Array, columns: number): Float64Array {
  const sums = new Float64Array(matrix.length / columns);
  for (let i = 0; i < matrix.length; i++) sums[Math.floor(i / columns)] += Math.abs(matrix[i]);
  return sums;
}

/** Σ_k of {@link lipschitzBounds}, from the last GELU to the first. Suffixes are held transposed, `[value][row of J]`. */
function backwardPass({ points, steps }: PreparedNetwork, sites: readonly Site[], columns: number): number {
  let suffix = identity(columns);
  let error = 0;
  let keptSuffix: Float64Array | undefined;
  let keptError = 0;
  // S Δ Z̄ or S̄ Δ Z, for all sites alike
  let [bySuffixes, byPrefixes] = [0, 0];
  let next = sites.length;
  for (const step of steps.toReversed()) {
    if (step.kind === 'add') [keptSuffix, keptError] = [suffix, error];
    else if (step.kind === 'keep') {
      suffix = keptSuffix ? sum(suffix, keptSuffix) : suffix;
      error += keptError;
      [keptSuffix, keptError] = [undefined, 0];
    } else if (step.kind === 'affine') {
      suffix = applyConvolution(step.transposed, suffix, points, columns);
      error *= step.norm;
    } else {
      const site = sites[--next];
      const { middle, half, disturbance } = site;
      const first = firstOrder(suffix, site, columns);
      bySuffixes += first + error * disturbance;
      byPrefixes += first;
      // none before the first site, where nothing is disturbed yet
      if (next === 0) break;
      const squares = half.map((r) => r * r);
      const own = Math.sqrt(eigenvalueBound(gram(suffix, half.length, columns, squares), columns));
      byPrefixes += own * site.error;
      let steepest = 0;
      suffix = suffix.slice();
      for (let i = 0; i < half.length; i++) {
        steepest = Math.max(steepest, Math.abs(middle[i]) + half[i]);
        for (let j = 0, at = i * columns; j < columns; j++, at++) suffix[at] *= middle[i];
      }
      error = own + error * steepest;
    }
  }
  return Math.min(bySuffixes, byPrefixes);
}

/** A bound of ‖S̄ Δ Z̄‖₂ over all diagonal |Δ| ≤ diag(r). */
function firstOrder(suffix: Float64Array, { gradients, half }: Site, columns: number): number {
  const count = half.length;
  const [left, right] = [rowLengths(suffix, columns), rowLengths(gradients, columns)];
  const weightsLeft = new Float64Array(count);
  const weightsRight = new Float64Array(count);
  const sizes = new Float64Array(columns * columns);
  for (let i = 0; i < count; i++) {
    if (left[i] === 0 || right[i] === 0) continue;
    // squares of r/s and s with s² = r · left/right
    weightsLeft[i] = (half[i] * right[i]) / left[i];
    weightsRight[i] = (half[i] * left[i]) / right[i];
    const row = i * columns;
    for (let a = 0; a < columns; a++) {
      const factor = half[i] * Math.abs(suffix[row + a]);
      for (let b = 0, at = a * columns; b < columns; b++, at++) {
        sizes[at] += factor * Math.abs(gradients[row + b]);
      }
    }
  }
  const balanced = Math.sqrt(
    eigenvalueBound(gram(suffix, count, columns, weightsLeft), columns) *
      eigenvalueBound(gram(gradients, count, columns, weightsRight), columns),
  );
  return Math.min(balanced, nonnegativeNormBound(sizes, columns));
}

/** J of the network at the state itself. */
function exactJacobian({ points, steps }: PreparedNetwork, state: Float64Array): Float64Array {
  const columns = state.length;
  let [values, jacobian]: [Float64Array, Float64Array] = [state, identity(columns)];
  let kept = { values, jacobian };
  for (const step of steps) {
    if (step.kind === 'keep') kept = { values, jacobian };
    else if (step.kind === 'add') {
      [values, jacobian] = [sum(values, kept.values), sum(jacobian, kept.jacobian)];
    } else if (step.kind === 'affine') {
      values = applyAffine(step.map, values, points);
      jacobian = applyConvolution(step.map, jacobian, points, columns);
    } else {
      jacobian = jacobian.slice();
      for (let i = 0; i < values.length; i++) {
        const slope = geluSlope(values[i]);
        for (let j = 0, at = i * columns; j < columns; j++, at++) jacobian[at] *= slope;
      }
      values = values.map(geluValue);
    }
  }
  return jacobian;
}

function identity(n: number): Float64Array {
  const matrix = new Float64Array(n * n);
  for (let i = 0; i < n; i++) matrix[i * n + i] = 1;
  return matrix;
}

const sum = (a: Float64Array, b: Float64Array): Float64Array => a.map((value, i) => value + b[i]);

function rowLengths(matrix: Float64Array, columns: number): Float64Array {
  const lengths = new Float64Array(matrix.length / columns);
  for (let i = 0; i < lengths.length; i++) lengths[i] = norm(matrix.subarray(i * columns, (i + 1) * columns));
  return lengths;
}
