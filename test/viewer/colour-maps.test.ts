import { describe, expect, test } from 'vitest';
import { type ColourMapName, colourAt, colourMapNames, colourTable } from '../../viewer/app/colour-maps.js';

/** viridis(5), inferno(5) and turbo(5) of R's viridisLite; ends and middle published for the others. */
const published: Readonly<Partial<Record<ColourMapName, readonly string[]>>> = {
  viridis: ['440154', '3B528B', '21908C', '5DC863', 'FDE725'],
  inferno: ['000004', '56106E', 'BB3754', 'F98C0A', 'FCFFA4'],
  turbo: ['30123B', '28BBEC', 'A2FC3C', 'FB8022', '7A0403'],
  'cool-warm': ['3B4CC0', 'DDDDDD', 'B40426'],
  grey: ['000000', 'FFFFFF'],
};

/** CIE lightness L* of an sRGB colour. */
function lightness([red, green, blue]: readonly number[]): number {
  const linear = (channel: number) =>
    channel / 255 <= 0.04045 ? channel / 255 / 12.92 : ((channel / 255 + 0.055) / 1.055) ** 2.4;
  const luminance = 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
  return luminance > 0.008856 ? 116 * Math.cbrt(luminance) - 16 : 903.3 * luminance;
}

describe('colour maps', () => {
  test.each(Object.entries(published))('%s passes through its published colours', (map, colours) => {
    colours.forEach((hex, i) => {
      const expected = [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
      const actual = colourAt(map as ColourMapName, i / (colours.length - 1));
      actual.forEach((channel, c) => {
        expect(Math.abs(channel - expected[c])).toBeLessThanOrEqual(2);
      });
    });
  });

  test.each(['viridis', 'cividis', 'inferno', 'grey'] as const)('%s grows lighter at an even pace', (map) => {
    const values = Array.from({ length: 33 }, (_, i) => lightness(colourAt(map, i / 32)));
    const steps = values.slice(1).map((value, i) => value - values[i]);
    const average = (values[32] - values[0]) / 32;
    // cividis and inferno are even in a newer lightness than L*, so close to even in L*; grey is even in sRGB
    for (const step of steps) expect(step).toBeGreaterThan(0.3 * average);
  });

  test('cool–warm is lightest in the middle and equally dark at both ends', () => {
    const values = Array.from({ length: 33 }, (_, i) => lightness(colourAt('cool-warm', i / 32)));
    expect(values.indexOf(Math.max(...values))).toBe(16);
    expect(values[0]).toBeCloseTo(values[32], -1);
  });

  test('positions outside take the end colours; a table holds ends, both included, opaque', () => {
    for (const map of colourMapNames) {
      expect(colourAt(map, -3)).toEqual(colourAt(map, 0));
      expect(colourAt(map, 7)).toEqual(colourAt(map, 1));
      const table = colourTable(map, 256);
      expect([...table.subarray(0, 3)]).toEqual(colourAt(map, 0));
      expect([...table.subarray(1020, 1023)]).toEqual(colourAt(map, 1));
      expect(table.every((byte, i) => i % 4 < 3 || byte === 255)).toBe(true);
    }
  });
});
