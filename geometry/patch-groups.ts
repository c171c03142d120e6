import { InvalidInputError } from '../common/errors.js';
import type { Mesh, Patch } from './mesh.js';

/**
 * Splits a patch into contiguous groups of faces: `[face of the patch]`, group 0 … groups − 1. With q, r = divmod(faces, groups)
 * the first r groups have q + 1 faces and the others q, so that small patches leave the last groups empty.
 *
 * In 2D faces are counted along the boundary, counter-clockwise about the domain, from the patch's free end, or from its first
 * face where it is closed; in 3D from low to high centroids along the patch's longest direction.
 *
 * @throws InvalidInputError for a count of groups that is not a positive integer
 */
export function patchGroups(mesh: Mesh, patch: Patch, groups: number): Int32Array {
  if (!Number.isInteger(groups) || groups < 1)
    throw new InvalidInputError(`patchGroups: groups must be a positive integer, got ${groups}`);
  const order = mesh.dimension === 2 ? alongBoundary(mesh, patch) : alongLongestDirection(mesh, patch);
  const share = Math.floor(patch.size / groups);
  const larger = patch.size % groups;
  const groupOf = new Int32Array(patch.size);
  order.forEach((face, rank) => {
    groupOf[face] =
      rank < larger * (share + 1)
        ? Math.floor(rank / (share + 1))
        : larger + Math.floor((rank - larger * (share + 1)) / share);
  });
  return groupOf;
}

/** Faces of the patch, numbered from 0, in the order in which the boundary passes them. */
function alongBoundary({ facePoints, faceOffsets }: Mesh, { start, size }: Patch): number[] {
  const endPoint = (face: number, end: 0 | 1) => facePoints[faceOffsets[start + face] + end];
  const faceFrom = new Map<number, number>();
  const reached = new Set<number>();
  for (let face = 0; face < size; face++) {
    faceFrom.set(endPoint(face, 0), face);
    reached.add(endPoint(face, 1));
  }
  const order: number[] = [];
  const seen = new Uint8Array(size);
  const walk = (first: number) => {
    for (
      let face: number | undefined = first;
      face !== undefined && seen[face] === 0;
      face = faceFrom.get(endPoint(face, 1))
    ) {
      seen[face] = 1;
      order.push(face);
    }
  };
  for (let face = 0; face < size; face++) if (!reached.has(endPoint(face, 0))) walk(face);
  for (let face = 0; face < size; face++) walk(face);
  return order;
}

function alongLongestDirection({ faceCentroids, dimension }: Mesh, { start, size }: Patch): number[] {
  const position = (face: number, axis: number) => faceCentroids[(start + face) * dimension + axis];
  const faces = Array.from({ length: size }, (_, face) => face);
  const extents = Array.from({ length: dimension }, (_, axis) => {
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const face of faces) {
      low = Math.min(low, position(face, axis));
      high = Math.max(high, position(face, axis));
    }
    return high - low;
  });
  const longest = extents.indexOf(Math.max(...extents));
  return faces.sort((a, b) => position(a, longest) - position(b, longest) || a - b);
}
