import { define, type FileArray, type MeshFile } from '../../geometry/formats/mesh-file.js';
import { VTK_CELL } from '../../geometry/formats/vtk-types.js';
import type { TriangleSurface } from '../../geometry/triangle-surface.js';

/** A surface of polygons, as the readers of OBJ, PLY and GLB collect it, in the form that mesh files have. */
export function surfaceFile(
  points: Float64Array,
  cellOffsets: Int32Array,
  cellPoints: Int32Array,
  data: Partial<Pick<MeshFile, 'pointData' | 'cellData'>> = {},
): MeshFile {
  const cellTypes = new Uint8Array(cellOffsets.length - 1);
  for (let c = 0; c < cellTypes.length; c++)
    cellTypes[c] = cellOffsets[c + 1] - cellOffsets[c] === 3 ? VTK_CELL.triangle : VTK_CELL.polygon;
  return {
    points,
    cellOffsets,
    cellPoints,
    cellTypes,
    pointData: {},
    cellData: {},
    ...data,
    fieldData: {},
    patchFaces: {},
    interfaceFaces: {},
    pieceCount: 1,
    linearisedCells: 0,
  };
}

/** The same of triangles, with the number of its patch as a field where there are several. */
export function fileOfSurface({ points, triangles, trianglePatches }: TriangleSurface): MeshFile {
  const cellOffsets = Int32Array.from({ length: triangles.length / 3 + 1 }, (_, c) => 3 * c);
  const cellData: Record<string, FileArray> = {};
  if (trianglePatches) define(cellData, 'patch', { components: 1, values: trianglePatches, type: 'Int32' });
  return surfaceFile(points, cellOffsets, triangles, { cellData });
}
