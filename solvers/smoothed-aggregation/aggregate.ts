import type { SparseMatrix } from '../sparse-matrix.js';

/** A partition of the rows into aggregates, each of which becomes one row of the coarse matrix. */
export interface Aggregates {
  readonly count: number;
  /** `[row]` its aggregate, or −1: a row that its diagonal alone determines and the coarse problem need not see */
  readonly aggregateOf: Int32Array;
}

/**
 * A row without strong neighbours whose diagonal is this many times the sum of its couplings is held by the boundary. At 10,
 * rows of conducting plates held at their rim were put into aggregates of other conductors: 75 iterations instead of 14.
 */
const DOMINANT = 2;

/**
 * Aggregates of a row and its strong neighbours (Vaněk, Mandel & Brezina 1996):
 * 1. a row none of whose strong neighbours is taken founds an aggregate with all of them;
 * 2. rows left over join the founded aggregate they are coupled to most strongly;
 * 3. what still remains is grouped with its strong neighbours that remain.
 * A row without any strong neighbour joins the aggregate of its largest coupling, so that constants stay represented,
 * unless its diagonal dominates.
 */
export function aggregate(matrix: SparseMatrix, strong: Uint8Array): Aggregates {
  const { rows, rowOffsets, columns, values } = matrix;
  const aggregateOf = new Int32Array(rows).fill(-1);
  let count = 0;
  for (let row = 0; row < rows; row++) {
    if (aggregateOf[row] >= 0) continue;
    let free = true;
    let neighbours = 0;
    for (let entry = rowOffsets[row]; entry < rowOffsets[row + 1]; entry++) {
      if (strong[entry] === 0) continue;
      neighbours++;
      if (aggregateOf[columns[entry]] >= 0) {
        free = false;
        break;
      }
    }
    if (!free || neighbours === 0) continue;
    aggregateOf[row] = count;
    for (let entry = rowOffsets[row]; entry < rowOffsets[row + 1]; entry++) {
      if (strong[entry] === 1) aggregateOf[columns[entry]] = count;
    }
    count++;
  }

  // joined in a second array: a row joins what was founded, never what has just joined
  const joined = aggregateOf.slice();
  for (let row = 0; row < rows; row++) {
    if (aggregateOf[row] >= 0) continue;
    let largest = 0;
    for (let entry = rowOffsets[row]; entry < rowOffsets[row + 1]; entry++) {
      if (strong[entry] === 1 && -values[entry] > largest && aggregateOf[columns[entry]] >= 0) {
        largest = -values[entry];
        joined[row] = aggregateOf[columns[entry]];
      }
    }
  }

  const isolated: number[] = [];
  for (let row = 0; row < rows; row++) {
    if (joined[row] >= 0) continue;
    let neighbours = 0;
    for (let entry = rowOffsets[row]; entry < rowOffsets[row + 1]; entry++) {
      if (strong[entry] === 0) continue;
      neighbours++;
      if (joined[columns[entry]] < 0) joined[columns[entry]] = count;
    }
    if (neighbours === 0) isolated.push(row);
    else joined[row] = count++;
  }

  for (const row of isolated) {
    let largest = 0;
    let sum = 0;
    let diagonal = 0;
    let target = -1;
    for (let entry = rowOffsets[row]; entry < rowOffsets[row + 1]; entry++) {
      const column = columns[entry];
      const size = Math.abs(values[entry]);
      if (column === row) diagonal = size;
      else {
        sum += size;
        if (size > largest && joined[column] >= 0) {
          largest = size;
          target = joined[column];
        }
      }
    }
    if (diagonal < DOMINANT * sum) joined[row] = target;
  }
  return { count, aggregateOf: joined };
}
