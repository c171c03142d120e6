import { combineSeeds } from '../../common/random.js';
import { generateMeshes, type NpsolverTaskName, npsolverTask } from '../../datasets/index.js';
import { testSamples } from '../../training/index.js';
import type { Subject, SubjectSetting } from './subject.js';

export interface TaskRequest {
  readonly task: NpsolverTaskName;
  /** Cells and number of the training meshes; the task's own by default. */
  readonly cells?: number;
  readonly meshes?: number;
}

/** Meshes of a test category, where it has several shapes. */
const TEST_MESHES = 10;

/** One of NPSolver's tasks as something to train on. */
export function taskSubject(
  { task, cells, meshes }: TaskRequest,
  { seed, samples, ...watch }: SubjectSetting,
): Subject {
  const testMeshes = Math.min(TEST_MESHES, samples);
  const definition = npsolverTask(task, {
    seed,
    cellCount: cells,
    trainingMeshes: meshes,
    testMeshes,
    samplesPerMesh: Math.ceil(samples / testMeshes),
  });
  return {
    name: task,
    dimension: task === 'cube' ? 3 : 2,
    boundaryValues: task === 'control',
    trainingMeshes: () => generateMeshes(definition.trainingMeshes, watch),
    task: definition.task,
    request: { task, cells, meshes },
    testSamples: () => testSamples(definition, { seed: combineSeeds(seed, 1), ...watch }),
  };
}
