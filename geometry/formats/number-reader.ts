import { FileError } from '../../common/errors.js';
import { AsciiScanner } from './ascii-scanner.js';

/** The numbers of a section, whether they are written as text or as bytes. */
export interface NumberReader {
  position: number;
  /** Smallest number of bytes that a number of this kind takes in the file */
  readonly smallest: { readonly int: number; readonly size: number; readonly double: number };
  /** A 32-bit integer */
  int(): number;
  /** A count or tag, from 0 to 2⁵³ */
  size(): number;
  double(): number;
}

export function asciiReader(bytes: Uint8Array, position: number, context: string): NumberReader {
  const scanner = new AsciiScanner(bytes, position, bytes.length, context);
  return {
    get position() {
      return scanner.position;
    },
    set position(at) {
      scanner.position = at;
    },
    smallest: { int: 2, size: 2, double: 2 },
    int: () => scanner.integer('an integer', -(2 ** 31), 2 ** 31 - 1),
    size: () => scanner.integer('a count or tag', 0, Number.MAX_SAFE_INTEGER),
    double: () => scanner.number(),
  };
}

export function binaryReader(
  bytes: Uint8Array,
  position: number,
  context: string,
  littleEndian: boolean,
  sizeBytes: 4 | 8 = 8,
): NumberReader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = position;
  const take = (size: number): number => {
    if (at + size > bytes.length)
      throw new FileError(
        `${context} ends at byte ${bytes.length} where a number should follow; the file is truncated.`,
      );
    at += size;
    return at - size;
  };
  const [low, high] = littleEndian ? [0, 4] : [4, 0];
  return {
    get position() {
      return at;
    },
    set position(to) {
      at = to;
    },
    smallest: { int: 4, size: sizeBytes, double: 8 },
    int: () => view.getInt32(take(4), littleEndian),
    size() {
      if (sizeBytes === 4) return view.getUint32(take(4), littleEndian);
      const start = take(8);
      const value =
        view.getUint32(start + high, littleEndian) * 2 ** 32 + view.getUint32(start + low, littleEndian);
      if (value > Number.MAX_SAFE_INTEGER)
        throw new FileError(`${context} has a count or tag of ${value}; the file is corrupt.`);
      return value;
    },
    double: () => view.getFloat64(take(8), littleEndian),
  };
}
