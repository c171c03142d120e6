import { strToU8, unzlibSync } from 'fflate';
import { FileError } from '../../common/errors.js';
import { type ByteSource, base64Source, rawSource } from './vtu-bytes.js';
import { adler32, BYTES_OF_TYPE, type VtkType } from './vtu-types.js';
import type { XmlElement } from './xml-elements.js';

/** How a file stores its arrays, from the attributes of its root element. */
export interface VtuEncoding {
  readonly headerBytes: 4 | 8;
  readonly littleEndian: boolean;
  readonly compressed: boolean;
  /** The bytes after the underscore of AppendedData, raw or base64 text; undefined if there are none */
  readonly appended?: { readonly bytes: Uint8Array; readonly base64: boolean };
}

/** No zlib stream expands by more than this factor, so a larger promised size is a lie. */
const ZLIB_MAXIMUM_RATIO = 1032;

/** Bytes that may still be decoded: small files can promise, and even deliver, enormous arrays. */
export interface DecodingBudget {
  bytesLeft: number;
}

/**
 * Values of a DataArray element as float64.
 *
 * @throws FileError if it does not hold exactly the expected number of values, is truncated or corrupt, or needs more
 * memory than the budget has left; nothing is allocated before that is checked
 */
export function readDataArray(
  element: XmlElement,
  expected: number,
  encoding: VtuEncoding,
  budget: DecodingBudget,
): Float64Array {
  const { type, format = 'ascii', Name: name = '?' } = element.attributes;
  const context = `readVtu: array '${name.slice(0, 60)}'`;
  if (!Object.hasOwn(BYTES_OF_TYPE, type ?? ''))
    throw new FileError(`${context} has type '${type?.slice(0, 30)}'; numeric types are supported.`);
  budget.bytesLeft -= 8 * expected;
  if (!(budget.bytesLeft >= 0))
    throw new FileError(
      `${context} needs ${8 * expected} bytes, more than the limit for one file; raise maximumBytes if the file is to be trusted.`,
    );
  if (format === 'ascii') {
    const values = parseAscii(element.text, context);
    checkLength(values.length, expected, context);
    return values;
  }
  const size = BYTES_OF_TYPE[type as VtkType];
  const bytes = decodePayload(
    arraySource(element, format, encoding, context),
    expected * size,
    encoding,
    context,
  );
  return toFloat64(bytes, type as VtkType, encoding.littleEndian);
}

function checkLength(found: number, expected: number, context: string): void {
  if (found !== expected)
    throw new FileError(
      `${context} must hold ${expected} values, it holds ${found}; the file is truncated or corrupt.`,
    );
}

function parseAscii(text: string, context: string): Float64Array {
  const trimmed = text.trim();
  if (trimmed === '') return new Float64Array(0);
  return Float64Array.from(trimmed.split(/\s+/), (token) => {
    const value = /^[+-]?inf(inity)?$/i.test(token)
      ? token[0] === '-'
        ? -Infinity
        : Infinity
      : Number(token);
    if (Number.isNaN(value) && !/^[+-]?nan$/i.test(token))
      throw new FileError(`${context} holds '${token.slice(0, 30)}', which is not a number.`);
    return value;
  });
}

function arraySource(
  element: XmlElement,
  format: string,
  encoding: VtuEncoding,
  context: string,
): ByteSource {
  if (format === 'binary') return base64Source(strToU8(element.text.replace(/\s+/g, '')), context);
  if (format !== 'appended')
    throw new FileError(`${context} has format '${format}'; ascii, binary and appended are supported.`);
  const { appended } = encoding;
  if (!appended)
    throw new FileError(`${context} is appended, but the file has no AppendedData; it is truncated.`);
  const offset = Number(element.attributes.offset);
  if (!Number.isSafeInteger(offset) || offset < 0 || offset >= appended.bytes.length)
    throw new FileError(
      `${context} starts at byte ${element.attributes.offset} of ${appended.bytes.length} appended ones; the file is truncated or corrupt.`,
    );
  const rest = appended.bytes.subarray(offset);
  return appended.base64 ? base64Source(rest, context) : rawSource(rest, context);
}

/** The bytes behind a header: a length word, or, compressed, [block count, block size, last size, compressed sizes…]. */
function decodePayload(
  source: ByteSource,
  expectedBytes: number,
  encoding: VtuEncoding,
  context: string,
): Uint8Array {
  const words = (count: number, what: string): number[] => {
    const bytes = source.take(count * encoding.headerBytes, what);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return Array.from({ length: count }, (_, i) =>
      encoding.headerBytes === 4
        ? view.getUint32(4 * i, encoding.littleEndian)
        : Number(view.getBigUint64(8 * i, encoding.littleEndian)),
    );
  };
  if (!encoding.compressed) {
    const [length] = words(1, 'its length');
    checkBytes(length, expectedBytes, context);
    return source.take(length, 'its data');
  }
  const [blockCount, blockSize, partial] = words(3, 'its header');
  const fullBlocks = partial === 0 ? blockCount : blockCount - 1;
  checkBytes(blockCount === 0 ? 0 : fullBlocks * blockSize + partial, expectedBytes, context);
  const compressedSizes = words(blockCount, 'its block sizes');
  const compressedBytes = compressedSizes.reduce((sum, size) => sum + size, 0);
  const compressed = source.take(compressedBytes, 'its compressed data');
  if (expectedBytes > compressedBytes * ZLIB_MAXIMUM_RATIO)
    throw new FileError(`${context} cannot unpack to ${expectedBytes} bytes; the file is corrupt.`);
  const bytes = new Uint8Array(expectedBytes);
  let from = 0;
  compressedSizes.forEach((size, block) => {
    const target = bytes.subarray(block * blockSize, Math.min((block + 1) * blockSize, expectedBytes));
    inflateBlock(compressed.subarray(from, from + size), target, `${context}, block ${block},`);
    from += size;
  });
  return bytes;
}

function checkBytes(found: number, expected: number, context: string): void {
  if (found !== expected)
    throw new FileError(
      `${context} must hold ${expected} bytes, it says ${found}; the file is truncated or corrupt.`,
    );
}

function inflateBlock(compressed: Uint8Array, target: Uint8Array, context: string): void {
  let unpacked: Uint8Array;
  try {
    unpacked = unzlibSync(compressed, { out: target });
  } catch (cause) {
    throw new FileError(`${context} is not a zlib stream; the file is truncated or corrupt.`, { cause });
  }
  const end = compressed.subarray(compressed.length - 4);
  const checksum = ((end[0] << 24) | (end[1] << 16) | (end[2] << 8) | end[3]) >>> 0;
  if (unpacked.length !== target.length || adler32(target) !== checksum)
    throw new FileError(`${context} does not match its checksum; the file is corrupt.`);
}

/** Numbers of any VTK type as float64. */
function toFloat64(bytes: Uint8Array, type: VtkType, littleEndian: boolean): Float64Array {
  const size = BYTES_OF_TYPE[type];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const read: Record<VtkType, (offset: number) => number> = {
    Int8: (o) => view.getInt8(o),
    UInt8: (o) => view.getUint8(o),
    Int16: (o) => view.getInt16(o, littleEndian),
    UInt16: (o) => view.getUint16(o, littleEndian),
    Int32: (o) => view.getInt32(o, littleEndian),
    UInt32: (o) => view.getUint32(o, littleEndian),
    Int64: (o) => Number(view.getBigInt64(o, littleEndian)),
    UInt64: (o) => Number(view.getBigUint64(o, littleEndian)),
    Float32: (o) => view.getFloat32(o, littleEndian),
    Float64: (o) => view.getFloat64(o, littleEndian),
  };
  const at = read[type];
  const values = new Float64Array(bytes.length / size);
  for (let i = 0; i < values.length; i++) values[i] = at(i * size);
  return values;
}
