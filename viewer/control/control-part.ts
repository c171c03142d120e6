import { meshBoundingBox } from '../../geometry/bounding-box.js';
import type { Mesh } from '../../geometry/index.js';
import type { ControlState, PatchRole } from './control-state.js';

/** Patches that are set together: one, or those whose names differ in a number at the end. */
export interface PatchGroup {
  readonly name: string;
  readonly patches: readonly string[];
  readonly faceCount: number;
}

/** A body as the page describes it. */
export interface ControlPart {
  readonly dimension: 2 | 3;
  readonly cellCount: number;
  readonly groups: readonly PatchGroup[];
  /** Cell fields with one number, which may be heat sources */
  readonly fields: readonly string[];
}

/** `hole-0`, `hole-1` and `hole-2` as `hole-*`; patches without a face are left out. */
export function patchGroupsOf(mesh: Pick<Mesh, 'patches'>): PatchGroup[] {
  const found = new Map<string, { name: string; size: number }[]>();
  for (const { name, size } of mesh.patches) {
    if (size === 0) continue;
    const key = name.replace(/(?<=\D)\d+$/, '*');
    const group = found.get(key) ?? [];
    group.push({ name, size });
    found.set(key, group);
  }
  return Array.from(found, ([key, group]) => ({
    name: group.length > 1 ? key : group[0].name,
    patches: group.map(({ name }) => name),
    faceCount: group.reduce((sum, { size }) => sum + size, 0),
  }));
}

/** °C */
const ROOM = 20;

/** What was set before of the groups that there are; by default the first is controlled, all else insulated. */
export function completeRoles(
  groups: readonly PatchGroup[],
  set: ControlState['patches'],
): Record<string, PatchRole> {
  const cooled = groups.find(({ name }) => name === 'left') ?? groups[0];
  return Object.fromEntries(
    groups.map((group): [string, PatchRole] => [
      group.name,
      Object.hasOwn(set, group.name)
        ? set[group.name]
        : { role: group === cooled ? 'controlled' : 'insulated', temperature: ROOM, low: 0, high: ROOM },
    ]),
  );
}

/** How close to a side of the box a face counts as on it, as a share of the longest side. */
const ON_SIDE = 1e-3;
const AXES = ['x', 'y', 'z'];

/**
 * Names the sides of the bounding box for a body whose file names no patches: `x−`, `x+`, … of faces whose centroids lie on them,
 * undefined elsewhere.
 */
export function sideOfFace(mesh: Mesh): (centroid: readonly number[]) => string | undefined {
  const { low, high, longestSide } = meshBoundingBox(mesh);
  return (centroid) => {
    for (let axis = 0; axis < mesh.dimension; axis++) {
      if (centroid[axis] - low[axis] < ON_SIDE * longestSide) return `${AXES[axis]}−`;
      if (high[axis] - centroid[axis] < ON_SIDE * longestSide) return `${AXES[axis]}+`;
    }
    return undefined;
  };
}
