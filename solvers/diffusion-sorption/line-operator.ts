/**
 * How the ends of the line are discretised. `ghost`: as PDEBench does, cells beyond the ends hold 1 and −D u_x, of first
 * order at the ends; `face`: u = 1 and u = −D u_x at the end faces themselves, of second order.
 */
export type LineEnds = 'ghost' | 'face';

/** D u_xx of cell values as a tridiagonal matrix and a constant: (L u)_i = lower_i u_{i−1} + diagonal_i u_i + upper_i u_{i+1} + constant_i. */
export interface LineOperator {
  readonly lower: Float64Array;
  readonly diagonal: Float64Array;
  readonly upper: Float64Array;
  readonly constant: Float64Array;
}

/**
 * D u_xx on cells of width Δx with u = 1 at the left and outflow u = −D u_x at the right. Columns of the matrix and the
 * constant, each times Δx, add up to the fluxes through the two ends: what the cells exchange cancels.
 */
export function lineOperator(
  cells: number,
  spacing: number,
  diffusivity: number,
  ends: LineEnds,
): LineOperator {
  const d = diffusivity / (spacing * spacing);
  const lower = new Float64Array(cells).fill(d);
  const diagonal = new Float64Array(cells).fill(-2 * d);
  const upper = new Float64Array(cells).fill(d);
  const constant = new Float64Array(cells);
  const last = cells - 1;
  lower[0] = 0;
  upper[last] = 0;
  if (ends === 'ghost') {
    constant[0] = d;
    const slope = diffusivity / spacing;
    lower[last] += d * slope;
    diagonal[last] -= d * slope;
  } else {
    diagonal[0] = -3 * d;
    constant[0] = 2 * d;
    // u_f = −D (u_f − u)/(Δx/2), and what flows out through the face is u_f
    const half = (2 * diffusivity) / spacing;
    diagonal[last] = -d - half / (1 + half) / spacing;
  }
  return { lower, diagonal, upper, constant };
}

/** out = L u */
export function applyLineOperator(operator: LineOperator, u: Float64Array, out: Float64Array): void {
  const { lower, diagonal, upper, constant } = operator;
  const last = u.length - 1;
  for (let i = 0; i <= last; i++) {
    let sum = constant[i] + diagonal[i] * u[i];
    if (i > 0) sum += lower[i] * u[i - 1];
    if (i < last) sum += upper[i] * u[i + 1];
    out[i] = sum;
  }
}

/** x ← (diag(weights) − a · matrix)⁻¹ x by elimination without pivoting, stable where the weights are positive; `work` is overwritten. */
export function solveShifted(
  { lower, diagonal, upper }: LineOperator,
  weights: Float64Array,
  a: number,
  x: Float64Array,
  work: Float64Array,
): void {
  const last = x.length - 1;
  let pivot = weights[0] - a * diagonal[0];
  x[0] /= pivot;
  for (let i = 1; i <= last; i++) {
    work[i - 1] = (-a * upper[i - 1]) / pivot;
    const below = -a * lower[i];
    pivot = weights[i] - a * diagonal[i] - below * work[i - 1];
    x[i] = (x[i] - below * x[i - 1]) / pivot;
  }
  for (let i = last - 1; i >= 0; i--) x[i] -= work[i] * x[i + 1];
}
