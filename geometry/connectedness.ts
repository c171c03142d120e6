import { GeometryError } from '../common/errors.js';

/** @throws GeometryError unless every cell can be reached from cell 0 through faces `[pointA, pointB, owner, neighbour]` */
export function checkConnected(cellCount: number, internalFaces: readonly number[]): void {
  const parent = Int32Array.from({ length: cellCount }, (_, c) => c);
  const root = (c: number) => {
    while (parent[c] !== c) {
      parent[c] = parent[parent[c]];
      c = parent[c];
    }
    return c;
  };
  let parts = cellCount;
  for (let i = 0; i < internalFaces.length; i += 4) {
    const [a, b] = [root(internalFaces[i + 2]), root(internalFaces[i + 3])];
    if (a === b) continue;
    parent[Math.max(a, b)] = Math.min(a, b);
    parts--;
  }
  if (parts > 1)
    throw new GeometryError(
      `createMesh: the mesh falls into ${parts} parts that share no face; build one mesh for each part, or merge coincident points.`,
    );
}
