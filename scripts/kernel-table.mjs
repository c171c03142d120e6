// Writes the list of kernels that can be compiled into docs/runtime.md, between its two markers.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { build } from 'esbuild';

const PAGE = 'docs/runtime.md';
const [BEGIN, END] = ['<!-- kernels: written by scripts/kernel-table.mjs -->', '<!-- end of kernels -->'];

const { outputFiles } = await build({
  entryPoints: ['runtime/lowerings/all.ts'],
  bundle: true,
  write: false,
  format: 'cjs',
  platform: 'node',
  mainFields: ['module', 'main'],
  logLevel: 'warning',
});
const registry = { exports: {} };
new Function('require', 'module', outputFiles[0].text)(createRequire(import.meta.url), registry);

const page = readFileSync(PAGE, 'utf8');
const [start, end] = [page.indexOf(BEGIN), page.indexOf(END)];
if (start < 0 || end < start) throw new Error(`${PAGE} lacks the marker ${start < 0 ? BEGIN : END}`);
const names = Object.keys(registry.exports.lowerings).sort();
const list = `${names.length} kernels: ${names.map((name) => `\`${name}\``).join(', ')}.`;
writeFileSync(PAGE, `${page.slice(0, start)}${BEGIN}\n${list}\n${page.slice(end)}`);
