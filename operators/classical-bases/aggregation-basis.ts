import { InvalidInputError } from '../../common/errors.js';
import { diagonal, type PoissonOperator, type SparseMatrix } from '../../solvers/index.js';
import { multiplyPanels } from '../reduced-basis/multiply-panels.js';
import { emptyPanels, fromPanels, PANEL, type Panels } from '../reduced-basis/panels.js';
import type { ClassicalBasis } from './proper-orthogonal-decomposition.js';

/** ω of damped Jacobi */
const DAMPING = 2 / 3;

export interface AggregationBasisOptions {
  readonly rank: number;
  /** Damped-Jacobi steps on the aggregates' indicators; by default as many as an aggregate has layers of cells. */
  readonly smoothing?: number;
}

/**
 * The coarse space of smoothed aggregation with exactly r aggregates: Φ = Sᵏ T, T the indicators of r connected patches of
 * cells of about one size, S = I − ⅔ D⁻¹B. Needs no solve and no training, and spans constants up to the boundary.
 *
 * Patches are the cells nearest, in steps from cell to cell, to r seeds of which each lies as far as possible from those
 * before it. A multigrid hierarchy has ranks of its own choice only, hence the patches here.
 *
 * @throws InvalidInputError for a rank that is not a whole number of 1 to the number of cells
 *
 * Source: Vaněk, Mandel & Brezina, Algebraic multigrid by smoothed aggregation, 1996; seeds: Gonzalez 1985.
 */
export function aggregationBasis(
  operator: PoissonOperator,
  { rank, smoothing }: AggregationBasisOptions,
): ClassicalBasis {
  const { matrix } = operator;
  if (!Number.isInteger(rank) || rank < 1 || rank > matrix.rows) {
    throw new InvalidInputError(
      `aggregationBasis: rank must be a whole number of 1 to ${matrix.rows} cells, got ${rank}`,
    );
  }
  const { patchOfCell, layers } = patches(matrix, rank);
  const indicators = emptyPanels(matrix.rows, rank);
  patchOfCell.forEach((patch, cell) => {
    indicators.values[(Math.floor(patch / PANEL) * matrix.rows + cell) * PANEL + (patch % PANEL)] = 1;
  });
  dampedJacobi(matrix, indicators, smoothing ?? layers);
  return { basis: fromPanels(indicators, new Float64Array(matrix.rows * rank)), rank };
}

/** X ← Sᵏ X */
function dampedJacobi(matrix: SparseMatrix, x: Panels, steps: number): void {
  const factor = diagonal(matrix).map((value) => DAMPING / value);
  for (let step = 0; step < steps; step++) {
    const { values: image } = multiplyPanels(matrix, x);
    for (let at = 0; at < image.length; at++) {
      x.values[at] -= factor[Math.floor(at / PANEL) % matrix.rows] * image[at];
    }
  }
}

/** Cells of r patches, and the largest number of steps from a seed to a cell of its patch. */
function patches(
  { rows, rowOffsets, columns }: SparseMatrix,
  rank: number,
): { readonly patchOfCell: Int32Array; readonly layers: number } {
  const patchOfCell = new Int32Array(rows);
  const distance = new Int32Array(rows).fill(rows);
  const queue = new Int32Array(rows);
  let seed = 0;
  for (let patch = 0; patch < rank; patch++) {
    distance[seed] = 0;
    patchOfCell[seed] = patch;
    queue[0] = seed;
    for (let next = 0, end = 1; next < end; next++) {
      const cell = queue[next];
      for (let entry = rowOffsets[cell]; entry < rowOffsets[cell + 1]; entry++) {
        const neighbour = columns[entry];
        if (distance[neighbour] <= distance[cell] + 1) continue;
        distance[neighbour] = distance[cell] + 1;
        patchOfCell[neighbour] = patch;
        queue[end++] = neighbour;
      }
    }
    for (let cell = 0; cell < rows; cell++) if (distance[cell] > distance[seed]) seed = cell;
  }
  return { patchOfCell, layers: distance[seed] };
}
