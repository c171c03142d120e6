import { InvalidInputError } from '../../../common/errors.js';
import type { LinearFieldOperator } from '../residual.js';

/** A square matrix by rows: entry (i, columns[e]) is values[e] for starts[i] ≤ e < starts[i + 1]. */
export interface AxisMatrix {
  readonly size: number;
  readonly starts: Int32Array;
  readonly columns: Int32Array;
  readonly values: Float64Array;
}

/** Rows of a matrix as lists of [column, value]; columns are taken modulo the size, so that a ring needs no cases. */
export function axisMatrix(
  size: number,
  rowOf: (row: number) => readonly (readonly [number, number])[],
): AxisMatrix {
  const rows = Array.from({ length: size }, (_, row) => rowOf(row));
  const starts = new Int32Array(size + 1);
  rows.forEach((row, i) => {
    starts[i + 1] = starts[i] + row.length;
  });
  const entries = rows.flat();
  return {
    size,
    starts,
    columns: Int32Array.from(entries, ([column]) => (((column % size) + size) % size) | 0),
    values: Float64Array.from(entries, ([, value]) => value),
  };
}

/** I ⊗ A ⊗ I: a matrix applied along one axis of a grid, the axes slowest first. */
export function alongAxis(grid: readonly number[], axis: number, matrix: AxisMatrix): LinearFieldOperator {
  if (grid[axis] !== matrix.size) {
    throw new InvalidInputError(
      `alongAxis: a matrix of size ${matrix.size} does not fit axis ${axis} of a grid of ${grid.join(' × ')}`,
    );
  }
  const outer = grid.slice(0, axis).reduce((a, b) => a * b, 1);
  const inner = grid.slice(axis + 1).reduce((a, b) => a * b, 1);
  const run = (x: Float64Array, columns: number, transposed: boolean): Float64Array => {
    const { size, starts, columns: at, values } = matrix;
    const out = new Float64Array(x.length);
    const width = inner * columns;
    for (let block = 0; block < outer; block++) {
      for (let row = 0; row < size; row++) {
        for (let entry = starts[row]; entry < starts[row + 1]; entry++) {
          const here = (block * size + row) * width;
          const there = (block * size + at[entry]) * width;
          const [to, from] = transposed ? [there, here] : [here, there];
          const value = values[entry];
          for (let i = 0; i < width; i++) out[to + i] += value * x[from + i];
        }
      }
    }
    return out;
  };
  return {
    apply: (x, columns) => run(x, columns, false),
    applyTransposed: (x, columns) => run(x, columns, true),
  };
}

/** A B x */
export function composed(a: LinearFieldOperator, b: LinearFieldOperator): LinearFieldOperator {
  return {
    apply: (x, columns) => a.apply(b.apply(x, columns), columns),
    applyTransposed: (x, columns) => b.applyTransposed(a.applyTransposed(x, columns), columns),
  };
}

/** x ↦ f ⊙ x with one factor a point. */
export function pointwiseFactors(factors: Float64Array): LinearFieldOperator {
  const run = (x: Float64Array, columns: number): Float64Array => {
    const out = new Float64Array(x.length);
    for (let point = 0, at = 0; point < factors.length; point++) {
      for (let column = 0; column < columns; column++, at++) out[at] = factors[point] * x[at];
    }
    return out;
  };
  return { apply: run, applyTransposed: run };
}

/** An operator on every block of a field in turn, such as one of space on every frame. */
export function onBlocks(blocks: number, operator: LinearFieldOperator): LinearFieldOperator {
  const run = (x: Float64Array, columns: number, apply: LinearFieldOperator['apply']): Float64Array => {
    const out = new Float64Array(x.length);
    const size = x.length / blocks;
    for (let block = 0; block < blocks; block++) {
      out.set(apply(x.subarray(block * size, (block + 1) * size), columns), block * size);
    }
    return out;
  };
  return {
    apply: (x, columns) => run(x, columns, operator.apply),
    applyTransposed: (x, columns) => run(x, columns, operator.applyTransposed),
  };
}
