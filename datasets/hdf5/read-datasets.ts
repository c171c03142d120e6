import { FileError } from '../../common/errors.js';
import type { Hdf5Dataset, Hdf5Group } from './library.js';

/** HDF5's classes of number types. */
const INTEGER = 0;
const FLOAT = 1;

/** Reads the datasets of one group, and says which is not what it should be. */
export interface GroupReader {
  has(name: string): boolean;
  /** Finite floating-point numbers of the shape `[count, columns]`; one column may also be `[count]`. */
  floats(name: string, count: number, columns?: number): Float64Array;
  /** Integers in [minimum, maximum] of the shape `[count]` or `[count, 1]`. */
  integers(name: string, count: number, minimum: number, maximum: number): Int32Array;
  /** One integer of at least `minimum`: a scalar, `[1]` or `[1, 1]`. */
  count(name: string, minimum: number): number;
  /** Length of the first axis. */
  rows(name: string): number;
  text(name: string): string;
  fail(reason: string): FileError;
}

export function groupReader(caller: string, file: string, group: Hdf5Group): GroupReader {
  const path = group.path.replace(/^\/+/, '');
  const place = path === '' ? file : `${file}, group '${path}'`;
  const fail = (reason: string) => new FileError(`${caller}: ${place}: ${reason}`);
  const dataset = (name: string): Hdf5Dataset => {
    const found = group.get(name);
    if (!isOfKind(found, 'Dataset')) throw fail(`dataset '${name}' is missing`);
    return found as Hdf5Dataset;
  };
  const shapeOf = (found: Hdf5Dataset, name: string): number[] => {
    if (!found.shape) throw fail(`dataset '${name}' is empty`);
    return found.shape.map(Number);
  };
  const values = (name: string, type: number, count: number, columns: number) => {
    const found = dataset(name);
    const shape = shapeOf(found, name);
    const fits =
      (shape.length === 2 && shape[0] === count && shape[1] === columns) ||
      (columns === 1 && shape.length === 1 && shape[0] === count);
    if (!fits) {
      const expected = columns === 1 ? `[${count}] or [${count},1]` : `[${count},${columns}]`;
      throw fail(`dataset '${name}' has shape [${shape}], expected ${expected}`);
    }
    return numbersOf(found, name, type);
  };
  const numbersOf = (found: Hdf5Dataset, name: string, type: number): ArrayLike<number | bigint> => {
    const { type: given, size } = found.metadata;
    const known = type === INTEGER ? given === INTEGER : given === FLOAT && (size === 4 || size === 8);
    if (!known) {
      throw fail(
        `dataset '${name}' holds ${String(found.dtype)}, expected ${type === INTEGER ? 'integers' : '32- or 64-bit numbers'}`,
      );
    }
    const value = found.value;
    return ArrayBuffer.isView(value) ? (value as Float32Array) : [value as number];
  };
  return {
    fail,
    has: (name) => group.keys().includes(name),
    floats(name, count, columns = 1) {
      const read = Float64Array.from(values(name, FLOAT, count, columns) as ArrayLike<number>);
      const bad = read.findIndex((value) => !Number.isFinite(value));
      if (bad >= 0) throw fail(`value ${bad} of '${name}' is ${read[bad]}, expected finite numbers`);
      return read;
    },
    integers(name, count, minimum, maximum) {
      const read = Array.from(values(name, INTEGER, count, 1), Number);
      const bad = read.findIndex((value) => !(value >= minimum && value <= maximum));
      if (bad >= 0) {
        throw fail(`value ${bad} of '${name}' is ${read[bad]}, expected ${minimum} to ${maximum}`);
      }
      return Int32Array.from(read);
    },
    count(name, minimum) {
      const found = dataset(name);
      const shape = shapeOf(found, name);
      if (shape.some((extent) => extent !== 1)) {
        throw fail(`dataset '${name}' has shape [${shape}], expected one number`);
      }
      const value = Number(numbersOf(found, name, INTEGER)[0]);
      if (!Number.isSafeInteger(value) || value < minimum) {
        throw fail(`'${name}' is ${value}, expected an integer of at least ${minimum}`);
      }
      return value;
    },
    rows(name) {
      const shape = shapeOf(dataset(name), name);
      if (shape.length === 0) throw fail(`dataset '${name}' is a scalar, expected an array`);
      return shape[0];
    },
    text(name) {
      const value = dataset(name).value;
      if (typeof value !== 'string') throw fail(`dataset '${name}' is no text`);
      return value;
    },
  };
}

/** The groups directly below, by name. */
export function groupsOf(root: Hdf5Group): [string, Hdf5Group][] {
  return root.keys().flatMap((name): [string, Hdf5Group][] => {
    const entry = root.get(name);
    return isOfKind(entry, 'Group') ? [[name, entry as Hdf5Group]] : [];
  });
}

const isOfKind = (entry: unknown, kind: 'Group' | 'Dataset'): boolean =>
  (entry as { type?: string } | null)?.type === kind;
