import { InvalidInputError } from '../../common/errors.js';
import { partition } from '../hard-constraints/partition.js';
import { combine, transposeProduct } from './dense-products.js';
import { emptyPanels, type Panels } from './panels.js';
import type { ProjectionOperator } from './projection.js';
import { gatherRows, rowsWithin, scatterRows } from './row-sets.js';

/** The cells that an expert's fields Sχb or their image under B do not vanish on. */
export interface ExpertRows {
  /** Ascending */
  readonly cells: Int32Array;
  /** χ of these cells, 0 beyond the window */
  readonly weights: Float64Array;
}

/** One expert's share of a sparse basis. */
export interface ExpertBlock extends ExpertRows {
  /** Sχb on its cells */
  readonly fields: Panels;
}

/** Φ = [Sχ₁b, …, Sχ_K b], an expert's columns side by side: a matrix of which only an expert's own rows are stored. */
export interface BlockBasis {
  readonly rows: number;
  /** r = Kn */
  readonly columns: number;
  readonly blocks: readonly ExpertBlock[];
}

/**
 * Where each of K experts answers, Σ_k χ_k = 1, with so many layers of cells around it. Experts are numbered so that neighbours are
 * near each other (Cuthill & McKee 1969): systems of all experts then have a small profile.
 *
 * @throws InvalidInputError for a mesh without centroids, and for fewer cells than experts
 */
export function expertRows(
  { matrix, mesh }: ProjectionOperator,
  { count, overlap }: { readonly count: number; readonly overlap: number },
  layers: number,
): readonly ExpertRows[] {
  const { cellCentroids: coordinates, dimension } = placesOf(mesh);
  const { windows } = partition({ coordinates, dimension }, { experts: count, overlap });
  requireCells(windows.map(({ points }) => points.length));
  const rows = windows.map(({ points, weights }): ExpertRows => {
    const cells = rowsWithin(matrix, points, layers);
    const spread = new Float64Array(matrix.rows);
    points.forEach((point, at) => {
      spread[point] = weights[at];
    });
    return { cells, weights: Float64Array.from(cells, (cell) => spread[cell]) };
  });
  return cuthillMcKee(rows).map((expert) => rows[expert]);
}

export function placesOf({ cellCentroids, dimension }: ProjectionOperator['mesh']) {
  if (cellCentroids) return { cellCentroids, dimension };
  throw new InvalidInputError('reduced basis with experts: the mesh has no cellCentroids to divide it by');
}

export function requireCells(sizes: readonly number[]): void {
  const empty = sizes.indexOf(0);
  if (empty < 0) return;
  throw new InvalidInputError(
    `reduced basis with experts: expert ${empty} of ${sizes.length} has no cell; use fewer experts or a finer mesh`,
  );
}

/** Breadth first from an expert with the fewest neighbours. */
function cuthillMcKee(rows: readonly ExpertRows[]): number[] {
  const neighbours = rows.map((own, k) =>
    rows.flatMap((other, l) => (l !== k && meet(own.cells, other.cells) ? [l] : [])),
  );
  const byDegree = rows.map((_, k) => k).sort((a, b) => neighbours[a].length - neighbours[b].length || a - b);
  const order: number[] = [];
  const seen = new Set<number>();
  for (const start of byDegree) {
    if (seen.has(start)) continue;
    seen.add(start);
    order.push(start);
    for (let next = order.length - 1; next < order.length; next++) {
      for (const k of byDegree) {
        if (seen.has(k) || !neighbours[order[next]].includes(k)) continue;
        seen.add(k);
        order.push(k);
      }
    }
  }
  return order;
}

function meet(a: Int32Array, b: Int32Array): boolean {
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i] === b[j]) return true;
    if (a[i] < b[j]) i++;
    else j++;
  }
  return false;
}

/** ΦᵀR, `[column of R][r]` */
export function blockMoments({ columns, blocks }: BlockBasis, residual: Panels): Float64Array {
  const moments = new Float64Array(residual.columns * columns);
  let first = 0;
  for (const { cells, fields } of blocks) {
    const part = transposeProduct(gatherRows(residual, cells), fields);
    for (let s = 0; s < residual.columns; s++) {
      moments.set(part.subarray(s * fields.columns, (s + 1) * fields.columns), s * columns + first);
    }
    first += fields.columns;
  }
  return moments;
}

/** ΦC, a column for each of the coefficient vectors `[source][r]` */
export function blockCombine({ rows, blocks }: BlockBasis, coefficients: readonly Float64Array[]): Panels {
  const result = emptyPanels(rows, coefficients.length);
  let first = 0;
  for (const { cells, fields } of blocks) {
    const part = combine(fields, columnsOfBlock(coefficients, first, fields.columns), coefficients.length);
    scatterRows(part, cells, result);
    first += fields.columns;
  }
  return result;
}

/** Rows `first … first + n` of the matrix with these columns, row-major `[n][source]`. */
function columnsOfBlock(vectors: readonly Float64Array[], first: number, n: number): Float64Array {
  const matrix = new Float64Array(n * vectors.length);
  vectors.forEach((vector, s) => {
    for (let j = 0; j < n; j++) matrix[j * vectors.length + s] = vector[first + j];
  });
  return matrix;
}
