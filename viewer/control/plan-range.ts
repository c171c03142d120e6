import type { ControlState } from './control-state.js';

/** Where no limit ends the range it is this share wider, so that single precision leaves no cell outside. */
const MARGIN = 1e-5;

/** The range of colours for fields in [least, most]: it ends at the limits, so that exactly the cells that break them lie outside. */
export function planRange(
  { maximum, minimum }: ControlState['limit'],
  least: number,
  most: number,
): { minimum: number; maximum: number } {
  const span = most - least || 1;
  const low = minimum ?? (maximum !== null && maximum <= least ? maximum - span : least - MARGIN * span);
  const high = maximum ?? (minimum !== null && minimum >= most ? minimum + span : most + MARGIN * span);
  return { minimum: low, maximum: high };
}
