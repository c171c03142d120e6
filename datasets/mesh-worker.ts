import type { Mesh } from '../geometry/index.js';
import { type MeshRequest, meshOf } from './mesh-requests.js';

/** Runs in a worker thread of `generateMeshes`. */
export default function run(request: MeshRequest): Mesh {
  return meshOf(request);
}
