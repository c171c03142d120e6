import type { Interface } from './mesh.js';

/** The internal faces between two regions, as interfaces named `A|B` in the order of `regionNames`. */
export function regionInterfaces(
  regionNames: readonly string[],
  cellRegions: Int32Array,
  owner: Int32Array,
  neighbour: Int32Array,
): readonly Interface[] {
  const between = new Map<number, number[]>();
  for (let f = 0; f < neighbour.length; f++) {
    const [a, b] = [cellRegions[owner[f]], cellRegions[neighbour[f]]];
    if (a === b) continue;
    const key = Math.min(a, b) * regionNames.length + Math.max(a, b);
    const faces = between.get(key);
    if (faces) faces.push(f);
    else between.set(key, [f]);
  }
  return [...between.keys()]
    .sort((a, b) => a - b)
    .map((key) => ({
      name: `${regionNames[Math.floor(key / regionNames.length)]}|${regionNames[key % regionNames.length]}`,
      faces: Int32Array.from(between.get(key) ?? []),
    }));
}
