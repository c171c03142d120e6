import { availableParallelism } from 'node:os';
import { Piscina } from 'piscina';
import { GeometryError, InvalidInputError } from '../common/errors.js';
import { packageFile } from '../common/package-file.js';
import { type Progress, silentProgress } from '../common/progress.js';
import { combineSeeds } from '../common/random.js';
import {
  CORNER_REMOVED_SQUARE_DEFAULTS,
  cornerRemovedSquare,
  type GenerateMeshOptions,
  generateMesh,
  type Mesh,
  type PolygonGeometry,
} from '../geometry/index.js';

/** One mesh to generate, as plain data. */
export interface MeshRequest {
  geometry: PolygonGeometry;
  options: GenerateMeshOptions;
}

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
    return requests.map(({ geometry, options }) => {
      signal?.throwIfAborted();
      const mesh = generateMesh(geometry, options);
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

export interface CornerRemovedMeshesOptions {
  /** Corners removed from each square, 0 to 4. */
  corners: number;
  count: number;
  seed: number;
  /** Triangles aimed at. */
  cellCount?: number;
  side?: number;
}

export const CORNER_REMOVED_MESHES_DEFAULTS = {
  cellCount: 1000,
  side: CORNER_REMOVED_SQUARE_DEFAULTS.side,
} as const;

/**
 * Requests for `count` squares with `corners` removed rectangles of random sizes (see {@link cornerRemovedSquare});
 * mesh i depends on the seed, the number of corners and i alone.
 */
export function cornerRemovedMeshes(options: CornerRemovedMeshesOptions): MeshRequest[] {
  const { corners, count, seed, cellCount, side } = { ...CORNER_REMOVED_MESHES_DEFAULTS, ...options };
  if (!Number.isInteger(count) || count < 1) {
    throw new InvalidInputError(`cornerRemovedMeshes: count must be a positive integer, got ${count}`);
  }
  return Array.from({ length: count }, (_, index) => ({
    geometry: cornerRemovedSquare({ corners, side, seed: combineSeeds(seed, corners, index) }),
    options: { cellCount },
  }));
}
