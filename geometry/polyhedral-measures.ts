import { GeometryError } from '../common/errors.js';
import type { CellFaces } from './cell-faces.js';
import { STEP_CELLS, type Steps } from './steps.js';

export interface FaceMeasures {
  readonly faceAreas: Float64Array;
  readonly faceNormals: Float64Array;
  readonly faceCentroids: Float64Array;
}

export interface CellMeasures {
  readonly cellVolumes: Float64Array;
  readonly cellCentroids: Float64Array;
}

/**
 * Area vectors and centroids of polygons in space, from the triangles tᵢ between their edges and the mean m of their points:
 * S = Σ Sᵢ, area |S|, normal S/|S|, centroid Σ (Sᵢ·S) xᵢ / Σ (Sᵢ·S). S does not depend on m, so the faces of a closed cell
 * sum to zero whether they are flat or warped. In steps of faces.
 *
 * @throws GeometryError if a face has no area
 */
export function* measureFaces(
  points: Float64Array,
  faceOffsets: Int32Array,
  facePoints: Int32Array,
): Steps<FaceMeasures> {
  const faceCount = faceOffsets.length - 1;
  const faceAreas = new Float64Array(faceCount);
  const faceNormals = new Float64Array(3 * faceCount);
  const faceCentroids = new Float64Array(3 * faceCount);
  for (let f = 0; f < faceCount; f++) {
    if (f % STEP_CELLS === 0) yield f;
    const [start, end] = [faceOffsets[f], faceOffsets[f + 1]];
    let [mx, my, mz] = [0, 0, 0];
    for (let i = start; i < end; i++) {
      const p = 3 * facePoints[i];
      mx += points[p];
      my += points[p + 1];
      mz += points[p + 2];
    }
    mx /= end - start;
    my /= end - start;
    mz /= end - start;
    let [sx, sy, sz] = [0, 0, 0];
    for (let i = start; i < end; i++) {
      const p = 3 * facePoints[i];
      const q = 3 * facePoints[i + 1 < end ? i + 1 : start];
      const [ux, uy, uz] = [points[p] - mx, points[p + 1] - my, points[p + 2] - mz];
      const [vx, vy, vz] = [points[q] - mx, points[q + 1] - my, points[q + 2] - mz];
      sx += (uy * vz - uz * vy) / 2;
      sy += (uz * vx - ux * vz) / 2;
      sz += (ux * vy - uy * vx) / 2;
    }
    const area = Math.sqrt(sx * sx + sy * sy + sz * sz);
    if (!(area > 0))
      throw new GeometryError(
        `createPolyhedralMesh: the face of points ${facePoints.subarray(start, end).join(', ')} has no area; merge coincident points.`,
      );
    let [cx, cy, cz] = [0, 0, 0];
    // a triangle's centroid is the mean of its points; the weights add to |S|²
    if (end - start > 3)
      for (let i = start; i < end; i++) {
        const p = 3 * facePoints[i];
        const q = 3 * facePoints[i + 1 < end ? i + 1 : start];
        const [ux, uy, uz] = [points[p] - mx, points[p + 1] - my, points[p + 2] - mz];
        const [vx, vy, vz] = [points[q] - mx, points[q + 1] - my, points[q + 2] - mz];
        const weight =
          ((uy * vz - uz * vy) * sx + (uz * vx - ux * vz) * sy + (ux * vy - uy * vx) * sz) /
          (6 * area * area);
        cx += weight * (ux + vx);
        cy += weight * (uy + vy);
        cz += weight * (uz + vz);
      }
    faceAreas[f] = area;
    faceNormals[3 * f] = sx / area;
    faceNormals[3 * f + 1] = sy / area;
    faceNormals[3 * f + 2] = sz / area;
    faceCentroids[3 * f] = mx + cx;
    faceCentroids[3 * f + 1] = my + cy;
    faceCentroids[3 * f + 2] = mz + cz;
  }
  return { faceAreas, faceNormals, faceCentroids };
}

/**
 * Volumes and centroids of cells whose faces are triangulated about their centroids, by the divergence theorem:
 * V = ⅙ Σ d, d = a·(b × c) for each triangle abc, and centroid Σ d (a + b + c)/4 / Σ d, all relative to a point of the cell. In steps of faces.
 */
export function* measureCells(
  points: Float64Array,
  cellCount: number,
  faces: {
    readonly faceOffsets: Int32Array;
    readonly facePoints: Int32Array;
    readonly owner: Int32Array;
    readonly neighbour: Int32Array;
    readonly faceCentroids: Float64Array;
  },
  origins: (cell: number) => number,
): Steps<CellMeasures> {
  const { faceOffsets, facePoints, owner, neighbour, faceCentroids } = faces;
  const cellVolumes = new Float64Array(cellCount);
  const cellCentroids = new Float64Array(3 * cellCount);
  for (let f = 0; f < owner.length; f++) {
    if (f % STEP_CELLS === 0) yield f;
    addFace(f, owner[f], 1);
    if (f < neighbour.length) addFace(f, neighbour[f], -1);
  }
  for (let c = 0; c < cellCount; c++) {
    const origin = 3 * origins(c);
    for (let k = 0; k < 3; k++)
      cellCentroids[3 * c + k] = points[origin + k] + cellCentroids[3 * c + k] / (4 * cellVolumes[c]);
    cellVolumes[c] /= 6;
  }
  return { cellVolumes, cellCentroids };

  function addFace(f: number, c: number, sign: 1 | -1): void {
    const origin = 3 * origins(c);
    const [ox, oy, oz] = [points[origin], points[origin + 1], points[origin + 2]];
    const [start, end] = [faceOffsets[f], faceOffsets[f + 1]];
    if (end - start === 3) {
      const [p, q, r] = [3 * facePoints[start], 3 * facePoints[start + 1], 3 * facePoints[start + 2]];
      addTriangle(c, sign, p, q, points[r] - ox, points[r + 1] - oy, points[r + 2] - oz, ox, oy, oz);
      return;
    }
    const mx = faceCentroids[3 * f] - ox;
    const my = faceCentroids[3 * f + 1] - oy;
    const mz = faceCentroids[3 * f + 2] - oz;
    for (let i = start; i < end; i++)
      addTriangle(
        c,
        sign,
        3 * facePoints[i],
        3 * facePoints[i + 1 < end ? i + 1 : start],
        mx,
        my,
        mz,
        ox,
        oy,
        oz,
      );
  }

  function addTriangle(
    c: number,
    sign: number,
    p: number,
    q: number,
    wx: number,
    wy: number,
    wz: number,
    ox: number,
    oy: number,
    oz: number,
  ): void {
    const [ux, uy, uz] = [points[p] - ox, points[p + 1] - oy, points[p + 2] - oz];
    const [vx, vy, vz] = [points[q] - ox, points[q + 1] - oy, points[q + 2] - oz];
    const d = sign * (ux * (vy * wz - vz * wy) + uy * (vz * wx - vx * wz) + uz * (vx * wy - vy * wx));
    cellVolumes[c] += d;
    cellCentroids[3 * c] += d * (ux + vx + wx);
    cellCentroids[3 * c + 1] += d * (uy + vy + wy);
    cellCentroids[3 * c + 2] += d * (uz + vz + wz);
  }
}

/** `[cell]` six times the signed volume with faces fanned from their first points: right in sign, and exact for flat faces. In steps of cells. */
export function* signedVolumes(points: Float64Array, faces: CellFaces): Steps<Float64Array> {
  const { cellFaceOffsets, offsets, points: facePoints } = faces;
  const volumes = new Float64Array(cellFaceOffsets.length - 1);
  for (let c = 0; c < volumes.length; c++) {
    if (c % STEP_CELLS === 0) yield c;
    const o = 3 * facePoints[offsets[cellFaceOffsets[c]]];
    const [ox, oy, oz] = [points[o], points[o + 1], points[o + 2]];
    for (let f = cellFaceOffsets[c]; f < cellFaceOffsets[c + 1]; f++) {
      const p = 3 * facePoints[offsets[f]];
      const [ux, uy, uz] = [points[p] - ox, points[p + 1] - oy, points[p + 2] - oz];
      for (let i = offsets[f] + 1; i + 1 < offsets[f + 1]; i++) {
        const [q, r] = [3 * facePoints[i], 3 * facePoints[i + 1]];
        const [vx, vy, vz] = [points[q] - ox, points[q + 1] - oy, points[q + 2] - oz];
        const [wx, wy, wz] = [points[r] - ox, points[r + 1] - oy, points[r + 2] - oz];
        volumes[c] += ux * (vy * wz - vz * wy) + uy * (vz * wx - vx * wz) + uz * (vx * wy - vy * wx);
      }
    }
  }
  return volumes;
}
