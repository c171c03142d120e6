import { availableParallelism } from 'node:os';
import { InvalidInputError } from '../../common/errors.js';
import type { Progress } from '../../common/progress.js';
import { cachedArray } from '../array-cache.js';
import { checkTrajectories, type Trajectories } from '../trajectories.js';
import { inWorkers } from '../worker-pool.js';
import { type BurgersRequest, drawTrajectory } from './burgers-request.js';
import { type Burgers2dRequest, computeBurgers } from './burgers2d.js';

export interface GenerateBurgersOptions {
  /** Worker threads; 0 computes on the calling thread. By default one per core. The data do not depend on it. */
  workers?: number;
  /** Folder in which computed sets are kept, one `.npy` file each; none by default */
  cache?: string;
  progress?: Progress;
  signal?: AbortSignal;
}

/** Trajectories of a job: enough to share the solver's loops, few enough to spread over workers and to stop soon. */
const TRAJECTORIES_PER_JOB = 8;

/** Changed when the same request gives other values than before, so that old files are not taken for them. */
const GENERATOR_VERSION = 1;

/** Computes the trajectories of a request; trajectory i depends on the request and i alone. */
export async function generateBurgers(
  request: BurgersRequest | Burgers2dRequest,
  { workers = availableParallelism(), cache, progress, signal }: GenerateBurgersOptions = {},
): Promise<Trajectories> {
  checkRequest(request);
  const { name, dimension, trajectories, frames, length, interval } = request;
  const points = Array.from({ length: dimension }, () => request.points);
  const size = frames * dimension * request.points ** dimension;
  const compute = async () => {
    const jobs = Array.from({ length: Math.ceil(trajectories / TRAJECTORIES_PER_JOB) }, (_, job) => ({
      request,
      indices: Array.from(
        { length: Math.min(TRAJECTORIES_PER_JOB, trajectories - job * TRAJECTORIES_PER_JOB) },
        (_, i) => job * TRAJECTORIES_PER_JOB + i,
      ),
    }));
    const blocks = await inWorkers(jobs, {
      name: 'generateBurgers',
      file: 'dist/datasets/burgers/burgers-worker.js',
      run: ({ indices }) => computeBurgers(request, indices),
      workers: Math.min(workers, jobs.length),
      failed: (_, cause) =>
        new InvalidInputError(`generateBurgers: ${name}: ${(cause as Error).message}`, { cause }),
      phase: name,
      progress,
      signal,
    });
    const values = new Float32Array(trajectories * size);
    blocks.flat().forEach((block, trajectory) => {
      values.set(block, trajectory * size);
    });
    return values;
  };
  const shape = [trajectories, frames, dimension, ...points];
  const key = { version: GENERATOR_VERSION, ...request };
  const values = cache ? await cachedArray(cache, { name, key, shape }, compute) : await compute();
  return checkTrajectories(
    {
      values,
      trajectories,
      frames,
      components: dimension,
      points,
      length: points.map(() => length),
      interval,
      viscosity: Float64Array.from({ length: trajectories }, (_, i) =>
        request.dimension === 1 ? drawTrajectory(request, i).viscosity : request.viscosity,
      ),
    },
    'generateBurgers',
  );
}

function checkRequest(request: BurgersRequest | Burgers2dRequest): void {
  for (const key of ['trajectories', 'frames', 'points', 'referencePoints'] as const) {
    if (!Number.isInteger(request[key]) || request[key] < 1) {
      throw new InvalidInputError(`generateBurgers: ${key} must be a positive integer, got ${request[key]}`);
    }
  }
  if (request.referencePoints % request.points !== 0) {
    throw new InvalidInputError(
      `generateBurgers: referencePoints must be a multiple of points, got ${request.referencePoints} and ${request.points}`,
    );
  }
}
