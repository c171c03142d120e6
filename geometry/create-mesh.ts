import { GeometryError } from '../common/errors.js';
import { checkConnected } from './connectedness.js';
import type { Mesh, Patch } from './mesh.js';
import { measurePolygons } from './polygon-measures.js';
import { type InternalFaces, namedInterfaces, regionBoundaryName } from './region-interfaces.js';

export interface MeshDescription {
  /** `[point][x, y]`, flat or nested */
  readonly points: ArrayLike<number> | readonly (readonly number[])[];
  /** Points of every cell, counter-clockwise */
  readonly cells: readonly ArrayLike<number>[];
  /** Name of the patch of a boundary face between two points, given its centroid. Default: every face is in `boundary`. */
  readonly patchOfFace?: (pointA: number, pointB: number, centroid: readonly [number, number]) => string;
  /** Order of the patches; names not listed follow in the order of their first face. */
  readonly patchOrder?: readonly string[];
  /** `[cell]` index into regionNames */
  readonly cellRegions?: ArrayLike<number>;
  readonly regionNames?: readonly string[];
  /** Name of the interface that an internal face between two points belongs to, if any. Default: `A|B` between the regions A and B. */
  readonly interfaceOfFace?: (pointA: number, pointB: number) => string | undefined;
}

/**
 * Builds a 2D mesh from polygons: finds the faces, orders them (internal ones by owner, then neighbour; boundary ones
 * patch by patch) and computes volumes, centroids, areas and normals. Points that no cell uses are kept.
 *
 * @throws GeometryError if a coordinate is not finite, a cell has fewer than 3 points, repeats one or names one that
 * does not exist, a cell is clockwise or has no volume, a face belongs to more than two cells or twice to the same
 * orientation, the mesh falls into parts, or regions are named incompletely
 */
export function createMesh(description: MeshDescription): Mesh {
  const points = flatPoints(description.points);
  const { cellOffsets, cellPoints } = flatCells(description.cells, points.length / 2);
  const cellCount = cellOffsets.length - 1;
  const { cellVolumes, cellCentroids } = measurePolygons(points, cellOffsets, cellPoints);

  const faces = findFaces(cellOffsets, cellPoints, points.length / 2);
  const internalFaceCount = faces.internal.length / 4;
  const boundary = groupByPatch(description, points, faces.boundary);
  const faceCount = internalFaceCount + boundary.faces.length / 3;

  const facePoints = new Int32Array(2 * faceCount);
  const owner = new Int32Array(faceCount);
  const neighbour = new Int32Array(internalFaceCount);
  for (let f = 0; f < internalFaceCount; f++) {
    facePoints[2 * f] = faces.internal[4 * f];
    facePoints[2 * f + 1] = faces.internal[4 * f + 1];
    owner[f] = faces.internal[4 * f + 2];
    neighbour[f] = faces.internal[4 * f + 3];
  }
  checkConnected('createMesh', cellCount, owner, neighbour);
  for (let b = 0; b < boundary.faces.length / 3; b++) {
    const f = internalFaceCount + b;
    facePoints[2 * f] = boundary.faces[3 * b];
    facePoints[2 * f + 1] = boundary.faces[3 * b + 1];
    owner[f] = boundary.faces[3 * b + 2];
  }
  const patches = boundary.patches.map((patch) => ({ ...patch, start: patch.start + internalFaceCount }));
  const faceOffsets = Int32Array.from({ length: faceCount + 1 }, (_, f) => 2 * f);
  const regions = checkedRegions(description, cellCount);
  const topology = { faceOffsets, facePoints, owner, neighbour };
  return {
    dimension: 2,
    points,
    cellCount,
    cellOffsets,
    cellPoints,
    cellVolumes,
    cellCentroids,
    faceCount,
    internalFaceCount,
    faceOffsets,
    facePoints,
    owner,
    neighbour,
    ...measureFaces(points, facePoints),
    patches,
    ...regions,
    ...findInterfaces(description.interfaceOfFace, regions, topology),
  };
}

function flatPoints(points: MeshDescription['points']): Float64Array {
  const nested = points.length > 0 && typeof points[0] !== 'number';
  if (nested)
    (points as readonly (readonly number[])[]).forEach((point, i) => {
      if (point.length !== 2)
        throw new GeometryError(
          `createMesh: point ${i} must have 2 coordinates, got ${point.length}; only 2D meshes can be built.`,
        );
    });
  const flat = Float64Array.from(
    nested ? (points as readonly (readonly number[])[]).flat() : (points as ArrayLike<number>),
  );
  if (flat.length % 2 !== 0)
    throw new GeometryError(
      `createMesh: points must hold x and y of every point, got ${flat.length} numbers.`,
    );
  const bad = flat.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0)
    throw new GeometryError(
      `createMesh: point ${bad >> 1} must have finite coordinates, got (${flat[bad & ~1]}, ${flat[bad | 1]}).`,
    );
  return flat;
}

function flatCells(cells: readonly ArrayLike<number>[], pointCount: number) {
  if (cells.length === 0) throw new GeometryError('createMesh: a mesh needs at least one cell.');
  const cellOffsets = new Int32Array(cells.length + 1);
  for (let c = 0; c < cells.length; c++) cellOffsets[c + 1] = cellOffsets[c] + cells[c].length;
  const cellPoints = new Int32Array(cellOffsets[cells.length]);
  for (let c = 0; c < cells.length; c++) {
    const cell = cells[c];
    if (cell.length < 3)
      throw new GeometryError(`createMesh: cell ${c} needs at least 3 points, got ${cell.length}.`);
    for (let i = 0; i < cell.length; i++) {
      const p = cell[i];
      if (!Number.isInteger(p) || p < 0 || p >= pointCount)
        throw new GeometryError(`createMesh: cell ${c} names point ${p}; there are ${pointCount} points.`);
      cellPoints[cellOffsets[c] + i] = p;
    }
  }
  return { cellOffsets, cellPoints };
}

/** Faces as flat rows: internal `[pointA, pointB, owner, neighbour]` in order, boundary `[pointA, pointB, owner]`. */
function findFaces(cellOffsets: Int32Array, cellPoints: Int32Array, pointCount: number) {
  const cellCount = cellOffsets.length - 1;
  // open[a] lists, as a chain, the half-edges that start at a and wait for their opposite
  const edgeCount = cellPoints.length;
  const first = new Int32Array(pointCount).fill(-1);
  const following = new Int32Array(edgeCount).fill(-1);
  const endOf = new Int32Array(edgeCount);
  const cellOf = new Int32Array(edgeCount);
  for (let c = 0; c < cellCount; c++)
    for (let i = cellOffsets[c]; i < cellOffsets[c + 1]; i++) {
      const a = cellPoints[i];
      const b = cellPoints[i + 1 < cellOffsets[c + 1] ? i + 1 : cellOffsets[c]];
      if (a === b) throw new GeometryError(`createMesh: cell ${c} repeats point ${a}.`);
      for (let e = first[a]; e >= 0; e = following[e])
        if (endOf[e] === b)
          throw new GeometryError(
            `createMesh: the face between points ${a} and ${b} is shared by more than two cells or by cells that overlap (${cellOf[e]} and ${c}).`,
          );
      endOf[i] = b;
      cellOf[i] = c;
      following[i] = first[a];
      first[a] = i;
    }
  const internal: number[] = [];
  const boundary: number[] = [];
  for (let c = 0; c < cellCount; c++) {
    const mine: [number, number, number][] = [];
    for (let i = cellOffsets[c]; i < cellOffsets[c + 1]; i++) {
      const a = cellPoints[i];
      const b = endOf[i];
      let opposite = first[b];
      while (opposite >= 0 && endOf[opposite] !== a) opposite = following[opposite];
      if (opposite < 0) boundary.push(a, b, c);
      else if (cellOf[opposite] > c) mine.push([a, b, cellOf[opposite]]);
      else if (cellOf[opposite] === c)
        throw new GeometryError(`createMesh: cell ${c} uses the face between points ${a} and ${b} twice.`);
    }
    mine.sort((f, g) => f[2] - g[2]);
    for (const [a, b, n] of mine) internal.push(a, b, c, n);
  }
  return { internal, boundary };
}

function groupByPatch(description: MeshDescription, points: Float64Array, boundary: readonly number[]) {
  const { patchOfFace = () => 'boundary', patchOrder = [] } = description;
  const groups = new Map<string, number[]>(patchOrder.map((name) => [name, []]));
  for (let i = 0; i < boundary.length; i += 3) {
    const [a, b, cell] = [boundary[i], boundary[i + 1], boundary[i + 2]];
    const name = patchOfFace(a, b, [
      (points[2 * a] + points[2 * b]) / 2,
      (points[2 * a + 1] + points[2 * b + 1]) / 2,
    ]);
    const group = groups.get(name);
    if (group) group.push(a, b, cell);
    else groups.set(name, [a, b, cell]);
  }
  const faces: number[] = [];
  const patches: Patch[] = [];
  for (const [name, group] of groups) {
    if (group.length === 0) continue;
    patches.push({ name, start: faces.length / 3, size: group.length / 3 });
    for (const value of group) faces.push(value);
  }
  return { faces, patches };
}

function findInterfaces(
  interfaceOfFace: MeshDescription['interfaceOfFace'],
  regions: ReturnType<typeof checkedRegions>,
  topology: InternalFaces,
) {
  if (interfaceOfFace) return { interfaces: namedInterfaces(topology, (_, [a, b]) => interfaceOfFace(a, b)) };
  if (!regions) return {};
  const { regionNames, cellRegions } = regions;
  const nameOf = (face: number) => regionBoundaryName(regionNames, cellRegions, topology, face);
  return { interfaces: namedInterfaces(topology, nameOf) };
}

/** @throws GeometryError unless every cell has a region and every region a name of its own */
function checkedRegions({ cellRegions, regionNames }: MeshDescription, cellCount: number) {
  if (cellRegions === undefined && regionNames === undefined) return undefined;
  if (cellRegions?.length !== cellCount || regionNames === undefined)
    throw new GeometryError(
      `createMesh: regions need regionNames and an index for each of the ${cellCount} cells, got ${cellRegions?.length ?? 0}.`,
    );
  if (new Set(regionNames).size !== regionNames.length || regionNames.includes(''))
    throw new GeometryError(`createMesh: regionNames must be distinct and not empty, got ${regionNames}.`);
  for (let c = 0; c < cellCount; c++)
    if (regionNames[cellRegions[c]] === undefined)
      throw new GeometryError(
        `createMesh: cell ${c} is in region ${cellRegions[c]}; there are ${regionNames.length} regions.`,
      );
  return { cellRegions: Int32Array.from(cellRegions), regionNames: [...regionNames] };
}

function measureFaces(points: Float64Array, facePoints: Int32Array) {
  const faceCount = facePoints.length / 2;
  const faceAreas = new Float64Array(faceCount);
  const faceNormals = new Float64Array(2 * faceCount);
  const faceCentroids = new Float64Array(2 * faceCount);
  for (let f = 0; f < faceCount; f++) {
    const [a, b] = [facePoints[2 * f], facePoints[2 * f + 1]];
    const dx = points[2 * b] - points[2 * a];
    const dy = points[2 * b + 1] - points[2 * a + 1];
    const area = Math.hypot(dx, dy);
    if (!(area > 0))
      throw new GeometryError(
        `createMesh: points ${a} and ${b} of a face are in the same place; merge them into one.`,
      );
    faceAreas[f] = area;
    faceNormals[2 * f] = dy / area;
    faceNormals[2 * f + 1] = -dx / area;
    faceCentroids[2 * f] = points[2 * a] + dx / 2;
    faceCentroids[2 * f + 1] = points[2 * a + 1] + dy / 2;
  }
  return { faceAreas, faceNormals, faceCentroids };
}
