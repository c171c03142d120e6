import { removeVolumeMean } from '../../solvers/index.js';
import { dot } from '../../solvers/vectors.js';
import { compatibleLoads } from './compatible-loads.js';
import { multiplyPanels } from './multiply-panels.js';
import { columnsOfPanels, emptyPanels, type Panels, panelsOfColumns } from './panels.js';
import type { ProjectedFields, ProjectionOperator, ProjectionOptions } from './projection.js';
import { relax } from './smoothing.js';

/** Fields Φc that answer what is left of right-hand sides, whoever finds c and however Φ is stored. */
export interface AnswerSpace {
  readonly operator: ProjectionOperator;
  readonly options: ProjectionOptions;
  /** Cells, and r in all */
  readonly basis: { readonly rows: number; readonly columns: number };
  /** c for every column of a residual, `[source][r]` */
  coefficients(residual: Panels): readonly Float64Array[];
  /** Φc, a column a source */
  combine(coefficients: readonly Float64Array[]): Panels;
}

/** Φ̄ as a graph takes it: LᵀR + T, of which experts fill T alone. */
export interface WrittenCotangent {
  /** L, `[factor][cell]` */
  readonly left: Float32Array;
  /** R, `[factor][n]` */
  readonly right: Float32Array;
  /** T, `[cell][n]` */
  readonly image: Float32Array;
}

/** A space whose answers have gradients with respect to the network's fields. */
export interface DifferentiableSpace extends AnswerSpace {
  /** Of Σ_s ū_s · u_s, ū `[source][cell]` */
  fieldCotangent(projected: ProjectedFields, cotangents: readonly Float64Array[]): WrittenCotangent;
  /** Of Σ_s −½ w_s ‖u_s‖², where answers are Ritz projections */
  energyCotangent?(projected: ProjectedFields, weights: readonly number[]): WrittenCotangent;
}

/** The two passes of `projectFields` through any space. */
export function answerThrough(space: AnswerSpace, rightHandSides: readonly Float64Array[]): ProjectedFields {
  const { operator, basis, options } = space;
  const { correction } = options;
  const { rows, columns: rank } = basis;
  const loads = compatibleLoads(operator, rightHandSides);
  const answer = emptyPanels(rows, rightHandSides.length);
  const residual = panelsOfColumns(loads, rows);
  if (correction !== 'none' && correction.place === 'around') {
    relax(operator, answer, residual, correction, rank);
  }
  const before = correction !== 'none' ? columnsOfPanels(answer) : undefined;
  const coefficients = space.coefficients(residual);
  const unprojected = columnsOfPanels(residual);
  const projected = space.combine(coefficients);
  const image = multiplyPanels(operator.matrix, projected);
  for (let at = 0; at < residual.values.length; at++) {
    answer.values[at] += projected.values[at];
    residual.values[at] -= image.values[at];
  }
  // bᵀu₀ + r₀ᵀv, of which Φ moves r₀ᵀΦc alone
  const energies = columnsOfPanels(answer).map(
    (field, s) => (before ? dot(loads[s], before[s]) : 0) + dot(unprojected[s], field),
  );
  const orthogonalResiduals = negativeColumns(residual);
  if (correction !== 'none') relax(operator, answer, residual, correction, rank);
  const fields = columnsOfPanels(answer);
  if (operator.singular) for (const field of fields) removeVolumeMean(field, operator.mesh.cellVolumes);
  return {
    coefficients,
    fields,
    residuals: correction === 'none' ? orthogonalResiduals : negativeColumns(residual),
    orthogonalResiduals,
    energies,
  };
}

function negativeColumns(panels: Panels): Float64Array[] {
  const columns = columnsOfPanels(panels);
  for (const column of columns) for (let row = 0; row < column.length; row++) column[row] = -column[row];
  return columns;
}
