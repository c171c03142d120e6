import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { controlBoundary } from '../../control/index.js';
import { generateMesh, plateWithHoles, writeVtu } from '../../geometry/index.js';
import { controlQuestion } from '../../viewer/control/control-problem.js';
import { controlStateSchema } from '../../viewer/control/control-state.js';
import { type ServedViewer, serveViewer } from '../../viewer/server.js';
import { describeInBrowser, launchBrowser, openPage, pixelsOf } from './open-page.js';
import { openViewer, ready, setControl } from './viewer-page.js';

const initial = controlStateSchema.parse({});
const plate = generateMesh(plateWithHoles({ holes: 3, seed: 1, width: 0.1, height: 0.1 }), {
  cellCount: 1000,
});
/** What is shown has four digits. */
const SHOWN = 5e-4;

describeInBrowser('boundary control in the viewer', () => {
  let browser: Browser;
  let viewer: ServedViewer;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'fieldsmith-control-'));
    viewer = await serveViewer();
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await viewer?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const status = () => page.textContent('#control-status');
  const figure = async (key: string) =>
    Number.parseFloat((await page.textContent(`[data-control=${key}]`))!.replace('−', '-'));
  const temperatures = async (of = page) =>
    (await of.locator('.controls tbody tr td:nth-child(3)').allTextContents()).map(Number);

  /** The one page of most tests, which goes from one to the next as it is left. */
  let page: Page;
  let complaints: string[];
  beforeAll(async () => {
    ({ page, complaints } = await openViewer(browser, viewer.url));
    await page.click('#control-plate');
    await page.waitForSelector('.patch');
    await ready(page);
  });
  afterEach(() => {
    expect(complaints.splice(0)).toEqual([]);
  });

  async function plan(of = page): Promise<void> {
    await of.click('#control-run');
    await of.waitForSelector('#control-run:enabled');
    await ready(of);
  }

  test('a plan is that of controlBoundary in Node; cells beyond the limit are marked before and not after', async () => {
    const { problem, controls, goal } = controlQuestion({ mesh: plate }, initial);
    const expected = await controlBoundary(problem, { controls, ...goal });
    await setControl(page, 'edges.surface', false);
    await plan();
    expect(await status()).toBe('Feasible: verified by the solver');
    const found = await temperatures();
    expected.parameters.forEach((value, j) => {
      expect(Math.abs(found[j] - value)).toBeLessThan(SHOWN * Math.abs(value));
    });
    expect(await figure('peakBefore')).toBeCloseTo(expected.peak.before, 3);
    expect(await figure('peakAfter')).toBeCloseTo(expected.peak.verified, 3);
    expect(await figure('cost')).toBeCloseTo(expected.cost, 2);
    const [{ before, after }] = expected.cases;
    expect(await figure('outsideBefore')).toBe(before.filter((u) => u > 50).length);
    expect(await figure('outsideAfter')).toBe(0);

    expect(await page.locator('.panel h2').allTextContents()).toEqual([
      'temperature before',
      'temperature after',
      'Difference',
    ]);
    const hottest = before.indexOf(Math.max(...before));
    await page.fill('#cell', String(hottest));
    await page.waitForSelector(`#probe-values[data-cell="${hottest}"]`);
    const probed = async (key: string) =>
      Number.parseFloat((await page.textContent(`[data-probe=${key}]`))!.replace('−', '-'));
    expect(await probed('field')).toBeCloseTo(before[hottest], 1);
    expect(await probed('reference')).toBeCloseTo(after[hottest], 1);
    const places = await Promise.all(
      (await page.locator('.marker').all()).slice(0, 2).map((marker) => marker.boundingBox()),
    );
    await page.fill('#cell', '');
    await ready(page);
    const pixels = await pixelsOf(page);
    const [marked, kept] = places.map((box) => pixels.at(box!.x + box!.width / 2, box!.y + box!.height / 2));
    // #e5261f stands for what is above the limit
    expect(marked[0]).toBeGreaterThan(200);
    expect(marked[1]).toBeLessThan(70);
    expect(kept[1]).toBeGreaterThan(100);
  });

  test('a limit that nothing can keep is proved infeasible, and not called verified', async () => {
    await setControl(page, 'control.limit.maximum', 30);
    await plan();
    expect(await status()).toBe('Infeasible: proved');
    expect(await page.textContent('#control-result')).toMatch(
      /whatever the controls, some limit is exceeded/,
    );
    expect(await page.textContent('#control-result')).not.toContain('verified');
    expect(await figure('outsideAfter')).toBeGreaterThan(0);
    // the same part with another limit, by the keyboard
    await page.fill('[data-bind="control.limit.maximum"]', '52');
    await page.press('[data-bind="control.limit.maximum"]', 'Tab');
    await page.focus('#control-run');
    await page.keyboard.press('Enter');
    await page.waitForSelector('#control-status[data-verdict="success"]');
  });

  test('the surrogate’s plan is refined until the solver verifies it, at nearly the least cost', async () => {
    const { problem, controls, goal } = controlQuestion({ mesh: plate }, initial);
    const exact = await controlBoundary(problem, { controls, ...goal, method: 'exact' });
    await setControl(page, 'control.limit.maximum', 50);
    await setControl(page, 'control.method', 'surrogate');
    await plan();
    expect(await status()).toBe('Feasible: verified by the solver');
    expect(await page.textContent('[data-control=method]')).toMatch(/^surrogate/);
    expect(await page.textContent('[data-control=device]')).toMatch(/WebAssembly|WebGPU/);
    expect((await figure('cost')) / exact.cost).toBeGreaterThan(1 - SHOWN);
    expect((await figure('cost')) / exact.cost).toBeLessThan(1.02);
  });

  test('a plan that takes long can be cancelled, what is shown stays, and the next one is made', async () => {
    const set = async (role: string) => {
      for (const group of ['bottom', 'right', 'top', 'hole-*'])
        await page.locator(`.patch[aria-label="${group}"] select`).selectOption(role);
    };
    await setControl(page, 'control.method', 'exact');
    await setControl(page, 'control.plate.cells', 20_000);
    await page.waitForFunction(() =>
      /20,\d+ cells|19,\d+ cells/.test(document.querySelector('#counts')!.textContent!),
    );
    await setControl(page, 'control.pieces', 16);
    await set('controlled');
    await page.click('#control-run');
    await page.click('#control-cancel');
    await page.waitForSelector('#control-run:enabled');
    expect(await status()).toBe('Cancelled; nothing has changed.');
    expect(await page.locator('.panel h2').allTextContents()).toEqual(['heat source']);
    expect(await page.inputValue('[data-bind="colours.range"]')).toBe('automatic');
    await setControl(page, 'control.plate.cells', 1000);
    await page.waitForFunction(() => /1,0\d\d cells/.test(document.querySelector('#counts')!.textContent!));
    await set('insulated');
    await setControl(page, 'control.pieces', 1);
    await plan();
    expect(await page.getAttribute('#control-status', 'data-verdict')).toBe('success');
  });

  test('a link to a plan makes the same plan again', async () => {
    await setControl(page, 'control.limit.maximum', 48);
    await setControl(page, 'control.pieces', 3);
    await plan();
    const found = await temperatures();
    await setControl(page, 'colours.map', 'cividis');
    await page.click('#copy-link');
    const link = await page.evaluate(() => location.href);
    const again = (await openPage(browser, link)).page;
    await again.waitForSelector('#control-status[data-verdict="success"]', { timeout: 30_000 });
    await ready(again);
    expect(await temperatures(again)).toEqual(found);
    expect(await again.inputValue('[data-bind="colours.map"]')).toBe('cividis');
    expect(await again.locator('.panel h2').allTextContents()).toEqual([
      'temperature before',
      'temperature after',
      'Difference',
    ]);
    await again.close();
  });

  test('the mesh that is open is controlled in place, with its own fields kept', async () => {
    const file = join(folder, 'part.vtu');
    const heat = Float64Array.from({ length: plate.cellCount }, (_, cell) =>
      plate.cellCentroids[2 * cell] > 0.05 ? 1e6 : 0,
    );
    writeFileSync(file, writeVtu(plate, { cellData: { heat } }));
    await page.setInputFiles('#file-input', file);
    await page.waitForSelector('#counts:has-text("1,018 cells")');
    // what a person opens is what is meant from then on
    await expect.poll(() => page.inputValue('[data-bind="control.part"]')).toBe('open');
    await page.waitForSelector('#control-fields option:has-text("heat")', { state: 'attached' });
    await setControl(page, 'control.pieces', 4);
    await setControl(page, 'control.heat.kind', 'field');
    await page.selectOption('#control-fields', { label: 'heat' });
    await setControl(page, 'control.limit.maximum', 25);
    await plan();
    const question = {
      ...initial,
      part: 'open',
      heat: { ...initial.heat, kind: 'field', field: 'heat' },
      limit: { maximum: 25, minimum: null },
    } as const;
    const { problem, controls, goal } = controlQuestion({ mesh: plate, field: heat }, question);
    const expected = await controlBoundary(problem, { controls, ...goal });
    expect(await page.getAttribute('#control-status', 'data-verdict')).toBe(expected.verdict);
    const found = await temperatures();
    expected.parameters.forEach((value, j) => {
      expect(Math.abs(found[j] - value)).toBeLessThan(SHOWN * Math.max(1, Math.abs(value)));
    });
    expect(await page.locator('#field option').allTextContents()).toContain('heat');
  });

  test('from a folder, without a server, the exact method plans as well', async () => {
    const opened = await openPage(browser, new URL('../../dist/viewer/index.html', import.meta.url).href);
    await opened.page.click('#control-plate');
    await opened.page.waitForSelector('.patch');
    await plan(opened.page);
    expect(await opened.page.getAttribute('#control-status', 'data-verdict')).toBe('success');
    expect(opened.complaints).toEqual([]);
    await opened.page.close();
  });
});
