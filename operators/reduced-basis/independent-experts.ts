import { InvalidInputError } from '../../common/errors.js';
import { diagonal } from '../../solvers/index.js';
import { partition } from '../hard-constraints/partition.js';
import type { DifferentiableSpace } from './answer-space.js';
import { choleskyFactor, choleskySolve } from './cholesky.js';
import { combine, gramProduct, transposeProduct } from './dense-products.js';
import { placesOf, requireCells } from './expert-blocks.js';
import { addScaled, writtenOut } from './expert-cotangents.js';
import { multiplyPanels } from './multiply-panels.js';
import { columnsOfPanels, emptyPanels, type Panels, panelsOfColumns, toPanels } from './panels.js';
import { columnMatrix, type ProjectionOperator, type ProjectionOptions } from './projection.js';
import { throughCorrection } from './projection-adjoint.js';
import { gatherRows, scatterRows } from './row-sets.js';
import { smooth, smoothTransposed } from './smoothing.js';

/** An expert that solves alone. */
interface LoneExpert {
  /** Where it answers */
  readonly own: Int32Array;
  readonly ownFields: Panels;
  /** The equations it fits: its own cells' and those of all cells along the boundary */
  readonly equations: Int32Array;
  /** Their weights 1/√B_ii */
  readonly weights: Float64Array;
  /** A = W B Sb on these rows */
  readonly rows: Panels;
  /** L of H = AᵀA + ε′ tr(AᵀA)/n I */
  readonly factor: Float64Array;
}

/** Least ε′ = ε², the ridge of the squared system; below it round-off decides. */
const LEAST_RIDGE = 1e-13;

/**
 * Independent experts (Chalapathi, Du & Krishnapriyan 2024): expert k knows the equations of its own cells and, as every
 * expert, of all cells along the boundary. It fits them in least squares as if its combination of the n fields held
 * everywhere, and answers on its cells alone:
 *
 *     ω_k = argmin ‖W_k (B Sb ω − r₀)‖²,   u = Sb ω_k on Ω_k
 *
 * Nothing joins the parts: u may jump between them, is no Ritz projection, and its energy error can exceed that of zero.
 *
 * @param values b, row-major `[cell][n]`
 * @throws InvalidInputError when b does not fit the mesh, vanishes or is not finite, and for more experts than cells
 */
export function independentSpace(
  operator: ProjectionOperator,
  values: Float32Array | Float64Array,
  n: number,
  count: number,
  options: ProjectionOptions,
): DifferentiableSpace {
  const { matrix, mesh } = operator;
  if (values.length < matrix.rows * n) {
    throw new InvalidInputError(
      `independentSpace: expected ${matrix.rows} cells × ${n} fields, got ${values.length} values`,
    );
  }
  const ridge = Math.max(options.regularisation ** 2, LEAST_RIDGE);
  const fields = smooth(operator, toPanels(values, matrix.rows, n), options.smoothing, n * count);
  const image = multiplyPanels(matrix, fields);
  const scales = diagonal(matrix).map((value) => 1 / Math.sqrt(value));
  const { cellCentroids: coordinates, dimension } = placesOf(mesh);
  const { windows } = partition({ coordinates, dimension }, { experts: count, overlap: 0 });
  requireCells(windows.map(({ points }) => points.length));
  const boundary = boundaryCells(mesh);
  const experts = windows.map(({ points: own }): LoneExpert => {
    const equations = Int32Array.from(new Set([...own, ...boundary])).sort();
    const weights = Float64Array.from(equations, (cell) => scales[cell]);
    const rows = gatherRows(image, equations, weights);
    const gram = gramProduct(rows, rows);
    addToDiagonal(gram, n, ridge * meanOfDiagonal(gram, n));
    return {
      own,
      ownFields: gatherRows(fields, own),
      equations,
      weights,
      rows,
      factor: choleskyFactor(gram, n),
    };
  });
  const targets = (expert: LoneExpert, residual: Panels) =>
    gatherRows(residual, expert.equations, expert.weights);
  const basis = { rows: matrix.rows, columns: n * count };
  const space = {
    operator,
    options,
    basis,
    coefficients: (residual: Panels) => {
      const joined = Array.from({ length: residual.columns }, () => new Float64Array(basis.columns));
      experts.forEach((expert, k) => {
        const moments = transposeProduct(targets(expert, residual), expert.rows);
        joined.forEach((vector, s) => {
          vector.set(choleskySolve(expert.factor, n, moments.subarray(s * n, (s + 1) * n)), k * n);
        });
      });
      return joined;
    },
    combine: (coefficients: readonly Float64Array[]) => {
      const result = emptyPanels(basis.rows, coefficients.length);
      experts.forEach(({ own, ownFields }, k) => {
        scatterRows(
          combine(ownFields, columnMatrix(shares(coefficients, k, n), n), coefficients.length),
          own,
          result,
        );
      });
      return result;
    },
  };
  return {
    ...space,
    // Hω = Aᵀy differentiated: with λ = H⁻¹(Sb)ᵀū, p = Aλ, ρ = Aω − y, Ā = −ρλᵀ − pωᵀ − 2(ε′/n) λᵀω A
    fieldCotangent: ({ coefficients, orthogonalResiduals }, cotangents) => {
      const carried = throughCorrection(space, cotangents);
      const residual = multiplyPanels(matrix, space.combine(coefficients));
      addScaled(residual, -1, panelsOfColumns(orthogonalResiduals, basis.rows));
      const direct = emptyPanels(basis.rows, n);
      const throughRows = emptyPanels(basis.rows, n);
      experts.forEach((expert, k) => {
        const { own, ownFields, equations, weights, rows, factor } = expert;
        const solved = shares(coefficients, k, n);
        const given = gatherRows(carried, own);
        scatterRows(combine(given, rowMatrix(solved, n), n), own, direct);
        const moments = transposeProduct(given, ownFields);
        const adjoints = solved.map((_, s) => choleskySolve(factor, n, moments.subarray(s * n, (s + 1) * n)));
        const misfit = combine(rows, columnMatrix(solved, n), solved.length);
        addScaled(misfit, -1, targets(expert, residual));
        const images = combine(rows, columnMatrix(adjoints, n), solved.length);
        const outer = panelsOfColumns(
          [...columnsOfPanels(misfit), ...columnsOfPanels(images)],
          equations.length,
        );
        const part = combine(outer, rowMatrix([...adjoints, ...solved], n), n);
        let product = 0;
        for (const [s, omega] of solved.entries()) {
          for (let j = 0; j < n; j++) product += adjoints[s][j] * omega[j];
        }
        addScaled(part, (2 * ridge * product) / n, rows);
        scatterRows(part, equations, throughRows, weights);
      });
      // B is symmetric
      addScaled(direct, -1, multiplyPanels(matrix, throughRows));
      return writtenOut(smoothTransposed(operator, direct, options.smoothing, basis.columns));
    },
  };
}

/** Cells with a face on the boundary: whose equations hold the boundary data. */
function boundaryCells({ owner, internalFaceCount }: ProjectionOperator['mesh']): Int32Array {
  if (owner && internalFaceCount !== undefined) return owner.subarray(internalFaceCount);
  throw new InvalidInputError('independentSpace: the mesh has no owner cells to find its boundary by');
}

/** ω_k of every source */
const shares = (coefficients: readonly Float64Array[], k: number, n: number) =>
  coefficients.map((vector) => vector.subarray(k * n, (k + 1) * n));

/** Row-major, row s is `vectors[s]`. */
function rowMatrix(vectors: readonly Float64Array[], n: number): Float64Array {
  const matrix = new Float64Array(vectors.length * n);
  vectors.forEach((vector, s) => {
    matrix.set(vector, s * n);
  });
  return matrix;
}

function meanOfDiagonal(matrix: Float64Array, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += matrix[i * n + i];
  return sum / n;
}

function addToDiagonal(matrix: Float64Array, n: number, shift: number): void {
  for (let i = 0; i < n; i++) matrix[i * n + i] += shift;
}
