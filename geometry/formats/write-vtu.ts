import { InvalidInputError } from '../../common/errors.js';
import type { Mesh } from '../mesh.js';
import { runThrough, type Steps } from '../steps.js';
import { polyhedronStreams } from './face-streams.js';
import { namedCellArrays } from './named-cells.js';
import type { NumberArray } from './number-arrays.js';
import { VTK_CELL } from './vtk-types.js';
import { VtuArrayWriter, type VtuStorage } from './vtu-array-writer.js';
import { concatenate, type FieldValues, typeOf, writtenArray } from './written-arrays.js';
import { PORTABLE_ZLIB } from './zlib-codec.js';

export interface WriteVtuOptions extends Partial<VtuStorage> {
  /** One value, or one row of components, per cell */
  readonly cellData?: Readonly<Record<string, FieldValues>>;
  /** One value, or one row of components, per point */
  readonly pointData?: Readonly<Record<string, FieldValues>>;
  /** Values of the file as a whole, such as `TimeValue` */
  readonly fieldData?: Readonly<Record<string, FieldValues>>;
  /** Unit of an array by its name, stored as VTK's `UNITS_LABEL` */
  readonly units?: Readonly<Record<string, string>>;
}

/** `compression` of ascii is none. Headers of 64 bits are needed for arrays of 4 GiB and more. */
export const WRITE_VTU_DEFAULTS = {
  encoding: 'appended',
  compression: 'zlib',
  headerType: 'UInt32',
  byteOrder: 'LittleEndian',
  zlib: PORTABLE_ZLIB,
} as const;

/**
 * A mesh and fields on it as the bytes of a VTU file (VTK XML unstructured grid, version 1.0), which ParaView opens.
 * 2D points get z = 0. Patches, interfaces and region names are kept as field data and restored by `meshFromFile`.
 * Source: VTK file formats, "XML file formats", docs.vtk.org.
 *
 * @throws InvalidInputError if an array has not a whole number of components per cell or point, or 64-bit integers are asked
 * of other numbers
 */
export function writeVtu(mesh: Mesh, options: WriteVtuOptions = {}): Uint8Array {
  return concatenate(runThrough(writeVtuSteps(mesh, options)));
}

/** The same in chunks, in steps of values. */
export function* writeVtuSteps(mesh: Mesh, options: WriteVtuOptions = {}): Steps<readonly Uint8Array[]> {
  const { cellData = {}, pointData = {}, fieldData = {}, units = {}, ...storage } = options;
  const complete: VtuStorage = { ...WRITE_VTU_DEFAULTS, ...storage };
  const { encoding, byteOrder, headerType, compression } = complete;
  const compressed = compression === 'zlib' && encoding !== 'ascii';
  const pointCount = mesh.points.length / mesh.dimension;
  const named = namedCellArrays(mesh, cellData, 'writeVtu');
  const writer = new VtuArrayWriter(complete);
  const plain = (values: NumberArray, components = 1) => ({ values, components, type: typeOf(values) });
  const section = function* (name: string, rows: number, data: Readonly<Record<string, FieldValues>>) {
    writer.text(`<${name}>\n`);
    for (const [array, values] of Object.entries(data))
      yield* writer.array(array, writtenArray(values, rows, `writeVtu: ${name}`, units, array));
    writer.text(`</${name}>\n`);
  };
  writer.text(
    '<?xml version="1.0"?>\n' +
      `<VTKFile type="UnstructuredGrid" version="1.0" byte_order="${byteOrder}" header_type="${headerType}"` +
      `${compressed ? ' compressor="vtkZLibDataCompressor"' : ''}>\n<UnstructuredGrid>\n<FieldData>\n`,
  );
  for (const [name, values] of Object.entries(fieldData)) {
    const array = writtenArray(values, 1, 'writeVtu: FieldData', units, name);
    const components = ArrayBuffer.isView(values) ? 1 : values.components;
    yield* writer.array(name, { ...array, components }, array.values.length / components);
  }
  for (const [name, array] of Object.entries(named.fieldData))
    yield* writer.array(name, array, array.values.length / array.components);
  writer.text(`</FieldData>\n<Piece NumberOfPoints="${pointCount}" NumberOfCells="${mesh.cellCount}">\n`);
  yield* section('PointData', pointCount, pointData);
  yield* section('CellData', mesh.cellCount, named.cellData);
  writer.text('<Points>\n');
  yield* writer.array('Points', plain(spacePoints(mesh), 3));
  writer.text('</Points>\n<Cells>\n');
  yield* writer.array('connectivity', plain(mesh.cellPoints));
  yield* writer.array('offsets', plain(mesh.cellOffsets.subarray(1)));
  yield* writer.array('types', plain(vtkCellTypes(mesh)));
  if (mesh.cellShapes?.includes(VTK_CELL.polyhedron)) {
    const { ends, stream } = polyhedronStreams(mesh);
    yield* writer.array('faces', plain(stream));
    yield* writer.array('faceoffsets', plain(ends));
  }
  writer.text('</Cells>\n</Piece>\n</UnstructuredGrid>\n');
  return writer.finish();
}

/**
 * `[point][3]`
 *
 * @throws InvalidInputError for a mesh that came without points
 */
export function spacePoints({ points, dimension, cellCount }: Mesh): Float64Array {
  if (points.length === 0 && cellCount > 0) {
    throw new InvalidInputError(
      'spacePoints: the mesh has no points, as from a file of finite volumes alone; it cannot be drawn or written as ' +
        'cells, only solved on and learnt from',
    );
  }
  if (dimension === 3) return points;
  const padded = new Float64Array((points.length / 2) * 3);
  for (let p = 0; p < points.length / 2; p++) {
    padded[3 * p] = points[2 * p];
    padded[3 * p + 1] = points[2 * p + 1];
  }
  return padded;
}

export function vtkCellTypes({ cellShapes, cellCount, cellOffsets }: Mesh): Uint8Array {
  if (cellShapes) return cellShapes;
  return Uint8Array.from({ length: cellCount }, (_, c) => {
    const size = cellOffsets[c + 1] - cellOffsets[c];
    return size === 3 ? VTK_CELL.triangle : size === 4 ? VTK_CELL.quadrilateral : VTK_CELL.polygon;
  });
}
