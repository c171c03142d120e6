import { GeometryError } from '../common/errors.js';
import { CELL_SHAPES } from './mesh.js';
import { STEP_CELLS, type Steps } from './steps.js';

/** Local points of the faces of each shape in VTK's numbering, counter-clockwise seen from outside the cell. */
export const SHAPE_FACES: Readonly<Record<number, readonly (readonly number[])[]>> = {
  [CELL_SHAPES.tetrahedron]: [
    [1, 2, 3],
    [0, 3, 2],
    [0, 1, 3],
    [0, 2, 1],
  ],
  [CELL_SHAPES.hexahedron]: [
    [0, 4, 7, 3],
    [1, 2, 6, 5],
    [0, 1, 5, 4],
    [3, 7, 6, 2],
    [0, 3, 2, 1],
    [4, 5, 6, 7],
  ],
  [CELL_SHAPES.prism]: [
    [0, 1, 2],
    [3, 5, 4],
    [0, 3, 4, 1],
    [1, 4, 5, 2],
    [2, 5, 3, 0],
  ],
  [CELL_SHAPES.pyramid]: [
    [0, 3, 2, 1],
    [0, 1, 4],
    [1, 2, 4],
    [2, 3, 4],
    [3, 0, 4],
  ],
};

const SHAPE_POINTS: Readonly<Record<number, number>> = {
  [CELL_SHAPES.tetrahedron]: 4,
  [CELL_SHAPES.hexahedron]: 8,
  [CELL_SHAPES.prism]: 6,
  [CELL_SHAPES.pyramid]: 5,
};

/** Faces of one cell as point lists, or null for a cell of a standard shape. */
export type PolyhedronFaces = readonly (readonly (readonly number[])[] | null)[];

/** The faces of all cells one after the other; an internal face appears twice. */
export interface CellFaces {
  /** Faces of cell c: `cellFaceOffsets[c] .. cellFaceOffsets[c + 1]` */
  readonly cellFaceOffsets: Int32Array;
  /** Points of face f: `points[offsets[f] .. offsets[f + 1])`, counter-clockwise seen from outside the cell */
  readonly offsets: Int32Array;
  readonly points: Int32Array;
}

/**
 * Lists the faces of every cell, in steps of `2 cellCount`.
 *
 * @throws GeometryError if a cell has an unknown shape, a wrong number of points, names a point that does not exist or
 * repeats one, or if the faces of a polyhedron do not close it
 */
export function* cellFaces(
  pointCount: number,
  cellOffsets: Int32Array,
  cellPoints: Int32Array,
  cellShapes: Uint8Array,
  polyhedronFaces: PolyhedronFaces | undefined,
): Steps<CellFaces> {
  const cellCount = cellShapes.length;
  const cellFaceOffsets = new Int32Array(cellCount + 1);
  const polyhedra = new Map<number, readonly (readonly number[])[]>();
  let pointTotal = 0;
  for (let c = 0; c < cellCount; c++) {
    if (c % STEP_CELLS === 0) yield c;
    const size = cellOffsets[c + 1] - cellOffsets[c];
    checkPoints(c, cellOffsets, cellPoints, pointCount);
    let faces: readonly (readonly number[])[] | undefined = SHAPE_FACES[cellShapes[c]];
    if (faces) {
      if (size !== SHAPE_POINTS[cellShapes[c]])
        throw new GeometryError(
          `createPolyhedralMesh: cell ${c} of shape ${cellShapes[c]} needs ${SHAPE_POINTS[cellShapes[c]]} points, got ${size}.`,
        );
    } else if (cellShapes[c] === CELL_SHAPES.polyhedron) {
      const given = polyhedronFaces?.[c];
      if (!given) throw new GeometryError(`createPolyhedralMesh: polyhedron ${c} comes without its faces.`);
      faces = orientedFaces(c, given, cellPoints.subarray(cellOffsets[c], cellOffsets[c + 1]));
      polyhedra.set(c, faces);
    } else {
      throw new GeometryError(
        `createPolyhedralMesh: cell ${c} must have one of the shapes ${Object.values(CELL_SHAPES).join(', ')}, got ${cellShapes[c]}.`,
      );
    }
    cellFaceOffsets[c + 1] = cellFaceOffsets[c] + faces.length;
    for (const face of faces) pointTotal += face.length;
  }
  const offsets = new Int32Array(cellFaceOffsets[cellCount] + 1);
  const points = new Int32Array(pointTotal);
  let at = 0;
  let f = 0;
  for (let c = 0; c < cellCount; c++) {
    if (c % STEP_CELLS === 0) yield cellCount + c;
    const start = cellOffsets[c];
    const polyhedron = polyhedra.get(c);
    for (const face of polyhedron ?? SHAPE_FACES[cellShapes[c]]) {
      for (let i = 0; i < face.length; i++) points[at++] = polyhedron ? face[i] : cellPoints[start + face[i]];
      offsets[++f] = at;
    }
  }
  return { cellFaceOffsets, offsets, points };
}

function checkPoints(c: number, cellOffsets: Int32Array, cellPoints: Int32Array, pointCount: number): void {
  for (let i = cellOffsets[c]; i < cellOffsets[c + 1]; i++) {
    const p = cellPoints[i];
    if (!(p >= 0 && p < pointCount))
      throw new GeometryError(
        `createPolyhedralMesh: cell ${c} names point ${p}; there are ${pointCount} points.`,
      );
    for (let j = cellOffsets[c]; j < i; j++)
      if (cellPoints[j] === p) throw new GeometryError(`createPolyhedralMesh: cell ${c} repeats point ${p}.`);
  }
}

/** Faces of a polyhedron turned so that neighbouring ones agree; files do not keep to one side. The sign is settled by the volume. */
function orientedFaces(
  cell: number,
  faces: readonly (readonly number[])[],
  cellPoints: Int32Array,
): readonly (readonly number[])[] {
  const members = new Set(cellPoints);
  const facesOfEdge = new Map<string, [face: number, forward: boolean][]>();
  faces.forEach((face, f) => {
    if (face.length < 3 || new Set(face).size < face.length)
      throw new GeometryError(
        `createPolyhedralMesh: face ${f} of polyhedron ${cell} needs at least 3 different points, got ${face.join(', ')}.`,
      );
    face.forEach((a, i) => {
      if (!members.has(a))
        throw new GeometryError(
          `createPolyhedralMesh: face ${f} of polyhedron ${cell} names point ${a}, which is not among the points of the cell.`,
        );
      const b = face[(i + 1) % face.length];
      const key = a < b ? `${a} ${b}` : `${b} ${a}`;
      const list = facesOfEdge.get(key);
      if (list) list.push([f, a < b]);
      else facesOfEdge.set(key, [[f, a < b]]);
    });
  });
  const links: [other: number, same: boolean][][] = faces.map(() => []);
  for (const [key, list] of facesOfEdge) {
    if (list.length !== 2)
      throw new GeometryError(
        `createPolyhedralMesh: polyhedron ${cell} must be closed, but ${list.length} of its faces meet at the edge between points ${key.replace(' ', ' and ')}.`,
      );
    const [[f, forward], [g, otherForward]] = list;
    links[f].push([g, forward !== otherForward]);
    links[g].push([f, forward !== otherForward]);
  }
  const turned: (boolean | undefined)[] = faces.map(() => undefined);
  turned[0] = false;
  const queue = [0];
  for (let f = queue.pop(); f !== undefined; f = queue.pop())
    for (const [g, same] of links[f]) {
      const wanted = same ? turned[f] : !turned[f];
      if (turned[g] === undefined) {
        turned[g] = wanted;
        queue.push(g);
      } else if (turned[g] !== wanted)
        throw new GeometryError(`createPolyhedralMesh: the faces of polyhedron ${cell} bound no volume.`);
    }
  if (turned.includes(undefined))
    throw new GeometryError(
      `createPolyhedralMesh: the faces of polyhedron ${cell} form more than one shell.`,
    );
  return faces.map((face, f) => (turned[f] ? [...face].reverse() : face));
}
