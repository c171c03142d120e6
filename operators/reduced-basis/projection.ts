import { InvalidInputError } from '../../common/errors.js';
import type { Mesh } from '../../geometry/mesh.js';
import { type PoissonOperator, removeRowSum, removeVolumeMean } from '../../solvers/index.js';
import { choleskyFactor, choleskySolve } from './cholesky.js';
import { combine, gramProduct, transposeProduct } from './dense-products.js';
import { columnsOfPanels, multiplyPanels, type Panels, panelsOfColumns, toPanels } from './panels.js';
import { smooth } from './smoothing.js';

export interface ProjectionOptions {
  /** ε of M = ΦᵀBΦ + ε tr(ΦᵀBΦ)/r · I. */
  readonly regularisation: number;
  /** Damped-Jacobi steps that smooth the basis before it is used. */
  readonly smoothing: number;
}

export const PROJECTION_DEFAULTS: ProjectionOptions = { regularisation: 1e-7, smoothing: 0 };

/** What a projection needs of an operator; a `PoissonOperator` has it, and a worker thread can be sent it alone. */
export type ProjectionOperator = Pick<PoissonOperator, 'matrix' | 'singular'> & {
  readonly mesh: Pick<Mesh, 'cellVolumes'>;
};

/** A basis with its image under B, before its Gram matrix is known. */
export interface PreparedBasis {
  readonly operator: ProjectionOperator;
  /** Φ, smoothed */
  readonly basis: Panels;
  /** BΦ */
  readonly image: Panels;
}

/** All that a mesh, its boundary types and κ contribute to the answer; one factor serves any number of sources. */
export interface BasisProjection extends PreparedBasis {
  readonly options: ProjectionOptions;
  /** L of M = LLᵀ, lower triangle of row-major `[r][r]` */
  readonly factor: Float64Array;
}

/** Answers for several right-hand sides b. */
export interface ProjectedFields {
  /** c = M⁻¹Φᵀb, `[source][r]` */
  readonly coefficients: readonly Float64Array[];
  /** u = Φc, `[source][cell]`, of zero volume mean where the operator is singular */
  readonly fields: readonly Float64Array[];
  /** Bu − b, `[source][cell]` */
  readonly residuals: readonly Float64Array[];
  /** bᵀu, twice the energy gained */
  readonly energies: readonly number[];
}

/**
 * Converts Φ (row-major `[cell][rank]` from `offset`), smooths it and multiplies it with B.
 *
 * @throws InvalidInputError when the array is too short for the mesh
 */
export function prepareBasis(
  operator: ProjectionOperator,
  basis: Float32Array | Float64Array,
  rank: number,
  options: ProjectionOptions,
  offset = 0,
): PreparedBasis {
  const { rows } = operator.matrix;
  if (basis.length < offset + rows * rank) {
    throw new InvalidInputError(
      `prepareBasis: expected ${rows} cells × ${rank} basis fields, got ${basis.length - offset} values`,
    );
  }
  const smoothed = smooth(operator, toPanels(basis, rows, rank, offset), options.smoothing);
  return { operator, basis: smoothed, image: multiplyPanels(operator.matrix, smoothed) };
}

/** M = G + ε tr(G)/r I and its Cholesky factor, from G = ΦᵀBΦ; G is overwritten. */
export function factoriseGram(
  prepared: PreparedBasis,
  gram: Float64Array,
  options: ProjectionOptions,
): BasisProjection {
  const rank = prepared.basis.columns;
  let trace = 0;
  for (let i = 0; i < rank; i++) trace += gram[i * rank + i];
  const shift = (options.regularisation * trace) / rank;
  for (let i = 0; i < rank; i++) gram[i * rank + i] += shift;
  return { ...prepared, options, factor: choleskyFactor(gram, rank) };
}

/**
 * The Ritz projection's part that sees no source: M = ΦᵀBΦ + ε tr(ΦᵀBΦ)/r I = LLᵀ.
 *
 * @param basis Φ, row-major `[cell][rank]`
 * @throws InvalidInputError when Φ is too short, vanishes, or holds values that are not finite
 */
export function projectionOf(
  operator: ProjectionOperator,
  basis: Float32Array | Float64Array,
  rank: number,
  options: ProjectionOptions = PROJECTION_DEFAULTS,
): BasisProjection {
  const prepared = prepareBasis(operator, basis, rank, options);
  return factoriseGram(prepared, gramProduct(prepared.basis, prepared.image), options);
}

/**
 * c = M⁻¹Φᵀb, u = Φc for every right-hand side: the best element of span Φ in the energy norm (Céa), up to ε.
 * An all-Neumann operator answers the compatible part of b with the field of zero volume mean.
 */
export function projectFields(
  projection: BasisProjection,
  rightHandSides: readonly Float64Array[],
): ProjectedFields {
  const { operator, basis } = projection;
  const rank = basis.columns;
  const rows = basis.rows;
  const sources = rightHandSides.length;
  const loads = compatibleLoads(operator, rightHandSides);
  const moments = transposeProduct(panelsOfColumns(loads, rows), basis);
  const coefficients = loads.map((_, s) =>
    choleskySolve(projection.factor, rank, moments.subarray(s * rank, (s + 1) * rank)),
  );
  const answer = combine(basis, columnMatrix(coefficients, rank), sources);
  const residuals = columnsOfPanels(multiplyPanels(operator.matrix, answer));
  const fields = columnsOfPanels(answer);
  const energies = loads.map((load, s) => {
    let energy = 0;
    for (let cell = 0; cell < rows; cell++) {
      energy += load[cell] * fields[s][cell];
      residuals[s][cell] -= load[cell];
    }
    return energy;
  });
  if (operator.singular) for (const field of fields) removeVolumeMean(field, operator.mesh.cellVolumes);
  return { coefficients, fields, residuals, energies };
}

/** `[r][source]` row-major from `[source][r]`. */
export function columnMatrix(vectors: readonly Float64Array[], rank: number): Float64Array {
  const matrix = new Float64Array(rank * vectors.length);
  vectors.forEach((vector, s) => {
    for (let j = 0; j < rank; j++) matrix[j * vectors.length + s] = vector[j];
  });
  return matrix;
}

/** An all-Neumann problem answers only loads without a net source: what is left of it is spread evenly over the volume. */
function compatibleLoads(
  operator: ProjectionOperator,
  rightHandSides: readonly Float64Array[],
): readonly Float64Array[] {
  if (!operator.singular) return rightHandSides;
  return rightHandSides.map((rightHandSide) => {
    const load = rightHandSide.slice();
    removeRowSum(load, operator.mesh.cellVolumes);
    return load;
  });
}
