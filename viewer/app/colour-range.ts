import type { FieldStatistics } from '../filters/statistics.js';
import type { ViewState } from './view-state.js';

/** Range of values that a group of fields is coloured over. */
export interface ColourRange {
  readonly minimum: number;
  readonly maximum: number;
}

/**
 * Range of all finite values of some fields: [−m, m] with m = max |value| if `diverging`, so that zero has the middle
 * colour. A constant field gets a range around its value, a field without any number [0, 1].
 */
export function automaticRange(fields: readonly FieldStatistics[], diverging: boolean): ColourRange {
  const found = fields.filter(({ count }) => count > 0);
  if (found.length === 0) return diverging ? { minimum: -1, maximum: 1 } : { minimum: 0, maximum: 1 };
  const minimum = Math.min(...found.map((field) => field.minimum));
  const maximum = Math.max(...found.map((field) => field.maximum));
  if (diverging) {
    const limit = Math.max(Math.abs(minimum), Math.abs(maximum)) || 1;
    return { minimum: -limit, maximum: limit };
  }
  return widened(minimum, maximum);
}

/** The range as the state has it: automatic, without the outermost percents, or as typed. On a logarithmic scale, above zero. */
export function colourRange(
  colours: ViewState['colours'],
  fields: readonly FieldStatistics[],
  percentiles: readonly [number, number] | undefined,
): ColourRange {
  let range = automaticRange(fields, colours.map === 'cool-warm');
  if (colours.range === 'locked' && colours.minimum < colours.maximum)
    range = { minimum: colours.minimum, maximum: colours.maximum };
  if (colours.range === 'percentile' && percentiles && Number.isFinite(percentiles[0]))
    range = widened(...percentiles);
  if (colours.scale === 'linear') return range;
  const maximum = range.maximum > 0 ? range.maximum : 1;
  return range.minimum > 0 ? range : { minimum: maximum * LOGARITHMIC_DEPTH, maximum };
}

/** What a logarithmic range spans where the values start at zero or below. */
const LOGARITHMIC_DEPTH = 1e-6;

function widened(minimum: number, maximum: number): ColourRange {
  if (minimum < maximum) return { minimum, maximum };
  const half = Math.abs(minimum) / 10 || 1;
  return { minimum: minimum - half, maximum: maximum + half };
}
