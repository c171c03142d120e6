import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, extname } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { packageFile } from '../../common/package-file.js';
import { findBrowser } from '../../scripts/find-browser.mjs';
import { bundleTest } from '../runtime/bundle-test.js';

/** A page that holds a bundled script, with ONNX Runtime's WebAssembly served from this machine under `/ort/`. */
export interface RuntimePage {
  readonly page: Page;
  close(): Promise<void>;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
};

/** WebGPU in software, so that the machine needs no graphics card. */
export const WEBGPU_FLAGS = [
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--use-vulkan=swiftshader',
  '--enable-features=Vulkan',
];

/** @param script path of a script of the tests, which leaves functions on `window` */
export async function openRuntimePage(script: string): Promise<RuntimePage> {
  const bundle = await bundleTest(script, 'browser');
  const server = createServer(({ url = '/' }, response) => {
    try {
      const name = basename(url);
      const body =
        url === '/'
          ? '<!doctype html><script type="module" src="/script.js"></script>'
          : readFileSync(
              url === '/script.js' ? bundle : packageFile(`node_modules/onnxruntime-web/dist/${name}`),
            );
      response.writeHead(200, { 'content-type': TYPES[extname(name)] ?? 'text/html' }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  let browser: Browser | undefined;
  const close = async () => {
    await browser?.close();
    await new Promise((resolve) => server.close(resolve));
  };
  try {
    browser = await chromium.launch({
      executablePath: findBrowser(),
      args: ['--no-sandbox', '--disable-background-networking', ...WEBGPU_FLAGS],
    });
    const page = await browser.newPage();
    page.on('pageerror', (error) => process.stderr.write(`page: ${error.message}\n`));
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    await page.waitForFunction('window.ready');
    return { page, close };
  } catch (error) {
    await close();
    throw error;
  }
}
