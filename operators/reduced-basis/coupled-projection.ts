import { InvalidInputError } from '../../common/errors.js';
import type { DifferentiableSpace } from './answer-space.js';
import { choleskyFactor, choleskySolve } from './cholesky.js';
import { gramProduct, transposeProduct } from './dense-products.js';
import { type BlockBasis, blockCombine, blockMoments, expertRows, windowed } from './expert-blocks.js';
import { coupledCotangent } from './expert-cotangents.js';
import type { ExpertOptions } from './expert-options.js';
import { multiplyPanels } from './multiply-panels.js';
import { emptyPanels, fromPanels, PANEL, type Panels, toPanels } from './panels.js';
import type { BasisProjection, ProjectionOperator, ProjectionOptions } from './projection.js';
import { energyFactors, fieldFactors } from './projection-adjoint.js';
import { commonRows, gatherRows, principalSubmatrix } from './row-sets.js';
import { smooth } from './smoothing.js';

/** The Ritz projection on windowed fields of K experts, as stored. */
export interface CoupledProjection {
  readonly operator: ProjectionOperator;
  readonly options: ProjectionOptions;
  /** Φ = [χ₁Sb, …, χ_K Sb] */
  readonly basis: BlockBasis;
  /** BΦ on the same rows, `[expert]` */
  readonly images: readonly Panels[];
  /** L of M = LLᵀ, row-major `[r][r]` with zeros outside its profile */
  readonly factor: Float64Array;
  /** The first column of every row of L that is stored as anything else than zero */
  readonly profile: Int32Array;
}

/**
 * Coupled experts: n fields b of the network, smoothed, times K windows χ_k that sum to 1, are r = Kn basis fields of which an
 * expert's vanish outside of its window. One Ritz projection on all of them:
 *
 *     Φ = [χ₁Sb, …, χ_K Sb],   M = ΦᵀBΦ + ε tr(ΦᵀBΦ)/r I = LLᵀ,   u = ΦM⁻¹Φᵀr₀
 *
 * span Φ contains span Sb, so that with ε = 0 no answer is worse in the energy norm than that of one expert with the same n
 * fields. M has blocks for experts that meet alone. It takes about 3 N n² multiplications with overlaps of a half, whatever
 * K, and Φ twice Nn numbers; the dense projection of the same rank takes N K²n²/2 and N K n.
 *
 * @param values b, row-major `[cell][n]`
 * @throws InvalidInputError when b does not fit the mesh, vanishes or is not finite, and for more experts than cells
 */
export function coupledProjection(
  operator: ProjectionOperator,
  values: Float32Array | Float64Array,
  fields: number,
  experts: Pick<ExpertOptions, 'count' | 'overlap'>,
  options: ProjectionOptions,
): CoupledProjection {
  const { rows } = operator.matrix;
  if (values.length < rows * fields) {
    throw new InvalidInputError(
      `coupledProjection: expected ${rows} cells × ${fields} fields, got ${values.length} values`,
    );
  }
  const windows = expertRows(operator, experts);
  const smoothed = smooth(
    operator,
    toPanels(values, rows, fields),
    options.smoothing,
    fields * windows.length,
  );
  const basis = windowed(smoothed, windows);
  const images = basis.blocks.map(({ cells, fields }) =>
    multiplyPanels(principalSubmatrix(operator.matrix, cells), fields),
  );
  const { gram, profile } = blockGram(basis, images);
  const { columns: rank } = basis;
  let trace = 0;
  for (let i = 0; i < rank; i++) trace += gram[i * rank + i];
  for (let i = 0; i < rank; i++) gram[i * rank + i] += (options.regularisation * trace) / rank;
  return { operator, options, basis, images, profile, factor: choleskyFactor(gram, rank, profile) };
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
