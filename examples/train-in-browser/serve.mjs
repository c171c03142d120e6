// node examples/train-in-browser/serve.mjs [PORT]: bundles the page against the built package and serves it on loopback.
import { mkdtempSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { basename, dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const bundle = mkdtempSync(join(tmpdir(), 'train-in-browser-'));
await build({
  entryPoints: [join(here, 'page.ts')],
  outdir: bundle,
  bundle: true,
  format: 'esm',
  platform: 'browser',
  target: 'es2022',
  mainFields: ['browser', 'module', 'main'],
  logLevel: 'error',
});
const runtime = dirname(fileURLToPath(import.meta.resolve('onnxruntime-web')));

const types = {
  '.html': 'text/html',
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
};
const server = createServer(({ url }, response) => {
  const { pathname } = new URL(url, 'http://localhost');
  const name = basename(pathname) || 'index.html';
  const folder = pathname.startsWith('/ort/') ? runtime : name === 'index.html' ? here : bundle;
  try {
    const body = readFileSync(join(folder, name));
    response
      .writeHead(200, {
        'content-type': types[extname(name)] ?? 'application/octet-stream',
        // threads of WebAssembly want an isolated page
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-embedder-policy': 'require-corp',
      })
      .end(body);
  } catch {
    response.writeHead(404).end('not found');
  }
});
server.listen(Number(process.argv[2] ?? 0), '127.0.0.1', () => {
  console.log(`http://localhost:${server.address().port}/`);
});
