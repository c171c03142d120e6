import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { differenceStatistics } from '../../viewer/filters/statistics.js';
import { type ServedViewer, serveViewer } from '../../viewer/server.js';
import type { Picture } from './decode-png.js';
import { describeInBrowser, launchBrowser, openPage, pixelsOf } from './open-page.js';
import { type Fixture, writeRunFixture } from './run-fixture.js';
import { openViewer, ready, setControl } from './viewer-page.js';

/** Five-colour palette of R's viridisLite::viridis(5), at 0, ¼, ½, ¾, 1. */
const viridis = ['440154', '3B528B', '21908C', '5DC863', 'FDE725'];
/** Ends and middle of Moreland's cool–warm map. */
const coolWarm: Readonly<Record<number, string>> = { [-10]: '3B4CC0', 0: 'DDDDDD', 10: 'B40426' };
const panels = ['field', 'reference', 'difference'] as const;

describeInBrowser('the viewer in a browser', () => {
  let browser: Browser;
  let fixture: Fixture;
  let viewer: ServedViewer;

  beforeAll(async () => {
    fixture = writeRunFixture();
    viewer = await serveViewer(fixture.folder);
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await viewer?.close();
    rmSync(fixture.folder, { recursive: true, force: true });
  });

  const open = (hash = '') => openViewer(browser, viewer.url + hash);

  /** Where a cell is drawn in each panel, by its probe marker. */
  async function positionsOf(page: Page, cell: number): Promise<{ x: number; y: number }[]> {
    await page.fill('#cell', String(cell));
    await page.waitForFunction(
      (wanted) => document.querySelector('#probe-values')?.getAttribute('data-cell') === wanted,
      String(cell),
    );
    const markers = await page.locator('.marker').all();
    const boxes = await Promise.all(markers.map((marker) => marker.boundingBox()));
    await page.fill('#cell', '');
    return boxes.map((box) => ({ x: box!.x + box!.width / 2, y: box!.y + box!.height / 2 }));
  }

  async function frame(page: Page): Promise<Picture> {
    await page.evaluate(
      () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
    );
    return pixelsOf(page);
  }

  test('every panel draws its cells in the published colours of their values, and nothing is complained about', async () => {
    const { page, complaints } = await open();
    await setControl(page, 'edges.surface', false);
    const { mesh, prediction, reference, error } = fixture.samples[0];
    const cells = Array.from({ length: 12 }, (_, i) => Math.floor((i * mesh.cellCount) / 12));
    cells.push(error.indexOf(10), error.indexOf(-10), error.indexOf(0));
    const positions: { x: number; y: number }[][] = [];
    for (const cell of cells) positions.push(await positionsOf(page, cell));
    const pixels = await frame(page);
    cells.forEach((cell, i) => {
      const [p, r, e] = positions[i].map(({ x, y }) => pixels.at(x, y));
      expectColour(p, viridis[(prediction[cell] - 20) / 2.5]);
      expectColour(r, viridis[(reference[cell] - 20) / 2.5]);
      if (coolWarm[error[cell]]) expectColour(e, coolWarm[error[cell]]);
    });
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('cells lie where their centroids are: one scale for both axes, y upwards, the same in every panel', async () => {
    const { page } = await open();
    const { cellCentroids, cellCount } = fixture.samples[0].mesh;
    const [a, b] = [0, cellCount - 1];
    const [from, to] = [await positionsOf(page, a), await positionsOf(page, b)];
    panels.forEach((_, k) => {
      const scale = (to[k].x - from[k].x) / (cellCentroids[2 * b] - cellCentroids[2 * a]);
      expect(scale).toBeGreaterThan(10);
      expect((from[k].y - to[k].y) / (cellCentroids[2 * b + 1] - cellCentroids[2 * a + 1])).toBeCloseTo(
        scale,
        0,
      );
      expect(to[k].y).toBeCloseTo(to[0].y, 0);
    });
    await page.close();
  });

  test('pointing at a cell shows the values that the file holds, in every panel and to screen readers', async () => {
    const { page } = await open();
    const { prediction, reference, error, mesh } = fixture.samples[0];
    const cell = 57;
    const [, inReference] = await positionsOf(page, cell);
    await page.mouse.move(inReference.x, inReference.y);
    await expect.poll(() => page.inputValue('#cell')).toBe(String(cell));
    const shown = async (key: string) =>
      Number.parseFloat((await page.textContent(`[data-probe=${key}]`))!.replace('−', '-'));
    expect(await shown('field')).toBe(prediction[cell]);
    expect(await shown('reference')).toBe(reference[cell]);
    expect(await shown('difference')).toBe(error[cell]);
    expect(await shown('position')).toBeCloseTo(mesh.cellCentroids[2 * cell], 1);
    expect(await page.textContent('[data-probe=field]')).toMatch(/ °C$/);
    await expect.poll(() => page.textContent('#announcement')).toContain(`Cell ${cell}`);
    expect(await page.locator('.marker:visible').count()).toBe(3);
    await page.keyboard.press('Escape');
    expect(await page.locator('.marker:visible').count()).toBe(0);
    await page.close();
  });

  test('another colour map or a locked range recolours; the camera is one for all panels and R resets it', async () => {
    const { page, complaints } = await open();
    await setControl(page, 'edges.surface', false);
    const { prediction } = fixture.samples[0];
    const cell = prediction.indexOf(25);
    const before = await positionsOf(page, cell);
    await setControl(page, 'colours.map', 'grey');
    expectColour((await frame(page)).at(before[0].x, before[0].y), '808080');
    await setControl(page, 'colours.minimum', 25);
    await setControl(page, 'colours.maximum', 27);
    expectColour((await frame(page)).at(before[0].x, before[0].y), '000000');
    expect(await page.inputValue('[data-bind="colours.range"]')).toBe('locked');

    await page.mouse.move(before[1].x + 15, before[1].y);
    await page.mouse.wheel(0, -100);
    await ready(page);
    const zoomed = await positionsOf(page, cell);
    const shift = zoomed.map((position, k) => position.x - before[k].x);
    expect(Math.abs(shift[0])).toBeGreaterThan(1);
    for (const other of shift) expect(other).toBeCloseTo(shift[0], 1);
    await page.locator('.viewport').first().focus();
    await page.keyboard.press('r');
    await ready(page);
    const after = await positionsOf(page, cell);
    after.forEach((position, k) => {
      expect(position.x).toBeCloseTo(before[k].x, 1);
    });
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('switching samples shows the other file and holds no more GPU memory than before', async () => {
    const { page, complaints } = await open('#sample=1');
    const { prediction, reference, mesh } = fixture.samples[1];
    const held = await page.getAttribute('#canvas', 'data-geometries');
    for (const sample of [0, 1, 0, 1]) {
      await page.check(`input[name=sample][value="${sample}"]`);
      await ready(page);
      await frame(page);
    }
    expect(await page.getAttribute('#canvas', 'data-geometries')).toBe(held);
    expect(await page.getAttribute('#cell', 'max')).toBe(String(mesh.cellCount - 1));
    await page.fill('#cell', '200');
    await expect.poll(() => page.textContent('[data-probe=field]')).toBe(`${prediction[200]} °C`);
    expect(await page.textContent('[data-probe=reference]')).toBe(`${reference[200]} °C`);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('a truncated and a missing file say so by name, and the next sample shows again', async () => {
    const { page } = await open();
    for (const [value, text] of [
      [2, /fields\/truncated\.vtu cannot be shown: /],
      [3, /fields\/missing\.vtu does not exist|missing\.vtu cannot be shown/],
    ] as const) {
      await page.check(`input[name=sample][value="${value}"]`);
      await page.waitForSelector('#view[data-state="error"]');
      expect(await page.textContent('#message-text')).toMatch(text);
    }
    await page.check('input[name=sample][value="0"]');
    await page.waitForSelector('#view[data-state="ready"]');
    expect(await page.isVisible('#message')).toBe(false);
    await page.close();
  });

  test('another field has its own range and unit, and is not compared with one of another unit', async () => {
    const { page, complaints } = await open();
    await setControl(page, 'edges.surface', false);
    await page.selectOption('#field', { label: 'Source' });
    await ready(page);
    expect(await page.locator('.panel h2').allTextContents()).toEqual(['Source']);
    expect(await page.textContent('.quantity')).toContain('heat source (W/m³)');
    expect(await page.textContent('#difference')).toMatch(/different units/);
    const { mesh } = fixture.samples[0];
    const [smallest, largest] = [Math.min, Math.max].map((best) => {
      const x = Array.from({ length: mesh.cellCount }, (_, cell) => mesh.cellCentroids[2 * cell]);
      return x.indexOf(best(...x));
    });
    const [low, high] = [await positionsOf(page, smallest), await positionsOf(page, largest)];
    const pixels = await frame(page);
    expectColour(pixels.at(low[0].x, low[0].y), viridis[0]);
    expectColour(pixels.at(high[0].x, high[0].y), viridis[4]);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('the figures of the difference are those computed here, and the worst cell is found', async () => {
    const { page } = await open();
    const { prediction, reference } = fixture.samples[0];
    const figures = differenceStatistics(prediction, reference);
    const shown = async (key: string) =>
      Number.parseFloat((await page.textContent(`[data-difference=${key}]`))!.replace('−', '-'));
    // the relative error is the one that the run's index tells
    expect(await shown('relativeL2')).toBe(25);
    expect(await shown('rootMeanSquare')).toBeCloseTo(figures.rootMeanSquare, 3);
    expect(await shown('meanAbsolute')).toBeCloseTo(figures.meanAbsolute, 3);
    expect(await shown('maximumAbsolute')).toBe(figures.maximumAbsolute);
    await page.click('#worst');
    await expect.poll(() => page.inputValue('#cell')).toBe(String(figures.worst));
    await page.close();
  });

  test('Save PNG gives a picture', async () => {
    const { page, complaints } = await open();
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('#save-picture')]);
    expect(download.suggestedFilename()).toMatch(/^Mesh-0.*\.png$/);
    const bytes = readFileSync(await download.path());
    expect(bytes.subarray(1, 4).toString()).toBe('PNG');
    expect(bytes.readUInt32BE(16)).toBeGreaterThan(1280);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('a lone .vtu file shows its first field, and offers the others', async () => {
    const lone = await serveViewer(join(fixture.folder, 'fields', 'sample-0.vtu'));
    const { page, complaints } = await openPage(browser, lone.url);
    await ready(page);
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

function expectColour(actual: readonly number[], hex: string): void {
  const expected = [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
  const distance = Math.max(...actual.map((channel, i) => Math.abs(channel - expected[i])));
  expect(distance, `${actual} is not #${hex}`).toBeLessThanOrEqual(3);
}
