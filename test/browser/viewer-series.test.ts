import { expect, test } from 'vitest';
import { cellAt, number, side } from './cube-fixture.js';
import { numberIn, openFiles, probed, ready, saved, setControl } from './viewer-page.js';
import { describeViewer } from './viewer-suite.js';

const middle = Math.floor(side / 2);
const centre = cellAt(middle, middle, middle);

describeViewer('series and plots in the viewer', (suite) => {
  const time = () => suite.page.textContent('#time');
  /** Rows of a table of comma-separated values. */
  async function table(): Promise<string[][]> {
    const { bytes } = await saved(suite.page, '#save-plot');
    return bytes
      .toString()
      .trim()
      .split('\n')
      .map((line) => line.split(','));
  }
  async function keep(cell: number): Promise<void> {
    await suite.page.fill('#cell', String(cell));
    await suite.page.waitForSelector(`#probe-values[data-cell="${cell}"]`);
    await ready(suite.page);
  }

  test('a line plot has the values of the cells along the line, as curve and as table', async () => {
    const { page } = suite;
    await setControl(page, 'probe.line', true);
    const rows = await table();
    expect(rows[0]).toEqual(['"distance"', '"number"']);
    expect(rows).toHaveLength(202);
    // along x through the middle: two long, cells of 0.4
    rows.slice(1).forEach(([distance, value], i) => {
      expect(Number(distance)).toBeCloseTo(i / 100, 9);
      if (i % 40 !== 0)
        expect(Number(value)).toBe(number(cellAt(Math.floor(Number(distance) / 0.4), middle, middle)));
    });
    await setControl(page, 'probe.from.1', 0.1);
    await setControl(page, 'probe.to.0', 0);
    await setControl(page, 'probe.to.1', 0.9);
    const across = await table();
    expect(Number(across.at(-1)![0])).toBeCloseTo(0.8, 9);
    expect(Number(across[1][1])).toBe(number(cellAt(0, 0, middle)));
    expect(Number(across.at(-1)![1])).toBe(number(cellAt(0, side - 1, middle)));
    expect(await page.locator('.chart').getAttribute('aria-label')).toMatch(
      /Along the line over distance, 201 values\. number from 0 to 4/,
    );
    // something is drawn in the curve's colour
    const inked = await page.locator('.chart canvas').evaluate((canvas: HTMLCanvasElement) => {
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
      let count = 0;
      for (let i = 0; i < data.length; i += 4)
        if (
          data[i + 3] > 100 &&
          Math.max(data[i], data[i + 1], data[i + 2]) - Math.min(data[i], data[i + 1], data[i + 2]) > 60
        )
          count++;
      return count;
    });
    expect(inked).toBeGreaterThan(100);
  });

  test('a series steps by slider and by key, and its steps are told', async () => {
    const { page } = suite;
    await openFiles(page, suite.fixture.series);
    await keep(7);
    expect(await time()).toBe('0 (1 of 3)');
    expect(await probed(page, 'field')).toBe(number(7));
    await page.locator('.viewport').focus();
    await page.keyboard.press('.');
    await expect.poll(time).toBe('0.5 (2 of 3)');
    await expect.poll(() => probed(page, 'field')).toBe(number(7, 1));
    await page.fill('#step', '2');
    await expect.poll(time).toBe('1 (3 of 3)');
    await expect.poll(() => probed(page, 'field')).toBe(number(7, 2));
    expect(await page.getAttribute('#step', 'aria-valuetext')).toBe('1');
    // at the end a step on stays there
    await page.locator('.viewport').focus();
    await page.keyboard.press('.');
    await page.keyboard.press(',');
    await expect.poll(time).toBe('0.5 (2 of 3)');
  });

  test('files with numbers in their names are a series without a list', async () => {
    const { page } = suite;
    await openFiles(page, suite.fixture.series.slice(1).reverse());
    expect(await time()).toBe('0 (1 of 3)');
    await page.fill('#step', '1');
    await expect.poll(time).toBe('1 (2 of 3)');
  });

  test('the kept cell is plotted over time, with the line plot beside it', async () => {
    const { page } = suite;
    await openFiles(page, suite.fixture.series);
    await keep(centre);
    await setControl(page, 'probe.overTime', true);
    expect(await table()).toEqual([
      ['"time"', '"number"'],
      ...[0, 1, 2].map((step) => [String(step / 2), String(number(centre, step))]),
    ]);
    expect(await page.locator('.chart').getAttribute('aria-label')).toContain(
      `Cell ${centre} over time, 3 values`,
    );
    await setControl(page, 'probe.line', true);
    expect(await page.locator('.chart').count()).toBe(2);
    await setControl(page, 'probe.overTime', false);
    expect(await page.locator('.chart').count()).toBe(1);
  });

  test('it plays and pauses by key, goes round or stops at the end', async () => {
    const { page } = suite;
    await openFiles(page, suite.fixture.series);
    await page.selectOption('#speed', '100');
    await page.locator('.viewport').focus();
    const seen = new Set<string | null>();
    await page.keyboard.press(' ');
    expect(await page.textContent('#play')).toBe('Pause');
    expect(await page.getAttribute('#play', 'aria-pressed')).toBe('true');
    await expect.poll(async () => seen.add(await time()).size, { interval: 15, timeout: 20_000 }).toBe(3);
    await page.keyboard.press(' ');
    expect(await page.textContent('#play')).toBe('Play');
    await page.uncheck('#loop');
    await page.click('#play');
    await expect.poll(() => page.textContent('#play')).toBe('Play');
    expect(await time()).toBe('1 (3 of 3)');
    expect(await numberIn(page, '#time')).toBe(1);
  });
});
