import { InvalidInputError } from '../../common/errors.js';
import { pivotedCholesky, pivotedSolve } from './pivoted-cholesky.js';
import type { LinearLaw } from './residual.js';
import { RANK_TOLERANCE } from './symmetric-factor.js';

/** C u − d, `[law]` */
export function lawDefects(laws: readonly LinearLaw[], field: Float64Array): Float64Array {
  return Float64Array.from(laws, ({ points, coefficients, value }) => {
    let sum = -value;
    for (let at = 0; at < points.length; at++) sum += coefficients[at] * field[points[at]];
    return sum;
  });
}

/** Cᵀ z added to a field. */
export function addLawMoments(
  laws: readonly LinearLaw[],
  z: Float64Array,
  field: Float64Array,
): Float64Array {
  laws.forEach(({ points, coefficients }, law) => {
    for (let at = 0; at < points.length; at++) field[points[at]] += coefficients[at] * z[law];
  });
  return field;
}

/**
 * The nearest field that obeys the laws, in the norm ‖v‖² = Σ W_i v_i²: u⁺ = u − W⁻¹Cᵀ (C W⁻¹ Cᵀ)⁻¹ (C u − d). For one total mass
 * it shifts u by a constant. Applied twice over, the second time to round-off of the first.
 */
export interface LawProjection {
  apply(field: Float64Array): Float64Array;
  /** The cotangents of u and d for that of u⁺: z = (C W⁻¹ Cᵀ)⁻¹ C W⁻¹ ū⁺, ū = ū⁺ − Cᵀz, d̄ = z. */
  adjoint(cotangent: Float64Array): { readonly field: Float64Array; readonly values: Float64Array };
}

/**
 * @throws InvalidInputError for laws that contradict one another
 */
export function lawProjection(laws: readonly LinearLaw[], measures: Float64Array): LawProjection {
  const factor = lawFactor(laws, measures);
  const inverse = measures.map((measure) => 1 / measure);
  const corrected = (field: Float64Array): Float64Array => {
    const z = factor.solve(lawDefects(laws, field));
    const move = addLawMoments(laws, z, new Float64Array(field.length));
    return field.map((value, point) => value - inverse[point] * move[point]);
  };
  const homogeneous = laws.map((law) => ({ ...law, value: 0 }));
  return {
    apply: (field) => {
      const result = corrected(corrected(field));
      requireObeyed(laws, result);
      return result;
    },
    adjoint: (cotangent) => {
      const z = factor.solve(
        lawDefects(
          homogeneous,
          cotangent.map((value, point) => inverse[point] * value),
        ),
      );
      const field = addLawMoments(
        laws,
        z.map((value) => -value),
        cotangent.slice(),
      );
      return { field, values: z };
    },
  };
}

/** A law counts as obeyed to this share of the sizes that it adds up. */
const OBEYED = 1e-9;

function requireObeyed(laws: readonly LinearLaw[], field: Float64Array): void {
  const defects = lawDefects(laws, field);
  laws.forEach(({ points, coefficients, value }, law) => {
    let scale = Math.abs(value);
    for (let at = 0; at < points.length; at++) scale += Math.abs(coefficients[at] * field[points[at]]);
    if (Math.abs(defects[law]) <= OBEYED * scale) return;
    throw new InvalidInputError(
      `hard constraints: law ${law} of ${laws.length} is missed by ${defects[law]}; the laws contradict one another`,
    );
  });
}

/** (C W⁻¹ Cᵀ)⁻¹, each law scaled to length 1; redundant laws take no part. */
function lawFactor(
  laws: readonly LinearLaw[],
  measures: Float64Array,
): { solve(b: Float64Array): Float64Array } {
  const count = laws.length;
  const matrix = new Float64Array(count * count);
  const row = new Float64Array(measures.length);
  laws.forEach(({ points, coefficients }, a) => {
    row.fill(0);
    for (let at = 0; at < points.length; at++) row[points[at]] += coefficients[at] / measures[points[at]];
    const products = lawDefects(
      laws.map((law) => ({ ...law, value: 0 })),
      row,
    );
    for (let b = 0; b < count; b++) matrix[a * count + b] = products[b];
  });
  const scales = Float64Array.from(laws, (_, a) => Math.sqrt(matrix[a * count + a]) || 1);
  for (let a = 0; a < count; a++) {
    for (let b = 0; b < count; b++) matrix[a * count + b] /= scales[a] * scales[b];
  }
  const factor = pivotedCholesky(matrix, count, RANK_TOLERANCE);
  return {
    solve: (b) =>
      pivotedSolve(
        factor,
        b.map((value, a) => value / scales[a]),
      ).map((value, a) => value / scales[a]),
  };
}
