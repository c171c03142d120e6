import type { BoundaryTriangles } from './boundary-triangles.js';
import { next } from './half-edges.js';
import { MeshingFailure } from './meshing-failure.js';
import type { SurfaceFeatures } from './surface-features.js';
import type { SurfacePoint, TriangleHierarchy } from './triangle-hierarchy.js';

/** The edge between two vertices, in either direction */
export function edgeKey(a: number, b: number): string {
  return a < b ? `${a} ${b}` : `${b} ${a}`;
}

/** The parts into which paths divide a boundary, each matched with the piece of the surface that most of it lies on. */
export function matchPieces(
  points: Float64Array,
  { triangles, opposite }: BoundaryTriangles,
  onPath: ReadonlySet<string>,
  features: SurfaceFeatures,
  surface: TriangleHierarchy,
): Int32Array | MeshingFailure {
  const part = new Int32Array(triangles.length / 3).fill(-1);
  const pieceOfPart: number[] = [];
  const found: SurfacePoint = { x: 0, y: 0, z: 0, triangle: 0, distance: 0 };
  for (let seed = 0; seed < part.length; seed++) {
    if (part[seed] >= 0) continue;
    const members = [seed];
    part[seed] = pieceOfPart.length;
    for (let head = 0; head < members.length; head++)
      for (let h = 3 * members[head]; h < 3 * members[head] + 3; h++) {
        const u = Math.floor(opposite[h] / 3);
        if (part[u] >= 0 || onPath.has(edgeKey(triangles[h], triangles[next(h)]))) continue;
        part[u] = pieceOfPart.length;
        members.push(u);
      }
    const votes = new Map<number, number>();
    for (let i = 0; i < members.length; i += Math.ceil(members.length / 200)) {
      const [x, y, z] = [0, 1, 2].map(
        (k) => [0, 1, 2].reduce((sum, j) => sum + points[3 * triangles[3 * members[i] + j] + k], 0) / 3,
      );
      surface.closestPoint(x, y, z, found);
      const piece = features.pieceOfTriangle[found.triangle];
      votes.set(piece, (votes.get(piece) ?? 0) + 1);
    }
    const [piece] = [...votes].reduce((best, vote) => (vote[1] > best[1] ? vote : best));
    if (pieceOfPart.includes(piece))
      return new MeshingFailure('the sharp edges around a part of the surface cannot be told apart', [
        found.x,
        found.y,
        found.z,
      ]);
    pieceOfPart.push(piece);
  }
  if (pieceOfPart.length !== features.pieceCount)
    return new MeshingFailure('a part of the surface between sharp edges is too narrow', [
      found.x,
      found.y,
      found.z,
    ]);
  return part.map((p) => pieceOfPart[p]);
}
