import type { KernelSpace } from './kernel-space.js';

/** Two arrays of `size` numbers by names, in a space if there is one. */
function placedPair<Name extends string>(
  space: KernelSpace | null,
  size: number,
  names: readonly [Name, Name],
): Readonly<Record<Name, Float64Array>> {
  const pair = {} as Record<Name, Float64Array>;
  for (const name of names) {
    if (space === null) pair[name] = new Float64Array(size);
    else {
      const array = space.array(size);
      // a plain property from the first use on, which loops read faster
      const get = () => {
        const value = array();
        Object.defineProperty(pair, name, { value, enumerable: true });
        return value;
      };
      Object.defineProperty(pair, name, { get, enumerable: true, configurable: true });
    }
  }
  return pair;
}

export const placedSpectrum = (space: KernelSpace | null, size: number) =>
  placedPair(space, size, ['re', 'im']);

export const placedGrid = (space: KernelSpace | null, size: number) =>
  placedPair(space, size, ['even', 'odd']);
