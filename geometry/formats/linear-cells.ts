import { FileError } from '../../common/errors.js';
import type { PolyhedronFaces } from '../cell-faces.js';
import type { MeshFile } from './mesh-file.js';
import { CELL_TYPES, VTK_CELL } from './vtk-types.js';

/** Where the points of VTK's axis-aligned cells go in the general ones. */
const REORDERED: Readonly<Record<number, readonly [type: number, order: readonly number[]]>> = {
  [VTK_CELL.pixel]: [VTK_CELL.quadrilateral, [0, 1, 3, 2]],
  [VTK_CELL.voxel]: [VTK_CELL.hexahedron, [0, 1, 3, 2, 4, 5, 7, 6]],
};

export interface LinearCells {
  readonly cellOffsets: Int32Array;
  readonly cellPoints: Int32Array;
  readonly cellShapes: Uint8Array;
  readonly polyhedronFaces?: PolyhedronFaces;
  /** Cells that lost points between their corners */
  readonly linearised: number;
}

/**
 * Some cells of a file by their corners alone, which VTK lists first.
 * @throws FileError if a cell has too few points, or too many for its type
 */
export function linearCells(file: MeshFile, cells: Int32Array): LinearCells {
  const cellOffsets = new Int32Array(cells.length + 1);
  const cellShapes = new Uint8Array(cells.length);
  let linearised = 0;
  for (let i = 0; i < cells.length; i++) {
    const c = cells[i];
    const type = CELL_TYPES.get(file.cellTypes[c])!;
    const listed = file.cellOffsets[c + 1] - file.cellOffsets[c];
    const { corners = listed } = type;
    const minimum = type.dimension + 1;
    if (listed < Math.max(corners, minimum) || (listed > corners && !type.higherOrder))
      throw new FileError(
        `meshFromFile: cell ${c} of VTK type ${file.cellTypes[c]} has ${listed} points; ${type.corners ?? `at least ${minimum}`} are needed.`,
      );
    if (type.higherOrder) linearised++;
    cellOffsets[i + 1] = cellOffsets[i] + corners;
    cellShapes[i] = REORDERED[type.linear]?.[0] ?? type.linear;
  }
  const cellPoints = new Int32Array(cellOffsets[cells.length]);
  for (let i = 0; i < cells.length; i++) {
    const from = file.cellOffsets[cells[i]];
    const [to, size] = [cellOffsets[i], cellOffsets[i + 1] - cellOffsets[i]];
    const order = REORDERED[file.cellTypes[cells[i]]]?.[1];
    for (let k = 0; k < size; k++) cellPoints[to + k] = file.cellPoints[from + (order ? order[k] : k)];
  }
  const polyhedronFaces = cellShapes.includes(VTK_CELL.polyhedron) ? facesOf(file, cells) : undefined;
  return { cellOffsets, cellPoints, cellShapes, linearised, ...(polyhedronFaces && { polyhedronFaces }) };
}

function facesOf({ polyhedra, cellTypes }: MeshFile, cells: Int32Array): PolyhedronFaces {
  return Array.from(cells, (c) => {
    if (cellTypes[c] !== VTK_CELL.polyhedron) return null;
    if (!polyhedra) throw new FileError(`meshFromFile: polyhedron ${c} comes without its faces.`);
    const faces: number[][] = [];
    for (let f = polyhedra.cellFaceOffsets[c]; f < polyhedra.cellFaceOffsets[c + 1]; f++)
      faces.push(Array.from(polyhedra.points.subarray(polyhedra.offsets[f], polyhedra.offsets[f + 1])));
    return faces;
  });
}
