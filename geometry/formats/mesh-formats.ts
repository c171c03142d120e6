import { FileError, InvalidInputError } from '../../common/errors.js';
import type { Mesh } from '../mesh.js';
import { runInSlices, type StepOptions, type Steps } from '../steps.js';
import { startsWith } from './find-bytes.js';
import { type MeshFromFileOptions, type MeshWithData, meshFromFileSteps } from './mesh-from-file.js';
import { readMshSteps } from './read-msh.js';
import { readVtkSteps } from './read-vtk.js';
import { type ReadVtuOptions, readVtuSteps } from './read-vtu.js';
import { type WriteMshOptions, writeMshSteps } from './write-msh.js';
import { type WriteVtkOptions, writeVtkSteps } from './write-vtk.js';
import { type WriteVtuOptions, writeVtuSteps } from './write-vtu.js';

/** Formats of a mesh with cells; an STL file holds a surface and is read by `readStl`. */
export type MeshFormat = 'vtu' | 'msh' | 'vtk';

/** The format of a file by its first bytes. @throws FileError if it is none of those that are read */
export function meshFormatOf(bytes: Uint8Array): MeshFormat {
  if (/^# vtk DataFile/i.test(new TextDecoder().decode(bytes.subarray(0, 14)))) return 'vtk';
  let start = startsWith(bytes, '\xef\xbb\xbf', 0) ? 3 : 0;
  while (start < bytes.length && bytes[start] <= 32) start++;
  if (bytes[start] === 36) return 'msh';
  if (bytes[start] === 60) return 'vtu';
  throw new FileError(
    'meshFormatOf: the file is neither VTU, Gmsh MSH nor legacy VTK by its first bytes; if it holds a surface (STL), read it with readStl.',
  );
}

export interface ReadMeshOptions extends ReadVtuOptions, MeshFromFileOptions, StepOptions {
  /** Default: by the first bytes */
  readonly format?: MeshFormat;
}

/**
 * The mesh and data of a file's bytes, whatever its format, in slices of about 30 ms between which the event loop runs; some
 * passes over all cells are not divided, and building a mesh of polygons is one slice.
 *
 * @throws FileError, GeometryError as `readVtu`, `readMsh`, `readVtk` and `meshFromFile`; the signal's reason
 */
export async function readMesh(bytes: Uint8Array, options: ReadMeshOptions = {}): Promise<MeshWithData> {
  const format = options.format ?? meshFormatOf(bytes);
  const steps =
    format === 'vtu'
      ? readVtuSteps(bytes, options)
      : format === 'msh'
        ? readMshSteps(bytes)
        : readVtkSteps(bytes);
  const file = await runInSlices(steps, 'reading', bytes.length, options);
  return runInSlices(meshFromFileSteps(file, options), 'building', 100, options);
}

type FormatOptions = WriteVtuOptions & WriteMshOptions & WriteVtkOptions;

/** Options of the writer of a format; one that a format does not know is ignored by it. */
export interface WriteMeshOptions extends Pick<FormatOptions, 'cellData' | 'pointData'>, StepOptions {
  readonly vtu?: WriteVtuOptions;
  readonly msh?: WriteMshOptions;
  readonly vtk?: WriteVtkOptions;
}

/** A mesh and fields as the chunks of a file, in slices as {@link readMesh}. */
export async function writeMesh(
  mesh: Mesh,
  format: MeshFormat,
  options: WriteMeshOptions = {},
): Promise<readonly Uint8Array[]> {
  const { cellData = {}, pointData = {} } = options;
  const data = { cellData, pointData };
  const steps: Steps<readonly Uint8Array[]> =
    format === 'vtu'
      ? writeVtuSteps(mesh, { ...data, ...options.vtu })
      : format === 'msh'
        ? writeMshSteps(mesh, { ...data, ...options.msh })
        : writeVtkSteps(mesh, { ...data, ...options.vtk });
  return runInSlices(steps, 'writing', valueCount(mesh, [cellData, pointData]), options);
}

/** Values that every format writes; the faces of patches and interfaces are few beside them. */
function valueCount({ points, dimension, cellPoints, cellCount }: Mesh, data: FormatOptions['cellData'][]) {
  let count = (3 * points.length) / dimension + cellPoints.length + 2 * cellCount;
  for (const fields of data)
    for (const field of Object.values(fields ?? {}))
      count += (ArrayBuffer.isView(field) ? field : field.values).length;
  return count;
}

/** The format by the extension of a name. @throws InvalidInputError if it is none of those that are written */
export function meshFormatOfName(name: string): MeshFormat {
  const extension = /\.([a-z]+)$/i.exec(name)?.[1].toLowerCase();
  if (extension === 'vtu' || extension === 'msh' || extension === 'vtk') return extension;
  throw new InvalidInputError(
    `meshFormatOfName: a mesh is written as .vtu, .msh or .vtk, got '${name.slice(-60)}'.`,
  );
}
