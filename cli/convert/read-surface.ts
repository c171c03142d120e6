import { extname } from 'node:path';
import { FileError } from '../../common/errors.js';
import { readStlFile } from '../../geometry/files/index.js';
import { aboutFile, readWholeFile } from '../../geometry/files/whole-file-node.js';
import type { MeshFile } from '../../geometry/formats/mesh-file.js';
import type { TriangleSurface } from '../../geometry/index.js';
import { mergePoints } from '../../geometry/merge-points.js';
import { runInSlices, type StepOptions } from '../../geometry/steps.js';
import { readAnySteps } from '../../viewer/formats/read-any.js';

export const SURFACE_EXTENSIONS: readonly string[] = ['.stl', '.obj', '.ply', '.glb'];

/** The surface of an STL, OBJ, PLY or GLB file, polygons cut into fans. @throws FileError as its reader */
export async function readSurface(path: string, watch: StepOptions): Promise<TriangleSurface> {
  if (extname(path).toLowerCase() === '.stl') return readStlFile(path, watch);
  const bytes = await readWholeFile(path, watch);
  const file = await aboutFile(path, () =>
    runInSlices(readAnySteps(bytes, path), 'reading', bytes.length, watch),
  );
  return aboutFile(path, () => surfaceOfFile(file));
}

function surfaceOfFile({ points, cellOffsets, cellPoints }: MeshFile): TriangleSurface {
  const wrong = points.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) throw new FileError(`point ${Math.floor(wrong / 3)} must have finite coordinates.`);
  // corners that lie in one place are one point: pictures repeat them where colours or normals change
  const { mergedIndex, mergedCount } = mergePoints(points, 0);
  const merged = new Float64Array(3 * mergedCount);
  for (let p = mergedIndex.length - 1; p >= 0; p--)
    merged.set(points.subarray(3 * p, 3 * p + 3), 3 * mergedIndex[p]);
  const triangles: number[] = [];
  for (let c = 0; c + 1 < cellOffsets.length; c++) {
    for (let i = cellOffsets[c] + 1; i + 1 < cellOffsets[c + 1]; i++) {
      const [a, b, d] = [cellOffsets[c], i, i + 1].map((at) => mergedIndex[cellPoints[at]]);
      if (a !== b && b !== d && d !== a) triangles.push(a, b, d);
    }
  }
  if (triangles.length === 0) throw new FileError('the file has no triangles.');
  return { points: merged, triangles: Int32Array.from(triangles) };
}
