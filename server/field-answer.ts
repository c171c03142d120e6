import { NODE_ZLIB } from '../geometry/files/index.js';
import { type Mesh, writeVtu } from '../geometry/index.js';
import type { EncodedAnswer, FieldEncoding } from './jobs.js';

export interface AnswerParts {
  /** What is said of the fields */
  readonly report: Readonly<Record<string, unknown>>;
  /** What is said beside it where there is room: always in JSON, in a header as far as it fits */
  readonly more?: Readonly<Record<string, unknown>>;
  /** The fields, `[cell]`, or several of them, by their names in JSON */
  readonly fields: Readonly<Record<string, Float64Array | readonly Float64Array[]>>;
  /** Those of them that a binary answer consists of, one after the other, by their names in a file */
  readonly binary: Readonly<Record<string, Float64Array>>;
  readonly mesh: Mesh;
  readonly encoding: FieldEncoding;
}

/** Characters of a header: clients take no more than 8 or 16 KB of all of them. */
const LONGEST_HEADER = 6000;

/**
 * Fields as an answer: JSON with all there is; or their little-endian numbers alone, or a VTU file of the mesh with them, and
 * the rest as a text for a header.
 * Encoded in the worker, so that large fields do not hold up the thread that serves everybody.
 */
export function encodeAnswer(parts: AnswerParts): EncodedAnswer {
  const { report, more = {}, fields, binary, mesh, encoding } = parts;
  if (encoding === 'vtu') return { body: meshFile(mesh, binary), report: headerText(report, more) };
  if (encoding !== 'json') {
    return { body: littleEndian(Object.values(binary), encoding), report: headerText(report, more) };
  }
  const arrays = Object.fromEntries(
    Object.entries(fields).map(([name, field]) => [
      name,
      field instanceof Float64Array ? Array.from(field) : field.map((each) => Array.from(each)),
    ]),
  );
  return { body: new TextEncoder().encode(JSON.stringify({ ...report, ...more, ...arrays })) };
}

/** A VTU file of a mesh with fields on its cells. */
export function meshFile(mesh: Mesh, cellData: Readonly<Record<string, Float64Array>>): Uint8Array {
  return writeVtu(mesh, { cellData, zlib: NODE_ZLIB });
}

/** What a report says first of a field. */
export function statisticsOf(field: Float64Array, volumes: Float64Array) {
  let [minimum, maximum] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let [weighted, volume] = [0, 0];
  for (let cell = 0; cell < field.length; cell++) {
    minimum = Math.min(minimum, field[cell]);
    maximum = Math.max(maximum, field[cell]);
    weighted += field[cell] * volumes[cell];
    volume += volumes[cell];
  }
  return { minimum, maximum, mean: weighted / volume };
}

function littleEndian(fields: readonly Float64Array[], encoding: 'float64' | 'float32'): Uint8Array {
  const size = encoding === 'float64' ? 8 : 4;
  const bytes = new Uint8Array(size * fields.reduce((sum, { length }) => sum + length, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const field of fields) {
    for (const value of field) {
      if (size === 8) view.setFloat64(at, value, true);
      else view.setFloat32(at, value, true);
      at += size;
    }
  }
  return bytes;
}

function headerText(report: AnswerParts['report'], more: NonNullable<AnswerParts['more']>): string {
  let text = asciiJson(report);
  let held = report;
  for (const [name, value] of Object.entries(more)) {
    const longer = asciiJson({ ...held, [name]: value });
    if (longer.length > LONGEST_HEADER) continue;
    text = longer;
    held = { ...held, [name]: value };
  }
  return text;
}

/** JSON of ASCII characters alone, as a header may hold. */
function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
