import { expect, test } from 'vitest';
import { channelsOf, colourDistance, expectColour, expectHue, viridis } from './colours.js';
import { cellAt, layerAcross, linear, number, side } from './cube-fixture.js';
import type { Picture } from './decode-png.js';
import { pixelsOf } from './open-page.js';
import { look, positionsOf, probed, ready, setControl, setView } from './viewer-page.js';
import { describeViewer } from './viewer-suite.js';

const middle = Math.floor(side / 2);
const noEdges = { surface: false, cuts: false };

describeViewer('what the viewer shows of a solid', (suite) => {
  test('a cut is filled with the values of the cells inside, on either side, and moves by key', async () => {
    const { page } = suite;
    await look(page, '+x');
    const positions = await positionsOf(page, layerAcross(middle));
    await setControl(page, 'cut.shown', true);
    await setControl(page, 'edges.cuts', false);
    const cut = await pixelsOf(page);
    layerAcross(middle).forEach((cell, at) => {
      expectColour(cut.at(positions[at].x, positions[at].y), viridis[number(cell)]);
    });
    // the plane is 2 % further on per press: into the next layer of cells
    await page.locator('.viewport').focus();
    for (let press = 0; press < 6; press++) await page.keyboard.press(']');
    await ready(page);
    const next = await pixelsOf(page);
    layerAcross(middle + 1).forEach((cell, at) => {
      expectColour(next.at(positions[at].x, positions[at].y), viridis[number(cell)]);
    });
    expect(await page.locator('[data-shows=cut]').textContent()).toBe('4.24');
    // with the other side taken away, what is left is before the plane
    await setControl(page, 'cut.flipped', true);
    const flipped = await pixelsOf(page);
    layerAcross(side - 1).forEach((cell, at) => {
      expectColour(flipped.at(positions[at].x, positions[at].y), viridis[number(cell)]);
    });
  });

  test.each([
    ['x', '+x', (a: number, b: number) => cellAt(middle, a, b)],
    ['y', '-y', (a: number, b: number) => cellAt(a, middle, b)],
    ['z', '+z', (a: number, b: number) => cellAt(a, b, middle)],
  ])('a slice across %s shows the cells that it meets', async (axis, from, cellOf) => {
    const { page } = suite;
    await look(page, from);
    const cells = [cellOf(0, 0), cellOf(1, 3), cellOf(4, 2), cellOf(3, 4)];
    const positions = await positionsOf(page, cells);
    await setView(page, { surface: { shown: false }, edges: noEdges, slices: { [axis]: true } });
    await look(page, from);
    const slice = await pixelsOf(page);
    cells.forEach((cell, i) => {
      expectColour(slice.at(positions[i].x, positions[i].y), viridis[number(cell)]);
    });
  });

  test('edges of cells are drawn between them, on the surface and on cuts, each switched by itself', async () => {
    const { page } = suite;
    await look(page, '+x');
    const [a, b] = [cellAt(side - 1, 1, 2), cellAt(side - 1, 2, 2)];
    const [left, right] = await positionsOf(page, [a, b]);
    const between = { x: (left.x + right.x) / 2, y: left.y + 9 };
    const fromColours = (picture: Picture, cells: readonly number[]) =>
      Math.min(
        ...cells.map((cell) =>
          colourDistance(picture.at(between.x, between.y), channelsOf(viridis[number(cell)])),
        ),
      );
    expect(fromColours(await pixelsOf(page), [a, b])).toBeGreaterThan(20);
    await setControl(page, 'edges.surface', false);
    expect(fromColours(await pixelsOf(page), [a, b])).toBeLessThan(4);
    await setControl(page, 'cut.shown', true);
    const inside = [cellAt(middle, 1, 2), cellAt(middle, 2, 2)];
    expect(fromColours(await pixelsOf(page), inside)).toBeGreaterThan(20);
    await setControl(page, 'edges.cuts', false);
    expect(fromColours(await pixelsOf(page), inside)).toBeLessThan(4);
  });

  test('half opaque, what lies behind shines through: the far side of the body, and the page', async () => {
    const { page } = suite;
    await setView(page, { edges: noEdges });
    await look(page, '+x');
    const near = layerAcross(side - 1);
    const positions = await positionsOf(page, near);
    const background = (await pixelsOf(page)).at(positions[0].x - 150, positions[0].y);
    await setControl(page, 'surface.opacity', 0.5);
    const shown = await pixelsOf(page);
    near.forEach((cell, i) => {
      const front = channelsOf(viridis[number(cell)]);
      const back = channelsOf(viridis[number(cell - side + 1)]);
      const expected = background.map((page, k) => 0.5 * front[k] + 0.25 * back[k] + 0.25 * page);
      expect(colourDistance(shown.at(positions[i].x, positions[i].y), expected)).toBeLessThan(5);
    });
    await setControl(page, 'surface.opacity', 0);
    expect((await pixelsOf(page)).at(positions[0].x, positions[0].y)).toEqual(background);
  });

  test('pointing at the cut reads the cell there and interpolates point data as they are', async () => {
    const { page } = suite;
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
  });

  test('iso-surfaces of a linear field are its planes, in the colours of their values', async () => {
    const { page } = suite;
    await setView(page, {
      field: { name: 'linear', association: 'point' },
      surface: { shown: false },
      iso: { shown: true, values: [16] },
    });
    await look(page, '+z');
    const [position] = await positionsOf(page, [cellAt(middle, middle, 0)]);
    await page.mouse.move(position.x + 7, position.y + 5);
    await page.waitForSelector('[data-probe=field]');
    expect(await probed(page, 'field')).toBeCloseTo(16, 4);
    const [x, y, z] = (await page.textContent('[data-probe=position]'))!.split(', ').map(Number);
    expect(linear(x, y, z)).toBeCloseTo(16, 2);
    await page.mouse.move(1, 1);
    // at x = 4 a plane is 2y + 3z = v − 14: the highest one is seen from above, the lowest one from below
    await setControl(page, 'iso.values', '14.75, 16.5, 18.25');
    for (const [from, seen] of [
      ['+z', { 0.3: 2, 0.8: 3 }],
      ['-z', { 0.2: 1, 0.6: 2 }],
    ] as const) {
      await look(page, from);
      const [low, high] = await positionsOf(page, [cellAt(middle, 0, 0), cellAt(middle, side - 1, 0)]);
      const shown = await pixelsOf(page);
      for (const [y, quarter] of Object.entries(seen)) {
        const share = (Number(y) - 0.1) / 0.8;
        const pixel = shown.at(low.x + share * (high.x - low.x), low.y + share * (high.y - low.y));
        expectHue(pixel, viridis[quarter]);
      }
    }
  });

  test('a threshold leaves out the cells outside, from one end and from both', async () => {
    const { page } = suite;
    await setView(page, { edges: noEdges });
    await look(page, '+z');
    const top = Array.from({ length: side }, (_, i) => cellAt(i, middle, side - 1));
    const positions = await positionsOf(page, top);
    const background = (await pixelsOf(page)).at(positions[0].x, positions[0].y - 160);
    for (const [bind, low, high] of [
      ['threshold.minimum', 2, 4],
      ['threshold.maximum', 2, 3],
    ] as const) {
      if (bind === 'threshold.minimum') await setControl(page, 'threshold.shown', true);
      await setControl(page, bind, bind === 'threshold.minimum' ? low : high);
      const kept = await pixelsOf(page);
      // one column of cells below another: the uppermost kept one is seen
      top.forEach((_, i) => {
        const column = Array.from({ length: side }, (_, k) => number(cellAt(i, middle, side - 1 - k)));
        const seen = column.find((value) => value >= low && value <= high);
        const pixel = kept.at(positions[i].x, positions[i].y);
        if (seen === undefined) expect(pixel).toEqual(background);
        else expectHue(pixel, viridis[seen]);
      });
    }
  });

  test('a clipping box shows the cells at its sides', async () => {
    const { page } = suite;
    await look(page, '+x');
    const positions = await positionsOf(page, layerAcross(middle));
    await setControl(page, 'box.shown', true);
    await setControl(page, 'box.high.0', 0.5);
    await setControl(page, 'box.low.1', 0.4);
    await setControl(page, 'edges.cuts', false);
    const shown = await pixelsOf(page);
    const background = shown.at(positions[0].x - 150, positions[0].y);
    layerAcross(middle).forEach((cell, at) => {
      const pixel = shown.at(positions[at].x, positions[at].y);
      if (Math.floor(cell / side) % side < 2) expect(pixel).toEqual(background);
      else expectColour(pixel, viridis[number(cell)]);
    });
  });
});
