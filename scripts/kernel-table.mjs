// Writes docs/kernels.md from the parity table of the tests.
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { build } from 'esbuild';

const PAGE = 'docs/kernels.md';

const { outputFiles } = await build({
  entryPoints: ['test/runtime/parity/kernel-page.ts'],
  bundle: true,
  write: false,
  format: 'cjs',
  platform: 'node',
  mainFields: ['module', 'main'],
  external: ['onnxruntime-node', 'onnxruntime-web'],
  // session-node.ts, which is not called, asks for it
  define: { 'import.meta.url': '"file:///"' },
  logLevel: 'warning',
});
const module = { exports: {} };
new Function('require', 'module', outputFiles[0].text)(createRequire(import.meta.url), module);
writeFileSync(PAGE, module.exports.kernelPage());
