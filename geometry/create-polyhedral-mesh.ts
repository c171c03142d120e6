import { GeometryError } from '../common/errors.js';
import { type CellFaces, cellFaces, type PolyhedronFaces } from './cell-faces.js';
import { checkConnected } from './connectedness.js';
import { type MatchedFaces, matchFaces } from './match-faces.js';
import { CELL_SHAPES, type Mesh, type Patch } from './mesh.js';
import { measureCells, measureFaces, signedVolumes } from './polyhedral-measures.js';
import { type InternalFaces, namedInterfaces, regionBoundaryName } from './region-interfaces.js';
import { part, runThrough, STEP_CELLS, type Steps } from './steps.js';

export interface PolyhedralMeshDescription {
  /** `[point][3]` */
  readonly points: Float64Array;
  /** Points of cell c: `cellPoints[cellOffsets[c] .. cellOffsets[c + 1])`, in VTK's order for its shape */
  readonly cellOffsets: Int32Array;
  readonly cellPoints: Int32Array;
  /** `[cell]` one of CELL_SHAPES */
  readonly cellShapes: Uint8Array;
  /** `[cell]` faces of a polyhedron as point lists, turned either way; null for the other shapes */
  readonly polyhedronFaces?: PolyhedronFaces;
  /** Name of the patch of a boundary face, given its points and centroid. Default: every face is in `boundary`. */
  readonly patchOfFace?: (points: ArrayLike<number>, centroid: readonly number[]) => string;
  /** Order of the patches; names not listed follow in the order of their first face. */
  readonly patchOrder?: readonly string[];
  readonly regionNames?: readonly string[];
  /** `[cell]` index into `regionNames` */
  readonly cellRegions?: Int32Array;
  /** Name of the interface that an internal face belongs to, if any. Default: `A|B` between the regions A and B. */
  readonly interfaceOfFace?: (points: ArrayLike<number>) => string | undefined;
}

/**
 * Builds a 3D mesh from cells: finds the faces, orders them (internal ones by owner, then neighbour; boundary ones patch by
 * patch) and computes volumes, centroids, areas and normals, with warped faces triangulated about their centroids. Points that
 * no cell uses are kept. Where all cells of a shape are mirrored, as prisms of files that follow Gmsh's convention instead of
 * VTK's, their points are reordered.
 *
 * @throws GeometryError if a coordinate is not finite, a cell has too few points, repeats one or names one that does not
 * exist, a polyhedron is not closed, a cell is inside out or has no volume, a face has no area, belongs to more than two cells
 * or has two on one side, or the mesh falls into parts
 */
export function createPolyhedralMesh(description: PolyhedralMeshDescription): Mesh {
  return runThrough(createPolyhedralMeshSteps(description));
}

/** The same in steps, counted in percent. */
export function* createPolyhedralMeshSteps(description: PolyhedralMeshDescription): Steps<Mesh> {
  const { points, cellOffsets, cellShapes, regionNames, cellRegions } = description;
  const cellCount = cellShapes.length;
  checkSizes(description);
  const listed = yield* part(
    cellFaces(
      points.length / 3,
      cellOffsets,
      description.cellPoints,
      cellShapes,
      description.polyhedronFaces,
    ),
    2 * cellCount,
    0,
    15,
  );
  const volumes = yield* part(signedVolumes(points, listed), cellCount, 15, 25);
  const cellPoints = turnMirroredShapes(description, listed, volumes);
  yield 27;
  const matched = yield* part(matchFaces(listed), 3 * listed.offsets.length, 27, 53);
  yield 53;
  const boundary = groupByPatch(description, listed, matched);
  yield 55;

  const internalFaceCount = matched.internal.length / 2;
  const faceCount = internalFaceCount + matched.boundary.length;
  const topology = yield* part(orderedFaces(listed, matched, boundary.faces), faceCount, 55, 60);
  const { faceOffsets, facePoints, owner, neighbour } = topology;
  yield 60;
  checkConnected('createPolyhedralMesh', cellCount, owner, neighbour);
  yield 62;

  const faceMeasures = yield* part(measureFaces(points, faceOffsets, facePoints), faceCount, 62, 80);
  const { faceCentroids } = faceMeasures;
  const originOfCell = (c: number) => cellPoints[cellOffsets[c]];
  const cellMeasures = yield* part(
    measureCells(points, cellCount, { ...topology, faceCentroids }, originOfCell),
    faceCount,
    80,
    99,
  );
  const flat = cellMeasures.cellVolumes.findIndex((volume) => !(volume > 0));
  if (flat >= 0)
    throw new GeometryError(
      `createPolyhedralMesh: cell ${flat} must have a positive volume, got ${cellMeasures.cellVolumes[flat]}; it is flat, inside out or its points are in another order than VTK's.`,
    );
  const { interfaceOfFace } = description;
  const nameOf = interfaceOfFace
    ? (_: number, face: Int32Array) => interfaceOfFace(face)
    : regionNames && cellRegions
      ? (f: number) => regionBoundaryName(regionNames, cellRegions, topology, f)
      : undefined;
  return {
    dimension: 3,
    points,
    cellCount,
    cellOffsets,
    cellPoints,
    cellShapes,
    ...cellMeasures,
    faceCount,
    internalFaceCount,
    faceOffsets,
    facePoints,
    owner,
    neighbour,
    ...faceMeasures,
    patches: boundary.patches.map((patch) => ({ ...patch, start: patch.start + internalFaceCount })),
    ...(regionNames && cellRegions && { regionNames, cellRegions }),
    ...(nameOf && { interfaces: namedInterfaces(topology, nameOf) }),
  };
}

function checkSizes(description: PolyhedralMeshDescription): void {
  const { points, cellOffsets, cellPoints, cellShapes, regionNames, cellRegions } = description;
  const cellCount = cellShapes.length;
  if (points.length % 3 !== 0)
    throw new GeometryError(
      `createPolyhedralMesh: points must hold x, y and z of every point, got ${points.length} numbers.`,
    );
  for (let i = 0; i < points.length; i++)
    if (!Number.isFinite(points[i]))
      throw new GeometryError(
        `createPolyhedralMesh: point ${Math.floor(i / 3)} must have finite coordinates, got ${points[i]}.`,
      );
  if (cellCount === 0) throw new GeometryError('createPolyhedralMesh: a mesh needs at least one cell.');
  const decreasing = cellOffsets.findIndex((offset, c) => c > 0 && offset < cellOffsets[c - 1]);
  if (
    cellOffsets.length !== cellCount + 1 ||
    cellOffsets[0] !== 0 ||
    decreasing >= 0 ||
    cellOffsets[cellCount] !== cellPoints.length
  )
    throw new GeometryError(
      `createPolyhedralMesh: cellOffsets must rise from 0 to the ${cellPoints.length} entries of cellPoints in ${cellCount} steps, one a cell.`,
    );
  if (cellRegions) {
    const names = regionNames?.length ?? 0;
    const wrong = cellRegions.findIndex((region) => region < 0 || region >= names);
    if (cellRegions.length !== cellCount || wrong >= 0)
      throw new GeometryError(
        `createPolyhedralMesh: cellRegions must hold an index into the ${names} regionNames for each of ${cellCount} cells, got ${
          wrong >= 0 ? `${cellRegions[wrong]} for cell ${wrong}` : `${cellRegions.length} values`
        }.`,
      );
  }
}

/** Local points to swap that mirror a shape. */
const MIRROR: Readonly<Record<number, readonly (readonly [number, number])[]>> = {
  [CELL_SHAPES.tetrahedron]: [[0, 1]],
  [CELL_SHAPES.hexahedron]: [0, 1, 2, 3].map((i) => [i, i + 4] as const),
  [CELL_SHAPES.prism]: [0, 1, 2].map((i) => [i, i + 3] as const),
  [CELL_SHAPES.pyramid]: [[1, 3]],
};

/** Turns polyhedra, and shapes all of whose cells are mirrored, right side out; returns the points of the cells. */
function turnMirroredShapes(
  description: PolyhedralMeshDescription,
  listed: CellFaces,
  volumes: Float64Array,
): Int32Array {
  const { cellOffsets, cellShapes } = description;
  const mirrored = new Set(cellShapes);
  for (let c = 0; c < cellShapes.length; c++)
    if (volumes[c] >= 0 && mirrored.has(cellShapes[c])) mirrored.delete(cellShapes[c]);
  const cellPoints = mirrored.size > 0 ? description.cellPoints.slice() : description.cellPoints;
  for (let c = 0; c < cellShapes.length; c++) {
    const shape = cellShapes[c];
    if (!(mirrored.has(shape) || (shape === CELL_SHAPES.polyhedron && volumes[c] < 0))) continue;
    for (const [i, j] of MIRROR[shape] ?? []) {
      const [a, b] = [cellOffsets[c] + i, cellOffsets[c] + j];
      [cellPoints[a], cellPoints[b]] = [cellPoints[b], cellPoints[a]];
    }
    for (let f = listed.cellFaceOffsets[c]; f < listed.cellFaceOffsets[c + 1]; f++)
      listed.points.subarray(listed.offsets[f], listed.offsets[f + 1]).reverse();
  }
  return cellPoints;
}

/** The faces in the order of the mesh. In steps of faces. */
function* orderedFaces(listed: CellFaces, matched: MatchedFaces, boundary: Int32Array): Steps<InternalFaces> {
  const { internal, cellOfFace } = matched;
  const internalFaceCount = internal.length / 2;
  const faceCount = internalFaceCount + boundary.length;
  const owner = new Int32Array(faceCount);
  const neighbour = new Int32Array(internalFaceCount);
  const faceOffsets = new Int32Array(faceCount + 1);
  const facePoints = new Int32Array(listed.points.length);
  let at = 0;
  for (let f = 0; f < faceCount; f++) {
    if (f % STEP_CELLS === 0) yield f;
    const source = f < internalFaceCount ? internal[2 * f] : boundary[f - internalFaceCount];
    owner[f] = cellOfFace[source];
    if (f < internalFaceCount) neighbour[f] = cellOfFace[internal[2 * f + 1]];
    for (let i = listed.offsets[source]; i < listed.offsets[source + 1]; i++)
      facePoints[at++] = listed.points[i];
    faceOffsets[f + 1] = at;
  }
  return { owner, neighbour, faceOffsets, facePoints: facePoints.slice(0, at) };
}

function groupByPatch(description: PolyhedralMeshDescription, listed: CellFaces, matched: MatchedFaces) {
  const { points, patchOfFace = () => 'boundary', patchOrder = [] } = description;
  const groups = new Map<string, number[]>(patchOrder.map((name) => [name, []]));
  const pointsOf = (f: number) => listed.points.subarray(listed.offsets[f], listed.offsets[f + 1]);
  const offsets = new Int32Array(matched.boundary.length + 1);
  matched.boundary.forEach((f, i) => {
    offsets[i + 1] = offsets[i] + pointsOf(f).length;
  });
  const boundaryPoints = new Int32Array(offsets[matched.boundary.length]);
  matched.boundary.forEach((f, i) => {
    boundaryPoints.set(pointsOf(f), offsets[i]);
  });
  const { faceCentroids } = runThrough(measureFaces(points, offsets, boundaryPoints));
  matched.boundary.forEach((f, i) => {
    const name = patchOfFace(pointsOf(f), [...faceCentroids.subarray(3 * i, 3 * i + 3)]);
    const group = groups.get(name);
    if (group) group.push(f);
    else groups.set(name, [f]);
  });
  const faces = new Int32Array(matched.boundary.length);
  const patches: Patch[] = [];
  let start = 0;
  for (const [name, group] of groups) {
    if (group.length === 0) continue;
    patches.push({ name, start, size: group.length });
    faces.set(group, start);
    start += group.length;
  }
  return { faces, patches };
}
