import { copyFileSync, existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { run } from './run.mjs';

/** What no build step reads; node_modules as a link, which Git does not take for a folder. */
const LEFT_OUT = /^(bench|docs|test)\/|^node_modules$/;

/**
 * `npm pack` of a copy of the checkout, so that the build for the package leaves its dist/ alone.
 *
 * @param checkout folder of the repository, its node_modules installed
 * @param folder empty folder for the copy and the tarball
 * @returns path of the tarball, bytes packed and unpacked, and the files in it with their bytes
 */
export function packCheckout(checkout, folder) {
  const copy = join(folder, 'checkout');
  const { stdout } = run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: checkout,
  });
  for (const file of stdout.split('\0')) {
    // a file that is deleted and not yet committed is listed all the same
    if (!file || LEFT_OUT.test(file) || !existsSync(join(checkout, file))) continue;
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    copyFileSync(join(checkout, file), join(copy, file));
  }
  symlinkSync(join(checkout, 'node_modules'), join(copy, 'node_modules'), 'junction');
  const started = performance.now();
  // by itself, as npm pack keeps what a failing build says
  run('npm', ['run', '--silent', 'prepack'], { cwd: copy });
  const packed = run(
    'npm',
    ['pack', '--json', '--silent', '--ignore-scripts', '--pack-destination', folder],
    {
      cwd: copy,
    },
  );
  const { filename, size, unpackedSize, files } = Object.values(JSON.parse(packed.stdout))[0];
  const seconds = (performance.now() - started) / 1000;
  return { tarball: join(folder, filename), size, unpackedSize, files, seconds };
}
