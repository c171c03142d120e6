import { boundingBox } from './bounding-box.js';
import { distanceToSegment } from './distance-to-segment.js';
import { ENCLOSING_VERTICES, next } from './half-edges.js';
import { insertInside, type PolygonTriangulation } from './polygon-triangulation.js';

/**
 * Inserts the points of an equilateral lattice that lie inside the domain and at least `clearance` times the cell size
 * from its boundary. Rows are parallel to the x axis and fitted to the bounding box, so that at a long bottom or top
 * side the lattice continues the division of the boundary.
 */
export function seedLattice(mesh: PolygonTriangulation, cellSize: number, clearance: number): void {
  const { triangulation } = mesh;
  // the least coordinates of a normalised polygon are zero
  const [width, height] = boundingBox(mesh.polygon.coordinates, 2).high;
  const rows = Math.max(1, Math.round(height / ((cellSize * Math.sqrt(3)) / 2)));
  const columns = Math.max(1, Math.round(width / cellSize));
  const near = boundaryDistanceTest(mesh, clearance * cellSize);
  for (let j = 1; j < rows; j++) {
    const y = (height * j) / rows;
    for (let k = 0; k <= columns; k++) {
      // back and forth, so that the next point is close to the last one and found in a few steps
      const i = j % 2 === 0 ? k : columns - k;
      const x = (width * (i + (j % 2 === 0 ? 0 : 0.5))) / columns;
      if (x >= width || near(x, y)) continue;
      const at = triangulation.locate(x, y);
      if (at.kind === 'triangle' && triangulation.inside[at.triangle] === 0) continue;
      if (at.kind === 'edge' && triangulation.inside[(at.edge / 3) | 0] === 0) continue;
      insertInside(mesh, x, y);
    }
  }
}

/** Whether a point is closer than a distance to a constrained edge, by a uniform grid of buckets over the unit box. */
function boundaryDistanceTest(
  mesh: PolygonTriangulation,
  distance: number,
): (x: number, y: number) => boolean {
  const { x, y, vertexOf, twin, sideOf, triangleCount } = mesh.triangulation;
  const bucketCount = Math.max(1, Math.min(2048, Math.floor(1 / distance)));
  const buckets = new Map<number, number[]>();
  const segments: number[] = []; // [segment][ax, ay, bx, by]: the triangulation changes while points are inserted
  const bucket = (value: number) => Math.min(bucketCount - 1, Math.max(0, Math.floor(value * bucketCount)));
  for (let e = 0; e < 3 * triangleCount; e++) {
    if (sideOf[e] < 0 || e > twin[e] || vertexOf[e] < ENCLOSING_VERTICES) continue;
    const a = vertexOf[e];
    const b = vertexOf[next(e)];
    segments.push(x[a], y[a], x[b], y[b]);
    const segment = segments.length - 4;
    for (let i = bucket(Math.min(x[a], x[b]) - distance); i <= bucket(Math.max(x[a], x[b]) + distance); i++)
      for (
        let j = bucket(Math.min(y[a], y[b]) - distance);
        j <= bucket(Math.max(y[a], y[b]) + distance);
        j++
      ) {
        const key = i * bucketCount + j;
        const list = buckets.get(key);
        if (list) list.push(segment);
        else buckets.set(key, [segment]);
      }
  }
  return (px, py) => {
    for (const s of buckets.get(bucket(px) * bucketCount + bucket(py)) ?? [])
      if (
        distanceToSegment(px, py, segments[s], segments[s + 1], segments[s + 2], segments[s + 3]) < distance
      )
        return true;
    return false;
  };
}
