import { spawnSync } from 'node:child_process';
import { packageFile } from '../common/package-file.js';

export interface PeerOptions {
  /** The Python to run, where the peer belongs to a certain one */
  readonly python?: string;
  /** Variables to set, or to unset with undefined, in the peer's process */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/**
 * Runs a peer's script of bench/peers/ and parses the one JSON object it prints.
 * Null when Python or the peer's package is not installed: a figure is measured or absent.
 */
export function runPeer<Result>(
  script: string,
  args: readonly (string | number)[],
  { python = 'python3', environment = {} }: PeerOptions = {},
): Result | null {
  const result = spawnSync(python, [packageFile(`bench/peers/${script}`), ...args.map(String)], {
    env: { ...process.env, ...environment },
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  if (result.status !== 0) {
    if (result.error || /ModuleNotFoundError/.test(result.stderr)) return null;
    throw new Error(`bench: peer ${script} failed: ${result.stderr.trim().split('\n').at(-1)}`);
  }
  return JSON.parse(result.stdout) as Result;
}
