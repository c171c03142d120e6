// node scripts/check-package.mjs [--node 20,22,24 [--npm 10,11]] [--write FILE] [--keep]: packs the package and checks what a user gets.
//
// Always: files and sizes, publint, arethetypeswrong, declared dependencies, the import of every entry point, types under both
// kinds of module resolution. With --node also: installs the tarball into empty projects with each Node and npm, from a cache of
// their own, imports and runs it there, and opens pages that esbuild and Vite made of it. --write makes a table of that.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exit } from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { importEntries, requireDeclaredImports } from './package/check-imports.mjs';
import { checkTypes, RESOLUTIONS } from './package/check-types.mjs';
import { linkedProject } from './package/linked-project.mjs';
import { packCheckout } from './package/pack-checkout.mjs';
import { requireBudget } from './package/package-budget.mjs';
import { run } from './package/run.mjs';

const { values } = parseArgs({
  options: {
    node: { type: 'string' },
    npm: { type: 'string', default: '10,11' },
    write: { type: 'string' },
    keep: { type: 'boolean', default: false },
  },
});
const checkout = fileURLToPath(new URL('..', import.meta.url));
const manifest = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8'));
const folder = mkdtempSync(join(tmpdir(), 'fieldsmith-package-'));
const tool = (name) => join(checkout, 'node_modules/.bin', name);
const rows = [];

/** One check: a line that says what it found, or the end. */
async function check(name, work) {
  const started = performance.now();
  try {
    const found = await work();
    const seconds = (performance.now() - started) / 1000;
    rows.push({ name, found, seconds });
    console.log(`${name.padEnd(28)}${found}  (${seconds.toFixed(1)} s)`);
  } catch (error) {
    console.error(`${name.padEnd(28)}FAILED\n${error.message}`);
    exit(1);
  }
}

let packed;
await check('pack', () => {
  packed = packCheckout(checkout, folder);
  return requireBudget(packed);
});
await check('publint', () => {
  run(tool('publint'), [packed.tarball, '--strict']);
  return 'no complaint';
});
await check('arethetypeswrong', () => {
  run(tool('attw'), [packed.tarball, '--profile', 'esm-only']);
  return 'no problem for ES modules under node16 and bundler';
});
const project = linkedProject(packed.tarball, manifest, checkout, join(folder, 'linked'));
await check('dependencies', async () => {
  await requireDeclaredImports(project, manifest, packed.files);
  return 'everything imported is depended on';
});
await check('imports', () => {
  const counts = Object.values(importEntries(project, manifest));
  return `${counts.length} entry points, ${counts.reduce((sum, count) => sum + count, 0)} exports`;
});
await check('types', () => {
  checkTypes(project, manifest, checkout);
  return Object.keys(RESOLUTIONS).join(', ');
});
if (!values.keep) rmSync(folder, { recursive: true, force: true });
