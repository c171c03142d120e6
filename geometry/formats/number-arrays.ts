import { FileError } from '../../common/errors.js';
import { BYTES_OF_TYPE, type VtkType } from './vtk-types.js';

export type NumberArray =
  | Float64Array
  | Float32Array
  | Int32Array
  | Uint32Array
  | Int16Array
  | Uint16Array
  | Int8Array
  | Uint8Array;

const CONSTRUCTORS = {
  Int8: Int8Array,
  UInt8: Uint8Array,
  Int16: Int16Array,
  UInt16: Uint16Array,
  Int32: Int32Array,
  UInt32: Uint32Array,
  // exact up to 2⁵³; a BigInt per value would be slow and of no use to arithmetic
  Int64: Float64Array,
  UInt64: Float64Array,
  Float32: Float32Array,
  Float64: Float64Array,
} as const;

/** An array for values of a VTK type: of the same type, but float64 for 64-bit integers. */
export function arrayOfType(type: VtkType, length: number): NumberArray {
  return new CONSTRUCTORS[type](length);
}

/** Bytes of memory that one value of a VTK type takes in {@link arrayOfType}. */
export function memoryOfType(type: VtkType): number {
  return CONSTRUCTORS[type].BYTES_PER_ELEMENT;
}

const isFloat = (array: NumberArray) => array instanceof Float64Array || array instanceof Float32Array;

/** Stores a number. @throws FileError if the array holds integers and cannot hold this one */
export function setChecked(target: NumberArray, index: number, value: number, what: string): void {
  target[index] = value;
  if (target[index] !== value && !isFloat(target)) throw notHeld(what, value);
}

function notHeld(what: string, value: number): FileError {
  return new FileError(`${what} holds ${value}, which is not an integer of its type; the file is corrupt.`);
}

export const HOST_IS_LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** The memory of a typed array as bytes. */
export function bytesOf(values: NumberArray): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

/** Whether values of a type lie in a file as they lie in the array. */
function sameLayout(target: NumberArray, type: VtkType, littleEndian: boolean): boolean {
  return (
    target instanceof CONSTRUCTORS[type] &&
    target.BYTES_PER_ELEMENT === BYTES_OF_TYPE[type] &&
    type !== 'Int64' &&
    type !== 'UInt64' &&
    (littleEndian === HOST_IS_LITTLE_ENDIAN || BYTES_OF_TYPE[type] === 1)
  );
}

/** Converts whole values of a VTK type into `target[from…]`. @throws FileError if an integer does not fit */
export function convertBytes(
  bytes: Uint8Array,
  type: VtkType,
  littleEndian: boolean,
  target: NumberArray,
  from: number,
  what: string,
): void {
  const size = BYTES_OF_TYPE[type];
  if (sameLayout(target, type, littleEndian)) {
    bytesOf(target).set(bytes, from * size);
    return;
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = bytes.length / size;
  const checked = !isFloat(target);
  if (type === 'Int64' || type === 'UInt64') {
    const [low, high] = littleEndian ? [0, 4] : [4, 0];
    const signed = type === 'Int64';
    for (let i = 0; i < count; i++) {
      const top = signed
        ? view.getInt32(8 * i + high, littleEndian)
        : view.getUint32(8 * i + high, littleEndian);
      const value = top * 2 ** 32 + view.getUint32(8 * i + low, littleEndian);
      target[from + i] = value;
      if (checked && target[from + i] !== value) throw notHeld(what, value);
    }
    return;
  }
  const read: Record<Exclude<VtkType, 'Int64' | 'UInt64'>, (offset: number) => number> = {
    Int8: (o) => view.getInt8(o),
    UInt8: (o) => view.getUint8(o),
    Int16: (o) => view.getInt16(o, littleEndian),
    UInt16: (o) => view.getUint16(o, littleEndian),
    Int32: (o) => view.getInt32(o, littleEndian),
    UInt32: (o) => view.getUint32(o, littleEndian),
    Float32: (o) => view.getFloat32(o, littleEndian),
    Float64: (o) => view.getFloat64(o, littleEndian),
  };
  const at = read[type];
  for (let i = 0; i < count; i++) {
    const value = at(i * size);
    target[from + i] = value;
    if (checked && target[from + i] !== value) throw notHeld(what, value);
  }
}

/** Takes the bytes of an array as they come, in parts that need not end with a whole value. */
export class ArrayFiller {
  private filled = 0;
  private readonly rest = new Uint8Array(8);
  private restLength = 0;
  private scratch = new Uint8Array(0);

  constructor(
    private readonly target: NumberArray,
    private readonly type: VtkType,
    private readonly littleEndian: boolean,
    private readonly what: string,
  ) {}

  push(bytes: Uint8Array): void {
    const size = BYTES_OF_TYPE[this.type];
    let start = 0;
    if (this.restLength > 0) {
      start = Math.min(size - this.restLength, bytes.length);
      this.rest.set(bytes.subarray(0, start), this.restLength);
      this.restLength += start;
      if (this.restLength < size) return;
      this.convert(this.rest.subarray(0, size));
      this.restLength = 0;
    }
    const whole = start + Math.floor((bytes.length - start) / size) * size;
    this.convert(bytes.subarray(start, whole));
    this.rest.set(bytes.subarray(whole));
    this.restLength = bytes.length - whole;
  }

  /** Takes the bytes that `write` puts into a view of so many: in place, where the array lies in memory as in the file. */
  fill(byteCount: number, write: (view: Uint8Array) => void): void {
    const size = BYTES_OF_TYPE[this.type];
    if (
      this.restLength === 0 &&
      byteCount % size === 0 &&
      sameLayout(this.target, this.type, this.littleEndian)
    ) {
      const start = this.filled * size;
      write(bytesOf(this.target).subarray(start, start + byteCount));
      this.filled += byteCount / size;
      return;
    }
    if (this.scratch.length < byteCount) this.scratch = new Uint8Array(byteCount);
    const view = this.scratch.subarray(0, byteCount);
    write(view);
    this.push(view);
  }

  private convert(bytes: Uint8Array): void {
    convertBytes(bytes, this.type, this.littleEndian, this.target, this.filled, this.what);
    this.filled += bytes.length / BYTES_OF_TYPE[this.type];
  }
}
