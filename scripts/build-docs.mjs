// npm run docs: the documentation site, into dist-site/site. Pages are docs/*.md and a few files beside it, laid out in
// dist-site/pages with those of the entry points, which are made of doc comments (typedoc). Needs no network.
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { chdir } from 'node:process';
import { fileURLToPath } from 'node:url';
import { build as bundle } from 'esbuild';
import { Application } from 'typedoc';
import { build } from 'vitepress';

chdir(fileURLToPath(new URL('..', import.meta.url)));
const out = 'dist-site';
const { BORROWED } = await load('docs/.vitepress/pages.ts');
const { repositoryAddress } = await load('docs/.vitepress/repository-links.ts');
const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
const repository = repositoryAddress(manifest.repository);

rmSync(out, { recursive: true, force: true });
layOutPages();
await writeApiPages();
await bundleLivePage();
await build('docs');

/** Pages and pictures, the same below docs/ as here. */
function layOutPages() {
  mkdirSync(`${out}/public`, { recursive: true });
  for (const file of readdirSync('docs', { recursive: true }).map(String)) {
    if (!file.startsWith('.vitepress') && /\.(md|svg|png|jpg)$/.test(file))
      copy(join('docs', file), join(out, 'pages', file));
  }
  for (const [file, page] of Object.entries(BORROWED)) copy(file, `${out}/pages/${page}.md`);
}

function copy(from, to) {
  mkdirSync(dirname(to), { recursive: true });
  cpSync(from, to);
}

/** A page for each entry point of package.json, named as it is imported. */
async function writeApiPages() {
  const names = Object.fromEntries(
    Object.entries(manifest.exports)
      .filter(([, target]) => target.types)
      .map(([name, { types }]) => [
        types.replace('./dist/types/', '').replace('.d.ts', '.ts'),
        name.slice(2),
      ]),
  );
  const application = await Application.bootstrapWithPlugins({
    options: 'typedoc.json',
    entryPoints: Object.keys(names),
    out: `${out}/pages/api`,
    // links to sources where package.json says where they are, else their names
    ...(repository
      ? { disableGit: true, sourceLinkTemplate: `${repository}/blob/main/{path}#L{line}` }
      : { gitRemote: 'none' }),
    pageTitleTemplates: { index: 'Entry points', module: ({ name }) => `fieldsmith/${name}` },
  });
  const project = await application.convert();
  if (!project) throw new Error('build-docs: typedoc could not read the entry points');
  for (const module of project.children) {
    const file = module.sources[0].fileName;
    module.name = names[file] ?? module.name;
  }
  await application.generateOutputs(project);
}

/** What docs/live.md runs: its script with the package's own sources, the model, and ONNX Runtime's files without WebGPU. */
async function bundleLivePage() {
  const live = `${out}/public/live`;
  await bundle({
    entryPoints: ['docs/.vitepress/live/live-model.ts'],
    outfile: `${live}/live-model.js`,
    bundle: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    mainFields: ['browser', 'module', 'main'],
    minify: true,
    tsconfig: 'tsconfig.json',
    alias: { 'onnxruntime-web/webgpu': 'onnxruntime-web/wasm' },
    logLevel: 'warning',
  });
  copy('pretrained/random-bc/model.onnx', `${live}/random-bc.onnx`);
  const runtime = dirname(fileURLToPath(import.meta.resolve('onnxruntime-web')));
  for (const kind of ['mjs', 'wasm'])
    copy(join(runtime, `ort-wasm-simd-threaded.${kind}`), `${live}/ort/ort-wasm-simd-threaded.${kind}`);
}

/** A module of TypeScript. */
async function load(file) {
  const { outputFiles } = await bundle({
    entryPoints: [file],
    bundle: true,
    platform: 'node',
    format: 'esm',
    write: false,
  });
  return import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);
}
