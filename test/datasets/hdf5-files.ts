import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { packageFile } from '../../common/package-file.js';

export const fixture = (name: string): string => packageFile(`test/fixtures/hdf5/${name}.h5`);
export const fixtureBytes = (name: string): Uint8Array => new Uint8Array(readFileSync(fixture(name)));

/** Whether h5py is there to write and read with. */
export const hasH5py = spawnSync('python3', ['-c', 'import h5py']).status === 0;

/** Runs a script of this folder and returns what it prints. */
export function python(script: string, ...argv: string[]): string {
  const { status, stdout, stderr } = spawnSync('python3', [packageFile(`test/datasets/${script}`), ...argv], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  if (status !== 0) throw new Error(stderr);
  return stdout;
}
