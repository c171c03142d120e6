import { combineSeeds, createRandom } from '../common/random.js';

/**
 * Position `index` of an endless stream over `count` samples: each round passes every one of them once, the first in
 * order and round e as a_e·i + b_e modulo count, so that batches are of other members each time. Without a count the
 * index itself.
 */
export function distinctIndex(index: number, count: number | undefined): number {
  if (count === undefined || index < count) return index;
  const random = createRandom(combineSeeds(count, Math.floor(index / count)));
  const shift = random.integer(0, count - 1);
  let factor = random.integer(1, count);
  while (greatestCommonDivisor(factor, count) !== 1) factor++;
  return (factor * (index % count) + shift) % count;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
