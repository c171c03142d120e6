import { availableParallelism } from 'node:os';
import { Piscina } from 'piscina';
import { GeometryError, InvalidInputError } from '../common/errors.js';
import { packageFile } from '../common/package-file.js';
import { type Progress, silentProgress } from '../common/progress.js';
import type { Mesh } from '../geometry/index.js';
import { type MeshRequest, meshOf } from './mesh-requests.js';

export interface GenerateMeshesOptions {
  /** Worker threads; 0 generates on the calling thread. By default one per core, at most one per mesh. */
  workers?: number;
  progress?: Progress;
  signal?: AbortSignal;
}

/** Meshes in the order of the requests, generated in worker threads; the same whatever their number. */
export async function generateMeshes(
  requests: readonly MeshRequest[],
  {
    workers = Math.min(availableParallelism(), requests.length),
    progress = silentProgress,
    signal,
  }: GenerateMeshesOptions = {},
): Promise<Mesh[]> {
  if (!Number.isInteger(workers) || workers < 0) {
    throw new InvalidInputError(`generateMeshes: workers must be an integer of at least 0, got ${workers}`);
  }
  let done = 0;
  const report = () => progress.update('meshes', ++done, requests.length);
  if (workers === 0) {
    return requests.map((request) => {
      signal?.throwIfAborted();
      const mesh = meshOf(request);
      report();
      return mesh;
    });
  }
  const pool = new Piscina({ filename: packageFile('dist/datasets/mesh-worker.js'), maxThreads: workers });
  const meshes: Mesh[] = [];
  let next = 0;
  let failure: GeometryError | undefined;
  const takeTurns = async () => {
    // running tasks are left to end: the pool takes an answer that it no longer expects for an error of its own
    while (next < requests.length && !failure && !signal?.aborted) {
      const index = next++;
      try {
        meshes[index] = await pool.run(requests[index]);
        report();
      } catch (cause) {
        // thread borders keep an error's message and not its class
        failure ??= new GeometryError(`generateMeshes: mesh ${index}: ${(cause as Error).message}`, {
          cause,
        });
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: workers }, takeTurns));
  } finally {
    await pool.destroy();
  }
  if (failure) throw failure;
  signal?.throwIfAborted();
  return meshes;
}
