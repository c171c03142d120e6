import type { Progress } from '../common/progress.js';
import { combineSeeds } from '../common/random.js';
import { generateMeshes, type NpsolverTask, poissonTask } from '../datasets/index.js';
import { type EvaluationSample, evaluationSamples } from './evaluation-samples.js';

export interface TestSamplesOptions {
  seed: number;
  progress?: Progress;
  signal?: AbortSignal;
}

/** The samples of a task's test categories with their references; they depend on the task and the seed alone. */
export async function testSamples(
  { categories }: Pick<NpsolverTask, 'categories'>,
  { seed, progress, signal }: TestSamplesOptions,
): Promise<EvaluationSample[]> {
  const samples: EvaluationSample[] = [];
  for (const [index, { name, meshes: requests, task, samplesPerMesh }] of categories.entries()) {
    const meshes = await generateMeshes(requests, { progress, signal });
    signal?.throwIfAborted();
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
