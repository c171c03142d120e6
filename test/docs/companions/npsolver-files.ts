import { equal } from 'node:assert/strict';
import { type BoundaryTypes, writeNpsolverFile } from 'fieldsmith/datasets';
import { cornerRemovedSquare, generateMesh } from 'fieldsmith/geometry';
import { solve } from 'fieldsmith/solvers';

export const mesh = generateMesh(cornerRemovedSquare({ corners: 4, seed: 1 }), { cellCount: 100 });
export const boundaryTypes: BoundaryTypes = Object.fromEntries(
  mesh.patches.map(({ name }) => [name, 'dirichlet']),
);
export const source = new Float64Array(mesh.cellCount).fill(1);
export const { solution } = await solve(
  {
    mesh,
    source,
    boundaryConditions: Object.fromEntries(
      mesh.patches.map(({ name }) => [name, { type: 'dirichlet', value: 0 } as const]),
    ),
  },
  { nonOrthogonalCorrection: false },
);
const sample = { mesh, boundaryTypes, source, solution };
await writeNpsolverFile('train_corner4_mesh[N=100].h5', [sample]);
await writeNpsolverFile('test_corner4_sol[N=10x10,fixedValue].h5', [sample]);

export function check({ samples }: { samples: readonly unknown[] }) {
  equal(samples.length, 1);
}
