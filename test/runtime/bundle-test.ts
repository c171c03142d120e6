import { basename } from 'node:path';
import { build } from 'esbuild';
import { packageFile } from '../../common/package-file.js';

/** Bundles a script of the tests for a child process or a page; returns the path of the result. */
export async function bundleTest(path: string, platform: 'node' | 'browser'): Promise<string> {
  const outfile = packageFile(`node_modules/.cache/fieldsmith-tests/${basename(path, '.ts')}.js`);
  await build({
    entryPoints: [packageFile(path)],
    outfile,
    bundle: true,
    format: 'esm',
    platform,
    target: platform === 'node' ? 'node20' : 'es2022',
    mainFields: platform === 'node' ? ['module', 'main'] : ['browser', 'module', 'main'],
    external: platform === 'node' ? ['onnxruntime-node', 'onnxruntime-web', 'piscina', 'zod'] : [],
    banner:
      platform === 'node'
        ? {
            js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);",
          }
        : {},
    logLevel: 'error',
  });
  return outfile;
}
