import type { BoundaryControl } from '../../control/index.js';
import { boundaryConditionsOf, drawSampleOnMesh, npsolverTask, poissonTask } from '../../datasets/index.js';
import { generateMesh, type PolygonGeometry } from '../../geometry/index.js';
import type { PoissonProblem } from '../../solvers/index.js';

/** A held-out plate with holes and hot spots, one side at four temperatures. */
export function plate(
  index: number,
  cellCount = 500,
): { problem: PoissonProblem; controls: BoundaryControl[] } {
  const { categories } = npsolverTask('control', { cellCount, testMeshes: 40, samplesPerMesh: 1 });
  const [{ meshes, task }] = categories;
  const request = meshes[index] as { geometry: PolygonGeometry; options: { cellCount: number } };
  const mesh = generateMesh(request.geometry, request.options);
  const sample = drawSampleOnMesh(poissonTask({ ...task, meshes: [mesh] }), 0, 77, index);
  const { boundaryTypes } = sample;
  const side = Object.keys(boundaryTypes).find((name) => boundaryTypes[name] === 'dirichlet')!;
  return {
    problem: { mesh, source: sample.sources[0], boundaryConditions: boundaryConditionsOf({ boundaryTypes }) },
    controls: [
      { patches: side, quantity: 'temperature', bounds: [-5, 5], shape: { kind: 'pieces', count: 4 } },
    ],
  };
}
