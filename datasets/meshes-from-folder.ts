import { readdir } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { FieldsmithError, FileError, InvalidInputError } from '../common/errors.js';
import { readMeshFile, readStlFile } from '../geometry/files/index.js';
import type { Mesh } from '../geometry/index.js';
import { type GenerateMeshesOptions, generateMeshes } from './mesh-pool.js';
import type { SurfaceMeshRequest } from './mesh-requests.js';
import { sizeForCount } from './size-for-count.js';

export interface MeshesFromFolderOptions extends Omit<GenerateMeshesOptions, 'names'> {
  /** Tetrahedra aimed at in each surface (STL), met within about 15 % from 5,000 on; or give `cellSize` */
  cellCount?: number;
  /** Edge length of the tetrahedra in surfaces, in the unit of the files */
  cellSize?: number;
  /** Edges of surfaces with larger bends, in degrees, are kept sharp; see `generateTetrahedra` */
  featureAngle?: number;
}

export const MESHES_FROM_FOLDER_DEFAULTS = { cellCount: 10_000 } as const;

/** A mesh and where it came from. */
export interface MeshOfFile {
  /** Name of the file in the folder */
  readonly file: string;
  readonly mesh: Mesh;
}

const READ_AS_MESH: readonly string[] = ['.msh', '.vtu', '.vtk'];
const READ_AS_SURFACE = '.stl';

/**
 * The meshes of a folder's `.msh`, `.vtu` and `.vtk` files as they are, and of its `.stl` surfaces filled with tetrahedra, by
 * file name; other files are passed over. Patches are those of the files: Gmsh's physical groups, named faces, STL solids,
 * and the pieces between sharp edges where a surface names none.
 *
 * @throws FileError naming every file that could not be read and why, for a folder without such files, and for meshes of
 *   the plane and of space together; GeometryError naming a surface that could not be filled; the signal's reason
 */
export async function meshesFromFolder(
  folder: string,
  options: MeshesFromFolderOptions = {},
): Promise<MeshOfFile[]> {
  const { cellSize, cellCount, featureAngle, ...running } = { ...MESHES_FROM_FOLDER_DEFAULTS, ...options };
  for (const [name, value] of Object.entries({ cellSize, cellCount })) {
    if (value === undefined || (value > 0 && Number.isFinite(value))) continue;
    throw new InvalidInputError(`meshesFromFolder: ${name} must be positive, got ${value}`);
  }
  const found = await namesIn(folder);
  const meshes = new Map<string, Mesh>();
  const surfaces = new Map<string, SurfaceMeshRequest>();
  const failures: string[] = [];
  let done = 0;
  for (const file of found) {
    running.signal?.throwIfAborted();
    const path = join(folder, file);
    try {
      if (READ_AS_MESH.includes(extension(file))) {
        meshes.set(file, (await readMeshFile(path, { signal: running.signal })).mesh);
      } else {
        const surface = await readStlFile(path, { signal: running.signal });
        const size = cellSize ?? sizeForCount(surface, cellCount);
        surfaces.set(file, { kind: 'surface', options: { surface, cellSize: size, featureAngle } });
      }
    } catch (error) {
      if (!(error instanceof FieldsmithError)) throw error;
      failures.push(error.message.includes(path) ? error.message : `${path}: ${error.message}`);
    }
    running.progress?.update('files', ++done, found.length);
  }
  if (failures.length > 0) {
    throw new FileError(
      `meshesFromFolder: ${failures.length} of ${found.length} files could not be used; repair or move them away:\n` +
        failures.join('\n'),
    );
  }
  if (surfaces.size > 0) {
    const files = [...surfaces.keys()];
    const names = files.map((file) => join(folder, file));
    const filled = await generateMeshes([...surfaces.values()], { ...running, names });
    files.forEach((file, index) => {
      meshes.set(file, filled[index]);
    });
  }
  requireOneDimension(folder, meshes);
  return found.map((file) => ({ file, mesh: meshes.get(file)! }));
}

async function namesIn(folder: string): Promise<string[]> {
  const known = [...READ_AS_MESH, READ_AS_SURFACE];
  const entries = await readdir(folder).catch((cause) => {
    throw new FileError(`meshesFromFolder: cannot read the folder ${folder}: ${cause.message}`, { cause });
  });
  const found = entries.filter((name) => known.includes(extension(name))).sort();
  if (found.length > 0) return found;
  throw new FileError(`meshesFromFolder: ${folder} holds no file that ends in ${known.join(', ')}`);
}

const extension = (file: string) => extname(file).toLowerCase();

function requireOneDimension(folder: string, meshes: ReadonlyMap<string, Mesh>): void {
  const names = (dimension: number) =>
    [...meshes].filter(([, mesh]) => mesh.dimension === dimension).map(([file]) => file);
  const [plane, space] = [names(2), names(3)];
  if (plane.length === 0 || space.length === 0) return;
  throw new FileError(
    `meshesFromFolder: ${folder} holds meshes of the plane (${plane[0]}) and of space (${space[0]}); make a folder of each`,
  );
}
