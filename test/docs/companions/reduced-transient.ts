import { equal, ok } from 'node:assert/strict';
import { assemble, type BoundaryConditions } from 'fieldsmith/solvers';
import { loadPretrained, openSurrogate } from 'fieldsmith/training';
import { mesh, problem } from './plate.js';

export { assembleRightHandSide } from 'fieldsmith/solvers';

export const surrogate = await openSurrogate(loadPretrained('control'));
export const { operator } = assemble(problem);
export const types = Object.fromEntries(
  Object.entries(problem.boundaryConditions).map(([name, { type }]) => [
    name,
    type as 'dirichlet' | 'neumann',
  ]),
);
export const capacities = mesh.cellVolumes.map((volume) => 2 * volume);
export const initial = new Float64Array(mesh.cellCount);
export const times = [0, 1, 2];
export const source = (time: number) => 1 + time;
export const conditions = (_time: number): BoundaryConditions => problem.boundaryConditions;

export function check({
  fields,
  inTime,
}: {
  fields: readonly Float64Array[];
  inTime: { timeConstants: Float64Array };
}) {
  equal(fields.length, times.length);
  ok(inTime.timeConstants[0] > inTime.timeConstants[1]);
}
