import { InvalidInputError } from '../../common/errors.js';
import type { Preconditioner } from '../preconditioner.js';
import type { SparseMatrix } from '../sparse-matrix.js';
import { buildHierarchy, type Hierarchy } from './hierarchy.js';
import { blockVCycle, type Cycle, vCycle } from './v-cycle.js';

export interface SmoothedAggregationOptions {
  /** θ: couplings below this part of the largest ones of their rows do not steer coarsening; see `strongConnections` */
  readonly strengthThreshold?: number;
  /** A level of at most this many rows is factored densely. */
  readonly coarsestRows?: number;
}

/**
 * Iterations to 1e-8 at θ = 0.08 / 0.16 / 0.25, 1e5 cells: cubes of κ = 1 11 / 11 / 11, cubes of random κ in 1 … 1e4
 * 25 / 21 / 19, triangles in a checkerboard of κ 31 / 26 / 19, of random κ 50 / 34 / 27, flattened fifty times 22 / 16 / 14.
 */
export const SMOOTHED_AGGREGATION_DEFAULTS = { strengthThreshold: 0.25, coarsestRows: 200 } as const;

export interface SmoothedAggregation extends Preconditioner {
  /**
   * The set-up for another matrix of the same rows, as after a change of coefficients, on the aggregates of this one: a
   * new preconditioner, the same as a fresh one where the strengths are the same.
   */
  update(matrix: SparseMatrix): SmoothedAggregation;
  /** Rows of each level, finest first */
  readonly levelRows: readonly number[];
  /** Stored entries of all levels' matrices over those of the finest */
  readonly operatorComplexity: number;
  /** Bytes held beside the matrix given */
  readonly bytes: number;
  readonly hierarchy: Hierarchy;
}

/**
 * Algebraic multigrid by smoothed aggregation (Vaněk, Mandel & Brezina 1996) for symmetric positive (semi-)definite
 * matrices whose near-kernel are constants, such as −∇·(κ∇u): one V-cycle is M⁻¹. Iterations of conjugate gradients do
 * not grow with the mesh; jumps of κ and anisotropy are met by coarsening along strong couplings only. Where A
 * annihilates constants every level does, and the coarsest is solved by its pseudo-inverse.
 *
 * @throws InvalidInputError on options out of range, a diagonal that is not positive or a matrix that is not definite
 */
export function smoothedAggregation(
  matrix: SparseMatrix,
  options: SmoothedAggregationOptions = {},
): SmoothedAggregation {
  const settings = {
    strengthThreshold: options.strengthThreshold ?? SMOOTHED_AGGREGATION_DEFAULTS.strengthThreshold,
    coarsestRows: options.coarsestRows ?? SMOOTHED_AGGREGATION_DEFAULTS.coarsestRows,
  };
  if (!(settings.strengthThreshold >= 0 && settings.strengthThreshold < 1)) {
    throw new InvalidInputError(
      `solvers.smoothedAggregation: expected strengthThreshold in [0, 1), got ${settings.strengthThreshold}`,
    );
  }
  if (!(settings.coarsestRows >= 1)) {
    throw new InvalidInputError(
      `solvers.smoothedAggregation: expected coarsestRows >= 1, got ${settings.coarsestRows}`,
    );
  }
  return fromHierarchy(matrix, buildHierarchy(matrix, settings), settings);
}

function fromHierarchy(
  matrix: SparseMatrix,
  hierarchy: Hierarchy,
  settings: Required<SmoothedAggregationOptions>,
): SmoothedAggregation {
  const { levels, coarsest } = hierarchy;
  const cycle = vCycle(hierarchy);
  let blockCycle: Cycle | undefined;
  const entries = levels.reduce((sum, level) => sum + level.matrix.values.length, coarsest.values.length);
  return {
    name: 'smoothed-aggregation',
    apply: (r, z) => cycle(r, z),
    image: levels.length > 0 ? { matrix, apply: cycle } : undefined,
    applyBlock(r, z) {
      blockCycle ??= blockVCycle(hierarchy);
      blockCycle(r, z);
    },
    update(other) {
      if (other.rows !== matrix.rows) {
        throw new InvalidInputError(
          `solvers.smoothedAggregation: update expected ${matrix.rows} rows, as at set-up, got ${other.rows}`,
        );
      }
      const kept = levels.map((level) => level.aggregates);
      return fromHierarchy(other, buildHierarchy(other, settings, kept), settings);
    },
    levelRows: [...levels.map((level) => level.matrix.rows), coarsest.rows],
    operatorComplexity: entries / matrix.values.length,
    bytes: bytesOf(hierarchy),
    hierarchy,
  };
}

function bytesOf({ levels, coarsest }: Hierarchy): number {
  let bytes = 8 * coarsest.rows ** 2;
  levels.forEach(({ matrix, prolongator, aggregates }, index) => {
    const { rows, columns } = matrix;
    // diagonal positions and inverses, aggregates
    bytes += (4 + 8) * rows + 4 * aggregates.aggregateOf.length;
    bytes += 4 * (rows + 1) + (4 + 8) * prolongator.columns.length;
    // the finest matrix and its vectors are the caller's
    if (index > 0) bytes += 4 * (rows + 1) + (4 + 8) * columns.length + 2 * 8 * rows;
  });
  return bytes;
}
