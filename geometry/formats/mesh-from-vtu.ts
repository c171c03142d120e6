import { FileError } from '../../common/errors.js';
import { createMesh, type MeshDescription } from '../create-mesh.js';
import type { Mesh } from '../mesh.js';
import type { VtuFile } from './read-vtu.js';
import { VTK_PIXEL, VTK_POLYGON, VTK_QUAD, VTK_TRIANGLE } from './vtu-types.js';

/**
 * The 2D mesh of a VTU file: triangles, quadrilaterals, pixels and polygons in a plane z = constant. Patches come from
 * the file if `writeVtu` wrote it, else from `patchOfFace` (default: one patch, `boundary`). Cells that are listed
 * clockwise throughout are turned.
 *
 * @throws FileError if the file holds other cells or its points do not lie in one plane z = constant
 * @throws GeometryError if the cells do not form a mesh; see createMesh
 */
export function meshFromVtu(file: VtuFile, options: Pick<MeshDescription, 'patchOfFace'> = {}): Mesh {
  const pointCount = file.points.length / 3;
  const points = new Float64Array(2 * pointCount);
  for (let p = 0; p < pointCount; p++) {
    if (file.points[3 * p + 2] !== file.points[2])
      throw new FileError(
        'meshFromVtu: the points do not lie in one plane z = constant; only 2D meshes can be built.',
      );
    points[2 * p] = file.points[3 * p];
    points[2 * p + 1] = file.points[3 * p + 1];
  }
  const cells = Array.from(file.cellTypes, (type, c) => {
    const cell = file.cellPoints.slice(file.cellOffsets[c], file.cellOffsets[c + 1]);
    if (type === VTK_PIXEL && cell.length === 4) return Int32Array.of(cell[0], cell[1], cell[3], cell[2]);
    const valid =
      (type === VTK_TRIANGLE && cell.length === 3) ||
      (type === VTK_QUAD && cell.length === 4) ||
      (type === VTK_POLYGON && cell.length >= 3);
    if (!valid)
      throw new FileError(
        `meshFromVtu: cell ${c} has VTK type ${type} and ${cell.length} points; triangles, quadrilaterals and polygons are supported.`,
      );
    return cell;
  });
  if (cells.every((cell) => signedArea(points, cell) < 0)) for (const cell of cells) cell.reverse();

  const names = Object.keys(file.patchFaces);
  const patchOfEdge = new Map<number, string>();
  const key = (a: number, b: number) => Math.min(a, b) * pointCount + Math.max(a, b);
  for (const [name, faces] of Object.entries(file.patchFaces))
    for (let i = 0; i + 1 < faces.length; i += 2) patchOfEdge.set(key(faces[i], faces[i + 1]), name);
  const patchOfFace: MeshDescription['patchOfFace'] = (a, b, centroid) =>
    options.patchOfFace?.(a, b, centroid) ?? patchOfEdge.get(key(a, b)) ?? 'boundary';
  return createMesh({ points, cells, patchOfFace, patchOrder: names });
}

function signedArea(points: Float64Array, cell: Int32Array): number {
  let twice = 0;
  for (let i = 0, j = cell.length - 1; i < cell.length; j = i++)
    twice += points[2 * cell[j]] * points[2 * cell[i] + 1] - points[2 * cell[i]] * points[2 * cell[j] + 1];
  return twice / 2;
}
