import { type CellSet, cellCentre } from './cell-set.js';

/**
 * `[cell][3]` ∇f of a field given at the points: in each cell the linear function that fits its points best (least squares), so
 * exact for linear f on every shape, and the gradient of the interpolant on triangles and tetrahedra. In a 2D cell it lies in
 * the plane of the cell. Zero where the points do not determine it.
 */
export function cellGradients(cells: CellSet, f: Float64Array): Float64Array {
  const { cellCount, cellOffsets, cellPoints, points, dimension } = cells;
  const gradients = new Float64Array(3 * cellCount);
  const d = [0, 0, 0];
  for (let cell = 0; cell < cellCount; cell++) {
    const start = cellOffsets[cell];
    const end = cellOffsets[cell + 1];
    const centre = cellCentre(cells, cell);
    let mean = 0;
    for (let i = start; i < end; i++) mean += f[cellPoints[i]] / (end - start);
    // normal equations (Σ d dᵀ) g = Σ d (f − mean)
    let [xx, xy, xz, yy, yz, zz, bx, by, bz] = [0, 0, 0, 0, 0, 0, 0, 0, 0];
    for (let i = start; i < end; i++) {
      const p = cellPoints[i];
      for (let axis = 0; axis < 3; axis++) d[axis] = points[3 * p + axis] - centre[axis];
      const rise = f[p] - mean;
      xx += d[0] * d[0];
      xy += d[0] * d[1];
      xz += d[0] * d[2];
      yy += d[1] * d[1];
      yz += d[1] * d[2];
      zz += d[2] * d[2];
      bx += d[0] * rise;
      by += d[1] * rise;
      bz += d[2] * rise;
    }
    const trace = xx + yy + zz;
    if (dimension === 2) {
      // a planar cell leaves its normal undetermined: n nᵀ · trace makes that component zero
      const [nx, ny, nz] = normalOf(cells, cell);
      xx += trace * nx * nx;
      xy += trace * nx * ny;
      xz += trace * nx * nz;
      yy += trace * ny * ny;
      yz += trace * ny * nz;
      zz += trace * nz * nz;
    }
    const cx = yy * zz - yz * yz;
    const cy = xz * yz - xy * zz;
    const cz = xy * yz - xz * yy;
    const determinant = xx * cx + xy * cy + xz * cz;
    if (!(Math.abs(determinant) > 1e-14 * trace ** 3)) continue;
    gradients[3 * cell] = (cx * bx + cy * by + cz * bz) / determinant;
    gradients[3 * cell + 1] = (cy * bx + (xx * zz - xz * xz) * by + (xy * xz - xx * yz) * bz) / determinant;
    gradients[3 * cell + 2] = (cz * bx + (xy * xz - xx * yz) * by + (xx * yy - xy * xy) * bz) / determinant;
  }
  return gradients;
}

/** Unit normal of a 2D cell (Newell's sum over its sides). */
function normalOf({ points, cellOffsets, cellPoints }: CellSet, cell: number): [number, number, number] {
  let [nx, ny, nz] = [0, 0, 0];
  const end = cellOffsets[cell + 1];
  for (let i = cellOffsets[cell], j = end - 1; i < end; j = i++) {
    const a = 3 * cellPoints[j];
    const b = 3 * cellPoints[i];
    nx += (points[a + 1] - points[b + 1]) * (points[a + 2] + points[b + 2]);
    ny += (points[a + 2] - points[b + 2]) * (points[a] + points[b]);
    nz += (points[a] - points[b]) * (points[a + 1] + points[b + 1]);
  }
  const length = Math.hypot(nx, ny, nz) || 1;
  return [nx / length, ny / length, nz / length];
}
