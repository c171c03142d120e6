import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packageFile } from '../../common/package-file.js';
import { heldOut, relativeDifference, SIDE, trainUNet } from '../../examples/own-u-net.js';
import { loadModel } from '../../runtime/index.js';
import { findBrowser } from '../../scripts/find-browser.mjs';
import { describeInBrowser, openPage } from './open-page.js';
import { WEBGPU_FLAGS } from './runtime-page.js';

describeInBrowser('the example that trains in a page', () => {
  let server: ChildProcess;
  let url: string;
  let browser: Browser;
  beforeAll(async () => {
    server = spawn(process.execPath, ['examples/train-in-browser/serve.mjs'], { cwd: packageFile('.') });
    [browser, url] = await Promise.all([
      chromium.launch({ executablePath: findBrowser(), args: ['--no-sandbox', ...WEBGPU_FLAGS] }),
      new Promise<string>((resolve) => createInterface({ input: server.stdout! }).once('line', resolve)),
    ]);
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    server?.kill();
  });

  test.each([
    ['wasm', 20],
    ['webgpu', 2],
  ])(
    'on %s the loss is that of Node, and the file downloaded answers as the page shows',
    async (device, steps) => {
      const { page, complaints } = await openPage(browser, url);
      await page.selectOption('#device', device);
      await page.fill('#steps', String(steps));
      await page.click('#start');
      await page.waitForFunction(
        () =>
          !(document.getElementById('download') as HTMLButtonElement).disabled ||
          document.getElementById('status')!.textContent!.startsWith('It failed'),
        undefined,
        { timeout: 100_000 },
      );
      const text = (await page.textContent('#status'))!;
      const shown = /^Step (\d+) of .* loss ([\d.e+-]+), .* error of the field shown ([\d.]+) %/.exec(text);
      expect(shown, text).not.toBeNull();
      expect(Number(shown![1])).toBe(steps);

      const losses: number[] = [];
      await trainUNet({ steps, onStep: ({ loss }) => void losses.push(loss) });
      expect(losses.at(-1)!).toBeLessThan(losses[0]);
      // three digits are shown; rounding errors of the first steps grow in the later ones
      expect(Math.abs(Number(shown![2]) / losses.at(-1)! - 1)).toBeLessThan(0.02);

      const [download] = await Promise.all([page.waitForEvent('download'), page.click('#download')]);
      const model = await loadModel(readFileSync(await download.path()));
      const { source, field } = heldOut();
      const cells = SIDE * SIDE;
      const answer = await model.run({
        source: { shape: [1, SIDE, SIDE, 1], data: source.data.slice(0, cells) },
      });
      await model.dispose();
      const error = relativeDifference(answer.field.data, field.data.subarray(0, cells));
      expect(Math.abs(100 * error - Number(shown![3]))).toBeLessThan(0.06 + 1e-4 * 100 * error);

      const surrogate = page.locator('#surrogate');
      expect(await surrogate.evaluate((canvas) => (canvas as HTMLCanvasElement).width)).toBe(SIDE);
      expect(complaints.filter((line) => !/WebGPU|adapter/i.test(line))).toEqual([]);
      await page.close();
    },
    120_000,
  );
});
