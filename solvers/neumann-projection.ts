import { IllPosedProblemError } from '../common/errors.js';

/** An imbalance up to this part of Σ|b| is round-off of the sampled data and removed in silence. */
const ROUND_OFF_IMBALANCE = 1e-10;

/** What to do with Neumann conditions everywhere and Σb ≠ 0: refuse (the default), or spread it over the volume. */
export interface NeumannOptions {
  readonly neumannImbalance?: 'refuse' | 'remove';
}

/** u ← u − Σ uV/ΣV, in place. */
export function removeVolumeMean(field: Float64Array, volumes: Float64Array): void {
  let total = 0;
  let weighted = 0;
  for (let cell = 0; cell < field.length; cell++) {
    total += volumes[cell];
    weighted += volumes[cell] * field[cell];
  }
  const mean = weighted / total;
  for (let cell = 0; cell < field.length; cell++) field[cell] -= mean;
}

/** b ← b − V Σb/ΣV, in place: the transpose of {@link removeVolumeMean}, a constant source per unit volume. */
export function removeRowSum(rightHandSide: Float64Array, volumes: Float64Array): void {
  let total = 0;
  let sum = 0;
  for (let cell = 0; cell < rightHandSide.length; cell++) {
    total += volumes[cell];
    sum += rightHandSide[cell];
  }
  const density = sum / total;
  for (let cell = 0; cell < rightHandSide.length; cell++) rightHandSide[cell] -= density * volumes[cell];
}

/**
 * A copy of a pure Neumann right-hand side with Σb = 0 exactly to round-off.
 *
 * @throws IllPosedProblemError when |Σb| > 1e-10 Σ|b|: what goes in must come out, or no steady state exists
 */
export function compatibleRightHandSide(rightHandSide: Float64Array, volumes: Float64Array): Float64Array {
  let sum = 0;
  let size = 0;
  for (const value of rightHandSide) {
    sum += value;
    size += Math.abs(value);
  }
  if (Math.abs(sum) > ROUND_OFF_IMBALANCE * size) {
    throw new IllPosedProblemError(
      `solvers: with Neumann conditions everywhere net source plus boundary flux must be zero, it is ${sum} ` +
        `(${((100 * Math.abs(sum)) / size).toPrecision(3)} % of its absolute sum ${size}); balance source and flux, ` +
        "ask solve to distribute the imbalance with { neumannImbalance: 'remove' }, or fix a value on some patch",
    );
  }
  const balanced = rightHandSide.slice();
  removeRowSum(balanced, volumes);
  return balanced;
}
