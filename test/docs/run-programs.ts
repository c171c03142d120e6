import { spawn } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { packageFile } from '../../common/package-file.js';
import type { BlockProgram } from './block-program.js';

/** How a block ended. */
export interface BlockRun {
  readonly key: string;
  readonly seconds: number;
  /** What it threw, or undefined */
  readonly error?: string;
}

/** Imports modules one after another, each in a working folder of its own, and prints a line of JSON for each. */
const RUNNER = `
import { chdir, stdout } from 'node:process';
import { mkdirSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
const [root, ...names] = process.argv.slice(2);
console.log = () => {};
for (const name of names) {
  mkdirSync(root + '/work/' + name, { recursive: true });
  chdir(root + '/work/' + name);
  const start = performance.now();
  let error;
  try {
    await import(pathToFileURL(root + '/' + name + '.mjs'));
  } catch (thrown) {
    error = thrown?.stack ?? String(thrown);
  }
  stdout.write(JSON.stringify({ name, seconds: (performance.now() - start) / 1000, error }) + '\\n');
}
process.exit(0);
`;

/**
 * Runs blocks on the built package, as programs of another package that has it installed in `folder`.
 *
 * @throws Error where the process ends before all have run
 */
export async function runPrograms(programs: readonly BlockProgram[], folder: string): Promise<BlockRun[]> {
  mkdirSync(join(folder, 'node_modules'), { recursive: true });
  symlinkSync(packageFile('.'), join(folder, 'node_modules/fieldsmith'), 'junction');
  const names = programs.map((_, i) => `block-${i}`);
  programs.forEach(({ smaller }, i) => {
    writeFileSync(join(folder, `${names[i]}.ts`), smaller);
  });
  await build({
    entryPoints: names.map((name) => join(folder, `${name}.ts`)),
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    packages: 'external',
    // not the sources, which the type checker takes for the package
    tsconfigRaw: {},
    format: 'esm',
    platform: 'node',
    target: 'node20',
    logLevel: 'error',
  });
  writeFileSync(join(folder, 'runner.mjs'), RUNNER);
  const child = spawn(process.execPath, [join(folder, 'runner.mjs'), folder, ...names], {
    env: { ...process.env, FIELDSMITH: packageFile('.') },
  });
  let [output, complaints] = ['', ''];
  child.stdout.on('data', (text) => {
    output += text;
  });
  child.stderr.on('data', (text) => {
    complaints += text;
  });
  const code = await new Promise((ended) => child.on('close', ended));
  const runs = output
    .trim()
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as { name: string; seconds: number; error?: string });
  if (runs.length < programs.length) {
    const last = programs[runs.length].block;
    throw new Error(`${last.page}:${last.line}: the process ended with ${code} at this block\n${complaints}`);
  }
  return runs.map(({ seconds, error }, i) => ({ key: programs[i].block.key, seconds, error }));
}
