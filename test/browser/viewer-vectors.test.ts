import { expect, test } from 'vitest';
import { colourDistance } from './colours.js';
import { cellAt, linear, side } from './cube-fixture.js';
import type { Picture } from './decode-png.js';
import { pixelsOf } from './open-page.js';
import { look, type Position, positionsOf, setControl, setView } from './viewer-page.js';
import { describeViewer } from './viewer-suite.js';

const middle = Math.floor(side / 2);
const along = { name: 'along', association: 'point', negativeGradient: false };

describeViewer('vectors and warps in the viewer', (suite) => {
  let left: Position;
  let right: Position;
  let height: number;
  let background: readonly number[];

  /** The view from above, and where the ends of the middle row of cells are. */
  async function prepare(): Promise<void> {
    const { page } = suite;
    await look(page, '+z');
    [left, right] = await positionsOf(page, [cellAt(0, middle, middle), cellAt(side - 1, middle, middle)]);
    height = (right.x - left.x) / (side - 1);
    await setControl(page, 'surface.shown', false);
    background = (await pixelsOf(page)).at(left.x, left.y);
  }
  const isDrawn = (picture: Picture, x: number, y: number) =>
    colourDistance(picture.at(x, y), background) > 20;
  /** The share of a row of pixels that something is drawn on. */
  const covered = (picture: Picture, y: number) => {
    let count = 0;
    for (let x = left.x; x < right.x; x++) if (isDrawn(picture, x, y)) count++;
    return count / (right.x - left.x);
  };
  const rows = () => Array.from({ length: Math.ceil(2.6 * height) }, (_, row) => left.y - 1.3 * height + row);

  test('streamlines run along the vectors from end to end', async () => {
    const { page } = suite;
    await prepare();
    await setControl(page, 'streamlines.shown', true);
    await setControl(page, 'streamlines.count', 1);
    const lines = await pixelsOf(page);
    const shares = rows().map((y) => covered(lines, y));
    expect(Math.max(...shares)).toBeGreaterThan(0.98);
    // one line of two or three pixels, level as the vectors are
    expect(shares.filter((share) => share > 0.1).length).toBeLessThan(5);
    await setControl(page, 'streamlines.length', 0.2);
    const shorter = await pixelsOf(page);
    // a fifth of the longest side either way, which is five cells
    expect(Math.max(...rows().map((y) => covered(shorter, y)))).toBeCloseTo((0.4 * side) / (side - 1), 1);
  });

  test('streamlines of −∇ of a field run down its slope', async () => {
    const { page } = suite;
    await prepare();
    await setView(page, {
      field: { name: 'linear', association: 'point' },
      surface: { shown: false },
      streamlines: {
        shown: true,
        count: 1,
        vector: { name: 'linear', association: 'point', negativeGradient: true },
      },
    });
    await look(page, '+z');
    const lines = await pixelsOf(page);
    // seen from above, ∇ is (1, 2): a step to the right is two up
    const points: Position[] = [];
    for (const y of rows())
      for (let x = left.x + height; x < right.x - height; x++)
        if (isDrawn(lines, x, y)) points.push({ x, y });
    const mean = (of: (point: Position) => number) =>
      points.reduce((sum, point) => sum + of(point), 0) / points.length;
    const [x, y] = [mean((point) => point.x), mean((point) => point.y)];
    const slope = mean((point) => (point.x - x) * (point.y - y)) / mean((point) => (point.x - x) ** 2);
    expect(points.length).toBeGreaterThan(40);
    expect(slope).toBeGreaterThan(-2.4);
    expect(slope).toBeLessThan(-1.5);
  });

  test('arrows point along the vectors, as many and as long as asked for', async () => {
    const { page } = suite;
    await prepare();
    await setControl(page, 'glyphs.shown', true);
    const most = async () => {
      const picture = await pixelsOf(page);
      return Math.max(...rows().map((y) => covered(picture, y)));
    };
    const usual = await most();
    expect(usual).toBeGreaterThan(0.4);
    expect(usual).toBeLessThan(1);
    // one arrow, from the middle on: as long as the cube root of the volume that is its share, 2 for a length of 2
    await setControl(page, 'glyphs.count', 1);
    await setControl(page, 'glyphs.scale', 0.5);
    const length = (0.5 * Math.cbrt(2)) / 2;
    expect(await most()).toBeCloseTo((length * side) / (side - 1), 1);
  });

  test('a warp moves the body along a vector by the amount asked for', async () => {
    const { page } = suite;
    await prepare();
    await setView(page, { warp: { shown: true, by: 'vector', vector: along, amount: 0.4 } });
    await look(page, '+z');
    const [moved] = await positionsOf(page, [cellAt(0, middle, middle)]);
    // 40 % of the longest side, which is five cells
    expect((moved.x - left.x) / (side * height)).toBeCloseTo(0.4, 2);
    expect((await pixelsOf(page)).at(left.x, left.y)).toEqual(background);
  });

  test('a warp by the field raises each place by its share of the range, along the axis chosen', async () => {
    const { page } = suite;
    await look(page, '+x');
    const cells = [cellAt(4, 0, 0), cellAt(4, 3, 1), cellAt(4, 4, 4)];
    const before = await positionsOf(page, cells);
    await setView(page, {
      field: { name: 'linear', association: 'point' },
      warp: { shown: true, amount: 0.25, axis: 'y' },
    });
    await look(page, '+x');
    const after = await positionsOf(page, cells);
    // across y lie five cells of 0.2; the body is 2 long; the field goes from 13 to 20
    const perUnit = (before[1].x - before[0].x) / 0.6;
    const centre = (cell: number) =>
      linear(
        3 + 0.4 * ((cell % side) + 0.5),
        0.2 * ((Math.floor(cell / side) % side) + 0.5),
        0.2 * (Math.floor(cell / side ** 2) + 0.5),
      );
    cells.forEach((cell, i) => {
      const raised = (0.25 * 2 * (centre(cell) - 13)) / 7;
      expect((after[i].x - before[i].x) / perUnit).toBeCloseTo(raised, 2);
    });
  });
});
