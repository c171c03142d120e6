import { expect } from 'vitest';

/** Five-colour palette of R's viridisLite::viridis(5), at 0, ¼, ½, ¾, 1: of the whole numbers 0 to 4 over their range. */
export const viridis = ['440154', '3B528B', '21908C', '5DC863', 'FDE725'];

export function channelsOf(hex: string): number[] {
  return [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
}

/** Largest difference of two colours in any channel. */
export function colourDistance(a: readonly number[], b: readonly number[]): number {
  return Math.max(...a.map((channel, i) => Math.abs(channel - b[i])));
}

export function expectColour(actual: readonly number[], hex: string, tolerance = 3): void {
  const distance = colourDistance(actual, channelsOf(hex));
  expect(distance, `${actual} is not #${hex}`).toBeLessThanOrEqual(tolerance);
}

/** The colour, dimmed as a face that looks away may be. */
export function expectHue(actual: readonly number[], hex: string): void {
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
