import type { Cotangent } from './field-functions.js';

/** u_s(p) = field_s + Σ_j (p_j − origin_j) column_sj, of every load case s. */
export interface AffineFields {
  readonly origin: Float64Array;
  /** `[case][cell]` */
  readonly fields: readonly Float64Array[];
  /** `[case][parameter][cell]`; the same arrays for all cases where the problem is affine */
  readonly columns: readonly (readonly Float64Array[])[];
}

export function fieldsAt({ origin, fields, columns }: AffineFields, p: Float64Array): Float64Array[] {
  return fields.map((field, s) => {
    const u = field.slice();
    columns[s].forEach((column, j) => {
      const step = p[j] - origin[j];
      if (step === 0) return;
      for (let cell = 0; cell < u.length; cell++) u[cell] += step * column[cell];
    });
    return u;
  });
}

/** ∂(ūᵀu_s)/∂p, `[parameter]`. */
export function pulledBack(
  { columns }: AffineFields,
  s: number,
  { cells, weights }: Cotangent,
): Float64Array {
  return Float64Array.from(columns[s], (column) => {
    let sum = 0;
    for (let i = 0; i < cells.length; i++) sum += weights[i] * column[cells[i]];
    return sum;
  });
}
