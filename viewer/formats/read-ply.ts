import { FileError } from '../../common/errors.js';
import { excerpt } from '../../geometry/formats/excerpt.js';
import { define, type FileArray, type MeshFile } from '../../geometry/formats/mesh-file.js';
import { STEP_CELLS, type Steps } from '../../geometry/steps.js';
import { surfaceFile } from './surface-file.js';

type Scalar = 'int8' | 'uint8' | 'int16' | 'uint16' | 'int32' | 'uint32' | 'float32' | 'float64';

const TYPES: Readonly<Record<string, Scalar>> = {
  char: 'int8',
  uchar: 'uint8',
  short: 'int16',
  ushort: 'uint16',
  int: 'int32',
  uint: 'uint32',
  float: 'float32',
  double: 'float64',
  int8: 'int8',
  uint8: 'uint8',
  int16: 'int16',
  uint16: 'uint16',
  int32: 'int32',
  uint32: 'uint32',
  float32: 'float32',
  float64: 'float64',
};
const BYTES: Readonly<Record<Scalar, number>> = {
  int8: 1,
  uint8: 1,
  int16: 2,
  uint16: 2,
  int32: 4,
  uint32: 4,
  float32: 4,
  float64: 8,
};

interface Property {
  readonly name: string;
  readonly type: Scalar;
  /** Of a list: the type of its length */
  readonly countType?: Scalar;
}
interface Element {
  readonly name: string;
  readonly count: number;
  readonly properties: Property[];
}

const MAXIMUM_HEADER = 1 << 16;

/**
 * Reads a PLY file, ascii or binary of either byte order, as a surface; further numbers of its vertices and faces become point
 * and cell data.
 * Source: G. Turk, "The PLY Polygon File Format", 1994.
 *
 * @throws FileError if the header makes no sense, the file ends early, a coordinate is no number or a face names a vertex that
 * does not exist
 */
export function* readPlySteps(bytes: Uint8Array): Steps<MeshFile> {
  const { format, elements, bodyStart } = readHeader(bytes);
  const next = format === 'ascii' ? asciiNumbers(bytes, bodyStart) : binaryNumbers(bytes, bodyStart, format);
  const pointData: Record<string, FileArray> = {};
  const cellData: Record<string, FileArray> = {};
  let points = new Float64Array();
  const cellPoints: number[] = [];
  const offsets = [0];
  for (const { name, count, properties } of elements) {
    // a row takes a byte at least: a count beyond the file is refused before memory is taken
    if (count * Math.max(1, properties.length) > bytes.length)
      throw new FileError(
        `readPly: ${count} of '${excerpt(name)}' do not fit a file of ${bytes.length} bytes; it is truncated.`,
      );
    const columns = properties.map(({ countType }) => (countType ? undefined : new Float64Array(count)));
    const isFace = name === 'face';
    for (let row = 0; row < count; row++) {
      if (row % STEP_CELLS === 0) yield Math.min(bytes.length, next.position());
      properties.forEach(({ name: property, type, countType }, p) => {
        if (!countType) {
          columns[p]![row] = next.read(type);
          return;
        }
        const length = next.read(countType);
        const kept = isFace && /^vertex_(index|indices)$/.test(property);
        for (let k = 0; k < length; k++) {
          const value = next.read(type);
          if (kept) cellPoints.push(value);
        }
        if (kept) offsets.push(cellPoints.length);
      });
    }
    if (name !== 'vertex' && !isFace) continue;
    properties.forEach(({ name: property }, p) => {
      const values = columns[p];
      if (!values || (!isFace && /^[xyz]$/.test(property))) return;
      define(isFace ? cellData : pointData, property, { components: 1, values, type: 'Float64' });
    });
    if (name === 'vertex') {
      points = new Float64Array(3 * count);
      ['x', 'y', 'z'].forEach((axis, k) => {
        const column = columns[properties.findIndex((property) => property.name === axis)];
        if (!column) throw new FileError(`readPly: vertices have no '${axis}'; the file is no surface.`);
        for (let row = 0; row < count; row++) points[3 * row + k] = column[row];
      });
    }
  }
  const wrong = cellPoints.find((p) => !(p >= 0 && p < points.length / 3));
  if (wrong !== undefined)
    throw new FileError(
      `readPly: a face names vertex ${wrong}; there are ${points.length / 3}. The file is corrupt.`,
    );
  const short = offsets.findIndex((end, c) => c > 0 && end - offsets[c - 1] < 3);
  if (short >= 0) throw new FileError(`readPly: face ${short - 1} has fewer than three vertices.`);
  if (offsets.length === 1)
    throw new FileError('readPly: the file has no faces; clouds of points cannot be shown.');
  return surfaceFile(points, Int32Array.from(offsets), Int32Array.from(cellPoints), { pointData, cellData });
}

type Format = 'ascii' | 'binary_little_endian' | 'binary_big_endian';

function readHeader(bytes: Uint8Array): { format: Format; elements: Element[]; bodyStart: number } {
  const text = new TextDecoder('latin1').decode(bytes.subarray(0, MAXIMUM_HEADER));
  const end = /^end_header\r?\n/m.exec(text);
  if (!text.startsWith('ply') || !end)
    throw new FileError(
      "readPly: a PLY file starts with 'ply' and has an 'end_header'; this is none or is truncated.",
    );
  let format: Format | undefined;
  const elements: Element[] = [];
  for (const line of text.slice(0, end.index).split(/\r?\n/).slice(1)) {
    const [keyword, ...words] = line.trim().split(/\s+/);
    if (keyword === 'format') {
      if (!/^(ascii|binary_(little|big)_endian)$/.test(words[0]))
        throw new FileError(`readPly: format '${excerpt(words[0])}' is none of PLY's.`);
      format = words[0] as Format;
    } else if (keyword === 'element') {
      const count = Number(words[1]);
      if (!Number.isInteger(count) || count < 0)
        throw new FileError(`readPly: '${excerpt(line)}' has no count; the header is corrupt.`);
      elements.push({ name: words[0], count, properties: [] });
    } else if (keyword === 'property') {
      const list = words[0] === 'list';
      const [countType, type] = list ? [TYPES[words[1]], TYPES[words[2]]] : [undefined, TYPES[words[0]]];
      const name = words[list ? 3 : 1];
      const element = elements.at(-1);
      if (!type || (list && !countType) || !name || !element)
        throw new FileError(`readPly: '${excerpt(line)}' is no property; the header is corrupt.`);
      element.properties.push({ name, type, countType });
    }
  }
  if (!format) throw new FileError('readPly: the header does not say the format.');
  return { format, elements, bodyStart: end.index + end[0].length };
}

interface Numbers {
  read(type: Scalar): number;
  position(): number;
}

function truncated(): FileError {
  return new FileError('readPly: the file ends before the last of its elements; it is truncated.');
}

function binaryNumbers(bytes: Uint8Array, start: number, format: Format): Numbers {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const little = format === 'binary_little_endian';
  const readers: Readonly<Record<Scalar, (at: number) => number>> = {
    int8: (at) => view.getInt8(at),
    uint8: (at) => view.getUint8(at),
    int16: (at) => view.getInt16(at, little),
    uint16: (at) => view.getUint16(at, little),
    int32: (at) => view.getInt32(at, little),
    uint32: (at) => view.getUint32(at, little),
    float32: (at) => view.getFloat32(at, little),
    float64: (at) => view.getFloat64(at, little),
  };
  let at = start;
  return {
    read(type) {
      if (at + BYTES[type] > bytes.length) throw truncated();
      const value = readers[type](at);
      at += BYTES[type];
      return value;
    },
    position: () => at,
  };
}

function asciiNumbers(bytes: Uint8Array, start: number): Numbers {
  const decoder = new TextDecoder();
  let at = start;
  return {
    read() {
      while (at < bytes.length && bytes[at] <= 32) at++;
      const from = at;
      while (at < bytes.length && bytes[at] > 32) at++;
      if (from === at) throw truncated();
      const word = decoder.decode(bytes.subarray(from, at));
      const value = Number(word);
      if (Number.isNaN(value) && !/^[-+]?nan/i.test(word))
        throw new FileError(`readPly: a number must follow, got '${excerpt(word)}'; the file is corrupt.`);
      return value;
    },
    position: () => at,
  };
}
