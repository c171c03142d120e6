import type { MeshWithFields } from './mesh-from-request.js';
import type { MeshSummary } from './mesh-summary.js';

/** A mesh that requests can name. */
export interface StoredMesh extends MeshWithFields {
  readonly summary: MeshSummary;
}

export interface MeshStore {
  readonly bytes: number;
  readonly count: number;
  /** The mesh, which becomes the one used last. */
  get(id: string): StoredMesh | undefined;
  /** Keeps a mesh and forgets those that have gone unused for longest, until all fit. */
  put(mesh: StoredMesh): void;
  delete(id: string): boolean;
  /** Whether a mesh of so many bytes can be kept at all. */
  fits(bytes: number): boolean;
  list(): readonly MeshSummary[];
}

/** Meshes by id in at most `maximumBytes`. A job that works on a mesh keeps it alive when it is forgotten here. */
export function meshStore(maximumBytes: number): MeshStore {
  // a Map remembers the order of insertion: the first one has gone unused for longest
  const meshes = new Map<string, StoredMesh>();
  let bytes = 0;
  const remove = (id: string) => {
    const mesh = meshes.get(id);
    if (mesh) bytes -= mesh.summary.bytes;
    return meshes.delete(id);
  };
  return {
    get bytes() {
      return bytes;
    },
    get count() {
      return meshes.size;
    },
    get(id) {
      const mesh = meshes.get(id);
      if (!mesh) return undefined;
      meshes.delete(id);
      meshes.set(id, mesh);
      return mesh;
    },
    put(mesh) {
      remove(mesh.summary.id);
      for (const id of meshes.keys()) {
        if (bytes + mesh.summary.bytes <= maximumBytes) break;
        remove(id);
      }
      meshes.set(mesh.summary.id, mesh);
      bytes += mesh.summary.bytes;
    },
    delete: remove,
    fits: (wanted) => wanted <= maximumBytes,
    list: () => [...meshes.values()].map(({ summary }) => summary),
  };
}
