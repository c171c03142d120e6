import { patchValues } from '../solvers/boundary-conditions.js';
import type { BoundaryConditions, PoissonProblem } from '../solvers/index.js';
import { squareCostAt } from './control-cost.js';
import { type ControlBlock, type ControlSpace, fieldOf } from './control-space.js';
import type { ControlTask } from './control-task.js';
import type { ControlValue } from './plan.js';

const UNITS: Readonly<Record<ControlBlock['quantity'], string>> = {
  temperature: 'K',
  flux: 'W/m²',
  coefficient: 'W/(m² K)',
};

/** The settings of all controls, from the boundary conditions that they made. */
export function controlValues(
  { mesh }: PoissonProblem,
  conditions: BoundaryConditions,
  { blocks, names }: ControlSpace,
  p: Float64Array,
): ControlValue[] {
  return blocks.map(({ name, quantity, faces, first, shapes, shares, low, high, area }) => {
    const byFace = new Map<number, number>();
    for (const patch of mesh.patches) {
      const condition = conditions[patch.name];
      if (patch.size === 0 || condition.type === 'periodic') continue;
      const field = fieldOf(condition.type, quantity);
      const datum = (condition as unknown as Record<string, Parameters<typeof patchValues>[3]>)[field];
      if (datum === undefined) continue;
      patchValues(mesh, patch, field, datum).forEach((value, k) => {
        byFace.set(patch.start - mesh.internalFaceCount + k, value);
      });
    }
    const values = Float64Array.from(faces, (face) => byFace.get(face)!);
    const mean = values.reduce((sum, value, f) => sum + shares[f] * value, 0);
    return {
      name,
      quantity,
      unit: UNITS[quantity],
      bounds: [low, high],
      parameters: Object.fromEntries(shapes.map((_, j) => [names[first + j], p[first + j]])),
      least: values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY),
      mean,
      largest: values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY),
      integral: mean * area,
    };
  });
}

export const squareCostOf = ({ space, square }: ControlTask, p: Float64Array) =>
  squareCostAt(space, square, p);
