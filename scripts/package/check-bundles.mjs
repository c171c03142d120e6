import { copyFileSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { basename, extname, join } from 'node:path';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import { build as viteBuild } from 'vite';
import { findBrowser } from '../find-browser.mjs';

/** A page that makes a mesh, asks a model about it and solves; what it finds becomes its title. */
const PAGE = `
import { cornerRemovedSquare, generateMesh } from 'fieldsmith/geometry';
import { modelFromOnnx, openSurrogate } from 'fieldsmith/inference';
import { solve } from 'fieldsmith/solvers';

async function answer() {
  const mesh = generateMesh(cornerRemovedSquare({ corners: 4, seed: 7 }), { cellCount: 1000 });
  const boundaryConditions = Object.fromEntries(
    mesh.patches.map(({ name }) => [name, { type: 'dirichlet', value: 0 }]),
  );
  const onnx = new Uint8Array(await (await fetch('model.onnx')).arrayBuffer());
  const surrogate = await openSurrogate(modelFromOnnx(onnx), { device: 'wasm', wasmPaths: '/ort/' });
  const { relativeResidual, guess } = await solve(
    { mesh, source: ([x, y]) => Math.sin(x) * Math.cos(2 * y), boundaryConditions },
    { guess: surrogate.predict, relativeTolerance: 1e-8 },
  );
  return { residual: relativeResidual, guess: guess.relativeResidual, isolated: crossOriginIsolated };
}
answer().then(
  (found) => { document.title = JSON.stringify(found); },
  (error) => { document.title = JSON.stringify({ error: error.message }); },
);
`;
const HTML =
  '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><script type="module" src="/page.js"></script>';

/** What wasm threads want of the server: without these a page has no SharedArrayBuffer. */
export const ISOLATION = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

const TYPES = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
};

/**
 * Bundles a page with esbuild and with Vite from a project that has the package, and opens both in a browser, where there is one.
 *
 * @returns by bundler the bytes of the program and what the page found, null without a browser
 */
export async function checkBundles(project) {
  writeFileSync(join(project, 'page.js'), PAGE);
  writeFileSync(join(project, 'index.html'), HTML);
  const results = {};
  for (const [name, bundle] of Object.entries({ esbuild: withEsbuild, vite: withVite })) {
    const folder = join(project, `built-with-${name}`);
    mkdirSync(folder, { recursive: true });
    await bundle(project, folder);
    copyFileSync(
      join(project, 'node_modules/fieldsmith/pretrained/random-bc/model.onnx'),
      join(folder, 'model.onnx'),
    );
    const bytes = readdirSync(folder, { recursive: true })
      .filter((file) => file.endsWith('.js'))
      .reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
    results[name] = { bytes, found: await openBuilt(folder, project) };
  }
  return results;
}

async function withEsbuild(project, outdir) {
  const { warnings } = await build({
    entryPoints: [join(project, 'page.js')],
    outdir,
    bundle: true,
    format: 'esm',
    splitting: true,
    minify: true,
    platform: 'browser',
    logLevel: 'silent',
  });
  if (warnings.length > 0) throw new Error(`esbuild warns: ${warnings.map(({ text }) => text).join('; ')}`);
  copyFileSync(join(project, 'index.html'), join(outdir, 'index.html'));
}

async function withVite(project, outDir) {
  const warnings = [];
  await viteBuild({
    root: project,
    configFile: false,
    logLevel: 'silent',
    build: {
      outDir,
      emptyOutDir: false,
      chunkSizeWarningLimit: 2000,
      rollupOptions: { onwarn: (warning) => warnings.push(warning) },
    },
  });
  const serious = warnings.filter(({ code }) => code !== 'EVAL');
  if (serious.length > 0) throw new Error(`Vite warns: ${serious.map(({ message }) => message).join('; ')}`);
}

async function openBuilt(folder, project) {
  const executablePath = findBrowser();
  if (!executablePath) return null;
  const server = createServer(({ url }, response) => {
    const path = new URL(url, 'http://localhost').pathname;
    const file = path.startsWith('/ort/')
      ? join(project, 'node_modules/onnxruntime-web/dist', basename(path))
      : join(folder, path === '/' ? 'index.html' : path);
    try {
      const content = readFileSync(file);
      const type = TYPES[extname(file)] ?? 'application/octet-stream';
      response.writeHead(200, { 'Content-Type': type, ...ISOLATION }).end(content);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  try {
    const page = await browser.newPage();
    const complaints = [];
    page.on('pageerror', ({ message }) => complaints.push(message));
    await page.goto(`http://127.0.0.1:${server.address().port}/`);
    await page.waitForFunction(() => document.title.startsWith('{'), undefined, { timeout: 120_000 });
    const found = JSON.parse(await page.title());
    if (found.error || complaints.length > 0) throw new Error([found.error, ...complaints].join('; '));
    if (!found.isolated) throw new Error('the page is not cross-origin isolated');
    if (!(found.residual <= 1e-8 && found.guess < 1))
      throw new Error(`the page found ${JSON.stringify(found)}`);
    return found;
  } finally {
    await browser.close();
    server.close();
  }
}
