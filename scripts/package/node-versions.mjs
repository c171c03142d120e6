import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { env } from 'node:process';
import { run } from './run.mjs';

/**
 * A Node of a major version and an npm of another, from the registry's packages `node` and `npm`.
 *
 * @returns `versions` and `npm(args, options)`, `node(args, options)`, which run them
 */
export function toolchain(nodeMajor, npmMajor, folder) {
  const nodeFolder = installed(`node@${nodeMajor}`, folder, []);
  const npmFolder = installed(`npm@${npmMajor}`, folder, ['--ignore-scripts']);
  const node = join(nodeFolder, 'node_modules/node/bin/node');
  const npm = join(npmFolder, 'node_modules/npm/bin/npm-cli.js');
  const withPath = ({ env: more, ...options } = {}) => ({
    ...options,
    // what a package's scripts call node is this one too
    env: { ...env, ...more, PATH: `${join(nodeFolder, 'node_modules/node/bin')}${delimiter}${env.PATH}` },
  });
  return {
    versions: {
      node: run(node, ['--version']).stdout.trim().slice(1),
      npm: run(node, [npm, '--version']).stdout.trim(),
    },
    nodePath: node,
    node: (args, options) => run(node, args, withPath(options)),
    npm: (args, options) => run(node, [npm, ...args], withPath(options)),
  };
}

function installed(wanted, folder, flags) {
  const place = join(folder, wanted.replace('@', '-'));
  if (existsSync(join(place, 'node_modules'))) return place;
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, 'package.json'), '{ "private": true }');
  run('npm', ['install', '--no-audit', '--no-fund', '--silent', ...flags, wanted], { cwd: place });
  return place;
}
