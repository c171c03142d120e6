import { inTurn, STEP_SIZE, type Steps } from '../steps.js';
import type { FileArray } from './mesh-file.js';
import { asciiRows, base64Bytes, concatenate, fileBytes } from './written-arrays.js';
import { escapeXml } from './xml-elements.js';
import type { ZlibCodec } from './zlib-codec.js';

export interface VtuStorage {
  readonly encoding: 'ascii' | 'base64' | 'appended' | 'appended-base64';
  readonly compression: 'zlib' | 'none';
  readonly headerType: 'UInt32' | 'UInt64';
  readonly byteOrder: 'LittleEndian' | 'BigEndian';
  /** Default: PORTABLE_ZLIB; NODE_ZLIB of `fieldsmith/geometry/files` is faster, and used there */
  readonly zlib: ZlibCodec;
}

/** Of unpacked data; VTK takes any size. Each block costs tables to pack and unpack, and a word in the header. */
const BLOCK_BYTES = STEP_SIZE;

/** Collects a file from XML and arrays; in appended encodings the bytes of arrays go to one block at its end. */
export class VtuArrayWriter {
  private readonly xml: Uint8Array[] = [];
  private readonly appended: Uint8Array[] = [];
  private offset = 0;
  private readonly encoder = new TextEncoder();
  private readonly turn = inTurn();

  constructor(private readonly storage: VtuStorage) {}

  text(text: string): void {
    this.xml.push(this.encoder.encode(text));
  }

  /** One array, in steps that count the values of all arrays so far. */
  *array(name: string, { components, values, type, unit }: FileArray, tuples?: number): Steps<void> {
    const { encoding } = this.storage;
    const format = encoding === 'base64' ? 'binary' : encoding === 'ascii' ? 'ascii' : 'appended';
    this.text(
      `<DataArray type="${type}" Name="${escapeXml(name)}"` +
        // one component is the default; numpy-minded readers make a column of a stated 1
        (components === 1 ? '' : ` NumberOfComponents="${components}"`) +
        (tuples === undefined ? '' : ` NumberOfTuples="${tuples}"`) +
        ` format="${format}"${format === 'appended' ? ` offset="${this.offset}"` : ''}>\n`,
    );
    const size = values.length;
    if (format === 'ascii')
      yield* this.turn(
        asciiRows(values, 12, (chunk) => this.xml.push(chunk)),
        size,
      );
    else {
      const littleEndian = this.storage.byteOrder === 'LittleEndian';
      const bytes = fileBytes(values, type, littleEndian);
      const steps = this.storage.compression === 'zlib' ? this.compressed(bytes) : this.plain(bytes);
      yield* this.turn(steps, bytes.length, size);
    }
    if (unit !== undefined)
      this.text(
        `<InformationKey name="UNITS_LABEL" location="vtkDataArray">${escapeXml(unit)}</InformationKey>\n`,
      );
    this.text('</DataArray>\n');
  }

  finish(): readonly Uint8Array[] {
    const { encoding } = this.storage;
    if (encoding === 'ascii' || encoding === 'base64') {
      this.text('</VTKFile>\n');
      return this.xml;
    }
    this.text(`<AppendedData encoding="${encoding === 'appended' ? 'raw' : 'base64'}">\n_`);
    return [...this.xml, ...this.appended, this.encoder.encode('\n</AppendedData>\n</VTKFile>\n')];
  }

  private push(bytes: Uint8Array): void {
    const { encoding } = this.storage;
    const stored = encoding === 'appended' ? bytes : base64Bytes(bytes);
    if (encoding === 'base64') {
      this.xml.push(stored);
      return;
    }
    this.appended.push(stored);
    this.offset += stored.length;
  }

  private words(values: readonly number[]): Uint8Array {
    const size = this.storage.headerType === 'UInt32' ? 4 : 8;
    const littleEndian = this.storage.byteOrder === 'LittleEndian';
    const header = new DataView(new ArrayBuffer(size * values.length));
    values.forEach((value, i) => {
      if (size === 4) header.setUint32(4 * i, value, littleEndian);
      else header.setBigUint64(8 * i, BigInt(value), littleEndian);
    });
    return new Uint8Array(header.buffer);
  }

  /** A length word, then the bytes; one run of base64. */
  private *plain(bytes: Uint8Array): Steps<void> {
    const header = this.words([bytes.length]);
    // base64 is cut at multiples of three bytes, so that the parts make one run
    const first = bytes.subarray(0, Math.min(bytes.length, 3 * header.length - header.length));
    const head = new Uint8Array(header.length + first.length);
    head.set(header);
    head.set(first, header.length);
    this.push(head);
    const step = 3 * STEP_SIZE;
    for (let start = first.length; start < bytes.length; start += step) {
      this.push(bytes.subarray(start, start + step));
      yield start;
    }
  }

  /** Header [number of blocks, block size, size of a partial last block or 0, compressed size of every block], then the blocks. */
  private *compressed(bytes: Uint8Array): Steps<void> {
    const blocks: Uint8Array[] = [];
    for (let start = 0; start < bytes.length; start += BLOCK_BYTES) {
      blocks.push(this.storage.zlib.deflate(bytes.subarray(start, start + BLOCK_BYTES)));
      yield start;
    }
    this.push(
      this.words([
        blocks.length,
        BLOCK_BYTES,
        bytes.length % BLOCK_BYTES,
        ...blocks.map((block) => block.length),
      ]),
    );
    // in base64 all blocks are one run: a block of its own would end in padding, which VTK takes for the end
    if (this.storage.encoding === 'appended') for (const block of blocks) this.push(block);
    else this.push(concatenate(blocks));
  }
}
