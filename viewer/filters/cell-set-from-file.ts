import { linearCells } from '../../geometry/formats/linear-cells.js';
import type { FileArrays, MeshFile } from '../../geometry/formats/mesh-file.js';
import { keptCells, selectRows, usedPoints } from '../../geometry/formats/mesh-from-file.js';
import { VTK_CELL } from '../../geometry/formats/vtk-types.js';
import type { CellSet } from './cell-set.js';
import type { Association, Field } from './field.js';

/** What is shown of a file. */
export interface FileContent {
  readonly cells: CellSet;
  readonly fields: readonly Field[];
  /** `[cell]` its number in the file, where cells of lower dimension or ghost cells were left out */
  readonly fileCells: Int32Array;
  /** Second-order cells of which only the corners are shown */
  readonly linearisedCells: number;
}

/** Bookkeeping of parallel files, no field to look at. */
const HIDDEN_FIELD = /^(vtkGhostType|GlobalPointIds|GlobalCellIds)$/;

/**
 * The cells of highest dimension of a file and the fields on them, by their corners; points that no cell uses are left out,
 * those between pieces joined.
 *
 * @throws FileError if there are no cells, a cell is of an unknown type, or a coordinate is not finite
 */
export function cellSetFromFile(file: MeshFile): FileContent {
  const { cells: fileCells, dimension } = keptCells(file);
  const linear = linearCells(file, fileCells);
  const { points, pointOfFilePoint, filePointOfPoint } = usedPoints(file, linear.cellPoints, 3, {});
  const { cellOffsets, cellPoints, cellShapes } = linear;
  for (let i = 0; i < cellPoints.length; i++) cellPoints[i] = pointOfFilePoint[cellPoints[i]];
  const polyhedronFaces = linear.polyhedronFaces?.map(
    (faces) => faces?.map((face) => face.map((p) => pointOfFilePoint[p])) ?? null,
  );
  const cells: CellSet = {
    dimension,
    points,
    cellCount: fileCells.length,
    cellOffsets,
    cellPoints,
    cellShapes,
    ...(polyhedronFaces && { polyhedronFaces }),
    tetrahedra: cellShapes.every((shape) => shape === VTK_CELL.tetrahedron),
  };
  const filePointCount = pointOfFilePoint.length;
  const fields = [
    ...fieldsOf('cell', selectRows(file.cellData, fileCells, file.cellTypes.length)),
    ...fieldsOf('point', selectRows(file.pointData, filePointOfPoint, filePointCount)),
  ];
  return { cells, fields, fileCells, linearisedCells: file.linearisedCells + linear.linearised };
}

function fieldsOf(association: Association, arrays: FileArrays): Field[] {
  return Object.entries(arrays)
    .filter(([name]) => !HIDDEN_FIELD.test(name))
    .map(([name, { components, values, unit = '' }]) => ({ name, association, components, values, unit }));
}
