import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { FieldsmithError, FileError } from '../../common/errors.js';
import type { StepOptions } from '../steps.js';

const STEP_BYTES = 2 ** 24;

/**
 * A file's bytes, read in parts: the event loop runs, and files over 2 GiB can be read too.
 * @throws FileError if it cannot be read; the signal's reason
 */
export async function readWholeFile(
  path: string,
  { signal, progress }: StepOptions = {},
): Promise<Uint8Array> {
  signal?.throwIfAborted();
  const handle = await open(path).catch((cause) => {
    throw new FileError(`cannot read ${path}: ${cause.message}`, { cause });
  });
  try {
    const status = await handle.stat();
    if (!status.isFile()) throw new FileError(`cannot read ${path}: it is no file.`);
    const bytes = new Uint8Array(status.size);
    for (let filled = 0; filled < bytes.length; ) {
      const length = Math.min(STEP_BYTES, bytes.length - filled);
      const { bytesRead } = await handle.read(bytes, filled, length, filled);
      if (bytesRead === 0) throw new FileError(`cannot read ${path}: it became shorter meanwhile.`);
      filled += bytesRead;
      progress?.update('loading', filled, bytes.length);
      signal?.throwIfAborted();
    }
    return bytes;
  } finally {
    await handle.close();
  }
}

/**
 * Writes chunks as one file, whole or not at all: to a temporary name beside it and to the disk, then renamed over it. Folders
 * are made.
 * @throws FileError if it cannot be written; the signal's reason
 */
export async function writeWholeFile(
  path: string,
  chunks: readonly Uint8Array[],
  { signal, progress }: StepOptions = {},
): Promise<void> {
  signal?.throwIfAborted();
  const total = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  const temporary = `${path}.${process.pid}.partial`;
  try {
    await mkdir(dirname(path), { recursive: true });
    const handle = await open(temporary, 'w');
    try {
      let written = 0;
      for (const chunk of chunks)
        for (let start = 0; start < chunk.length; start += STEP_BYTES) {
          const part = chunk.subarray(start, start + STEP_BYTES);
          await handle.writeFile(part);
          written += part.length;
          progress?.update('saving', written, total);
          signal?.throwIfAborted();
        }
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => {});
    if (signal?.aborted) throw signal.reason;
    throw new FileError(`cannot write ${path}: ${(cause as Error).message}`, { cause });
  }
}

/** Runs work on a file; errors of this package say which file it was. */
export async function aboutFile<T>(path: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof FieldsmithError && !error.message.includes(path))
      error.message = `${path}: ${error.message}`;
    throw error;
  }
}
