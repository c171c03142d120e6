import { patchValues } from '../solvers/boundary-conditions.js';
import type { BoundaryCondition, BoundaryConditions, PoissonProblem } from '../solvers/index.js';
import { blockValues, type ControlBlock, type ControlSpace, clamp, fieldOf } from './control-space.js';

/**
 * The problem's boundary conditions with the controls at p. Values are within the bounds to the last bit.
 *
 * @param free leaves the bounds out, as for the reference that a control starts from
 */
export function controlledConditions(
  { mesh, boundaryConditions }: PoissonProblem,
  space: ControlSpace,
  p: Float64Array,
  free = false,
): BoundaryConditions {
  const values = (block: ControlBlock) => {
    const own = blockValues(block, p);
    return free ? own : own.map((value) => clamp(value, block.low, block.high));
  };
  return replaced(mesh, boundaryConditions, space, values);
}

/**
 * What parameter j adds to the data of an affine problem: all data zero but for its shape. Coefficients stay as they are.
 */
export function unitConditions(
  problem: PoissonProblem,
  space: ControlSpace,
  parameter: number,
): BoundaryConditions {
  const { mesh, boundaryConditions } = problem;
  const homogeneous = Object.fromEntries(
    Object.entries(boundaryConditions).map(([name, condition]) => [name, withoutData(condition)]),
  );
  const zeros = (block: ControlBlock) =>
    block.shapes[parameter - block.first] ?? new Float64Array(block.faces.length);
  return replaced(mesh, homogeneous, space, zeros);
}

function withoutData(condition: BoundaryCondition): BoundaryCondition {
  if (condition.type === 'dirichlet') return { ...condition, value: 0 };
  if (condition.type === 'neumann') return { ...condition, flux: 0 };
  return condition.type === 'robin' ? { ...condition, ambient: 0 } : condition;
}

function replaced(
  mesh: PoissonProblem['mesh'],
  conditions: BoundaryConditions,
  { blocks }: ControlSpace,
  valuesOf: (block: ControlBlock) => Float64Array,
): BoundaryConditions {
  const result: Record<string, BoundaryCondition> = { ...conditions };
  const patchOfFace = new Map<number, (typeof mesh.patches)[number]>();
  for (const patch of mesh.patches) {
    for (let k = 0; k < patch.size; k++) patchOfFace.set(patch.start - mesh.internalFaceCount + k, patch);
  }
  for (const block of blocks) {
    const data = new Map<string, Float64Array>();
    const values = valuesOf(block);
    block.faces.forEach((face, f) => {
      const patch = patchOfFace.get(face)!;
      const condition = result[patch.name];
      const field = fieldOf(condition.type, block.quantity);
      if (!data.has(patch.name)) {
        const given = (condition as unknown as Record<string, Parameters<typeof patchValues>[3]>)[field];
        data.set(patch.name, patchValues(mesh, patch, field, given).slice());
      }
      data.get(patch.name)![face - (patch.start - mesh.internalFaceCount)] = values[f];
    });
    for (const [name, datum] of data) {
      const condition = result[name];
      result[name] = { ...condition, [fieldOf(condition.type, block.quantity)]: datum } as BoundaryCondition;
    }
  }
  return result;
}
