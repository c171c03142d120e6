import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { FileError } from './errors.js';

/** Writes a file whole or not at all: to a temporary name beside it, then renamed over it. Folders are made. */
export function writeFileAtomically(path: string, content: string | Uint8Array): void {
  const temporary = `${path}.${process.pid}.partial`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(temporary, content);
    renameSync(temporary, path);
  } catch (cause) {
    try {
      rmSync(temporary, { force: true });
    } catch {
      // the folder may not exist; the first error is the one to report
    }
    throw new FileError(`cannot write ${path}: ${(cause as Error).message}`, { cause });
  }
}
