import { FileError } from '../../common/errors.js';
import { startsWith } from '../../geometry/formats/find-bytes.js';
import type { MeshFile } from '../../geometry/formats/mesh-file.js';
import { meshFormatOf } from '../../geometry/formats/mesh-formats.js';
import { readMshSteps } from '../../geometry/formats/read-msh.js';
import { readStlSteps } from '../../geometry/formats/read-stl.js';
import { readVtkSteps } from '../../geometry/formats/read-vtk.js';
import { readVtuSteps } from '../../geometry/formats/read-vtu.js';
import type { Steps } from '../../geometry/steps.js';
import { OPENED_EXTENSIONS } from '../opened-files.js';
import { readGlb } from './read-glb.js';
import { readObjSteps } from './read-obj.js';
import { readPlySteps } from './read-ply.js';
import { fileOfSurface } from './surface-file.js';

/**
 * What a file of any kind holds: told apart by its first bytes, OBJ and STL also by its name, as they have no mark.
 *
 * @throws FileError as the reader of its kind, or if it is of no kind that is read
 */
export function* readAnySteps(bytes: Uint8Array, name: string): Steps<MeshFile> {
  if (bytes.length === 0) throw new FileError(`${name} is empty.`);
  const extension = /\.([a-z]+)$/i.exec(name)?.[1].toLowerCase();
  if (startsWith(bytes, 'glTF', 0)) return readGlb(bytes);
  if (startsWith(bytes, 'ply', 0) && (bytes[3] === 10 || bytes[3] === 13)) return yield* readPlySteps(bytes);
  if (extension === 'obj') return yield* readObjSteps(bytes);
  if (extension === 'stl') return fileOfSurface(yield* readStlSteps(bytes));
  if (startsWith(bytes, '\x89HDF', 0))
    throw new FileError(`${name} is an HDF5 file; save its mesh and fields as VTU.`);
  if (extension === 'glb' || extension === 'ply')
    throw new FileError(
      `${name} does not start as a ${extension.toUpperCase()} file does; it is damaged or of another kind.`,
    );
  let format: ReturnType<typeof meshFormatOf>;
  try {
    format = meshFormatOf(bytes);
  } catch {
    throw new FileError(
      `${name} is none of ${OPENED_EXTENSIONS.map((each) => each.toUpperCase()).join(', ')} by its first bytes.`,
    );
  }
  if (format === 'vtu') return yield* readVtuSteps(bytes);
  return yield* format === 'msh' ? readMshSteps(bytes) : readVtkSteps(bytes);
}
