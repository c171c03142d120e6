import { diagonal, multiply, type PoissonOperator, type SparseMatrix } from '../../solvers/index.js';
import { panelKernels } from '../../solvers/kernels/panel-kernels.js';
import {
  dampingPolynomial,
  largestScaledEigenvalue,
  type Polynomial,
  type Smoothing,
} from './damping-polynomial.js';
import { multiplyPanel } from './multiply-panels.js';
import { emptyPanels, lastColumnAlone, PANEL, type Panels, panelCount, setLastColumn } from './panels.js';
import { vectorPower, vectorRelax } from './vector-panels.js';

/** Anything with the matrix B on a mesh of a dimension. */
export interface SmoothedOperator {
  readonly matrix: SparseMatrix;
  readonly mesh: Pick<PoissonOperator['mesh'], 'dimension'>;
}

/** S X with S = q(D⁻¹B), the polynomial of `smoothing` for a basis of `rank` fields. */
export function smooth(
  operator: SmoothedOperator,
  x: Panels,
  smoothing: Smoothing,
  rank = x.columns,
): Panels {
  const scaling = scalingOf(operator);
  return applyPolynomial(scaling.forward, x, polynomialOf(operator, scaling, smoothing, rank));
}

/** SᵀX with Sᵀ = q(BD⁻¹): the adjoint of {@link smooth}. */
export function smoothTransposed(
  operator: SmoothedOperator,
  x: Panels,
  smoothing: Smoothing,
  rank = x.columns,
): Panels {
  const scaling = scalingOf(operator);
  return applyPolynomial(scaling.transposed, x, polynomialOf(operator, scaling, smoothing, rank));
}

/**
 * One smoothing of equations BU = F in place: errors become S (U* − U). With the residual R = F − BU at hand it takes one
 * product a degree, and R is kept up to date.
 */
export function relax(
  operator: SmoothedOperator,
  field: Panels,
  residual: Panels,
  smoothing: Smoothing,
  rank: number,
): void {
  const scaling = scalingOf(operator);
  const polynomial = polynomialOf(operator, scaling, smoothing, rank);
  const { keep, gain } = polynomial;
  const length = field.rows * PANEL;
  const [lastField, lastResidual] = [lastColumnAlone(field), lastColumnAlone(residual)];
  if (lastField && lastResidual) {
    relaxColumn(operator.matrix, scaling.inverseDiagonal, polynomial, lastField, lastResidual);
    setLastColumn(field, lastField);
    setLastColumn(residual, lastResidual);
  }
  const panels = panelCount(field.columns) - (lastField ? 1 : 0);
  const kernels = panels > 1 ? panelKernels() : null;
  if (kernels) {
    vectorRelax(kernels, operator.matrix, scaling.inverseDiagonal, polynomial, field, residual, panels);
    return;
  }
  const [step, image] = [new Float64Array(length), new Float64Array(length)];
  for (let panel = 0; panel < panels; panel++) {
    const u = field.values.subarray(panel * length, (panel + 1) * length);
    const r = residual.values.subarray(panel * length, (panel + 1) * length);
    step.fill(0);
    for (let k = 0; k < keep.length; k++) {
      addStep(scaling.inverseDiagonal, r, keep[k], gain[k], step, u);
      multiplyPanel(operator.matrix, step, image);
      for (let at = 0; at < length; at++) r[at] -= image[at];
    }
  }
}

/** The same for one column. */
function relaxColumn(
  matrix: SparseMatrix,
  inverseDiagonal: Float64Array,
  { keep, gain }: Polynomial,
  u: Float64Array,
  r: Float64Array,
): void {
  const step = new Float64Array(u.length);
  const image = new Float64Array(u.length);
  keep.forEach((kept, k) => {
    for (let row = 0; row < u.length; row++) {
      step[row] = kept * step[row] + gain[k] * inverseDiagonal[row] * r[row];
      u[row] += step[row];
    }
    multiply(matrix, step, image);
    for (let row = 0; row < u.length; row++) r[row] -= image[row];
  });
}

/** q(A) X, panel by panel, so that a panel stays in the cache for the whole polynomial. */
export function applyPolynomial(matrix: SparseMatrix, x: Panels, polynomial: Polynomial): Panels {
  const { keep, gain } = polynomial;
  if (keep.length === 0) return x;
  const kernels = panelCount(x.columns) > 1 ? panelKernels() : null;
  if (kernels) return vectorPower(kernels, matrix, x, polynomial);
  const result = emptyPanels(x.rows, x.columns);
  const length = x.rows * PANEL;
  const [step, image] = [new Float64Array(length), new Float64Array(length)];
  for (let panel = 0; panel < panelCount(x.columns); panel++) {
    const out = result.values.subarray(panel * length, (panel + 1) * length);
    out.set(x.values.subarray(panel * length, (panel + 1) * length));
    step.fill(0);
    for (let k = 0; k < keep.length; k++) {
      multiplyPanel(matrix, out, image);
      for (let at = 0; at < length; at++) {
        step[at] = keep[k] * step[at] - gain[k] * image[at];
        out[at] += step[at];
      }
    }
  }
  return result;
}

/** step ← keep step + gain D⁻¹r, u ← u + step for one panel. */
function addStep(
  inverseDiagonal: Float64Array,
  r: Float64Array,
  keep: number,
  gain: number,
  step: Float64Array,
  u: Float64Array,
): void {
  for (let row = 0, at = 0; row < inverseDiagonal.length; row++) {
    const scale = gain * inverseDiagonal[row];
    for (const end = at + PANEL; at < end; at++) {
      const value = keep * step[at] + scale * r[at];
      step[at] = value;
      u[at] += value;
    }
  }
}

/** What a polynomial of D⁻¹B needs of an operator. */
export interface Scaling {
  /** D⁻¹B */
  readonly forward: SparseMatrix;
  /** BD⁻¹ */
  readonly transposed: SparseMatrix;
  readonly inverseDiagonal: Float64Array;
  readonly largest: number;
}

const known = new WeakMap<SmoothedOperator, Scaling>();

/** B scaled from the left and from the right, on its entries. Kept as long as the operator. */
export function scalingOf(operator: SmoothedOperator): Scaling {
  let scaling = known.get(operator);
  if (!scaling) {
    const { matrix } = operator;
    const diagonalEntries = diagonal(matrix);
    const inverseDiagonal = diagonalEntries.map((value) => 1 / value);
    let forward: SparseMatrix | undefined;
    let transposed: SparseMatrix | undefined;
    scaling = {
      // corrections need neither, only training needs the second
      get forward() {
        forward ??= scaled(matrix, (row) => inverseDiagonal[row]);
        return forward;
      },
      get transposed() {
        transposed ??= scaled(matrix, (_, column) => inverseDiagonal[column]);
        return transposed;
      },
      inverseDiagonal,
      largest: largestScaledEigenvalue(matrix, diagonalEntries),
    };
    known.set(operator, scaling);
  }
  return scaling;
}

/** q for a basis of `rank` fields. */
export function polynomialOf(
  { matrix, mesh }: SmoothedOperator,
  { largest }: Pick<Scaling, 'largest'>,
  smoothing: Smoothing,
  rank: number,
): Polynomial {
  return dampingPolynomial(smoothing, rank, { cells: matrix.rows, dimension: mesh.dimension, largest });
}

/** scale ∘ B, on B's entries. */
function scaled(matrix: SparseMatrix, scale: (row: number, column: number) => number): SparseMatrix {
  const values = new Float64Array(matrix.values.length);
  for (let row = 0; row < matrix.rows; row++) {
    for (let entry = matrix.rowOffsets[row]; entry < matrix.rowOffsets[row + 1]; entry++) {
      values[entry] = scale(row, matrix.columns[entry]) * matrix.values[entry];
    }
  }
  return { ...matrix, values };
}
