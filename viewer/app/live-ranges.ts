import type { LivePart } from '../live/live-part.js';

/** How far the sliders reach; numbers can be typed beyond. */
export interface LiveRanges {
  /** °C */
  readonly temperature: readonly [number, number];
  /** W/m², to both sides of 0 */
  readonly flux: number;
  /** W, in 2D W/m, to both sides of 0 */
  readonly power: number;
}

const SPAN = 100;

/** Reaches that move temperatures by about a hundred degrees: κΔT/L of a flux, κΔT L^(d−2) of a power. */
export function rangesOf({ low, high, dimension }: LivePart, conductivity: number): LiveRanges {
  const length = Math.max(...low.map((value, axis) => high[axis] - value));
  return {
    temperature: [0, SPAN],
    flux: roundUp((conductivity * SPAN) / length),
    power: roundUp(1.5 * conductivity * SPAN * length ** (dimension - 2)),
  };
}

/** The next of 1, 2, 5 times a power of ten. */
function roundUp(value: number): number {
  const decade = 10 ** Math.floor(Math.log10(value));
  return decade * ([1, 2, 5, 10].find((step) => step * decade >= value * (1 - 1e-9)) ?? 10);
}
