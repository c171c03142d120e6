import { InvalidInputError } from '../../common/errors.js';
import type { Hdf5Group } from './library.js';

/** Writes datasets into a group: 32-bit numbers, 64-bit integers and texts, as NPSolver's files have them. */
export interface GroupWriter {
  /** `[rows][columns]` of numbers that 32 bits can hold */
  floats(name: string, values: ArrayLike<number>, columns?: number): void;
  /** `[count]`, or `[count][1]` with columns of 1 */
  integers(name: string, values: ArrayLike<number>, columns?: 1): void;
  count(name: string, value: number): void;
  text(name: string, value: string): void;
}

export function groupWriter(caller: string, group: Hdf5Group): GroupWriter {
  const integers = (values: ArrayLike<number>) => BigInt64Array.from(Array.from(values, BigInt));
  return {
    floats(name, values, columns = 1) {
      const data = Float32Array.from(values);
      const bad = data.findIndex((value) => !Number.isFinite(value));
      if (bad >= 0) {
        throw new InvalidInputError(
          `${caller}: value ${bad} of '${name}' is ${values[bad]}, expected finite numbers that 32 bits can hold`,
        );
      }
      group.create_dataset({ name, data, shape: [data.length / columns, columns], dtype: '<f' });
    },
    integers(name, values, columns) {
      const shape = columns === undefined ? [values.length] : [values.length, columns];
      group.create_dataset({ name, data: integers(values), shape, dtype: '<q' });
    },
    count(name, value) {
      group.create_dataset({ name, data: integers([value]), shape: [], dtype: '<q' });
    },
    text(name, value) {
      group.create_dataset({ name, data: value, shape: [] });
    },
  };
}
