import { InvalidInputError } from '../../common/errors.js';
import type { Mesh } from '../../geometry/mesh.js';
import { domainScale } from '../encoder-inputs.js';
import type { ClassicalBasis } from './proper-orthogonal-decomposition.js';

/**
 * The r longest cosine modes Π_axis cos(½π k_axis (x_axis + 1)) of the bounding box, x scaled to [−1, 1] along its longest
 * side: what the encoder of the reduced basis modulates, without the encoder. They know nothing of the boundary but what
 * smoothing teaches them.
 *
 * @throws InvalidInputError for a rank that is not a positive whole number
 */
export function cosineBasis(mesh: Mesh, { rank }: { readonly rank: number }): ClassicalBasis {
  if (!Number.isInteger(rank) || rank < 1) {
    throw new InvalidInputError(`cosineBasis: rank must be a positive whole number, got ${rank}`);
  }
  const { dimension, cellCount, cellCentroids } = mesh;
  const { centre, length } = domainScale(mesh);
  const vectors = longestWaves(dimension, rank);
  const highest = Math.max(...vectors.flat());
  const tables = centre.map(() => new Float64Array(highest + 1));
  const basis = new Float64Array(cellCount * rank);
  for (let cell = 0, at = 0; cell < cellCount; cell++) {
    tables.forEach((table, axis) => {
      const x = (cellCentroids[cell * dimension + axis] - centre[axis]) / length;
      for (let k = 0; k <= highest; k++) table[k] = Math.cos(0.5 * Math.PI * k * (x + 1));
    });
    for (const vector of vectors) {
      let value = 1;
      for (let axis = 0; axis < dimension; axis++) value *= tables[axis][vector[axis]];
      basis[at++] = value;
    }
  }
  return { basis, rank };
}

/** The first `count` vectors k ≥ 0 by |k|, ties in lexicographic order. */
function longestWaves(dimension: number, count: number): number[][] {
  // the octant of radius R holds more than (R/√dimension)^dimension of them
  const radius = Math.ceil(Math.sqrt(dimension) * count ** (1 / dimension));
  let vectors: number[][] = [[]];
  for (let axis = 0; axis < dimension; axis++) {
    vectors = vectors.flatMap((vector) => Array.from({ length: radius + 1 }, (_, k) => [...vector, k]));
  }
  const squared = (vector: readonly number[]) => vector.reduce((sum, k) => sum + k * k, 0);
  return vectors
    .filter((vector) => squared(vector) <= radius ** 2)
    .sort((a, b) => squared(a) - squared(b))
    .slice(0, count);
}
