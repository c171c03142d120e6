import { beforeEach, expect, test } from 'vitest';
import { differenceStatistics } from '../../viewer/filters/statistics.js';
import { expectColour, viridis } from './colours.js';
import { cellAt, number, side } from './cube-fixture.js';
import { pixelsOf } from './open-page.js';
import {
  look,
  numberIn,
  positionsInPanels,
  positionsOf,
  probed,
  ready,
  setControl,
  setView,
} from './viewer-page.js';
import { describeViewer } from './viewer-suite.js';

const field = Float64Array.from({ length: side ** 3 }, (_, cell) => number(cell));
const worst = 31;
/** As the fixture has it: half more than the field, and two and a half in one cell. */
const reference = field.map((value, cell) => value + (cell === worst ? 2.5 : 0.5));
/** Ends and middle of Moreland's cool–warm map. */
const coolWarm = { low: '3B4CC0', middle: 'DDDDDD', high: 'B40426' };
const compared = {
  cut: { shown: true, position: 0.3 },
  edges: { surface: false, cuts: false },
  compare: { shown: true, reference: { name: 'shifted', association: 'cell' } },
};
const first = cellAt(1, 3, 3);

describeViewer('comparing in the viewer', (suite) => {
  beforeEach(async () => {
    await setView(suite.page, compared);
    await look(suite.page, '+x');
  });

  test('field and reference have one range, their difference one that is centred on zero', async () => {
    const { page } = suite;
    expect(await page.locator('.panel h2').allTextContents()).toEqual(['number', 'shifted', 'Difference']);
    expect(await page.locator('.quantity span').allTextContents()).toEqual([
      'number (K)',
      'shifted (K)',
      'difference (K)',
    ]);
    await setControl(page, 'colours.maximum', 4);
    await setControl(page, 'colours.minimum', 0);
    await setControl(page, 'compare.lockedError', 0.5);
    const cells = [first, worst];
    const positions = await positionsInPanels(page, cells);
    const shown = await pixelsOf(page);
    cells.forEach((cell, i) => {
      const [a, , c] = positions[i].map(({ x, y }) => shown.at(x, y));
      expectColour(a, viridis[number(cell)]);
      expectColour(c, coolWarm.low);
    });
    // the reference of the worst cell is 3.5: of the field's range, not of its own
    await setControl(page, 'colours.maximum', 7);
    const { x, y } = positions[1][1];
    expectColour((await pixelsOf(page)).at(x, y), viridis[2]);
    // without a limit the difference goes to its largest size either way: −0.5 of ±2.5 is near the middle
    await setControl(page, 'compare.lockedError', '');
    const ticks = await page.locator('[data-field=difference] .ticks span').allTextContents();
    expect(ticks.map((text) => Number(text.replace('−', '-')))).toEqual(expect.arrayContaining([-2, 0, 2]));
    const both = await pixelsOf(page);
    expectColour(both.at(positions[1][2].x, positions[1][2].y), coolWarm.low);
    const [red, green, blue] = both.at(positions[0][2].x, positions[0][2].y);
    expect(blue).toBeGreaterThan(red);
    expect(Math.min(red, green, blue)).toBeGreaterThan(150);
  });

  test('one camera moves all panels', async () => {
    const { page } = suite;
    const before = (await positionsInPanels(page, [first]))[0];
    const box = (await page.locator('.viewport').nth(1).boundingBox())!;
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2 + 30, box.y + box.height / 2 + 10, { steps: 3 });
    await page.mouse.up();
    await ready(page);
    const after = (await positionsInPanels(page, [first]))[0];
    expect(Math.abs(after[0].x - before[0].x)).toBeGreaterThan(2);
    [1, 2].forEach((panel) => {
      expect(after[panel].x - before[panel].x).toBeCloseTo(after[0].x - before[0].x, 1);
      expect(after[panel].y - before[panel].y).toBeCloseTo(after[0].y - before[0].y, 1);
    });
  });

  test('the probe tells field, reference and difference as the file has them', async () => {
    const { page } = suite;
    await page.fill('#cell', String(worst));
    await page.waitForSelector(`#probe-values[data-cell="${worst}"]`);
    expect(await probed(page, 'field')).toBe(field[worst]);
    expect(await probed(page, 'reference')).toBe(reference[worst]);
    expect(await probed(page, 'difference')).toBe(-2.5);
  });

  test('figures of the difference are those computed here; the worst cell is kept and the cut goes there', async () => {
    const { page } = suite;
    const figures = differenceStatistics(field, reference);
    const shown = (key: string) => numberIn(page, `[data-difference=${key}]`);
    expect(await shown('relativeL2')).toBeCloseTo(100 * figures.relativeL2, 1);
    expect(await shown('rootMeanSquare')).toBeCloseTo(figures.rootMeanSquare, 4);
    expect(await shown('meanAbsolute')).toBeCloseTo(figures.meanAbsolute, 4);
    expect(await shown('maximumAbsolute')).toBe(2.5);
    await setControl(page, 'cut.position', 0.9);
    await page.click('#worst');
    await page.waitForSelector(`#probe-values[data-cell="${worst}"]`);
    await ready(page);
    // the plane lies where the cell's centre is: 3 + 0.4 · 1.5 of its place along x
    expect(await numberIn(page, '[data-shows=cut]')).toBeCloseTo(3.6, 6);
    expect(await page.locator('.marker:visible').count()).toBe(3);
  });

  test('blended, a cell has the mean of field and reference that the slider asks for', async () => {
    const { page } = suite;
    const [position] = await positionsOf(page, [worst]);
    expect(position).toBeDefined();
    await setControl(page, 'compare.view', 'blend');
    await setControl(page, 'colours.minimum', 0);
    await setControl(page, 'colours.maximum', 4);
    expect(await page.locator('.panel').count()).toBe(1);
    await look(page, '+x');
    const [place] = await positionsOf(page, [worst]);
    // number 1 and reference 3.5
    for (const [blend, value] of [
      [0, 1],
      [0.4, 2],
      [0.8, 3],
    ]) {
      await setControl(page, 'compare.blend', blend);
      expectColour((await pixelsOf(page)).at(place.x, place.y), viridis[value]);
    }
  });

  test('what cannot be compared says why', async () => {
    const { page } = suite;
    await page.selectOption('#field', { label: 'linear' });
    await ready(page);
    expect(await page.textContent('#difference')).toMatch(/on cells and the other on points/);
    await page.selectOption('#field', { label: 'powers' });
    await ready(page);
    expect(await page.textContent('#difference')).toMatch(/different units/);
    expect(await page.isDisabled('#worst')).toBe(true);
  });
});
