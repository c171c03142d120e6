import { statSync } from 'node:fs';
import { basename, extname } from 'node:path';
import { FileError } from '../../common/errors.js';
import type { Progress } from '../../common/progress.js';
import { type MeshOfFile, meshesFromFolder } from '../../datasets/index.js';
import { meshFileSchema } from '../mesh/mesh-file-schema.js';
import { buildMesh } from './build-mesh.js';
import { readYaml } from './read-yaml.js';

export interface PartMeshesOptions {
  /** Edge length, or number of cells, in surfaces (STL) */
  readonly cellSize?: number;
  readonly cells?: number;
  readonly signal?: AbortSignal;
  readonly progress?: Progress;
}

/**
 * The parts in a folder, or the one of a file: a mesh, a surface (STL) to fill, or a YAML file with a section `mesh`. Lengths
 * are those of the files: networks see shapes only.
 *
 * @throws FileError, GeometryError naming what cannot be used; see meshesFromFolder
 */
export async function partMeshes(path: string, options: PartMeshesOptions): Promise<MeshOfFile[]> {
  const { cellSize, cells, ...watch } = options;
  const status = statSync(path, { throwIfNoEntry: false });
  if (!status)
    throw new FileError(`there is no folder or file ${path}; --parts names one with meshes or surfaces`);
  if (status.isDirectory()) {
    return meshesFromFolder(path, {
      ...watch,
      ...(cells !== undefined && { cellCount: cells }),
      ...(cellSize !== undefined && { cellSize }),
    });
  }
  const extension = extname(path).toLowerCase();
  const sizes = {
    ...(cellSize !== undefined && { cellSize }),
    ...(cells !== undefined && cellSize === undefined && { cells }),
  };
  if (extension === '.yaml' || extension === '.yml') {
    const { mesh, lengthUnit } = readYaml(path, meshFileSchema);
    return [{ file: basename(path), mesh: await buildMesh(mesh, lengthUnit, path, watch) }];
  }
  const section = { file: basename(path), holes: [], regions: [], ...(extension === '.stl' ? sizes : {}) };
  return [{ file: basename(path), mesh: await buildMesh(section, 'm', path, watch) }];
}
