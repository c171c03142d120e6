import { generateMesh, plateWithHoles } from 'fieldsmith/geometry';
import { type BoundaryConditions, type PoissonProblem, solve } from 'fieldsmith/solvers';

/** A plate held at 0 on its left side, with a source that makes its hottest cell 28.75. */
export const mesh = generateMesh(plateWithHoles({ holes: 2, seed: 3 }), { cellCount: 300 });

const boundaryConditions: BoundaryConditions = Object.fromEntries(
  mesh.patches.map(({ name }) => [
    name,
    name === 'left' ? { type: 'dirichlet', value: 0 } : { type: 'neumann', flux: 0 },
  ]),
);
const unit = await solve({ mesh, source: 1, boundaryConditions });
export const sourceOf = (peak: number): number => peak / Math.max(...unit.solution);
export const problem: PoissonProblem = { mesh, source: sourceOf(28.75), boundaryConditions };
