import type { Mesh } from '../../geometry/index.js';
import { METRES } from '../problem/build-mesh.js';
import type { ThermalSection } from '../problem/thermal-schema.js';

/** Of a mesh in the plane: the thickness in m, or 1 with all heat for a metre of depth; 1 of a solid. */
export function depthOf(
  { thickness, lengthUnit }: ThermalSection,
  { dimension }: Mesh,
): { readonly depth: number; readonly perMetre: boolean } {
  if (dimension === 3) return { depth: 1, perMetre: false };
  return thickness === undefined
    ? { depth: 1, perMetre: true }
    : { depth: thickness * METRES[lengthUnit], perMetre: false };
}
