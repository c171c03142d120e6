import type { Mesh } from '../../geometry/index.js';
import type { PoissonProblem } from '../../solvers/index.js';

/** A disc of triangles around its centre, 12 rings of 24; the same numbers in Node and in the browser. */
export function disc(): { points: number[]; cells: number[][] } {
  const [rings, sectors] = [12, 24];
  const points = [0, 0];
  for (let ring = 1; ring <= rings; ring++) {
    for (let sector = 0; sector < sectors; sector++) {
      const angle = (2 * Math.PI * sector) / sectors;
      points.push((ring / rings) * Math.cos(angle), (ring / rings) * Math.sin(angle));
    }
  }
  const at = (ring: number, sector: number) => 1 + (ring - 1) * sectors + (sector % sectors);
  const cells: number[][] = [];
  for (let sector = 0; sector < sectors; sector++) {
    cells.push([0, at(1, sector), at(1, sector + 1)]);
    for (let ring = 1; ring < rings; ring++) {
      cells.push([at(ring, sector), at(ring + 1, sector), at(ring + 1, sector + 1)]);
      cells.push([at(ring, sector), at(ring + 1, sector + 1), at(ring, sector + 1)]);
    }
  }
  return { points, cells };
}

export function problemOn(mesh: Mesh): PoissonProblem {
  return {
    mesh,
    source: ([x, y]) => 1 + Math.sin(3 * x) * y,
    boundaryConditions: Object.fromEntries(
      mesh.patches.map(({ name }) => [
        name,
        { type: 'dirichlet', value: ([x]: readonly number[]) => 0.1 * x },
      ]),
    ),
  };
}
