import { FileError } from '../../common/errors.js';
import { runThrough, type Steps } from '../steps.js';
import { appendedRange } from './appended-data.js';
import { excerpt } from './excerpt.js';
import { define, type FileArray, type FileArrays, type MeshFile } from './mesh-file.js';
import { namedCells } from './named-cells.js';
import { type ArrayUse, type DecodingBudget, readDataArray, type VtuEncoding } from './vtu-data-array.js';
import { joinPieces, type Piece } from './vtu-pieces.js';
import { facesOfStream, facesOfTable } from './vtu-polyhedra.js';
import { elementText, parseXml, type XmlElement } from './xml-elements.js';
import { PORTABLE_ZLIB, type ZlibCodec } from './zlib-codec.js';

export interface ReadVtuOptions {
  /** Limit for all decoded arrays together; default 2 GiB, or 16 times the file if that is more */
  readonly maximumBytes?: number;
  /** Default: PORTABLE_ZLIB; NODE_ZLIB of `fieldsmith/geometry/files` is faster, and used there */
  readonly zlib?: ZlibCodec;
}

/**
 * Reads a VTU file (VTK XML unstructured grid): ascii, inline base64 and appended (raw or base64) arrays, uncompressed or
 * zlib, 32- or 64-bit headers, both byte orders, every integer and floating-point type, several pieces, polyhedra in the old
 * (`faces`) and new (`face_connectivity`) layout.
 * Source: VTK file formats, "XML file formats", docs.vtk.org.
 *
 * Memory: arrays of at most 16 times the file if it is not compressed, 1032 times as much if it is, and
 * never more than `maximumBytes`.
 *
 * @throws FileError if the bytes are not such a file, are truncated or corrupt, or decode to more than `maximumBytes`
 */
export function readVtu(bytes: Uint8Array, options: ReadVtuOptions = {}): MeshFile {
  return runThrough(readVtuSteps(bytes, options));
}

export function* readVtuSteps(bytes: Uint8Array, options: ReadVtuOptions = {}): Steps<MeshFile> {
  const { maximumBytes = Math.max(2 ** 31, 16 * bytes.length), zlib = PORTABLE_ZLIB } = options;
  const appended = appendedRange(bytes);
  const document = appended
    ? parseXml(bytes, 'readVtu', appended.tagStart, ['VTKFile'])
    : parseXml(bytes, 'readVtu');
  const root = rootElement(document);
  const encoding = readEncoding(bytes, root, appended, zlib);
  const grid = child(root, 'UnstructuredGrid');
  const budget: DecodingBudget = {
    bytesLeft: maximumBytes,
    fileBytesLeft: 2 * bytes.length,
    fileBytes: 2 * bytes.length,
  };
  const elements = grid.children.filter((element) => element.name === 'Piece');
  if (elements.length === 0) throw new FileError('readVtu: the file has no Piece; it holds no mesh.');
  const pieces: Piece[] = [];
  for (const element of elements) pieces.push(yield* readPiece(element, encoding, budget));
  const field = grid.children.find((element) => element.name === 'FieldData');
  const fieldData = yield* readArrays(field, undefined, encoding, budget);
  return { ...namedCells(joinPieces(pieces), fieldData), pieceCount: pieces.length, linearisedCells: 0 };
}

function rootElement(document: XmlElement): XmlElement {
  const root = document.children.find((element) => element.name === 'VTKFile');
  if (!root) throw new FileError('readVtu: not a VTK XML file: there is no VTKFile element.');
  if (root.attributes.type !== 'UnstructuredGrid')
    throw new FileError(
      `readVtu: the file holds '${excerpt(root.attributes.type)}'; UnstructuredGrid (.vtu) is supported.`,
    );
  return root;
}

function readEncoding(
  bytes: Uint8Array,
  root: XmlElement,
  appended: VtuEncoding['appended'],
  zlib: ZlibCodec,
): VtuEncoding {
  const { compressor, header_type = 'UInt32', byte_order = 'LittleEndian' } = root.attributes;
  if (compressor !== undefined && compressor !== '' && compressor !== 'vtkZLibDataCompressor')
    throw new FileError(
      `readVtu: the file is compressed with ${excerpt(compressor)}; save it with zlib or without compression.`,
    );
  if (header_type !== 'UInt32' && header_type !== 'UInt64')
    throw new FileError(`readVtu: header_type must be UInt32 or UInt64, got '${excerpt(header_type)}'.`);
  if (byte_order !== 'LittleEndian' && byte_order !== 'BigEndian')
    throw new FileError(
      `readVtu: byte_order must be LittleEndian or BigEndian, got '${excerpt(byte_order)}'.`,
    );
  return {
    bytes,
    headerBytes: header_type === 'UInt64' ? 8 : 4,
    littleEndian: byte_order === 'LittleEndian',
    compressed: Boolean(compressor),
    zlib,
    appended,
  };
}

function* readPiece(piece: XmlElement, encoding: VtuEncoding, budget: DecodingBudget): Steps<Piece> {
  const pointCount = count(piece, 'NumberOfPoints');
  const cellCount = count(piece, 'NumberOfCells');
  const read = (element: XmlElement, use: ArrayUse, values?: number, leading?: number) =>
    readDataArray({ element, count: values, use, leading }, encoding, budget);
  const points = (yield* read(
    child(child(piece, 'Points'), 'DataArray'),
    'coordinate',
    3 * pointCount,
  )) as Float64Array;
  const cells = child(piece, 'Cells');
  const cellOffsets = (yield* read(namedArray(cells, 'offsets'), 'index', cellCount, 1)) as Int32Array;
  checkRising(cellOffsets, 'the cells');
  const connectivity = namedArray(cells, 'connectivity');
  const cellPoints = (yield* read(connectivity, 'index', cellOffsets[cellCount])) as Int32Array;
  checkPoints(cellPoints, pointCount);
  const cellTypes = yield* read(namedArray(cells, 'types'), 'index', cellCount);
  const wrongType = cellTypes.find((type) => type < 0 || type > 255);
  if (wrongType !== undefined) throw new FileError(`readVtu: a cell has type ${wrongType}; it is corrupt.`);

  const optional = (name: string) => cells.children.find((element) => element.attributes.Name === name);
  const index = function* (name: string, values?: number, leading?: number): Steps<Int32Array> {
    return (yield* read(namedArray(cells, name), 'index', values, leading)) as Int32Array;
  };
  let polyhedra: Piece['polyhedra'];
  if (optional('polyhedron_to_faces')) {
    const cellFaceOffsets = yield* index('polyhedron_offsets', cellCount, 1);
    checkRising(cellFaceOffsets, 'the polyhedra');
    const faceIds = yield* index('polyhedron_to_faces', cellFaceOffsets[cellCount]);
    const faceOffsets = yield* index('face_offsets', undefined, 1);
    checkRising(faceOffsets, 'the faces');
    const facePoints = yield* index('face_connectivity', faceOffsets[faceOffsets.length - 1]);
    polyhedra = facesOfTable(cellFaceOffsets, faceIds, faceOffsets, facePoints);
  } else if (optional('faces')) {
    const ends = yield* index('faceoffsets', cellCount);
    const stream = yield* index('faces');
    polyhedra = facesOfStream(ends, stream);
  }
  if (polyhedra) checkPoints(polyhedra.points, pointCount);
  const section = (name: string) => piece.children.find((candidate) => candidate.name === name);
  return {
    points,
    cellOffsets,
    cellPoints,
    cellTypes: Uint8Array.from(cellTypes),
    ...(polyhedra ? { polyhedra } : {}),
    pointData: yield* readArrays(section('PointData'), pointCount, encoding, budget),
    cellData: yield* readArrays(section('CellData'), cellCount, encoding, budget),
  };
}

/** The numeric arrays of a section; `rows` is undefined in field data, where every array has its own number. */
function* readArrays(
  section: XmlElement | undefined,
  rows: number | undefined,
  encoding: VtuEncoding,
  budget: DecodingBudget,
): Steps<FileArrays> {
  const data: Record<string, FileArray> = {};
  for (const element of section?.children ?? []) {
    if (element.name !== 'DataArray' || element.attributes.type === 'String') continue;
    if (rows === undefined && element.attributes.NumberOfTuples === undefined) continue;
    const { NumberOfComponents } = element.attributes;
    const components = NumberOfComponents === undefined ? 1 : count(element, 'NumberOfComponents') || 1;
    const values = yield* readDataArray(
      { element, count: (rows ?? count(element, 'NumberOfTuples')) * components, use: 'field' },
      encoding,
      budget,
    );
    const unit = element.children.find((key) => key.attributes.name === 'UNITS_LABEL');
    define(data, element.attributes.Name ?? '', {
      components,
      values,
      type: element.attributes.type as FileArray['type'],
      ...(unit === undefined ? {} : { unit: elementText(encoding.bytes, unit) }),
    });
  }
  return data;
}

function checkRising(offsets: Int32Array, of: string): void {
  for (let i = 1; i < offsets.length; i++)
    if (offsets[i] < offsets[i - 1])
      throw new FileError(
        `readVtu: offset ${i - 1} of ${of} is ${offsets[i]} after ${offsets[i - 1]}; offsets must be rising integers.`,
      );
}

function checkPoints(points: Int32Array, pointCount: number): void {
  const outside = points.find((p) => p < 0 || p >= pointCount);
  if (outside !== undefined)
    throw new FileError(`readVtu: a cell names point ${outside}; there are ${pointCount} points.`);
}

function count(element: XmlElement, attribute: string): number {
  const text = element.attributes[attribute];
  const value = /^\s*\d+\s*$/.test(text ?? '') ? Number(text) : Number.NaN;
  if (!(value <= 2 ** 31 - 1))
    throw new FileError(`readVtu: ${attribute} of ${element.name} must be a count, got '${excerpt(text)}'.`);
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
