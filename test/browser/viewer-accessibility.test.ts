import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, expect, test } from 'vitest';
import { packageFile } from '../../common/package-file.js';
import { renderReport } from '../../viewer/report.js';
import { renderRolloutReport } from '../../viewer/rollout-report.js';
import { reportFixture } from '../viewer/report-fixture.js';
import { rolloutReportFixture } from '../viewer/rollout-report-fixture.js';
import { violationsOf } from './axe.js';
import { look, openFiles, openViewer, ready, setView } from './viewer-page.js';
import { describeViewer } from './viewer-suite.js';

const everything = {
  colours: { range: 'percentile', markOutside: true },
  cut: { shown: true, position: 0.4 },
  slices: { x: true },
  box: { shown: true, high: [0.8, 1, 1] },
  threshold: { shown: true },
  iso: { shown: true },
  warp: { shown: true, by: 'vector' },
  glyphs: { shown: true },
  streamlines: { shown: true },
  probe: { line: true, overTime: true, cell: 31 },
};
const compared = {
  compare: { shown: true, reference: { name: 'shifted', association: 'cell' } },
  probe: { cell: 31 },
};

describeViewer('the viewer for everyone', (suite) => {
  const folder = mkdtempSync(join(tmpdir(), 'fieldsmith-axe-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** No violation in either theme. */
  async function expectAccessible(page: Page): Promise<void> {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await violationsOf(page), colorScheme).toEqual([]);
    }
    await page.emulateMedia({ colorScheme: 'light' });
  }

  test('axe finds what is wrong where something is', async () => {
    const page = await suite.browser.newPage();
    await page.setContent('<title>a</title><main><img src="a.png"><h1>a</h1></main>');
    const found = await violationsOf(page);
    expect(found.map(({ rule }) => rule)).toEqual(expect.arrayContaining(['image-alt', 'html-has-lang']));
    await page.close();
  });

  test('axe finds nothing wrong: a file, every part of the panel, comparison, keys, a refusal', async () => {
    const { page } = suite;
    await expectAccessible(page);
    await openFiles(page, suite.fixture.series);
    await setView(page, everything);
    await expectAccessible(page);
    await setView(page, compared);
    await expectAccessible(page);
    await page.keyboard.press('?');
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    await page.setInputFiles('#file-input', packageFile('test/fixtures/formats/vtk-lz4.vtu'));
    await page.waitForSelector('#message:not([hidden])');
    await expectAccessible(page);
    await page.click('#dismiss');
  });

  test('axe finds nothing wrong: an empty page, and a phone', async () => {
    const { page } = suite;
    const empty = await openViewer(suite.browser, `file://${packageFile('dist/viewer/index.html')}`);
    await expectAccessible(empty.page);
    await empty.page.close();
    await page.setViewportSize({ width: 390, height: 844 });
    await setView(page, compared);
    await expectAccessible(page);
    await page.setViewportSize({ width: 900, height: 560 });
    await ready(page);
  });

  test.each([
    ['a training', () => renderReport(reportFixture())],
    ['a roll-out', () => renderRolloutReport(rolloutReportFixture())],
  ])('axe finds nothing wrong: the report of %s', async (name, render) => {
    const path = join(folder, `${name}.html`);
    writeFileSync(path, render());
    const page = await suite.browser.newPage({ viewport: { width: 1000, height: 700 } });
    await page.goto(pathToFileURL(path).href);
    await expectAccessible(page);
    await page.close();
  });

  test('a theme that is chosen holds against the system’s', async () => {
    const { page } = suite;
    const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await background();
    await page.emulateMedia({ colorScheme: 'dark' });
    const dark = await background();
    expect(dark).not.toBe(light);
    await page.selectOption('#theme', 'light');
    expect(await background()).toBe(light);
    await page.emulateMedia({ colorScheme: 'light' });
    await page.selectOption('#theme', 'dark');
    expect(await background()).toBe(dark);
    await page.selectOption('#theme', 'auto');
    expect(await background()).toBe(light);
  });

  test('the camera glides, and jumps for those who want less motion', async () => {
    const { page } = suite;
    await page.fill('#cell', '0');
    await page.waitForSelector('#probe-values[data-cell="0"]');
    for (const reducedMotion of ['no-preference', 'reduce'] as const) {
      await page.emulateMedia({ reducedMotion });
      await look(page, 'corner');
      await page.waitForTimeout(800);
      const places = await page.evaluate(async () => {
        document.querySelector<HTMLElement>('[data-look="+x"]')!.click();
        const seen = new Set<string>();
        const until = performance.now() + 800;
        while (performance.now() < until) {
          await new Promise(requestAnimationFrame);
          seen.add(document.querySelector<HTMLElement>('.marker')!.style.transform);
        }
        return seen.size;
      });
      // before and after
      if (reducedMotion === 'reduce') expect(places).toBeLessThanOrEqual(2);
      else expect(places).toBeGreaterThan(2);
    }
  });
});
