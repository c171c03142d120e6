import { createRandom } from '../../common/random.js';
import { matrixFromPairs, type SparseMatrix } from '../../solvers/sparse-matrix.js';

export interface ModelMatrixOptions {
  /** Cells along each axis: two or three numbers */
  readonly cells: readonly number[];
  /** κ of a cell from its index along each axis */
  readonly conductivity?: (...index: number[]) => number;
  /** Factor of the couplings along each axis */
  readonly stretch?: readonly number[];
  /** Which ends of each axis are Dirichlet */
  readonly boundary?: 'dirichlet' | 'neumann' | 'first axis';
}

/** Two-point finite volumes on a grid of unit cells, written here from the formula: 2/(1/κ_P + 1/κ_N), 2κ at Dirichlet. */
export function modelMatrix(options: ModelMatrixOptions): SparseMatrix {
  const { cells, conductivity = () => 1, boundary = 'dirichlet' } = options;
  const stretch = options.stretch ?? cells.map(() => 1);
  const strides = cells.map((_, axis) => cells.slice(0, axis).reduce((a, b) => a * b, 1));
  const rows = cells.reduce((a, b) => a * b, 1);
  const indexOf = (cell: number) => cells.map((size, axis) => Math.floor(cell / strides[axis]) % size);
  const kappa = Float64Array.from({ length: rows }, (_, cell) => conductivity(...indexOf(cell)));
  const diagonal = new Float64Array(rows);
  const [first, second, couplings]: number[][] = [[], [], []];
  for (let cell = 0; cell < rows; cell++) {
    indexOf(cell).forEach((index, axis) => {
      const dirichlet = boundary === 'dirichlet' || (boundary === 'first axis' && axis === 0);
      for (const end of [0, cells[axis] - 1]) {
        if (index === end && dirichlet) diagonal[cell] += 2 * kappa[cell] * stretch[axis];
      }
      if (index === cells[axis] - 1) return;
      const other = cell + strides[axis];
      const coupling = (2 * stretch[axis]) / (1 / kappa[cell] + 1 / kappa[other]);
      first.push(cell);
      second.push(other);
      couplings.push(coupling);
      diagonal[cell] += coupling;
      diagonal[other] += coupling;
    });
  }
  return matrixFromPairs(
    diagonal,
    Int32Array.from(first),
    Int32Array.from(second),
    Float64Array.from(couplings),
  );
}

/** 1 and 10⁴ in turn, in blocks of this many cells. */
export const checkerboard =
  (block: number) =>
  (...index: number[]) =>
    index.reduce((sum, i) => sum + Math.floor(i / block), 0) % 2 === 0 ? 1 : 1e4;

/** Independent values between 1 and 10⁴, uniform on the scale of the logarithm. */
export function scattered(seed: number): () => number {
  const random = createRandom(seed);
  return () => 10 ** random.uniform(0, 4);
}

export function randomVector(length: number, seed: number): Float64Array {
  const random = createRandom(seed);
  return Float64Array.from({ length }, () => random.normal());
}

/** The matrix row by row. */
export function denseRows({ rows, rowOffsets, columns, values }: SparseMatrix): Float64Array[] {
  return Array.from({ length: rows }, (_, row) => {
    const dense = new Float64Array(rows);
    for (let entry = rowOffsets[row]; entry < rowOffsets[row + 1]; entry++)
      dense[columns[entry]] += values[entry];
    return dense;
  });
}
