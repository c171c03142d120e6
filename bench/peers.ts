import { spawnSync } from 'node:child_process';
import { packageFile } from '../common/package-file.js';

/**
 * Runs a peer's script of bench/peers/ and parses the one JSON object it prints.
 * Null when Python or the peer's package is not installed: a figure is measured or absent.
 */
export function runPeer<Result>(script: string, args: readonly (string | number)[]): Result | null {
  const result = spawnSync('python3', [packageFile(`bench/peers/${script}`), ...args.map(String)], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  if (result.status !== 0) {
    if (result.error || /ModuleNotFoundError/.test(result.stderr)) return null;
    throw new Error(`bench: peer ${script} failed: ${result.stderr.trim().split('\n').at(-1)}`);
  }
  return JSON.parse(result.stdout) as Result;
}
