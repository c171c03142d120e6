import { spawnSync } from 'node:child_process';

/**
 * Runs a program to its end.
 *
 * @returns its exit code, both outputs and the seconds it took; `expected` is the exit code that is no error, undefined for any
 * @throws Error with the last lines of its output for any other exit code
 */
export function run(program, args, options = {}) {
  const { expected, ...rest } = { expected: 0, ...options };
  const started = performance.now();
  const { status, signal, stdout, stderr, error } = spawnSync(program, args, {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    ...rest,
  });
  if (error) throw error;
  if (expected !== undefined && status !== expected) {
    const last = `${stdout}\n${stderr}`.trim().split('\n').slice(-15).join('\n');
    throw new Error(`${[program, ...args].join(' ')} ended with ${signal ?? status}:\n${last}`);
  }
  return { status, stdout, stderr, seconds: (performance.now() - started) / 1000 };
}
