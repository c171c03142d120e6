import { diagonalScales, type SymmetricFactor, symmetricFactor } from './symmetric-factor.js';

/** Equalities E ω = e on coefficients, E row-major `[law][unknown]`. */
export interface Equalities {
  readonly matrix: Float64Array;
  readonly values: Float64Array;
}

/** A factored system [M Eᵀ; E 0][x; η] = [b; r]. */
export interface EqualityFactor extends Pick<SymmetricFactor, 'kind' | 'rank' | 'conditionEstimate'> {
  solve(b: Float64Array, r?: Float64Array): { readonly x: Float64Array; readonly multipliers: Float64Array };
}

const NONE = new Float64Array(0);

/**
 * Factors M under equalities. With equalities M + EᵀE takes the place of M, which changes nothing for Ex = r and makes the
 * matrix definite where M alone leaves free what the laws fix. Redundant laws take no part. Undefined where M is singular and
 * indefinite.
 *
 * @param damping μ of M + μ diag M
 */
export function equalityFactor(
  matrix: Float64Array,
  n: number,
  equalities?: Equalities,
  damping = 0,
): EqualityFactor | undefined {
  const damped = matrix.slice();
  for (let j = 0; j < n; j++) damped[j * n + j] *= 1 + damping;
  const scales = diagonalScales(matrix, n);
  if (!equalities) {
    const factor = symmetricFactor(damped, n, scales);
    return factor && { ...about(factor), solve: (b) => ({ x: factor.solve(b), multipliers: NONE }) };
  }
  const count = equalities.values.length;
  const { rows, lengths } = unitRows(equalities, scales, n);
  for (let law = 0; law < count; law++) {
    for (let i = 0; i < n; i++) {
      // rows are in scaled unknowns, the matrix is not
      const left = rows[law * n + i] * scales[i];
      for (let j = 0; j < n; j++) damped[i * n + j] += left * rows[law * n + j] * scales[j];
    }
  }
  const factor = symmetricFactor(damped, n, scales);
  if (!factor) return undefined;
  const lawRow = (law: number): Float64Array =>
    rows.subarray(law * n, (law + 1) * n).map((value, j) => value * scales[j]);
  const images = Array.from({ length: count }, (_, law) => factor.solve(lawRow(law)));
  const schur = new Float64Array(count * count);
  for (let a = 0; a < count; a++) {
    const row = lawRow(a);
    for (let b = 0; b < count; b++) schur[a * count + b] = dot(row, images[b]);
  }
  const outer = symmetricFactor(schur, count);
  if (!outer) return undefined;
  return {
    ...about(factor),
    solve: (b, r = new Float64Array(count)) => {
      const given = r.map((value, law) => value / lengths[law]);
      const load = b.slice();
      for (let law = 0; law < count; law++) {
        const row = lawRow(law);
        for (let j = 0; j < n; j++) load[j] += row[j] * given[law];
      }
      const x = factor.solve(load);
      const multipliers = outer.solve(given.map((value, law) => dot(lawRow(law), x) - value));
      images.forEach((image, law) => {
        for (let j = 0; j < n; j++) x[j] -= image[j] * multipliers[law];
      });
      return { x, multipliers: multipliers.map((value, law) => value / lengths[law]) };
    },
  };
}

/** The smallest move, in scaled unknowns, after which the laws hold; those that contradict others stay missed. */
export function feasibleMove(
  { matrix, values }: Equalities,
  scales: Float64Array,
  coefficients: Float64Array,
): Float64Array {
  const n = scales.length;
  const count = values.length;
  const { rows, lengths } = unitRows({ matrix, values }, scales, n);
  const gram = new Float64Array(count * count);
  const row = (law: number): Float64Array => rows.subarray(law * n, (law + 1) * n);
  for (let a = 0; a < count; a++) {
    for (let b = 0; b < count; b++) gram[a * count + b] = dot(row(a), row(b));
  }
  const defects = equalityDefects({ matrix, values }, coefficients);
  const weights = symmetricFactor(gram, count)!.solve(defects.map((value, law) => -value / lengths[law]));
  const move = new Float64Array(n);
  weights.forEach((weight, law) => {
    for (let j = 0; j < n; j++) move[j] += (weight * rows[law * n + j]) / scales[j];
  });
  return move;
}

/** E ω − e */
export function equalityDefects({ matrix, values }: Equalities, coefficients: Float64Array): Float64Array {
  const n = coefficients.length;
  return values.map((value, law) => dot(matrix.subarray(law * n, (law + 1) * n), coefficients) - value);
}

/** G + Eᵀη with the η that makes it smallest, in scaled unknowns: what of a gradient the laws leave. */
export function projectedGradient(
  gradient: Float64Array,
  scales: Float64Array,
  equalities?: Equalities,
): { readonly scaled: Float64Array; readonly multipliers: Float64Array } {
  const scaled = gradient.map((value, j) => value / scales[j]);
  if (!equalities) return { scaled, multipliers: NONE };
  const n = scales.length;
  const count = equalities.values.length;
  const { rows, lengths } = unitRows(equalities, scales, n);
  const row = (law: number): Float64Array => rows.subarray(law * n, (law + 1) * n);
  const gram = new Float64Array(count * count);
  for (let a = 0; a < count; a++) {
    for (let b = 0; b < count; b++) gram[a * count + b] = dot(row(a), row(b));
  }
  const multipliers = symmetricFactor(gram, count)!.solve(
    Float64Array.from({ length: count }, (_, law) => -dot(row(law), scaled)),
  );
  multipliers.forEach((value, law) => {
    for (let j = 0; j < n; j++) scaled[j] += value * rows[law * n + j];
  });
  return { scaled, multipliers: multipliers.map((value, law) => value / lengths[law]) };
}

/** Laws in unknowns ω′ = d ω, each scaled to length 1. */
function unitRows({ matrix, values }: Equalities, scales: Float64Array, n: number) {
  const rows = matrix.slice();
  const lengths = new Float64Array(values.length).fill(1);
  for (let law = 0; law < values.length; law++) {
    const row = rows.subarray(law * n, (law + 1) * n);
    for (let j = 0; j < n; j++) row[j] /= scales[j];
    lengths[law] = Math.sqrt(dot(row, row)) || 1;
    for (let j = 0; j < n; j++) row[j] /= lengths[law];
  }
  return { rows, lengths };
}

const about = ({ kind, rank, conditionEstimate }: SymmetricFactor) => ({ kind, rank, conditionEstimate });

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += a[j] * b[j];
  return sum;
}
