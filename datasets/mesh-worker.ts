import { generateMesh, type Mesh } from '../geometry/index.js';
import type { MeshRequest } from './mesh-pool.js';

/** Runs in a worker thread of {@link generateMeshes}. */
export default function run({ geometry, options }: MeshRequest): Mesh {
  return generateMesh(geometry, options);
}
