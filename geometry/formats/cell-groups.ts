import type { CellGroup, MeshFile } from './mesh-file.js';
import { CELL_TYPES } from './vtk-types.js';

/** Name of a group by its dimension and number. */
export type GroupNames = ReadonlyMap<string, string>;

export const groupKey = (dimension: number, tag: number) => `${dimension} ${tag}`;

/** Groups of cells with equal dimension and tag; tag 0 is none. Groups without a name are called by their number. */
export function groupsByTag(
  cellTypes: Uint8Array,
  tags: ArrayLike<number>,
  names: GroupNames = new Map(),
): { groups: readonly CellGroup[]; cellGroups: Int32Array } {
  const groups: CellGroup[] = [];
  const cellGroups = new Int32Array(cellTypes.length).fill(-1);
  const indexOf = new Map<string, number>();
  for (let c = 0; c < cellTypes.length; c++) {
    if (tags[c] === 0) continue;
    const dimension = CELL_TYPES.get(cellTypes[c])?.dimension ?? 0;
    const key = groupKey(dimension, tags[c]);
    let index = indexOf.get(key);
    if (index === undefined) {
      index = groups.push({ name: names.get(key) ?? String(tags[c]), dimension }) - 1;
      indexOf.set(key, index);
    }
    cellGroups[c] = index;
  }
  return { groups, cellGroups };
}

/** Groups from the cell array `gmsh:physical`, which meshio writes when it converts a Gmsh file. */
export function groupsOfTags(file: MeshFile): Pick<MeshFile, 'groups' | 'cellGroups'> {
  const { cellData, cellTypes } = file;
  const tags = Object.hasOwn(cellData, 'gmsh:physical') ? cellData['gmsh:physical'] : undefined;
  return tags?.components === 1 ? groupsByTag(cellTypes, tags.values) : {};
}
