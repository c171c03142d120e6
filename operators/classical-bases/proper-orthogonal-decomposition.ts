import { InvalidInputError } from '../../common/errors.js';
import type { PoissonOperator } from '../../solvers/index.js';
import { combine, transposeProduct } from '../reduced-basis/dense-products.js';
import { multiplyPanels } from '../reduced-basis/multiply-panels.js';
import { fromPanels, panelsOfColumns } from '../reduced-basis/panels.js';
import { symmetricEigen } from './symmetric-eigen.js';

/** Basis fields of one mesh for `applyReducedBasis`. */
export interface ClassicalBasis {
  /** Φ, row-major `[cell][rank]` */
  readonly basis: Float64Array;
  /** Fields found, at most as many as asked for */
  readonly rank: number;
}

export interface ProperOrthogonalDecomposition extends ClassicalBasis {
  /** λ of all snapshots, descending: Σ_{k ≥ rank} λ_k / Σ λ_k is the mean squared relative energy error on the snapshots. */
  readonly energies: Float64Array;
}

/** Modes below this part of the largest are round-off: the snapshots span no more. */
const ROUND_OFF_ENERGY = 1e-13;

/**
 * Proper orthogonal decomposition in the energy inner product, by the method of snapshots: of all r fields, those that
 * bring the answers to the sources of the snapshots closest in the mean. With X the snapshots, each scaled to energy 1,
 *
 *     XᵀBX = V Λ Vᵀ,   Φ = X V_r Λ_r^{−½},   ΦᵀBΦ = I
 *
 * It knows the mesh, its boundary types and κ from solved problems, `snapshots.length` of them; a new part needs new ones.
 *
 * @param snapshots solutions u, `[snapshot][cell]`; for a basis of rank r that answers other sources, more than r of them
 * @throws InvalidInputError for a rank that is not positive, and snapshots that are too few, zero or not of the mesh
 *
 * Source: Sirovich 1987; Quarteroni, Manzoni & Negri, Reduced Basis Methods for Partial Differential Equations, ch. 6.
 */
export function properOrthogonalDecomposition(
  operator: PoissonOperator,
  snapshots: readonly Float64Array[],
  { rank }: { readonly rank: number },
): ProperOrthogonalDecomposition {
  const { matrix } = operator;
  const count = snapshots.length;
  const caller = 'properOrthogonalDecomposition';
  if (!Number.isInteger(rank) || rank < 1 || rank > count) {
    throw new InvalidInputError(
      `${caller}: rank must be a whole number of 1 to ${count}, the number of snapshots, got ${rank}`,
    );
  }
  snapshots.forEach((snapshot, index) => {
    if (snapshot.length === matrix.rows) return;
    throw new InvalidInputError(
      `${caller}: snapshot ${index} has ${snapshot.length} values, the mesh ${matrix.rows} cells`,
    );
  });
  const panels = panelsOfColumns(snapshots, matrix.rows);
  const gram = transposeProduct(panels, multiplyPanels(matrix, panels), (p, q) => q >= p);
  const scale = snapshots.map((_, i) => 1 / Math.sqrt(gram[i * count + i]));
  const worthless = scale.findIndex((factor) => !(factor > 0 && factor < Number.POSITIVE_INFINITY));
  if (worthless >= 0) {
    throw new InvalidInputError(
      `${caller}: snapshot ${worthless} has no energy or is not finite; leave it out`,
    );
  }
  for (let i = 0; i < count; i++) {
    for (let j = i; j < count; j++) {
      gram[i * count + j] *= scale[i] * scale[j];
      gram[j * count + i] = gram[i * count + j];
    }
  }
  const { values: energies, vectors } = symmetricEigen(gram, count);
  const found = energies.findIndex((energy) => !(energy > ROUND_OFF_ENERGY * energies[0]));
  const kept = Math.min(rank, found < 0 ? count : found);
  const coefficients = new Float64Array(count * kept);
  for (let i = 0; i < count; i++) {
    for (let k = 0; k < kept; k++) {
      coefficients[i * kept + k] = (scale[i] * vectors[k * count + i]) / Math.sqrt(energies[k]);
    }
  }
  const basis = fromPanels(combine(panels, coefficients, kept), new Float64Array(matrix.rows * kept));
  return { basis, rank: kept, energies };
}
