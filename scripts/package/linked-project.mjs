import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { run } from './run.mjs';

/**
 * An empty project with the unpacked tarball and, in place of an installation, the checkout's own dependencies: those that the
 * package names, and no others.
 *
 * @returns its folder
 */
export function linkedProject(tarball, manifest, checkout, folder) {
  const modules = join(folder, 'node_modules');
  mkdirSync(join(modules, manifest.name), { recursive: true });
  run('tar', ['-xzf', tarball, '-C', join(modules, manifest.name), '--strip-components=1']);
  for (const name of [...Object.keys(manifest.dependencies), '@types/node']) {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(join(checkout, 'node_modules', name), join(modules, name), 'junction');
  }
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'project', private: true, type: 'module' }),
  );
  return folder;
}
