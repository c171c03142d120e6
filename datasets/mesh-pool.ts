import { availableParallelism } from 'node:os';
import { GeometryError } from '../common/errors.js';
import type { Progress } from '../common/progress.js';
import type { Mesh } from '../geometry/index.js';
import { type MeshRequest, meshOf } from './mesh-requests.js';
import { inWorkers } from './worker-pool.js';

export interface GenerateMeshesOptions {
  /** Worker threads; 0 generates on the calling thread. By default one per core, at most one per mesh. */
  workers?: number;
  /** What the meshes are called in errors; by default `mesh 0`, `mesh 1`, … */
  names?: readonly string[];
  progress?: Progress;
  signal?: AbortSignal;
}

/** Meshes in the order of the requests, generated in worker threads; the same whatever their number. */
export async function generateMeshes(
  requests: readonly MeshRequest[],
  {
    workers = Math.min(availableParallelism(), requests.length),
    progress,
    signal,
    names,
  }: GenerateMeshesOptions = {},
): Promise<Mesh[]> {
  const failed = (index: number, cause: unknown) => {
    const message = `generateMeshes: ${names?.[index] ?? `mesh ${index}`}: ${(cause as Error).message}`;
    return new GeometryError(message, { cause });
  };
  return inWorkers(requests, {
    name: 'generateMeshes',
    file: 'dist/datasets/mesh-worker.js',
    run: meshOf,
    workers,
    failed,
    phase: 'meshes',
    progress,
    signal,
  });
}
