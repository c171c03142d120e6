import { InvalidInputError } from '../../common/errors.js';
import { STEP_SIZE, type Steps } from '../steps.js';
import type { FileArray } from './mesh-file.js';
import { bytesOf, HOST_IS_LITTLE_ENDIAN, type NumberArray } from './number-arrays.js';
import type { VtkType } from './vtk-types.js';

/** Values of a field to write: one value, or one row of components, per cell or point; as they are or as read from a file. */
export type FieldValues = NumberArray | FileArray;

/** A field as it is written. @throws InvalidInputError if it has not a whole number of components per row */
export function writtenArray(
  values: FieldValues,
  rows: number,
  what: string,
  units: Readonly<Record<string, string>>,
  name: string,
): FileArray {
  const given: Omit<FileArray, 'components'> = ArrayBuffer.isView(values)
    ? { values, type: typeOf(values) }
    : values;
  const components = given.values.length / rows;
  if (!Number.isInteger(components) || components === 0)
    throw new InvalidInputError(
      `${what} '${name}' needs ${rows} values, or a multiple of that, got ${given.values.length}.`,
    );
  const unit = Object.hasOwn(units, name) ? units[name] : given.unit;
  return { ...given, components, ...(unit === undefined ? {} : { unit }) };
}

export function typeOf(values: NumberArray): VtkType {
  if (values instanceof Float64Array) return 'Float64';
  if (values instanceof Float32Array) return 'Float32';
  if (values instanceof Int32Array) return 'Int32';
  if (values instanceof Uint32Array) return 'UInt32';
  if (values instanceof Int16Array) return 'Int16';
  if (values instanceof Uint16Array) return 'UInt16';
  return values instanceof Int8Array ? 'Int8' : 'UInt8';
}

/** Bytes of values in a type and byte order. @throws InvalidInputError if 64-bit integers are asked of other numbers */
export function fileBytes(values: NumberArray, type: VtkType, littleEndian: boolean): Uint8Array {
  if (type === 'Int64' || type === 'UInt64') {
    const bytes = new Uint8Array(8 * values.length);
    const view = new DataView(bytes.buffer);
    for (let i = 0; i < values.length; i++) {
      if (!Number.isInteger(values[i]) || (type === 'UInt64' && values[i] < 0))
        throw new InvalidInputError(`value ${i} cannot be written as ${type}, got ${values[i]}.`);
      if (type === 'Int64') view.setBigInt64(8 * i, BigInt(values[i]), littleEndian);
      else view.setBigUint64(8 * i, BigInt(values[i]), littleEndian);
    }
    return bytes;
  }
  const bytes = bytesOf(values);
  const size = values.BYTES_PER_ELEMENT;
  if (littleEndian === HOST_IS_LITTLE_ENDIAN || size === 1) return bytes;
  const swapped = new Uint8Array(bytes.length);
  for (let i = 0; i < bytes.length; i += size)
    for (let k = 0; k < size; k++) swapped[i + k] = bytes[i + size - 1 - k];
  return swapped;
}

/** Shortest text that reads back as the same number; values that are not finite as VTK spells them. */
export function asciiNumber(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  return Object.is(value, -0) ? '-0' : String(value);
}

/** Numbers in rows of text, `perRow` in each, in chunks of bytes. */
export function* asciiRows(
  values: NumberArray,
  perRow: number,
  push: (chunk: Uint8Array) => void,
): Steps<void> {
  const encoder = new TextEncoder();
  const chunk = (STEP_SIZE >> 5) * perRow;
  for (let start = 0; start < values.length; start += chunk) {
    const end = Math.min(start + chunk, values.length);
    let text = '';
    for (let i = start; i < end; i++)
      text += asciiNumber(values[i]) + ((i + 1) % perRow === 0 || i + 1 === values.length ? '\n' : ' ');
    push(encoder.encode(text));
    yield end;
  }
}

const BASE64 = new TextEncoder().encode('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/');

/** Base64 with padding. */
export function base64Bytes(bytes: Uint8Array): Uint8Array {
  const text = new Uint8Array(4 * Math.ceil(bytes.length / 3)).fill(61);
  for (let i = 0, to = 0; i < bytes.length; i += 3, to += 4) {
    const [a, b, c] = [bytes[i], bytes[i + 1] ?? 0, bytes[i + 2] ?? 0];
    text[to] = BASE64[a >> 2];
    text[to + 1] = BASE64[((a & 3) << 4) | (b >> 4)];
    if (i + 1 < bytes.length) text[to + 2] = BASE64[((b & 15) << 2) | (c >> 6)];
    if (i + 2 < bytes.length) text[to + 3] = BASE64[c & 63];
  }
  return text;
}

export function concatenate(chunks: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let offset = 0;
  for (const chunk of chunks) {
    all.set(chunk, offset);
    offset += chunk.length;
  }
  return all;
}
