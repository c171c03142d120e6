import type { Mesh } from './mesh.js';

export interface Range {
  readonly mean: number;
  readonly maximum: number;
}

/** Angles in degrees. */
export interface MeshQuality {
  readonly cellCount: number;
  /** Smallest and largest angle at a corner of a cell */
  readonly minimumAngle: number;
  readonly maximumAngle: number;
  /** Internal faces: angle between the normal and the line that joins the centroids of the two cells */
  readonly nonOrthogonality: Range;
  /** Boundary faces: angle between the normal and the line from the centroid of the cell to that of the face */
  readonly boundaryNonOrthogonality: Range;
  /** Internal faces: distance between the face centroid and the point where the centroid line meets the face, over the length of that line */
  readonly skewness: Range;
  /** Cells: longest over shortest face; 1 for equal faces */
  readonly aspectRatio: Range;
  /** Internal faces: larger over smaller volume of the two cells */
  readonly volumeRatio: Range;
  /** One line for logs */
  readonly summary: string;
}

/**
 * Quality of a 2D mesh. The error of a two-point flux grows with non-orthogonality and skewness, the condition of the
 * matrix with small angles.
 */
export function meshQuality(mesh: Mesh): MeshQuality {
  const angles = cornerAngles(mesh);
  const internal = internalFaceMeasures(mesh);
  const boundary = rangeOf(mesh.faceCount - mesh.internalFaceCount, (b) => {
    const f = mesh.internalFaceCount + b;
    return angleToNormal(mesh, f, mesh.cellCentroids, mesh.owner[f], mesh.faceCentroids, f);
  });
  const quality = {
    cellCount: mesh.cellCount,
    ...angles,
    nonOrthogonality: internal.nonOrthogonality,
    boundaryNonOrthogonality: boundary,
    skewness: internal.skewness,
    aspectRatio: aspectRatios(mesh),
    volumeRatio: internal.volumeRatio,
  };
  return { ...quality, summary: summarise(quality) };
}

function summarise(quality: Omit<MeshQuality, 'summary'>): string {
  const { cellCount, minimumAngle, maximumAngle, nonOrthogonality, skewness, volumeRatio } = quality;
  return (
    `${cellCount} cells, angles ${minimumAngle.toFixed(1)}–${maximumAngle.toFixed(1)}°, ` +
    `non-orthogonality mean ${nonOrthogonality.mean.toFixed(1)}° max ${nonOrthogonality.maximum.toFixed(1)}°, ` +
    `skewness max ${skewness.maximum.toFixed(2)}, volume ratio max ${volumeRatio.maximum.toFixed(2)}`
  );
}

function rangeOf(count: number, value: (index: number) => number): Range {
  let sum = 0;
  let maximum = 0;
  for (let i = 0; i < count; i++) {
    const v = value(i);
    sum += v;
    maximum = Math.max(maximum, v);
  }
  return { mean: count === 0 ? 0 : sum / count, maximum };
}

function cornerAngles(mesh: Mesh) {
  const { points, cellOffsets, cellPoints } = mesh;
  let minimumAngle = 180;
  let maximumAngle = 0;
  for (let c = 0; c < mesh.cellCount; c++) {
    const [start, end] = [cellOffsets[c], cellOffsets[c + 1]];
    for (let i = start; i < end; i++) {
      const p = cellPoints[i];
      const before = cellPoints[i > start ? i - 1 : end - 1];
      const after = cellPoints[i + 1 < end ? i + 1 : start];
      const [ux, uy] = [points[2 * after] - points[2 * p], points[2 * after + 1] - points[2 * p + 1]];
      const [vx, vy] = [points[2 * before] - points[2 * p], points[2 * before + 1] - points[2 * p + 1]];
      let angle = degrees(Math.atan2(ux * vy - uy * vx, ux * vx + uy * vy));
      if (angle < 0) angle += 360; // a reflex corner of a polygon that is not convex
      minimumAngle = Math.min(minimumAngle, angle);
      maximumAngle = Math.max(maximumAngle, angle);
    }
  }
  return { minimumAngle, maximumAngle };
}

function internalFaceMeasures(mesh: Mesh) {
  const { owner, neighbour, cellCentroids: x, cellVolumes, faceNormals: n, faceCentroids } = mesh;
  return {
    nonOrthogonality: rangeOf(mesh.internalFaceCount, (f) =>
      angleToNormal(mesh, f, x, owner[f], x, neighbour[f]),
    ),
    skewness: rangeOf(mesh.internalFaceCount, (f) => {
      const [a, b] = [owner[f], neighbour[f]];
      const [dx, dy] = [x[2 * b] - x[2 * a], x[2 * b + 1] - x[2 * a + 1]];
      const [rx, ry] = [faceCentroids[2 * f] - x[2 * a], faceCentroids[2 * f + 1] - x[2 * a + 1]];
      const t = (rx * n[2 * f] + ry * n[2 * f + 1]) / (dx * n[2 * f] + dy * n[2 * f + 1]);
      return Math.hypot(rx - t * dx, ry - t * dy) / Math.hypot(dx, dy);
    }),
    volumeRatio: rangeOf(mesh.internalFaceCount, (f) => {
      const ratio = cellVolumes[owner[f]] / cellVolumes[neighbour[f]];
      return Math.max(ratio, 1 / ratio);
    }),
  };
}

/** Angle between the normal of a face and the line from one point of a list to one of another. */
function angleToNormal(
  mesh: Mesh,
  face: number,
  from: Float64Array,
  a: number,
  to: Float64Array,
  b: number,
): number {
  const [dx, dy] = [to[2 * b] - from[2 * a], to[2 * b + 1] - from[2 * a + 1]];
  const [nx, ny] = [mesh.faceNormals[2 * face], mesh.faceNormals[2 * face + 1]];
  return degrees(Math.atan2(Math.abs(dx * ny - dy * nx), dx * nx + dy * ny));
}

function aspectRatios(mesh: Mesh): Range {
  const longest = new Float64Array(mesh.cellCount);
  const shortest = new Float64Array(mesh.cellCount).fill(Infinity);
  for (let f = 0; f < mesh.faceCount; f++)
    for (const c of f < mesh.internalFaceCount ? [mesh.owner[f], mesh.neighbour[f]] : [mesh.owner[f]]) {
      longest[c] = Math.max(longest[c], mesh.faceAreas[f]);
      shortest[c] = Math.min(shortest[c], mesh.faceAreas[f]);
    }
  return rangeOf(mesh.cellCount, (c) => longest[c] / shortest[c]);
}

function degrees(radians: number): number {
  return (radians * 180) / Math.PI;
}
