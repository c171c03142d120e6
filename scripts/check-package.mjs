// node scripts/check-package.mjs [--node 20,22,24 [--npm 11,10] [--tarball FILE]] [--write FILE] [--keep]: packs the package and checks
// what a user gets.
//
// Always: files and sizes, publint, arethetypeswrong, declared dependencies, the import of every entry point, types under both
// kinds of module resolution. With --node also: installs the tarball into empty projects with each Node and npm, from a cache of
// their own, imports and runs it there, and opens pages that esbuild and Vite made of it; with --tarball nothing else. --write makes a
// table of that, anew after each installation.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process, { exit } from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { checkBundles } from './package/check-bundles.mjs';
import { importEntries, requireDeclaredImports } from './package/check-imports.mjs';
import { checkInstallation } from './package/check-installation.mjs';
import { checkTypes, RESOLUTIONS } from './package/check-types.mjs';
import { linkedProject } from './package/linked-project.mjs';
import { toolchain } from './package/node-versions.mjs';
import { packCheckout } from './package/pack-checkout.mjs';
import { requireBudget } from './package/package-budget.mjs';
import { packagingTable } from './package/packaging-table.mjs';
import { run } from './package/run.mjs';

const { values } = parseArgs({
  options: {
    node: { type: 'string' },
    npm: { type: 'string', default: '11,10' },
    tarball: { type: 'string' },
    write: { type: 'string' },
    keep: { type: 'boolean', default: false },
  },
});
const checkout = fileURLToPath(new URL('..', import.meta.url));
const manifest = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8'));
const folder = mkdtempSync(join(tmpdir(), 'fieldsmith-package-'));
// half a gigabyte for each installation: also where a check ends the process
if (!values.keep) process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
const tool = (name) => join(checkout, 'node_modules/.bin', name);

/** One check: a line that says what it found, or the end. */
async function check(name, work) {
  const started = performance.now();
  try {
    const found = await work();
    const seconds = (performance.now() - started) / 1000;
    console.log(`${name.padEnd(22)}${found}  (${seconds.toFixed(1)} s)`);
    return found;
  } catch (error) {
    console.error(`${name.padEnd(22)}FAILED\n${error.message}`);
    exit(1);
  }
}

let tarball = values.tarball && resolve(values.tarball);
const rows = [];
if (!tarball) await checkPackage();

/** Everything that takes less than a minute on a quiet machine. */
async function checkPackage() {
  const fast = async (name, work) => rows.push({ name, found: await check(name, work) });
  let packed;
  await fast('pack', () => {
    packed = packCheckout(checkout, folder);
    return requireBudget(packed);
  });
  await fast('publint', () => {
    run(tool('publint'), [packed.tarball, '--strict']);
    return 'no complaint';
  });
  await fast('arethetypeswrong', () => {
    run(tool('attw'), [packed.tarball, '--profile', 'esm-only']);
    return 'no problem for ES modules under node16 and bundler';
  });
  const project = linkedProject(packed.tarball, manifest, checkout, join(folder, 'linked'));
  await fast('dependencies', async () => {
    await requireDeclaredImports(project, manifest, packed.files);
    return 'everything imported is depended on';
  });
  await fast('imports', () => {
    const counts = Object.values(importEntries(project, manifest));
    return `${counts.length} entry points, ${counts.reduce((sum, count) => sum + count, 0)} exports`;
  });
  await fast('types', () => {
    checkTypes(project, manifest, checkout);
    return Object.keys(RESOLUTIONS).join(', ');
  });
  tarball = packed.tarball;
}

const installations = [];
let bundles;
for (const npmMajor of values.node ? values.npm.split(',') : []) {
  for (const nodeMajor of values.node.split(',')) {
    const place = join(folder, `node-${nodeMajor}-npm-${npmMajor}`);
    await check(`Node ${nodeMajor}, npm ${npmMajor}`, () => {
      const tools = toolchain(nodeMajor, npmMajor, join(folder, 'tools'));
      const cache = join(folder, 'cache');
      const found = checkInstallation({ tarball, manifest, tools, folder: place, cache });
      installations.push(found);
      return `installed in ${found.seconds.toFixed(0)} s, solves with a residual of ${found.residual.toExponential(1)}`;
    });
    if (!bundles) {
      await check('bundles', async () => {
        bundles = await checkBundles(place);
        return Object.entries(bundles)
          .map(
            ([name, { bytes, found }]) => `${name} ${(bytes / 1e6).toFixed(2)} MB${found ? ', opened' : ''}`,
          )
          .join('; ');
      });
    }
    // half a gigabyte each
    if (!values.keep) rmSync(place, { recursive: true, force: true });
    if (values.write)
      writeFileSync(values.write, packagingTable({ rows, installations, bundles, ...here() }));
  }
}

function here() {
  const [date] = new Date().toISOString().split('T');
  const hardware = `${cpus()[0].model.trim()}, ${cpus().length} cores`;
  const command = `node scripts/check-package.mjs --node ${values.node} --npm ${values.npm}${values.tarball ? ' --tarball …' : ''}`;
  return { command, hardware, date };
}
