import { GeometryError } from '../common/errors.js';

/**
 * Area ½Σ(xᵢyᵢ₊₁ − xᵢ₊₁yᵢ) and centroid of every polygon, relative to its first point so that nothing is lost far from
 * the origin.
 *
 * @throws GeometryError if a polygon is clockwise or has no area (relative to its size)
 */
export function measurePolygons(points: Float64Array, cellOffsets: Int32Array, cellPoints: Int32Array) {
  const cellCount = cellOffsets.length - 1;
  const cellVolumes = new Float64Array(cellCount);
  const cellCentroids = new Float64Array(2 * cellCount);
  for (let c = 0; c < cellCount; c++) {
    const origin = cellPoints[cellOffsets[c]];
    const [x0, y0] = [points[2 * origin], points[2 * origin + 1]];
    let [twice, momentX, momentY, size] = [0, 0, 0, 0];
    for (let i = cellOffsets[c] + 1; i + 1 < cellOffsets[c + 1]; i++) {
      const [p, q] = [cellPoints[i], cellPoints[i + 1]];
      const [px, py] = [points[2 * p] - x0, points[2 * p + 1] - y0];
      const [qx, qy] = [points[2 * q] - x0, points[2 * q + 1] - y0];
      const cross = px * qy - qx * py;
      twice += cross;
      momentX += cross * (px + qx);
      momentY += cross * (py + qy);
      size = Math.max(size, px * px + py * py, qx * qx + qy * qy);
    }
    if (!(Math.abs(twice) > 1e-13 * size))
      throw new GeometryError(`createMesh: cell ${c} has zero volume; its points are collinear or coincide.`);
    if (twice < 0)
      throw new GeometryError(
        `createMesh: cell ${c} is clockwise; list the points of every cell counter-clockwise.`,
      );
    cellVolumes[c] = twice / 2;
    cellCentroids[2 * c] = x0 + momentX / (3 * twice);
    cellCentroids[2 * c + 1] = y0 + momentY / (3 * twice);
  }
  return { cellVolumes, cellCentroids };
}
