import { gradientsOf } from '../solvers/cell-gradients.js';
import { correctionTranspose, slopeCotangents } from '../solvers/correction-transpose.js';
import {
  assembleOperator,
  type BoundaryConditions,
  boundaryFaceValues,
  type PoissonOperator,
  type PoissonProblem,
  type RobinCondition,
} from '../solvers/index.js';
import type { ControlBlock, ControlSpace } from './control-space.js';

/** What the derivative of the residual with respect to the controls is taken of. */
export interface BoundaryState {
  readonly problem: PoissonProblem;
  readonly operator: PoissonOperator;
  readonly conditions: BoundaryConditions;
  /** s */
  readonly correctionShare: number;
}

/**
 * λᵀ ∂r/∂p with r = b(p) + s c(u; p) − B(p) u, the gradient of whatever λ is the adjoint of, `[parameter]`. Per face
 *
 *     temperature   a λ_P                      a = κ|S|/δ or |S|/(1/h + δ/κ), the operator's coefficient
 *     flux          |S| λ_P
 *     coefficient   a²/(|S| h²) (u_ambient − u_P) λ_P
 *
 * and the same of the correction: from its transpose for data, by central differences for the coefficients, all faces of
 * a kind at once since no cell sees another's.
 *
 * @param u, lambda `[cell]`
 */
export function boundaryGradient(
  state: BoundaryState,
  space: ControlSpace,
  u: Float64Array,
  lambda: Float64Array,
): Float64Array {
  const { operator, conditions, correctionShare } = state;
  const { mesh, boundaryCoefficients, robin } = operator;
  const { internalFaceCount, owner, faceAreas } = mesh;
  const values = boundaryFaceValues(mesh, conditions);
  const ofData = correctionShare > 0 ? correctionTranspose(operator, lambda).boundary : undefined;
  const ofCoefficients =
    correctionShare > 0 && !space.affine ? correctionByCoefficients(state, space, u, lambda) : undefined;
  const gradient = new Float64Array(space.count);
  for (const { faces, shapes, first, quantity } of space.blocks) {
    faces.forEach((i, f) => {
      const face = internalFaceCount + i;
      const cell = owner[face];
      let slope: number;
      if (quantity === 'coefficient') {
        const h = robin![i];
        const derivative = h > 0 ? boundaryCoefficients[i] ** 2 / (faceAreas[face] * h * h) : faceAreas[face];
        slope =
          lambda[cell] * derivative * (values[i] - u[cell]) + correctionShare * (ofCoefficients?.[i] ?? 0);
      } else {
        const weight = quantity === 'flux' ? faceAreas[face] : boundaryCoefficients[i];
        slope = lambda[cell] * weight + correctionShare * (ofData?.[i] ?? 0);
      }
      shapes.forEach((shape, j) => {
        gradient[first + j] += slope * shape[f];
      });
    });
  }
  return gradient;
}

/** Relative step of the central differences: their error is of the order of its square. */
const STEP = 1e-4;

/**
 * λᵀ ∂c/∂h of every face of a controlled coefficient, `[face − internalFaceCount]`. λᵀc is a sum over cells of a cotangent
 * times the cell's gradient, and a coefficient shows in both of its own cell alone.
 */
function correctionByCoefficients(
  { problem, operator, conditions }: BoundaryState,
  space: ControlSpace,
  u: Float64Array,
  lambda: Float64Array,
): Float64Array {
  const { mesh, robin } = operator;
  const { conductivity, reaction, contactResistances } = problem;
  const { dimension, internalFaceCount, owner } = mesh;
  const result = new Float64Array(mesh.faceCount - internalFaceCount);
  for (const faces of facesApart(space.blocks, (i) => owner[internalFaceCount + i])) {
    const [above, below] = [1 + STEP, 1 - STEP].map((factor) => {
      const moved = { ...conditions };
      for (const { name, start, size } of mesh.patches) {
        const condition = conditions[name];
        if (condition?.type !== 'robin') continue;
        const from = start - internalFaceCount;
        moved[name] = { ...condition, coefficient: robin!.slice(from, from + size) };
      }
      for (const i of faces) {
        const patch = mesh.patches.find(({ start, size }) => {
          const face = internalFaceCount + i;
          return face >= start && face < start + size;
        })!;
        const condition = moved[patch.name] as RobinCondition;
        (condition.coefficient as Float64Array)[internalFaceCount + i - patch.start] *= factor;
      }
      const other = assembleOperator(mesh, conductivity, moved, { reaction, contactResistances });
      const cotangents = slopeCotangents(other, lambda);
      const gradients = gradientsOf(other, boundaryFaceValues(mesh, moved), u);
      return cotangents.map((value, at) => value * gradients[at]);
    });
    for (const i of faces) {
      if (!(robin![i] > 0)) continue;
      const cell = owner[internalFaceCount + i];
      for (let k = 0; k < dimension; k++) {
        const at = cell * dimension + k;
        result[i] += (above[at] - below[at]) / (2 * STEP * robin![i]);
      }
    }
  }
  return result;
}

/** Groups of faces of which no two belong to one cell. */
function facesApart(blocks: readonly ControlBlock[], cellOf: (face: number) => number): number[][] {
  const groups: { cells: Set<number>; faces: number[] }[] = [];
  for (const { quantity, faces } of blocks) {
    if (quantity !== 'coefficient') continue;
    for (const face of faces) {
      const cell = cellOf(face);
      let group = groups.find(({ cells }) => !cells.has(cell));
      if (!group) {
        group = { cells: new Set(), faces: [] };
        groups.push(group);
      }
      group.cells.add(cell);
      group.faces.push(face);
    }
  }
  return groups.map(({ faces }) => faces);
}
