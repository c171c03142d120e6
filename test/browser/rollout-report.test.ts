import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { renderRolloutReport } from '../../viewer/rollout-report.js';
import { rolloutReportFixture } from '../viewer/rollout-report-fixture.js';
import { describeInBrowser, launchBrowser, openPage } from './open-page.js';

describeInBrowser('the report of a roll-out in a browser', () => {
  let browser: Browser;
  const folder = mkdtempSync(join(tmpdir(), 'fieldsmith-rollout-report-'));
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('shows its pictures and curves at every width without network, script or complaint', async () => {
    const file = join(folder, 'report.html');
    writeFileSync(file, renderRolloutReport(rolloutReportFixture()));
    const { page, complaints } = await openPage(browser, 'about:blank');
    const requests: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    await page.goto(pathToFileURL(file).href);
    for (const width of [1200, 400]) {
      await page.setViewportSize({ width, height: 800 });
      // the image decodes to the grid of points and frames
      const sizes = await page.locator('.plots svg > image:first-child').evaluateAll((images) =>
        Promise.all(
          images.map(async (image) => {
            const picture = new Image();
            picture.src = image.getAttribute('href')!;
            await picture.decode();
            return [picture.naturalWidth, picture.naturalHeight];
          }),
        ),
      );
      expect(sizes).toEqual(Array(6).fill([32, 21]));
      const boxes = await page
        .locator('figure svg')
        .evaluateAll((all) => all.map((svg) => svg.getBoundingClientRect().toJSON()));
      expect(boxes).toHaveLength(6 + 3 + 4 + 2);
      for (const { left, right, height } of boxes) {
        expect(left).toBeGreaterThanOrEqual(0);
        expect(right).toBeLessThanOrEqual(width);
        expect(height).toBeGreaterThan(100);
      }
      const strokes = await page
        .locator('.charts polyline')
        .evaluateAll((lines) => lines.map((line) => getComputedStyle(line).stroke));
      expect(strokes.every((stroke) => /^(rgb|color)/.test(stroke))).toBe(true);
    }
    expect(requests.filter((url) => !url.startsWith('file:') && !url.startsWith('data:'))).toEqual([]);
    expect(complaints).toEqual([]);
    await page.close();
  });
});
