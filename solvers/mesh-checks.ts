import { GeometryError } from '../common/errors.js';
import type { Mesh } from '../geometry/mesh.js';

/**
 * Refuses what finite volumes would turn into NaN.
 *
 * @throws GeometryError on cells without volume and faces without area, naming the first
 */
export function requireMeasures({ cellVolumes, faceAreas, faceNormals, dimension }: Mesh): void {
  const flat = cellVolumes.findIndex((volume) => !(volume > 0 && volume < Number.POSITIVE_INFINITY));
  if (flat >= 0) throw degenerate(`cell ${flat}`, `the volume ${cellVolumes[flat]}`);
  const point = faceAreas.findIndex((area) => !(area > 0 && area < Number.POSITIVE_INFINITY));
  if (point >= 0) throw degenerate(`face ${point}`, `the area ${faceAreas[point]}`);
  const lost = faceNormals.findIndex((component) => !Number.isFinite(component));
  if (lost >= 0) throw degenerate(`face ${Math.floor(lost / dimension)}`, 'no normal');
}

function degenerate(entity: string, what: string): GeometryError {
  return new GeometryError(
    `solvers.assembleOperator: ${entity} has ${what}; points of it are duplicated or in line: merge them, or mesh anew`,
  );
}
