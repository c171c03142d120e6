import type { Interface } from './mesh.js';

export interface InternalFaces {
  readonly faceOffsets: Int32Array;
  readonly facePoints: Int32Array;
  readonly owner: Int32Array;
  readonly neighbour: Int32Array;
}

/** The internal faces that `nameOf` gives a name, as interfaces in the order of their first face. */
export function namedInterfaces(
  faces: InternalFaces,
  nameOf: (face: number, points: Int32Array) => string | undefined,
): readonly Interface[] {
  const groups = new Map<string, number[]>();
  for (let f = 0; f < faces.neighbour.length; f++) {
    const points = faces.facePoints.subarray(faces.faceOffsets[f], faces.faceOffsets[f + 1]);
    const name = nameOf(f, points);
    if (name === undefined) continue;
    const group = groups.get(name);
    if (group) group.push(f);
    else groups.set(name, [f]);
  }
  return [...groups].map(([name, group]) => ({ name, faces: Int32Array.from(group) }));
}

/** The name of a face between two regions, `A|B` in the order of `regionNames`; undefined inside a region. */
export function regionBoundaryName(
  regionNames: readonly string[],
  cellRegions: Int32Array,
  faces: InternalFaces,
  face: number,
): string | undefined {
  const a = cellRegions[faces.owner[face]];
  const b = cellRegions[faces.neighbour[face]];
  return a === b ? undefined : `${regionNames[Math.min(a, b)]}|${regionNames[Math.max(a, b)]}`;
}
