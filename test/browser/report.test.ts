import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { renderReport } from '../../viewer/report.js';
import { reportFixture } from '../viewer/report-fixture.js';
import { describeInBrowser, launchBrowser, openPage } from './open-page.js';

describeInBrowser('report.html in a browser', () => {
  let browser: Browser;
  const folder = mkdtempSync(join(tmpdir(), 'fieldsmith-report-'));

  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('draws every chart without network and without complaint, also for a loss below zero', async () => {
    const data = reportFixture();
    const negative = {
      ...data,
      training: { ...data.training, loss: data.training.loss.map((value) => -value) },
    };
    for (const [name, report] of [
      ['positive', data],
      ['negative', negative],
    ] as const) {
      const file = join(folder, `${name}.html`);
      writeFileSync(file, renderReport(report));
      const requests: string[] = [];
      const { page, complaints } = await openPage(browser, 'about:blank');
      page.on('request', (request) => requests.push(request.url()));
      await page.goto(pathToFileURL(file).href);
      const charts = page.locator('[id^="chart-"] canvas');
      // training, solvers and one histogram per category
      expect(await charts.count()).toBe(2 + new Set(data.errors.map((entry) => entry.category)).size);
      const inked = await charts.evaluateAll((canvases) =>
        canvases.map((canvas) => {
          const { width, height } = canvas as HTMLCanvasElement;
          const context = (canvas as HTMLCanvasElement).getContext('2d')!;
          const bytes = context.getImageData(0, 0, width, height).data;
          let saturated = 0;
          for (let i = 0; i < bytes.length; i += 4) {
            const channels = [bytes[i], bytes[i + 1], bytes[i + 2]];
            if (bytes[i + 3] > 100 && Math.max(...channels) - Math.min(...channels) > 60) saturated++;
          }
          return saturated;
        }),
      );
      // axes and grid are grey: colour is a drawn series
      for (const count of inked) expect(count).toBeGreaterThan(50);
      expect(requests.filter((url) => !url.startsWith('file:') && !url.startsWith('data:'))).toEqual([]);
      expect(complaints).toEqual([]);
      await page.close();
    }
  });
});
