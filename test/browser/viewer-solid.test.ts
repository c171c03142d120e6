import { readFileSync, rmSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packageFile } from '../../common/package-file.js';
import { type ServedViewer, serveViewer } from '../../viewer/server.js';
import { cellAt, linear, number, side, writeCubeFixture } from './cube-fixture.js';
import type { Picture } from './decode-png.js';
import { describeInBrowser, launchBrowser, pixelsOf } from './open-page.js';
import { openViewer, ready, setControl } from './viewer-page.js';

/** Five-colour palette of R's viridisLite::viridis(5): of the whole numbers 0 to 4. */
const viridis = ['440154', '3B528B', '21908C', '5DC863', 'FDE725'];
const middle = Math.floor(side / 2);

describeInBrowser('the viewer of a solid', () => {
  let browser: Browser;
  let fixture: ReturnType<typeof writeCubeFixture>;
  let viewer: ServedViewer;

  beforeAll(async () => {
    fixture = writeCubeFixture();
    viewer = await serveViewer(fixture.file);
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await viewer?.close();
    rmSync(fixture.folder, { recursive: true, force: true });
  });

  const open = (hash = '') => openViewer(browser, viewer.url + hash);

  async function look(page: Page, from: string): Promise<void> {
    await page.click(`[data-look="${from}"]`);
    await ready(page);
  }

  /** Where cells are on screen, by the probe's marker. */
  async function positionsOf(page: Page, cells: readonly number[]): Promise<{ x: number; y: number }[]> {
    const positions: { x: number; y: number }[] = [];
    for (const cell of cells) {
      await page.fill('#cell', String(cell));
      await page.waitForSelector(`#probe-values[data-cell="${cell}"]`);
      const box = (await page.locator('.marker').first().boundingBox())!;
      positions.push({ x: box.x + box.width / 2, y: box.y + box.height / 2 });
    }
    await page.fill('#cell', '');
    await ready(page);
    return positions;
  }

  const pixels = (page: Page): Promise<Picture> => pixelsOf(page);
  const probed = async (page: Page, key: string) =>
    Number.parseFloat((await page.textContent(`[data-probe=${key}]`))!.replace('−', '-'));
  /** Every third cell of the layer i across x. */
  const layer = (i: number) =>
    Array.from({ length: side ** 2 }, (_, at) => cellAt(i, at % side, Math.floor(at / side))).filter(
      (_, at) => at % 3 === 0,
    );

  test('a cut is filled with the values of the cells inside, and a slice too', async () => {
    const { page, complaints } = await open();
    await look(page, '+x');
    const positions = await positionsOf(page, layer(middle));
    await setControl(page, 'cut.shown', true);
    await setControl(page, 'edges.cuts', false);
    const cut = await pixels(page);
    layer(middle).forEach((cell, at) => {
      expectColour(cut.at(positions[at].x, positions[at].y), viridis[number(cell)]);
    });
    // the plane is 10 % further on per five presses: into the next layer of cells
    await page.locator('.viewport').focus();
    for (let press = 0; press < 6; press++) await page.keyboard.press(']');
    await ready(page);
    const next = await pixels(page);
    layer(middle + 1).forEach((cell, at) => {
      expectColour(next.at(positions[at].x, positions[at].y), viridis[number(cell)]);
    });
    expect(await page.locator('[data-shows=cut]').textContent()).toBe('4.24');
    await setControl(page, 'cut.shown', false);
    await setControl(page, 'surface.shown', false);
    await setControl(page, 'slices.x', true);
    await setControl(page, 'edges.cuts', true);
    const slice = await pixels(page);
    layer(middle).forEach((cell, at) => {
      expectColour(slice.at(positions[at].x, positions[at].y), viridis[number(cell)]);
    });
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('pointing at the cut reads the cell there and interpolates point data as they are', async () => {
    const { page } = await open();
    await look(page, '+x');
    const cells = [cellAt(middle, 1, 3), cellAt(middle, 4, 0)];
    const positions = await positionsOf(page, cells);
    await setControl(page, 'cut.shown', true);
    for (const [i, cell] of cells.entries()) {
      await page.mouse.move(positions[i].x + 3, positions[i].y - 2);
      await page.waitForSelector(`#probe-values[data-cell="${cell}"]`);
      expect(await probed(page, 'field')).toBe(number(cell));
    }
    await page.selectOption('#field', { label: 'linear' });
    await ready(page);
    await page.mouse.click(positions[0].x + 5, positions[0].y + 4);
    await page.waitForSelector(`#probe-values[data-cell="${cells[0]}"]`);
    const [x, y, z] = (await page.textContent('[data-probe=position]'))!.split(', ').map(Number);
    expect(x).toBeCloseTo(4, 3);
    expect(await probed(page, 'field')).toBeCloseTo(linear(x, y, z), 2);
    expect(await page.textContent('[data-probe=field]')).toMatch(/ V$/);
    await page.close();
  });

  test('an iso-surface of a linear field is its plane; a threshold leaves out what is outside', async () => {
    const { page } = await open();
    await page.selectOption('#field', { label: 'linear' });
    await setControl(page, 'surface.shown', false);
    await setControl(page, 'iso.shown', true);
    await setControl(page, 'iso.values', '16');
    await look(page, '+z');
    const [position] = await positionsOf(page, [cellAt(middle, middle, 0)]);
    await page.mouse.move(position.x + 7, position.y + 5);
    await page.waitForSelector('[data-probe=field]');
    expect(await probed(page, 'field')).toBeCloseTo(16, 4);
    const [x, y, z] = (await page.textContent('[data-probe=position]'))!.split(', ').map(Number);
    expect(linear(x, y, z)).toBeCloseTo(16, 2);
    await page.mouse.move(5, 5);

    await setControl(page, 'iso.shown', false);
    await setControl(page, 'surface.shown', true);
    await setControl(page, 'edges.surface', false);
    await page.selectOption('#field', { label: 'number' });
    await ready(page);
    const top = Array.from({ length: side }, (_, i) => cellAt(i, middle, side - 1));
    const positions = await positionsOf(page, top);
    const background = (await pixels(page)).at(positions[0].x, 90);
    await setControl(page, 'threshold.shown', true);
    await setControl(page, 'threshold.minimum', 2);
    const kept = await pixels(page);
    // one column of cells below another: the uppermost kept one is seen
    top.forEach((cell, i) => {
      const column = Array.from({ length: side }, (_, k) => number(cellAt(i, middle, side - 1 - k)));
      const seen = column.find((value) => value >= 2);
      const pixel = kept.at(positions[i].x, positions[i].y);
      if (seen === undefined) expect(pixel).toEqual(background);
      else expectHue(pixel, viridis[seen]);
      expect(number(cell)).toBe(column[0]);
    });
    await page.close();
  });

  test('a clipping box shows the cells at its sides', async () => {
    const { page } = await open();
    await look(page, '+x');
    const positions = await positionsOf(page, layer(middle));
    await setControl(page, 'box.shown', true);
    await setControl(page, 'box.high.0', 0.5);
    await setControl(page, 'box.low.1', 0.4);
    await setControl(page, 'edges.cuts', false);
    const shown = await pixels(page);
    const background = shown.at(positions[0].x - 200, positions[0].y);
    layer(middle).forEach((cell, at) => {
      const pixel = shown.at(positions[at].x, positions[at].y);
      if (Math.floor(cell / side) % side < 2) expect(pixel).toEqual(background);
      else expectColour(pixel, viridis[number(cell)]);
    });
    await page.close();
  });

  test('arrows and streamlines follow the vectors; a warp moves the body along them', async () => {
    const { page } = await open();
    await look(page, '+z');
    const [left, right] = await positionsOf(page, [
      cellAt(0, middle, middle),
      cellAt(side - 1, middle, middle),
    ]);
    const height = (right.x - left.x) / (side - 1);
    await setControl(page, 'surface.shown', false);
    const background = (await pixels(page)).at(left.x, left.y);
    const drawn = (picture: Picture, y: number) => {
      let count = 0;
      for (let x = left.x; x < right.x; x++)
        if (picture.at(x, y).some((channel, k) => Math.abs(channel - background[k]) > 20)) count++;
      return count / (right.x - left.x);
    };
    await setControl(page, 'streamlines.shown', true);
    await setControl(page, 'streamlines.count', 1);
    const lines = await pixels(page);
    // one line along x from end to end, somewhere
    const rows = Array.from({ length: Math.ceil(2.6 * height) }, (_, row) => left.y - 1.3 * height + row);
    expect(Math.max(...rows.map((y) => drawn(lines, y)))).toBeGreaterThan(0.98);
    await setControl(page, 'streamlines.shown', false);
    await setControl(page, 'glyphs.shown', true);
    const arrows = await pixels(page);
    const covered = Math.max(...rows.map((y) => drawn(arrows, y)));
    expect(covered).toBeGreaterThan(0.4);
    expect(covered).toBeLessThan(1);
    await setControl(page, 'glyphs.shown', false);
    await setControl(page, 'surface.shown', true);
    await setControl(page, 'warp.shown', true);
    await setControl(page, 'warp.by', 'vector');
    await setControl(
      page,
      'warp.vector',
      JSON.stringify({ name: 'along', association: 'point', negativeGradient: false }),
    );
    await setControl(page, 'warp.amount', 0.4);
    const [moved] = await positionsOf(page, [cellAt(0, middle, middle)]);
    // 40 % of the longest side, which is five cells
    expect((moved.x - left.x) / (side * height)).toBeCloseTo(0.4, 2);
    const warped = await pixels(page);
    expect(warped.at(left.x, left.y)).toEqual(background);
    await page.close();
  });

  test('range, colour map and clipping change uniforms only; a field uploads its numbers', async () => {
    const { page } = await open();
    await page.evaluate(() => {
      const counts = { uploads: 0 };
      Object.assign(window, { counts });
      for (const name of ['bufferData', 'bufferSubData'] as const) {
        const original = WebGL2RenderingContext.prototype[name] as (...all: unknown[]) => void;
        (WebGL2RenderingContext.prototype as unknown as Record<string, unknown>)[name] = function (
          this: WebGL2RenderingContext,
          ...all: unknown[]
        ) {
          counts.uploads++;
          original.apply(this, all);
        };
      }
    });
    const uploads = () =>
      page.evaluate(() => (window as unknown as { counts: { uploads: number } }).counts.uploads);
    await setControl(page, 'colours.map', 'inferno');
    await setControl(page, 'colours.reversed', true);
    await setControl(page, 'colours.maximum', 3);
    await setControl(page, 'surface.opacity', 0.5);
    await setControl(page, 'colours.scale', 'log');
    expect(await uploads()).toBe(0);
    await page.selectOption('#field', { label: 'shifted' });
    await ready(page);
    expect(await uploads()).toBeGreaterThanOrEqual(1);
    await page.close();
  });

  test('cells without a number, and values outside a locked range, have the colours that are chosen', async () => {
    const { page } = await open();
    await setControl(page, 'edges.cuts', false);
    await look(page, '+x');
    const cells = [cellAt(middle, middle, middle), cellAt(middle, 0, 0), cellAt(middle, side - 1, side - 1)];
    const positions = await positionsOf(page, cells);
    await setControl(page, 'cut.shown', true);
    await page.selectOption('#field', { label: 'holes' });
    await setControl(page, 'colours.missing', '#ff8800');
    await setControl(page, 'colours.minimum', 0);
    await setControl(page, 'colours.maximum', 50);
    await setControl(page, 'colours.markOutside', true);
    await setControl(page, 'colours.below', '#00ff00');
    await setControl(page, 'colours.above', '#ff0000');
    const shown = await pixels(page);
    const expected = ['ff8800', '00ff00', 'ff0000'];
    expected.forEach((hex, i) => {
      expectColour(shown.at(positions[i].x, positions[i].y), hex);
    });
    expect(await page.textContent('.shown')).toMatch(/no value 1/);
    await page.close();
  });

  test('blended, a cell has the mean of field and reference that the slider asks for', async () => {
    const { page } = await open();
    // number 1 and reference 3.5
    const cell = 31;
    await look(page, '+x');
    const [position] = await positionsOf(page, [cell]);
    await setControl(page, 'cut.shown', true);
    await setControl(page, 'cut.position', 0.3);
    await setControl(page, 'edges.cuts', false);
    await setControl(page, 'compare.shown', true);
    await page.selectOption('#reference', { label: 'shifted' });
    await setControl(page, 'compare.view', 'blend');
    await setControl(page, 'colours.minimum', 0);
    await setControl(page, 'colours.maximum', 4);
    for (const [blend, value] of [
      [0, 1],
      [0.4, 2],
      [0.8, 3],
    ]) {
      await setControl(page, 'compare.blend', blend);
      expectColour((await pixels(page)).at(position.x, position.y), viridis[value]);
    }
    await page.close();
  });

  test('a view comes back from its link as it was, pixel by pixel, and its file again from there', async () => {
    const { page } = await open();
    await setControl(page, 'cut.shown', true);
    await page.click('[data-normal="0,0,1"]');
    await setControl(page, 'cut.position', 0.7);
    await setControl(page, 'colours.map', 'turbo');
    await setControl(page, 'colours.minimum', 1);
    await setControl(page, 'compare.shown', true);
    await page.selectOption('#reference', { label: 'shifted' });
    await page.locator('.viewport').first().focus();
    for (const key of ['ArrowLeft', 'ArrowLeft', 'ArrowUp', '+']) await page.keyboard.press(key);
    await page.fill('#cell', '31');
    await page.waitForSelector('#probe-values[data-cell="31"]');
    await page.click('#copy-link');
    await ready(page);
    const before = await pixels(page);
    const link = new URL(page.url()).hash;
    expect(link.length).toBeLessThan(900);
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('#save-session')]);
    const session = JSON.parse(readFileSync(await download.path(), 'utf8'));
    expect(session).toMatchObject({
      colours: { map: 'turbo', range: 'locked', minimum: 1 },
      cut: { shown: true, normal: [0, 0, 1], position: 0.7 },
      compare: { shown: true, reference: { name: 'shifted' } },
      probe: { cell: 31 },
    });
    const again = await open(link);
    await again.page.waitForSelector('#probe-values[data-cell="31"]');
    await ready(again.page);
    const after = await pixels(again.page);
    const box = (await page.locator('#panels').boundingBox())!;
    let different = 0;
    for (let x = box.x; x < box.x + box.width; x += 4)
      for (let y = box.y; y < box.y + box.height; y += 4)
        if (before.at(x, y).some((channel, k) => Math.abs(channel - after.at(x, y)[k]) > 3)) different++;
    expect(different).toBe(0);
    expect(again.complaints).toEqual([]);
    const [second] = await Promise.all([
      again.page.waitForEvent('download'),
      again.page.click('#save-session'),
    ]);
    expect(JSON.parse(readFileSync(await second.path(), 'utf8'))).toEqual(session);
    await again.page.close();
    await page.close();
  });

  test('a series plays, steps by key, and is plotted over time; the line plot tells its values', async () => {
    const { page, complaints } = await open();
    await page.setInputFiles('#file-input', fixture.series);
    await page.waitForSelector('#timeline:not([hidden])');
    await ready(page);
    await page.fill('#cell', '7');
    await page.waitForSelector('#probe-values[data-cell="7"]');
    expect(await probed(page, 'field')).toBe(number(7));
    await page.locator('.viewport').focus();
    await page.keyboard.press('.');
    await expect.poll(() => page.textContent('#time')).toBe('0.5 (2 of 3)');
    await ready(page);
    await expect.poll(() => probed(page, 'field')).toBe(number(7, 1));
    await setControl(page, 'probe.overTime', true);
    await setControl(page, 'probe.line', true);
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('#save-plot')]);
    const text = readFileSync(await download.path(), 'utf8');
    expect(text.split('\n')[0]).toBe('"distance","number"');
    const values = text.trim().split('\n').slice(1);
    expect(values).toHaveLength(201);
    const [distance, value] = values[100].split(',').map(Number);
    expect(distance).toBeCloseTo(1, 9);
    expect(value).toBe(number(cellAt(middle, middle, middle), 1));
    expect(await page.locator('.chart').nth(1).getAttribute('aria-label')).toMatch(
      /Cell 7 over time, 3 values/,
    );
    await page.click('#play');
    await expect.poll(() => page.textContent('#time')).not.toBe('0.5 (2 of 3)');
    await page.click('#play');
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('files are refused with a sentence, and the page goes on', async () => {
    const { page } = await open();
    const bad: [string, RegExp][] = [
      [packageFile('test/fixtures/formats/vtk-lz4.vtu'), /LZ4.*zlib/],
      [packageFile('package.json'), /The session is wrong|none of VTU/],
    ];
    for (const [file, message] of bad) {
      await page.setInputFiles('#file-input', file);
      await page.waitForSelector('#message:not([hidden])');
      expect(await page.textContent('#message-text')).toMatch(message);
      await page.click('#dismiss');
    }
    await page.setInputFiles('#file-input', packageFile('test/fixtures/formats/gmsh-box-4.1-binary.msh'));
    await ready(page);
    expect(await page.getAttribute('#view', 'data-state')).toBe('ready');
    await page.close();
  });

  test('without a server, from a folder: the page opens files, and asks no one for anything', async () => {
    const requests: string[] = [];
    const page = await browser.newPage({ viewport: { width: 390, height: 844 } });
    page.on('request', (request) => requests.push(request.url()));
    await page.goto(`file://${packageFile('dist/viewer/index.html')}`);
    await page.waitForSelector('#empty:not([hidden])');
    await page.setInputFiles('#file-input', fixture.file);
    await page.waitForSelector('#view[data-state="ready"]');
    await ready(page);
    expect(requests.filter((url) => !/^(file|blob|data):/.test(url))).toEqual([]);
    // on a phone nothing is cut off at the side
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    const box = (await page.locator('.viewport').boundingBox())!;
    expect(box.width).toBeGreaterThan(350);
    expect(box.height).toBeGreaterThan(220);
    await page.close();
  });

  test('the PNG has the size that is asked for, with the colours of the view and its colour bar', async () => {
    const { page } = await open();
    await look(page, '+x');
    const [position] = await positionsOf(page, [cellAt(middle, 1, 1)]);
    await setControl(page, 'cut.shown', true);
    await setControl(page, 'edges.cuts', false);
    await page.selectOption('#picture-scale', '4');
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('#save-picture')]);
    const png = readFileSync(await download.path());
    const box = (await page.locator('.viewport').boundingBox())!;
    expect(png.readUInt32BE(16)).toBe(Math.floor(4 * (box.width + 48)));
    const found = await page.evaluate(
      async ({ data, x, y, bar }) => {
        const image = new Image();
        image.src = `data:image/png;base64,${data}`;
        await image.decode();
        const canvas = document.createElement('canvas');
        canvas.width = image.width;
        canvas.height = image.height;
        const context = canvas.getContext('2d')!;
        context.drawImage(image, 0, 0);
        return [[x, y], ...bar].map(([px, py]) => [...context.getImageData(px, py, 1, 1).data].slice(0, 3));
      },
      {
        data: png.toString('base64'),
        x: Math.round(4 * (24 + position.x - box.x)),
        y: Math.round(4 * (56 + position.y - box.y)),
        bar: [0.002, 0.5, 0.998].map((share) => [
          Math.round(4 * (24 + 12 + share * (box.width - 24))),
          Math.round(4 * (56 + box.height + 22 + 6)),
        ]),
      },
    );
    expectColour(found[0], viridis[number(cellAt(middle, 1, 1))]);
    [0, 2, 4].forEach((colour, i) => {
      expectColour(found[1 + i], viridis[colour], 6);
    });
    await page.close();
  });

  test('by keyboard alone: from the first control to the view, cut, read, turn, and let go', async () => {
    const { page } = await open();
    const focused = () =>
      page.evaluate(() => {
        const element = document.activeElement as HTMLElement;
        return element.dataset.bind ?? element.dataset.look ?? (element.id || element.className);
      });
    const reached: string[] = [];
    for (let press = 0; press < 80 && !reached.includes('corner'); press++) {
      await page.keyboard.press('Tab');
      reached.push(await focused());
    }
    for (const each of [
      'open',
      'save-picture',
      'viewport',
      'cell',
      'field',
      'colours.range',
      'cut.shown',
      'corner',
    ])
      expect(reached, each).toContain(each);
    await page.locator('.viewport').focus();
    const outline = await page
      .locator('.viewport')
      .evaluate((element) => getComputedStyle(element).outlineStyle);
    expect(outline).not.toBe('none');
    await page.keyboard.press('1');
    await page.keyboard.press('c');
    await ready(page);
    expect(await page.isChecked('[data-bind="cut.shown"]')).toBe(true);
    await page.keyboard.press('Enter');
    await page.waitForSelector(`#probe-values[data-cell="${cellAt(middle, middle, middle)}"]`);
    expect(await probed(page, 'field')).toBe(number(cellAt(middle, middle, middle)));
    await expect
      .poll(() => page.textContent('#announcement'))
      .toContain(`Cell ${cellAt(middle, middle, middle)}`);
    const marker = (await page.locator('.marker').boundingBox())!;
    for (const key of ['Shift+ArrowRight', 'Shift+ArrowRight']) await page.keyboard.press(key);
    await ready(page);
    expect((await page.locator('.marker').boundingBox())!.x).not.toBeCloseTo(marker.x, 0);
    await page.keyboard.press('e');
    await ready(page);
    expect(await page.isChecked('[data-bind="edges.surface"]')).toBe(false);
    await page.keyboard.press('Escape');
    expect(await page.isVisible('.marker')).toBe(false);
    await page.keyboard.press('?');
    expect(await page.isVisible('#keys')).toBe(true);
    await page.keyboard.press('Escape');
    expect(await page.isVisible('#keys')).toBe(false);
    await page.close();
  });

  test('every control has a name, and text stands out from what is behind it', async () => {
    const { page } = await open();
    const nameless = () =>
      page.evaluate(() =>
        [...document.querySelectorAll<HTMLInputElement>('input, select, button, progress, [tabindex]')]
          .filter((each) => {
            const label = [...(each.labels ?? [])].map((one) => one.textContent).join('');
            return !(each.getAttribute('aria-label') || label.trim() || each.textContent?.trim());
          })
          .map((each) => each.outerHTML.slice(0, 120)),
      );
    expect(await nameless()).toEqual([]);
    for (const scheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: scheme });
      // WCAG 2: contrast of at least 4.5, by relative luminance
      const faint = await page.evaluate(() => {
        const channels = (colour: string) => (colour.match(/[\d.]+/g) ?? []).map(Number);
        const luminance = (colour: string) => {
          const [r, g, b] = channels(colour).map((x) =>
            x / 255 <= 0.04045 ? x / 255 / 12.92 : ((x / 255 + 0.055) / 1.055) ** 2.4,
          );
          return 0.2126 * r + 0.7152 * g + 0.0722 * b;
        };
        const behind = (element: Element | null): string => {
          if (!element) return 'rgb(255, 255, 255)';
          const { backgroundColor } = getComputedStyle(element);
          return channels(backgroundColor)[3] === 0 ? behind(element.parentElement) : backgroundColor;
        };
        return [
          ...document.querySelectorAll(
            'h1, h2, p, label, legend, button, a, dt, dd, .ticks span, .quantity span, output',
          ),
        ]
          .filter((each) => each.textContent?.trim() && each.checkVisibility())
          .map((each) => {
            const [a, b] = [luminance(getComputedStyle(each).color), luminance(behind(each))].sort(
              (x, y) => y - x,
            );
            return { text: each.textContent!.trim().slice(0, 40), contrast: (a + 0.05) / (b + 0.05) };
          })
          .filter(({ contrast }) => contrast < 4.5);
      });
      expect(faint).toEqual([]);
    }
    await page.close();
  });

  test('embedded, it shows the field and nothing else', async () => {
    const { page } = await open('#embed=view');
    expect(await page.isVisible('.top')).toBe(false);
    expect(await page.isVisible('.sidebar')).toBe(false);
    expect(await page.isVisible('.colour-bar')).toBe(true);
    await page.close();
  });
});

function channelsOf(hex: string): number[] {
  return [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
}

function expectColour(actual: readonly number[], hex: string, tolerance = 3): void {
  const expected = channelsOf(hex);
  const distance = Math.max(...actual.map((channel, i) => Math.abs(channel - expected[i])));
  expect(distance, `${actual} is not #${hex}`).toBeLessThanOrEqual(tolerance);
}

/** The colour, dimmed as a face that looks away may be. */
function expectHue(actual: readonly number[], hex: string): void {
  const expected = channelsOf(hex);
  const brightest = expected.indexOf(Math.max(...expected));
  const dimmed = actual[brightest] / expected[brightest];
  expect(dimmed).toBeGreaterThan(0.6);
  expectColour(
    actual.map((channel) => channel / dimmed),
    hex,
    6,
  );
}
