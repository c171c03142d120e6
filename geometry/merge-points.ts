/**
 * Finds points in the same place: point p joins the first point q before it with |x_p − x_q| ≤ distance that itself joined
 * none. Linear time: points are hashed by their coordinates or, with a distance, by the cube of that size they lie in.
 *
 * @param points `[point][3]`, finite
 * @returns `mergedIndex[point]`, numbered in the order of first appearance, and how many there are
 */
export function mergePoints(
  points: Float64Array,
  distance = 0,
): { mergedIndex: Int32Array; mergedCount: number } {
  const pointCount = points.length / 3;
  const mergedIndex = new Int32Array(pointCount);
  const bits = 32 - Math.clz32(Math.max(1, pointCount));
  const first = new Int32Array(2 ** bits).fill(-1);
  const following = new Int32Array(pointCount).fill(-1);
  const key = new Float64Array(3);
  const words = new Uint32Array(key.buffer);
  const slotOf = (x: number, y: number, z: number): number => {
    key[0] = x + 0; // −0 and 0 are one place
    key[1] = y + 0;
    key[2] = z + 0;
    let hash = 0;
    for (let i = 0; i < 6; i++) {
      hash = Math.imul(hash ^ words[i], 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    return hash >>> (32 - bits);
  };
  const closest = (slot: number, p: number): number => {
    for (let q = first[slot]; q >= 0; q = following[q]) {
      const dx = points[3 * q] - points[3 * p];
      const dy = points[3 * q + 1] - points[3 * p + 1];
      const dz = points[3 * q + 2] - points[3 * p + 2];
      if (distance === 0 ? dx === 0 && dy === 0 && dz === 0 : dx * dx + dy * dy + dz * dz <= distance ** 2)
        return q;
    }
    return -1;
  };
  const cube = (i: number) => (distance === 0 ? points[i] : Math.floor(points[i] / distance));
  let mergedCount = 0;
  for (let p = 0; p < pointCount; p++) {
    const [x, y, z] = [cube(3 * p), cube(3 * p + 1), cube(3 * p + 2)];
    const own = slotOf(x, y, z);
    let found = closest(own, p);
    if (distance > 0)
      for (let n = 0; n < 27 && found < 0; n++)
        found = closest(
          slotOf(x + (n % 3) - 1, y + (Math.floor(n / 3) % 3) - 1, z + Math.floor(n / 9) - 1),
          p,
        );
    if (found >= 0) {
      mergedIndex[p] = mergedIndex[found];
      continue;
    }
    mergedIndex[p] = mergedCount++;
    following[p] = first[own];
    first[own] = p;
  }
  return { mergedIndex, mergedCount };
}
