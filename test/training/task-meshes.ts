import {
  generateMeshes,
  type NpsolverTaskName,
  npsolverTask,
  type PoissonTask,
  poissonTask,
} from '../../datasets/index.js';

const cells = { dirichlet: 100, neumann: 100, 'random-bc': 100, cube: 250, control: 120 } as const;

/** One of NPSolver's tasks on a few coarse meshes. */
export async function smallTask(
  name: NpsolverTaskName,
  options: { sourcesPerSample?: number; distinctSamples?: number } = {},
): Promise<PoissonTask> {
  const definition = npsolverTask(name, {
    cellCount: cells[name],
    trainingMeshes: 3,
    testMeshes: 1,
    seed: 2,
  });
  const meshes = await generateMeshes(definition.trainingMeshes, { workers: 0 });
  return poissonTask({ meshes, ...definition.task, ...options });
}
