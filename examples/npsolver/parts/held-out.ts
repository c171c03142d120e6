import { combineSeeds, generateMeshes, type NpsolverTask, poissonTask } from 'fieldsmith/datasets';
import { type EvaluationSample, evaluationSamples } from 'fieldsmith/training';

/** The test samples of a task with their references, category by category; they depend on the seed alone. */
export async function heldOut(
  { categories }: Pick<NpsolverTask, 'categories'>,
  seed: number,
  signal?: AbortSignal,
): Promise<EvaluationSample[]> {
  const samples: EvaluationSample[] = [];
  for (const [index, { name, meshes: requests, task, samplesPerMesh }] of categories.entries()) {
    const meshes = await generateMeshes(requests, { signal });
    samples.push(
      ...evaluationSamples(poissonTask({ meshes, ...task }), {
        category: name,
        count: samplesPerMesh * meshes.length,
        seed: combineSeeds(seed, index),
      }),
    );
  }
  return samples;
}
