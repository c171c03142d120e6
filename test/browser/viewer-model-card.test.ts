import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packageFile } from '../../common/package-file.js';
import { loadPretrained } from '../../training/index.js';
import { formatPercent } from '../../viewer/numbers.js';
import { serveViewer } from '../../viewer/server.js';
import { describeInBrowser, launchBrowser } from './open-page.js';
import { writeRunFixture } from './run-fixture.js';
import { openViewer } from './viewer-page.js';

const MODEL = packageFile('pretrained/control/model.onnx');

describeInBrowser('models in the viewer', () => {
  let browser: Browser;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'fieldsmith-models-'));
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('a model’s file or folder shows its card with the figures of the file', async () => {
    const { card } = loadPretrained('control');
    const [{ samples, meanRelativeL2 }] = Object.values(card.errors).flatMap((set) => Object.values(set));
    for (const path of [MODEL, packageFile('pretrained/control')]) {
      const served = await serveViewer(path);
      const { page, complaints } = await openViewer(browser, served.url);
      await page.waitForSelector('#view[data-state="model"]');
      const text = (await page.textContent('#model'))!;
      expect(await page.textContent('#model h2')).toBe(card.operator.name);
      for (const part of [card.equation, card.trainedRange.geometry, formatPercent(meanRelativeL2)])
        expect(text).toContain(part);
      expect(await page.locator('#model table').first().locator('tbody td').first().textContent()).toBe(
        String(samples),
      );
      const inputs = page.locator('#model table', { hasText: 'Inputs' }).locator('tbody th');
      expect(await inputs.allTextContents()).toEqual(card.inputs.map(({ name }) => name));
      expect(await page.isVisible('.sidebar')).toBe(false);
      expect(complaints).toEqual([]);
      await page.close();
      await served.close();
    }
  });

  test('a damaged and a foreign file are refused with a sentence, and what was shown stays', async () => {
    const served = await serveViewer(MODEL);
    const { page } = await openViewer(browser, served.url);
    await page.waitForSelector('#view[data-state="model"]');
    writeFileSync(join(folder, 'half.onnx'), readFileSync(MODEL).subarray(0, 300_000));
    writeFileSync(join(folder, 'mesh.onnx'), '<VTKFile type="UnstructuredGrid"/>');
    for (const name of ['half.onnx', 'mesh.onnx']) {
      await page.setInputFiles('#file-input', join(folder, name));
      await page.waitForSelector('#view[data-state="error"]');
      expect(await page.textContent('#message-text')).toContain(`${name} cannot be shown: `);
      await page.click('#dismiss');
      expect(await page.getAttribute('#view', 'data-state')).toBe('model');
      expect(await page.isVisible('#model h2')).toBe(true);
    }
    await page.close();
    await served.close();
  });

  test('a run shows the card of its model beside its fields, a mesh that is opened then does not', async () => {
    const fixture = writeRunFixture();
    mkdirSync(join(fixture.folder, 'model'));
    copyFileSync(MODEL, join(fixture.folder, 'model', 'model.onnx'));
    const served = await serveViewer(fixture.folder);
    const { page, complaints } = await openViewer(browser, served.url);
    await page.waitForSelector('#run-model:visible');
    expect(await page.getAttribute('#view', 'data-state')).toBe('ready');
    await page.click('#run-model > summary');
    expect(await page.textContent('#run-model h2')).toBe('reduced-basis');
    await page.setInputFiles('#file-input', join(fixture.folder, 'fields', 'sample-0.vtu'));
    await page.waitForSelector('#run-model', { state: 'hidden' });
    expect(complaints).toEqual([]);
    await page.close();
    await served.close();
    rmSync(fixture.folder, { recursive: true, force: true });
  });
});
