import { InvalidInputError } from '../../common/errors.js';
import { type CompiledFunction, compile } from '../../runtime/compile.js';
import type { SessionOptions } from '../../runtime/session.js';
import { tf } from '../../runtime/tf.js';
import { removeVolumeMean } from '../../solvers/index.js';
import { compatibleLoads } from './compatible-loads.js';
import { multiplyPanels } from './multiply-panels.js';
import { columnsOfPanels, emptyPanels, fromPanels, panelsOfColumns } from './panels.js';
import { type BasisProjection, energyOrthonormalBasis } from './projection.js';
import { relax } from './smoothing.js';

/** A reduced-order model whose dense products run on ONNX Runtime, in float32. */
export interface ReducedSession {
  readonly rank: number;
  /**
   * Bytes that it holds beside B: the basis, with a correction D⁻¹ too; the projection can be let go. ONNX Runtime may keep
   * the basis a second time, in an order of its own. A call takes fields of up to 64 sources more.
   */
  readonly bytes: number;
  /**
   * Answers right-hand sides b `[source][cell]`, several at a time: 4·N·r flops each.
   *
   * @returns u, `[source][cell]`
   * @throws InvalidInputError when one has another length than the mesh has cells
   */
  apply(rightHandSides: readonly Float64Array[]): Promise<readonly Float32Array[]>;
  dispose(): Promise<void>;
}

/** Sources in one call of the session: at 100,000 cells 26 MB in and out each, and the products are at full speed. */
const BLOCK = 64;
const FLOAT64 = 8;

/**
 * Opens the answers of a projection for many sources. With the basis orthonormal in the energy inner product,
 *
 *     Ψ = ΦL⁻ᵀ,   u = ΨΨᵀb,   M = LLᵀ
 *
 * no system is left to solve, and single precision, which would spoil M⁻¹, costs u six digits and no more. Ten to twenty
 * times faster than `applyReducedBasis` from a dozen sources on without a correction; the network had single precision
 * before it. A correction keeps its sparse products in float64, on the calling thread.
 */
export async function reducedSession(
  projection: BasisProjection,
  options: SessionOptions = {},
): Promise<ReducedSession> {
  const { rows, columns: rank } = projection.basis;
  const values = fromPanels(energyOrthonormalBasis(projection), new Float32Array(rows * rank));
  const compiled: CompiledFunction = await compile(
    ({ loads }, { basis }) => ({ fields: tf.matMul(tf.matMul(loads, basis), basis, false, true) }),
    { loads: { shape: ['sources', rows], dtype: 'float32' } },
    { ...options, parameters: { basis: { shape: [rows, rank], values } } },
  );
  const project = async (loads: readonly Float64Array[]): Promise<Float32Array[]> => {
    const data = new Float32Array(loads.length * rows);
    loads.forEach((load, s) => {
      data.set(load, s * rows);
    });
    const { fields } = await compiled.run({ loads: { shape: [loads.length, rows], data } });
    return loads.map((_, s) => (fields.data as Float32Array).subarray(s * rows, (s + 1) * rows));
  };
  const answer = projection.options.correction === 'none' ? project : corrected(projection, project);
  return {
    rank,
    bytes: values.byteLength + (projection.options.correction === 'none' ? 0 : FLOAT64 * rows),
    apply: async (rightHandSides) => {
      rightHandSides.forEach((load, s) => {
        if (load.length === rows) return;
        throw new InvalidInputError(
          `reducedSession: expected ${rows} values, one per cell, in every right-hand side, got ${load.length} in ${s}`,
        );
      });
      const fields: Float32Array[] = [];
      for (let first = 0; first < rightHandSides.length; first += BLOCK) {
        fields.push(...(await answer(rightHandSides.slice(first, first + BLOCK))));
      }
      return fields;
    },
    dispose: () => compiled.dispose(),
  };
}

type Project = (loads: readonly Float64Array[]) => Promise<Float32Array[]>;

/** The two passes of `projectFields` around a projection that is computed elsewhere. */
function corrected({ operator, basis, options }: BasisProjection, project: Project): Project {
  const { correction } = options;
  const { rows, columns: rank } = basis;
  if (correction === 'none') return project;
  return async (rightHandSides) => {
    const field = emptyPanels(rows, rightHandSides.length);
    const residual = panelsOfColumns(compatibleLoads(operator, rightHandSides), rows);
    if (correction.place === 'around') relax(operator, field, residual, correction, rank);
    const projected = panelsOfColumns(await project(columnsOfPanels(residual)), rows);
    const image = multiplyPanels(operator.matrix, projected);
    for (let at = 0; at < field.values.length; at++) {
      field.values[at] += projected.values[at];
      residual.values[at] -= image.values[at];
    }
    relax(operator, field, residual, correction, rank);
    return columnsOfPanels(field).map((column) => {
      if (operator.singular) removeVolumeMean(column, operator.mesh.cellVolumes);
      return Float32Array.from(column);
    });
  };
}
