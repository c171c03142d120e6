import type { SparseMatrix } from '../sparse-matrix.js';
import type { Aggregates } from './aggregate.js';

/** P: coarse field to fine field, in compressed rows. */
export interface Prolongator {
  /** Fine rows */
  readonly rows: number;
  readonly coarseRows: number;
  /** `[row + 1]` */
  readonly rowOffsets: Int32Array;
  /** `[entry]` */
  readonly columns: Int32Array;
  /** `[entry]` */
  readonly values: Float64Array;
}

/** ω in units of 1/ρ(D_F⁻¹A_F) (Vaněk, Mandel & Brezina 1996). */
const DAMPING = 4 / 3;

/**
 * P = (I − ω D_F⁻¹ A_F) T with T the indicator of the aggregates and A_F the matrix without its weak couplings, which
 * are added to the diagonal so that row sums stay: constants come out exactly wherever A annihilates them.
 * Strong couplings are all negative and row sums are not, so that Gershgorin's circles give ρ(D_F⁻¹A_F) ≤ 2 and no
 * eigenvalue need be estimated.
 */
export function smoothedProlongator(
  matrix: SparseMatrix,
  strong: Uint8Array,
  aggregates: Aggregates,
): Prolongator {
  const { rows, rowOffsets, columns, values } = matrix;
  const { count, aggregateOf } = aggregates;
  const weight = DAMPING / 2;
  const offsets = new Int32Array(rows + 1);
  let capacity = 2 * rows;
  let outColumns = new Int32Array(capacity);
  let outValues = new Float64Array(capacity);
  const position = new Int32Array(count).fill(-1);
  let next = 0;
  for (let row = 0; row < rows; row++) {
    const begin = rowOffsets[row];
    const end = rowOffsets[row + 1];
    if (next + end - begin > capacity) {
      capacity = Math.max(next + end - begin, Math.ceil(1.5 * capacity));
      outColumns = grown(outColumns, new Int32Array(capacity));
      outValues = grown(outValues, new Float64Array(capacity));
    }
    const own = aggregateOf[row];
    const start = next;
    if (own >= 0) {
      let diagonal = 0;
      let couplings = 0;
      for (let entry = begin; entry < end; entry++) {
        if (strong[entry] === 1) couplings += values[entry];
        else diagonal += values[entry];
      }
      // without a strong coupling, or where weak ones eat up the diagonal, the row is left as it is in T
      const factor = couplings < 0 && diagonal > 0.5 * -couplings ? weight / diagonal : 0;
      position[own] = next;
      outColumns[next] = own;
      outValues[next++] = 1 - factor * diagonal;
      if (factor > 0) {
        for (let entry = begin; entry < end; entry++) {
          if (strong[entry] === 0) continue;
          const target = aggregateOf[columns[entry]];
          if (target < 0) continue;
          const value = -factor * values[entry];
          const at = position[target];
          if (at >= start) outValues[at] += value;
          else {
            position[target] = next;
            outColumns[next] = target;
            outValues[next++] = value;
          }
        }
      }
    }
    offsets[row + 1] = next;
  }
  return {
    rows,
    coarseRows: count,
    rowOffsets: offsets,
    columns: outColumns.slice(0, next),
    values: outValues.slice(0, next),
  };
}

function grown<A extends Int32Array | Float64Array>(from: A, to: A): A {
  to.set(from);
  return to;
}
