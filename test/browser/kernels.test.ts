import { build } from 'esbuild';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packageFile } from '../../common/package-file.js';
import { kernelResults } from './kernels-page.js';
import { describeInBrowser, launchBrowser } from './open-page.js';

describeInBrowser('WebAssembly kernels in a browser', () => {
  let browser: Browser;
  let script: string;
  const expected = kernelResults();

  beforeAll(async () => {
    const { outputFiles } = await build({
      entryPoints: [packageFile('test/browser/kernels-page.ts')],
      bundle: true,
      format: 'iife',
      target: 'es2022',
      write: false,
    });
    script = outputFiles[0].text;
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());

  test.each([
    ['run on the main thread', '', true],
    [
      'give way to the script where a page forbids WebAssembly',
      `<meta http-equiv="Content-Security-Policy" content="script-src 'unsafe-inline'">`,
      false,
    ],
  ])('%s, with the answers of Node', async (_, policy, vectors) => {
    const page = await browser.newPage();
    await page.setContent(`<!doctype html>${policy}<script>${script.replaceAll('</', '<\\/')}</script>`);
    const results = await page.evaluate(() =>
      (globalThis as unknown as { kernelResults: () => ReturnType<typeof kernelResults> }).kernelResults(),
    );
    await page.close();
    expect(expected.vectors).toBe(true);
    expect(results.vectors).toBe(vectors);
    expect(results.numbers).toHaveLength(expected.numbers.length);
    const largest = Math.max(...expected.numbers.map(Math.abs));
    for (const [at, value] of results.numbers.entries()) {
      expect(Math.abs(value - expected.numbers[at])).toBeLessThan(1e-13 * largest);
    }
  });
});
