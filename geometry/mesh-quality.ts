import { forEachCellAngle } from './cell-angles.js';
import type { Mesh } from './mesh.js';

export interface Range {
  readonly mean: number;
  readonly maximum: number;
}

/** Angles in degrees. */
export interface MeshQuality {
  readonly cellCount: number;
  /** Smallest and largest angle of a cell: at a corner in 2D, between two faces in 3D */
  readonly minimumAngle: number;
  readonly maximumAngle: number;
  /** Internal faces: angle between the normal and the line that joins the centroids of the two cells */
  readonly nonOrthogonality: Range;
  /** Boundary faces: angle between the normal and the line from the centroid of the cell to that of the face */
  readonly boundaryNonOrthogonality: Range;
  /** Internal faces: distance between the face centroid and the point where the centroid line meets the face, over the length of that line */
  readonly skewness: Range;
  /** Cells: longest over shortest face, in 3D largest over smallest; 1 for equal faces */
  readonly aspectRatio: Range;
  /** Internal faces: larger over smaller volume of the two cells */
  readonly volumeRatio: Range;
  /** One line for logs */
  readonly summary: string;
}

/**
 * Quality of a mesh. The error of a two-point flux grows with non-orthogonality and skewness, the condition of the
 * matrix with small angles.
 */
export function meshQuality(mesh: Mesh): MeshQuality {
  const angles = cellAngles(mesh);
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

function cellAngles(mesh: Mesh) {
  let minimumAngle = 180;
  let maximumAngle = 0;
  forEachCellAngle(mesh, (_, angle) => {
    minimumAngle = Math.min(minimumAngle, angle);
    maximumAngle = Math.max(maximumAngle, angle);
  });
  return { minimumAngle, maximumAngle };
}

function internalFaceMeasures(mesh: Mesh) {
  const { dimension, owner, neighbour, cellCentroids: x, cellVolumes, faceNormals: n, faceCentroids } = mesh;
  return {
    nonOrthogonality: rangeOf(mesh.internalFaceCount, (f) =>
      angleToNormal(mesh, f, x, owner[f], x, neighbour[f]),
    ),
    skewness: rangeOf(mesh.internalFaceCount, (f) => {
      const [a, b] = [dimension * owner[f], dimension * neighbour[f]];
      let [toFace, toCell] = [0, 0]; // along the normal
      for (let k = 0; k < dimension; k++) {
        const normal = n[dimension * f + k];
        toFace += (faceCentroids[dimension * f + k] - x[a + k]) * normal;
        toCell += (x[b + k] - x[a + k]) * normal;
      }
      const t = toFace / toCell;
      let [miss, length] = [0, 0];
      for (let k = 0; k < dimension; k++) {
        const d = x[b + k] - x[a + k];
        miss += (faceCentroids[dimension * f + k] - x[a + k] - t * d) ** 2;
        length += d * d;
      }
      return Math.sqrt(miss / length);
    }),
    volumeRatio: rangeOf(mesh.internalFaceCount, (f) => {
      const ratio = cellVolumes[owner[f]] / cellVolumes[neighbour[f]];
      return Math.max(ratio, 1 / ratio);
    }),
  };
}

/** Angle between the normal of a face and the line from one point of a list to one of another. */
function angleToNormal(
  { dimension, faceNormals }: Mesh,
  face: number,
  from: Float64Array,
  a: number,
  to: Float64Array,
  b: number,
): number {
  let along = 0;
  for (let k = 0; k < dimension; k++)
    along += (to[dimension * b + k] - from[dimension * a + k]) * faceNormals[dimension * face + k];
  let across = 0;
  for (let k = 0; k < dimension; k++)
    across +=
      (to[dimension * b + k] - from[dimension * a + k] - along * faceNormals[dimension * face + k]) ** 2;
  return (Math.atan2(Math.sqrt(across), along) * 180) / Math.PI;
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
