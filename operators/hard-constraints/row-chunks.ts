import type { Reach } from './expert-bases.js';
import type { SelectedRows } from './row-selection.js';

/** Rows of one group that see the same experts: a dense matrix of N columns for each of them. */
export interface RowChunk {
  /** Index of the group among those of the residual. */
  readonly group: number;
  /** Indices among the group's rows. */
  readonly rows: Int32Array;
  /** Experts of the system, ascending. */
  readonly experts: Int32Array;
}

/** Rows whose blocks, of a few terms and tens of columns, stay in the second-level cache. */
const CHUNK_ROWS = 1024;

/** Splits selected rows by the experts they see, in pieces that fit a cache; rows keep their order. */
export function rowChunks(
  selected: readonly SelectedRows[],
  reaches: readonly Reach[],
  placeOf: (group: number, row: number) => number,
): RowChunk[] {
  return selected.flatMap(({ group, rows }) => {
    const { experts, flags } = reaches[group];
    const classes = new Map<string, { rows: number[]; experts: Int32Array }>();
    for (const row of rows) {
      const start = placeOf(group, row) * experts;
      const own = flags.subarray(start, start + experts);
      const key = own.join('');
      let found = classes.get(key);
      if (!found) {
        const seen = Array.from(own.keys()).filter((expert) => own[expert]);
        found = { rows: [], experts: Int32Array.from(seen) };
        classes.set(key, found);
      }
      found.rows.push(row);
    }
    return [...classes.values()].flatMap(({ rows: members, experts: seen }) => {
      const pieces = Math.ceil(members.length / CHUNK_ROWS);
      return Array.from({ length: pieces }, (_, piece) => ({
        group,
        rows: Int32Array.from(members.slice(piece * CHUNK_ROWS, (piece + 1) * CHUNK_ROWS)),
        experts: seen,
      }));
    });
  });
}

/** Adds a symmetric block over a chunk's columns, `[expert of chunk · N]²`, to a system's matrix. */
export function scatterBlock(
  block: Float64Array,
  experts: Int32Array,
  columns: number,
  matrix: Float64Array,
  unknowns: number,
): void {
  const size = experts.length * columns;
  for (let a = 0; a < experts.length; a++) {
    for (let i = 0; i < columns; i++) {
      const from = (a * columns + i) * size;
      const to = (experts[a] * columns + i) * unknowns;
      for (let b = 0; b < experts.length; b++) {
        const at = to + experts[b] * columns;
        for (let j = 0; j < columns; j++) matrix[at + j] += block[from + b * columns + j];
      }
    }
  }
}

/** Coefficients of a chunk's columns, `[expert of chunk · N]`, from a system's. */
export function gatherCoefficients(
  coefficients: Float64Array,
  experts: Int32Array,
  columns: number,
): Float64Array {
  const result = new Float64Array(experts.length * columns);
  experts.forEach((expert, at) => {
    result.set(coefficients.subarray(expert * columns, (expert + 1) * columns), at * columns);
  });
  return result;
}

/** The transpose of the gathering. */
export function scatterMoments(
  moments: Float64Array,
  experts: Int32Array,
  columns: number,
  result: Float64Array,
): void {
  experts.forEach((expert, at) => {
    for (let j = 0; j < columns; j++) result[expert * columns + j] += moments[at * columns + j];
  });
}
