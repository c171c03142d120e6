import { InvalidInputError } from '../common/errors.js';
import { combineSeeds } from '../common/random.js';
import { allDirichlet, allNeumann, randomBoundaryTypes, someDirichlet } from './boundary-types.js';
import { piecewiseTemperatures } from './boundary-values.js';
import { fourierSource } from './fourier-source.js';
import { hotSpots } from './hot-spots.js';
import {
  cornerRemovedMeshes,
  cubeWithHoleMeshes,
  type MeshRequest,
  plateWithHolesMeshes,
} from './mesh-requests.js';
import type { PoissonTaskOptions } from './poisson-task.js';

export const NPSOLVER_TASKS = ['dirichlet', 'neumann', 'random-bc', 'cube', 'control'] as const;

export type NpsolverTaskName = (typeof NPSOLVER_TASKS)[number];

export interface NpsolverTaskOptions {
  /** Cells aimed at in every mesh; 1,000 in the plane and 9,000 in space by default */
  cellCount?: number;
  /** 100 in the plane and 40 in space by default */
  trainingMeshes?: number;
  seed?: number;
  /** Meshes of each test category, and samples on each; a category of one shape has all its samples on one mesh. */
  testMeshes?: number;
  samplesPerMesh?: number;
}

export const NPSOLVER_TASK_DEFAULTS = { seed: 1234, testMeshes: 10, samplesPerMesh: 10 } as const;

/** Problems to evaluate on: the samples walk through the meshes in turn. */
export interface TestCategory {
  readonly name: string;
  readonly meshes: readonly MeshRequest[];
  readonly task: Omit<PoissonTaskOptions, 'meshes'>;
  readonly samplesPerMesh: number;
}

/** A published benchmark as plain data: generate the meshes, then `poissonTask({ meshes, ...definition.task })`. */
export interface NpsolverTask {
  readonly name: NpsolverTaskName;
  readonly trainingMeshes: readonly MeshRequest[];
  /** Sources, boundaries and means */
  readonly task: Omit<PoissonTaskOptions, 'meshes'>;
  readonly categories: readonly TestCategory[];
}

/**
 * The tasks of NPSolver (arXiv 2605.25786), with shapes, sources and numbers of meshes and samples as there:
 *
 * - `dirichlet`, `neumann`, `random-bc`: squares of side 2π with four removed corners in training, with 0 … 4 in test;
 *   10 × 10 Fourier modes; all patches Dirichlet, all Neumann, or each at random
 * - `cube`: cubes with a cylindrical hole, 10³ Fourier modes, types at random
 * - `control`: plates with holes, hot spots, one side of the rim at four temperatures, all else insulated
 *
 * Meshes of training and test are of different streams of the seed. docs/tasks.md says what the paper leaves open.
 *
 * @throws InvalidInputError for an unknown name or counts that are not positive integers
 */
export function npsolverTask(name: NpsolverTaskName, options: NpsolverTaskOptions = {}): NpsolverTask {
  if (!NPSOLVER_TASKS.includes(name)) {
    throw new InvalidInputError(
      `npsolverTask: unknown task '${name}'; known are ${NPSOLVER_TASKS.join(', ')}`,
    );
  }
  const { seed, testMeshes, samplesPerMesh, cellCount, trainingMeshes } = {
    ...NPSOLVER_TASK_DEFAULTS,
    ...options,
  };
  for (const [what, count] of Object.entries({ testMeshes, samplesPerMesh, cellCount, trainingMeshes })) {
    if (count === undefined || (Number.isInteger(count) && count >= 1)) continue;
    throw new InvalidInputError(`npsolverTask: ${what} must be a positive integer, got ${count}`);
  }
  const sizes = cellCount === undefined ? {} : { cellCount };
  const training = {
    ...sizes,
    count: trainingMeshes ?? (name === 'cube' ? 40 : 100),
    seed: combineSeeds(seed, 0),
  };
  const test = { ...sizes, count: testMeshes, seed: combineSeeds(seed, 1) };
  const task = taskOptions(name);
  const category = (title: string, meshes: readonly MeshRequest[]): TestCategory => ({
    name: title,
    meshes,
    task,
    samplesPerMesh: (samplesPerMesh * testMeshes) / meshes.length,
  });
  if (name === 'cube') {
    const categories = [category('cube with cylindrical hole', cubeWithHoleMeshes(test))];
    return { name, trainingMeshes: cubeWithHoleMeshes(training), task, categories };
  }
  if (name === 'control') {
    const categories = [category('plate with holes', plateWithHolesMeshes(test))];
    return { name, trainingMeshes: plateWithHolesMeshes(training), task, categories };
  }
  return {
    name,
    trainingMeshes: cornerRemovedMeshes({ ...training, corners: 4 }),
    task,
    categories: [0, 1, 2, 3, 4].map((corners) =>
      category(
        `${corners} corner${corners === 1 ? '' : 's'} removed`,
        cornerRemovedMeshes({ ...test, corners, count: corners === 0 ? 1 : test.count }),
      ),
    ),
  };
}

function taskOptions(name: NpsolverTaskName): Omit<PoissonTaskOptions, 'meshes'> {
  if (name === 'control') {
    const types = someDirichlet({ among: ['bottom', 'right', 'top', 'left'] });
    return { source: hotSpots(), boundary: piecewiseTemperatures({ types }), removeMean: 'never' };
  }
  const source = fourierSource();
  if (name === 'dirichlet') return { source, boundary: allDirichlet(), removeMean: 'never' };
  const boundary = name === 'neumann' ? allNeumann() : randomBoundaryTypes();
  return { source, boundary, removeMean: 'always' };
}
