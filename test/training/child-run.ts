import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { bundleTest } from '../runtime/bundle-test.js';

/** Bundles a script of this folder; returns the path of the result. */
export const bundleScript = (name: string): Promise<string> => bundleTest(`test/training/${name}.ts`, 'node');

export function start(script: string, args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
}

/** Exit code, or null after a signal. */
export function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.once('exit', (code) => resolve(code)));
}

/** Kills the process without warning once its metrics file has `lines` lines. */
export async function killAfterLines(child: ChildProcess, path: string, lines: number): Promise<void> {
  const exit = ended(child);
  const count = () => (existsSync(path) ? readFileSync(path, 'utf8').split('\n').length - 1 : 0);
  while (child.exitCode === null && count() < lines) await new Promise((resolve) => setTimeout(resolve, 3));
  child.kill('SIGKILL');
  await exit;
}
