/** Finds the position of a tag among tags that need not be dense or in order; -1 if there is none. */
export function indexOfTag(tags: Float64Array): (tag: number) => number {
  if (tags.length === 0) return () => -1;
  let [minimum, maximum] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const tag of tags) {
    minimum = Math.min(minimum, tag);
    maximum = Math.max(maximum, tag);
  }
  const range = maximum - minimum + 1;
  if (range <= 4 * tags.length) {
    const table = new Int32Array(range).fill(-1);
    for (let i = 0; i < tags.length; i++) table[tags[i] - minimum] = i;
    return (tag) => table[tag - minimum] ?? -1;
  }
  // a table over the range would let one huge tag allocate anything
  const order = Int32Array.from(tags, (_, i) => i).sort((a, b) => tags[a] - tags[b]);
  return (tag) => {
    let [low, high] = [0, order.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (tags[order[middle]] < tag) low = middle + 1;
      else high = middle;
    }
    return tags[order[low]] === tag ? order[low] : -1;
  };
}
