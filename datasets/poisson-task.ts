import { InvalidInputError } from '../common/errors.js';
import { combineSeeds, createRandom } from '../common/random.js';
import type { Mesh } from '../geometry/mesh.js';
import { removeVolumeMean } from '../solvers/index.js';
import { type BoundaryFluxes, type FluxSampler, sampleBoundaryFluxes } from './boundary-fluxes.js';
import {
  type BoundaryTypes,
  canBeSingular,
  isSingular,
  randomBoundaryTypes,
  sampleBoundaryTypes,
} from './boundary-types.js';
import {
  type BoundarySampler,
  type BoundaryValues,
  sampleBoundaryValues,
  typeSampler,
} from './boundary-values.js';
import { type ConductivitySampler, sampleConductivity } from './conductivity.js';
import { distinctIndex } from './distinct-index.js';
import { fourierSource } from './fourier-source.js';
import { type Source, sampleSource } from './source.js';

/** When the volume mean of a source is removed. An all-Neumann problem has a solution only without it. */
export type MeanRemoval = 'never' | 'always' | 'when-singular';

export interface PoissonTaskOptions {
  meshes: readonly Mesh[];
  source?: Source;
  boundary?: BoundarySampler;
  /** κ ∂u/∂n on Neumann patches; zero by default. For a basis only: field operators do not see fluxes. */
  fluxes?: FluxSampler;
  /** κ; 1 everywhere by default */
  conductivity?: ConductivitySampler;
  /** Sources drawn for one mesh and one set of boundary types. */
  sourcesPerSample?: number;
  removeMean?: MeanRemoval;
  /**
   * Samples after which the stream repeats: a fixed training set, as supervision by labels has it, passed again and again
   * in another order each time. By default no sample comes twice.
   */
  distinctSamples?: number;
}

export const POISSON_TASK_DEFAULTS = { sourcesPerSample: 1, removeMean: 'when-singular' } as const;

/** A distribution of Poisson problems as plain data: any thread draws sample i of a seed and gets the same one. */
export type PoissonTask = Readonly<
  Required<Omit<PoissonTaskOptions, 'conductivity' | 'distinctSamples' | 'fluxes'>> &
    Pick<PoissonTaskOptions, 'conductivity' | 'distinctSamples' | 'fluxes'>
>;

/** −∇·(κ∇u) = q: which mesh, which boundary types and values, κ, and one or several sources per cell. */
export interface PoissonSample {
  /** Place in the stream of the seed, below `distinctSamples` */
  readonly index: number;
  readonly meshIndex: number;
  readonly boundaryTypes: BoundaryTypes;
  /** u on Dirichlet patches, `[face of the patch]`; zero where absent */
  readonly boundaryValues?: BoundaryValues;
  /** κ ∂u/∂n by Neumann patch; zero where absent */
  readonly boundaryFluxes?: BoundaryFluxes;
  /** κ, `[cell]`; 1 where absent */
  readonly conductivity?: Float64Array;
  readonly singular: boolean;
  /** `[source][cell]` */
  readonly sources: readonly Float64Array[];
}

/**
 * @throws InvalidInputError for an empty mesh list, meshes of the plane and of space together, a source or sample count
 *   that is not a positive integer, or `removeMean: 'never'` with boundary types that can all be Neumann
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
  if (task.meshes.some(({ dimension }) => dimension !== task.meshes[0].dimension)) {
    throw new InvalidInputError('poissonTask: meshes are partly 2D and partly 3D; make a task of each');
  }
  for (const name of ['sourcesPerSample', 'distinctSamples'] as const) {
    const count = task[name];
    if (count === undefined || (Number.isInteger(count) && count >= 1)) continue;
    throw new InvalidInputError(`poissonTask: ${name} must be a positive integer, got ${count}`);
  }
  if (task.removeMean === 'never' && canBeSingular(typeSampler(task.boundary))) {
    throw new InvalidInputError(
      `poissonTask: removeMean 'never' with boundary '${typeSampler(task.boundary).kind}' draws all-Neumann problems ` +
        "that have no solution; use 'when-singular' or 'always'",
    );
  }
  return task;
}

/** Sample `index` of the stream `seed`: the same arguments give the same sample on every thread. */
export function drawSample(task: PoissonTask, seed: number, index: number): PoissonSample {
  const distinct = distinctIndex(index, task.distinctSamples);
  const random = createRandom(combineSeeds(seed, distinct));
  const meshIndex = random.integer(0, task.meshes.length - 1);
  return drawSampleOnMesh(task, meshIndex, seed, distinct);
}

/** As {@link drawSample} with the mesh given: evaluation walks through its meshes instead of drawing them. */
export function drawSampleOnMesh(
  task: PoissonTask,
  meshIndex: number,
  seed: number,
  index: number,
): PoissonSample {
  const mesh = task.meshes[meshIndex];
  const stream = (number: number) => createRandom(combineSeeds(seed, index, number));
  const boundaryTypes = sampleBoundaryTypes(typeSampler(task.boundary), mesh, stream(1));
  const sources = sampleSource(task.source, mesh, stream(2), task.sourcesPerSample);
  const conductivity = sampleConductivity(task.conductivity, mesh, stream(3));
  const boundaryValues = sampleBoundaryValues(task.boundary, mesh, boundaryTypes, stream(4));
  const boundaryFluxes = sampleBoundaryFluxes(task.fluxes, mesh, boundaryTypes, stream(5));
  const singular = isSingular(mesh, boundaryTypes);
  if (task.removeMean === 'always' || (task.removeMean === 'when-singular' && singular)) {
    for (const source of sources) removeVolumeMean(source, mesh.cellVolumes);
  }
  return {
    index,
    meshIndex,
    boundaryTypes,
    ...(boundaryValues && { boundaryValues }),
    ...(boundaryFluxes && { boundaryFluxes }),
    ...(conductivity && { conductivity }),
    singular,
    sources,
  };
}
