import { gramMatrix } from '../../solvers/dense/tall-products.js';
import { addCombination, fullReach, reachOf, type SystemBasis, sideBySide } from './expert-bases.js';
import { setBlockColumns } from './row-blocks.js';
import { rowChunks, scatterBlock } from './row-chunks.js';

/**
 * What keeps coefficients small: nothing; ½ε Σ_i W_i (Vω)_i², a norm of the function u − c that does not change when basis
 * fields are recombined; or ½ε|ω|².
 */
export type Ridge = 'none' | { readonly norm: 'function' | 'coefficients'; readonly weight: number };

/** Λ of ½ωᵀΛω, with its share of a system's cotangents, see `SystemAdjoint`. */
export interface RidgeTerm {
  /** `[n][n]` */
  readonly matrix: Float64Array;
  /** ε W ⊙ Vx: α of λ and β of ω; undefined where Λ does not depend on V */
  field(x: Float64Array): Float64Array | undefined;
}

/** @param measures W, zero where the system does not answer */
export function ridgeTerm(ridge: Ridge, basis: SystemBasis, measures: Float64Array): RidgeTerm | undefined {
  if (ridge === 'none') return undefined;
  const { norm, weight } = ridge;
  const { columns, experts, points } = basis;
  const unknowns = columns * experts.length;
  const matrix = new Float64Array(unknowns * unknowns);
  if (norm === 'coefficients') {
    for (let j = 0; j < unknowns; j++) matrix[j * unknowns + j] = weight;
    return { matrix, field: () => undefined };
  }
  const counted = Int32Array.from(measures.keys()).filter((point) => measures[point] > 0);
  const reach = experts.length === 1 ? fullReach(1, points) : reachOf(basis, (x) => x);
  const chunks = rowChunks([{ group: 0, rows: counted }], [reach], (_, row) => row);
  const values = chunks.map(
    ({ rows, experts: seen }) => new Float64Array(rows.length * columns * seen.length),
  );
  experts.forEach((_, expert) => {
    const fields = sideBySide(basis, [expert]);
    chunks.forEach(({ rows, experts: seen }, index) => {
      const at = seen.indexOf(expert);
      if (at >= 0) setBlockColumns(values[index], columns * seen.length, at * columns, fields, columns, rows);
    });
  });
  chunks.forEach(({ rows, experts: seen }, index) => {
    const weights = Float64Array.from(rows, (point) => weight * measures[point]);
    if (seen.length === 0) return;
    const product = gramMatrix(values[index], columns * seen.length, { weights });
    scatterBlock(product, seen, columns, matrix, unknowns);
  });
  return {
    matrix,
    field: (x) =>
      addCombination(basis, x, new Float64Array(points)).map(
        (value, point) => weight * measures[point] * value,
      ),
  };
}
