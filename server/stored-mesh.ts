import { HttpProblem } from './http-problem.js';
import type { MeshStore, StoredMesh } from './mesh-store.js';
import type { ProblemRequest } from './problem-schema.js';

/** @throws HttpProblem 404 for an id that is not kept */
export function namedMesh(meshes: MeshStore, id: string): StoredMesh {
  const mesh = meshes.get(id);
  if (mesh) return mesh;
  throw new HttpProblem(404, 'meshes: no mesh of this id is kept; upload or generate it (again)', {
    kind: 'NotFound',
  });
}

/** The mesh that a problem names; undefined where it describes one. */
export function storedMesh(meshes: MeshStore, { mesh }: ProblemRequest): StoredMesh | undefined {
  return 'id' in mesh ? namedMesh(meshes, mesh.id) : undefined;
}
