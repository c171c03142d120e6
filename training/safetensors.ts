import { FileError } from '../common/errors.js';
import { duplicateKey } from './duplicate-key.js';

/**
 * The safetensors format: 8 bytes header length N (little endian), N bytes of JSON
 * `{"name": {"dtype", "shape", "data_offsets": [begin, end]}, "__metadata__": {string: string}}`, then the data,
 * little endian, row-major, without gaps. Written here with the data aligned to 8 bytes, as Python's
 * `safetensors` does. Source: github.com/huggingface/safetensors, "Format".
 */
export type TensorData = Float32Array | Float64Array | Int32Array | Uint8Array;

export interface StoredTensor {
  shape: number[];
  data: TensorData;
}

export interface SafetensorsContent {
  tensors: Record<string, StoredTensor>;
  metadata: Record<string, string>;
}

const TYPES = {
  F64: Float64Array,
  F32: Float32Array,
  I32: Int32Array,
  U8: Uint8Array,
} as const;
type TypeName = keyof typeof TYPES;

/** The format's own limit on the header, which keeps a hostile length from allocating memory. */
const LARGEST_HEADER = 100_000_000;

export function writeSafetensors({ tensors, metadata }: SafetensorsContent): Uint8Array<ArrayBuffer> {
  // as Python's does, so that its files can be written again byte by byte
  const header: Record<string, unknown> = Object.keys(metadata).length > 0 ? { __metadata__: metadata } : {};
  let end = 0;
  // widest type first, so that every tensor starts at a multiple of its element size
  const entries = Object.entries(tensors).sort(
    ([, a], [, b]) => b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT,
  );
  for (const [name, { shape, data }] of entries) {
    if (name === '__metadata__' || product(shape) !== data.length) {
      throw new FileError(
        `writeSafetensors: tensor "${name}" of shape [${shape}] needs ${product(shape)} values, got ${data.length}`,
      );
    }
    header[name] = { dtype: typeName(data), shape, data_offsets: [end, end + data.byteLength] };
    end += data.byteLength;
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const headerLength = Math.ceil(text.length / 8) * 8;
  const bytes = new Uint8Array(8 + headerLength + end);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerLength), true);
  bytes.fill(0x20, 8, 8 + headerLength);
  bytes.set(text, 8);
  let at = 8 + headerLength;
  for (const [, { data }] of entries) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return bytes;
}

/**
 * Reads a safetensors file of F64, F32, I32 and U8 tensors; tensors come in the order of their data.
 * Nothing is allocated on the word of the header: every range is checked against the bytes at hand first.
 *
 * @throws FileError for a truncated or over-long file, a header that is not what the format says, gaps or overlaps
 *   between tensors, a shape that disagrees with its range, and other element types
 */
export function readSafetensors(bytes: Uint8Array): SafetensorsContent {
  const { header, dataStart } = readHeader(bytes);
  const metadata: Record<string, string> = {};
  const described: { name: string; shape: number[]; type: TypeName; begin: number; end: number }[] = [];
  for (const [name, value] of Object.entries(header)) {
    if (name === '__metadata__') {
      if (!isObject(value)) fail('__metadata__ is not an object');
      for (const [key, text] of Object.entries(value)) {
        if (typeof text !== 'string') fail(`metadata ${shown(key)} is not a string`);
        defineOwn(metadata, key, text);
      }
    } else {
      described.push(readDescription(name, value));
    }
  }
  described.sort((a, b) => a.begin - b.begin || a.end - b.end);
  const tensors: Record<string, StoredTensor> = {};
  let expected = 0;
  for (const { name, shape, type, begin, end } of described) {
    if (begin !== expected) fail(`the data of ${shown(name)} begins at ${begin}, expected ${expected}`);
    if (dataStart + end > bytes.length) {
      fail(`truncated: ${shown(name)} ends at byte ${dataStart + end}, the file has ${bytes.length}`);
    }
    // copied, because a view needs an aligned offset and would keep the whole file alive (Buffer.slice is a view)
    const copy = new Uint8Array(bytes.subarray(dataStart + begin, dataStart + end));
    defineOwn(tensors, name, { shape, data: new TYPES[type](copy.buffer) });
    expected = end;
  }
  if (dataStart + expected !== bytes.length) {
    fail(`${bytes.length - dataStart - expected} bytes follow the last tensor`);
  }
  return { tensors, metadata };
}

function readHeader(bytes: Uint8Array): { header: Record<string, unknown>; dataStart: number } {
  if (bytes.length < 8) fail(`truncated: ${bytes.length} bytes, at least 8 are needed`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getBigUint64(0, true);
  if (length > BigInt(LARGEST_HEADER)) fail(`header of ${length} bytes; this is no safetensors file`);
  const dataStart = 8 + Number(length);
  if (dataStart > bytes.length) fail(`truncated: the header ends at byte ${dataStart} of ${bytes.length}`);
  let text = '';
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.subarray(8, dataStart));
  } catch {
    fail('the header is not UTF-8, so it is not JSON; this is no safetensors file');
  }
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch {
    fail('the header is not JSON; this is no safetensors file');
  }
  if (!isObject(header)) fail('the header is not a JSON object');
  const twice = duplicateKey(text);
  if (twice !== undefined) fail(`${shown(twice)} stands twice in the header`);
  return { header, dataStart };
}

function readDescription(name: string, value: unknown) {
  if (!isObject(value)) fail(`the entry of ${shown(name)} is not an object`);
  const { dtype, shape, data_offsets: offsets } = value;
  if (typeof dtype !== 'string' || !Object.hasOwn(TYPES, dtype)) {
    fail(`${shown(name)} has dtype ${shown(dtype)}; ${Object.keys(TYPES).join(', ')} are read`);
  }
  if (!isCounts(shape)) fail(`${shown(name)} has shape ${shown(shape)}`);
  if (!isCounts(offsets) || offsets.length !== 2) {
    fail(`${shown(name)} has data_offsets ${shown(offsets)}`);
  }
  const type = dtype as TypeName;
  const [begin, end] = offsets;
  const size = product(shape) * TYPES[type].BYTES_PER_ELEMENT;
  if (!Number.isSafeInteger(size) || end - begin !== size) {
    fail(
      `${shown(name)} of shape ${shown(shape)} and dtype ${type} needs ${size} bytes, its range has ${end - begin}`,
    );
  }
  return { name, shape, type, begin, end };
}

function typeName(data: TensorData): TypeName {
  if (data instanceof Float64Array) return 'F64';
  if (data instanceof Float32Array) return 'F32';
  return data instanceof Int32Array ? 'I32' : 'U8';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((entry) => Number.isSafeInteger(entry) && entry >= 0);
}

/** A plain assignment to a name like `__proto__` would change the object instead of adding to it. */
function defineOwn<T>(target: Record<string, T>, name: string, value: T): void {
  Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
}

function product(shape: readonly number[]): number {
  return shape.reduce((size, count) => size * count, 1);
}

/** A value of the file for a message of one line. */
function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

function fail(reason: string): never {
  throw new FileError(`readSafetensors: ${reason}`);
}
