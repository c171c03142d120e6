import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { argv } from 'node:process';
import { chromium } from 'playwright-core';
import { findBrowser } from '../find-browser.mjs';

/** Milliseconds for the viewer to start and to draw, with WebGL in software. */
const PATIENCE = 180_000;

/**
 * Opens `fieldsmith view FILE` in Chromium and ends it with ctrl-C.
 *
 * @returns the picture as JPEG and how the command ended; undefined where there is no browser
 * @throws Error where the page complains or nothing is drawn
 */
export async function takePicture(folder, file) {
  const executablePath = findBrowser();
  if (!executablePath) {
    console.log('view      SKIPPED: no Chrome or Chromium found');
    return undefined;
  }
  const command = join(folder, 'node_modules/fieldsmith/dist/cli/main.js');
  const server = spawn(argv[0], [command, 'view', file], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(server, 'exit');
  const browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'],
  });
  try {
    const output = await addressIn(server);
    const page = await browser.newPage({ viewport: { width: 1200, height: 750 } });
    const complaints = [];
    page.on('pageerror', ({ message }) => complaints.push(message));
    await page.goto(/http:\S+/.exec(output)[0]);
    await page.waitForSelector('#view[data-busy="false"][data-state="ready"]', { timeout: PATIENCE });
    if (complaints.length > 0) throw new Error(`view: the page complains: ${complaints.join('; ')}`);
    const image = await page.screenshot({ type: 'jpeg', quality: 80 });
    server.kill('SIGINT');
    const [code, signal] = await ended;
    console.log(`view      drawn, ended with ${signal ?? code}`);
    return { image, output: output.trim() };
  } finally {
    server.kill('SIGKILL');
    await browser.close();
  }
}

function addressIn(server) {
  return new Promise((resolve, reject) => {
    let output = '';
    server.stdout.on('data', (chunk) => {
      output += chunk;
      if (/http:\S+/.test(output)) resolve(output);
    });
    server.once('exit', (code) => reject(new Error(`view ended with ${code} before it served anything`)));
  });
}
