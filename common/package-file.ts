import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FileError } from './errors.js';

/** Path of a file of this package, `dist/…` or any other, from built chunks and from sources under a test runner alike. */
export function packageFile(relativePath: string): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new FileError('packageFile: no package.json above ' + import.meta.url);
    folder = parent;
  }
  return join(folder, relativePath);
}
