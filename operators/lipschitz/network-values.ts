import { geluValue } from './gelu-slope.js';
import { applyAffine, type PreparedNetwork } from './network-chain.js';

/** The network's answer to one field `[point][channel]`, in float64. */
export function networkValues({ points, steps }: PreparedNetwork, state: Float64Array): Float64Array {
  let values = state;
  let kept = state;
  for (const step of steps) {
    if (step.kind === 'keep') kept = values;
    else if (step.kind === 'add') {
      const added = kept;
      values = values.map((value, i) => value + added[i]);
    } else if (step.kind === 'affine') values = applyAffine(step.map, values, points);
    else values = values.map(geluValue);
  }
  return values;
}
