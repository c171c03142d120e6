const LEAF = 8;
/** Distances to boxes are met from below whatever rounding did to them. */
const MARGIN = 1 - 1e-9;

/**
 * Distance of every point of `from` to the nearest of `to`, both `[point][dimension]`; `limit` where none is closer. In a
 * k-d tree of `to`, split at the median of its longest direction: about O((n + m) log m).
 */
export function nearestDistances(
  from: Float64Array,
  to: Float64Array,
  dimension: number,
  limit = Number.POSITIVE_INFINITY,
): Float64Array {
  const order = Int32Array.from({ length: to.length / dimension }, (_, p) => p);
  // node n covers order[starts[n] … ends[n]); inner nodes have children at 2n + 1 and 2n + 2
  const depth = Math.max(0, Math.ceil(Math.log2(order.length / LEAF)));
  const axes = new Int8Array(2 ** (depth + 1)).fill(-1);
  const cuts = new Float64Array(axes.length);
  const starts = new Int32Array(axes.length);
  const ends = new Int32Array(axes.length);
  build(0, 0, order.length);

  const results = new Float64Array(from.length / dimension);
  // from the query to the box of the node in hand, along each direction
  const gaps = new Float64Array(dimension);
  let query = 0;
  let best = 0;
  for (let p = 0; p < results.length; p++) {
    query = p * dimension;
    best = limit * limit;
    visit(0, 0);
    results[p] = Math.sqrt(best);
  }
  return results;

  function build(node: number, start: number, end: number): void {
    starts[node] = start;
    ends[node] = end;
    if (end - start <= LEAF) return;
    const axis = longestAxis(start, end);
    order.subarray(start, end).sort((a, b) => to[a * dimension + axis] - to[b * dimension + axis]);
    const middle = (start + end) >> 1;
    axes[node] = axis;
    cuts[node] = to[order[middle] * dimension + axis];
    build(2 * node + 1, start, middle);
    build(2 * node + 2, middle, end);
  }

  function longestAxis(start: number, end: number): number {
    let [longest, extent] = [0, -1];
    for (let axis = 0; axis < dimension; axis++) {
      let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
      for (let i = start; i < end; i++) {
        const value = to[order[i] * dimension + axis];
        if (value < low) low = value;
        if (value > high) high = value;
      }
      if (high - low > extent) [longest, extent] = [axis, high - low];
    }
    return longest;
  }

  function visit(node: number, boxDistance: number): void {
    const axis = axes[node];
    if (axis < 0) {
      for (let i = starts[node]; i < ends[node]; i++) {
        let distance = 0;
        for (let k = 0; k < dimension; k++) {
          distance += (to[order[i] * dimension + k] - from[query + k]) ** 2;
        }
        if (distance < best) best = distance;
      }
      return;
    }
    const beyond = from[query + axis] - cuts[node];
    visit(beyond < 0 ? 2 * node + 1 : 2 * node + 2, boxDistance);
    const gap = gaps[axis];
    const otherDistance = boxDistance - gap * gap + beyond * beyond;
    if (!(MARGIN * otherDistance < best)) return;
    gaps[axis] = beyond;
    visit(beyond < 0 ? 2 * node + 2 : 2 * node + 1, otherDistance);
    gaps[axis] = gap;
  }
}
