import { InvalidInputError } from '../../common/errors.js';
import { factorsOf, twiddles } from '../fourier-passes.js';
import type { KernelSpace } from './kernel-space.js';

/** The plan of a transform of `length` rows of `width` numbers, as assembly/fourier.ts reads it: its place. */
export function fourierPlan(space: KernelSpace, length: number, width: number): number {
  const factors = factorsOf(length);
  if (factors === null || factors.length === 0) {
    throw new InvalidInputError(
      `fourierPlan: the length must be a product of 2, 3 and 5 above 1, got ${length}`,
    );
  }
  const tables = twiddles(length, factors).map((table) => space.table(table));
  const scratch = () => space.place(2 * (length * width + 2));
  return space.table(
    Uint32Array.from([
      length,
      factors.length,
      scratch(),
      scratch(),
      ...factors.flatMap((radix, pass) => [radix, tables[pass]]),
    ]),
  );
}

/** cos θ/2 and sin θ/2 of θ = 2πk/length for k ≤ length/2: its place. */
export function halfTurns(space: KernelSpace, length: number): number {
  const table = new Float64Array(length + 2);
  for (let k = 0; 2 * k <= length; k++) {
    const angle = (2 * Math.PI * k) / length;
    table[2 * k] = 0.5 * Math.cos(angle);
    table[2 * k + 1] = 0.5 * Math.sin(angle);
  }
  return space.table(table);
}
