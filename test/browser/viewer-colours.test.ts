import { beforeEach, expect, test } from 'vitest';
import { countUploads } from '../../bench/count-uploads.js';
import { channelsOf, colourDistance, expectColour, viridis } from './colours.js';
import { cellAt, number, side } from './cube-fixture.js';
import { pixelsOf } from './open-page.js';
import { look, type Position, positionsOf, ready, setControl, setView } from './viewer-page.js';
import { describeViewer } from './viewer-suite.js';

const middle = Math.floor(side / 2);
const cut = { cut: { shown: true }, edges: { surface: false, cuts: false } };
/** One cell of the middle layer for each number from 0 to 4. */
const cellOf = [0, 1, 2, 3, 4].map((wanted) =>
  Array.from({ length: side ** 2 }, (_, at) => cellAt(middle, at % side, Math.floor(at / side))).find(
    (cell) => number(cell) === wanted,
  ),
) as number[];
const field = (name: string) => ({ name, association: 'cell' });

describeViewer('colours of the viewer', (suite) => {
  let positions: Position[];

  beforeEach(async () => {
    await setView(suite.page, cut);
    await look(suite.page, '+x');
    positions = await positionsOf(suite.page, cellOf);
  });

  async function expectColours(expected: readonly (string | undefined)[]): Promise<void> {
    const shown = await pixelsOf(suite.page);
    expected.forEach((hex, i) => {
      if (hex) expectColour(shown.at(positions[i].x, positions[i].y), hex);
    });
  }
  const ticks = () => suite.page.locator('.ticks span').allTextContents();

  test('each colour map gives its published colours, and reversed those from the other end', async () => {
    const { page } = suite;
    // R's viridisLite, and the ends and middle that Matplotlib and Moreland publish
    const maps: Readonly<Record<string, readonly (string | undefined)[]>> = {
      viridis,
      inferno: ['000004', '56106E', 'BB3754', 'F98C0A', 'FCFFA4'],
      turbo: ['30123B', '28BBEC', 'A2FC3C', 'FB8022', '7A0403'],
      cividis: ['00224E', undefined, '7D7C78', undefined, 'FEE838'],
      grey: ['000000', '404040', '808080', 'BFBFBF', 'FFFFFF'],
      // centred on zero: 0 has the middle colour and 4 the last
      'cool-warm': ['DDDDDD', undefined, undefined, undefined, 'B40426'],
    };
    expect(await page.locator('#colour-map option').allTextContents()).toHaveLength(6);
    for (const [map, colours] of Object.entries(maps)) {
      await setControl(page, 'colours.map', map);
      await expectColours(colours);
    }
    await setControl(page, 'colours.map', 'viridis');
    await setControl(page, 'colours.reversed', true);
    await expectColours([...viridis].reverse());
  });

  test('a locked range is kept by another field; values between are coloured by their share', async () => {
    const { page } = suite;
    await setControl(page, 'colours.maximum', 2);
    expect(await page.inputValue('[data-bind="colours.range"]')).toBe('locked');
    await expectColours([viridis[0], viridis[2], viridis[4], viridis[4], viridis[4]]);
    await page.selectOption('#field', { label: 'outlier' });
    await setControl(page, 'colours.minimum', -2);
    await expectColours([viridis[2], viridis[3], viridis[4], viridis[4], viridis[4]]);
    await setControl(page, 'colours.range', 'automatic');
    expect(await page.inputValue('[data-bind="colours.maximum"]')).toBe('1000');
    await expectColours([viridis[0], viridis[0]]);
  });

  test('without outliers, the range leaves out as many percent at each end as asked for', async () => {
    const { page } = suite;
    await page.selectOption('#field', { label: 'outlier' });
    await setControl(page, 'colours.range', 'percentile');
    await expectColours(viridis);
    expect(await ticks()).toEqual(['0', '1', '2', '3', '4']);
    // a quarter at each end: the quartiles of the numbers are 1 and 3
    await setControl(page, 'colours.percent', 25);
    await expectColours([viridis[0], viridis[0], viridis[2], viridis[4], viridis[4]]);
  });

  test('on a logarithmic scale, each power of ten is a step; the bar has a tick a decade', async () => {
    const { page } = suite;
    await page.selectOption('#field', { label: 'powers' });
    await setControl(page, 'colours.scale', 'log');
    await expectColours(viridis);
    expect(await ticks()).toEqual(['1', '10', '100', '1,000', '10,000'].map((text) => text.replace(',', '')));
    // zero and less have no logarithm: the lowest colour
    await setView(page, { ...cut, field: field('number'), colours: { scale: 'log' } });
    await look(page, '+x');
    await expectColours([viridis[0]]);
  });

  test('cells without a number, and values outside a locked range, have the colours that are chosen', async () => {
    const { page } = suite;
    const cells = [cellAt(middle, middle, middle), cellAt(middle, 0, 0), cellAt(middle, side - 1, side - 1)];
    positions = await positionsOf(page, cells);
    await page.selectOption('#field', { label: 'holes' });
    await setControl(page, 'colours.missing', '#ff8800');
    await setControl(page, 'colours.minimum', 0);
    await setControl(page, 'colours.maximum', 50);
    await setControl(page, 'colours.markOutside', true);
    await setControl(page, 'colours.below', '#00ff00');
    await setControl(page, 'colours.above', '#ff0000');
    await expectColours(['ff8800', '00ff00', 'ff0000']);
    expect(await page.textContent('.shown')).toMatch(/no value 1/);
  });

  test('the colour bar has name, unit, extremes, evenly placed ticks, the map, and a histogram', async () => {
    const { page } = suite;
    expect(await page.textContent('.quantity')).toMatch(/number \(K\).*min 0\s+max 4/);
    expect(await ticks()).toEqual(['0', '1', '2', '3', '4']);
    const lefts = await page
      .locator('.ticks span')
      .evaluateAll((all) => all.map((each) => Number.parseFloat(each.style.left)));
    lefts.forEach((left, i) => {
      expect(left).toBeCloseTo(25 * i, 6);
    });
    const bar = (await page.locator('.gradient').boundingBox())!;
    const shown = await pixelsOf(page);
    viridis.forEach((hex, i) => {
      const x = bar.x + 2 + (i / 4) * (bar.width - 4);
      expect(colourDistance(shown.at(x, bar.y + bar.height / 2), channelsOf(hex))).toBeLessThan(10);
    });
    // of five whole numbers, five of the bins hold something: a fifth of the cells each
    const heights = await page
      .locator('.bars i')
      .evaluateAll((all) => all.map((each) => Number.parseFloat(each.style.height)));
    expect(heights.filter((height) => height > 0)).toEqual([100, 100, 100, 100, 100]);
    expect(heights.findIndex((height, i) => i > 0 && height > 0)).toBe(Math.floor(heights.length / 4));
  });

  test('a change of range, map, opacity or blend uploads nothing but uniforms; of the field, its numbers alone', async () => {
    const { page } = suite;
    await setView(page, { ...cut, compare: { shown: true, view: 'blend', reference: field('shifted') } });
    const uploaded = await countUploads(page);
    await setControl(page, 'colours.maximum', 3);
    await setControl(page, 'colours.markOutside', true);
    await setControl(page, 'colours.scale', 'log');
    await setControl(page, 'surface.opacity', 0.5);
    await setControl(page, 'compare.blend', 0.3);
    await setControl(page, 'cut.flipped', true);
    expect(await uploaded()).toEqual([]);
    // a map that was not shown yet is 256 colours, once
    await setControl(page, 'colours.map', 'turbo');
    await uploaded();
    for (const [reversed, bytes] of [
      [true, 4 * 256],
      [false, 0],
      [true, 0],
    ] as const) {
      await setControl(page, 'colours.reversed', reversed);
      expect((await uploaded()).reduce((sum, each) => sum + each.bytes, 0)).toBe(bytes);
    }
    await setView(page, { edges: cut.edges });
    await uploaded();
    // the surface: 6 sides of 5 × 5 faces of two triangles; one number of four bytes a corner
    await page.selectOption('#field', { label: 'outlier' });
    await ready(page);
    expect(await uploaded()).toEqual([{ call: 'bufferSubData', bytes: 4 * 3 * 2 * 6 * side ** 2 }]);
  });
});
