import type { Mesh } from '../../geometry/index.js';
import { formatNumber } from '../../viewer/numbers.js';

/** Where a patch lies, so that names such as `patch-7` can be told from each other. */
export interface PatchPlace {
  /** Length, or area in 3D */
  readonly area: number;
  /** Mean of the face centres, weighted with areas */
  readonly centre: readonly number[];
  /** Σ n A / Σ A: of length 1 where the patch is flat, 0 where it is closed */
  readonly meanNormal: readonly number[];
}

/** Of every patch of a mesh, in their order. */
export function patchPlaces({
  dimension,
  patches,
  faceAreas,
  faceCentroids,
  faceNormals,
}: Mesh): PatchPlace[] {
  return patches.map(({ start, size }) => {
    const centre = Array<number>(dimension).fill(0);
    const normal = Array<number>(dimension).fill(0);
    let area = 0;
    for (let face = start; face < start + size; face++) {
      area += faceAreas[face];
      for (let axis = 0; axis < dimension; axis++) {
        centre[axis] += faceAreas[face] * faceCentroids[dimension * face + axis];
        normal[axis] += faceAreas[face] * faceNormals[dimension * face + axis];
      }
    }
    return { area, centre: centre.map((each) => each / area), meanNormal: normal.map((each) => each / area) };
  });
}

/** Length of the mean normal from which a patch counts as flat. */
const FLAT = 0.999;

export const isFlat = ({ meanNormal }: PatchPlace): boolean => Math.hypot(...meanNormal) >= FLAT;

/** "faces −y, centre (0.04, 0, 0.025)"; flat of a patch that faces along no axis, not flat of all others. */
export function describePlace(place: PatchPlace): string {
  const { centre, meanNormal } = place;
  const axis = meanNormal.findIndex((each) => Math.abs(each) >= FLAT);
  const shape = isFlat(place)
    ? axis < 0
      ? 'flat'
      : `faces ${meanNormal[axis] < 0 ? '−' : '+'}${'xyz'[axis]}`
    : 'not flat';
  const rounding = 1e-9 * Math.hypot(...centre, place.area ** (1 / (centre.length - 1)));
  const shown = centre.map((each) => formatNumber(Math.abs(each) < rounding ? 0 : each, 3));
  return `${shape}, centre (${shown.join(', ')})`;
}
