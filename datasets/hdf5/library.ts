import { FieldsmithError, FileError } from '../../common/errors.js';

/** The part of h5wasm that is used here. */
export type Library = Pick<typeof import('h5wasm'), 'File' | 'Group' | 'Dataset' | 'FS'>;
export type Hdf5Group = InstanceType<Library['Group']>;
export type Hdf5Dataset = InstanceType<Library['Dataset']>;

/** A file by its path (in Node), or its bytes (anywhere). */
export type Hdf5Source = string | Uint8Array;

// not a literal, so that bundlers for the browser do not follow it
const NODE_PACKAGE = ['h5wasm', 'node'].join('/');

const loaded = new Map<boolean, Promise<Library>>();

/** h5wasm, loaded when it is first needed: 4 MB. The one for Node works on files, the other in memory. */
export function loadLibrary(onFiles: boolean): Promise<Library> {
  const known = loaded.get(onFiles);
  if (known) return known;
  const library = load(onFiles);
  loaded.set(onFiles, library);
  return library;
}

async function load(onFiles: boolean): Promise<Library> {
  const library: typeof import('h5wasm') = onFiles
    ? await import(/* @vite-ignore */ NODE_PACKAGE)
    : await import('h5wasm');
  const module = await library.ready;
  // otherwise failed reads leave arrays of whatever was in memory, and messages on the terminal
  module.activate_throwing_error_handler();
  return library;
}

let memoryFiles = 0;

/**
 * Opens a file, lends its root to `use` and closes it.
 *
 * @param caller the public function that is at work, for messages
 * @throws FileError for files that are missing, truncated, damaged or no HDF5
 */
export async function withHdf5File<Result>(
  caller: string,
  source: Hdf5Source,
  use: (root: Hdf5Group) => Result,
): Promise<Result> {
  const inMemory = typeof source !== 'string';
  const library = await loadLibrary(!inMemory);
  const path = inMemory ? `/memory-${memoryFiles++}.h5` : source;
  const name = inMemory ? 'the file' : source;
  if (inMemory) library.FS!.writeFile(path, source);
  try {
    const file = explained(caller, name, () => new library.File(path, 'r'));
    try {
      return explained(caller, name, () => use(file));
    } finally {
      quietly(() => file.close());
    }
  } finally {
    if (inMemory) library.FS!.unlink(path);
  }
}

/** Runs `work`, and turns what the library throws into one sentence. Errors of this package pass. */
export function explained<Result>(caller: string, name: string, work: () => Result): Result {
  try {
    return work();
  } catch (cause) {
    if (cause instanceof FieldsmithError) throw cause;
    throw new FileError(`${caller}: ${name} cannot be read as HDF5: ${reasonOf(cause)}`, { cause });
  }
}

/** The innermost reason of HDF5's stack of errors, whose lines are `#003: …/H5Fsuper.c line 577 in f(): reason`. */
export function reasonOf(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  const reasons = [...text.matchAll(/^ *#\d+:.*?\(\): (.*)$/gm)];
  return (reasons.at(-1)?.[1] ?? text.split('\n', 1)[0]).slice(0, 200);
}

/** Closing must not hide what went wrong before. */
export function quietly(work: () => unknown): void {
  try {
    work();
  } catch {
    // the error that matters is on its way already
  }
}
