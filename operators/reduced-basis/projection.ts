import { InvalidInputError } from '../../common/errors.js';
import type { Mesh } from '../../geometry/mesh.js';
import { type PoissonOperator, removeVolumeMean } from '../../solvers/index.js';
import { type AnswerSpace, answerThrough } from './answer-space.js';
import { choleskyFactor, choleskySolve } from './cholesky.js';
import type { Smoothing, WaveDamping } from './damping-polynomial.js';
import { combine, gramProduct, transposeProduct } from './dense-products.js';
import { type ExpertOptions, expertOptions } from './expert-options.js';
import { multiplyPanels } from './multiply-panels.js';
import { columnsOfPanels, type Panels, panelsOfColumns, toPanels } from './panels.js';
import { smooth } from './smoothing.js';

/** A second pass for what the span cannot hold: the same kind of polynomial, applied to the residual of the answer. */
export interface ResidualCorrection extends WaveDamping {
  /**
   * `after` the projection, e = S(I − P)u*, or `around` it, e = S(I − P)S u*: before it as well, which leaves the projection
   * fewer short waves to alias. `around` is a symmetric function of b.
   */
  readonly place: 'after' | 'around';
}

export interface ProjectionOptions {
  /** ε of M = ΦᵀBΦ + ε tr(ΦᵀBΦ)/r · I. */
  readonly regularisation: number;
  /** What the basis goes through before it is used. */
  readonly smoothing: Smoothing;
  readonly correction: ResidualCorrection | 'none';
  /** Parts of the domain that combine the fields on their own; without it one combination holds everywhere. */
  readonly experts?: Partial<ExpertOptions>;
}

export const PROJECTION_DEFAULTS: ProjectionOptions = {
  regularisation: 1e-7,
  smoothing: 0,
  correction: 'none',
};

/** The projection's part of an operator's options: what a run trains through and a model's card records. */
export function projectionOptionsOf(
  options: Partial<ProjectionOptions>,
): ProjectionOptions & { readonly experts?: ExpertOptions } {
  const { regularisation, smoothing, correction, experts } = { ...PROJECTION_DEFAULTS, ...options };
  // absent where there are none, as in runs and cards that are older than experts
  return { regularisation, smoothing, correction, ...(experts ? { experts: expertOptions(experts) } : {}) };
}

/** What a projection needs of an operator; a `PoissonOperator` has it, and a worker thread can be sent it alone. */
export type ProjectionOperator = Pick<PoissonOperator, 'matrix' | 'singular'> & {
  /** The optional part is what experts take their places from. */
  readonly mesh: Pick<Mesh, 'cellVolumes' | 'dimension'> &
    Partial<Pick<Mesh, 'cellCentroids' | 'owner' | 'internalFaceCount'>>;
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
  /** c = M⁻¹Φᵀr₀, `[source][r]`; r₀ is b, or what a correction `around` leaves of it */
  readonly coefficients: readonly Float64Array[];
  /** u, `[source][cell]`, of zero volume mean where the operator is singular */
  readonly fields: readonly Float64Array[];
  /** Bu − b, `[source][cell]` */
  readonly residuals: readonly Float64Array[];
  /** The same before the correction after the projection: orthogonal to the basis, `[source][cell]` */
  readonly orthogonalResiduals: readonly Float64Array[];
  /** ‖u*‖_B² − ‖u* − u‖_B² before that correction, which only adds to it; without any, bᵀu */
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
  const smoothed = smooth(operator, toPanels(basis, rows, rank, offset), options.smoothing, rank);
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
  options: Partial<ProjectionOptions> = {},
): BasisProjection {
  const complete = { ...PROJECTION_DEFAULTS, ...options };
  const prepared = prepareBasis(operator, basis, rank, complete);
  return factoriseGram(prepared, gramProduct(prepared.basis, prepared.image), complete);
}

/**
 * c = M⁻¹Φᵀb, u = Φc for every right-hand side: the best element of span Φ in the energy norm (Céa), up to ε. With a
 * correction, S = q(D⁻¹B) its polynomial, u₀ = (I − S)B⁻¹b where it is `around` and 0 where not,
 *
 *     r₀ = b − Bu₀,   v = u₀ + ΦM⁻¹Φᵀr₀,   u = v + (I − S)B⁻¹(b − Bv)
 *
 * which takes products with B alone and is linear in b. An all-Neumann operator answers the compatible part of b with the
 * field of zero volume mean.
 */
export function projectFields(
  projection: BasisProjection,
  rightHandSides: readonly Float64Array[],
): ProjectedFields {
  return answerThrough(denseSpace(projection), rightHandSides);
}

/** Φ as a dense matrix, c = M⁻¹Φᵀr by Cholesky. */
export function denseSpace({ operator, options, basis, factor }: BasisProjection): AnswerSpace {
  const rank = basis.columns;
  return {
    operator,
    options,
    basis,
    coefficients: (residual) => {
      const moments = transposeProduct(residual, basis);
      return Array.from({ length: residual.columns }, (_, s) =>
        choleskySolve(factor, rank, moments.subarray(s * rank, (s + 1) * rank)),
      );
    },
    combine: (coefficients) => combine(basis, columnMatrix(coefficients, rank), coefficients.length),
  };
}

/** `[r][source]` row-major from `[source][r]`. */
export function columnMatrix(vectors: readonly Float64Array[], rank: number): Float64Array {
  const matrix = new Float64Array(rank * vectors.length);
  vectors.forEach((vector, s) => {
    for (let j = 0; j < rank; j++) matrix[j * vectors.length + s] = vector[j];
  });
  return matrix;
}

/**
 * Ψ = ΦL⁻ᵀ, orthonormal in the energy inner product. Where constants are in the kernel, its columns are of zero volume mean, which makes ΨΨᵀ answer the part of b
 * that has an answer with the field of zero volume mean.
 */
export function energyOrthonormalBasis({ operator, basis, factor }: BasisProjection): Panels {
  const rank = basis.columns;
  const inverse = transposedInverse(factor, rank);
  const orthonormal = combine(basis, inverse, rank);
  if (!operator.singular) return orthonormal;
  const columns = columnsOfPanels(orthonormal);
  for (const column of columns) removeVolumeMean(column, operator.mesh.cellVolumes);
  return panelsOfColumns(columns, basis.rows);
}

/** L⁻ᵀ, row-major, upper triangular: row i of L⁻ᵀ holds column i of L⁻¹. */
function transposedInverse(factor: Float64Array, n: number): Float64Array {
  const inverse = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    const at = i * n;
    inverse[at + i] = 1 / factor[at + i];
    for (let k = i + 1; k < n; k++) {
      let sum = 0;
      for (let j = i; j < k; j++) sum -= factor[k * n + j] * inverse[at + j];
      inverse[at + k] = sum / factor[k * n + k];
    }
  }
  return inverse;
}
