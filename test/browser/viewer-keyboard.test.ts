import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { packageFile } from '../../common/package-file.js';
import { colourDistance } from './colours.js';
import { cellAt, number, side } from './cube-fixture.js';
import { pixelsOf } from './open-page.js';
import { openViewer, probed, ready } from './viewer-page.js';
import { describeViewer } from './viewer-suite.js';

const middle = Math.floor(side / 2);
const centre = cellAt(middle, middle, middle);

/** The control that has the focus, and whether a person sees that it has. */
interface Stop {
  readonly name: string;
  readonly outlined: boolean;
  readonly inView: boolean;
}

function stop(page: Page): Promise<Stop> {
  return page.evaluate(() => {
    const element = document.activeElement as HTMLElement;
    const { bind, look, normal } = element.dataset;
    const box = element.getBoundingClientRect();
    const drawn = [element, element.closest('label')].some((each) => {
      const style = each && getComputedStyle(each);
      return style && style.outlineStyle !== 'none' && Number.parseFloat(style.outlineWidth) >= 1;
    });
    return {
      name: bind ?? look ?? normal ?? (element.id || element.className || element.tagName),
      outlined: drawn,
      inView: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
    };
  });
}

describeViewer('the viewer by keyboard', (suite) => {
  test('the whole tour: open, field, cut, iso-surface, comparison, probe, line plot, camera, and saving', async () => {
    const { page, complaints } = await openViewer(
      suite.browser,
      `file://${packageFile('dist/viewer/index.html')}`,
    );
    // a key is faster than the browser's promise not to open a window of its own
    page.on('filechooser', () => {});
    const seen = new Map<string, Stop>();
    /** Tab by tab to a control, or back to one; each stop on the way shows the focus. */
    async function tabTo(name: string, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
      let at = await stop(page);
      for (let press = 0; press < 160 && at.name !== name; press++) {
        await page.keyboard.press(key);
        at = await stop(page);
        if (at.name === 'BODY') continue;
        seen.set(at.name, at);
        expect(at.outlined, `${at.name} shows that it has the focus`).toBe(true);
        expect(at.inView, `${at.name} is on screen`).toBe(true);
      }
      if (at.name !== name)
        throw new Error(`tabTo: no stop is called ${name}; there are ${[...seen.keys()].join(', ')}`);
    }
    /** Arrow by arrow to an entry of the list that has the focus. */
    async function choose(label: string): Promise<void> {
      const chosen = () =>
        page.evaluate(() => (document.activeElement as HTMLSelectElement).selectedOptions[0]?.text);
      await page.keyboard.press('Home');
      for (let press = 0; press < 20 && (await chosen()) !== label; press++)
        await page.keyboard.press('ArrowDown');
      await ready(page);
      expect(await chosen()).toBe(label);
    }
    const viewport = page.locator('.viewport').first();

    await tabTo('open-here');
    const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.keyboard.press('Enter')]);
    await chooser.setFiles(suite.fixture.file);
    await page.waitForSelector('#view[data-state="ready"]');
    await ready(page);

    await tabTo('field');
    await choose('linear');
    expect(await page.locator('.panel h2').first().textContent()).toBe('linear');
    await choose('number');

    await tabTo('cut.shown');
    await page.keyboard.press(' ');
    await ready(page);
    await tabTo('cut.position');
    for (let press = 0; press < 3; press++) await page.keyboard.press('ArrowRight');
    await ready(page);
    expect(await page.inputValue('[data-bind="cut.position"]')).toBe('0.506');
    await tabTo('0,1,0');
    await page.keyboard.press('Enter');
    await tabTo('1,0,0', 'Shift+Tab');
    await page.keyboard.press('Enter');

    await tabTo('iso.shown');
    await page.keyboard.press(' ');
    await tabTo('iso.values');
    await page.keyboard.type('2.5');
    await page.keyboard.press('Tab');
    await ready(page);
    expect(await page.inputValue('[data-bind="iso.values"]')).toBe('2.5');

    await tabTo('compare.shown');
    await page.keyboard.press(' ');
    await ready(page);
    await tabTo('compare.reference');
    await choose('shifted');
    expect(await page.locator('.panel').count()).toBe(3);
    await tabTo('worst');
    await page.keyboard.press('Enter');
    await page.waitForSelector('#probe-values[data-cell="31"]');
    expect(await probed(page, 'difference')).toBe(-2.5);
    await tabTo('compare.shown', 'Shift+Tab');
    await page.keyboard.press(' ');
    await ready(page);

    await tabTo('probe.line');
    await page.keyboard.press(' ');
    await ready(page);
    await tabTo('probe.to.1');
    await page.keyboard.type('0.75');
    await page.keyboard.press('Tab');
    await ready(page);
    expect(await page.getAttribute('.chart', 'aria-label')).toMatch(/Along the line/);
    await tabTo('save-plot');
    const [plot] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
    expect(plot.suggestedFilename()).toBe('line.csv');

    // the view itself: look along x, zoom, turn, and read the cell in its middle
    await tabTo('viewport');
    for (const key of ['Escape', '1']) await page.keyboard.press(key);
    await ready(page);
    await page.keyboard.press('Enter');
    await page.waitForSelector('#probe-values[data-cell]');
    const cell = Number(await page.getAttribute('#probe-values', 'data-cell'));
    expect(Math.floor(cell / side)).toBe(Math.floor(centre / side));
    expect(await probed(page, 'field')).toBe(number(cell));
    await expect.poll(() => page.textContent('#announcement')).toContain(`Cell ${cell}`);
    const marker = async () => (await page.locator('.marker').first().boundingBox())!;
    const before = await marker();
    for (const key of ['Shift+ArrowRight', 'Shift+ArrowRight']) await page.keyboard.press(key);
    await ready(page);
    expect(Math.abs((await marker()).x - before.x)).toBeGreaterThan(5);
    const picture = await pixelsOf(page);
    for (const key of ['ArrowLeft', 'ArrowUp', '+', '+']) await page.keyboard.press(key);
    await ready(page);
    const box = (await viewport.boundingBox())!;
    const turned = await pixelsOf(page);
    let changed = 0;
    for (let x = box.x + 8; x < box.x + box.width - 8; x += 8)
      for (let y = box.y + 8; y < box.y + box.height - 8; y += 8)
        if (colourDistance(picture.at(x, y), turned.at(x, y)) > 20) changed++;
    expect(changed).toBeGreaterThan(50);
    for (const key of ['r', 'e', 'c']) await page.keyboard.press(key);
    await ready(page);
    expect(await page.isChecked('[data-bind="edges.surface"]')).toBe(false);
    expect(await page.isChecked('[data-bind="cut.shown"]')).toBe(false);
    await page.keyboard.press('Escape');
    expect(await page.isVisible('.marker')).toBe(false);

    await page.keyboard.press('?');
    expect(await page.isVisible('#keys')).toBe(true);
    await page.keyboard.press('Escape');
    expect(await page.isVisible('#keys')).toBe(false);

    await tabTo('cell');
    await page.keyboard.type('7');
    await page.waitForSelector('#probe-values[data-cell="7"]');
    for (const [name, file] of [
      ['save-picture', 'cube.vtu.png'],
      ['save-session', 'cube.vtu.view.json'],
    ]) {
      await tabTo(name);
      const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
      expect(download.suggestedFilename()).toBe(file);
    }
    await tabTo('copy-link');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.textContent('#announcement')).toMatch(/The link is/);
    expect(new URL(page.url()).hash).toMatch(/^#view=/);

    await page.keyboard.press('Tab');
    const [again] = await Promise.all([page.waitForEvent('filechooser'), page.keyboard.press('o')]);
    await again.setFiles(packageFile('test/fixtures/formats/gmsh-box-4.1-ascii.msh'));
    await expect.poll(() => page.textContent('#counts')).toMatch(/^79 cells/);
    expect(seen.size).toBeGreaterThan(60);
    expect(complaints).toEqual([]);
    await page.close();
  }, 120_000);
});
