import { formatNumber, niceTicks } from '../numbers.js';
import type { ColourRange } from './colour-range.js';

/** A tick of a colour bar: where it is on the bar, 0 to 1, and what it says. */
export interface BarTick {
  readonly share: number;
  readonly text: string;
}

/** What a colour bar says, drawn in the page and in pictures alike. */
export function barTicks({ minimum, maximum }: ColourRange, logarithmic: boolean, limit = 5): BarTick[] {
  if (!logarithmic)
    return niceTicks(minimum, maximum, limit).map((value) => ({
      share: (value - minimum) / (maximum - minimum),
      text: formatNumber(value),
    }));
  const [low, high] = [Math.log10(minimum), Math.log10(maximum)];
  const at = (value: number) => ({
    share: (Math.log10(value) - low) / (high - low),
    text: formatNumber(value, 3),
  });
  const decades: number[] = [];
  const every = Math.max(1, Math.ceil((high - low) / limit));
  for (let exponent = Math.ceil(low - 1e-9); exponent <= high + 1e-9; exponent += every)
    decades.push(10 ** exponent);
  if (decades.length >= 2) return decades.map(at);
  // less than two decades: round values in between
  const between = [1, 2, 5].flatMap((m) => [-1, 0, 1].map((e) => m * 10 ** (Math.floor(low) + e)));
  return between
    .filter((value) => value >= minimum && value <= maximum)
    .sort((a, b) => a - b)
    .map(at);
}

/** "temperature (K)", or the label alone. */
export function withUnit(label: string, unit: string): string {
  return unit === '' ? label : `${label} (${unit})`;
}
