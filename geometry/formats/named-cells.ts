import { FileError, InvalidInputError } from '../../common/errors.js';
import type { Mesh } from '../mesh.js';
import { excerpt } from './excerpt.js';
import { faceStream } from './face-streams.js';
import { define, type FaceList, type FileArray, type FileArrays, type MeshFile } from './mesh-file.js';
import { CELL_TYPES } from './vtk-types.js';
import type { Piece } from './vtu-pieces.js';
import type { FieldValues } from './written-arrays.js';

/**
 * How `writeVtu` keeps what VTK has no place for; other programs ignore it. Field data `patch:NAME` and `interface:NAME`
 * hold faces, in 2D as pairs of points, in 3D as [point count, points…] per face. Field data `region:NAME` holds the value
 * that the cells of a region have in the cell data `region`.
 */
const PATCH_PREFIX = 'patch:';
const INTERFACE_PREFIX = 'interface:';
const REGION_PREFIX = 'region:';
const REGION_ARRAY = 'region';

/** A file with its patches, interfaces and regions taken out of its data. @throws FileError if they make no sense */
export function namedCells(
  content: Piece,
  fieldData: FileArrays,
): Omit<MeshFile, 'pieceCount' | 'linearisedCells'> {
  const patchFaces: Record<string, FaceList> = {};
  const interfaceFaces: Record<string, FaceList> = {};
  const rest: Record<string, FileArray> = {};
  const regions: [name: string, value: number][] = [];
  const pointCount = content.points.length / 3;
  for (const [name, array] of Object.entries(fieldData)) {
    if (name.startsWith(PATCH_PREFIX))
      define(patchFaces, name.slice(PATCH_PREFIX.length), faceList(name, array, pointCount));
    else if (name.startsWith(INTERFACE_PREFIX))
      define(interfaceFaces, name.slice(INTERFACE_PREFIX.length), faceList(name, array, pointCount));
    else if (name.startsWith(REGION_PREFIX))
      regions.push([name.slice(REGION_PREFIX.length), array.values[0]]);
    else define(rest, name, array);
  }
  const found = { ...content, fieldData: rest, patchFaces, interfaceFaces };
  if (regions.length === 0 || !Object.hasOwn(content.cellData, REGION_ARRAY)) return found;
  const { [REGION_ARRAY]: region, ...cellData } = content.cellData;
  const indexOfValue = new Map(regions.map(([, value], i) => [value, i]));
  const dimension = CELL_TYPES.get(content.cellTypes[0])?.dimension ?? 0;
  return {
    ...found,
    cellData,
    groups: regions.map(([name]) => ({ name, dimension })),
    cellGroups: Int32Array.from(region.values, (value) => indexOfValue.get(value) ?? -1),
  };
}

function faceList(name: string, { components, values }: FileArray, pointCount: number): FaceList {
  const wrong = (what: number) =>
    new FileError(`readVtu: '${excerpt(name)}' holds ${what} where a face should be; it is corrupt.`);
  const offsets = [0];
  const points: number[] = [];
  const add = (p: number) => {
    if (!Number.isInteger(p) || p < 0 || p >= pointCount) throw wrong(p);
    points.push(p);
  };
  for (let i = 0; i < values.length; ) {
    const size = components === 2 ? 2 : values[i++];
    if (!(size >= 2) || i + size > values.length) throw wrong(size);
    for (const end = i + size; i < end; i++) add(values[i]);
    offsets.push(points.length);
  }
  return { offsets: Int32Array.from(offsets), points: Int32Array.from(points) };
}

/** The inverse: the field data that keeps the names of a mesh, and cell data with its regions. */
export function namedCellArrays(
  mesh: Mesh,
  cellData: Readonly<Record<string, FieldValues>>,
  writer: string,
): { fieldData: FileArrays; cellData: Readonly<Record<string, FieldValues>> } {
  const fieldData: Record<string, FileArray> = {};
  const components = mesh.dimension === 2 ? 2 : 1;
  const faces = (name: string, list: ArrayLike<number>) =>
    define(fieldData, name, { values: faceStream(mesh, list), components, type: 'Int32' });
  for (const { name, start, size } of mesh.patches)
    faces(
      PATCH_PREFIX + name,
      Int32Array.from({ length: size }, (_, i) => start + i),
    );
  for (const { name, faces: list } of mesh.interfaces ?? []) faces(INTERFACE_PREFIX + name, list);
  if (!mesh.regionNames || !mesh.cellRegions) return { fieldData, cellData };
  if (Object.hasOwn(cellData, REGION_ARRAY))
    throw new InvalidInputError(
      `${writer}: the mesh has regions, which take the name '${REGION_ARRAY}' among the cell data; call that field otherwise.`,
    );
  for (const [region, name] of mesh.regionNames.entries())
    define(fieldData, REGION_PREFIX + name, {
      values: Int32Array.of(region),
      components: 1,
      type: 'Int32',
    });
  return { fieldData, cellData: { ...cellData, [REGION_ARRAY]: mesh.cellRegions } };
}
