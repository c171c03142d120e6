import { FileError } from '../../common/errors.js';
import type { MeshFile } from '../../geometry/formats/mesh-file.js';
import { readPvd } from '../../geometry/formats/pvd.js';
import { runInSlices, type StepOptions } from '../../geometry/steps.js';
import { cellNeighboursSteps } from '../filters/cell-neighbours.js';
import { cellSetFromFile } from '../filters/cell-set-from-file.js';
import { readAnySteps } from '../formats/read-any.js';
import { Dataset, type Frame } from './dataset.js';

/** A file that the page can read: picked or dropped, or at an address. */
export interface DataFile {
  readonly name: string;
  /** Its content, or where to fetch it */
  readonly from: Blob | string;
}

/** One step of a series; a lone file is a series of one. */
export interface SeriesStep {
  readonly time: number;
  readonly file: DataFile;
}

/**
 * The steps that files make up: those a PVD file lists, or files whose names differ in a number only, or one.
 *
 * @throws FileError if a PVD file lists files that are not there, or several files belong to no series
 */
export async function seriesOf(files: readonly DataFile[], options: StepOptions = {}): Promise<SeriesStep[]> {
  const list = files.find(({ name }) => /\.pvd$/i.test(name));
  if (list) {
    const entries = readPvd(await bytesOf(list, options)).filter(({ part }) => part === 0);
    if (entries.length === 0) throw new FileError(`${list.name} lists no files.`);
    return entries
      .map(({ time, file }) => ({ time, file: listedFile(list, file, files) }))
      .sort((a, b) => a.time - b.time);
  }
  if (files.length === 1) return [{ time: 0, file: files[0] }];
  const pattern = (name: string) => name.replace(/\d+(?=\D*$)/, '#');
  const number = (name: string) => Number(/\d+(?=\D*$)/.exec(name)?.[0] ?? NaN);
  if (files.some(({ name }) => pattern(name) !== pattern(files[0].name) || Number.isNaN(number(name))))
    throw new FileError(
      `${files.length} files that form no series: open one file, a .pvd with its files, or files numbered like step_001.vtu.`,
    );
  return files.map((file) => ({ time: number(file.name), file })).sort((a, b) => a.time - b.time);
}

function listedFile(list: DataFile, path: string, files: readonly DataFile[]): DataFile {
  if (typeof list.from === 'string') {
    const url = path.split(/[/\\]/).map(encodeURIComponent).join('/');
    return { name: path, from: new URL(url, list.from).href };
  }
  const base = path.split(/[/\\]/).at(-1);
  const found = files.find(({ name }) => name === base);
  if (found) return found;
  throw new FileError(
    `${list.name} lists "${path}", which is not among the files; drop them together, or their folder.`,
  );
}

/** Reads one file and gets it ready to show. @throws FileError saying what is wrong with it; the signal's reason */
export async function openDataset(
  file: DataFile,
  options: StepOptions = {},
  frame?: Frame,
): Promise<Dataset> {
  const bytes = await bytesOf(file, options);
  let content: MeshFile;
  try {
    content = await runInSlices(readAnySteps(bytes, file.name), 'reading', bytes.length, options);
    const shown = cellSetFromFile(content);
    const { cells } = shown;
    if (cells.cellCount === 0) throw new FileError('it has no cells.');
    const neighbours = await runInSlices(
      cellNeighboursSteps(cells),
      'joining cells',
      2 * cells.cellCount,
      options,
    );
    return new Dataset(shown, neighbours, frame);
  } catch (cause) {
    if (options.signal?.aborted) throw cause;
    throw new FileError(`${file.name} cannot be shown: ${(cause as Error).message}`, { cause });
  }
}

/** The content of a file. @throws FileError if it cannot be fetched; the signal's reason */
export async function bytesOf(
  { name, from }: DataFile,
  { signal, progress }: StepOptions,
): Promise<Uint8Array> {
  signal?.throwIfAborted();
  if (typeof from !== 'string') {
    progress?.update('loading', 0, from.size);
    const bytes = new Uint8Array(await from.arrayBuffer());
    signal?.throwIfAborted();
    return bytes;
  }
  let response: Response;
  try {
    response = await fetch(from, { signal });
  } catch (cause) {
    signal?.throwIfAborted();
    throw new FileError(
      `${name} cannot be fetched from ${from}: the address does not answer, or not to other sites.`,
      {
        cause,
      },
    );
  }
  if (response.status === 404) throw new FileError(`${name} does not exist in the folder that is shown.`);
  if (!response.ok || !response.body)
    throw new FileError(`${name} cannot be fetched: the server answered ${response.status}.`);
  const total = Number(response.headers.get('content-length') ?? 0);
  const chunks: Uint8Array[] = [];
  let loaded = 0;
  const reader = response.body.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    chunks.push(part.value);
    loaded += part.value.length;
    progress?.update('loading', loaded, Math.max(total, loaded));
  }
  const bytes = new Uint8Array(loaded);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
