import type { PolyhedronFaces } from '../../geometry/cell-faces.js';
import { VTK_CELL } from '../../geometry/formats/vtk-types.js';
import { CELL_SHAPES, type Mesh } from '../../geometry/mesh.js';

/**
 * The cells that a viewer filters: all of the highest dimension of a file, as the file lists them. Lighter than a finite-volume
 * mesh (no faces, volumes or normals), and 2D cells may lie anywhere in space.
 */
export interface CellSet {
  readonly dimension: 2 | 3;
  /** `[point][3]` */
  readonly points: Float64Array;
  readonly cellCount: number;
  /** Points of cell c: `cellPoints[cellOffsets[c] .. cellOffsets[c + 1])`, ordered as in VTK */
  readonly cellOffsets: Int32Array;
  readonly cellPoints: Int32Array;
  /** `[cell]` VTK's type of the linear cell */
  readonly cellShapes: Uint8Array;
  readonly polyhedronFaces?: PolyhedronFaces;
  /** Whether every cell is a tetrahedron: the fast path of every filter */
  readonly tetrahedra: boolean;
}

/** The mean of a cell's points. */
export function cellCentre(cells: CellSet, cell: number): [number, number, number] {
  const { points, cellOffsets, cellPoints } = cells;
  const centre: [number, number, number] = [0, 0, 0];
  const start = cellOffsets[cell];
  const end = cellOffsets[cell + 1];
  for (let i = start; i < end; i++)
    for (let axis = 0; axis < 3; axis++) centre[axis] += points[3 * cellPoints[i] + axis] / (end - start);
  return centre;
}

/** The cells of a finite-volume mesh; a 2D mesh lies in the plane z = 0. */
export function cellSetOfMesh(mesh: Mesh): CellSet {
  const { dimension, cellCount, cellOffsets, cellPoints } = mesh;
  const pointCount = mesh.points.length / dimension;
  const points = new Float64Array(3 * pointCount);
  for (let p = 0; p < pointCount; p++)
    for (let axis = 0; axis < dimension; axis++) points[3 * p + axis] = mesh.points[dimension * p + axis];
  const cellShapes = mesh.cellShapes ?? new Uint8Array(cellCount).fill(VTK_CELL.polygon);
  const polyhedronFaces = cellShapes.includes(CELL_SHAPES.polyhedron) ? polyhedra(mesh) : undefined;
  return {
    dimension,
    points,
    cellCount,
    cellOffsets,
    cellPoints,
    cellShapes,
    ...(polyhedronFaces && { polyhedronFaces }),
    tetrahedra: cellShapes.every((shape) => shape === CELL_SHAPES.tetrahedron),
  };
}

function polyhedra({
  cellCount,
  cellShapes,
  faceOffsets,
  facePoints,
  owner,
  neighbour,
}: Mesh): PolyhedronFaces {
  const faces: (number[][] | null)[] = Array.from({ length: cellCount }, (_, cell) =>
    cellShapes?.[cell] === CELL_SHAPES.polyhedron ? [] : null,
  );
  for (let f = 0; f < owner.length; f++) {
    const points = Array.from(facePoints.subarray(faceOffsets[f], faceOffsets[f + 1]));
    faces[owner[f]]?.push(points);
    if (f < neighbour.length) faces[neighbour[f]]?.push([...points].reverse());
  }
  return faces;
}
