import { InvalidInputError } from '../common/errors.js';
import { combineSeeds, createRandom } from '../common/random.js';
import type { Mesh } from '../geometry/mesh.js';
import { removeVolumeMean } from '../solvers/index.js';
import {
  type BoundarySampler,
  type BoundaryTypes,
  isSingular,
  randomBoundaryTypes,
  sampleBoundaryTypes,
} from './boundary-types.js';
import { type FourierSource, fourierSource, sampleFourierSource } from './fourier-source.js';

/** When the volume mean of a source is removed. An all-Neumann problem has a solution only without it. */
export type MeanRemoval = 'never' | 'always' | 'when-singular';

export interface PoissonTaskOptions {
  meshes: readonly Mesh[];
  source?: FourierSource;
  boundary?: BoundarySampler;
  /** Sources drawn for one mesh and one set of boundary types. */
  sourcesPerSample?: number;
  removeMean?: MeanRemoval;
}

export const POISSON_TASK_DEFAULTS = { sourcesPerSample: 1, removeMean: 'when-singular' } as const;

/** A distribution of Poisson problems as plain data: any thread draws sample i of a seed and gets the same one. */
export type PoissonTask = Readonly<Required<PoissonTaskOptions>>;

/** −∇²u = q with zero boundary values: which mesh, which boundary types, and one or several sources per cell. */
export interface PoissonSample {
  readonly index: number;
  readonly meshIndex: number;
  readonly boundaryTypes: BoundaryTypes;
  readonly singular: boolean;
  /** `[source][cell]` */
  readonly sources: readonly Float64Array[];
}

/**
 * @throws InvalidInputError for an empty mesh list, a source count that is not a positive integer, or
 *   `removeMean: 'never'` with boundary types that can all be Neumann
 */
export function poissonTask(options: PoissonTaskOptions): PoissonTask {
  const task = {
    ...POISSON_TASK_DEFAULTS,
    source: fourierSource(),
    boundary: randomBoundaryTypes(),
    ...options,
  };
  if (task.meshes.length === 0) {
    throw new InvalidInputError('poissonTask: meshes is empty; pass at least one mesh');
  }
  if (!Number.isInteger(task.sourcesPerSample) || task.sourcesPerSample < 1) {
    throw new InvalidInputError(
      `poissonTask: sourcesPerSample must be a positive integer, got ${task.sourcesPerSample}`,
    );
  }
  if (task.removeMean === 'never' && canBeSingular(task.boundary)) {
    throw new InvalidInputError(
      `poissonTask: removeMean 'never' with boundary '${task.boundary.kind}' draws all-Neumann problems ` +
        "that have no solution; use 'when-singular' or 'always'",
    );
  }
  return task;
}

/** Sample `index` of the stream `seed`: the same arguments give the same sample on every thread. */
export function drawSample(task: PoissonTask, seed: number, index: number): PoissonSample {
  const random = createRandom(combineSeeds(seed, index));
  const meshIndex = random.integer(0, task.meshes.length - 1);
  return drawSampleOnMesh(task, meshIndex, seed, index);
}

/** As {@link drawSample} with the mesh given: evaluation walks through its meshes instead of drawing them. */
export function drawSampleOnMesh(
  task: PoissonTask,
  meshIndex: number,
  seed: number,
  index: number,
): PoissonSample {
  const mesh = task.meshes[meshIndex];
  const boundaryTypes = sampleBoundaryTypes(task.boundary, mesh, createRandom(combineSeeds(seed, index, 1)));
  const random = createRandom(combineSeeds(seed, index, 2));
  const sources = sampleFourierSource(task.source, mesh, random, task.sourcesPerSample);
  const singular = isSingular(mesh, boundaryTypes);
  if (task.removeMean === 'always' || (task.removeMean === 'when-singular' && singular)) {
    for (const source of sources) removeVolumeMean(source, mesh.cellVolumes);
  }
  return { index, meshIndex, boundaryTypes, singular, sources };
}

function canBeSingular(boundary: BoundarySampler): boolean {
  return (
    boundary.kind === 'all-neumann' || (boundary.kind === 'random-types' && boundary.dirichletProbability < 1)
  );
}
