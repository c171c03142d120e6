import type { ReducedModel } from '../operators/index.js';
import { choleskyFactor, choleskySolve } from '../operators/reduced-basis/cholesky.js';
import { combine, gramProduct } from '../operators/reduced-basis/dense-products.js';
import { columnsOfPanels, PANEL } from '../operators/reduced-basis/panels.js';
import { columnMatrix } from '../operators/reduced-basis/projection.js';
import { robinCoefficients } from '../solvers/boundary-conditions.js';
import { assembleRightHandSide, boundaryFaceValues, type PoissonOperator } from '../solvers/index.js';
import { boundaryGradient } from './boundary-gradient.js';
import type { ControlContext } from './control-context.js';
import type { ControlTask } from './control-task.js';
import type { FieldModel } from './field-model.js';

/**
 * Fields in r unknowns for coefficients that change: with Φ encoded once, at the middle of the bounds,
 *
 *     M(h) = ΦᵀBΦ + Σ_f (a_f(h) − a_f) φ_fφ_fᵀ,   M(h) c = Φᵀb(h),   u = Φc,   a_f(h) = |S|/(1/h + δ/κ)
 *
 * with φ_f the row of Φ of the cell at face f. An r × r system a step; no product with B, and no correction either, which
 * that would take.
 */
export async function reducedFieldModel(
  context: ControlContext,
  task: ControlTask,
  reduced: ReducedModel,
): Promise<FieldModel> {
  const { problem, space } = context;
  const { basis, image, options } = reduced.projection;
  const { rows, columns: rank } = basis;
  const middle = space.low.map((low, j) => 0.5 * (low + space.high[j]));
  const { operator } = await context.solverAt(middle);
  const { mesh } = operator;
  const gram = gramProduct(basis, image);
  let trace = 0;
  for (let i = 0; i < rank; i++) trace += gram[i * rank + i];
  for (let i = 0; i < rank; i++) gram[i * rank + i] += (options.regularisation * trace) / rank;
  const rowOf = (cell: number) =>
    Float64Array.from({ length: rank }, (_, k) => {
      return basis.values[(Math.floor(k / PANEL) * rows + cell) * PANEL + (k % PANEL)];
    });
  const controlled = [...new Set(space.blocks.flatMap(({ faces }) => [...faces]))];
  const rowsOfFaces = new Map(
    controlled.map((face) => [face, rowOf(mesh.owner[mesh.internalFaceCount + face])]),
  );
  const moments = (load: Float64Array) => {
    const sums = new Float64Array(rank);
    for (let k = 0; k < rank; k++) {
      const at = Math.floor(k / PANEL) * rows * PANEL + (k % PANEL);
      for (let cell = 0; cell < rows; cell++) sums[k] += basis.values[at + cell * PANEL] * load[cell];
    }
    return sums;
  };
  const before = boundaryFaceValues(mesh, context.conditionsAt(middle));
  const weightAt = (face: number, coefficient: number) =>
    coefficient > 0 ? coefficient : mesh.faceAreas[mesh.internalFaceCount + face];
  const fixed = task.cases.map(({ source }) =>
    moments(assembleRightHandSide(operator, source, context.conditionsAt(middle))),
  );
  const systemAt = (p: Float64Array) => {
    const conditions = context.conditionsAt(p);
    const h = robinCoefficients(mesh, conditions);
    const coefficients = operator.boundaryCoefficients.map((old, i) => {
      const was = operator.robin?.[i] ?? 0;
      if (!(was > 0) || h[i] === was) return old;
      const area = mesh.faceAreas[mesh.internalFaceCount + i];
      return h[i] > 0 ? area / (1 / h[i] + area / old - 1 / was) : 0;
    });
    const values = boundaryFaceValues(mesh, conditions);
    const matrix = gram.slice();
    const change = new Float64Array(rank);
    for (const face of controlled) {
      const row = rowsOfFaces.get(face)!;
      const stiffer = coefficients[face] - operator.boundaryCoefficients[face];
      const load =
        weightAt(face, coefficients[face]) * values[face] -
        weightAt(face, operator.boundaryCoefficients[face]) * before[face];
      for (let i = 0; i < rank; i++) {
        change[i] += load * row[i];
        if (stiffer === 0) continue;
        for (let j = 0; j <= i; j++) matrix[i * rank + j] += stiffer * row[i] * row[j];
      }
    }
    const robin = operator.robin && h;
    const shifted: PoissonOperator = {
      ...operator,
      boundaryCoefficients: coefficients,
      ...(robin && { robin }),
    };
    return { conditions, operator: shifted, change, factor: choleskyFactor(matrix, rank) };
  };
  const fieldsOf = (vectors: readonly Float64Array[]) =>
    columnsOfPanels(combine(basis, columnMatrix(vectors, rank), vectors.length));
  let last: { system: ReturnType<typeof systemAt>; fields: Float64Array[] } | undefined;
  return {
    fields: async (p) => {
      const system = systemAt(p);
      const coefficients = fixed.map((given) =>
        choleskySolve(
          system.factor,
          rank,
          given.map((value, k) => value + system.change[k]),
        ),
      );
      last = { system, fields: fieldsOf(coefficients) };
      return last.fields;
    },
    pullback: async (requests) => {
      if (!last || requests.length === 0) return [];
      const { system, fields } = last;
      const adjoints = fieldsOf(
        requests.map(({ cotangent: { cells, weights } }) => {
          const right = new Float64Array(rank);
          cells.forEach((cell, i) => {
            const row = rowOf(cell);
            for (let k = 0; k < rank; k++) right[k] += weights[i] * row[k];
          });
          return choleskySolve(system.factor, rank, right);
        }),
      );
      const state = { problem, operator: system.operator, conditions: system.conditions, correctionShare: 0 };
      return requests.map(({ loadCase }, k) => boundaryGradient(state, space, fields[loadCase], adjoints[k]));
    },
  };
}
