import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { argv } from 'node:process';
import { build } from 'esbuild';
import { entryPoints } from './entry-points.mjs';
import { run } from './run.mjs';

/** Imports every entry point in a process of its own. @returns number of exports by entry point */
export function importEntries(project, manifest, node = argv[0]) {
  const code = `
    const counts = {};
    for (const name of ${JSON.stringify(entryPoints(manifest))}) counts[name] = Object.keys(await import(name)).length;
    console.log(JSON.stringify(counts));`;
  const counts = JSON.parse(
    run(node, ['--input-type=module', '--eval', code], { cwd: project }).stdout.trim().split('\n').at(-1),
  );
  const empty = Object.keys(counts).filter((name) => counts[name] === 0);
  if (empty.length > 0) throw new Error(`nothing is exported by ${empty.join(', ')}`);
  return counts;
}

/** @throws Error naming what the packed files import and the package does not depend on */
export async function requireDeclaredImports(project, manifest, files) {
  const programs = files
    .map(({ path }) => path)
    // the page is a bundle with everything in it
    .filter((path) => /^dist\/.*\.js$/.test(path) && !path.startsWith('dist/viewer/app/'));
  const { metafile } = await build({
    entryPoints: programs.map((path) => join(project, 'node_modules', manifest.name, path)),
    outdir: project,
    write: false,
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    metafile: true,
    logLevel: 'silent',
  });
  const named = Object.values(metafile.inputs).flatMap(({ imports }) =>
    // esbuild's own helpers are called <runtime>
    imports.filter(({ external, path }) => external && path !== '<runtime>').map(({ path }) => path),
  );
  const known = new Set([
    ...Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }),
    ...builtinModules,
  ]);
  const packageOf = (path) =>
    path
      .split('/')
      .slice(0, path.startsWith('@') ? 2 : 1)
      .join('/');
  const unknown = [...new Set(named.filter((path) => !path.startsWith('node:')).map(packageOf))].filter(
    (name) => !known.has(name),
  );
  if (unknown.length > 0) throw new Error(`imported and not depended on: ${unknown.join(', ')}`);
}
