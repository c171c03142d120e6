import { FileError } from '../../common/errors.js';
import { STEP_SIZE, type Steps } from '../steps.js';
import { AsciiScanner } from './ascii-scanner.js';
import { type ByteSource, base64Source, rawSource } from './byte-source.js';
import { excerpt } from './excerpt.js';
import { ArrayFiller, arrayOfType, memoryOfType, type NumberArray } from './number-arrays.js';
import { BYTES_OF_TYPE, type VtkType } from './vtk-types.js';
import type { XmlElement } from './xml-elements.js';
import type { ZlibCodec } from './zlib-codec.js';

/** How a file stores its arrays, from the attributes of its root element. */
export interface VtuEncoding {
  readonly bytes: Uint8Array;
  readonly headerBytes: 4 | 8;
  readonly littleEndian: boolean;
  readonly compressed: boolean;
  readonly zlib: ZlibCodec;
  /** The bytes after the underscore of AppendedData, raw or base64 text; undefined if there are none */
  readonly appended?: { readonly bytes: Uint8Array; readonly base64: boolean };
}

/** No zlib stream expands by more than this factor, so a larger promised size is a lie. */
const ZLIB_MAXIMUM_RATIO = 1032;

/** What may still be decoded: small files can promise, and even deliver, enormous arrays. */
export interface DecodingBudget {
  /** Of memory */
  bytesLeft: number;
  /** Of the file, twice over: arrays that name the same bytes again and again multiply it */
  fileBytesLeft: number;
  readonly fileBytes: number;
}

/** What an array becomes: indices as int32, coordinates as float64, fields in their own type. */
export type ArrayUse = 'index' | 'coordinate' | 'field';

export interface ArrayRequest {
  readonly element: XmlElement;
  /** Number of values; undefined: as many as there are */
  readonly count?: number;
  readonly use: ArrayUse;
  /** Values to leave free in front */
  readonly leading?: number;
}

/**
 * Values of a DataArray element, decoded block by block into one array.
 *
 * @throws FileError if it does not hold exactly the expected number of values, is truncated or corrupt, or needs more
 * memory than the budget has left; nothing is allocated before that is checked
 */
export function* readDataArray(
  { element, count, use, leading = 0 }: ArrayRequest,
  encoding: VtuEncoding,
  budget: DecodingBudget,
): Steps<NumberArray> {
  const { format = 'ascii', Name: name = '?' } = element.attributes;
  const context = `readVtu: array '${excerpt(name)}'`;
  const type = element.attributes.type as VtkType;
  if (!Object.hasOwn(BYTES_OF_TYPE, type ?? ''))
    throw new FileError(
      `${context} has type '${excerpt(type)}'; integers and floating-point numbers of 8 to 64 bits are supported.`,
    );
  const memoryType: VtkType = use === 'index' ? 'Int32' : use === 'coordinate' ? 'Float64' : type;
  const allocate = (values: number): NumberArray => {
    budget.bytesLeft -= memoryOfType(memoryType) * values;
    if (!(budget.bytesLeft >= 0))
      throw new FileError(
        `${context} needs ${memoryOfType(memoryType) * values} bytes, more than the limit for one file; raise maximumBytes if the file is to be trusted.`,
      );
    return arrayOfType(memoryType, leading + values);
  };
  const spend = (bytes: number) => {
    budget.fileBytesLeft -= bytes;
    if (budget.fileBytesLeft < 0)
      throw new FileError(`${context} shares its bytes with other arrays; the file is corrupt.`);
    return budget.fileBytes - budget.fileBytesLeft;
  };

  if (format === 'ascii') {
    const { textStart, textEnd } = element;
    spend(textEnd - textStart);
    const words = count ?? countWords(encoding.bytes, textStart, textEnd);
    if (words > (textEnd - textStart + 1) / 2)
      throw wrongLength(context, `${words} values`, `${textEnd - textStart} characters`);
    const target = allocate(words);
    const scanner = new AsciiScanner(encoding.bytes, textStart, textEnd, context);
    yield* scanner.numbers(target.subarray(leading), context);
    if (!scanner.atEnd()) throw wrongLength(context, `${words} values`, 'more');
    return target;
  }

  const source = arraySource(element, format, encoding, context);
  const size = BYTES_OF_TYPE[type];
  const payload = readHeader(source, encoding, context);
  const values = count ?? payload.bytes / size;
  if (payload.bytes !== values * size || !Number.isInteger(values))
    throw wrongLength(
      context,
      count === undefined ? 'whole values' : `${values * size} bytes`,
      payload.bytes,
    );
  const stored = payload.blocks ? payload.blocks.reduce((sum, block) => sum + block, 0) : payload.bytes;
  if (stored > source.left()) throw wrongLength(context, `${stored} bytes`, source.left());
  if (payload.blocks && payload.bytes > stored * ZLIB_MAXIMUM_RATIO)
    throw new FileError(`${context} cannot unpack to ${payload.bytes} bytes; the file is corrupt.`);
  const target = allocate(values);
  const filler = new ArrayFiller(target.subarray(leading), type, encoding.littleEndian, context);
  if (!payload.blocks) {
    for (let left = payload.bytes; left > 0; left -= Math.min(left, STEP_SIZE)) {
      filler.push(source.take(Math.min(left, STEP_SIZE), 'its data'));
      yield spend(Math.min(left, STEP_SIZE));
    }
    return target;
  }
  let left = payload.bytes;
  for (const [b, block] of payload.blocks.entries()) {
    const length = Math.min(payload.blockSize, left);
    const stream = source.take(block, 'its compressed data');
    filler.fill(length, (view) => {
      try {
        encoding.zlib.inflate(stream, view);
      } catch (cause) {
        throw new FileError(
          `${context}, block ${b}, cannot be unpacked or does not match its checksum; the file is truncated or corrupt.`,
          { cause },
        );
      }
    });
    left -= length;
    yield spend(block);
  }
  return target;
}

function wrongLength(context: string, expected: string, found: number | string): FileError {
  return new FileError(
    `${context} must hold ${expected}, it holds ${found}; the file is truncated or corrupt.`,
  );
}

function countWords(bytes: Uint8Array, start: number, end: number): number {
  let words = 0;
  for (let i = start; i < end; i++) if (bytes[i] > 32 && (i === start || bytes[i - 1] <= 32)) words++;
  return words;
}

function arraySource(
  element: XmlElement,
  format: string,
  encoding: VtuEncoding,
  context: string,
): ByteSource {
  if (format === 'binary')
    return base64Source(encoding.bytes.subarray(element.textStart, element.textEnd), context);
  if (format !== 'appended')
    throw new FileError(
      `${context} has format '${excerpt(format)}'; ascii, binary and appended are supported.`,
    );
  const { appended } = encoding;
  if (!appended)
    throw new FileError(`${context} is appended, but the file has no AppendedData; it is truncated.`);
  const offset = Number(element.attributes.offset);
  if (!Number.isSafeInteger(offset) || offset < 0 || offset >= appended.bytes.length)
    throw new FileError(
      `${context} starts at byte ${excerpt(element.attributes.offset)} of ${appended.bytes.length} appended ones; the file is truncated or corrupt.`,
    );
  const rest = appended.bytes.subarray(offset);
  return appended.base64 ? base64Source(rest, context) : rawSource(rest, context);
}

interface Payload {
  /** Of the unpacked array */
  readonly bytes: number;
  readonly blockSize: number;
  /** Compressed size of every block; undefined if the array is not compressed */
  readonly blocks?: readonly number[];
}

/** The header before a payload: a length word, or, compressed, [block count, block size, last size, compressed sizes…]. */
function readHeader(source: ByteSource, encoding: VtuEncoding, context: string): Payload {
  const words = (count: number, what: string): number[] => {
    const bytes = source.take(count * encoding.headerBytes, what);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return Array.from({ length: count }, (_, i) =>
      encoding.headerBytes === 4
        ? view.getUint32(4 * i, encoding.littleEndian)
        : Number(view.getBigUint64(8 * i, encoding.littleEndian)),
    );
  };
  if (!encoding.compressed) return { bytes: words(1, 'its length')[0], blockSize: 0 };
  const [blockCount, blockSize, partial] = words(3, 'its header');
  const fullBlocks = partial === 0 ? blockCount : blockCount - 1;
  const blocks = words(blockCount, 'its block sizes');
  source.endRun();
  if (partial > blockSize || (blockCount > 0 && blockSize === 0))
    throw new FileError(
      `${context} has blocks of ${blockSize} bytes, the last of ${partial}; the file is corrupt.`,
    );
  return { bytes: blockCount === 0 ? 0 : fullBlocks * blockSize + partial, blockSize, blocks };
}
