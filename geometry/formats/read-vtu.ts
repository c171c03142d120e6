import { FileError } from '../../common/errors.js';
import { type DecodingBudget, readDataArray, type VtuEncoding } from './vtu-data-array.js';
import { PATCH_PREFIX, type VtuArray } from './vtu-types.js';
import { parseXml, type XmlElement } from './xml-elements.js';

/** What an unstructured grid file holds; pieces are joined. */
export interface VtuFile {
  /** `[point][3]` */
  readonly points: Float64Array;
  /** Points of cell c: `cellPoints[cellOffsets[c] .. cellOffsets[c + 1])` */
  readonly cellOffsets: Int32Array;
  readonly cellPoints: Int32Array;
  /** `[cell]` VTK cell type */
  readonly cellTypes: Uint8Array;
  readonly pointData: Readonly<Record<string, VtuArray>>;
  readonly cellData: Readonly<Record<string, VtuArray>>;
  /** Patch name to pairs of points, as `writeVtu` keeps them; empty for files of other programs */
  readonly patchFaces: Readonly<Record<string, Int32Array>>;
}

export interface ReadVtuOptions {
  /** Limit for all decoded arrays together */
  readonly maximumBytes?: number;
}

export const READ_VTU_DEFAULTS = { maximumBytes: 2 ** 31 } as const;

/**
 * Reads a VTU file (VTK XML unstructured grid): ascii, inline base64 and appended (raw or base64) arrays, uncompressed or
 * zlib, 32- or 64-bit headers, both byte orders, several pieces.
 * Source: VTK file formats, "XML file formats", docs.vtk.org.
 *
 * @throws FileError if the bytes are not such a file, are truncated or corrupt, or decode to more than `maximumBytes`
 */
export function readVtu(bytes: Uint8Array, options: ReadVtuOptions = {}): VtuFile {
  const { maximumBytes } = { ...READ_VTU_DEFAULTS, ...options };
  const { root, appended } = splitAppended(bytes);
  const encoding = readEncoding(root, appended);
  const grid = child(root, 'UnstructuredGrid');
  const budget: DecodingBudget = { bytesLeft: maximumBytes };
  const pieces = grid.children.filter((element) => element.name === 'Piece');
  if (pieces.length === 0) throw new FileError('readVtu: the file has no Piece; it holds no mesh.');
  return {
    ...joinPieces(pieces.map((piece) => readPiece(piece, encoding, budget))),
    patchFaces: readPatches(grid, encoding, budget),
  };
}

/** Appended raw bytes make a file invalid XML, so they are cut out before it is parsed. */
function splitAppended(bytes: Uint8Array): { root: XmlElement; appended?: VtuEncoding['appended'] } {
  const decoder = new TextDecoder();
  const start = indexOfBytes(bytes, '<AppendedData', 0);
  if (start < 0) return { root: rootElement(parseXml(decoder.decode(bytes), 'readVtu')) };
  const tagEnd = indexOfBytes(bytes, '>', start);
  const underscore = tagEnd < 0 ? -1 : indexOfBytes(bytes, '_', tagEnd);
  if (underscore < 0)
    throw new FileError('readVtu: AppendedData has no data after its underscore; the file is truncated.');
  const base64 = /encoding\s*=\s*["']base64["']/.test(decoder.decode(bytes.subarray(start, tagEnd)));
  // raw data may hold any bytes, so the end tag is looked for from the end of the file
  const end = lastIndexOfBytes(bytes, '</AppendedData', underscore);
  if (end < 0) throw new FileError('readVtu: AppendedData is not closed; the file is truncated.');
  const text = `${decoder.decode(bytes.subarray(0, start))}${decoder.decode(bytes.subarray(end)).replace(/^<\/AppendedData\s*>/, '')}`;
  return {
    root: rootElement(parseXml(text, 'readVtu')),
    appended: { bytes: bytes.subarray(underscore + 1, end), base64 },
  };
}

function rootElement(document: XmlElement): XmlElement {
  const root = document.children.find((element) => element.name === 'VTKFile');
  if (!root) throw new FileError('readVtu: not a VTK XML file: there is no VTKFile element.');
  if (root.attributes.type !== 'UnstructuredGrid')
    throw new FileError(
      `readVtu: the file holds '${root.attributes.type?.slice(0, 40)}'; UnstructuredGrid (.vtu) is supported.`,
    );
  return root;
}

function readEncoding(root: XmlElement, appended: VtuEncoding['appended']): VtuEncoding {
  const { compressor, header_type = 'UInt32', byte_order = 'LittleEndian' } = root.attributes;
  if (compressor !== undefined && compressor !== '' && compressor !== 'vtkZLibDataCompressor')
    throw new FileError(
      `readVtu: the file is compressed with ${compressor.slice(0, 40)}; save it with zlib or without compression.`,
    );
  if (header_type !== 'UInt32' && header_type !== 'UInt64')
    throw new FileError(`readVtu: header_type must be UInt32 or UInt64, got '${header_type.slice(0, 40)}'.`);
  if (byte_order !== 'LittleEndian' && byte_order !== 'BigEndian')
    throw new FileError(
      `readVtu: byte_order must be LittleEndian or BigEndian, got '${byte_order.slice(0, 40)}'.`,
    );
  return {
    headerBytes: header_type === 'UInt64' ? 8 : 4,
    littleEndian: byte_order === 'LittleEndian',
    compressed: Boolean(compressor),
    appended,
  };
}

type PieceContent = Omit<VtuFile, 'patchFaces'>;

function readPiece(piece: XmlElement, encoding: VtuEncoding, budget: DecodingBudget): PieceContent {
  const pointCount = count(piece, 'NumberOfPoints');
  const cellCount = count(piece, 'NumberOfCells');
  const read = (element: XmlElement, expected: number) => readDataArray(element, expected, encoding, budget);
  const pointsArray = child(child(piece, 'Points'), 'DataArray');
  const points = read(pointsArray, 3 * pointCount);
  const cells = child(piece, 'Cells');
  const ends = read(namedArray(cells, 'offsets'), cellCount);
  const cellOffsets = new Int32Array(cellCount + 1);
  for (let c = 0; c < cellCount; c++) {
    if (!Number.isInteger(ends[c]) || ends[c] < cellOffsets[c] || ends[c] > 2 ** 31 - 1)
      throw new FileError(
        `readVtu: offset ${c} of the cells is ${ends[c]}; offsets must be rising integers.`,
      );
    cellOffsets[c + 1] = ends[c];
  }
  const connectivity = read(namedArray(cells, 'connectivity'), cellOffsets[cellCount]);
  const outside = connectivity.find((p) => !Number.isInteger(p) || p < 0 || p >= pointCount);
  if (outside !== undefined)
    throw new FileError(`readVtu: a cell names point ${outside}; there are ${pointCount} points.`);
  const types = read(namedArray(cells, 'types'), cellCount);
  const section = (name: string, rows: number) => {
    const data: Record<string, VtuArray> = {};
    const element = piece.children.find((candidate) => candidate.name === name);
    for (const array of element?.children ?? []) {
      if (array.name !== 'DataArray' || array.attributes.type === 'String') continue;
      const components =
        array.attributes.NumberOfComponents === undefined ? 1 : count(array, 'NumberOfComponents');
      const unit = array.children.find((key) => key.attributes.name === 'UNITS_LABEL')?.text.trim();
      define(data, array.attributes.Name ?? '', {
        components,
        values: read(array, rows * components),
        ...(unit === undefined ? {} : { unit }),
      });
    }
    return data;
  };
  return {
    points,
    cellOffsets,
    cellPoints: Int32Array.from(connectivity),
    cellTypes: Uint8Array.from(types),
    pointData: section('PointData', pointCount),
    cellData: section('CellData', cellCount),
  };
}

/** A plain property whatever its name, `__proto__` included. */
function define<T>(record: Record<string, T>, name: string, value: T): void {
  Object.defineProperty(record, name, { value, enumerable: true, writable: true, configurable: true });
}

function joinPieces(pieces: readonly PieceContent[]): PieceContent {
  if (pieces.length === 1) return pieces[0];
  const sum = (size: (piece: PieceContent) => number) =>
    pieces.reduce((total, piece) => total + size(piece), 0);
  const cellOffsets = new Int32Array(sum((piece) => piece.cellTypes.length) + 1);
  const cellPoints = new Int32Array(sum((piece) => piece.cellPoints.length));
  let [cell, corner, point] = [0, 0, 0];
  for (const piece of pieces) {
    for (let c = 0; c < piece.cellTypes.length; c++)
      cellOffsets[cell + c + 1] = corner + piece.cellOffsets[c + 1];
    for (let i = 0; i < piece.cellPoints.length; i++) cellPoints[corner + i] = point + piece.cellPoints[i];
    cell += piece.cellTypes.length;
    corner += piece.cellPoints.length;
    point += piece.points.length / 3;
  }
  const joined = (select: (piece: PieceContent) => Readonly<Record<string, VtuArray>>) => {
    const data: Record<string, VtuArray> = {};
    for (const [name, first] of Object.entries(select(pieces[0]))) {
      const parts = pieces.map((piece) => Object.entries(select(piece)).find(([key]) => key === name)?.[1]);
      if (parts.some((part) => part?.components !== first.components))
        throw new FileError(
          `readVtu: array '${name.slice(0, 60)}' is missing or different in one of the pieces.`,
        );
      define(data, name, { ...first, values: concatenate(parts.map((part) => part!.values)) });
    }
    return data;
  };
  return {
    points: concatenate(pieces.map((piece) => piece.points)),
    cellOffsets,
    cellPoints,
    cellTypes: Uint8Array.from(pieces.flatMap((piece) => Array.from(piece.cellTypes))),
    pointData: joined((piece) => piece.pointData),
    cellData: joined((piece) => piece.cellData),
  };
}

function readPatches(grid: XmlElement, encoding: VtuEncoding, budget: DecodingBudget) {
  const patchFaces: Record<string, Int32Array> = {};
  const field = grid.children.find((element) => element.name === 'FieldData');
  for (const array of field?.children ?? []) {
    const name = array.attributes.Name ?? '';
    if (array.name !== 'DataArray' || !name.startsWith(PATCH_PREFIX)) continue;
    const values = readDataArray(array, 2 * count(array, 'NumberOfTuples'), encoding, budget);
    define(patchFaces, name.slice(PATCH_PREFIX.length), Int32Array.from(values));
  }
  return patchFaces;
}

function concatenate(arrays: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(arrays.reduce((sum, array) => sum + array.length, 0));
  let offset = 0;
  for (const array of arrays) {
    all.set(array, offset);
    offset += array.length;
  }
  return all;
}

function count(element: XmlElement, attribute: string): number {
  const text = element.attributes[attribute];
  const value = Number(text);
  if (
    text === undefined ||
    text.trim() === '' ||
    !Number.isInteger(value) ||
    value < 0 ||
    value > 2 ** 31 - 1
  )
    throw new FileError(
      `readVtu: ${attribute} of ${element.name} must be a count, got '${text?.slice(0, 30)}'.`,
    );
  return value;
}

function child(parent: XmlElement, name: string): XmlElement {
  const found = parent.children.find((element) => element.name === name);
  if (!found) throw new FileError(`readVtu: ${parent.name} has no ${name}; the file is incomplete.`);
  return found;
}

function namedArray(parent: XmlElement, name: string): XmlElement {
  const found = parent.children.find((element) => element.attributes.Name === name);
  if (!found) throw new FileError(`readVtu: ${parent.name} has no array '${name}'; the file is incomplete.`);
  return found;
}

function indexOfBytes(bytes: Uint8Array, text: string, from: number): number {
  const codes = Uint8Array.from(text, (character) => character.charCodeAt(0));
  for (let i = bytes.indexOf(codes[0], from); i >= 0; i = bytes.indexOf(codes[0], i + 1))
    if (codes.every((code, k) => bytes[i + k] === code)) return i;
  return -1;
}

function lastIndexOfBytes(bytes: Uint8Array, text: string, from: number): number {
  const codes = Uint8Array.from(text, (character) => character.charCodeAt(0));
  for (let i = bytes.lastIndexOf(codes[0]); i >= from; i = i === 0 ? -1 : bytes.lastIndexOf(codes[0], i - 1))
    if (codes.every((code, k) => bytes[i + k] === code)) return i;
  return -1;
}
