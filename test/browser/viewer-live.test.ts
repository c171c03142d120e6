import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packageFile } from '../../common/package-file.js';
import { boxMesh, type Mesh, meshFromFile, readVtu, writeVtu } from '../../geometry/index.js';
import { solve } from '../../solvers/index.js';
import { loadPretrained, openSurrogate, type Surrogate } from '../../training/index.js';
import { parseSession } from '../../viewer/app/session.js';
import type { ViewState } from '../../viewer/app/view-state.js';
import { serveViewer } from '../../viewer/index.js';
import { generatePart } from '../../viewer/live/live-part.js';
import { liveProblem } from '../../viewer/live/live-problem.js';
import { POLISH_OPTIONS } from '../../viewer/live/polish.js';
import type { ServedViewer } from '../../viewer/server.js';
import { violationsOf } from './axe.js';
import { describeInBrowser, launchBrowser, openPage, pixelsOf } from './open-page.js';
import { openFiles, ready, setControl, setView } from './viewer-page.js';

/** Of the page's answers to those of Node, over the span of the field: WebAssembly sums in another order. */
const TOLERANCE = 1e-4;
const SURROGATE = { name: 'surrogate', association: 'cell' };
const CELLS = [0, 111, 333, 555, 777, 900];

describeInBrowser('a surrogate that answers live in the viewer', () => {
  let browser: Browser;
  let viewer: ServedViewer;
  let surrogate: Surrogate;
  let folder: string;
  /** One page for most tests: loading ONNX Runtime takes longer than they do */
  let page: Page;
  let complaints: string[];
  const requests: string[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'fieldsmith-live-'));
    surrogate = await openSurrogate(loadPretrained('random-bc'));
    viewer = await serveViewer();
    browser = await launchBrowser();
    const opened = await openPage(browser, viewer.url, {
      reducedMotion: 'reduce',
      onRequest: (url) => requests.push(url),
    });
    ({ page, complaints } = opened);
    await page.click('#live-start');
    await answered();
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await viewer?.close();
    await surrogate?.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  async function answered(state = 'ready', on = page): Promise<void> {
    await on.waitForSelector(`#live[data-state="${state}"]`, { timeout: 60_000 });
    await ready(on);
  }

  /** Changes something and waits for the answer to it. */
  async function change(act: () => Promise<unknown>): Promise<void> {
    await page.evaluate(() => {
      document.getElementById('live')!.dataset.state = 'asked';
    });
    await act();
    await answered();
  }

  /** A part of 1,000 triangles that answers, everything else as at first. */
  async function startAnew(): Promise<void> {
    await change(() =>
      setView(page, {
        live: { shown: true, part: { cells: 1000 } },
        field: SURROGATE,
        data: { name: 'fresh' },
      }),
    );
  }

  async function savedView(on = page): Promise<ViewState> {
    const [download] = await Promise.all([on.waitForEvent('download'), on.click('#save-session')]);
    return parseSession(readFileSync(await download.path(), 'utf8'));
  }

  async function probed(cell: number, key = 'field', on = page): Promise<number> {
    await on.fill('#cell', String(cell));
    await on.waitForFunction(
      (wanted) => document.querySelector('#probe-values')?.getAttribute('data-cell') === wanted,
      String(cell),
    );
    const text = (await on.textContent(`[data-probe=${key}]`))!;
    await on.fill('#cell', '');
    return Number.parseFloat(text.replace('−', '-'));
  }

  /** Compares cells of the page with the inference API in Node on the problem that the page's own session tells. */
  async function expectNodesAnswer(mesh?: Mesh): Promise<Float64Array> {
    const { live } = await savedView();
    const { kind, ...part } = live.part;
    const body = mesh ?? generatePart({ ...part, kind: kind === 'holes' ? 'holes' : 'cut-corners' });
    const expected = await surrogate.predict(liveProblem(body, live), { neumannImbalance: 'remove' });
    const span = Math.max(...expected) - Math.min(...expected);
    expect(span).toBeGreaterThan(1);
    for (const cell of CELLS) {
      const difference = Math.abs((await probed(cell)) - expected[cell]);
      expect(difference, `cell ${cell}`).toBeLessThanOrEqual(TOLERANCE * span);
    }
    return expected;
  }

  test('the field follows the sliders as the inference API says, in the colours of its values, and is encoded once', async () => {
    await startAnew();
    await expectNodesAnswer();
    // trained without boundary values: the page says so
    await expect
      .poll(() => page.textContent('#live-range'))
      .toMatch(/outside the trained range.*boundary values/);
    const encodings = await page.getAttribute('#live-timings', 'data-encodings');
    await change(() => page.locator('[data-live-patch="bottom"]').fill('95'));
    const held = await page.getAttribute('#canvas', 'data-geometries');
    await change(() => setControl(page, 'live.source.at.0', 0.7));
    await change(() => setControl(page, 'live.source.power', -800));
    await change(() =>
      page
        .getByLabel('Value, typed of right')
        .fill('4000')
        .then(() => page.keyboard.press('Tab')),
    );
    expect(await page.getAttribute('#live-timings', 'data-encodings')).toBe(encodings);
    expect(await page.getAttribute('#canvas', 'data-geometries')).toBe(held);
    const expected = await expectNodesAnswer();

    // a cell in the middle of the range has the middle colour of viridis
    await setControl(page, 'edges.surface', false);
    await setControl(page, 'colours.map', 'grey');
    const [low, high] = [Math.min(...expected), Math.max(...expected)];
    for (const cell of [100, 500, 800]) {
      await page.fill('#cell', String(cell));
      await page.waitForFunction(
        (wanted) => document.querySelector('#probe-values')?.getAttribute('data-cell') === wanted,
        String(cell),
      );
      const box = (await page.locator('.marker').first().boundingBox())!;
      await page.fill('#cell', '');
      await ready(page);
      const [red] = (await pixelsOf(page)).at(box.x + box.width / 2, box.y + box.height / 2);
      expect(Math.abs(red - (255 * (expected[cell] - low)) / (high - low)), `cell ${cell}`).toBeLessThan(4);
    }

    const moves = JSON.parse((await page.getAttribute('#live-timings', 'data-samples'))!);
    expect(moves.length).toBeGreaterThan(3);
    for (const part of ['model', 'readback', 'upload', 'draw', 'total'])
      for (const move of moves) expect(move[part], part).toBeGreaterThanOrEqual(0);
    for (const url of requests) expect(url.startsWith(viewer.url) || url.startsWith('blob:'), url).toBe(true);
    expect(complaints).toEqual([]);
  }, 120_000);

  test('of many moves in a row those are answered that there is time for, the last one always', async () => {
    await startAnew();
    const moves = async () => Number(await page.getAttribute('#live-timings', 'data-moves'));
    const before = await moves();
    await change(() =>
      page.locator('[data-live-patch="bottom"]').evaluate((slider: HTMLInputElement) => {
        for (let value = 0; value <= 90; value += 0.5) {
          slider.value = String(value);
          slider.dispatchEvent(new Event('input', { bubbles: true }));
        }
      }),
    );
    await expect.poll(moves).toBeGreaterThan(before);
    expect((await moves()) - before).toBeLessThanOrEqual(3);
    expect((await savedView()).live.patches.bottom.temperature).toBe(90);
    await expectNodesAnswer();
  }, 120_000);

  test('another type of a patch is another encoding, and its number comes back with the type', async () => {
    await startAnew();
    const encodings = Number(await page.getAttribute('#live-timings', 'data-encodings'));
    const type = page.locator('[data-live-patch-type="left"]');
    expect(await type.inputValue()).toBe('neumann');
    await change(() => type.selectOption('dirichlet'));
    expect(Number(await page.getAttribute('#live-timings', 'data-encodings'))).toBe(encodings + 1);
    await change(() => page.locator('[data-live-patch="left"]').fill('40'));
    expect(Number(await page.getAttribute('#live-timings', 'data-encodings'))).toBe(encodings + 1);
    await expectNodesAnswer();
    await change(() => type.selectOption('neumann'));
    await change(() => type.selectOption('dirichlet'));
    expect(await page.getByLabel('Value, typed of left').inputValue()).toBe('40');
    expect(complaints).toEqual([]);
  }, 120_000);

  test('polish ends certified at the field of solve, shows both beside each other, and lets go when a slider moves', async () => {
    await startAnew();
    await change(() => setControl(page, 'live.steps', 20));
    await page.click('#live-polish');
    await expect
      .poll(() => page.textContent('#live-certificate'), { timeout: 60_000 })
      .toMatch(/Certified:.*from zero/);
    await ready(page);
    const { live } = await savedView();
    const mesh = generatePart({ ...live.part, kind: 'cut-corners' });
    const problem = liveProblem(mesh, live);
    const { solution, iterations } = await solve(problem, { ...POLISH_OPTIONS, relativeTolerance: 1e-10 });
    const fromZero = (await solve(problem, POLISH_OPTIONS)).iterations;
    const text = (await page.textContent('#live-certificate'))!;
    const [, started, counted] = /(\d+) iterations .* from the surrogate, (\d+) from zero/.exec(text)!;
    expect(Number(counted)).toBe(fromZero);
    expect(Number(started)).toBeLessThan(iterations);
    expect(Number.parseFloat(/residual (\S+)/.exec(text)![1])).toBeLessThanOrEqual(
      POLISH_OPTIONS.relativeTolerance,
    );
    expect(await page.locator('.panel h2').allTextContents()).toEqual([
      'surrogate',
      'polished',
      'Difference',
    ]);
    const predicted = await surrogate.predict(problem);
    const span = Math.max(...solution) - Math.min(...solution);
    for (const cell of CELLS) {
      expect(Math.abs((await probed(cell, 'reference')) - solution[cell])).toBeLessThan(1e-5 * span);
      const difference = predicted[cell] - solution[cell];
      expect(Math.abs((await probed(cell, 'difference')) - difference)).toBeLessThan(TOLERANCE * span);
    }
    const largest = predicted.reduce(
      (most, value, cell) => Math.max(most, Math.abs(value - solution[cell])),
      0,
    );
    const shown = Number.parseFloat((await page.textContent('[data-difference=maximumAbsolute]'))!);
    expect(Math.abs(shown / largest - 1)).toBeLessThan(0.02);
    expect(await page.getAttribute('#live-residuals', 'aria-label')).toMatch(
      /from the surrogate: \d+ iterations/,
    );

    await change(() => page.locator('[data-live-patch="bottom"]').fill('33'));
    expect(await page.locator('.panel h2').allTextContents()).toEqual(['surrogate']);
    expect(await page.textContent('#live-certificate')).toBe('');
    expect(await page.locator('#field option').allTextContents()).toEqual(['surrogate']);
    expect(complaints).toEqual([]);
  }, 120_000);

  test('polish can be cancelled, and goes on from where the surrogate is', async () => {
    await startAnew();
    await change(() => setControl(page, 'live.steps', 1));
    await page.click('#live-polish');
    await page.waitForSelector('#live-residuals:not([hidden])');
    await page.click('#live-cancel');
    expect(await page.textContent('#live-certificate')).toMatch(/^Cancelled/);
    await change(() => setControl(page, 'live.steps', 40));
    await page.click('#live-polish');
    await expect
      .poll(() => page.textContent('#live-certificate'), { timeout: 60_000 })
      .toMatch(/Certified:.*from zero/);
  }, 120_000);

  test.each(['light', 'dark'] as const)(
    'axe finds nothing wrong with the panel, %s',
    async (colorScheme) => {
      await startAnew();
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      expect(await violationsOf(page)).toEqual([]);
      await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
    },
    120_000,
  );

  test('the heat source is dragged on the body, and moved with the arrow keys', async () => {
    await startAnew();
    const handle = page.locator('.live-handle');
    const before = (await handle.boundingBox())!;
    const [x, y] = [before.x + before.width / 2, before.y + before.height / 2];
    await change(async () => {
      await page.mouse.move(x, y);
      await page.mouse.down();
      await page.mouse.move(x + 60, y - 30, { steps: 6 });
      await page.mouse.up();
    });
    const after = (await handle.boundingBox())!;
    expect(after.x - before.x).toBeCloseTo(60, 0);
    expect(after.y - before.y).toBeCloseTo(-30, 0);
    const { live, camera, probe } = await savedView();
    // one scale for both axes, y upwards; neither camera nor probe took part
    expect((live.source.at[0] - 0.5) / (live.source.at[1] - 0.5)).toBeCloseTo(2, 1);
    expect(live.source.at[0]).toBeGreaterThan(0.5);
    expect([camera.position, probe.cell]).toEqual([null, null]);
    await expectNodesAnswer();
    await handle.focus();
    await change(() => page.keyboard.press('ArrowLeft'));
    expect((await savedView()).live.source.at[0]).toBeCloseTo(live.source.at[0] - 0.01, 6);
    expect(complaints).toEqual([]);
  }, 120_000);

  test('a saved view and a link bring model, problem and sliders back, and the same field', async () => {
    await startAnew();
    await change(() => setControl(page, 'live.source.at.1', 0.3));
    await change(() => page.locator('[data-live-patch-type="top"]').selectOption('neumann'));
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    const before = await savedView();
    const value = await probed(200);
    await page.click('#copy-link');
    await expect.poll(() => page.evaluate(() => location.hash)).toContain('view=');
    const hash = await page.evaluate(() => location.hash);

    const linked = await openPage(browser, viewer.url + hash, { reducedMotion: 'reduce' });
    await answered('ready', linked.page);
    expect((await savedView(linked.page)).live).toEqual(before.live);
    expect(await probed(200, 'field', linked.page)).toBeCloseTo(value, 3);
    expect(linked.complaints).toEqual([]);
    await linked.page.close();

    await startAnew();
    expect((await savedView()).live).not.toEqual(before.live);
    // patches of another part are left out, those that are missing have their defaults
    const foreign = {
      left: { type: 'dirichlet', temperature: 12, flux: 0 },
      lid: { type: 'neumann', temperature: 0, flux: 5 },
    };
    await change(() => setView(page, { live: { shown: true, part: { cells: 1000 }, patches: foreign } }));
    const { patches } = (await savedView()).live;
    expect(Object.keys(patches)).toEqual(Object.keys(before.live.patches));
    expect(patches.left).toEqual(foreign.left);
    await change(() => setView(page, before));
    expect((await savedView()).live).toEqual(before.live);
    expect(await probed(200)).toBeCloseTo(value, 3);
    expect(complaints).toEqual([]);
  }, 120_000);

  test('the mesh of an open file answers, by its own patches', async () => {
    const part = generatePart({ kind: 'cut-corners', cells: 1000, cutouts: 2, seed: 9 });
    const file = join(folder, 'bracket.vtu');
    writeFileSync(file, writeVtu(part, { cellData: { age: new Float64Array(part.cellCount).fill(3) } }));
    const { mesh } = meshFromFile(readVtu(readFileSync(file)));
    await startAnew();
    // opened while a part answers: from then on the file's mesh does
    await change(() => openFiles(page, file));
    expect(await page.inputValue('#live-part')).toBe('open');
    expect(await page.locator('.patch-name').allTextContents()).toEqual(mesh.patches.map(({ name }) => name));
    await expectNodesAnswer(mesh);
    expect(await page.locator('#field option').allTextContents()).toEqual(['age', 'surrogate']);
    const solid = join(folder, 'box.vtu');
    writeFileSync(solid, writeVtu(boxMesh({ size: [1, 1, 1], cells: [3, 3, 3] })));
    await openFiles(page, solid);
    await answered('failed');
    expect(await page.textContent('#live-status')).toBe(
      'The model random-bc answers on 2D meshes, this one is 3D; choose another.',
    );
    expect(complaints).toEqual([]);
  }, 120_000);

  test('a model that a person opens answers; one that is not here, and a page without a server, say so', async () => {
    await page.setInputFiles('#file-input', packageFile('pretrained/control/model.onnx'));
    await change(() => page.click('text=Let it answer live'));
    expect(await page.inputValue('#live-model')).toBe('model.onnx');
    expect(await page.textContent('#live-model-note')).toMatch(
      /reduced-basis, \d+ basis fields\. On (WebAssembly|WebGPU)/,
    );
    // trained with one side held: the others begin insulated
    expect(
      await page
        .locator('[data-live-patch-type]')
        .evaluateAll((all) => all.map((each) => (each as HTMLSelectElement).value)),
    ).toContain('neumann');
    const session = join(folder, 'lost.view.json');
    writeFileSync(session, JSON.stringify({ version: 1, live: { shown: true, model: 'lost.onnx' } }));
    await page.setInputFiles('#file-input', session);
    await answered('failed');
    expect(await page.textContent('#live-status')).toBe(
      'The model lost.onnx of this view is not here: open its file, or choose another.',
    );
    const local = await openPage(browser, pathToFileURL(packageFile('dist/viewer/index.html')).href);
    await local.page.click('#live-start');
    await expect.poll(() => local.page.textContent('#message-text')).toContain('npx fieldsmith view');
    await local.page.close();
  }, 120_000);
});
