import { availableParallelism } from 'node:os';
import { InvalidInputError } from '../common/errors.js';
import type { Progress } from '../common/progress.js';
import { cachedArray } from './array-cache.js';
import { checkTrajectories, frameSize, type Trajectories } from './trajectories.js';
import { inWorkers } from './worker-pool.js';

export interface GenerateOptions {
  /** Worker threads; 0 computes on the calling thread. By default one per core. The data do not depend on it. */
  workers?: number;
  /** Folder in which computed sets are kept, one `.npy` file each; none by default */
  cache?: string;
  progress?: Progress;
  signal?: AbortSignal;
}

/** What a set of trajectories is made by: plain data with a name for files and errors, which also decides the cache's file. */
export interface TrajectoryGenerator<Request> {
  /** The public function, for errors */
  readonly caller: string;
  /** Built entry file of the worker, which calls `compute` */
  readonly file: string;
  readonly request: Request;
  /** `[frame][component][points…]` of each trajectory asked for; trajectory i depends on the request and i alone */
  compute(request: Request, indices: readonly number[]): Float32Array[];
  /** Trajectories of a job: enough to share loops, few enough to spread over workers and to stop soon */
  readonly perJob: number;
  /** Changed when the same request gives other values than before, so that old files are not taken for them */
  readonly version: number;
  /** The set's shape and constants */
  readonly shape: Omit<Trajectories, 'values'>;
}

/** Computes the trajectories of a generator, or takes them from the cache. */
export async function generateTrajectories<Request extends { readonly name: string }>(
  generator: TrajectoryGenerator<Request>,
  { workers = availableParallelism(), cache, progress, signal }: GenerateOptions = {},
): Promise<Trajectories> {
  const { caller, file, request, compute, perJob, version, shape } = generator;
  const { trajectories, frames, components, points } = shape;
  const size = frames * frameSize(shape);
  const computed = async () => {
    const jobs = Array.from({ length: Math.ceil(trajectories / perJob) }, (_, job) => ({
      request,
      indices: Array.from(
        { length: Math.min(perJob, trajectories - job * perJob) },
        (_, i) => job * perJob + i,
      ),
    }));
    const blocks = await inWorkers(jobs, {
      name: caller,
      file,
      run: ({ indices }) => compute(request, indices),
      workers: Math.min(workers, jobs.length),
      failed: (_, cause) =>
        new InvalidInputError(`${caller}: ${request.name}: ${(cause as Error).message}`, { cause }),
      phase: request.name,
      progress,
      signal,
    });
    const values = new Float32Array(trajectories * size);
    blocks.flat().forEach((block, trajectory) => {
      values.set(block, trajectory * size);
    });
    return values;
  };
  const array = {
    name: request.name,
    key: { version, ...request },
    shape: [trajectories, frames, components, ...points],
  };
  const values = cache ? await cachedArray(cache, array, computed) : await computed();
  return checkTrajectories({ ...shape, values }, caller);
}
