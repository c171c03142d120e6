import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { build } from 'esbuild';
import { packageFile } from '../../common/package-file.js';

/** Bundles a script of this folder the way the package is built; returns the path of the result. */
export async function bundleScript(name: string): Promise<string> {
  const outfile = packageFile(`node_modules/.cache/fieldsmith-tests/${name}.js`);
  await build({
    entryPoints: [packageFile(`test/training/${name}.ts`)],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    mainFields: ['module', 'main'],
    external: ['onnxruntime-node', 'onnxruntime-web', 'piscina', 'zod'],
    banner: {
      js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);",
    },
    logLevel: 'error',
  });
  return outfile;
}

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
