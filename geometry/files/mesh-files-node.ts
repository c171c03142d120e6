import {
  meshFormatOfName,
  type ReadMeshOptions,
  readMesh,
  type WriteMeshOptions,
  writeMesh,
} from '../formats/mesh-formats.js';
import type { MeshWithData } from '../formats/mesh-from-file.js';
import { type ReadStlOptions, readStlSteps } from '../formats/read-stl.js';
import { type WriteStlOptions, writeStl } from '../formats/write-stl.js';
import type { Mesh } from '../mesh.js';
import { runInSlices, type StepOptions } from '../steps.js';
import type { TriangleSurface } from '../triangle-surface.js';
import { aboutFile, readWholeFile, writeWholeFile } from './whole-file-node.js';
import { NODE_ZLIB } from './zlib-node.js';

/**
 * Reads a mesh and the data on it from a VTU, Gmsh MSH or legacy VTK file, told apart by their first bytes.
 *
 * Peak memory is the file, what `readVtu` and its like take, and the mesh.
 *
 * @throws FileError if the file cannot be read, is of another format, truncated or corrupt; GeometryError if its cells do not
 * form a mesh; the signal's reason
 */
export async function readMeshFile(path: string, options: ReadMeshOptions = {}): Promise<MeshWithData> {
  const bytes = await readWholeFile(path, options);
  return aboutFile(path, () => readMesh(bytes, { zlib: NODE_ZLIB, ...options }));
}

/**
 * Writes a mesh and fields as `.vtu`, `.msh` or `.vtk`, whole or not at all.
 *
 * @throws InvalidInputError if the extension is another, or the format cannot hold the mesh; FileError if the file cannot be
 * written; the signal's reason
 */
export async function writeMeshFile(path: string, mesh: Mesh, options: WriteMeshOptions = {}): Promise<void> {
  const vtu = { zlib: NODE_ZLIB, ...options.vtu };
  const chunks = await writeMesh(mesh, meshFormatOfName(path), { ...options, vtu });
  await writeWholeFile(path, chunks, options);
}

/** Reads a surface from an STL file; see readStl. */
export async function readStlFile(
  path: string,
  options: ReadStlOptions & StepOptions = {},
): Promise<TriangleSurface> {
  const bytes = await readWholeFile(path, options);
  return aboutFile(path, () => runInSlices(readStlSteps(bytes, options), 'reading', bytes.length, options));
}

/** Writes a surface as an STL file, whole or not at all; see writeStl. */
export async function writeStlFile(
  path: string,
  surface: TriangleSurface,
  options: WriteStlOptions & StepOptions = {},
): Promise<void> {
  await writeWholeFile(path, [writeStl(surface, options)], options);
}
