import { GeometryError } from '../common/errors.js';

/** @throws GeometryError unless every cell can be reached from cell 0 through the faces between `owner[f]` and `neighbour[f]` */
export function checkConnected(
  caller: string,
  cellCount: number,
  owner: Int32Array,
  neighbour: Int32Array,
): void {
  const parent = Int32Array.from({ length: cellCount }, (_, c) => c);
  const root = (c: number) => {
    while (parent[c] !== c) {
      parent[c] = parent[parent[c]];
      c = parent[c];
    }
    return c;
  };
  let parts = cellCount;
  for (let f = 0; f < neighbour.length; f++) {
    const [a, b] = [root(owner[f]), root(neighbour[f])];
    if (a === b) continue;
    parent[Math.max(a, b)] = Math.min(a, b);
    parts--;
  }
  if (parts > 1)
    throw new GeometryError(
      `${caller}: the mesh falls into ${parts} parts that share no face; build one mesh for each part, or merge coincident points.`,
    );
}
