import { tallTimesVector } from '../../solvers/dense/tall-products.js';

/** X w of a block of so many rows, which may be without columns: rows that no basis field reaches. */
export const blockTimesVector = (
  block: Float64Array,
  width: number,
  w: Float64Array,
  rows: number,
): Float64Array => (width === 0 ? new Float64Array(rows) : tallTimesVector(block, width, w));

/** Writes values at `points` of `[point][N]` fields into N columns of a block `[row][width]`, from column `first`. */
export function setBlockColumns(
  block: Float64Array,
  width: number,
  first: number,
  fields: Float64Array,
  columns: number,
  points: Int32Array,
): void {
  for (let row = 0; row < points.length; row++) {
    const to = row * width + first;
    const from = points[row] * columns;
    for (let j = 0; j < columns; j++) block[to + j] = fields[from + j];
  }
}

/** out = diag(s) X for blocks `[row][width]`, or with `add` out += diag(s) X. */
export function scaleRows(
  x: Float64Array,
  width: number,
  s: Float64Array,
  out: Float64Array,
  mode: 'set' | 'add',
): void {
  for (let row = 0, at = 0; row < s.length; row++) {
    const scale = s[row];
    const end = at + width;
    if (mode === 'set') for (; at < end; at++) out[at] = scale * x[at];
    else for (; at < end; at++) out[at] += scale * x[at];
  }
}

/** The rows of several terms in one block: out = Σ_l diag(s_l) X_l. */
export function combineRows(
  terms: readonly Float64Array[],
  width: number,
  scales: readonly Float64Array[],
  out: Float64Array,
): void {
  if (terms.length !== 4) {
    terms.forEach((term, l) => {
      scaleRows(term, width, scales[l], out, l === 0 ? 'set' : 'add');
    });
    return;
  }
  // in one pass where there are four, as in an equation of u, u_t, u_x and u_xx
  const [x0, x1, x2, x3] = terms;
  const [s0, s1, s2, s3] = scales;
  for (let row = 0, at = 0; row < s0.length; row++) {
    const a = s0[row];
    const b = s1[row];
    const c = s2[row];
    const d = s3[row];
    const end = at + width;
    for (; at + 3 < end; at += 4) {
      out[at] = a * x0[at] + b * x1[at] + c * x2[at] + d * x3[at];
      out[at + 1] = a * x0[at + 1] + b * x1[at + 1] + c * x2[at + 1] + d * x3[at + 1];
      out[at + 2] = a * x0[at + 2] + b * x1[at + 2] + c * x2[at + 2] + d * x3[at + 2];
      out[at + 3] = a * x0[at + 3] + b * x1[at + 3] + c * x2[at + 3] + d * x3[at + 3];
    }
    for (; at < end; at++) out[at] = a * x0[at] + b * x1[at] + c * x2[at] + d * x3[at];
  }
}
