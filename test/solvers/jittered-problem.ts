import { createRandom } from '../../common/random.js';
import type { PoissonProblem } from '../../solvers/index.js';
import { structuredMesh } from './structured-mesh.js';

/** Heat conduction on 288 jittered triangles with both kinds of boundary, and the generator that jittered them. */
export function jitteredProblem() {
  const random = createRandom(11);
  const mesh = structuredMesh({
    columns: 12,
    rows: 12,
    shape: 'triangles',
    jitter: 0.2,
    random: () => random.uniform(-1, 1),
  });
  const problem: PoissonProblem = {
    mesh,
    source: ([x, y]) => Math.sin(7 * x) * Math.cos(5 * y),
    boundaryConditions: {
      left: { type: 'dirichlet', value: 1 },
      right: { type: 'dirichlet', value: ([, y]) => y },
      bottom: { type: 'neumann', flux: 0.3 },
      top: { type: 'neumann', flux: 0 },
    },
  };
  return { random, mesh, problem };
}
