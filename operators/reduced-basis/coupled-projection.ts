import { InvalidInputError } from '../../common/errors.js';
import type { DifferentiableSpace } from './answer-space.js';
import { choleskyFactor, choleskySolve } from './cholesky.js';
import { gramProduct, transposeProduct } from './dense-products.js';
import {
  type BlockBasis,
  blockCombine,
  blockMoments,
  type ExpertBlock,
  expertRows,
  placesOf,
} from './expert-blocks.js';
import { coupledCotangent } from './expert-cotangents.js';
import type { ExpertOptions } from './expert-options.js';
import { multiplyPanels } from './multiply-panels.js';
import { ownModes } from './own-modes.js';
import { emptyPanels, fromPanels, PANEL, type Panels, toPanels } from './panels.js';
import type { BasisProjection, ProjectionOperator, ProjectionOptions } from './projection.js';
import { energyFactors, fieldFactors } from './projection-adjoint.js';
import { commonRows, gatherRows, principalSubmatrix } from './row-sets.js';
import { applyPolynomial, polynomialOf, scalingOf } from './smoothing.js';

/** The Ritz projection on windowed fields of K experts, as stored. */
export interface CoupledProjection {
  readonly operator: ProjectionOperator;
  readonly options: ProjectionOptions;
  /** n, the fields of an expert */
  readonly fields: number;
  readonly modes: ExpertOptions['modes'];
  /** Φ = [Sχ₁b₁, …, Sχ_K b_K] */
  readonly basis: BlockBasis;
  /** BΦ on the same rows, `[expert]` */
  readonly images: readonly Panels[];
  /** L of M = LLᵀ, row-major `[r][r]` with zeros outside its profile */
  readonly factor: Float64Array;
  /** The first column of every row of L that is stored as anything else than zero */
  readonly profile: Int32Array;
}

/**
 * Coupled experts: n fields b_k in each of K windows χ_k that sum to 1, smoothed, are r = Kn basis fields of which an
 * expert's vanish a few cells outside of its window. One Ritz projection on all of them:
 *
 *     Φ = [Sχ₁b₁, …, Sχ_K b_K],   M = ΦᵀBΦ + ε tr(ΦᵀBΦ)/r I = LLᵀ,   u = ΦM⁻¹Φᵀr₀
 *
 * Where all share b, span Φ contains span Sb, so that with ε = 0 no answer is worse in the energy norm than that of one expert
 * with the same n fields and S. M has blocks for experts that meet alone. Its assembly takes N n² multiplications times the mean
 * square of the number of experts at a cell, whatever K; the dense projection of the same rank takes N K²n²/2.
 *
 * @param values b, or with modes of the experts' own a and g, row-major `[cell][columns]`
 * @throws InvalidInputError when b does not fit the mesh, vanishes or is not finite, and for more experts than cells
 */
export function coupledProjection(
  operator: ProjectionOperator,
  values: Float32Array | Float64Array,
  columns: number,
  { count, overlap, modes }: Pick<ExpertOptions, 'count' | 'overlap' | 'modes'>,
  options: ProjectionOptions,
): CoupledProjection {
  const { matrix } = operator;
  const n = modes === 'own' ? columns / 2 : columns;
  if (values.length < matrix.rows * columns || !Number.isInteger(n)) {
    throw new InvalidInputError(
      `coupledProjection: expected ${matrix.rows} cells × ${columns} columns` +
        `${modes === 'own' ? ', two for every field' : ''}, got ${values.length} values`,
    );
  }
  const scaling = scalingOf(operator);
  const polynomial = polynomialOf(operator, scaling, options.smoothing, n * count);
  const windows = expertRows(operator, { count, overlap }, polynomial.keep.length + 1);
  const given = toPanels(values, matrix.rows, columns);
  const blocks = windows.map((rows): ExpertBlock => {
    const windowed = gatherRows(given, rows.cells, rows.weights);
    const fields =
      modes === 'own' ? modulated(windowed, ownModes(rows, n, placesOf(operator.mesh))) : windowed;
    if (polynomial.keep.length === 0) return { ...rows, fields };
    return {
      ...rows,
      fields: applyPolynomial(principalSubmatrix(scaling.forward, rows.cells), fields, polynomial),
    };
  });
  const images = blocks.map(({ cells, fields }) => multiplyPanels(principalSubmatrix(matrix, cells), fields));
  const basis: BlockBasis = { rows: matrix.rows, columns: n * count, blocks };
  const { gram, profile } = blockGram(basis, images);
  const { columns: rank } = basis;
  let trace = 0;
  for (let i = 0; i < rank; i++) trace += gram[i * rank + i];
  for (let i = 0; i < rank; i++) gram[i * rank + i] += (options.regularisation * trace) / rank;
  const factor = choleskyFactor(gram, rank, profile);
  return { operator, options, fields: n, modes, basis, images, profile, factor };
}

/** χa + χg ⊙ F from χ[a g] and F */
function modulated(windowed: Panels, modes: Panels): Panels {
  const { rows, columns: n } = modes;
  const both = fromPanels(windowed, new Float64Array(rows * 2 * n));
  const fields = fromPanels(modes, new Float64Array(rows * n));
  for (let row = 0; row < rows; row++) {
    for (let j = 0; j < n; j++) {
      fields[row * n + j] = both[2 * row * n + j] + both[(2 * row + 1) * n + j] * fields[row * n + j];
    }
  }
  return toPanels(fields, rows, n);
}

/** The lower triangle of ΦᵀBΦ, blocks of experts that share rows. */
function blockGram({ columns: rank, blocks }: BlockBasis, images: readonly Panels[]) {
  const gram = new Float64Array(rank * rank);
  const profile = new Int32Array(rank);
  blocks.forEach((block, l) => {
    const n = block.fields.columns;
    let first = l;
    for (let k = 0; k <= l; k++) {
      const [own, other] = commonRows(block.cells, blocks[k].cells);
      if (own.length === 0) continue;
      first = Math.min(first, k);
      const product =
        k === l
          ? gramProduct(block.fields, images[l])
          : transposeProduct(gatherRows(block.fields, own), gatherRows(images[k], other));
      for (let i = 0; i < n; i++) {
        gram.set(product.subarray(i * n, (i + 1) * n), (l * n + i) * rank + k * n);
      }
    }
    profile.fill(first * n, l * n, (l + 1) * n);
  });
  return { gram, profile };
}

/** Answers and gradients of coupled experts. */
export function coupledSpace(projection: CoupledProjection): DifferentiableSpace {
  const { operator, options, basis, factor, profile } = projection;
  const { columns: rank } = basis;
  const space = {
    operator,
    options,
    basis,
    coefficients: (residual: Panels) => {
      const moments = blockMoments(basis, residual);
      return Array.from({ length: residual.columns }, (_, s) =>
        choleskySolve(factor, rank, moments.subarray(s * rank, (s + 1) * rank), profile),
      );
    },
    combine: (coefficients: readonly Float64Array[]) => blockCombine(basis, coefficients),
  };
  return {
    ...space,
    energyCotangent: (projected, weights) =>
      coupledCotangent(projection, energyFactors(space, projected, weights)),
    fieldCotangent: (projected, cotangents) =>
      coupledCotangent(projection, fieldFactors(space, projected, cotangents)),
  };
}

/** The same projection with Φ, BΦ and L written out: N r numbers each, for what goes on in all r unknowns. */
export function writtenOutProjection({
  operator,
  options,
  basis,
  images,
  factor,
}: CoupledProjection): BasisProjection {
  const { rows, columns, blocks } = basis;
  const [fields, image] = [emptyPanels(rows, columns), emptyPanels(rows, columns)];
  const put = (to: Panels, part: Panels, cells: Int32Array, first: number) => {
    const width = part.columns;
    const values = fromPanels(part, new Float64Array(part.rows * width));
    for (let j = 0; j < width; j++) {
      const column = first + j;
      const base = Math.floor(column / PANEL) * rows * PANEL + (column % PANEL);
      cells.forEach((cell, at) => {
        to.values[base + cell * PANEL] = values[at * width + j];
      });
    }
  };
  blocks.forEach(({ cells, fields: own }, k) => {
    put(fields, own, cells, k * own.columns);
    put(image, images[k], cells, k * own.columns);
  });
  return { operator, options, basis: fields, image, factor };
}
