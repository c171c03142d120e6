import { strToU8, zlibSync } from 'fflate';
import { InvalidInputError } from '../../common/errors.js';
import type { Mesh } from '../mesh.js';
import { PATCH_PREFIX, VTK_POLYGON, VTK_QUAD, VTK_TRIANGLE } from './vtu-types.js';

export type VtuValues = Float64Array | Float32Array | Int32Array | Uint8Array;

export interface WriteVtuOptions {
  /** One value, or one row of components, per cell */
  readonly cellData?: Readonly<Record<string, VtuValues>>;
  /** One value, or one row of components, per point */
  readonly pointData?: Readonly<Record<string, VtuValues>>;
  /** Unit of an array by its name, stored as VTK's `UNITS_LABEL` */
  readonly units?: Readonly<Record<string, string>>;
  /** `appended`: raw bytes compressed with zlib; `ascii`: readable, larger */
  readonly encoding?: 'appended' | 'ascii';
}

export const WRITE_VTU_DEFAULTS = { encoding: 'appended' } as const;

const BLOCK_BYTES = 65_536;

/**
 * A mesh and fields on it as the bytes of a VTU file (VTK XML unstructured grid, version 1.0), which ParaView opens.
 * 2D points get z = 0. Patches are kept as field data and restored by `meshFromVtu`.
 * Source: VTK file formats, "XML file formats", docs.vtk.org.
 *
 * @throws InvalidInputError if an array has not a whole number of components per cell or point, or the mesh is not 2D
 */
export function writeVtu(mesh: Mesh, options: WriteVtuOptions = {}): Uint8Array {
  const { cellData = {}, pointData = {}, units = {}, encoding } = { ...WRITE_VTU_DEFAULTS, ...options };
  if (mesh.dimension !== 2)
    throw new InvalidInputError(`writeVtu: only 2D meshes can be written, got dimension ${mesh.dimension}.`);
  const pointCount = mesh.points.length / 2;
  const arrays = new ArrayWriter(encoding, units);
  const section = (name: string, rows: number, data: Readonly<Record<string, VtuValues>>) =>
    `<${name}>\n${Object.entries(data)
      .map(([array, values]) => arrays.write(array, values, componentsOf(name, array, values, rows)))
      .join('')}</${name}>\n`;
  const xml =
    '<?xml version="1.0"?>\n' +
    '<VTKFile type="UnstructuredGrid" version="1.0" byte_order="LittleEndian" header_type="UInt32"' +
    `${encoding === 'appended' ? ' compressor="vtkZLibDataCompressor"' : ''}>\n<UnstructuredGrid>\n` +
    `<FieldData>\n${mesh.patches.map((patch) => arrays.write(PATCH_PREFIX + patch.name, patchFaces(mesh, patch.start, patch.size), 2, patch.size)).join('')}</FieldData>\n` +
    `<Piece NumberOfPoints="${pointCount}" NumberOfCells="${mesh.cellCount}">\n` +
    section('PointData', pointCount, pointData) +
    section('CellData', mesh.cellCount, cellData) +
    `<Points>\n${arrays.write('Points', paddedPoints(mesh.points), 3)}</Points>\n` +
    `<Cells>\n${arrays.write('connectivity', mesh.cellPoints, 1)}` +
    `${arrays.write('offsets', mesh.cellOffsets.slice(1), 1)}${arrays.write('types', cellTypes(mesh), 1)}</Cells>\n` +
    '</Piece>\n</UnstructuredGrid>\n';
  return arrays.finish(xml);
}

function componentsOf(section: string, name: string, values: VtuValues, rows: number): number {
  const components = values.length / rows;
  if (!Number.isInteger(components) || components === 0)
    throw new InvalidInputError(
      `writeVtu: ${section} '${name}' needs ${rows} values, or a multiple of that, got ${values.length}.`,
    );
  return components;
}

function patchFaces(mesh: Mesh, start: number, size: number): Int32Array {
  return mesh.facePoints.slice(mesh.faceOffsets[start], mesh.faceOffsets[start + size]);
}

function paddedPoints(points: Float64Array): Float64Array {
  const padded = new Float64Array((points.length / 2) * 3);
  for (let p = 0; p < points.length / 2; p++) {
    padded[3 * p] = points[2 * p];
    padded[3 * p + 1] = points[2 * p + 1];
  }
  return padded;
}

function cellTypes(mesh: Mesh): Uint8Array {
  return Uint8Array.from({ length: mesh.cellCount }, (_, c) => {
    const size = mesh.cellOffsets[c + 1] - mesh.cellOffsets[c];
    return size === 3 ? VTK_TRIANGLE : size === 4 ? VTK_QUAD : VTK_POLYGON;
  });
}

/** Writes DataArray elements; in appended encoding their bytes go to one block at the end of the file. */
class ArrayWriter {
  private readonly chunks: Uint8Array[] = [];
  private offset = 0;

  constructor(
    private readonly encoding: 'appended' | 'ascii',
    private readonly units: Readonly<Record<string, string>>,
  ) {}

  write(name: string, values: VtuValues, components: number, tuples?: number): string {
    const unit = this.units[name];
    const head =
      `<DataArray type="${typeName(values)}" Name="${escapeXml(name)}" NumberOfComponents="${components}"` +
      (tuples === undefined ? '' : ` NumberOfTuples="${tuples}"`);
    const key =
      unit === undefined
        ? ''
        : `<InformationKey name="UNITS_LABEL" location="vtkDataArray">${escapeXml(unit)}</InformationKey>\n`;
    if (this.encoding === 'ascii')
      return `${head} format="ascii">\n${asciiRows(values)}\n${key}</DataArray>\n`;
    const element = `${head} format="appended" offset="${this.offset}">${key}</DataArray>\n`;
    for (const chunk of compressedBlocks(littleEndianBytes(values))) {
      this.chunks.push(chunk);
      this.offset += chunk.length;
    }
    return element;
  }

  finish(xml: string): Uint8Array {
    if (this.encoding === 'ascii') return strToU8(`${xml}</VTKFile>\n`);
    return concatenate([
      strToU8(`${xml}<AppendedData encoding="raw">\n_`),
      ...this.chunks,
      strToU8('\n</AppendedData>\n</VTKFile>\n'),
    ]);
  }
}

function typeName(values: VtuValues): string {
  if (values instanceof Float64Array) return 'Float64';
  if (values instanceof Float32Array) return 'Float32';
  return values instanceof Int32Array ? 'Int32' : 'UInt8';
}

function asciiRows(values: VtuValues): string {
  const rows: string[] = [];
  for (let i = 0; i < values.length; i += 12)
    rows.push(Array.from(values.subarray(i, i + 12), asciiNumber).join(' '));
  return rows.join('\n');
}

/** Shortest text that reads back as the same number; values that are not finite as VTK spells them. */
function asciiNumber(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  return Object.is(value, -0) ? '-0' : String(value);
}

function littleEndianBytes(values: VtuValues): Uint8Array {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  if (new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 || values.BYTES_PER_ELEMENT === 1) return bytes;
  const swapped = bytes.slice();
  for (let i = 0; i < swapped.length; i += values.BYTES_PER_ELEMENT)
    swapped.subarray(i, i + values.BYTES_PER_ELEMENT).reverse();
  return swapped;
}

/** Header [number of blocks, block size, size of a partial last block or 0, compressed size of every block], then the blocks. */
function compressedBlocks(bytes: Uint8Array): Uint8Array[] {
  const blocks: Uint8Array[] = [];
  for (let start = 0; start < bytes.length; start += BLOCK_BYTES)
    blocks.push(zlibSync(bytes.subarray(start, start + BLOCK_BYTES)));
  const header = new DataView(new ArrayBuffer(4 * (3 + blocks.length)));
  [blocks.length, BLOCK_BYTES, bytes.length % BLOCK_BYTES, ...blocks.map((block) => block.length)].forEach(
    (value, i) => {
      header.setUint32(4 * i, value, true);
    },
  );
  return [new Uint8Array(header.buffer), ...blocks];
}

function concatenate(chunks: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let offset = 0;
  for (const chunk of chunks) {
    all.set(chunk, offset);
    offset += chunk.length;
  }
  return all;
}

function escapeXml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
