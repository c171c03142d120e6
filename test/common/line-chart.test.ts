import { describe, expect, it } from 'vitest';
import { type ChartPanel, lineCharts } from '../../common/line-chart.js';

const panel = (
  scale: 'linear' | 'logarithmic',
  points: ChartPanel['lines'][number]['points'],
): ChartPanel => ({
  title: 'a < b & c',
  x: { label: 'x', scale: 'linear' },
  y: { label: 'y', scale },
  lines: [{ label: 'line', points }],
});

/** Pairs of pixels of all lines. */
const polylines = (svg: string) =>
  [...svg.matchAll(/<polyline points="([^"]*)"/g)].map(([, text]) =>
    text
      .split(' ')
      .filter(Boolean)
      .map((pair) => pair.split(',').map(Number)),
  );

const ticksOf = (svg: string) =>
  [...svg.matchAll(/text-anchor="end" dominant-baseline="middle">([^<]*)</g)].map(([, t]) => Number(t));

describe('lineCharts', () => {
  it('equal ratios are equal distances on a logarithmic axis, equal differences on a linear one', () => {
    const [[a, b, c]] = polylines(
      lineCharts([
        panel('logarithmic', [
          [0, 0.001],
          [1, 0.01],
          [2, 0.1],
        ]),
      ]),
    );
    expect(a[1] - b[1]).toBeCloseTo(b[1] - c[1], 0);
    expect(b[0] - a[0]).toBeCloseTo(c[0] - b[0], 0);
    const [[d, e, f]] = polylines(
      lineCharts([
        panel('linear', [
          [0, 1],
          [1, 2],
          [2, 3],
        ]),
      ]),
    );
    expect(d[1] - e[1]).toBeCloseTo(e[1] - f[1], 0);
    expect(d[1]).toBeGreaterThan(f[1]);
  });

  it('every point lies within the axes, whose ticks enclose the values', () => {
    for (const scale of ['linear', 'logarithmic'] as const) {
      const svg = lineCharts([
        panel(scale, [
          [3, 0.0034],
          [4, 0.061],
          [9, 0.0007],
        ]),
      ]);
      const ticks = ticksOf(svg);
      expect(Math.min(...ticks)).toBeLessThanOrEqual(0.0007);
      expect(Math.max(...ticks)).toBeGreaterThanOrEqual(0.061);
      for (const [x, y] of polylines(svg)[0]) {
        expect(x).toBeGreaterThanOrEqual(62);
        expect(x).toBeLessThanOrEqual(504);
        expect(y).toBeGreaterThanOrEqual(34);
        expect(y).toBeLessThanOrEqual(294);
      }
    }
  });

  it('leaves out what has no place on a logarithmic axis, shows single points, escapes text', () => {
    const svg = lineCharts([
      panel('logarithmic', [
        [1, 0],
        [2, -1],
        [3, 0.1],
      ]),
    ]);
    expect(polylines(svg)[0].length).toBe(1);
    expect(svg.match(/<circle/g)?.length).toBe(1);
    expect(svg).toContain('a &lt; b &amp; c');
    expect(svg).not.toMatch(/NaN|Infinity/);
    expect(lineCharts([panel('logarithmic', [])])).not.toMatch(/NaN|Infinity/);
  });
});
