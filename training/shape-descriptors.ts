import type { Mesh } from '../geometry/index.js';
import { domainScale } from '../operators/index.js';

/** Cells whose distance to the walls is measured: enough for a share to within a percent or two. */
const SAMPLED_CELLS = 500;
/** Widths of the layers along walls, over L. */
export const NEAR = 0.3;
const VERY_NEAR = 0.08;

/**
 * Figures of a part's shape in coordinates scaled to its bounding box, x̂ = (x − centre)/L: sides of the box (logarithms),
 * filled share of it, log of L·boundary/volume, moments of the volume up to the third, layers along the walls, directions
 * of the boundary (∫n_i² and ∫Σn_i⁴, shares of its size), and the number of through holes. Moments tell masses apart, the
 * boundary's figures thin from thick, round from straight, and the holes what moments do not see.
 */
export function shapeDescriptors(mesh: Mesh): number[] {
  const { dimension } = mesh;
  const { centre, length } = domainScale(mesh);
  const sides = centre.map((_, axis) => boxSide(mesh, axis) / length);
  const volumes = mesh.cellVolumes.reduce((sum, volume) => sum + volume, 0) / length ** dimension;
  const areas = boundaryAreas(mesh).reduce((sum, area) => sum + area, 0) / length ** (dimension - 1);
  const nearness = wallDistances(mesh).map((distance) => distance / length);
  const mean = (of: (distance: number) => number) =>
    nearness.reduce((sum, distance) => sum + of(distance), 0) / nearness.length;
  return [
    ...sides.map((side) => Math.log(side / 2)),
    volumes / sides.reduce((product, side) => product * side, 1),
    Math.log(areas / volumes),
    ...moments(mesh, centre, length),
    mean((distance) => Math.exp(-distance / NEAR)),
    mean((distance) => Math.exp(-distance / VERY_NEAR)),
    nearness.reduce((most, distance) => Math.max(most, distance), 0),
    ...directions(mesh),
    throughHoles(mesh),
  ];
}

function boxSide({ points, dimension }: Mesh, axis: number): number {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let at = axis; at < points.length; at += dimension) {
    low = Math.min(low, points[at]);
    high = Math.max(high, points[at]);
  }
  return high - low;
}

function boundaryAreas({ faceAreas, internalFaceCount }: Mesh): Float64Array {
  return faceAreas.subarray(internalFaceCount);
}

/** Means over the volume: x̂ per axis; then central (x̂_i x̂_j) for i ≤ j; then central x̂_i³ per axis. */
function moments(mesh: Mesh, centre: readonly number[], length: number): number[] {
  const { dimension, cellCount, cellCentroids, cellVolumes } = mesh;
  const volume = cellVolumes.reduce((sum, v) => sum + v, 0);
  const average = (of: (at: number) => number) => {
    let sum = 0;
    for (let cell = 0; cell < cellCount; cell++) sum += cellVolumes[cell] * of(cell * dimension);
    return sum / volume;
  };
  const axes = centre.map((_, axis) => axis);
  const first = axes.map((i) => average((at) => (cellCentroids[at + i] - centre[i]) / length));
  const offset = (at: number, i: number) => (cellCentroids[at + i] - centre[i]) / length - first[i];
  return [
    ...first,
    ...axes.flatMap((i) => axes.slice(i).map((j) => average((at) => offset(at, i) * offset(at, j)))),
    ...axes.map((i) => average((at) => offset(at, i) ** 3)),
  ];
}

/** ∫n_i² for every axis and ∫Σn_i⁴ over the boundary, as shares: the last is 1 for faces along the axes only. */
function directions(mesh: Mesh): number[] {
  const { dimension, faceNormals, internalFaceCount } = mesh;
  const areas = boundaryAreas(mesh);
  const shares = new Array<number>(dimension + 1).fill(0);
  let total = 0;
  areas.forEach((area, i) => {
    total += area;
    for (let axis = 0; axis < dimension; axis++) {
      const square = faceNormals[(internalFaceCount + i) * dimension + axis] ** 2;
      shares[axis] += area * square;
      shares[dimension] += area * square ** 2;
    }
  });
  return shares.map((share) => share / total);
}

/** Distances of evenly chosen cells to the nearest boundary face's centroid among `faces`, all by default. */
export function wallDistances(mesh: Mesh, counts: (boundaryFace: number) => boolean = () => true): number[] {
  const { dimension, cellCount, cellCentroids, faceCentroids, faceCount, internalFaceCount } = mesh;
  const places: number[] = [];
  for (let face = internalFaceCount; face < faceCount; face++) {
    if (!counts(face - internalFaceCount)) continue;
    for (let axis = 0; axis < dimension; axis++) places.push(faceCentroids[face * dimension + axis]);
  }
  return volumeSample(mesh, SAMPLED_CELLS).map((cell) => {
    let nearest = Number.POSITIVE_INFINITY;
    for (let at = 0; at < places.length; at += dimension) {
      let squared = 0;
      for (let axis = 0; axis < dimension; axis++)
        squared += (places[at + axis] - cellCentroids[cell * dimension + axis]) ** 2;
      if (squared < nearest) nearest = squared;
    }
    return Math.sqrt(nearest);
  });

  /** Cells at equal steps of the summed volume, so that means over them are means over the volume. */
  function volumeSample({ cellVolumes }: Mesh, most: number): number[] {
    const count = Math.min(most, cellCount);
    const step = cellVolumes.reduce((sum, v) => sum + v, 0) / count;
    const cells: number[] = [];
    let passed = 0;
    for (let cell = 0; cell < cellCount && cells.length < count; cell++) {
      passed += cellVolumes[cell];
      while (cells.length < count && passed > (cells.length + 0.5) * step) cells.push(cell);
    }
    return cells;
  }
}

/**
 * Holes from one side to another. In 2D 1 − χ with Euler's χ = points − edges + cells. In 3D 1 − χ/2 of the boundary, every
 * edge of which two of its faces share: the handles, less the voids inside.
 */
function throughHoles(mesh: Mesh): number {
  const { dimension, faceCount, internalFaceCount, faceOffsets, facePoints, cellCount } = mesh;
  const first = dimension === 2 ? 0 : internalFaceCount;
  const ends = facePoints.subarray(faceOffsets[first], faceOffsets[faceCount]);
  const points = new Set(ends).size;
  const faces = faceCount - first;
  if (dimension === 2) return 1 - (points - faces + cellCount);
  return 1 - (points - ends.length / 2 + faces) / 2;
}
