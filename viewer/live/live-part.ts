import { meshBoundingBox } from '../../geometry/bounding-box.js';
import { cornerRemovedSquare, generateMesh, type Mesh, plateWithHoles } from '../../geometry/index.js';
import type { Part } from './live-state.js';
import { patchOutline } from './patch-outline.js';

/** Side of generated parts, m. Networks see shares of it. */
export const PART_SIDE = 0.1;

/** A body as the page describes it. */
export interface LivePart {
  readonly dimension: 2 | 3;
  readonly cellCount: number;
  /** Corners of the bounding box, `[dimension]`, m */
  readonly low: readonly number[];
  readonly high: readonly number[];
  readonly patches: readonly LivePatch[];
}

export interface LivePatch {
  readonly name: string;
  readonly faceCount: number;
  /** Length in 2D, area in 3D */
  readonly size: number;
  /** `[segment end][3]` */
  readonly outline: Float64Array;
}

/**
 * The generated parts: what the models that come with the package were trained on, at the size of a hand. A square whose corners
 * are cut out, or a plate with round holes.
 */
export function generatePart({
  kind,
  cells,
  cutouts,
  seed,
}: Omit<Part, 'kind'> & { kind: Exclude<Part['kind'], 'open'> }): Mesh {
  const geometry =
    kind === 'holes'
      ? plateWithHoles({ holes: cutouts, seed, width: PART_SIDE, height: PART_SIDE })
      : cornerRemovedSquare({ corners: cutouts, seed, side: PART_SIDE });
  return generateMesh(geometry, { cellCount: cells });
}

/** What the page needs to know of a mesh to set loads on it. */
export function describePart(mesh: Mesh): LivePart {
  const { low, high } = meshBoundingBox(mesh);
  const { dimension, cellCount } = mesh;
  return {
    dimension,
    cellCount,
    low: Array.from(low),
    high: Array.from(high),
    patches: mesh.patches
      .filter(({ size }) => size > 0)
      .map((patch) => {
        let size = 0;
        for (let face = patch.start; face < patch.start + patch.size; face++) size += mesh.faceAreas[face];
        return { name: patch.name, faceCount: patch.size, size, outline: patchOutline(mesh, patch) };
      }),
  };
}
