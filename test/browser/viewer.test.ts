import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { differenceStatistics } from '../../viewer/filters/statistics.js';
import { type ServedViewer, serveViewer } from '../../viewer/server.js';
import { expectColour, viridis } from './colours.js';
import { describeInBrowser, launchBrowser, pixelsOf } from './open-page.js';
import { type Fixture, writeRunFixture } from './run-fixture.js';
import {
  numberIn,
  type OpenedViewer,
  openViewer,
  positionsInPanels,
  probed,
  ready,
  setControl,
  setView,
} from './viewer-page.js';

/** Ends and middle of Moreland's cool–warm map. */
const coolWarm: Readonly<Record<number, string>> = { [-10]: '3B4CC0', 0: 'DDDDDD', 10: 'B40426' };
const panels = ['field', 'reference', 'difference'] as const;
const cellField = (name: string) => ({ name, association: 'cell' });
/** What a run is shown with at first. */
const asOpened = {
  field: cellField('prediction'),
  compare: { shown: true, reference: cellField('reference') },
  edges: { surface: false },
};
/** Three panels and the list of samples side by side need room. */
const VIEWPORT = { width: 1280, height: 600 };

describeInBrowser('the viewer of a run', () => {
  let browser: Browser;
  let fixture: Fixture;
  let viewer: ServedViewer;
  let opened: OpenedViewer;

  beforeAll(async () => {
    fixture = writeRunFixture();
    viewer = await serveViewer(fixture.folder);
    browser = await launchBrowser();
    opened = await openViewer(browser, viewer.url, VIEWPORT);
  });
  beforeEach(async () => {
    const { page } = opened;
    await page.mouse.move(1, 1);
    await choose(0);
    await setView(page, asOpened);
  });
  afterEach(() => {
    expect(opened.complaints.splice(0)).toEqual([]);
    expect(opened.elsewhere).toEqual([]);
  });
  afterAll(async () => {
    await browser?.close();
    await viewer?.close();
    rmSync(fixture.folder, { recursive: true, force: true });
  });

  /** Another sample, as a click on its line in the list. */
  async function choose(sample: number): Promise<void> {
    const { page } = opened;
    if (await page.isChecked(`input[name=sample][value="${sample}"]`)) return;
    await page.check(`input[name=sample][value="${sample}"]`);
    await ready(page);
  }

  test('every panel draws its cells in the published colours of their values', async () => {
    const { page } = opened;
    const { mesh, prediction, reference, error } = fixture.samples[0];
    const cells = Array.from({ length: 12 }, (_, i) => Math.floor((i * mesh.cellCount) / 12));
    cells.push(error.indexOf(10), error.indexOf(-10), error.indexOf(0));
    const positions = await positionsInPanels(page, cells);
    const pixels = await pixelsOf(page);
    cells.forEach((cell, i) => {
      const [p, r, e] = positions[i].map(({ x, y }) => pixels.at(x, y));
      expectColour(p, viridis[(prediction[cell] - 20) / 2.5]);
      expectColour(r, viridis[(reference[cell] - 20) / 2.5]);
      if (coolWarm[error[cell]]) expectColour(e, coolWarm[error[cell]]);
    });
  });

  test('cells lie where their centroids are: one scale for both axes, y upwards, the same in every panel', async () => {
    const { cellCentroids, cellCount } = fixture.samples[0].mesh;
    const [a, b] = [0, cellCount - 1];
    const [from, to] = await positionsInPanels(opened.page, [a, b]);
    panels.forEach((_, k) => {
      const scale = (to[k].x - from[k].x) / (cellCentroids[2 * b] - cellCentroids[2 * a]);
      expect(scale).toBeGreaterThan(10);
      expect((from[k].y - to[k].y) / (cellCentroids[2 * b + 1] - cellCentroids[2 * a + 1])).toBeCloseTo(
        scale,
        0,
      );
      expect(to[k].y).toBeCloseTo(to[0].y, 0);
    });
  });

  test('pointing at a cell shows the values that the file holds, in every panel and to screen readers', async () => {
    const { page } = opened;
    const { prediction, reference, error, mesh } = fixture.samples[0];
    const cell = 57;
    const [[, inReference]] = await positionsInPanels(page, [cell]);
    await page.mouse.move(inReference.x, inReference.y);
    await expect.poll(() => page.inputValue('#cell')).toBe(String(cell));
    expect(await probed(page, 'field')).toBe(prediction[cell]);
    expect(await probed(page, 'reference')).toBe(reference[cell]);
    expect(await probed(page, 'difference')).toBe(error[cell]);
    expect(await probed(page, 'position')).toBeCloseTo(mesh.cellCentroids[2 * cell], 1);
    expect(await page.textContent('[data-probe=field]')).toMatch(/ °C$/);
    await expect.poll(() => page.textContent('#announcement')).toContain(`Cell ${cell}`);
    expect(await page.locator('.marker:visible').count()).toBe(3);
    await page.keyboard.press('Escape');
    expect(await page.locator('.marker:visible').count()).toBe(0);
  });

  test('the wheel zooms all panels about the pointer, and R resets them', async () => {
    const { page } = opened;
    const [before] = await positionsInPanels(page, [57]);
    await page.mouse.move(before[1].x + 15, before[1].y);
    await page.mouse.wheel(0, -100);
    await ready(page);
    const [zoomed] = await positionsInPanels(page, [57]);
    const shift = zoomed.map((position, k) => position.x - before[k].x);
    expect(Math.abs(shift[0])).toBeGreaterThan(1);
    for (const other of shift) expect(other).toBeCloseTo(shift[0], 1);
    await page.locator('.viewport').first().focus();
    await page.keyboard.press('r');
    await ready(page);
    const [after] = await positionsInPanels(page, [57]);
    after.forEach((position, k) => {
      expect(position.x).toBeCloseTo(before[k].x, 1);
    });
  });

  test('switching samples shows the other file and holds no more GPU memory than before', async () => {
    const { page } = opened;
    const { prediction, reference, mesh } = fixture.samples[1];
    await choose(1);
    const held = await page.getAttribute('#canvas', 'data-geometries');
    for (const sample of [0, 1, 0, 1]) await choose(sample);
    expect(await page.getAttribute('#canvas', 'data-geometries')).toBe(held);
    expect(await page.getAttribute('#cell', 'max')).toBe(String(mesh.cellCount - 1));
    await page.fill('#cell', '200');
    await expect.poll(() => page.textContent('[data-probe=field]')).toBe(`${prediction[200]} °C`);
    expect(await page.textContent('[data-probe=reference]')).toBe(`${reference[200]} °C`);
    expect(new URL(page.url()).hash).toBe('#sample=1');
  });

  test('a truncated and a missing file say so by name, and the next sample shows again', async () => {
    const { page } = opened;
    for (const [value, text] of [
      [2, /fields\/truncated\.vtu cannot be shown: /],
      [3, /fields\/missing\.vtu does not exist|missing\.vtu cannot be shown/],
    ] as const) {
      await page.check(`input[name=sample][value="${value}"]`);
      await page.waitForSelector('#view[data-state="error"]');
      expect(await page.textContent('#message-text')).toMatch(text);
      // the list says that this sample is shown: no other one is
      expect(await page.locator('.panel').count()).toBe(0);
    }
    // the browser's own word of the missing file
    opened.complaints.length = 0;
    await choose(0);
    expect(await page.getAttribute('#view', 'data-state')).toBe('ready');
    expect(await page.isVisible('#message')).toBe(false);
  });

  test('another field has its own range and unit, and is not compared with one of another unit', async () => {
    const { page } = opened;
    await page.selectOption('#field', { label: 'Source' });
    await ready(page);
    expect(await page.locator('.panel h2').allTextContents()).toEqual(['Source']);
    expect(await page.textContent('.quantity')).toContain('heat source (W/m³)');
    expect(await page.textContent('#difference')).toMatch(/different units/);
    const { mesh } = fixture.samples[0];
    const ends = [Math.min, Math.max].map((best) => {
      const x = Array.from({ length: mesh.cellCount }, (_, cell) => mesh.cellCentroids[2 * cell]);
      return x.indexOf(best(...x));
    });
    const positions = await positionsInPanels(page, ends);
    const pixels = await pixelsOf(page);
    [0, 4].forEach((colour, i) => {
      expectColour(pixels.at(positions[i][0].x, positions[i][0].y), viridis[colour]);
    });
  });

  test('figures are those of the run’s index and those computed here, and the worst cell is found', async () => {
    const { page } = opened;
    const { prediction, reference } = fixture.samples[0];
    const figures = differenceStatistics(prediction, reference);
    const shown = (key: string) => numberIn(page, `[data-difference=${key}]`);
    // the relative error is the one that the run's index tells
    expect(await shown('relativeL2')).toBe(25);
    expect(await shown('rootMeanSquare')).toBeCloseTo(figures.rootMeanSquare, 3);
    expect(await shown('meanAbsolute')).toBeCloseTo(figures.meanAbsolute, 3);
    expect(await shown('maximumAbsolute')).toBe(figures.maximumAbsolute);
    await setControl(page, 'colours.map', 'grey');
    await page.click('#worst');
    await expect.poll(() => page.inputValue('#cell')).toBe(String(figures.worst));
  });

  test('a lone .vtu file shows its first field, and offers the others', async () => {
    const lone = await serveViewer(join(fixture.folder, 'fields', 'sample-0.vtu'));
    const { page, complaints } = await openViewer(browser, lone.url);
    expect(await page.locator('.panel h2').allTextContents()).toEqual(['prediction']);
    expect(await page.locator('#field option').allTextContents()).toEqual([
      'prediction',
      'reference',
      'error',
      'source',
    ]);
    expect(complaints).toEqual([]);
    await page.close();
    await lone.close();
  });
});
