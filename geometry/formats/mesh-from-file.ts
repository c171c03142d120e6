import { FileError } from '../../common/errors.js';
import { createMesh } from '../create-mesh.js';
import { createPolyhedralMeshSteps } from '../create-polyhedral-mesh.js';
import { mergePoints } from '../merge-points.js';
import type { Mesh } from '../mesh.js';
import { namedInterfaces, regionBoundaryName } from '../region-interfaces.js';
import { part, runThrough, type Steps } from '../steps.js';
import { groupsOfTags } from './cell-groups.js';
import { excerpt } from './excerpt.js';
import { linearCells } from './linear-cells.js';
import { define, type FileArray, type FileArrays, type MeshFile } from './mesh-file.js';
import { NamedFaces } from './named-faces.js';
import { CELL_TYPES } from './vtk-types.js';

export interface MeshFromFileOptions {
  /** Name of the patch of a boundary face; undefined leaves it to the file, whose unnamed faces are in `boundary` */
  readonly patchOfFace?: (points: ArrayLike<number>, centroid: readonly number[]) => string | undefined;
  /**
   * Points at most this far apart become one, in units of the file; 0 joins those in the same place. Default: 0 if the file
   * came in pieces, which repeat the points between them; else none are joined.
   */
  readonly mergeDistance?: number;
}

/** A mesh and what a file says on it. */
export interface MeshWithData {
  readonly mesh: Mesh;
  /** Arrays with a row per point of the mesh */
  readonly pointData: FileArrays;
  /** Arrays with a row per cell of the mesh */
  readonly cellData: FileArrays;
  readonly fieldData: FileArrays;
  /** Second-order cells of which only the corners were kept */
  readonly linearisedCells: number;
}

/**
 * The mesh of a file: of its 3D cells if it has any, else of its polygons, which must lie in a plane z = constant.
 *
 * Cells one dimension lower name patches (on the boundary) and interfaces (inside) by their physical group; groups of the
 * mesh's own cells become its regions. Second-order cells are replaced by those of their corners; pixels and voxels by
 * quadrilaterals and hexahedra. Polygons listed clockwise are turned; ghost cells of parallel files and points that no cell
 * uses are left out, with their data.
 *
 * @throws FileError if the file holds no cells of these kinds, a coordinate is not finite, or a group names a face that the
 * mesh does not have
 * @throws GeometryError if the cells do not form a mesh; see createMesh and createPolyhedralMesh
 */
export function meshFromFile(file: MeshFile, options: MeshFromFileOptions = {}): MeshWithData {
  return runThrough(meshFromFileSteps(file, options));
}

/** The same in steps, counted in percent; a mesh of polygons is one step. */
export function* meshFromFileSteps(file: MeshFile, options: MeshFromFileOptions = {}): Steps<MeshWithData> {
  const { cells, dimension } = keptCells(file);
  yield 2;
  const linear = linearCells(file, cells);
  yield 4;
  const { points, pointOfFilePoint, filePointOfPoint } = usedPoints(
    file,
    linear.cellPoints,
    dimension,
    options,
  );
  yield 7;
  const filePointCount = pointOfFilePoint.length;
  for (let i = 0; i < linear.cellPoints.length; i++)
    linear.cellPoints[i] = pointOfFilePoint[linear.cellPoints[i]];

  const { groups, cellGroups } = file.cellGroups ? file : groupsOfTags(file);
  const names = new NamedFaces(points.length / dimension);
  const renumbered = (list: Int32Array) => list.map((p) => pointOfFilePoint[p]);
  const own = [...Object.entries(file.patchFaces), ...Object.entries(file.interfaceFaces)];
  for (const [name, { offsets, points: listed }] of own)
    for (let f = 0; f + 1 < offsets.length; f++)
      names.add(renumbered(listed.subarray(offsets[f], offsets[f + 1])), name);
  const named: string[] = Object.keys(file.patchFaces);
  if (groups && cellGroups)
    for (let c = 0; c < cellGroups.length; c++) {
      const type = CELL_TYPES.get(file.cellTypes[c]);
      if (cellGroups[c] < 0 || type?.dimension !== dimension - 1) continue;
      const start = file.cellOffsets[c];
      const { corners = file.cellOffsets[c + 1] - start } = type;
      names.add(renumbered(file.cellPoints.subarray(start, start + corners)), groups[cellGroups[c]].name);
    }
  for (const group of groups ?? []) if (group.dimension === dimension - 1) named.push(group.name);

  yield 10;
  const patchOfFace = (face: ArrayLike<number>, centroid: readonly number[]): string => {
    const name = names.nameOf(face);
    return options.patchOfFace?.(renumberedBack(face, filePointOfPoint), centroid) ?? name ?? 'boundary';
  };
  const description = { points, patchOrder: named, ...regionsOf(cells, groups, cellGroups, dimension) };
  const plain =
    dimension === 2
      ? createMesh({
          ...description,
          cells: polygons(points, linear.cellOffsets, linear.cellPoints),
          patchOfFace: (a, b, centroid) => patchOfFace([a, b], centroid),
        })
      : yield* part(
          createPolyhedralMeshSteps({
            ...description,
            ...linear,
            polyhedronFaces: linear.polyhedronFaces?.map(
              (faces) => faces?.map((face) => face.map((p) => pointOfFilePoint[p])) ?? null,
            ),
            patchOfFace,
          }),
          100,
          10,
          95,
        );
  yield 95;
  const mesh = withInterfaces(plain, names, Object.keys(file.interfaceFaces).length > 0);
  yield 98;
  const missing = names.missing();
  if (missing !== undefined)
    throw new FileError(
      `meshFromFile: '${excerpt(missing)}' names a face that no cell has; lower-dimensional cells must be faces of the mesh.`,
    );
  return {
    mesh,
    pointData: selectRows(file.pointData, filePointOfPoint, filePointCount),
    cellData: selectRows(file.cellData, cells, file.cellTypes.length),
    fieldData: file.fieldData,
    linearisedCells: file.linearisedCells + linear.linearised,
  };
}

/** Bits of `vtkGhostType` for cells that another piece owns, or that are hidden. */
const GHOST_CELL = 1 | 32;

/** The cells of the highest dimension that are this file's own. @throws FileError if there are none, or of an unknown type */
export function keptCells(file: MeshFile): { cells: Int32Array; dimension: 2 | 3 } {
  let dimension = 0;
  for (const type of file.cellTypes) dimension = Math.max(dimension, CELL_TYPES.get(type)?.dimension ?? 0);
  const unknown = file.cellTypes.findIndex((type) => !CELL_TYPES.has(type));
  if (unknown >= 0)
    throw new FileError(
      `meshFromFile: cell ${unknown} has VTK type ${file.cellTypes[unknown]}; triangles, quadrilaterals, polygons, tetrahedra, hexahedra, prisms, pyramids and polyhedra are supported.`,
    );
  if (dimension < 2)
    throw new FileError('meshFromFile: the file has no cells of two or three dimensions; it holds no mesh.');
  const ghost = Object.hasOwn(file.cellData, 'vtkGhostType') ? file.cellData.vtkGhostType.values : undefined;
  const cells = new Int32Array(file.cellTypes.length);
  let count = 0;
  for (let c = 0; c < file.cellTypes.length; c++)
    if (CELL_TYPES.get(file.cellTypes[c])!.dimension === dimension && !((ghost?.[c] ?? 0) & GHOST_CELL))
      cells[count++] = c;
  return { cells: cells.subarray(0, count), dimension: dimension as 2 | 3 };
}

/** The points that cells use, joined where asked for, with 2 or 3 coordinates. */
export function usedPoints(
  file: MeshFile,
  cellPoints: Int32Array,
  dimension: 2 | 3,
  { mergeDistance = file.pieceCount > 1 ? 0 : undefined }: MeshFromFileOptions,
) {
  const filePointCount = file.points.length / 3;
  const used = new Uint8Array(filePointCount);
  for (const p of cellPoints) used[p] = 1;
  for (let i = 0; i < file.points.length; i++)
    if (!Number.isFinite(file.points[i]) && used[Math.floor(i / 3)])
      throw new FileError(
        `meshFromFile: point ${Math.floor(i / 3)} must have finite coordinates, got ${file.points[i]}.`,
      );
  const { mergedIndex, mergedCount } =
    mergeDistance === undefined
      ? { mergedIndex: undefined, mergedCount: filePointCount }
      : mergePoints(
          file.points.map((value) => (Number.isFinite(value) ? value : 0)),
          mergeDistance,
        );
  const pointOfFilePoint = new Int32Array(filePointCount).fill(-1);
  const pointOfMerged = new Int32Array(mergedCount).fill(-1);
  const filePointOfPoint = new Int32Array(filePointCount);
  let count = 0;
  for (let p = 0; p < filePointCount; p++) {
    if (!used[p]) continue;
    const merged = mergedIndex ? mergedIndex[p] : p;
    if (pointOfMerged[merged] < 0) {
      filePointOfPoint[count] = p;
      pointOfMerged[merged] = count++;
    }
    pointOfFilePoint[p] = pointOfMerged[merged];
  }
  const points = new Float64Array(dimension * count);
  for (let p = 0; p < count; p++) {
    const from = 3 * filePointOfPoint[p];
    if (dimension === 2 && file.points[from + 2] !== file.points[3 * filePointOfPoint[0] + 2])
      throw new FileError(
        'meshFromFile: the polygons do not lie in one plane z = constant; only 2D meshes and volumes can be built.',
      );
    for (let k = 0; k < dimension; k++) points[dimension * p + k] = file.points[from + k];
  }
  return { points, pointOfFilePoint, filePointOfPoint: filePointOfPoint.subarray(0, count) };
}

function renumberedBack(face: ArrayLike<number>, filePointOfPoint: Int32Array): ArrayLike<number> {
  return Array.from(face, (p) => filePointOfPoint[p]);
}

/** Polygons as lists, counter-clockwise. */
function polygons(points: Float64Array, cellOffsets: Int32Array, cellPoints: Int32Array): number[][] {
  return Array.from({ length: cellOffsets.length - 1 }, (_, c) => {
    const cell = Array.from(cellPoints.subarray(cellOffsets[c], cellOffsets[c + 1]));
    let twiceArea = 0;
    for (let i = 0, j = cell.length - 1; i < cell.length; j = i++)
      twiceArea +=
        points[2 * cell[j]] * points[2 * cell[i] + 1] - points[2 * cell[i]] * points[2 * cell[j] + 1];
    return twiceArea < 0 ? cell.reverse() : cell;
  });
}

function regionsOf(
  cells: Int32Array,
  groups: MeshFile['groups'],
  cellGroups: MeshFile['cellGroups'],
  dimension: number,
): Pick<Mesh, 'regionNames' | 'cellRegions'> {
  if (!groups || !cellGroups) return {};
  const regionNames: string[] = [];
  const regionOfGroup = groups.map((group) =>
    group.dimension === dimension ? regionNames.push(group.name) - 1 : -1,
  );
  if (regionNames.length === 0) return {};
  const cellRegions = cells.map((c) => (cellGroups[c] < 0 ? -1 : regionOfGroup[cellGroups[c]]));
  if (cellRegions.includes(-1)) {
    const unnamed = regionNames.push('unnamed') - 1;
    cellRegions.forEach((region, c) => {
      if (region < 0) cellRegions[c] = unnamed;
    });
  }
  // a group of all cells that has a number only says nothing
  if (regionNames.length === 1 && /^\d+$/.test(regionNames[0])) return {};
  return { regionNames, cellRegions };
}

/** Interfaces of the names that internal faces have; without those of `writeVtu`, faces between two regions have `A|B`. */
function withInterfaces(mesh: Mesh, names: NamedFaces, complete: boolean): Mesh {
  const { regionNames, cellRegions, interfaces: _, ...rest } = mesh;
  const interfaces = namedInterfaces(mesh, (face, points) => {
    const name = names.nameOf(points);
    if (name !== undefined || complete || !regionNames || !cellRegions) return name;
    return regionBoundaryName(regionNames, cellRegions, mesh, face);
  });
  return {
    ...rest,
    ...(regionNames && cellRegions && { regionNames, cellRegions }),
    ...(interfaces.length > 0 && { interfaces }),
  };
}

/** Rows of arrays by the row of the file that each comes from; the arrays themselves if that is every row in order. */
export function selectRows(data: FileArrays, fileRows: Int32Array, rowCount: number): FileArrays {
  if (fileRows.length === rowCount && fileRows.every((row, i) => row === i)) return data;
  const selected: Record<string, FileArray> = {};
  for (const [name, array] of Object.entries(data)) {
    const { components } = array;
    const values = array.values.slice(0, fileRows.length * components);
    for (let row = 0; row < fileRows.length; row++)
      for (let k = 0; k < components; k++)
        values[row * components + k] = array.values[fileRows[row] * components + k];
    define(selected, name, { ...array, values });
  }
  return selected;
}
