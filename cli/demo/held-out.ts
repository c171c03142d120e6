import { combineSeeds } from '../../common/random.js';
import {
  allDirichlet,
  cornerRemovedMeshes,
  generateMeshes,
  poissonTask,
  randomBoundaryTypes,
} from '../../datasets/index.js';
import type { Mesh } from '../../geometry/index.js';
import { type EvaluationSample, evaluationSamples } from '../../training/index.js';
import type { Watch } from './watch.js';

/** Problems of one kind of boundary conditions that training never saw, with references. */
export interface TestSet {
  /** Key in summary.json. */
  readonly name: 'dirichlet' | 'randomTypes';
  readonly title: string;
  readonly samples: readonly EvaluationSample[];
}

export const CORNER_COUNTS = [0, 1, 2, 3, 4] as const;

export const categoryName = (corners: number) => `${corners} corner${corners === 1 ? '' : 's'} removed`;

export interface HeldOutOptions {
  readonly samplesPerCategory: number;
  readonly cellCount: number;
  readonly seed: number;
}

/**
 * Two test sets over squares with 0 to 4 corners removed, `samplesPerCategory` samples each on up to 10 meshes (without
 * removed corners there is only one). As in NPSolver, sources of the random-type set have their mean removed, those of
 * the all-Dirichlet set keep it.
 */
export async function heldOutSets(options: HeldOutOptions, watch: Watch): Promise<TestSet[]> {
  const { samplesPerCategory, cellCount, seed } = options;
  const meshes = new Map<number, Mesh[]>();
  for (const corners of CORNER_COUNTS) {
    const count = corners === 0 ? 1 : Math.min(10, samplesPerCategory);
    const requests = cornerRemovedMeshes({ corners, count, cellCount, seed: combineSeeds(seed, 77) });
    meshes.set(corners, await generateMeshes(requests, watch));
  }
  const setOf = (name: TestSet['name'], title: string): TestSet => ({
    name,
    title,
    samples: CORNER_COUNTS.flatMap((corners) =>
      evaluationSamples(
        poissonTask({
          meshes: meshes.get(corners)!,
          ...(name === 'dirichlet'
            ? { boundary: allDirichlet(), removeMean: 'never' }
            : { boundary: randomBoundaryTypes(), removeMean: 'always' }),
        }),
        { category: categoryName(corners), count: samplesPerCategory, seed: combineSeeds(seed, 78, corners) },
      ),
    ),
  });
  return [setOf('dirichlet', 'all Dirichlet'), setOf('randomTypes', 'random boundary types')];
}
