import { InvalidInputError } from '../common/errors.js';

/** A constant, one value per cell or face, or a function of the centroid. */
export type SampledValue = number | Float64Array | ((position: readonly number[]) => number);

/** The places that values belong to: `count` rows of `positions`, from row `first` on. */
export interface SamplePlaces {
  readonly entity: 'cell' | 'face';
  readonly count: number;
  /** `[place][dimension]`, `first` rows before the first place */
  readonly positions: Float64Array;
  readonly dimension: number;
  readonly first: number;
}

/** Throws {@link InvalidInputError} naming `name` and the index of the first value that is not finite. */
export function requireFinite(caller: string, name: string, values: Float64Array): void {
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) {
      throw new InvalidInputError(`${caller}: expected finite values, ${name}[${i}] is ${values[i]}`);
    }
  }
}

/**
 * One finite value per place; functions are sampled at the centroids. An array is returned as it is, not copied.
 *
 * @throws InvalidInputError on another kind of value, a wrong length or a value that is not finite
 */
export function sampleValues(name: string, values: SampledValue, places: SamplePlaces): Float64Array {
  const { count, entity } = places;
  if (typeof values === 'number') {
    if (!Number.isFinite(values)) {
      throw new InvalidInputError(`solvers: ${name} is ${values}, expected a finite number`);
    }
    return new Float64Array(count).fill(values);
  }
  let sampled: Float64Array;
  if (typeof values === 'function') {
    sampled = new Float64Array(count);
    for (let i = 0; i < count; i++) sampled[i] = values(positionOf(places, i));
  } else {
    if (!(values instanceof Float64Array)) {
      throw new InvalidInputError(
        `solvers: ${name}: expected a number, a Float64Array or a function, got ${typeof values}`,
      );
    }
    if (values.length !== count) {
      throw new InvalidInputError(
        `solvers: ${name}: expected ${count} values, one per ${entity}, got ${values.length}`,
      );
    }
    sampled = values;
  }
  requireFinite('solvers', name, sampled);
  return sampled;
}

/** Position of the i-th place. */
export function positionOf({ positions, dimension, first }: SamplePlaces, i: number): number[] {
  const at = (first + i) * dimension;
  return Array.from(positions.subarray(at, at + dimension));
}
