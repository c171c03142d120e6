import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { FieldsmithError, FileError } from '../../common/errors.js';
import { type Hdf5Group, loadLibrary, quietly, reasonOf } from './library.js';

/**
 * Writes an HDF5 file whole or not at all: `fill` fills one of a temporary name beside it, which is then renamed over it.
 * Folders are made.
 *
 * @throws FileError when the file cannot be written; what `fill` throws passes
 */
export async function writeHdf5File(
  caller: string,
  path: string,
  fill: (root: Hdf5Group) => void | Promise<void>,
): Promise<void> {
  const library = await loadLibrary(true);
  const temporary = `${path}.${process.pid}.partial`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    const file = new library.File(temporary, 'w');
    try {
      await fill(file);
    } catch (cause) {
      quietly(() => file.close());
      throw cause;
    }
    file.close();
    renameSync(temporary, path);
  } catch (cause) {
    quietly(() => rmSync(temporary, { force: true }));
    if (cause instanceof FieldsmithError) throw cause;
    throw new FileError(`${caller}: cannot write ${path}: ${reasonOf(cause)}`, { cause });
  }
}
