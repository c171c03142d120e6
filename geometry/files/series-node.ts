import { basename, dirname, join, resolve } from 'node:path';
import { InvalidInputError } from '../../common/errors.js';
import type { ReadMeshOptions, WriteMeshOptions } from '../formats/mesh-formats.js';
import type { MeshWithData } from '../formats/mesh-from-file.js';
import { type PvdEntry, readPvd, writePvd } from '../formats/pvd.js';
import type { Mesh } from '../mesh.js';
import type { StepOptions } from '../steps.js';
import { readMeshFile, writeMeshFile } from './mesh-files-node.js';
import { aboutFile, readWholeFile, writeWholeFile } from './whole-file-node.js';

/** A series of files as its PVD file lists them. */
export interface Series {
  readonly entries: readonly PvdEntry[];
  /** Reads the file of an entry. */
  read(entry: PvdEntry, options?: ReadMeshOptions): Promise<MeshWithData>;
}

/** Opens a PVD file; its files are read one by one, when asked for. @throws FileError if it is not a PVD file */
export async function openSeries(path: string, options: StepOptions = {}): Promise<Series> {
  const bytes = await readWholeFile(path, options);
  const entries = await aboutFile(path, () => readPvd(bytes));
  return {
    entries,
    read: ({ file }, readOptions) => readMeshFile(resolve(dirname(path), file), readOptions),
  };
}

/** A step of a series: a mesh with fields at a time. */
export interface SeriesStep extends Pick<WriteMeshOptions, 'cellData' | 'pointData' | 'vtu'> {
  readonly time: number;
  readonly mesh: Mesh;
}

/**
 * Writes a series: `NAME.pvd` and, beside it, `NAME_0000.vtu`, `NAME_0001.vtu`, … as the steps come. The PVD file is written
 * last, so that it never names a file that is not there.
 *
 * @throws InvalidInputError if the path does not end in .pvd or a time is not finite; FileError if a file cannot be written;
 * the signal's reason
 */
export async function writeSeries(
  path: string,
  steps: Iterable<SeriesStep> | AsyncIterable<SeriesStep>,
  options: StepOptions = {},
): Promise<void> {
  if (!path.toLowerCase().endsWith('.pvd'))
    throw new InvalidInputError(`writeSeries: the path must end in .pvd, got '${path.slice(-60)}'.`);
  const name = basename(path).slice(0, -4);
  const entries: { time: number; file: string }[] = [];
  for await (const { time, mesh, ...data } of steps) {
    if (!Number.isFinite(time))
      throw new InvalidInputError(
        `writeSeries: step ${entries.length} must have a finite time, got ${time}.`,
      );
    const file = `${name}_${String(entries.length).padStart(4, '0')}.vtu`;
    await writeMeshFile(join(dirname(path), file), mesh, { ...data, ...options });
    entries.push({ time, file });
  }
  await writeWholeFile(path, [writePvd(entries)], options);
}
