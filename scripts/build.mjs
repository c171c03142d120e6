// Bundles the package into dist/: one ES module per public entry point and worker, shared code in chunks.
// With --release what npm packs: without source maps, which are three fifths of the size, and without the benches.
// What geometry, solvers, runtime, operators and inference import runs in the browser too (test/build.test.ts).
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';

const release = process.argv.includes('--release');
const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
const folders = [
  'common',
  'geometry',
  'solvers',
  'runtime',
  'datasets',
  'operators',
  'training',
  'control',
  'viewer',
  'server',
  'cli',
  ...(release ? [] : ['bench']),
];

const entryPoints = folders.flatMap((folder) =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true })
        .map(String)
        .filter(
          (file) => /(^|\/)(index|main|inference|[a-z-]+-worker)\.ts$/.test(file) && !file.startsWith('app/'),
        )
        .map((file) => `${folder}/${file}`)
    : [],
);

// TensorFlow.js is bundled: its CommonJS build for Node carries no gradients (see runtime/tf.ts)
const external = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }).filter(
  (name) => name !== '@tensorflow/tfjs-core',
);

// TensorFlow.js sets its Node platform up with require('util') and require('node-fetch'), which the browser refuses and
// which need a require that ES modules lack; runtime/tf.ts sets one from web globals in its place
const withoutNodePlatform = {
  name: 'without-node-platform',
  setup({ onLoad }) {
    onLoad({ filter: /tfjs-core[\\/]dist[\\/]platforms[\\/]platform_node\.js$/ }, () => ({ contents: '' }));
  },
};

rmSync('dist', { recursive: true, force: true });
await build({
  entryPoints,
  outdir: 'dist',
  outbase: '.',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  mainFields: ['module', 'main'],
  external,
  sourcemap: !release,
  chunkNames: 'chunks/[name]-[hash]',
  plugins: [withoutNodePlatform],
  logLevel: 'warning',
});
if (existsSync('viewer/app/main.ts')) {
  // classic scripts, the worker inside the page's: they also run from a folder that is opened without a server
  const page = {
    bundle: true,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    minify: true,
    loader: { '.css': 'css' },
    logLevel: 'warning',
  };
  // callerFrame of the tracing runtime, which asks for it, is in no worker's use
  const inPage = { ...page, write: false, logOverride: { 'empty-import-meta': 'silent' } };
  const worker = await build({ ...inPage, entryPoints: ['viewer/app/data-worker.ts'] });
  await build({
    ...page,
    entryPoints: ['viewer/app/main.ts'],
    outdir: 'dist/viewer/app',
    sourcemap: !release,
    define: { DATA_WORKER: JSON.stringify(worker.outputFiles[0].text) },
  });
  // a module of its own, with ONNX Runtime in a chunk that is loaded when a model is opened: `fieldsmith view` serves both
  await build({
    ...page,
    entryPoints: {
      'live-worker': 'viewer/app/live-worker.ts',
      'open-live-model': 'viewer/live/open-live-model.ts',
    },
    outdir: 'dist/viewer/app/live',
    format: 'esm',
    splitting: true,
    mainFields: ['browser', 'module', 'main'],
    chunkNames: '[name]-[hash]',
    plugins: [withoutNodePlatform],
  });
  // scripts that leave a worker's source in the page, loaded when it is first needed, from a folder too (lazy-worker.ts)
  for (const name of ['control-worker', 'residual-worker']) {
    const { outputFiles } = await build({
      ...inPage,
      entryPoints: [`viewer/app/${name}.ts`],
      plugins: [withoutNodePlatform],
    });
    writeFileSync(
      `dist/viewer/app/${name}.js`,
      `(globalThis.fieldsmithWorkers ??= {})['${name}'] = ${JSON.stringify(outputFiles[0].text)};\n`,
    );
  }
  const html = await build({ entryPoints: ['viewer/page.ts'], bundle: true, format: 'esm', write: false });
  const { pageHtml } = await import(`data:text/javascript,${encodeURIComponent(html.outputFiles[0].text)}`);
  writeFileSync('dist/viewer/index.html', pageHtml('app', false));
}
if (existsSync('viewer/app/report.ts')) {
  // written into report.html: one classic script without imports
  await build({
    entryPoints: ['viewer/app/report.ts'],
    outdir: 'dist/viewer/app',
    bundle: true,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    minify: true,
    logLevel: 'warning',
  });
}
writeFileSync('dist/.built', '');
